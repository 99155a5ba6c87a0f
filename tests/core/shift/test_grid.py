"""How maps ought to move: against counting unit by unit, and sub-sampling as the network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import INPUT, Edge, Graph, Node
from inspector.core.receptive_field.looks import Windowed
from inspector.core.shift.grid import Course, Grid, grids
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.transforms import Flip, Rotation, Scale, Translation

LAW = settings(deadline=None, derandomize=True, max_examples=80)
SIDE = 12


def scene(incoming: Incoming, side: int = SIDE) -> Scene:
    larger = side + 12 if incoming is Incoming.CROP else side
    values = np.random.default_rng(0).standard_normal((1, larger, larger)).astype(np.float32)
    return Scene(values, incoming, window=(side, side))


def windowed(kernel: int, jump: int, padding: int, side: int = SIDE) -> Grid:
    """Units of one layer with this window."""
    count = (side + 2 * padding - kernel) // jump + 1
    return Grid.of((count, count), ReceptiveField((kernel, kernel), (jump, jump), (padding, padding)))


windows = st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(0, 2))
incomings = st.sampled_from(Incoming)
steps = st.integers(-6, 6)


@LAW
@given(windows, incomings, steps, steps)
def test_valid_and_interior_units_are_those_that_counting_finds(window, incoming, dy, dx):
    (kernel, jump, padding), grid = window, windowed(*window)
    course = Course(scene(incoming), grid, Translation(dy, dx))
    count, tiles = grid.size[0], grid.size[0] * jump == SIDE
    for y in range(count):
        for x in range(count):
            before = y - dy / jump, x - dx / jump
            on = all(0 <= place <= count - 1 for place in before)
            assert course.valid[y, x] == (on or (tiles and incoming is Incoming.CIRCULAR))
            if tiles and incoming is Incoming.CIRCULAR:
                before = before[0] % count, before[1] % count
            boxes = [(int(edge(place)) * jump - padding) for place in (y, x, *before) for edge in (np.floor, np.ceil)]
            clean = all(first >= 0 and first + kernel <= SIDE for first in boxes)
            sees = [(y * jump - padding - dy), (x * jump - padding - dx)]
            made_up = incoming not in (Incoming.CIRCULAR, Incoming.CROP) and not all(
                first >= 0 and first + kernel <= SIDE for first in sees
            )
            assert course.interior[y, x] == (course.valid[y, x] and clean and not made_up)


@LAW
@given(windows, incomings, steps, steps)
def test_subsampled_maps_move_as_the_picture_does_in_whole_steps(window, incoming, dy, dx):
    """Units that see one pixel are the picture sub-sampled: no error at multiples of the jump."""
    jump, shift = window[1], Translation(window[1] * dy, window[1] * dx)
    there = scene(incoming, SIDE)
    if incoming is Incoming.CROP and max(abs(shift.dy), abs(shift.dx)) > 6:
        return
    grid = windowed(1, jump, 0)
    course = Course(there, grid, shift)
    assert course.whole
    before, after = (values[:, ::jump, ::jump] for values in (there.still, there.seen(shift)))
    assert np.array_equal(course.moved(before)[:, course.valid], after[:, course.valid])
    assert np.array_equal(course.moved(before)[:, course.interior], after[:, course.interior])


@LAW
@given(st.floats(-5, 5), st.floats(-5, 5), incomings)
def test_the_maps_of_the_picture_itself_move_as_the_picture(dy, dx, incoming):
    there = scene(incoming)
    for transform in (Translation(dy, dx), Rotation(5 * dy), Scale(1 + abs(dx) / 50), Flip()):
        course = Course(there, Grid((SIDE, SIDE)), transform)
        moved, seen = course.moved(there.still), there.seen(transform)
        assert np.allclose(moved[:, course.valid], seen[:, course.valid], atol=1e-6)


@LAW
@given(windows, st.one_of(st.builds(Rotation, st.floats(-180, 180)), st.builds(Scale, st.floats(0.4, 2)), st.just(Flip())))
def test_interior_units_see_nothing_made_up_however_the_picture_is_turned_or_scaled(window, transform):
    """A white picture on black: what they see is all white."""
    (kernel, jump, padding), there = window, Scene(np.ones((1, SIDE, SIDE), np.float32))
    interior = Course(there, windowed(*window), transform).interior
    for y, x in np.argwhere(interior):
        top, left = y * jump - padding, x * jump - padding
        assert min(top, left) >= 0
        assert there.seen(transform)[0, top : top + kernel, left : left + kernel] == pytest.approx(1)


def test_fractions_of_a_step_are_said_to_be_interpolated():
    there, grid = scene(Incoming.CIRCULAR), windowed(2, 2, 0)
    assert [Course(there, grid, Translation(0, dx)).whole for dx in range(5)] == [True, False, True, False, True]
    maps = np.arange(36, dtype=np.float32).reshape(1, 6, 6)
    assert Course(there, grid, Translation(0, -1)).moved(maps)[0, 0].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 2.5]


def test_a_flip_of_even_maps_is_whole_and_one_of_maps_off_the_middle_is_not():
    there = scene(Incoming.ZERO)
    assert Course(there, windowed(2, 2, 0), Flip()).whole
    off = Course(there, windowed(1, 2, 0), Flip())
    assert not off.whole
    assert off.valid[:, 0].any() == False  # noqa: E712 - the first column would come from beyond the last


def test_a_seam_is_no_interior_and_maps_that_do_not_tile_are_not_round():
    there = scene(Incoming.CIRCULAR)
    course = Course(there, windowed(3, 1, 1), Translation(0, 3))
    assert course.valid.all()
    assert np.flatnonzero(course.interior[5]).tolist() == [1, 4, 5, 6, 7, 8, 9, 10]
    assert not Course(there, windowed(3, 1, 0), Translation(0, 3)).round


def test_grids_come_from_the_graph_and_else_from_the_layers():
    field = ReceptiveField((2, 2), (2, 2))
    layers = tuple(LayerFacts(name, "Conv2d", (1, 3, 3), 0, 0, 0, field) for name in ("a", "b"))
    plain = Description((1, 6, 6), 0, 0, layers)
    assert grids(plain) == {"a": Grid((3, 3), (2, 2), (0.5, 0.5), (0.5, 0.5)), "b": Grid((3, 3), (2, 2), (0.5, 0.5), (0.5, 0.5))}
    graph = Graph((6, 6), (Node("a", "Conv2d", (Edge(INPUT, (Windowed(1, 2),) * 2),), (3, 3)),))
    assert grids(Description((1, 6, 6), 0, 0, layers, graph))["a"] == Grid((3, 3), (2, 2), (0, 0), (0, 0))


@pytest.mark.parametrize("size", [(6, 4), (5, 5)])
def test_pictures_need_not_be_square(size):
    values = np.random.default_rng(1).standard_normal((1, *size)).astype(np.float32)
    there = Scene(values, Incoming.CIRCULAR)
    course = Course(there, Grid(size), Translation(2, 3))
    assert np.array_equal(course.moved(there.still), there.seen(Translation(2, 3)))
