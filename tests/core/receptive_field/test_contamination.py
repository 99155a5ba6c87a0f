"""The share of padding in what units see, against counting pixel after pixel; and crops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.receptive_field.compose import box, layer_fields
from inspector.core.receptive_field.contamination import box_shares, energy_shares
from inspector.core.receptive_field.crop import GREYS, crop
from inspector.core.receptive_field.graph import Edge, FieldError, Graph, Node
from inspector.core.receptive_field.looks import Listed, Repeated, Whole, Windowed

LAW = settings(deadline=None, derandomize=True, max_examples=60)
windows = st.builds(Windowed, st.integers(1, 5), st.integers(1, 3), st.integers(0, 3), st.integers(1, 2))
H, W = 9, 12


@st.composite
def chains(draw: st.DrawFn) -> Graph:
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 3))):
        graph = Graph((H, W), tuple(nodes))
        key = nodes[-1].key if nodes else "input"
        looks = draw(windows), draw(windows)
        grid = tuple(
            max((places + 2 * look.padding - look.dilation * (look.kernel - 1) - 1) // look.stride + 1, 1)
            for look, places in zip(looks, graph.grid(key), strict=True)
        )
        nodes.append(Node(f"layer{number}", "conv", (Edge(key, looks),), (grid[0], grid[1])))
    return Graph((H, W), tuple(nodes))


@LAW
@given(chains())
def test_box_shares_count_the_pixels_outside(graph: Graph) -> None:
    key = graph.nodes[-1].key
    shares = box_shares(graph, key)
    assert shares.shape == graph.grid(key)
    for unit in np.ndindex(shares.shape):
        y0, x0, y1, x1 = box(graph, key, unit)
        outside = [not (0 <= y < H and 0 <= x < W) for y in range(y0, y1) for x in range(x0, x1)]
        assert shares[unit] == pytest.approx(np.mean(outside))


@LAW
@given(chains(), st.data())
def test_energy_shares_move_the_field_to_each_unit(graph: Graph, data: st.DataObject) -> None:
    key = graph.nodes[-1].key
    height, width = graph.grid(key)
    unit = data.draw(st.tuples(st.integers(0, height - 1), st.integers(0, width - 1)))
    heat = np.random.default_rng(1).random((H, W)).astype(np.float32)
    field = layer_fields(graph)[key].field
    assert field is not None
    shares = energy_shares(graph, key, heat, unit)
    for other in np.ndindex(height, width):
        down, right = ((other[axis] - unit[axis]) * field.jump[axis] for axis in (0, 1))
        outside = sum(heat[y, x] for y, x in np.ndindex(H, W) if not (0 <= y + down < H and 0 <= x + right < W))
        assert shares[other] == pytest.approx(outside / heat.sum(dtype=np.float64), abs=1e-6)
    assert shares[unit] == 0


def test_the_energy_of_a_uniform_box_lies_outside_as_the_box_does() -> None:
    conv, pool = Windowed(3, 1, 1), Windowed(2, 2)
    graph = Graph((40, 32), (Node("a", "conv", (Edge("input", (conv, conv)),), (40, 32)),
                             Node("b", "pool", (Edge("a", (pool, pool)),), (20, 16)),
                             Node("c", "conv", (Edge("b", (conv, conv)),), (20, 16))))  # fmt: skip
    y0, x0, y1, x1 = box(graph, "c", (9, 8))
    heat = np.zeros((40, 32), np.float32)
    heat[y0:y1, x0:x1] = 3
    shares = energy_shares(graph, "c", heat, (9, 8))
    np.testing.assert_allclose(shares, box_shares(graph, "c"), atol=1e-12)
    assert shares[0, 0] > shares[0, 8] > shares[9, 8] == 0


def test_behind_upsampling_the_field_moves_by_whole_pixels() -> None:
    twice = Repeated(2)
    graph = Graph((4, 4), (Node("up", "up", (Edge("input", (twice, twice)),), (8, 8)),))
    heat = np.zeros((4, 4))
    heat[0, 0] = 1
    assert energy_shares(graph, "up", heat, (0, 0)).sum() == 0
    assert box_shares(graph, "up").sum() == 0


def test_a_layer_without_a_jump_has_box_shares_only() -> None:
    whole, uneven = Whole(6), Listed(((0, 1), (1, 2, 3), (3, 4), (5,)))
    graph = Graph((6, 6), (Node("flat", "flatten", (Edge("input", (whole, whole)),), (1, 1)),
                           Node("pool", "pool", (Edge("input", (uneven, uneven)),), (4, 4))))  # fmt: skip
    for key in ("flat", "pool"):
        assert box_shares(graph, key).sum() == 0
        with pytest.raises(FieldError, match=f"'{key}' are not equally far apart"):
            energy_shares(graph, key, np.ones((6, 6)), (0, 0))


@pytest.mark.parametrize("heat", [np.zeros((H, W)), np.full((H, W), np.nan), np.full((H, W), np.inf), np.ones((W, H))])
def test_a_field_that_is_none_is_refused(heat: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"no energy|not one of this picture"):
        energy_shares(Graph((H, W), ()), "input", heat, (0, 0))


def test_units_that_do_not_exist_are_refused() -> None:
    with pytest.raises(FieldError, match="outside of the picture"):
        energy_shares(Graph((H, W), ()), "input", np.ones((H, W)), (H, 0))


@LAW
@given(st.tuples(*[st.integers(-9, 14)] * 2), st.tuples(*[st.integers(1, 20)] * 2))
def test_a_crop_holds_the_pixels_of_its_box_and_squares_beside_the_picture(
    corner: tuple[int, int], size: tuple[int, int]
) -> None:
    picture = np.random.default_rng(2).integers(0, min(GREYS), (6, 7, 3), np.uint8)
    (y0, x0), (height, width) = corner, size
    cut = crop(picture, (y0, x0, y0 + height, x0 + width))
    assert cut.shape == (height, width, 3)
    for y, x in np.ndindex(height, width):
        exists = 0 <= y + y0 < 6 and 0 <= x + x0 < 7
        assert cut[y, x].tolist() == picture[y + y0, x + x0].tolist() if exists else cut[y, x, 0] in GREYS
