"""One map looked at closely: over the input, one of its units with what that sees, and the filter behind it."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.atlas import TINY, Colours, compose, grid_of
from inspector.core.network.facts import LayerFacts
from inspector.core.network.inspection import Inspection, NetworkFacts
from inspector.core.network.steps import INPUT
from inspector.core.network.view import Box, Detail, Grid, MapStatistics, MapsView, Sees, Unit
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.crop import Rgb, crop
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import FieldError
from kernels.levels import histogram, to_rgb

BINS = 64
MOST_CELLS = 1024  # single weights that are still a picture


class Filter(NamedTuple):
    """The weights ``(inputs, kh, kw)`` behind a map, and them as a picture on a grid."""

    weights: NDArray[np.float32]
    picture: Rgb
    grid: Grid


def detail_of(inspection: Inspection, facts: NetworkFacts, view: MapsView, colours: Colours, numbers: MapStatistics) -> Detail:
    """The map ``view.map`` of a tensor that is not empty, in the same colours as in the atlas; ``Detail`` says the rest.

    A map or unit beyond the last is taken to be the last. Each unit is laid over the input as a block around the centre of
    its receptive field, as large as the field's jump, so that blocks touch; without a known field the map is stretched.
    """
    maps, fitted = inspection.maps[view.key], inspection.fitted
    index = _clamped(view.map, len(maps))
    values, field = maps[index], _field(facts, view.key)
    picture = compose(maps, np.array([index]), colours, Grid(1, values.shape[0], values.shape[1], columns=1))
    unit = _unit(values, view.unit)
    rows, columns = (_units(fitted.shape[axis], values.shape[axis], field, axis) for axis in (0, 1))
    sees, seen = _seen(facts, view.key, unit, fitted)
    span = _span(numbers.low[index], numbers.high[index])
    behind = _filter(facts, view.weights, index)
    return Detail(
        map=index, picture=picture, overlay=_overlay(fitted, picture, rows, columns, min(max(view.opacity, 0.0), 1.0)),
        rows=rows, columns=columns,
        colours=colours.text(index), counts=histogram(values, *span, BINS)[0], span=span, unit=unit,
        value=float(values[unit]), sees=sees, patch=None if seen is None else crop(fitted, seen), patch_box=seen,
        filter=behind and behind.weights, filter_picture=behind and behind.picture, filter_grid=behind and behind.grid,
    )  # fmt: skip


def no_detail(shape: tuple[int, int], fitted: Rgb) -> Detail:
    """Of a tensor without values, whose maps have ``shape``."""
    return Detail(
        map=0, picture=np.zeros((*shape, 3), np.uint8), overlay=fitted,
        rows=np.full(fitted.shape[0], -1), columns=np.full(fitted.shape[1], -1), colours="", counts=np.zeros(BINS, np.int64),
        span=(0.0, 1.0), unit=(0, 0), value=np.nan, sees=Sees.UNKNOWN, patch=None, patch_box=None,
        filter=None, filter_picture=None, filter_grid=None,
    )  # fmt: skip


def _clamped(index: int, count: int) -> int:
    return min(max(index, 0), count - 1)


def _layer(facts: NetworkFacts, key: str) -> LayerFacts | None:
    return next((layer for layer in facts.description.layers if layer.key == key), None)


def _field(facts: NetworkFacts, key: str) -> ReceptiveField | None:
    if key == INPUT:
        return ReceptiveField()
    layer = _layer(facts, key)
    return None if layer is None else layer.receptive_field


def _unit(values: NDArray[np.float32], wished: Unit | None) -> Unit:
    """The unit that is wished, inside the map; else the first of those with the largest value."""
    height, width = values.shape
    if wished is not None:
        return _clamped(wished[0], height), _clamped(wished[1], width)
    y, x = divmod(int(np.argmax(np.where(np.isnan(values), -np.inf, values))), width)
    return y, x


def _span(low: float, high: float) -> tuple[float, float]:
    """The range of a map's values, with some width."""
    half = 0.0 if high > low else max(0.5, abs(low) / 2)
    return float(low - half), float(high + half)


# ---- on the input ----------------------------------------------------------------------------------------------


def _overlay(fitted: Rgb, picture: Rgb, rows: NDArray[np.int64], columns: NDArray[np.int64], opacity: float) -> Rgb:
    """The coloured map over the input with the same opacity everywhere; where no unit lies, the input alone."""
    covered = (rows >= 0)[:, np.newaxis] & (columns >= 0)
    share = np.where(covered, np.float32(opacity), np.float32(0))[..., np.newaxis]
    above = picture[rows][:, columns].astype(np.float32)
    mixed: Rgb = np.rint(fitted + share * (above - fitted)).astype(np.uint8)
    return mixed


def _units(pixels: int, units: int, field: ReceptiveField | None, axis: int) -> NDArray[np.int64]:
    """The unit that covers each pixel along an axis, -1 where none does."""
    place = np.arange(pixels)
    if field is None:
        return place * units // pixels
    size, jump, padding = field.size[axis], field.jump[axis], field.padding[axis]
    # the block of unit 0 begins at size / 2 - padding - jump / 2; all is doubled, so that halves stay whole numbers
    far, parts = jump.numerator, jump.denominator
    unit = (parts * (2 * place + 1 - size + 2 * padding) + far) // (2 * far)
    return np.where((unit >= 0) & (unit < units), unit, -1)


def _seen(facts: NetworkFacts, key: str, unit: Unit, fitted: Rgb) -> tuple[Sees, Box | None]:
    """How much of the input a unit sees, and of a part its box."""
    seen = _box(facts, key, unit)
    if seen is None:
        return Sees.UNKNOWN, None
    y0, x0, y1, x1 = seen
    all_of_it = y0 <= 0 and x0 <= 0 and y1 >= fitted.shape[0] and x1 >= fitted.shape[1]
    return (Sees.ALL, None) if all_of_it else (Sees.PART, seen)


def _box(facts: NetworkFacts, key: str, unit: Unit) -> Box | None:
    """From the graph where it has the tensor, else from the field of the layer; None where neither knows."""
    graph, field = facts.description.graph, _field(facts, key)
    if key in graph.by_key:
        try:
            return box(graph, key, unit)
        except FieldError:
            return None
    if field is None:
        return None
    y0, x0 = (int(unit[axis] * field.jump[axis]) - field.padding[axis] for axis in (0, 1))
    return y0, x0, y0 + field.size[0], x0 + field.size[1]


# ---- the filter ------------------------------------------------------------------------------------------------


def _filter(facts: NetworkFacts, key: str, index: int) -> Filter | None:
    """The weights of one output: a tile for each input; for the three of a colour picture one tile in colour.

    Grey there is 0. Single weights of more than ``MOST_CELLS`` inputs are no picture.
    """
    outputs = facts.weights.get(key)
    if outputs is None or index >= len(outputs) or not outputs[index].size:
        return None
    weights = outputs[index]
    inputs, height, width = weights.shape
    if height * width == 1 and inputs > MOST_CELLS:
        return None
    reach = _reach(weights)
    if inputs == 3 and _takes(facts, key) == INPUT:
        return Filter(weights, to_rgb(np.moveaxis(weights, 0, 2), -reach, reach), Grid(1, height, width, columns=1))
    grid = _tiles(facts, key, weights.shape)
    colours = Colours(np.full((inputs, 2), (-reach, reach)), signed=True)
    return Filter(weights, compose(weights, np.arange(inputs), colours, grid), grid)


def _reach(weights: NDArray[np.float32]) -> float:
    """The largest size of a finite weight; 1 where all are 0."""
    largest = float(np.abs(weights, where=np.isfinite(weights), out=np.zeros_like(weights)).max())
    return largest if largest >= TINY else 1.0


def _tiles(facts: NetworkFacts, key: str, shape: tuple[int, int, int]) -> Grid:
    """Places of the inputs; those of a layer that takes a flattened grey picture lie as its pixels do."""
    grid = grid_of(shape)
    channels, height, width = facts.description.input
    flattened = _takes(facts, _takes(facts, key)) == INPUT
    return replace(grid, columns=width) if flattened and shape == (height * width, 1, 1) and channels == 1 else grid


def _takes(facts: NetworkFacts, key: str) -> str:
    layer = _layer(facts, key)
    return "" if layer is None else layer.takes
