"""Convolutions of many channels and their gradients: laws, torch as oracle, every algorithm in turn, bad input."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import kernels
from kernels import layer_plan as plans
from kernels import layers, place
from kernels.layer_plan import LayerAlgorithm, layer_plan
from kernels.windows import Window

LAW = settings(deadline=None, derandomize=True, max_examples=60)
FEW = settings(deadline=None, derandomize=True, max_examples=25)
PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))


@st.composite
def works(draw, dtype=None):
    """Maps, filters, a bias or none, and options that fit."""
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    inputs, outputs = groups * draw(st.integers(1, 3)), groups * draw(st.integers(1, 4))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    dtype = dtype or draw(st.sampled_from([np.float32, np.float64]))
    x = random.normal(size=(draw(st.integers(1, 2)), inputs, draw(st.integers(1, 12)), draw(st.integers(1, 12)))).astype(dtype)
    w = random.normal(size=(outputs, inputs // groups, draw(st.integers(1, 4)), draw(st.integers(1, 4)))).astype(dtype)
    bias = random.normal(size=outputs).astype(dtype) if draw(st.booleans()) else None
    padding = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    options = {"stride": draw(PAIRS), "padding": padding, "dilation": draw(PAIRS), "groups": groups}
    reach = [options["dilation"][axis] * (w.shape[2 + axis] - 1) + 1 for axis in (0, 1)]
    assume(all(x.shape[2 + axis] + 2 * padding[axis] >= reach[axis] for axis in (0, 1)))
    return x, w, bias, options


def convolved(x, w, bias, options, algorithm):
    """By the algorithm that is asked for, whatever the plan would choose."""
    window = Window(w.shape[2:], *(options[name] for name in ("stride", "padding", "dilation")))
    plan = replace(layer_plan(x.shape, w.shape, window, options["groups"]), algorithm=algorithm)
    (y,) = place.computed(partial(layers._forward, plan), "cpu", 0, x, w, bias)
    return y


def assert_near(found, expected, size):
    """Up to rounding of sums whose terms add up to ``size``."""
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=0, atol=30 * np.finfo(found.dtype).eps * (size + 1))


def sizes(x, w):
    return np.abs(w).sum(axis=(1, 2, 3)).max() * np.abs(x).max()


@pytest.mark.usefixtures("loops")
@LAW
@given(work=works())
def test_every_algorithm_gives_what_torch_gives(work, device) -> None:
    torch = pytest.importorskip("torch")
    x, w, bias, options = work
    given_bias = None if bias is None else torch.tensor(bias)
    expected = torch.nn.functional.conv2d(torch.tensor(x), torch.tensor(w), given_bias, **options).numpy()
    for algorithm in (LayerAlgorithm.DIRECT, LayerAlgorithm.PATCHES):
        assert_near(convolved(x, w, bias, options, algorithm), expected, sizes(x, w))
    assert_near(kernels.conv2d(x, w, bias, **options, device=device), expected, sizes(x, w))


@LAW
@given(work=works())
def test_gradients_are_torchs(work, device) -> None:
    torch = pytest.importorskip("torch")
    x, w, _, options = work
    leaves = [torch.tensor(x, requires_grad=True), torch.tensor(w, requires_grad=True)]
    bias = torch.zeros(len(w), dtype=leaves[0].dtype, requires_grad=True)
    y = torch.nn.functional.conv2d(*leaves, bias, **options)
    grad = np.random.default_rng(0).normal(size=tuple(y.shape)).astype(x.dtype)
    y.backward(torch.tensor(grad))
    found = kernels.conv2d_backward(grad, x, w, **options, device=device)
    for one, leaf in zip(found, [*leaves, bias], strict=True):
        assert_near(one, leaf.grad.numpy(), 10 * grad.size)


@FEW
@given(works(np.float64), st.integers(0, 2**32))
def test_gradients_are_differences(work, seed) -> None:
    """The result is linear in each argument, so that a finite difference is exact but for rounding."""
    x, w, _, options = work
    random = np.random.default_rng(seed)
    bias = random.normal(size=len(w))
    grad = random.normal(size=kernels.conv2d(x, w, bias, **options).shape)

    def loss(*arguments):
        return float((kernels.conv2d(*arguments, **options) * grad).sum())

    for place_, slope in enumerate(kernels.conv2d_backward(grad, x, w, **options)):
        moved, step = [x, w, bias], random.normal(size=slope.shape)
        ahead, behind = (loss(*[one + sign * step * (n == place_) if n == place_ else one for n, one in enumerate(moved)])
                         for sign in (1, -1))  # fmt: skip
        assert (ahead - behind) / 2 == pytest.approx(float((slope * step).sum()), rel=1e-9, abs=1e-8)


@FEW
@given(works(np.float64), st.integers(0, 2**32))
def test_gradients_are_convolutions_themselves(work, seed) -> None:
    """The decks' duality: dw correlates input and gradient, dx is the full convolution with the flipped kernel."""
    x, w, _, options = work
    options = {**options, "stride": 1, "groups": 1}
    w = np.random.default_rng(seed).normal(size=(len(w), x.shape[1], *w.shape[2:]))
    grad = np.random.default_rng(seed).normal(size=kernels.conv2d(x, w, **options).shape)
    dx, dw, db = kernels.conv2d_backward(grad, x, w, **options)
    around, apart = options["padding"], options["dilation"]
    swapped = [array.swapaxes(0, 1) for array in (x, grad)]
    np.testing.assert_allclose(
        dw.swapaxes(0, 1), kernels.conv2d(*swapped, padding=around, stride=apart)[..., : w.shape[2], : w.shape[3]]
    )
    full = tuple(apart[axis] * (w.shape[2 + axis] - 1) for axis in (0, 1))
    flipped = w.swapaxes(0, 1)[:, :, ::-1, ::-1]
    whole = kernels.conv2d(grad, flipped, padding=full, dilation=apart)
    cut = (slice(around[axis], around[axis] + x.shape[2 + axis]) for axis in (0, 1))
    np.testing.assert_allclose(dx, whole[:, :, *cut], atol=1e-12)
    np.testing.assert_allclose(db, grad.sum(axis=(0, 2, 3)))


@pytest.mark.usefixtures("loops")
@FEW
@given(works(np.float64), st.floats(-3, 3), st.integers(0, 1))
def test_it_is_linear_and_pictures_do_not_touch_each_other(work, factor, algorithm) -> None:
    x, w, _, options = work
    run = partial(convolved, bias=None, options=options, algorithm=(LayerAlgorithm.DIRECT, LayerAlgorithm.PATCHES)[algorithm])
    other = np.random.default_rng(1).normal(size=x.shape)
    np.testing.assert_allclose(run(x + factor * other, w), run(x, w) + factor * run(other, w), atol=1e-10)
    np.testing.assert_array_equal(run(np.concatenate([x, other]), w), np.concatenate([run(x, w), run(other, w)]))


@pytest.mark.parametrize("scratch", [1, 500, 5000, 100_000])
def test_the_result_does_not_depend_on_the_blocks(scratch, monkeypatch) -> None:
    random = np.random.default_rng(0)
    x, w = random.normal(size=(2, 3, 20, 31)), random.normal(size=(5, 3, 3, 4))
    options = {"stride": (1, 2), "padding": 2}
    y, grad = kernels.conv2d(x, w, **options), random.normal(size=(2, 5, 22, 16))
    slopes = kernels.conv2d_backward(grad, x, w, **options)
    monkeypatch.setattr(place, "CPU", place.Place(np, scratch))
    monkeypatch.setattr(place, "WORTH_SHARING", 1)  # on all threads, however little it is
    np.testing.assert_allclose(kernels.conv2d(x, w, **options), y, atol=1e-12)
    for found, expected in zip(kernels.conv2d_backward(grad, x, w, **options), slopes, strict=True):
        np.testing.assert_allclose(found, expected, atol=1e-10)


def test_beside_input_and_result_only_the_scratch_memory_is_taken(monkeypatch) -> None:
    import tracemalloc

    monkeypatch.setattr(place, "CPU", place.Place(np, 1 << 18))
    x, w = np.ones((1, 16, 160, 160), np.float32), np.ones((16, 16, 3, 3), np.float32)
    kernels.conv2d(x[:, :, :9, :9], w, device="cpu")
    tracemalloc.start()
    y = kernels.conv2d(x, w, padding=1, device="cpu")
    assert tracemalloc.get_traced_memory()[1] < y.nbytes + (1 << 18) + 50_000
    tracemalloc.stop()


def test_backwards_too(monkeypatch) -> None:
    import tracemalloc

    monkeypatch.setattr(place, "CPU", place.Place(np, 1 << 18))
    x, w = np.ones((1, 16, 160, 160), np.float32), np.ones((16, 16, 3, 3), np.float32)
    tracemalloc.start()
    dx, _, _ = kernels.conv2d_backward(x, x, w, padding=1, device="cpu")
    assert tracemalloc.get_traced_memory()[1] < dx.nbytes + (1 << 18) + 100_000
    tracemalloc.stop()


@pytest.mark.usefixtures("loops")
def test_many_bands_of_rows_are_one_result(monkeypatch) -> None:
    from kernels import direct

    random = np.random.default_rng(0)
    x, w = random.normal(size=(2, 4, 23, 17)), random.normal(size=(2, 2, 3, 3))
    options = {"stride": (2, 1), "padding": 1, "dilation": 2, "groups": 2}
    pairs = {name: (value, value) if isinstance(value, int) and name != "groups" else value for name, value in options.items()}
    once = convolved(x, w, None, pairs, LayerAlgorithm.DIRECT)
    monkeypatch.setattr(direct, "BAND_BYTES", 1)
    np.testing.assert_array_equal(convolved(x, w, None, pairs, LayerAlgorithm.DIRECT), once)


def test_the_plan_says_what_it_does_and_why() -> None:
    def choice(x, w, groups=1, **window):
        return layer_plan(x, w, Window(w[2:], **window), groups)

    assert choice((1, 8, 9, 9), (4, 8, 1, 1)).algorithm is LayerAlgorithm.PRODUCT
    assert choice((1, 8, 9, 9), (4, 8, 1, 1), stride=(2, 2)).algorithm is LayerAlgorithm.PATCHES
    assert choice((1, 3, 200, 200), (1, 3, 5, 5)).algorithm is LayerAlgorithm.DIRECT
    assert choice((1, 64, 224, 224), (64, 64, 3, 3)).algorithm is LayerAlgorithm.PATCHES
    assert choice((1, 9000, 100, 200), (1, 9000, 3, 3)).algorithm is LayerAlgorithm.PATCHES  # one row is too large
    depthwise = choice((1, 32, 112, 112), (32, 1, 3, 3), 32, padding=(1, 1))
    assert depthwise.algorithm is LayerAlgorithm.DIRECT
    assert "1 outputs of each group" in depthwise.why
    assert depthwise.macs == 32 * 112 * 112 * 9
    assert plans.layer_plan((1, 8, 9, 9), (4, 8, 3, 3), Window((3, 3)), 1) is choice((1, 8, 9, 9), (4, 8, 3, 3))


@pytest.mark.parametrize("case", ["fortran", "swapped", "read-only", "strided", "lists"])
def test_any_memory_order_gives_the_same(case) -> None:
    random = np.random.default_rng(0)
    x, w, bias = random.normal(size=(2, 3, 8, 9)), random.normal(size=(4, 3, 3, 3)), random.normal(size=4)
    expected = kernels.conv2d(x, w, bias), kernels.conv2d_backward(np.ones((2, 4, 6, 7)), x, w)

    def other(array):
        match case:
            case "fortran":
                return np.asfortranarray(array)
            case "swapped":
                return array.astype(array.dtype.newbyteorder())
            case "read-only":
                array = array.copy()
                array.flags.writeable = False
                return array
            case "strided":
                return np.repeat(array, 2, axis=-1)[..., ::2]
            case _:
                return array.tolist()

    before = x.copy(), w.copy()
    np.testing.assert_array_equal(kernels.conv2d(other(x), other(w), other(bias)), expected[0])
    for found, wanted in zip(kernels.conv2d_backward(other(np.ones((2, 4, 6, 7))), other(x), other(w)), expected[1], strict=True):
        np.testing.assert_array_equal(found, wanted)
        assert found.dtype.isnative
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(w, before[1])


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("algorithm", [LayerAlgorithm.DIRECT, LayerAlgorithm.PATCHES])
def test_nan_and_infinity_stay_in_their_footprint(algorithm) -> None:
    options = {"stride": (1, 1), "padding": (1, 1), "dilation": (1, 1), "groups": 1}
    x, w = np.ones((1, 2, 9, 9), np.float32), np.ones((2, 2, 3, 3), np.float32)
    x[0, 1, 4, 4], x[0, 0, 0, 8] = np.nan, np.inf
    y = convolved(x, w, None, options, algorithm)
    assert np.isnan(y[0, :, 3:6, 3:6]).all()
    assert np.isinf(y[0, :, :2, 7:]).all()
    assert np.count_nonzero(~np.isfinite(y)) == 2 * (9 + 4)
    huge = convolved(np.full_like(x, 3e38), w, None, options, algorithm)
    assert np.isinf(huge).all()


X, W = np.ones((1, 4, 6, 6), np.float32), np.ones((2, 4, 3, 3), np.float32)


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"x": X[0]}, ValueError, r"x must have shape \(N, C, H, W\) without an empty axis, got \(4, 6, 6\)"),
        ({"x": X[:0]}, ValueError, r"got \(0, 4, 6, 6\)"),
        ({"x": X[:, :, :0]}, ValueError, "empty axis"),
        ({"w": W[..., :0]}, ValueError, "w must have shape"),
        ({"x": X.astype(np.uint8)}, TypeError, "x must be float32 or float64, got uint8"),
        ({"x": X.astype(np.float16)}, TypeError, "float16"),
        ({"x": X.astype(complex)}, TypeError, "complex128"),
        ({"x": [[1.0], [1.0, 2.0]]}, ValueError, "different lengths"),
        ({"w": W.astype(np.float64)}, TypeError, "x is float32, w is float64"),
        ({"w": W[:, :3]}, ValueError, r"each filter must see 4 channels \(4 of x in 1 groups\), got 3"),
        ({"groups": 3}, ValueError, "groups = 3 must divide the 4 channels of x and the 2 filters"),
        ({"groups": 0}, ValueError, "groups must be at least 1"),
        ({"bias": np.ones(3, np.float32)}, ValueError, r"bias must have shape \(2,\), got \(3,\)"),
        ({"bias": np.ones(2)}, TypeError, "bias is float64"),
        ({"stride": 0}, ValueError, "stride must be at least 1, got 0"),
        ({"stride": 1.5}, TypeError, "stride must be a whole number"),
        ({"stride": (1, 2, 3)}, ValueError, "two of them"),
        ({"padding": -1}, ValueError, "padding must be at least 0"),
        ({"dilation": 3}, ValueError, r"window of 7 x 7 \(dilation included\) does not fit into maps of 6 x 6"),
        ({"device": "tpu"}, ValueError, "device must be one of auto, cpu, gpu, got 'tpu'"),
    ],
)
def test_what_is_not_allowed_is_said(arguments, error, says) -> None:
    arguments = {"x": X, "w": W, **arguments}
    with pytest.raises(error, match=says):
        kernels.conv2d(arguments.pop("x"), arguments.pop("w"), arguments.pop("bias", None), **arguments)


def test_a_gradient_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"grad must have shape \(1, 2, 4, 4\), got \(1, 2, 6, 6\)"):
        kernels.conv2d_backward(np.ones((1, 2, 6, 6), np.float32), X, W)
