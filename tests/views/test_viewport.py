"""Zoom and pan as arithmetic: laws that every view relies on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.placement import Placement
from inspector.views.viewport import LARGEST, SMALLEST, Frame, Viewport

lengths = st.floats(-500, 500)
viewports = st.builds(Viewport, st.floats(0.05, 50), lengths, lengths)
frames = st.builds(Frame, viewports, st.floats(100, 2000), st.floats(100, 2000))
places = st.builds(Placement, lengths, lengths, st.floats(1, 5000), st.floats(1, 5000))


@given(frames, lengths, lengths)
def test_screen_and_picture_are_inverse(frame: Frame, x: float, y: float) -> None:
    assert frame.picture_x(frame.screen_x(x)) == pytest.approx(x, abs=1e-6)
    assert frame.picture_y(frame.screen_y(y)) == pytest.approx(y, abs=1e-6)


@given(frames, st.floats(0.01, 100), lengths, lengths)
def test_zooming_holds_the_point_under_the_mouse(frame: Frame, factor: float, dx: float, dy: float) -> None:
    x, y = frame.width / 2 + dx, frame.height / 2 + dy
    after = Frame(frame.viewport.zoomed(factor, dx, dy), frame.width, frame.height)
    assert after.picture_x(x) == pytest.approx(frame.picture_x(x), abs=1e-6)
    assert after.picture_y(y) == pytest.approx(frame.picture_y(y), abs=1e-6)
    assert SMALLEST <= after.viewport.scale <= LARGEST


@given(viewports, lengths, lengths)
def test_panning_back_undoes_panning(viewport: Viewport, dx: float, dy: float) -> None:
    back = viewport.panned(dx, dy).panned(-dx, -dy)
    assert (back.x, back.y) == pytest.approx((viewport.x, viewport.y), abs=1e-6)


@given(places, st.floats(100, 2000), st.floats(100, 2000))
def test_a_fitted_picture_is_seen_whole_and_touches_its_margin(place: Placement, width: float, height: float) -> None:
    viewport = Viewport.fitted(place, width, height)
    frame = Frame(viewport, width, height)
    left, right = frame.screen_x(place.x), frame.screen_x(place.x + place.width)
    top, bottom = frame.screen_y(place.y), frame.screen_y(place.y + place.height)
    limited = viewport.scale in (SMALLEST, LARGEST)
    assert limited or min(left, top, width - right, height - bottom) >= 0
    assert limited or left == pytest.approx(16, abs=1e-6) or top == pytest.approx(40, abs=1e-6)
    assert (left + right, top + bottom) == pytest.approx((width, height), abs=1e-3)


@given(viewports, places)
def test_a_picture_cannot_get_lost(viewport: Viewport, place: Placement) -> None:
    held = viewport.held_within(place)
    assert place.x <= held.x <= place.x + place.width
    assert place.y <= held.y <= place.y + place.height
    assert held.held_within(place) == held


@given(frames, places, st.integers(1, 300), st.integers(1, 300), st.sampled_from([1, 16]))
def test_what_is_visible_covers_the_view(frame: Frame, place: Placement, rows: int, columns: int, step: int) -> None:
    box = frame.visible(place, (rows, columns), step)
    corners = [(frame.picture_y(y), frame.picture_x(x)) for y in (0, frame.height - 1) for x in (0, frame.width - 1)]
    for corner in corners:
        pixel = place.pixel_at(*corner, (rows, columns))
        if pixel is not None:
            assert box is not None
            assert box[0] <= pixel[0] < box[2]
            assert box[1] <= pixel[1] < box[3]
