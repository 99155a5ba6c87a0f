"""The hand-made kernels do what they say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernels import Kernel, correlate, preset, presets
from kernels.makers import box, gabor, gaussian, laplacian_of_gaussian, motion_blur

LAW = settings(deadline=None, derandomize=True, max_examples=60)
PROMISED = [
    "identity", "edge4", "edge8", "sharpen", "box3", "gaussian3", "gaussian5", "sobel-x", "sobel-y", "prewitt-x", "prewitt-y",
    "scharr-x", "scharr-y", "vertical-edge", "emboss-se", "laplacian-of-gaussian", "unsharp", "motion-blur",
]  # fmt: skip
sizes = st.integers(1, 25)


def test_what_scripts_rely_on_is_there() -> None:
    ids = [kernel.id for kernel in presets()]
    assert set(PROMISED) <= set(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kernel", presets(), ids=lambda kernel: kernel.id)
def test_each_says_what_it_is(kernel) -> None:
    assert 0 < len(kernel.title) <= 16
    assert kernel.shows.endswith(".")
    assert kernel.source
    assert preset(kernel.id) is kernel


def test_sums() -> None:
    """Blurs, sharpening and reliefs keep flat areas; edges, lines and Gabor make them 0."""
    for kernel in presets():
        keeps = kernel.id.startswith(("identity", "box", "gauss", "motion", "sharpen", "unsharp", "emboss"))
        assert kernel.weights.sum() == pytest.approx(1 if keeps else 0, abs=1e-6), kernel.id


def test_numbers_of_the_decks() -> None:
    assert preset("edge4").weights.tolist() == [[0, -1, 0], [-1, 4, -1], [0, -1, 0]]
    assert preset("edge8").weights.tolist() == [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]
    assert preset("sharpen").weights.tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    assert (preset("gaussian3").weights * 16).tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]
    assert (preset("gaussian5").weights * 256)[:2].tolist() == [[1, 4, 6, 4, 1], [4, 16, 24, 16, 4]]
    assert preset("box3").weights.tolist() == np.full((3, 3), np.float32(1 / 9)).tolist()
    assert preset("vertical-edge").weights.tolist() == [[1, 0, -1]] * 3


def test_operators_agree_with_opencv() -> None:
    cv2 = pytest.importorskip("cv2")
    image = np.random.default_rng(0).normal(size=(9, 9))
    for name, operator in (("sobel", cv2.Sobel), ("scharr", cv2.Scharr)):
        for axis, (dx, dy) in {"x": (1, 0), "y": (0, 1)}.items():
            ours = correlate(image, preset(f"{name}-{axis}"), border="mirror")
            np.testing.assert_allclose(ours, operator(image, cv2.CV_64F, dx, dy), atol=1e-12)


@pytest.mark.parametrize("id", [kernel.id for kernel in presets() if kernel.id.startswith("emboss")])
def test_emboss_is_brighter_towards_its_direction(id) -> None:
    step = {"n": (-1, 0), "s": (1, 0), "e": (0, 1), "w": (0, -1)}
    towards = np.sum([step[letter] for letter in id.removeprefix("emboss-")], axis=0)
    slope = np.tensordot(preset(id).weights, np.mgrid[-1:2, -1:2], axes=((0, 1), (1, 2)))  # of the result to y and x
    np.testing.assert_allclose(slope / np.linalg.norm(slope), towards / np.linalg.norm(towards), atol=1e-6)


@LAW
@given(sizes, st.floats(0.1, 50))
def test_gaussians(size, sigma) -> None:
    weights = gaussian(size, sigma).weights
    assert weights.shape == (size, size)
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    for turned in (weights.T, weights[::-1], weights[:, ::-1]):
        np.testing.assert_allclose(weights, turned, atol=1e-7)


@LAW
@given(sizes.filter(lambda size: size % 2 == 1))
def test_the_usual_gaussian_is_opencvs(size) -> None:
    cv2 = pytest.importorskip("cv2")
    line = cv2.getGaussianKernel(size, 0.15 * size + 0.35)
    np.testing.assert_allclose(gaussian(size).weights, line @ line.T, atol=1e-6)


@LAW
@given(st.integers(3, 25), st.floats(0.5, 6))
def test_laplacians_of_gaussians_ignore_flat_areas(size, sigma) -> None:
    weights = laplacian_of_gaussian(size, sigma).weights
    assert weights.sum() == pytest.approx(0, abs=1e-4)
    assert np.abs(weights).sum() == pytest.approx(2, abs=1e-4)
    assert weights.max() == weights[size // 2, size // 2]


@LAW
@given(st.integers(5, 25), st.floats(3, 12), st.floats(0, 180))
def test_gabor_is_even_and_turns_with_its_angle(size, wavelength, theta) -> None:
    weights = gabor(size, wavelength, theta).weights
    np.testing.assert_allclose(weights, weights[::-1, ::-1], atol=1e-6)
    np.testing.assert_allclose(np.rot90(weights, -1), gabor(size, wavelength, theta + 90).weights, atol=1e-6)


def test_gabor_fades_to_nothing() -> None:
    weights = gabor(25, 5).weights
    assert np.abs(weights[[0, 0, -1, -1], [0, -1, 0, -1]]).max() < 1e-5
    assert weights.sum() == pytest.approx(0, abs=1e-6)


def test_motion_runs_along_its_line() -> None:
    np.testing.assert_allclose(motion_blur(5).weights, np.pad(np.full((1, 5), 0.2), ((2, 2), (0, 0))), atol=1e-7)
    np.testing.assert_allclose(motion_blur(5, 90).weights, motion_blur(5).weights.T, atol=1e-7)
    up = motion_blur(9, 45).weights
    assert up[0, 8] + up[1, 7] > 20 * (up[0, 0] + up[1, 1])


@LAW
@given(sizes, st.floats(-360, 360))
def test_motion_keeps_brightness(size, angle) -> None:
    assert motion_blur(size, angle).weights.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("id", "same"),
    [
        ("box:9", box(9)),
        ("gaussian:15", gaussian(15)),
        ("gaussian:15:2.5", gaussian(15, 2.5)),
        ("gaussian:15:5/2", gaussian(15, 2.5)),
        ("log:9:1.4", laplacian_of_gaussian(9, 1.4)),
        ("gabor:21:6:45", gabor(21, 6, 45)),
        ("motion:15:45", motion_blur(15, 45)),
    ],
)
def test_ids_with_numbers(id, same) -> None:
    assert preset(id) == same


@pytest.mark.parametrize("id", ["box:9", "gaussian:15:2.5", "log:9:1.4", "gabor:21:6:45:3:0.5", "motion:15:45"])
def test_ids_name_the_same_kernel_again(id) -> None:
    assert preset(id).id == id
    assert preset(preset(id).id) == preset(id)


@pytest.mark.parametrize(
    ("id", "says"),
    [
        ("sobel", "did you mean .*sobel-x"),
        ("gausian3", "did you mean gaussian3"),
        ("zzz", "there are identity"),
        ("median:3", "there is no kernel 'median' with parameters"),
        ("gaussian:", "not a number"),
        ("gaussian:5:1:2", r"write gaussian:size\[:sigma\]"),
        ("log:5", "write log:size:sigma"),
        ("box:2.5", "whole number from 1 to 1000, got 2.5"),
        ("box:0", "whole number"),
        ("box:1e9", "whole number"),
        ("gaussian:5:-1", "sigma must be a positive number, got -1"),
        ("gabor:5:0", "wavelength must be a positive"),
    ],
)
def test_ids_that_do_not_exist(id, says) -> None:
    with pytest.raises(ValueError, match=says):
        preset(id)


class TestKernel:
    def test_is_a_value(self) -> None:
        assert Kernel([[1, 2]]) == Kernel(np.array([[1.0, 2.0]]))
        assert Kernel([[1, 2]]) != Kernel([[1], [2]])
        assert len({Kernel([[1]]), Kernel([[1]]), Kernel([[1]], bias=1)}) == 2
        assert Kernel([[1]]) != 1

    def test_cannot_be_changed(self) -> None:
        kernel = Kernel([[1]])
        with pytest.raises(AttributeError):
            kernel.bias = 2
        with pytest.raises(ValueError, match="read-only"):
            kernel.weights[0, 0] = 2

    def test_keeps_its_weights_when_the_array_changes(self) -> None:
        source = np.ones((2, 2), np.float32)
        kernel = Kernel(source)
        source[:] = 5
        assert kernel.weights.tolist() == [[1, 1], [1, 1]]

    def test_anchor_follows_size_and_flip(self) -> None:
        assert Kernel(np.ones((4, 3))).anchor == (2, 1)
        assert Kernel(np.ones((4, 3))).flipped().anchor == (1, 1)
        assert Kernel(np.ones((4, 3)), anchor=(0, 0)).with_(weights=np.ones((5, 5))).anchor == (2, 2)
        assert Kernel(np.ones((4, 3)), anchor=(0, 0)).with_(bias=1.0).anchor == (0, 0)

    @pytest.mark.parametrize(
        ("weights", "options", "says"),
        [([[1e39]], {}, "too large"), ([[1]], {"anchor": (1, 0)}, "lies outside"), ([[1]], {"bias": np.inf}, "bias must be"),
         ([[np.inf]], {}, "row 1, column 1"), ([], {}, "at least 1 x 1")],
    )  # fmt: skip
    def test_refuses(self, weights, options, says) -> None:
        with pytest.raises(ValueError, match=says):
            Kernel(weights, **options)
