"""Transforms: inverses, composition, oracles of numpy and SciPy, and all whole shifts as one view."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from inspector.core.shift.sampling import fourier_shifted
from inspector.core.shift.scene import Incoming, Scene, SceneError
from inspector.core.shift.transforms import Flip, Method, Rotation, Scale, Together, Translation, words

LAW = settings(deadline=None, derandomize=True, max_examples=60)
SCIPY = {Incoming.ZERO: "grid-constant", Incoming.EDGE: "nearest", Incoming.CIRCULAR: "grid-wrap"}
sides = st.integers(1, 9)
steps = st.integers(-12, 12)
amounts = st.floats(-6, 6)


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def circular(*shape: int) -> Scene:
    return Scene(noise(*shape), Incoming.CIRCULAR)


def moved(values: np.ndarray, transform) -> np.ndarray:
    return Scene(values, Incoming.CIRCULAR).seen(transform)


@LAW
@given(sides, sides, steps, steps)
def test_a_whole_circular_shift_is_a_roll_and_its_inverse_undoes_it(height, width, dy, dx):
    picture, shift = noise(2, height, width), Translation(dy, dx)
    assert np.array_equal(moved(picture, shift), np.roll(picture, (dy, dx), (1, 2)))
    assert np.array_equal(moved(moved(picture, shift), shift.inverse), picture)


@LAW
@given(steps, steps, steps, steps)
def test_whole_circular_shifts_add_up(dy, dx, then_dy, then_dx):
    picture = noise(1, 5, 7)
    assert np.array_equal(
        moved(moved(picture, Translation(dy, dx)), Translation(then_dy, then_dx)),
        moved(picture, Translation(dy + then_dy, dx + then_dx)),
    )


@LAW
@given(steps, steps, st.sampled_from(sorted(SCIPY)), st.booleans())
def test_shifts_are_those_of_scipy(dy, dx, incoming, half):
    dy, dx = (dy + 0.5, dx + 0.25) if half else (dy, dx)
    picture = noise(1, 6, 5)
    expected = ndimage.shift(picture[0], (dy, dx), order=1, mode=SCIPY[incoming], prefilter=False)
    assert np.allclose(Scene(picture, incoming).seen(Translation(dy, dx))[0], expected, atol=1e-5)


@LAW
@given(sides, sides, steps, steps)
def test_a_fourier_shift_by_whole_pixels_is_a_roll(height, width, dy, dx):
    picture = noise(2, height, width)
    assert np.allclose(fourier_shifted(picture, dy, dx), np.roll(picture, (dy, dx), (1, 2)), atol=1e-5)


@LAW
@given(amounts, amounts)
def test_fourier_shifts_of_odd_sides_are_undone_and_add_up(dy, dx):
    picture, shift = noise(1, 7, 9), Translation(dy, dx, Method.FOURIER)
    assert np.allclose(moved(moved(picture, shift), shift.inverse), picture, atol=1e-5)
    twice = moved(moved(picture, shift), shift)
    assert np.allclose(twice, moved(picture, Translation(2 * dy, 2 * dx, Method.FOURIER)), atol=1e-5)


def test_a_fourier_shift_moves_a_wave_exactly_and_a_bilinear_one_does_not():
    def wave(away: float) -> np.ndarray:
        return np.sin(2 * np.pi * (np.arange(16) - away) / 4).astype(np.float32)[None, None]

    assert np.allclose(moved(wave(0), Translation(0, 0.5, Method.FOURIER)), wave(0.5), atol=1e-6)
    assert np.abs(moved(wave(0), Translation(0, 0.5)) - wave(0.5)).max() > 0.2


@pytest.mark.parametrize("incoming", [Incoming.ZERO, Incoming.EDGE])
def test_a_fourier_shift_of_little_takes_in_what_comes_in(incoming):
    picture = np.full((1, 8, 8), 3, np.float32)
    seen = Scene(picture, incoming).seen(Translation(0, 0.5, Method.FOURIER))
    assert np.allclose(seen, 3, atol=1e-5) == (incoming is Incoming.EDGE)


@pytest.mark.parametrize("amount", [0.5, -1.5, 3.25])
def test_a_fourier_shift_of_a_window_over_a_larger_picture_invents_nothing(amount):
    """Against a smooth picture that is known everywhere and does not go round: no ringing from edge to edge."""

    def smooth(margin: int, away: float) -> np.ndarray:
        y, x = np.mgrid[-margin : 32 + margin, -margin : 32 + margin] - away
        return (np.sin(0.19 * x + 0.3) + np.cos(0.13 * y + 0.07 * x)).astype(np.float32)[None]

    there = Scene(smooth(8, 0), Incoming.CROP, window=(32, 32))
    waves, lines = (there.seen(Translation(amount, amount, method)) - smooth(0, amount) for method in reversed(Method))
    assert np.abs(waves).max() < 1e-3
    assert np.abs(waves).max() < np.abs(lines).max()
    edge = Scene(smooth(0, 0), Incoming.EDGE).seen(Translation(amount, amount, Method.FOURIER)) - smooth(0, amount)
    assert np.abs(edge[:, 8:-8, 8:-8]).max() < np.abs(lines).max()


def test_a_mirrored_fourier_shift_by_nothing_is_the_picture():
    picture = noise(2, 5, 8)
    assert np.array_equal(fourier_shifted(picture, 0, 0, mirrored=True), picture)


@pytest.mark.parametrize(("transform", "said"), [
    (Translation(200.0, 500.0), "a shift of 200 px down and 500 px right"), (Translation(0, -1.5), "a shift of 1.5 px left"),
    (Translation(), "a shift of 0 px"), (Rotation(15), "a turn of 15°"), (Scale(0.5), "scaling by 0.5"),
    (Together((Flip(), Translation(1, 0))), "mirroring with a shift of 1 px down"),
])  # fmt: skip
def test_transforms_are_told_in_words(transform, said):
    assert words(transform) == said
    with pytest.raises(SceneError, match="looks beyond") as raised:
        Scene(noise(1, 6, 6), Incoming.CROP, window=(2, 2)).seen(Together((Scale(0.01), transform)))
    assert str(raised.value).startswith(f"scaling by 0.01 with {said} looks")
    assert "(" not in str(raised.value)


@pytest.mark.parametrize("quarters", range(-4, 6))
def test_quarter_turns_of_square_pictures_are_exact_and_counter_clockwise(quarters):
    picture = noise(2, 6, 6)
    turned = Scene(picture).seen(Rotation(90 * quarters))
    assert np.array_equal(turned, np.rot90(picture, quarters, (1, 2)))
    assert np.array_equal(Scene(turned).seen(Rotation(90 * quarters).inverse), picture)


def test_half_turns_and_flips_of_any_picture_are_exact():
    picture = noise(2, 5, 8)
    assert np.array_equal(Scene(picture).seen(Rotation(180)), picture[:, ::-1, ::-1])
    assert np.array_equal(Scene(picture).seen(Flip()), picture[:, :, ::-1])
    assert np.array_equal(Scene(Scene(picture).seen(Flip())).seen(Flip().inverse), picture)


@LAW
@given(st.floats(-180, 180), st.sampled_from(sorted(SCIPY)))
def test_turns_are_those_of_scipy(degrees, incoming):
    picture = noise(1, 7, 7)
    expected = ndimage.rotate(picture[0], degrees, reshape=False, order=1, mode=SCIPY[incoming], prefilter=False)
    assert np.allclose(Scene(picture, incoming).seen(Rotation(degrees))[0], expected, atol=1e-4)


def test_scaling_by_an_odd_factor_keeps_the_middle_and_takes_every_third_pixel_back():
    picture = noise(1, 9, 9)
    large = Scene(picture).seen(Scale(3))
    assert np.array_equal(large[0, 1::3, 1::3], picture[0, 3:6, 3:6])
    assert np.allclose(Scene(large).seen(Scale(3).inverse)[0, 3:6, 3:6], picture[0, 3:6, 3:6], atol=1e-6)
    assert np.array_equal(Scene(picture).seen(Scale(1)), picture)


@LAW
@given(st.sampled_from(Incoming), st.integers(0, 4), st.integers(1, 5), st.integers(1, 5))
def test_all_whole_shifts_are_one_view_of_what_each_shows(incoming, reach, height, width):
    larger = reach if incoming is Incoming.CROP else 0
    scene = Scene(noise(2, height + 2 * larger, width + 2 * larger), incoming, 0.5, (height, width) if larger else (0, 0))
    view = scene.shifts(reach)
    assert view.shape == (2 * reach + 1, 2 * reach + 1, 2, height, width)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            assert np.array_equal(view[dy + reach, dx + reach], scene.seen(Translation(dy, dx)))


def test_the_view_of_all_shifts_costs_one_canvas():
    scene = Scene(noise(3, 224, 224))
    tracemalloc.start()
    view = scene.shifts(16)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert view.nbytes > 600e6
    assert peak < 2 * 3 * 256 * 256 * 4
    assert not view.flags.writeable


def test_what_comes_in_is_what_was_asked_for():
    picture, right = np.ones((1, 2, 3), np.float32), Translation(0, 1)
    assert Scene(picture).seen(right)[0, 0].tolist() == [0, 1, 1]
    assert Scene(picture, Incoming.ZERO, 0.5).seen(right)[0, 0].tolist() == [0, 1, 1]
    assert Scene(picture, Incoming.CONSTANT, 0.5).seen(right)[0, 0].tolist() == [0.5, 1, 1]
    assert not Scene(picture).seen(Translation(0, 40)).any()


def test_a_window_slides_over_a_larger_picture_without_inventing_pixels():
    picture = np.arange(36, dtype=np.float32).reshape(1, 6, 6)
    scene = Scene(picture, Incoming.CROP, window=(2, 2))
    assert np.array_equal(scene.still, picture[:, 2:4, 2:4])
    assert np.array_equal(scene.seen(Translation(1, -2)), picture[:, 1:3, 4:6])
    assert np.array_equal(scene.seen(Translation(0.5, 0)), picture[:, 2:4, 2:4] - 3)
    for transform in (Translation(3, 0), Translation(0, -2.5), Scale(0.1), Translation(0, 2.5, Method.FOURIER)):
        with pytest.raises(SceneError, match="beyond the picture of 6 × 6"):
            scene.seen(transform)
    with pytest.raises(SceneError, match="shift of 3"):
        scene.shifts(3)


@pytest.mark.parametrize("scene", [
    lambda: Scene(noise(1, 4, 4), Incoming.CROP, window=(5, 4)), lambda: Scene(noise(1, 4, 4), Incoming.ZERO, window=(2, 2)),
    lambda: Scene(np.full((1, 2, 2), np.nan, np.float32)), lambda: Translation(np.nan, 0), lambda: Rotation(np.inf),
    lambda: Scale(0), lambda: Scale(-1),
])  # fmt: skip
def test_what_cannot_be_is_refused(scene):
    with pytest.raises(ValueError, match=r"cannot be looked at|not finite|finite amounts|larger than 0"):
        scene()
