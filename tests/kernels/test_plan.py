"""Sizes, paddings, choice of algorithm and refusals, before anything is computed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import Border, Padding, cost_table, costs, presets
from kernels.border import OUTSIDE, index_map
from kernels.factor import SVD_CELLS, pairs, rank_one
from kernels.fft import fast_length
from kernels.makers import gaussian
from kernels.plan import Algorithm, plan

LAW = settings(deadline=None, derandomize=True, max_examples=200)


def make(shape=(8, 9, 1), weights=None, *, size=3, dtype="uint8", anchor=None, **options):
    weights = np.arange(1.0, size * size + 1).reshape(size, size) if weights is None else np.asarray(weights, float)
    anchor = (weights.shape[0] // 2, weights.shape[1] // 2) if anchor is None else anchor
    return plan(shape, dtype, weights, anchor=anchor, **options)


def rank_two(size):
    """A wide bell less a narrow one."""
    return gaussian(size, size / 5).weights.astype(float) - gaussian(size, size / 9).weights


@LAW
@given(st.integers(1, 40), st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.integers(0, 5))
def test_output_size_counts_the_positions_of_the_kernel(length, size, stride, dilation, padding) -> None:
    reach = dilation * (size - 1) + 1
    padded = length + 2 * padding
    positions = [start for start in range(0, padded, stride) if start + reach <= padded]
    options = {"size": size, "stride": stride, "dilation": dilation, "padding": padding}
    if not positions:
        with pytest.raises(ValueError, match="does not fit"):
            make((length, length, 1), **options)
        return
    task = make((length, length, 2), **options)
    assert task.out_shape == (len(positions), len(positions), 2)
    assert task.remainder == (padded - positions[-1] - reach,) * 2
    assert len(task.rows) == len(task.columns) == padded


@LAW
@given(st.integers(1, 40), st.integers(1, 7), st.integers(1, 4), st.integers(1, 3))
def test_same_padding_keeps_one_result_for_every_stride_pixels(length, size, stride, dilation) -> None:
    task = make((length, 3, 1), size=size, stride=stride, dilation=dilation)
    assert task.out_shape[0] == -(-length // stride)
    assert task.pad[0] == size // 2 * dilation


def test_sizes_of_the_decks() -> None:
    assert make((32, 32, 3), size=5, padding=2).out_shape[:2] == (32, 32)
    assert make((83, 83, 1), size=9, padding=Padding.VALID).out_shape[:2] == (75, 75)
    assert make((75, 75, 1), size=10, stride=5, padding=Padding.VALID).out_shape[:2] == (14, 14)
    assert make((14, 14, 1), size=9, padding=Padding.VALID).out_shape[:2] == (6, 6)


def test_a_stride_that_does_not_divide_leaves_a_remainder() -> None:
    task = make((7, 7, 1), size=3, stride=3, padding=0)
    assert (task.out_shape[:2], task.remainder) == ((2, 2), (1, 1))


def test_full_is_wherever_kernel_and_picture_touch() -> None:
    assert make((4, 5, 1), size=3, dilation=2, padding=Padding.FULL).out_shape[:2] == (8, 9)


@LAW
@given(st.integers(1, 6), st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(Border)))
def test_index_map_is_what_numpy_pads(length, before, after, border) -> None:
    mode = {"reflect": "symmetric", "mirror": "reflect", "replicate": "edge", "wrap": "wrap"}.get(border)
    options = {"mode": mode} if mode else {"mode": "constant", "constant_values": OUTSIDE}
    expected = np.pad(np.arange(length), (before, after), **options)
    assert index_map(length, before, after, border).tolist() == expected.tolist()


def test_index_map_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 pixel"):
        index_map(0, 1, 1, Border.WRAP)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("bool", "float32"), ("uint8", "float32"), ("int16", "float32"), ("uint16", "float32"), ("float16", "float32"),
     ("float32", "float32"), ("float64", "float64"), ("int32", "float64"), ("uint64", "float64")],
)  # fmt: skip
def test_arithmetic_follows_the_picture(dtype, expected) -> None:
    assert make(dtype=dtype).dtype == expected


def test_equal_requests_share_a_plan() -> None:
    assert make() is make()
    assert hash(make()) == hash(make())
    assert make() != make(stride=2)
    assert make(cval=5.0) is make()  # the constant belongs to the constant border alone
    assert make(cval=5.0, border=Border.CONSTANT).cval == 5.0


def test_a_plan_cannot_be_changed() -> None:
    task = make()
    with pytest.raises(AttributeError):
        task.stride = 2
    with pytest.raises(ValueError, match="read-only"):
        task.weights[0, 0] = 1


def test_zero_weights_take_no_part() -> None:
    y, x, weights = make(weights=[[0, 2], [0, -1]]).taps
    assert (y.tolist(), x.tolist(), weights.tolist()) == ([0, 1], [1, 1], [2, -1])


def test_choice_of_algorithm() -> None:
    random = np.random.default_rng(0)
    assert make(size=3).algorithm is Algorithm.DIRECT
    assert make(weights=np.ones((3, 3))).algorithm is Algorithm.DIRECT
    assert make((99, 99, 1), weights=np.ones((9, 9))).algorithm is Algorithm.SEPARABLE
    assert make((99, 99, 1), weights=np.ones((63, 63))).algorithm is Algorithm.RUNNING
    assert make((99, 99, 1), weights=gaussian(15).weights).algorithm is Algorithm.SEPARABLE
    assert make((99, 99, 1), weights=rank_two(21)).algorithm is Algorithm.LOW_RANK
    assert make((99, 99, 1), weights=rank_two(4)).algorithm is Algorithm.DIRECT  # two pairs would be more sums
    assert make(weights=random.normal(size=(7, 7))).algorithm is Algorithm.DIRECT
    assert make((999, 999, 1), weights=random.normal(size=(40, 40))).algorithm is Algorithm.FFT
    assert make((99, 99, 1), weights=random.normal(size=(40, 40))).algorithm is Algorithm.DIRECT  # a picture smaller than a tile
    assert make((999, 999, 1), weights=random.normal(size=(40, 40)), stride=4).algorithm is Algorithm.DIRECT
    assert make((999, 999, 1), weights=random.normal(size=(1, 1400))).algorithm is Algorithm.FFT
    assert make().why == "9 weights: summed one by one"


def test_a_255_kernel_on_a_full_hd_picture_goes_a_fast_way() -> None:
    shape = (1080, 1920, 3)
    assert make(shape, weights=np.random.default_rng(0).normal(size=(255, 255))).algorithm is Algorithm.FFT
    assert make(shape, weights=gaussian(63).weights).algorithm is Algorithm.SEPARABLE
    assert make(shape, weights=gaussian(255).weights).algorithm is Algorithm.FFT


def test_a_million_weights_can_be_planned() -> None:
    assert make((50, 50, 1), weights=np.random.default_rng(0).normal(size=(1000, 1000))).algorithm is Algorithm.FFT
    assert make((50, 50, 1), weights=np.ones((1000, 1000))).algorithm is Algorithm.RUNNING
    assert make((50, 50, 1), weights=gaussian(999).weights).algorithm is Algorithm.SEPARABLE  # of too few results for spectra
    with pytest.raises(ValueError, match="does not fit"):
        make((50, 50, 1), weights=np.ones((1000, 1000)), padding=Padding.VALID)


def test_large_matrices_are_never_decomposed(monkeypatch) -> None:
    """The work of a decomposition grows with the cube of the side."""
    sides: list[int] = []
    decompose = np.linalg.svd

    def watched(matrix, **options):
        sides.append(matrix.size)
        return decompose(matrix, **options)

    monkeypatch.setattr(np.linalg, "svd", watched)
    for size in (5, 100, 300, 1000):
        make((50, 50, 1), weights=np.random.default_rng(size).normal(size=(size, size)))
    assert max(sides) <= SVD_CELLS < 300**2


def test_every_choice_is_explained() -> None:
    kernels = {
        "all 3969 weights are equal": np.ones((63, 63)),
        "one column times one row: 30 sums instead of 225": gaussian(15).weights,
        "sum of 2 columns times rows: 84 sums instead of 441": rank_two(21),
        "multiplying spectra": np.random.default_rng(0).normal(size=(63, 63)),
    }
    for says, weights in kernels.items():
        assert says in make((999, 999, 1), weights=weights).why


@LAW
@given(
    st.integers(2, 9),
    st.integers(2, 9),
    st.integers(1, 4),
    st.integers(0, 2**32 - 1),
    st.sampled_from([1e-30, 1.0, 1e30]),
    st.sampled_from([("float32", 3e-7), ("float64", 3e-14)]),
)
def test_pairs_add_up_to_the_weights(height, width, rank, seed, scale, sums) -> None:
    random = np.random.default_rng(seed)
    weights = random.normal(size=(height, rank)) @ random.normal(size=(rank, width)) * scale
    dtype, lost = sums
    found = pairs(weights, dtype)
    if rank >= min(height, width) > 1:
        assert found is None or found.rank <= np.linalg.matrix_rank(weights, tol=1e-5 * scale)
        return
    assert found is not None
    assert found.rank <= rank
    np.testing.assert_allclose(found.columns.T @ found.rows, weights, rtol=0, atol=lost * np.linalg.norm(weights))
    np.testing.assert_allclose(np.abs(found.columns).sum(axis=1), 1)


def test_costs_are_sane() -> None:
    """Positive, and never falling with the work."""
    assert cost_table.MACHINE
    grows = {
        "weights": costs.direct,
        "sums": lambda n: costs.in_pairs(n, n, 1, 1),
        "pairs": lambda n: costs.in_pairs(9, 9, n, 1),
        "stride of pairs": lambda n: costs.in_pairs(9, 9, 1, n),
        "stride": costs.running,
        "reach": lambda n: costs.fft((n, n), 1, 10**6),
        "stride of spectra": lambda n: costs.fft((63, 63), n, 10**6),
        "smallness": lambda n: costs.fft((63, 63), 1, 10**6 // n),
    }
    for function in grows.values():
        values = [function(count) for count in range(1, 1500, 7)]
        assert values[0] > 0
        assert values == sorted(values)
    assert costs.direct(9) < costs.fft((3, 3), 1, 10**6) < costs.direct(63 * 63)
    assert costs.running(1) < costs.in_pairs(63, 63, 1, 1) < costs.direct(63 * 63)


@LAW
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32 - 1), st.sampled_from([1e-30, 1.0, 1e30]))
def test_factors_multiply_to_the_weights(height, width, seed, scale) -> None:
    random = np.random.default_rng(seed)
    weights = np.outer(random.normal(size=height), random.normal(size=width)) * scale
    found = rank_one(weights)
    assert found is not None
    np.testing.assert_allclose(np.outer(*found), weights, rtol=1e-12, atol=1e-13 * np.abs(weights).max())
    assert np.abs(found[0]).sum() == pytest.approx(1)


def test_factors_survive_rounding_to_float32_and_nothing_more() -> None:
    assert rank_one(gaussian(31).weights.astype(float)) is not None
    assert rank_one(gaussian(31).weights.astype(float) + np.eye(31) * 1e-6) is None
    assert rank_one(np.zeros((3, 3))) is None
    assert rank_one(np.eye(3)) is None


def test_rank_agrees_with_the_singular_values_of_every_preset() -> None:
    for kernel in presets():
        weights = kernel.weights.astype(float)
        assert (rank_one(weights) is not None) == (np.linalg.matrix_rank(weights, tol=1e-6) == 1), kernel.id


@LAW
@given(st.integers(1, 5000))
def test_transform_lengths_are_even_and_smooth(least) -> None:
    length = fast_length(least)
    rest = length
    for prime in (2, 3, 5):
        while rest % prime == 0:
            rest //= prime
    assert (rest, length % 2) == (1, 0)
    assert least <= length < 1.34 * least + 2


def test_what_does_not_fit_is_refused_with_all_sizes() -> None:
    with pytest.raises(ValueError, match=r"kernel of 3 x 3, spread to 9 x 9 by dilation 4, does not fit .* 8 x 8"):
        make((8, 8, 1), dilation=4, padding=0)


def test_results_beyond_memory_are_refused() -> None:
    with pytest.raises(ValueError, match="values; at most"):
        make((9, 9, 1), padding=10**9)


def test_weights_beyond_float32_need_a_float64_picture() -> None:
    with pytest.raises(ValueError, match="too large for float32"):
        make(weights=[[1e300]])
    assert make(weights=[[1e300]], dtype="float64").dtype == "float64"
