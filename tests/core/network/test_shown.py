"""What is shown of a layer, told pixel by pixel and weight by weight."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from inspector.core.display import diverging
from inspector.core.network.atlas import NAN
from inspector.core.network.facts import Description, LayerFacts
from inspector.core.network.inspection import Inspection, NetworkFacts
from inspector.core.network.settings import Colouring, Fit, Order
from inspector.core.network.shown import show_maps
from inspector.core.network.view import MapsView, Sees
from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.crop import GREYS
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import Edge, Graph, Node
from inspector.core.receptive_field.looks import Look, Whole, Windowed
from kernels import Cancelled

LAW = settings(deadline=None, derandomize=True, max_examples=60)
PAIR = st.tuples(st.integers(1, 9), st.integers(1, 9))
SHAPE = st.tuples(*[st.integers(1, 9)] * 3)
FIELDS = st.builds(ReceptiveField, PAIR, PAIR, st.tuples(st.integers(0, 9), st.integers(0, 9)))
MAPS = hnp.arrays(np.float32, SHAPE, elements=st.one_of(st.just(np.nan), st.floats(width=32)))


def made(maps, fitted, field=None, weights=None):
    """A network of one layer called "conv", and what it made of a fitted picture."""
    layer = LayerFacts("conv", "Conv2d", maps.shape, 0, 0, 0, field, takes="input")
    description = Description((3, *fitted.shape[:2]), 0, 0, (layer,))
    facts = NetworkFacts("", "", description, (), (), (), (), {} if weights is None else {"conv": weights})
    return Inspection({"conv": maps}, fitted, np.ones(1), Fit.STRETCH, 0.0), facts


# ---- the atlas and its numbers ----


@LAW
@given(MAPS, st.sampled_from(list(Order)), st.sampled_from(list(Colouring)), st.integers(-5, 20), st.none() | PAIR)
def test_any_maps_are_shown_in_any_view(maps, order, colouring, index, unit):
    fitted = np.zeros((7, 5, 3), np.uint8)
    view = MapsView("conv", "conv", order, colouring, map=index, unit=unit)
    shown = show_maps(*made(maps, fitted), view)
    assert shown.view is view
    assert shown.shape == maps.shape
    assert shown.atlas.shape == (*shown.grid.shape, 3)
    detail = shown.detail
    assert 0 <= detail.map < len(maps)
    y0, x0, y1, x1 = shown.grid.box(shown.statistics.order.tolist().index(detail.map))
    np.testing.assert_array_equal(detail.picture, shown.atlas[y0:y1, x0:x1])
    np.testing.assert_equal(detail.value, maps[detail.map][detail.unit])
    assert detail.counts.sum() == np.isfinite(maps[detail.map]).sum()
    assert detail.counts.shape == (64,)
    assert detail.span[0] < detail.span[1]
    assert detail.picture.flags.c_contiguous
    assert detail.overlay.shape == fitted.shape


@pytest.mark.parametrize("shape", [(0, 3, 3), (2, 0, 3), (2, 3, 0)])
@pytest.mark.parametrize("colouring", list(Colouring))
def test_a_layer_without_values_is_shown_as_nothing(of_maps, facts, shape, colouring):
    shown = show_maps(of_maps(np.zeros(shape, np.float32)), facts, MapsView("conv", colouring=colouring))
    assert shown.atlas.size == 0
    assert np.isnan(shown.detail.value)
    assert shown.detail.patch is shown.detail.filter is None


def test_a_key_that_is_not_there_is_named_beside_those_that_are(inspection, facts):
    with pytest.raises(ValueError, match=r"'conv9', only conv, relu, pool, flatten, fc, input"):
        show_maps(inspection, facts, MapsView("conv9"))


def test_it_stops_when_asked_to(inspection, facts):
    for patience in range(3):
        answers = iter([False] * patience + [True])
        with pytest.raises(Cancelled):
            show_maps(inspection, facts, MapsView("conv"), lambda answers=answers: next(answers))


def test_labels_say_what_the_colours_span(inspection, facts):
    def labels(key, colouring, fixed=(0.0, 1.0)):
        shown = show_maps(inspection, facts, MapsView(key, colouring=colouring, fixed=fixed))
        return shown.colours, shown.detail.colours

    layer = labels("conv", Colouring.LAYER)
    assert layer[0] == layer[1]
    assert layer[0].startswith("symmetric ±")
    assert labels("relu", Colouring.FIXED, (0.0, 2.5)) == ("viridis 0 … 2.5", "viridis 0 … 2.5")
    each, one = labels("relu", Colouring.MAP)
    assert each == "each map its own colours"
    assert one.startswith("viridis 0 … ")


def test_a_large_atlas_comes_with_its_pyramid(of_maps, facts):
    shown = show_maps(of_maps(np.ones((90, 100, 100), np.float32)), facts, MapsView("conv"))
    assert shown.smaller[0].shape[:2] == (shown.atlas.shape[0] // 2, shown.atlas.shape[1] // 2)


def test_the_channels_of_the_input_are_maps_too(inspection, facts):
    shown = show_maps(inspection, facts, MapsView("input", map=1, unit=(2, 3)))
    assert shown.shape == (3, 12, 12)
    assert shown.detail.patch_box == (2, 3, 3, 4)
    assert shown.detail.patch.tolist() == [[inspection.fitted[2, 3].tolist()]]
    assert shown.detail.filter is None


def test_units_without_an_image_plane_share_their_colours(inspection, facts):
    shown = show_maps(inspection, facts, MapsView("fc", map=2))
    reach = f"symmetric ±{four_digits(float(np.abs(inspection.maps['fc']).max()))}"
    assert shown.colours == shown.detail.colours == reach
    assert len(np.unique(shown.atlas.reshape(-1, 3), axis=0)) == 4


# ---- one unit ----


def node(key: str, takes: str, look: Look, side: int) -> Node:
    return Node(key, "made", (Edge(takes, (look, look)),), (side, side))


NODES = (
    node("conv", "input", Windowed(3, 1, 1), 12), node("relu", "conv", Windowed(), 12), node("pool", "relu", Windowed(2, 2), 6),
    node("flatten", "pool", Whole(6), 1), node("fc", "flatten", Whole(1), 1),
)  # fmt: skip


def with_graph(facts, *nodes):
    return replace(facts, description=replace(facts.description, graph=Graph((12, 12), nodes)))


@pytest.mark.parametrize(
    ("key", "sees", "box"),
    [("conv", Sees.PART, (1, 2, 4, 5)), ("pool", Sees.PART, (3, 5, 7, 9)), ("flatten", Sees.ALL, None), ("fc", Sees.ALL, None)],
)
def test_the_graph_says_what_a_unit_sees_also_of_vectors(inspection, facts, key, sees, box):
    detail = show_maps(inspection, with_graph(facts, *NODES), MapsView(key, unit=(2, 3))).detail
    assert (detail.sees, detail.patch_box) == (sees, box)
    assert (detail.patch is None) == (box is None)


def test_units_of_different_windows_have_boxes_of_their_own(inspection, facts):
    both = (Edge("relu", (Windowed(3, 2), Windowed(2, 2))), Edge("relu", (Windowed(1, 1), Windowed(2, 2))))
    facts = with_graph(facts, *NODES[:2], Node("pool", "uneven", both, (6, 6)))
    boxes = [show_maps(inspection, facts, MapsView("pool", unit=(y, 0))).detail.patch_box for y in (0, 3)]
    assert boxes == [(-1, -1, 4, 3), (2, -1, 10, 3)]


@pytest.mark.parametrize("key", ["flatten", "lost"])
def test_where_neither_graph_nor_layer_knows_it_is_said(inspection, facts, key):
    facts = with_graph(facts, Node("lost", "numpy", (), (1, 1), problem="nobody knows"))
    inspection = replace(inspection, maps={**inspection.maps, "lost": inspection.maps["fc"]})
    assert show_maps(inspection, facts, MapsView(key)).detail.sees is Sees.UNKNOWN


def test_the_overlay_says_which_unit_lies_where(inspection, facts):
    detail = show_maps(inspection, facts, MapsView("pool", opacity=1.0)).detail
    assert detail.rows.tolist() == detail.columns.tolist() == [i // 2 for i in range(12)]
    covered = detail.picture[detail.rows][:, detail.columns]
    assert np.array_equal(detail.overlay, covered)


def test_the_unit_of_the_largest_value_is_looked_at_first(of_maps, facts):
    maps = np.zeros((1, 3, 4), np.float32)
    maps[0, 1, 2] = maps[0, 2, 0] = 7
    maps[0, 0, 0] = np.nan
    detail = show_maps(of_maps(maps), facts, MapsView("conv")).detail
    assert (detail.unit, detail.value) == ((1, 2), 7.0)


def test_a_unit_beyond_the_map_is_the_nearest_of_it(inspection, facts):
    assert show_maps(inspection, facts, MapsView("pool", unit=(99, -3))).detail.unit == (5, 0)


@LAW
@given(SHAPE, FIELDS, PAIR, st.data())
def test_a_patch_is_what_the_field_covers(shape, field, size, data):
    unit = data.draw(st.tuples(st.integers(0, shape[1] - 1), st.integers(0, shape[2] - 1)))
    fitted = np.random.default_rng(3).integers(0, 96, (*size, 3), np.uint8)
    detail = show_maps(*made(np.ones(shape, np.float32), fitted, field), MapsView("conv", unit=unit)).detail
    rows, columns = (
        range(start := unit[axis] * field.jump[axis] - field.padding[axis], start + field.size[axis]) for axis in (0, 1)
    )
    if set(rows) >= set(range(size[0])) and set(columns) >= set(range(size[1])):
        assert detail.patch is detail.patch_box is None
        assert detail.sees is Sees.ALL
        return
    assert detail.sees is Sees.PART
    assert detail.patch_box == (rows.start, columns.start, rows.stop, columns.stop)
    for i, y in enumerate(rows):
        for j, x in enumerate(columns):
            exists = 0 <= y < size[0] and 0 <= x < size[1]
            assert detail.patch[i, j].tolist() == fitted[y, x].tolist() if exists else detail.patch[i, j, 0] in GREYS


def test_what_does_not_exist_in_a_patch_is_a_checkerboard():
    field = ReceptiveField((4, 4), (1, 1), (4, 4))
    detail = show_maps(*made(np.ones((1, 1, 1), np.float32), np.zeros((5, 5, 3), np.uint8), field), MapsView("conv")).detail
    assert (detail.patch[..., 0] == np.where(np.indices((4, 4)).sum(axis=0) % 2, GREYS[1], GREYS[0])).all()


# ---- over the input ----


@LAW
@given(SHAPE, FIELDS, PAIR, st.floats(0, 1))
def test_each_unit_lies_around_the_centre_of_its_field(shape, field, size, opacity):
    random = np.random.default_rng(4)
    fitted, maps = random.integers(0, 256, (*size, 3), np.uint8), random.random(shape, np.float32)
    detail = show_maps(*made(maps, fitted, field), MapsView("conv", opacity=opacity)).detail
    centres = [[k * field.jump[a] - field.padding[a] + field.size[a] / 2 for k in range(shape[1 + a])] for a in (0, 1)]
    for pixel in np.ndindex(size):
        inside = [
            [k for k, c in enumerate(centres[a]) if c - field.jump[a] / 2 <= pixel[a] + 0.5 < c + field.jump[a] / 2]
            for a in (0, 1)
        ]
        expected = fitted[pixel].astype(float)
        if all(inside):
            expected += opacity * (detail.picture[inside[0][0], inside[1][0]] - expected)
        assert np.abs(detail.overlay[pixel] - expected).max() <= 0.501


def test_maps_without_a_known_field_are_stretched_over_the_input():
    maps = np.arange(4, dtype=np.float32).reshape(1, 2, 2)
    detail = show_maps(*made(maps, np.zeros((4, 6, 3), np.uint8)), MapsView("conv", opacity=1.0)).detail
    np.testing.assert_array_equal(detail.overlay, detail.picture.repeat(2, axis=0).repeat(3, axis=1))


def test_an_opacity_of_zero_shows_the_input(inspection, facts):
    detail = show_maps(inspection, facts, MapsView("relu", opacity=0.0)).detail
    np.testing.assert_array_equal(detail.overlay, inspection.fitted)


# ---- the filter ----


def shown_filter(inspection, facts, weights, index=0, **fields):
    facts = replace(facts, weights={"conv": weights.astype(np.float32)}, **fields)
    return show_maps(inspection, facts, MapsView("conv", "conv", map=index)).detail


def test_the_filter_of_colours_is_one_tile_in_colour(inspection, facts):
    detail = show_maps(inspection, facts, MapsView("relu", "conv", map=2)).detail
    weights = facts.weights["conv"][2]
    np.testing.assert_array_equal(detail.filter, weights)
    assert (detail.filter_grid.count, detail.filter_grid.shape) == (1, (3, 3))
    expected = 255 * (0.5 + np.moveaxis(weights, 0, 2) / (2 * np.abs(weights).max()))
    assert np.abs(detail.filter_picture - expected).max() <= 0.5 + 1e-4


@pytest.mark.parametrize("inputs", [1, 2, 64])
def test_other_filters_have_a_tile_for_each_input(inspection, facts, inputs):
    weights = np.random.default_rng(5).normal(size=(5, inputs, 3, 3))
    detail = shown_filter(inspection, facts, weights, 4)
    reach = np.abs(weights[4]).max()
    levels = np.floor((weights[4] / reach + 1) * 127.5 + 0.5).astype(int)
    for place in range(inputs):
        y0, x0, y1, x1 = detail.filter_grid.box(place)
        tile = detail.filter_picture[y0:y1, x0:x1]
        near = np.stack([diverging()[np.clip(levels[place] + step, 0, 255)] for step in (-1, 0, 1)])
        assert (near == tile).all(axis=3).any(axis=0).all()
    assert detail.filter_grid.gap == 1


def test_three_inputs_are_colours_only_in_the_first_layer(inspection, facts):
    layers = tuple(replace(layer, takes="") for layer in facts.description.layers)
    detail = shown_filter(inspection, facts, np.ones((5, 3, 3, 3)), description=replace(facts.description, layers=layers))
    assert detail.filter_grid.count == 3


def test_single_weights_are_a_picture_unless_they_are_too_many(inspection, facts):
    assert show_maps(inspection, facts, MapsView("fc", "fc")).detail.filter_grid.count == 180
    assert shown_filter(inspection, facts, np.ones((5, 1024, 1, 1))).filter is not None
    assert shown_filter(inspection, facts, np.ones((5, 1025, 1, 1))).filter is None


def test_the_weights_of_a_flattened_grey_picture_lie_as_its_pixels():
    flatten = LayerFacts("flatten", "Flatten", (12, 1, 1), 0, 0, 0, None, takes="input")
    linear = LayerFacts("fc", "Linear", (2, 1, 1), 0, 0, 0, None, takes="flatten")
    weights = np.random.default_rng(6).normal(size=(2, 12, 1, 1)).astype(np.float32)
    facts = NetworkFacts("", "", Description((1, 3, 4), 0, 0, (flatten, linear)), (), (), (), (), {"fc": weights})
    inspection = Inspection({"fc": np.ones((2, 1, 1), np.float32)}, np.zeros((3, 4, 3), np.uint8), np.ones(2), Fit.PAD, 0.0)
    assert show_maps(inspection, facts, MapsView("fc", "fc")).detail.filter_picture.shape == (3, 4, 3)


def test_weights_that_are_all_zero_or_not_numbers_are_shown(inspection, facts):
    assert (shown_filter(inspection, facts, np.zeros((5, 1, 2, 2))).filter_picture == 255).all()
    assert (shown_filter(inspection, facts, np.full((5, 1, 2, 2), np.nan)).filter_picture == NAN).all()
    assert shown_filter(inspection, facts, np.full((5, 3, 2, 2), np.inf)).filter_picture.shape == (2, 2, 3)


def test_a_map_without_weights_of_its_own_has_no_filter(inspection, facts):
    assert shown_filter(inspection, facts, np.ones((2, 3, 3, 3)), 4).filter is None
    assert shown_filter(inspection, facts, np.ones((5, 0, 3, 3))).filter is None
    assert show_maps(inspection, facts, MapsView("pool")).detail.filter is None
