"""Boxes, areas and fields of random graphs against counting one place after the other."""

from collections.abc import Iterator, Mapping
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from inspector.core.receptive_field.areas import MOST_PARTS, Area, seen, seers
from inspector.core.receptive_field.compose import box, layer_fields, spans
from inspector.core.receptive_field.graph import INPUT, Edge, FieldError, Graph, Node
from inspector.core.receptive_field.looks import SAME, Listed, Look, Recurring, Repeated, Whole, Windowed, recurring

LAW = settings(deadline=None, derandomize=True, max_examples=80)
PLACES = 11  # along the longer side of the picture

# ---- the oracle ------------------------------------------------------------------------------------------------


def taps(look: Look, unit: int) -> set[int]:
    """The places that a unit sees, also one in padding."""
    match look:
        case Windowed():
            return {unit * look.stride - look.padding + look.dilation * tap for tap in range(look.kernel)}
        case Repeated():
            return {unit // look.factor}
        case Listed():
            return set(look.rows[min(max(unit, 0), len(look.rows) - 1)])
        case Recurring():
            turns, phase = divmod(unit, len(look.rows))
            return {place + turns * look.advance for place in look.rows[phase]}
        case _:
            return set(range(look.count))


def counted_span(graph: Graph, key: str, axis: int, unit: int) -> tuple[int, int] | None:
    """First pixel and the one behind the last, along all paths one by one."""
    if key == INPUT:
        return unit, unit + 1
    found = [
        span
        for edge in graph.node(key).edges
        for tap in taps(edge.looks[axis], unit)
        if (span := counted_span(graph, edge.key, axis, tap)) is not None
    ]
    return (min(first for first, _ in found), max(end for _, end in found)) if found else None


def counted_pixels(graph: Graph) -> Mapping[str, NDArray[np.bool_]]:
    """For each node ``(h, w, H, W)``: whether its unit sees the pixel."""
    found = {INPUT: np.eye(graph.size[0] * graph.size[1], dtype=bool).reshape(*graph.size, *graph.size)}
    for node in graph.nodes:
        sees = np.zeros((*node.grid, *graph.size), np.bool_)
        for edge in node.edges:
            height, width = graph.grid(edge.key)
            for y, x in np.ndindex(node.grid):
                for ty in taps(edge.looks[0], y) & set(range(height)):
                    for tx in taps(edge.looks[1], x) & set(range(width)):
                        sees[y, x] |= found[edge.key][ty, tx]
        found[node.key] = sees
    return found


# ---- random graphs ---------------------------------------------------------------------------------------------


@st.composite
def windows(draw: st.DrawFn, places: int) -> tuple[Look, int]:
    """A convolution or pooling of so many places, and how many units it has; every other one has as many units as places."""
    if draw(st.booleans()):
        reach = draw(st.integers(0, 2))
        return Windowed(3, 1, reach, reach) if reach else Windowed(), places
    kernel, dilation, stride = draw(st.integers(1, 3)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    padding = draw(st.integers(0, 2))
    units = (places + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    return (Windowed(kernel, stride, padding, dilation), units) if 1 <= units <= PLACES else (Windowed(), places)


@st.composite
def looks(draw: st.DrawFn, places: int, regular: bool) -> tuple[Look, int]:
    """Any look at so many places, and how many units have it; a ``regular`` one goes on evenly."""
    kind = draw(st.integers(0, 9 if regular else 12))
    if kind == 9 and 2 * places <= PLACES:
        return Repeated(2), 2 * places
    if kind == 10:
        return Whole(places), 1
    if kind >= 11:
        units = draw(st.integers(1, places))
        return adaptive(places, units), units
    return draw(windows(places))


def adaptive(places: int, units: int) -> Listed:
    """Windows of pooling to so many units, which are of different sizes."""
    return Listed(tuple(tuple(range(i * places // units, ceil((i + 1) * places / units))) for i in range(units)))


@st.composite
def graphs(draw: st.DrawFn, regular: bool = False, most: int = 6) -> Graph:
    """Layers in any order that take each other, and additions of what has the same grid; y and x differ."""
    size = draw(st.tuples(st.integers(1, PLACES), st.integers(1, PLACES)))
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, most))):
        graph = Graph(size, tuple(nodes))
        key = draw(st.sampled_from([INPUT, *[node.key for node in nodes]][-3:]))
        twins = [other for other in (INPUT, *graph.by_key) if graph.grid(other) == graph.grid(key)]
        if len(twins) > 1 and draw(st.booleans()):
            other = draw(st.sampled_from([twin for twin in twins if twin != key]))
            nodes.append(Node(f"add{number}", "add", (Edge(key), Edge(other)), graph.grid(key)))
            continue
        (y, height), (x, width) = (draw(looks(places, regular)) for places in graph.grid(key))
        nodes.append(Node(f"layer{number}", "any", (Edge(key, (y, x)),), (height, width)))
    return Graph(size, tuple(nodes))


def units(graph: Graph, key: str) -> Iterator[tuple[int, int]]:
    return np.ndindex(graph.grid(key))


# ---- one unit --------------------------------------------------------------------------------------------------


@LAW
@given(graphs())
def test_a_box_reaches_from_the_first_to_the_last_pixel_along_any_path(graph: Graph) -> None:
    for node in graph.nodes:
        rows, columns = spans(graph, node.key)
        for y, x in units(graph, node.key):
            expected = counted_span(graph, node.key, 0, y), counted_span(graph, node.key, 1, x)
            y0, x0, y1, x1 = box(graph, node.key, (y, x))
            assert ((y0, y1), (x0, x1)) == expected
            assert (tuple(rows[y]), tuple(columns[x])) == expected


@LAW
@given(graphs())
def test_areas_hold_the_very_pixels_and_the_projective_field_is_their_transpose(graph: Graph) -> None:
    expected = counted_pixels(graph)
    for node in graph.nodes:
        for unit in units(graph, node.key):
            np.testing.assert_array_equal(seen(graph, node.key, unit).mask(), expected[node.key][unit])
    for pixel in units(graph, INPUT):
        areas = seers(graph, pixel)
        for node in graph.nodes:
            np.testing.assert_array_equal(areas[node.key].mask(), expected[node.key][(..., *pixel)])


@LAW
@given(graphs(), st.data())
def test_the_pixels_that_a_unit_sees_lie_in_its_box(graph: Graph, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(graph.nodes)).key
    unit = data.draw(st.sampled_from(list(units(graph, key))))
    y0, x0, y1, x1 = box(graph, key, unit)
    for y, x in np.argwhere(seen(graph, key, unit).mask()):
        assert y0 <= y < y1
        assert x0 <= x < x1


def test_a_set_of_many_parts_is_put_together_in_rows() -> None:
    """A diagonal: the unit of the last layer sees as many products as there are branches, and nothing of the last row."""
    side = MOST_PARTS + 4
    branches = [Node(f"b{i}", "crop", (Edge(INPUT, (Windowed(1, 1, -i), Windowed(1, 1, -i))),), (1, 1)) for i in range(side)]
    graph = Graph((side + 1, side), (*branches, Node("sum", "add", tuple(Edge(b.key) for b in branches), (1, 1))))
    area = seen(graph, "sum", (0, 0))
    np.testing.assert_array_equal(area.mask(), np.eye(side + 1, side, dtype=bool))
    assert len(area.parts) == side


def test_a_part_inside_of_another_is_left_out() -> None:
    three = Windowed(3, 1, 1)
    graph = Graph((9, 9), (Node("conv", "conv", (Edge(INPUT, (three, three)),), (9, 9)),
                           Node("add", "add", (Edge(INPUT), Edge("conv")), (9, 9))))  # fmt: skip
    assert len(seen(graph, "add", (4, 4)).parts) == len(seers(graph, (4, 4))["add"].parts) == 1


def test_a_cross_has_two_parts() -> None:
    three = Windowed(3, 1, 1)
    graph = Graph((9, 9), (Node("tall", "conv", (Edge(INPUT, (three, Windowed())),), (9, 9)),
                           Node("wide", "conv", (Edge(INPUT, (Windowed(), three)),), (9, 9)),
                           Node("add", "add", (Edge("tall"), Edge("wide")), (9, 9))))  # fmt: skip
    assert seen(graph, "add", (4, 4)).mask().sum() == seers(graph, (4, 4))["add"].mask().sum() == 5


@LAW
@given(st.data())
def test_the_pixel_of_the_input_sees_itself(data: st.DataObject) -> None:
    y, x = data.draw(st.tuples(st.integers(0, 4), st.integers(0, 6)))
    graph = Graph((5, 7), ())
    assert box(graph, INPUT, (y, x)) == (y, x, y + 1, x + 1)
    assert np.argwhere(seen(graph, INPUT, (y, x)).mask()).tolist() == [[y, x]]


# ---- looks -----------------------------------------------------------------------------------------------------


@LAW
@given(st.integers(1, PLACES), st.data())
def test_spans_and_places_of_looks_are_their_taps(places: int, data: st.DataObject) -> None:
    look, count = data.draw(looks(places, regular=False))
    rows = look.places(count)
    assert len(rows) == count
    assert [set(row.tolist()) for row in rows] == [taps(look, unit) for unit in range(count)]
    first = data.draw(st.integers(-3, count))
    last = data.draw(st.integers(first, count + 3))
    if not isinstance(look, Listed) or first >= 0:
        together = set().union(*(taps(look, unit) for unit in range(first, last + 1)))
        assert look.span(first, last) == (min(together), max(together))


def listed(look: Look, count: int, places: int) -> Listed:
    """What measuring finds of it: the places that exist."""
    return Listed(tuple(tuple(sorted(taps(look, unit) & set(range(places)))) for unit in range(count)))


@LAW
@given(st.integers(1, 5), st.integers(1, 3), st.integers(0, 3), st.integers(1, 3), st.integers(1, 4))
def test_measured_windows_are_recognized(kernel: int, stride: int, padding: int, dilation: int, factor: int) -> None:
    padding = min(padding, dilation * (kernel - 1) // 2)
    reach = dilation * (kernel - 1)
    places = 3 * reach + 6 * stride + 6
    window = Windowed(kernel, stride, padding, dilation)
    count = (places + 2 * padding - reach - 1) // stride + 1
    for look, number in ((window, count), (Repeated(factor), 6 * factor)):
        found = recurring(listed(look, number, places), places)
        assert found is not None
        assert found.rate == look.rate
        assert [taps(found, unit) for unit in range(-3, number + 3)] == [taps(look, unit) for unit in range(-3, number + 3)]


def test_what_happens_at_the_edges_may_differ() -> None:
    circular = Listed(((9,), *((place,) for place in range(10)), (0,)))
    reflected = Listed(((1,), *((place,) for place in range(10)), (8,)))
    bilinear = Listed(((0,), *((i, i + 1) for i in range(9) for _ in (0, 1)), (9,)))
    assert recurring(circular, 10) == recurring(reflected, 10) == Recurring(((-1,),), 1)
    smooth = recurring(bilinear, 10)
    assert smooth is not None
    assert [smooth.row(unit) for unit in (7, 8, 9)] == [(3, 4), (3, 4), (4, 5)]
    assert smooth.rate * 2 == 1


@pytest.mark.parametrize(
    "rows", [adaptive(13, 5).rows, ((0, 1), (0, 1), (0, 1)), ((4,), (3,), (2,), (1,), (0,)), ((0,),), ((5,), (0,), (9,), (1,))]
)
def test_uneven_windows_are_not_recognized(rows: tuple[tuple[int, ...], ...]) -> None:
    assert recurring(Listed(rows), 13) is None


# ---- whole layers ----------------------------------------------------------------------------------------------

TURN = 8  # units after which upsampling by 2, three times at most, comes round


@LAW
@given(graphs(regular=True, most=5))
def test_size_jump_and_padding_say_where_every_unit_looks(graph: Graph) -> None:
    for key, told in layer_fields(graph).items():
        if told.field is None:
            continue
        for axis, (size, jump, padding) in enumerate(zip(told.field.size, told.field.jump, told.field.padding, strict=True)):
            found = [counted_span(graph, key, axis, unit) for unit in range(2 * TURN)]
            assert found[0] is not None
            assert found[0][0] == -padding
            assert max(end - first for first, end in filter(None, found)) == size
            assert [(first + TURN * jump, end + TURN * jump) for first, end in filter(None, found[:TURN])] == found[TURN:]
            assert told.covers[axis] == (size >= graph.size[axis])


def paths(graph: Graph, key: str, axis: int) -> Iterator[list[Windowed]]:
    if key == INPUT:
        yield []
        return
    for edge in graph.node(key).edges:
        look = edge.looks[axis]
        assert isinstance(look, Windowed)
        yield from ([*before, look] for before in paths(graph, edge.key, axis))


def size_and_jump(path: list[Windowed]) -> tuple[int, int]:
    """The formula of Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019."""
    strides = [int(np.prod([look.stride for look in path[:at]])) for at in range(len(path) + 1)]
    return 1 + sum(look.dilation * (look.kernel - 1) * strides[at] for at, look in enumerate(path)), strides[-1]


@LAW
@given(graphs(regular=True))
def test_jumps_that_differ_where_paths_meet_are_a_problem_from_there_on(graph: Graph) -> None:
    if any(isinstance(look, Repeated) for node in graph.nodes for edge in node.edges for look in edge.looks):
        return
    told, apart = layer_fields(graph), set()
    for node in graph.nodes:
        along = [[size_and_jump(path) for path in paths(graph, node.key, axis)] for axis in (0, 1)]
        meets = [node.grid[axis] > 1 and len({jump for _, jump in along[axis]}) > 1 for axis in (0, 1)]
        if any(meets) or apart & {edge.key for edge in node.edges}:
            apart.add(node.key)
        assert bool(told[node.key].problem) == (node.key in apart)
        if told[node.key].field is not None:
            assert told[node.key].least == tuple(min(size for size, _ in sizes) for sizes in along)


@LAW
@given(graphs())
def test_any_graph_has_a_field_or_says_why(graph: Graph) -> None:
    told = layer_fields(graph)
    assert list(told) == [node.key for node in graph.nodes]
    assert all((one.field is None) == (one.least is None) for one in told.values())


def test_uneven_windows_have_no_field_but_boxes_and_the_whole_behind_them_covers() -> None:
    pool, all_of_it = adaptive(13, 5), Whole(5)
    graph = Graph((13, 13), (
        Node("pool", "pool", (Edge(INPUT, (pool, pool)),), (5, 5)), Node("relu", "relu", (Edge("pool"),), (5, 5)),
        Node("flat", "flatten", (Edge("relu", (all_of_it, all_of_it)),), (1, 1)),
    ))  # fmt: skip
    told = layer_fields(graph)
    assert [told[key].field for key in ("pool", "relu", "flat")] == [None] * 3
    assert [told[key].problem for key in ("pool", "relu", "flat")] == [""] * 3
    assert [told[key].covers for key in ("pool", "flat")] == [(False, False), (True, True)]
    assert box(graph, "relu", (1, 2)) == (2, 5, 6, 8)


# ---- what cannot be told ---------------------------------------------------------------------------------------

LOST = Graph((4, 6), (
    Node("a", "conv", (Edge(INPUT),), (4, 6)), Node("lost", "numpy", (), (4, 6), problem="nobody knows"),
    Node("sum", "add", (Edge("a"), Edge("lost")), (4, 6)), Node("bias", "constant", (), (4, 6)),
    Node("behind", "relu", (Edge("bias", SAME),), (4, 6)),
))  # fmt: skip


@pytest.mark.parametrize("asked", [box, seen])
@pytest.mark.parametrize(
    ("key", "unit", "says"),
    [
        ("b", (0, 0), "there is no layer 'b', only a, lost"), ("a", (4, 0), "unit 4,0 is outside of layer 'a', which has 4 × 6"),
        ("a", (0, -1), "unit 0,-1 is outside"), (INPUT, (0, 6), "outside of the picture"),
        ("sum", (0, 0), "what layer 'sum' sees is not known: nobody knows"), ("lost", (0, 0), "nobody knows"),
        ("behind", (0, 0), "layer 'behind' sees nothing of the picture"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said(asked: object, key: str, unit: tuple[int, int], says: str) -> None:
    with pytest.raises(FieldError, match=says):
        asked(LOST, key, unit)  # type: ignore[operator]


def test_the_projective_field_leaves_out_what_is_unknown() -> None:
    areas = seers(LOST, (2, 3))
    assert list(areas) == ["a", "bias", "behind"]
    assert not areas["behind"].mask().any()
    assert areas["a"].mask().sum() == 1
    with pytest.raises(FieldError, match="outside of the picture"):
        seers(LOST, (4, 0))


def test_an_area_is_the_union_of_its_parts() -> None:
    one, two = np.array([True, False]), np.array([False, True])
    assert Area(((one, one), (two, two))).mask().tolist() == [[True, False], [False, True]]
