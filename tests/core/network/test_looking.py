"""What a unit sees, and which one of another layer sees about the same, against counting."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.inspection import Inspection, NetworkFacts
from inspector.core.network.looking import LARGEST_CROP, Looked, growth, looked_at, nearest_unit, see
from inspector.core.network.resolve import resolve_network
from inspector.core.network.settings import Fit, NetworkSettings, Stage
from inspector.core.network.steps import INPUT, steps
from inspector.core.receptive_field.compose import Box, box
from inspector.core.receptive_field.graph import Edge, FieldError, Graph, Node
from inspector.core.receptive_field.looks import Whole, Windowed

LAW = settings(deadline=None, derandomize=True, max_examples=60)
MAPS = 3


def chain(size: tuple[int, int], layers: tuple[Windowed, ...], *, lost: int | None = None) -> NetworkFacts:
    """Layers "0", "1", … one behind the other, and "all" that sees everything; it is not known what layer ``lost`` sees."""
    nodes: list[Node] = []
    for number, look in enumerate(layers):
        before = nodes[-1] if nodes else None
        grid = tuple(_units(side, look) for side in (before.grid if before else size))
        key, problem = before.key if before else INPUT, "for a test" if number == lost else ""
        nodes.append(Node(str(number), "Conv2d", (Edge(key, (look, look)),), grid, problem=problem))
    whole = tuple(Whole(side) for side in nodes[-1].grid)
    nodes.append(Node("all", "Linear", (Edge(nodes[-1].key, whole),), (1, 1)))
    rows = tuple(LayerFacts(node.key, node.kind, (MAPS, *node.grid), 0, 0, 0, None, takes=node.edges[0].key) for node in nodes)
    description = Description((3, *size), 0, 0, rows, Graph(size, tuple(nodes)))
    return NetworkFacts("", "", description, steps(description), (), (), (), {})


def _units(places: int, look: Windowed) -> int:
    return (places + 2 * look.padding - look.dilation * (look.kernel - 1) - 1) // look.stride + 1


LOOKS = st.sampled_from(
    [Windowed(3, 1, 1), Windowed(2, 2), Windowed(3, 2, 1), Windowed(5, 1, 2), Windowed(3, 1, 2, 2), Windowed(1)]
)
CHAINS = st.builds(chain, st.tuples(st.integers(12, 20), st.integers(12, 20)), st.lists(LOOKS, min_size=1, max_size=3).map(tuple))


def inspection(facts: NetworkFacts) -> Inspection:
    """Made-up maps and a made-up picture."""
    random = np.random.default_rng(3)
    maps = {layer.key: random.normal(size=layer.output).astype(np.float32) for layer in facts.description.layers}
    fitted = random.integers(0, 256, (*facts.description.graph.size, 3), np.uint8)
    return Inspection(maps, fitted, np.zeros(0), Fit.STRETCH, 1.0)


def looked(facts: NetworkFacts, key: str, unit: tuple[int, int] | None = None, *, all_maps: bool = False) -> Looked:
    found = looked_at(resolve_network(NetworkSettings(layer=key, unit=unit), facts), facts, all_maps=all_maps)
    assert found is not None
    return found


def middles(box: Box) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


@LAW
@given(CHAINS, st.data())
def test_what_a_unit_sees_is_counted_pixel_by_pixel(facts, data):
    node = data.draw(st.sampled_from(facts.description.graph.nodes))
    unit = tuple(data.draw(st.integers(0, side - 1)) for side in node.grid)
    made, graph = inspection(facts), facts.description.graph
    seen = see(looked(facts, node.key, unit), facts, made)
    y0, x0, y1, x1 = seen.box
    places = {(y, x) for y in range(y0, y1) for x in range(x0, x1)}
    inside = {(y, x) for y, x in places if 0 <= y < graph.size[0] and 0 <= x < graph.size[1]}
    assert seen.box == box(graph, node.key, unit)
    assert seen.outside == pytest.approx(1 - len(inside) / len(places))
    assert (seen.outside == 0) == (inside == places)
    assert seen.whole == (len(inside) == graph.size[0] * graph.size[1])
    assert seen.value == made.maps[node.key][0, unit[0], unit[1]]
    assert all((seen.crop[y - y0, x - x0] == made.fitted[y, x]).all() for y, x in inside)


@LAW
@given(CHAINS, st.data())
def test_climbing_keeps_the_place_within_half_a_jump(facts, data):
    graph = facts.description.graph
    here, there = (data.draw(st.sampled_from(graph.nodes[:-1])) for _ in range(2))
    unit = tuple(data.draw(st.integers(0, side - 1)) for side in here.grid)
    start = box(graph, here.key, unit)
    first, last = (middles(box(graph, there.key, corner)) for corner in ((0, 0), tuple(side - 1 for side in there.grid)))
    assume(all(low <= at <= high for low, at, high in zip(first, middles(start), last, strict=True)))  # else none is there
    found = nearest_unit(graph, there.key, (MAPS, *there.grid), start)
    second = middles(box(graph, there.key, tuple(min(side - 1, 1) for side in there.grid)))
    for at, to, low, next_one in zip(middles(start), middles(box(graph, there.key, found)), first, second, strict=True):
        assert abs(to - at) <= (next_one - low) / 2


@LAW
@given(CHAINS, st.data())
def test_a_unit_is_nearest_to_itself(facts, data):
    graph = facts.description.graph
    node = data.draw(st.sampled_from(graph.nodes))
    unit = tuple(data.draw(st.integers(0, side - 1)) for side in node.grid)
    assert nearest_unit(graph, node.key, (MAPS, *node.grid), box(graph, node.key, unit)) == unit


@LAW
@given(CHAINS)
def test_growth_goes_through_all_rows_to_the_unit(facts):
    here = looked(facts, facts.steps[-1].key)
    grown = growth(facts, here, Stage.AFTER)
    assert [name for name, _ in grown] == [step.key for step in facts.steps]
    assert grown[-1][1] == box(facts.description.graph, here.key, here.unit)
    heights = [found[2] - found[0] for _, found in grown]
    assert heights == sorted(heights)


def test_growth_leaves_out_what_is_not_known():
    facts = chain((16, 16), (Windowed(3, 1, 1), Windowed(3, 1, 1)))
    graph = facts.description.graph
    one, two, rest = graph.nodes
    beside = Node("beside", "Conv2d", (Edge(INPUT),), (16, 16), problem="for a test")
    rows = (facts.description.layers[0], replace(facts.description.layers[0], name="beside"), *facts.description.layers[1:])
    description = replace(facts.description, layers=rows, graph=Graph((16, 16), (one, beside, two, rest)))
    known = replace(facts, description=description, steps=steps(description))
    assert [name for name, _ in growth(known, looked(known, "1"), Stage.AFTER)] == ["0", "1"]


def test_of_an_unknown_layer_it_is_said_why_and_nothing_is_made_up():
    facts = chain((16, 16), (Windowed(3, 1, 1), Windowed(3, 1, 1)), lost=0)
    for key in ("0", "1", "all"):
        with pytest.raises(FieldError, match="for a test"):
            see(looked(facts, key), facts, inspection(facts))


def test_without_a_pass_there_is_a_box_but_no_value_and_no_crop():
    facts = chain((16, 16), (Windowed(3, 1, 1),))
    seen = see(looked(facts, "0", (0, 0)), facts, None)
    assert (seen.box, seen.value, seen.crop) == ((-1, -1, 2, 2), None, None)


def test_all_maps_are_summed():
    facts = chain((16, 16), (Windowed(3, 1, 1),))
    made = inspection(facts)
    seen = see(looked(facts, "0", (4, 5), all_maps=True), facts, made)
    assert seen.map is None
    assert seen.value == made.maps["0"][:, 4, 5].sum()


def test_a_box_far_larger_than_the_picture_has_no_crop():
    wide = Windowed(3, 1, 40, 40)
    facts = chain((16, 16), (wide,))
    seen = see(looked(facts, "0"), facts, inspection(facts))
    assert seen.box[2] - seen.box[0] > LARGEST_CROP * 16
    assert seen.crop is None


def test_of_the_input_no_unit_is_looked_at():
    facts = chain((16, 16), (Windowed(3, 1, 1),))
    assert looked_at(resolve_network(NetworkSettings(layer=INPUT), facts), facts, all_maps=False) is None
    assert looked_at(resolve_network(NetworkSettings(), None), facts, all_maps=False) is None


@pytest.mark.parametrize(("unit", "found"), [(None, (8, 8)), ((-4, 3), (0, 3)), ((99, 99), (15, 15))])
def test_the_unit_in_the_middle_where_none_is_chosen_and_never_one_outside(unit, found):
    here = looked(chain((16, 16), (Windowed(3, 1, 1),)), "0", unit)
    assert here.unit == found
    assert here.at((99, -1)).unit == (15, 0)
    assert here.in_middle().unit == (8, 8)
    assert (here.target.key, here.target.unit, here.target.map) == (here.pin.layer, here.pin.unit, here.pin.map)
