"""Poolings and patches: torch as oracle, adjointness, ties and NaN, bad input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kernels
from kernels import place

LAW = settings(deadline=None, derandomize=True, max_examples=80)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def maps(draw, *, special=False):
    """Small whole numbers, so that windows have ties; with NaN and infinity, if asked for."""
    shape = draw(st.integers(1, 2)), draw(st.integers(1, 3)), draw(st.integers(1, 10)), draw(st.integers(1, 10))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = random.integers(-2, 3, shape).astype(draw(st.sampled_from([np.float32, np.float64])))
    for value in draw(st.lists(st.sampled_from([np.nan, np.inf, -np.inf]), max_size=5)) if special else ():
        x[tuple(int(random.integers(side)) for side in shape)] = value
    return x


@st.composite
def poolings(draw, *, dilated):
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    dilation = draw(PAIRS) if dilated else (1, 1)
    reach = [dilation[axis] * (size[axis] - 1) + 1 for axis in (0, 1)]
    padding = tuple(draw(st.integers(0, min(size[axis], reach[axis]) // 2)) for axis in (0, 1))
    options = {"stride": draw(st.none() | PAIRS), "padding": padding, "ceil_mode": draw(st.booleans())}
    return size, options | ({"dilation": dilation} if dilated else {})


def from_torch(run):
    """What torch answers; sizes that it refuses are not looked at."""
    try:
        return run()
    except RuntimeError:
        assume(False)


@LAW
@given(x=maps(special=True), pooling=poolings(dilated=True))
def test_largest_values_and_winners_are_torchs(x, pooling, device) -> None:
    torch = pytest.importorskip("torch")
    size, options = pooling
    given_stride = {**options, "stride": options["stride"] or size}
    expected = from_torch(lambda: torch.nn.functional.max_pool2d(torch.tensor(x), size, **given_stride, return_indices=True))
    if (torch.nn.functional.max_pool2d(torch.zeros(x.shape), size, **given_stride) == -torch.inf).any():
        with pytest.raises(ValueError, match="padding alone"):
            kernels.max_pool2d(x, size, **options)
        return
    values, winners = kernels.max_pool2d(x, size, **options, device=device)
    np.testing.assert_array_equal(values, expected[0].numpy())
    np.testing.assert_array_equal(winners, expected[1].numpy())
    assert (values.dtype, winners.dtype) == (x.dtype, np.int64)


@LAW
@given(x=maps(special=True), pooling=poolings(dilated=False), counted=st.booleans())
def test_means_are_torchs(x, pooling, counted, device) -> None:
    torch = pytest.importorskip("torch")
    size, options = pooling
    given_stride = {**options, "stride": options["stride"] or size}
    run = torch.nn.functional.avg_pool2d
    expected = from_torch(lambda: run(torch.tensor(x), size, **given_stride, count_include_pad=counted))
    means = kernels.avg_pool2d(x, size, **options, count_include_pad=counted, device=device)
    assert means.dtype == x.dtype
    np.testing.assert_allclose(means, expected.numpy(), rtol=1e-6, atol=1e-6)


@LAW
@given(maps(), poolings(dilated=True))
def test_the_winner_is_where_the_value_is(x, pooling) -> None:
    size, options = pooling
    try:
        values, winners = kernels.max_pool2d(x, size, **options)
    except ValueError:
        assume(False)
    found = np.take_along_axis(x.reshape(*x.shape[:2], -1), winners.reshape(*x.shape[:2], -1), axis=2)
    np.testing.assert_array_equal(found.reshape(values.shape), values)


def test_of_equal_values_the_first_wins_and_of_nan_the_last() -> None:
    x = np.float32([[[[1, 1], [1, 1]], [[np.nan, 1], [np.nan, 1]], [[-np.inf, -np.inf], [-np.inf, -np.inf]]]])
    values, winners = kernels.max_pool2d(x, 2)
    np.testing.assert_array_equal(values.ravel(), [1, np.nan, -np.inf])
    assert winners.ravel().tolist() == [0, 2, 0]


def test_beside_input_and_result_only_the_scratch_memory_is_taken(monkeypatch) -> None:
    import tracemalloc

    monkeypatch.setattr(place, "CPU", place.Place(np, 1 << 18))
    x = np.ones((1, 256, 64, 64), np.float32)
    kernels.max_pool2d(x, 2, device="cpu")
    tracemalloc.start()
    values, winners = kernels.max_pool2d(x, 2, device="cpu")
    assert tracemalloc.get_traced_memory()[1] < values.nbytes + winners.nbytes + 2 * (1 << 18)
    tracemalloc.stop()


def test_many_maps_are_shared_among_threads(monkeypatch) -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 9, 9))
    alone = kernels.max_pool2d(x, 3, stride=2), kernels.avg_pool2d(x, 3), kernels.im2col(x, 3)
    monkeypatch.setattr(place, "WORTH_SHARING", 1)
    np.testing.assert_array_equal(kernels.max_pool2d(x, 3, stride=2), alone[0])
    np.testing.assert_array_equal(kernels.avg_pool2d(x, 3), alone[1])
    np.testing.assert_array_equal(kernels.im2col(x, 3), alone[2])


@st.composite
def windows(draw):
    x = draw(maps())
    size = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    options = {"stride": draw(PAIRS), "padding": draw(st.tuples(st.integers(0, 5), st.integers(0, 5))), "dilation": draw(PAIRS)}
    room = [x.shape[2 + a] + 2 * options["padding"][a] - options["dilation"][a] * (size[a] - 1) for a in (0, 1)]
    assume(min(room) >= 1)
    return x, size, options


@LAW
@given(work=windows())
def test_patches_are_torchs_and_their_adjoint_too(work, device) -> None:
    torch = pytest.importorskip("torch")
    x, size, options = work
    columns = kernels.im2col(x, size, **options, device=device)
    np.testing.assert_array_equal(columns, torch.nn.functional.unfold(torch.tensor(x), size, **options).numpy())
    other = np.random.default_rng(0).integers(-3, 4, columns.shape).astype(x.dtype)
    back = kernels.col2im(other, x.shape[2:], size, **options, device=device)
    np.testing.assert_array_equal(back, torch.nn.functional.fold(torch.tensor(other), x.shape[2:], size, **options).numpy())


@LAW
@given(windows())
def test_im2col_and_col2im_are_adjoint(work) -> None:
    """Exactly, since all numbers are small and whole."""
    x, size, options = work
    columns = kernels.im2col(x, size, **options)
    other = np.random.default_rng(0).integers(-3, 4, columns.shape).astype(x.dtype)
    assert (columns * other).sum() == (x * kernels.col2im(other, x.shape[2:], size, **options)).sum()


@LAW
@given(windows())
def test_a_convolution_is_a_product_with_the_patches(work) -> None:
    x, size, options = work
    w = np.random.default_rng(0).integers(-3, 4, (5, x.shape[1], *size)).astype(x.dtype)
    y = kernels.conv2d(x, w, **options)
    np.testing.assert_array_equal(w.reshape(5, -1) @ kernels.im2col(x, size, **options), y.reshape(len(x), 5, -1))


X = np.ones((1, 2, 6, 6), np.float32)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: kernels.max_pool2d(X[0], 2), ValueError, r"\(N, C, H, W\)"),
        (lambda: kernels.max_pool2d(X[:0], 2), ValueError, "empty axis"),
        (lambda: kernels.max_pool2d(X.astype(int), 2), TypeError, "float32 or float64"),
        (lambda: kernels.max_pool2d(X, 2, padding=2), ValueError, "more than half of the window"),
        (lambda: kernels.max_pool2d(X[:, :, :1, :1], 2, padding=2, dilation=3), ValueError, "padding alone"),
        (lambda: kernels.max_pool2d(X, 7), ValueError, "does not fit"),
        (lambda: kernels.avg_pool2d(X, 0), ValueError, "size must be at least 1"),
        (lambda: kernels.avg_pool2d(X, "2"), TypeError, "size must be a whole number"),
        (lambda: kernels.avg_pool2d(X, 2, stride=0), ValueError, "stride"),
        (lambda: kernels.im2col(X, 9), ValueError, "does not fit"),
        (lambda: kernels.col2im(X[0], (6, 6), 2), ValueError, r"columns must have shape \(N, C \* 4, 25\) for maps of 6 x 6"),
        (lambda: kernels.col2im(X[0], (6, 0), 2), ValueError, "sides must be at least 1"),
    ],
)
def test_what_is_not_allowed_is_said(call, error, says) -> None:
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize("view", [np.asfortranarray, lambda x: x.astype(">f4"), lambda x: x[:, :, ::-1, ::-1][:, :, ::-1, ::-1]])
def test_any_memory_order_gives_the_same(view) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 7, 8)).astype(np.float32)
    np.testing.assert_array_equal(kernels.max_pool2d(view(x), 2), kernels.max_pool2d(x, 2))
    np.testing.assert_array_equal(kernels.avg_pool2d(view(x), 2), kernels.avg_pool2d(x, 2))
    np.testing.assert_array_equal(kernels.im2col(view(x), 2), kernels.im2col(x, 2))
