"""Resolving is total: it clamps, completes and explains, and never raises."""

from dataclasses import replace

import numpy as np

from inspector.core.filtering import Channels
from inspector.core.picture import Picture
from inspector.core.resolve import changed, resolve
from inspector.core.state import AppState, Layout
from kernels import Border, Padding, preset


def picture(height: int = 6, width: int = 5, channels: int = 3) -> Picture:
    return Picture(
        np.zeros((height, width, channels), np.uint8) if channels > 1 else np.zeros((height, width), np.uint8), 0, 255, "p"
    )


def with_filter(state: AppState, **fields: object) -> AppState:
    return replace(state, filter=replace(state.filter, **fields))


def test_without_a_picture_there_is_nothing_to_request(state: AppState) -> None:
    resolved = resolve(state, None)
    assert (resolved.request, resolved.problem, resolved.pixel) == (None, "", None)


def test_a_pixel_is_inspected_from_the_start_and_kept_inside(state: AppState) -> None:
    assert resolve(state, picture()).pixel == (3, 3)
    assert resolve(replace(state, pixel=(100, 100)), picture()).pixel == (5, 4)
    assert resolve(with_filter(replace(state, pixel=(100, 100)), stride=2), picture()).pixel == (2, 2)


def test_the_channel_exists(state: AppState) -> None:
    asked = replace(state, channel=2)
    assert resolve(asked, picture()).channel == 2
    assert resolve(asked, picture(channels=1)).channel == 0
    assert resolve(with_filter(asked, channels=Channels.LUMINANCE), picture()).channel == 0


def test_a_kernel_that_does_not_fit_is_a_problem_in_words(state: AppState) -> None:
    resolved = resolve(with_filter(state, kernel=preset("gaussian5"), padding=Padding.VALID), picture(3, 3))
    assert resolved.request is None
    assert "3" in resolved.problem
    assert "5" in resolved.problem


def test_a_zero_sum_kernel_cannot_be_normalized_and_says_so(state: AppState) -> None:
    assert "sum to 0" in resolve(with_filter(state, normalize=True), picture()).kernel_note
    assert resolve(with_filter(state, normalize=True, kernel=preset("box3")), picture()).kernel_note == ""


def test_a_constant_that_is_not_used_makes_no_new_request(state: AppState) -> None:
    image = picture()
    before, after = resolve(state, image), resolve(with_filter(state, cval=5.0), image)
    assert before.request == after.request
    used = resolve(with_filter(state, cval=5.0, border=Border.CONSTANT), image)
    assert used.request != after.request


def test_only_what_differs_is_named(state: AppState) -> None:
    image = picture()
    before = resolve(state, image)
    assert changed(before, resolve(state, image)) == frozenset()
    assert changed(before, resolve(replace(state, layout=Layout.SIDE), image)) == {"layout"}
    assert changed(before, resolve(with_filter(state, stride=2), image)) == {"filter", "request", "pixel"}
    chosen = replace(state, field=replace(state.field, heat=False))
    assert changed(before, resolve(chosen, image)) == {"field"}
    assert resolve(chosen, image).field is chosen.field
    assert "source" in changed(None, before)
