"""What is said of kernels: laws that hold for all of them, and some that everybody knows."""

from math import hypot, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kernels import Kernel, analysis, correlate, preset, presets
from kernels.analysis import Symmetry

LAW = settings(deadline=None, derandomize=True, max_examples=60)
NUMBERS = st.floats(-4, 4, width=16)
MATRICES = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=6), elements=NUMBERS)


@st.composite
def anchored(draw, biased=True):
    weights = draw(MATRICES)
    anchor = draw(st.integers(0, weights.shape[0] - 1)), draw(st.integers(0, weights.shape[1] - 1))
    return Kernel(weights, anchor=anchor, bias=draw(NUMBERS) if biased else 0.0)


@LAW
@given(MATRICES)
def test_the_factors_multiply_back(weights) -> None:
    found = analysis.factors(weights)
    np.testing.assert_allclose(found.weights, weights, atol=1e-6)
    assert found.rank == analysis.rank(weights) == np.linalg.matrix_rank(weights, rtol=1e-7)
    assert (found.columns.shape, found.rows.shape) == ((found.rank, weights.shape[0]), (found.rank, weights.shape[1]))


@LAW
@given(st.integers(0, 4), st.integers(4, 9), st.integers(4, 9), st.integers(0, 2**32))
def test_the_rank_is_that_of_what_was_put_together(count, height, width, seed) -> None:
    """Also after the weights were rounded to float32."""
    random = np.random.default_rng(seed)
    weights = random.normal(size=(height, count)) @ random.normal(size=(count, width))
    assert analysis.rank(Kernel(weights)) == count


def test_ranks_that_everybody_knows() -> None:
    for id, expected in {"box3": 1, "gaussian5": 1, "sobel-x": 1, "gaussian:31:4": 1, "edge4": 2, "identity": 1}.items():
        assert analysis.rank(preset(id)) == expected, id
    assert analysis.rank(np.zeros((3, 4))) == 0


@LAW
@given(anchored(biased=False), st.integers(0, 7), st.integers(0, 7))
def test_waves_come_out_times_the_response(kernel, n, m) -> None:
    """Of a picture of 8 x 8 that goes round."""
    response = analysis.frequency_response(kernel, (8, 8))
    y, x = np.indices((8, 8))
    wave = np.exp(2j * np.pi * (response.y[n] * y + response.x[m] * x))
    made = correlate(wave.real, kernel, border="wrap") + 1j * correlate(wave.imag, kernel, border="wrap")
    expected = response.magnitude[n, m] * np.exp(1j * response.phase[n, m]) * wave
    np.testing.assert_allclose(made, expected, atol=1e-9)


@LAW
@given(MATRICES)
def test_parseval(weights) -> None:
    """The mean of |H|² over all frequencies is the sum of the squared weights."""
    magnitude = analysis.frequency_response(weights, (7, 8)).magnitude
    assert np.sqrt(np.square(magnitude).mean()) == pytest.approx(analysis.noise_gain(weights), abs=1e-9)


@LAW
@given(MATRICES)
def test_the_response_at_nothing_is_the_gain_of_a_constant_picture(weights) -> None:
    response = analysis.frequency_response(weights, (6, 9))
    assert (response.y[3], response.x[4]) == (0, 0)
    gain = analysis.dc_gain(weights)
    assert response.magnitude[3, 4] * np.cos(response.phase[3, 4]) == pytest.approx(gain, abs=1e-9)
    np.testing.assert_allclose(correlate(np.ones((7, 7)), weights), gain, atol=1e-5)


def test_noise_grows_by_the_noise_gain() -> None:
    noise = np.random.default_rng(0).normal(size=(400, 400))
    made = correlate(noise, preset("gaussian5"), padding="valid")
    assert made.std() == pytest.approx(analysis.noise_gain(preset("gaussian5")), rel=0.02)


@pytest.mark.parametrize("anchor", [(1, 1), (0, 2)])
def test_the_response_of_one_pixel_is_one_and_a_shift_is_phase(anchor) -> None:
    weights = np.zeros((3, 3))
    weights[1, 1] = 1
    response = analysis.frequency_response(Kernel(weights, anchor=anchor), (16, 9))
    np.testing.assert_allclose(response.magnitude, 1)
    shift = 2 * pi * (response.y[:, np.newaxis] * (1 - anchor[0]) + response.x * (1 - anchor[1]))
    np.testing.assert_allclose(np.exp(1j * response.phase), np.exp(1j * shift), atol=1e-12)
    assert analysis.isotropy(Kernel(weights, anchor=anchor)) == pytest.approx(1)


def test_where_nothing_comes_out_there_is_no_phase() -> None:
    response = analysis.frequency_response(np.ones((3, 3)) / 9, (3, 3))
    assert np.count_nonzero(response.magnitude > 1e-12) == 1
    assert not response.phase.any()


@LAW
@given(MATRICES, st.booleans(), st.booleans())
def test_symmetry_is_what_mirroring_does(weights, even_y, even_x) -> None:
    for axis, even in enumerate((even_y, even_x)):
        weights = weights + (1 if even else -1) * np.flip(weights, axis)
    found = analysis.symmetry(weights)
    expected = [Symmetry.EVEN if even else Symmetry.ODD for even in (even_y, even_x)]
    assert list(found) == (expected if weights.any() else [Symmetry.EVEN] * 2)


def test_symmetries_that_everybody_knows() -> None:
    assert analysis.symmetry(preset("gaussian5")) == (Symmetry.EVEN, Symmetry.EVEN)
    assert analysis.symmetry(preset("sobel-x")) == (Symmetry.EVEN, Symmetry.ODD)
    assert analysis.symmetry(preset("emboss-se")) == (Symmetry.NONE, Symmetry.NONE)


@LAW
@given(MATRICES, st.floats(0.5, 3))
def test_isotropy_is_a_share_and_turning_and_scaling_do_not_change_it(weights, factor) -> None:
    share = analysis.isotropy(weights)
    assert 0 <= share <= 1 + 1e-12
    assert analysis.isotropy(-factor * weights) == pytest.approx(share)
    assert analysis.isotropy(np.rot90(weights)) == pytest.approx(share, abs=1e-9)


def test_isotropy_of_what_is_known() -> None:
    assert analysis.isotropy(preset("gaussian:31:2")) == pytest.approx(1, abs=1e-4)
    y, x = np.indices((41, 41)) - 20.0
    slope = -x * np.exp(-(x * x + y * y) / (2 * 3.0**2))
    assert analysis.isotropy(slope) == pytest.approx(8 / pi**2, abs=1e-3)  # |H| is |cos θ| times what depends on the length
    assert analysis.isotropy(np.ones((1, 9))) < analysis.isotropy(np.ones((9, 9))) < 1
    assert analysis.isotropy(np.zeros((2, 2))) == 1


@LAW
@given(st.lists(anchored(), min_size=1, max_size=3))
def test_folding_is_applying_one_after_the_other(chain) -> None:
    picture = np.random.default_rng(0).normal(size=(20, 22))
    made = picture
    for kernel in chain:
        made = correlate(made, kernel, padding="valid")
    one = analysis.folded(*chain)
    assert one.shape == tuple(sum(kernel.shape[axis] - 1 for kernel in chain) + 1 for axis in (0, 1))
    size = np.prod([np.abs(kernel.weights).sum() + abs(kernel.bias) + 1 for kernel in chain])
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(correlate(picture, one, padding="valid"), made, atol=1e-6 * size, rtol=1e-5)


@LAW
@given(anchored(), anchored())
def test_a_folded_kernel_lies_where_the_chain_lies(a, b) -> None:
    """In the middle of a picture that is 0 elsewhere, borders do not matter."""
    picture = np.zeros((41, 43))
    picture[20, 21] = 1.0
    chain = correlate(correlate(picture, a, border="wrap"), b, border="wrap")
    np.testing.assert_allclose(correlate(picture, analysis.folded(a, b), border="wrap"), chain, atol=1e-4)


def test_a_folded_chain_is_called_what_it_does() -> None:
    one = analysis.folded(preset("box3"), preset("sobel-x"), [[1.0, -1.0]])
    assert (one.id, one.title, one.shape) == ("folded", "Box 3, then Sobel x, then Custom", (5, 6))


@pytest.mark.parametrize("kernel", presets(), ids=lambda kernel: kernel.id)
def test_every_preset_is_like_itself(kernel) -> None:
    found = analysis.nearest_preset(kernel.weights * 3)
    assert found is not None
    assert found.similarity == pytest.approx(1)
    np.testing.assert_allclose(
        found.kernel.weights / np.linalg.norm(found.kernel.weights), kernel.weights / np.linalg.norm(kernel.weights), atol=1e-6
    )


@LAW
@given(MATRICES, st.floats(0.25, 4))
def test_likeness_is_a_cosine_and_no_preset_is_nearer(weights, factor) -> None:
    found = analysis.nearest_preset(weights)
    if found is None:
        assert not weights.any()
        return
    assert -1 - 1e-9 <= found.similarity <= 1 + 1e-9
    again = analysis.nearest_preset(factor * weights)
    assert again is not None
    assert again.similarity == pytest.approx(found.similarity)
    for one in presets():
        around = [correlate(np.pad([[1.0]], 12), k.flipped(), border="zero") for k in (Kernel(weights), one.with_(bias=0.0))]
        cosine = (around[0] * around[1]).sum() / hypot(*around[0].ravel()) / hypot(*around[1].ravel())
        assert cosine <= found.similarity + 1e-6


def test_a_picture_like_sobel_is_nearest_to_it() -> None:
    noisy = preset("sobel-y").weights + 0.1 * np.random.default_rng(0).normal(size=(3, 3))
    found = analysis.nearest_preset(noisy)
    assert found is not None
    assert found.kernel.id == "sobel-y"
    wide = np.pad(preset("sobel-y").weights, 2)
    assert analysis.nearest_preset(wide) == (preset("sobel-y"), pytest.approx(1))


@pytest.mark.parametrize("ask", [analysis.rank, analysis.dc_gain, analysis.symmetry, analysis.isotropy, analysis.nearest_preset,
                                 analysis.noise_gain, analysis.frequency_response, analysis.folded])  # fmt: skip
def test_what_is_no_kernel_is_refused(ask) -> None:
    with pytest.raises(ValueError, match="matrix of at least 1 x 1"):
        ask(np.zeros((0, 3)))
    with pytest.raises(ValueError, match="not a finite number"):
        ask([[np.nan]])
    with pytest.raises(TypeError, match="real numbers"):
        ask([["x"]])


def test_what_has_no_answer_is_said() -> None:
    with pytest.raises(ValueError, match="at least one kernel"):
        analysis.folded()
    with pytest.raises(ValueError, match="at least 1 x 1 frequencies"):
        analysis.frequency_response([[1.0]], (0, 4))
