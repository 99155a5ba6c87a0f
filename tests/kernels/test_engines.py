"""Laws of correlation and agreement with SciPy, OpenCV and numpy.pad, on every engine alike."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from kernels import Border, Padding, fft, layout
from kernels.plan import Algorithm, extent

LAW = settings(deadline=None, derandomize=True, max_examples=40)
DTYPES = ["uint8", "uint16", "float16", "float32", "float64"]
SCIPY = {
    "zero": "constant",
    "constant": "constant",
    "reflect": "reflect",
    "mirror": "mirror",
    "replicate": "nearest",
    "wrap": "wrap",
}
PAD = {
    "zero": "constant",
    "constant": "constant",
    "reflect": "symmetric",
    "mirror": "reflect",
    "replicate": "edge",
    "wrap": "wrap",
}

dtypes = st.sampled_from(DTYPES)
borders = st.sampled_from(list(Border))
steps = st.integers(1, 3)
seeds = st.integers(0, 2**32 - 1)


@st.composite
def pictures(draw: st.DrawFn, least: int = 1, most: int = 12) -> NDArray[Any]:
    """(H, W) or (H, W, C) of every dtype, values 0 … 255."""
    shape = (draw(st.integers(least, most)), draw(st.integers(least, most)), *draw(st.sampled_from([(), (1,), (3,)])))
    return np.random.default_rng(draw(seeds)).integers(0, 256, shape).astype(draw(dtypes))


@st.composite
def matrices(draw: st.DrawFn, most: int = 6) -> NDArray[np.float64]:
    """Weights with zeros among them, of even and odd sizes."""
    shape = draw(st.tuples(st.integers(1, most), st.integers(1, most)))
    random = np.random.default_rng(draw(seeds))
    return random.normal(size=shape).round(2) * random.integers(0, 2, shape)


def assert_close(result: NDArray[Any], expected: NDArray[Any], image: NDArray[Any], weights: NDArray[Any]) -> None:
    """Equal but for rounding, measured by the largest sum that could have arisen."""
    scale = np.abs(weights).sum() * max(1.0, float(np.abs(image.astype(np.float64)).max())) + 1
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=0, atol=scale * (1e-12 if result.dtype == "float64" else 1e-6))


def spread(weights: NDArray[Any], dilation: int) -> NDArray[Any]:
    """The weights with zeros between them."""
    wide = np.zeros([extent(size, dilation) for size in weights.shape])
    wide[::dilation, ::dilation] = weights
    return wide


def reaches_too_far_for_scipy(image: NDArray[Any], weights: NDArray[Any], border: Border) -> bool:
    """From two picture lengths beyond the edge on, SciPy 1.17 reads what lies before the picture in memory."""
    return border is Border.REFLECT and any(size > 2 * n for size, n in zip(weights.shape, image.shape, strict=False))


def each_channel(function: Any, image: NDArray[Any]) -> NDArray[Any]:
    if image.ndim == 2:
        return function(image)
    return np.stack([function(image[:, :, channel]) for channel in range(image.shape[2])], axis=2)


@LAW
@given(pictures(), matrices(), borders, steps, steps, st.floats(-5, 300))
def test_same_size_agrees_with_scipy(correlate, image, weights, border, stride, dilation, cval) -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    wide = spread(weights, dilation)
    origin = [size // 2 * dilation - whole // 2 for size, whole in zip(weights.shape, wide.shape, strict=True)]
    outside = cval if border is Border.CONSTANT else 0.0
    assume(not reaches_too_far_for_scipy(image, wide, border))

    def one(channel: NDArray[Any]) -> NDArray[Any]:
        full = ndimage.correlate(channel.astype(float), wide, mode=SCIPY[border], cval=outside, origin=origin)
        return full[::stride, ::stride]

    result = correlate(image, weights, border=border, cval=cval, stride=stride, dilation=dilation)
    assert_close(result, each_channel(one, image), np.append(image.astype(float), cval), weights)


@LAW
@given(pictures(least=7, most=14), matrices(), st.sampled_from(["zero", "reflect", "mirror", "replicate"]))
def test_agrees_with_opencv(correlate, image, weights, border) -> None:
    cv2 = pytest.importorskip("cv2")
    kind = {"zero": "CONSTANT", "reflect": "REFLECT", "mirror": "REFLECT_101", "replicate": "REPLICATE"}[border]
    anchor = (weights.shape[1] // 2, weights.shape[0] // 2)

    def one(channel: NDArray[Any]) -> NDArray[Any]:
        source = channel.astype(np.float64)
        return cv2.filter2D(source, cv2.CV_64F, weights, anchor=anchor, borderType=getattr(cv2, f"BORDER_{kind}"))

    assert_close(correlate(image, weights, border=Border(border)), each_channel(one, image), image, weights)


@LAW
@given(pictures(), matrices(), borders, st.one_of(st.sampled_from(list(Padding)), st.integers(0, 30)), steps, steps)
def test_a_border_is_what_numpy_pads(correlate, image, weights, border, padding, stride, dilation) -> None:
    reach = [extent(size, dilation) for size in weights.shape]
    anchors = [size // 2 * dilation for size in weights.shape]
    named = {
        Padding.SAME: [(anchor, whole - 1 - anchor) for anchor, whole in zip(anchors, reach, strict=True)],
        Padding.VALID: [(0, 0), (0, 0)],
        Padding.FULL: [(whole - 1, whole - 1) for whole in reach],
    }
    pads = named[padding] if isinstance(padding, Padding) else [(padding, padding)] * 2
    constant = {"constant_values": 7 if border is Border.CONSTANT else 0} if PAD[border] == "constant" else {}
    padded = np.pad(image, [*pads, (0, 0)][: image.ndim], mode=PAD[border], **constant)
    options = {"border": border, "cval": 7.0, "stride": stride, "dilation": dilation}
    if any(whole > size for whole, size in zip(reach, padded.shape, strict=False)):
        with pytest.raises(ValueError, match="does not fit"):
            correlate(image, weights, padding=padding, **options)
        return
    ours = correlate(image, weights, padding=padding, **options)
    theirs = correlate(padded, weights, padding=Padding.VALID, **options)
    assert_close(ours, theirs, image, weights)


@LAW
@given(pictures(), matrices(), st.floats(-3, 3), st.floats(-3, 3), seeds)
def test_linear_in_the_picture(correlate, image, weights, a, b, seed) -> None:
    image = image.astype(np.float64)
    other = np.random.default_rng(seed).normal(size=image.shape)
    together = correlate(a * image + b * other, weights)
    assert_close(together, a * correlate(image, weights) + b * correlate(other, weights), 4 * image, weights)


@LAW
@given(pictures(), matrices(), seeds, st.floats(-50, 50))
def test_linear_in_the_kernel_and_the_bias_is_added(correlate, image, weights, seed, bias) -> None:
    other = np.random.default_rng(seed).normal(size=weights.shape)
    together = correlate(image, weights + other, bias=bias)
    apart = correlate(image, weights).astype(float) + correlate(image, other) + bias
    assert_close(together, apart, image, np.abs(weights) + np.abs(other) + abs(bias))


@given(pictures(), borders)
@LAW
def test_identity(correlate, image, border) -> None:
    np.testing.assert_array_equal(correlate(image, [[1.0]], border=border), image.astype(np.float64))
    np.testing.assert_array_equal(correlate(image, np.pad([[1.0]], 2), border=border), image.astype(np.float64))


@LAW
@given(pictures(), matrices(), st.integers(-9, 9), st.integers(-9, 9))
def test_a_shifted_picture_gives_a_shifted_result(correlate, image, weights, dy, dx) -> None:
    moved = correlate(np.roll(image, (dy, dx), (0, 1)), weights, border=Border.WRAP)
    still = np.roll(correlate(image, weights, border=Border.WRAP), (dy, dx), (0, 1))
    np.testing.assert_array_equal(moved, still)


@LAW
@given(pictures(), matrices(), borders)
def test_turning_picture_and_kernel_turns_the_result(correlate, image, weights, border) -> None:
    anchor = tuple(size // 2 for size in weights.shape)
    turned = tuple(size - 1 - place for size, place in zip(weights.shape, anchor, strict=True))
    there = correlate(image[::-1, ::-1], weights[::-1, ::-1], border=border, anchor=turned)
    assert_close(there, correlate(image, weights, border=border, anchor=anchor)[::-1, ::-1], image, weights)


@LAW
@given(pictures(), matrices(), st.sampled_from(["zero", "wrap"]))
def test_flip_duality(correlate, image, weights, border) -> None:
    """The sum of a picture times a correlation is that of the convolution times the other picture."""
    image = image.astype(np.float64)
    other = np.random.default_rng(1).normal(size=image.shape)
    anchor = tuple(size // 2 for size in weights.shape)
    turned = tuple(size - 1 - place for size, place in zip(weights.shape, anchor, strict=True))
    left = (other * correlate(image, weights, border=Border(border), anchor=anchor)).sum()
    right = (image * correlate(other, weights[::-1, ::-1], border=Border(border), anchor=turned)).sum()
    assert left == pytest.approx(right, rel=1e-9, abs=1e-6)


@LAW
@given(
    pictures(),
    st.lists(st.integers(-4, 4), min_size=1, max_size=7),
    st.lists(st.integers(-4, 4), min_size=1, max_size=7),
    borders,
)
def test_one_column_after_one_row_is_their_product(correlate, image, column, row, border) -> None:
    image = image.astype(np.float64)
    product = np.outer(column, row)
    one_after_the_other = correlate(correlate(image, np.array([row]), border=border), np.transpose([column]), border=border)
    assert_close(correlate(image, product, border=border), one_after_the_other, image, product)


@LAW
@given(pictures(most=20), st.tuples(st.integers(1, 9), st.integers(1, 9)), borders, steps, steps, seeds)
def test_forced_algorithms_agree(correlate, image, shape, border, stride, dilation, seed) -> None:
    random = np.random.default_rng(seed)
    weights = np.outer(random.normal(size=shape[0]), random.normal(size=shape[1]))
    options = {"border": border, "cval": 3.0, "stride": stride, "dilation": dilation, "bias": 2.0}
    direct = correlate(image, weights, **options)
    for algorithm in (Algorithm.SEPARABLE, Algorithm.FFT):
        other = correlate(image, weights, algorithm=algorithm, **options)
        assert other.dtype == direct.dtype
        assert_close(other, direct, image, weights)


@LAW
@given(pictures(), matrices(), borders, steps, seeds)
def test_not_a_number_and_infinity_spread_only_under_weights(correlate, image, weights, border, stride, seed) -> None:
    image = image.astype(np.float64)
    random = np.random.default_rng(seed)
    image[random.random(image.shape) < 0.1] = np.nan
    image[random.random(image.shape) < 0.1] = np.inf
    image[random.random(image.shape) < 0.05] = -np.inf
    used = weights != 0

    def touched(mask: NDArray[Any]) -> NDArray[Any]:
        return correlate(mask.astype(float), used.astype(float), border=border, stride=stride) > 0.5

    result = correlate(image.astype(np.float32), weights, border=border, stride=stride)
    # infinities of one sign only, times weights of one sign, stay; all else that is touched may be NaN
    np.testing.assert_array_equal(~np.isfinite(result), touched(~np.isfinite(image)))
    assert np.isnan(result[touched(np.isnan(image))]).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("border", Border)
def test_a_kernel_many_times_the_picture(correlate, dtype, border) -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    image = np.arange(6).reshape(2, 3).astype(dtype)
    weights = np.random.default_rng(4).normal(size=(23, 30))
    padded = np.pad(image.astype(float), 30, mode=PAD[border])  # see reaches_too_far_for_scipy
    expected = ndimage.correlate(padded, weights)[30:-30, 30:-30]
    assert_close(correlate(image, weights, border=border), expected, image, weights)


@pytest.mark.parametrize("dtype", DTYPES)
def test_one_pixel(correlate, dtype) -> None:
    image = np.full((1, 1), 5, dtype)
    ones = np.ones((3, 3))
    assert correlate(image, ones, border=Border.ZERO).tolist() == [[5]]
    assert correlate(image, ones, border=Border.MIRROR).tolist() == [[45]]
    assert correlate(image, ones, border=Border.CONSTANT, cval=1.0).tolist() == [[13]]


@pytest.mark.parametrize(("size", "stride", "dilation"), [(5, 1, 1), (33, 1, 1), (8, 3, 1), (3, 2, 2), (2, 7, 1), (9, 2, 3)])
@pytest.mark.parametrize("border", [Border.REFLECT, Border.CONSTANT])
def test_small_blocks_have_no_seams(correlate, monkeypatch, border, size, stride, dilation) -> None:
    random = np.random.default_rng(size)
    image = random.integers(0, 256, (150, 170, 3), dtype=np.uint8)
    weights = np.outer(random.normal(size=size), random.normal(size=size))
    options = {"border": border, "cval": 5.0, "stride": stride, "dilation": dilation}
    whole = correlate(image, weights, **options)
    monkeypatch.setattr(layout, "SCRATCH_BYTES", 1000)
    monkeypatch.setattr(layout, "FEWEST_ROWS", 7)
    monkeypatch.setattr(layout, "FEWEST_COLUMNS", 10)
    monkeypatch.setattr(fft, "SMALLEST_TILE", 16)
    for algorithm in Algorithm:
        assert_close(correlate(image, weights, algorithm=algorithm, **options), whole, image, weights)


@pytest.mark.parametrize("stride", [1, 2])
def test_large_pictures_agree_with_scipy(correlate, stride) -> None:
    ndimage = pytest.importorskip("scipy.ndimage")
    image = np.random.default_rng(0).integers(0, 256, (300, 1500, 3), dtype=np.uint8)
    weights = np.random.default_rng(1).normal(size=(5, 4))
    expected = each_channel(lambda channel: ndimage.correlate(channel.astype(float), weights)[::stride, ::stride], image)
    assert_close(correlate(image, weights, stride=stride), expected, image, weights)


@LAW
@given(hnp.arrays(np.float32, (5, 6), elements=st.floats(-1e6, 1e6, width=32)), st.integers(0, 2), st.integers(0, 3))
def test_the_anchor_moves_the_result(correlate, image, y, x) -> None:
    """A single weight of 1 copies the picture, moved by its distance from the anchor."""
    weights = np.zeros((3, 4))
    weights[y, x] = 1
    result = correlate(image, weights, anchor=(1, 2), border=Border.WRAP)
    np.testing.assert_array_equal(result, np.roll(image, (1 - y, 2 - x), (0, 1)))
