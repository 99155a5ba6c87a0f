"""Where the units of a layer lie on the picture, and so how its maps ought to move when the picture does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.facts import Description, LayerFacts
from inspector.core.receptive_field.compose import layer_fields
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.shift.sampling import Positions, Values, fourier_shifted, inside, origins, positions, sampled, snapped
from inspector.core.shift.scene import Incoming, Scene
from inspector.core.shift.transforms import Affine, Method, Places, Size, Transform, Translation
from kernels.border import Border

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Grid:
    """The units of a layer: ``size`` (height, width) of its maps, ``jump`` in pixels and ``start``, the middle of unit (0, 0).

    ``reach``: how far the field of a unit extends from its middle, in pixels along y and x.
    """

    size: Size
    jump: Places = (1.0, 1.0)
    start: Places = (0.0, 0.0)
    reach: Places = (0.0, 0.0)

    @classmethod
    def of(cls, size: Size, field: ReceptiveField) -> "Grid":
        """The grid of a layer with these fields."""
        reach = (field.size[0] - 1) / 2, (field.size[1] - 1) / 2
        start = reach[0] - field.padding[0], reach[1] - field.padding[1]
        return cls(size, (float(field.jump[0]), float(field.jump[1])), start, reach)

    @property
    def single(self) -> bool:
        """Whether there is one unit alone, which cannot move."""
        return self.size == (1, 1)

    def begun(self, later: Places) -> "Grid":
        """The same units, the first one ``later`` by so many pixels down and right."""
        return replace(self, start=(self.start[0] + later[0], self.start[1] + later[1]))

    def tiles(self, picture: Size) -> bool:
        """Whether the units cover a round picture without seam, so that the maps are round as well."""
        return all(n * jump == side for n, jump, side in zip(self.size, self.jump, picture, strict=True))

    @property
    def units(self) -> tuple[Positions, Positions]:
        """The middles of the units in pixels: ``y`` (h, 1) and ``x`` (1, w)."""
        return positions(Affine((self.jump[0], 0.0, 0.0, self.jump[1]), self.start), self.size)


def grids(description: Description) -> Mapping[str, Grid]:
    """The grids of all layers that have one, by key; without are vectors and layers whose units lie irregularly."""
    by_graph = layer_fields(description.graph)
    found = {layer.key: by_graph[layer.key].field if layer.key in by_graph else layer.receptive_field
             for layer in description.layers}  # fmt: skip
    return {layer.key: Grid.of(_size(layer), field) for layer in description.layers if (field := found[layer.key])}


def _size(layer: LayerFacts) -> Size:
    return layer.output[1], layer.output[2]


@dataclass(frozen=True, eq=False)
class Course:
    """How the maps on a ``grid`` ought to move when the picture of a ``scene`` is transformed.

    ``then``: the grid of the transformed maps, where they need not begin at the same place; None: it is the same.
    """

    scene: Scene
    grid: Grid
    transform: Transform
    then: Grid | None = None

    @cached_property
    def sources(self) -> tuple[Positions, Positions]:
        """Where each unit ought to get its value from, in units: y and x, (h, 1) and (1, w) or both (h, w).

        Where the maps are round, they are counted round: all lie in [0, h) and [0, w).
        """
        y, x = positions(self._sources, self.grid.size)
        return (y % self.grid.size[0], x % self.grid.size[1]) if self.round else (y, x)

    @cached_property
    def _sources(self) -> Affine:
        """Where units come from, in units."""
        return self.scene.sources(self.transform).on(self.grid.jump, self._after.start, self.grid.start)

    @property
    def _after(self) -> Grid:
        return self.then or self.grid

    @property
    def round(self) -> bool:
        """Whether what leaves the maps on one side comes in on the other."""
        return self.scene.incoming is Incoming.CIRCULAR and self.grid.tiles(self.scene.window)

    @property
    def whole(self) -> bool:
        """Whether units move to places of units; else values between them are interpolated."""
        return all(not (places % 1).any() for places in self.sources)

    @property
    def waves(self) -> Places | None:
        """By how many units round maps are moved by their waves, as the picture is; None: not so."""
        transform = self.transform
        fourier = isinstance(transform, Translation) and transform.method is Method.FOURIER
        down, right = (float(snapped(np.array(-part))) for part in self._sources.offset)
        return (down, right) if fourier and self.round and not self.whole else None

    @cached_property
    def valid(self) -> Mask:
        """(h, w): the units whose source lies on the map, so that it is known what they ought to be."""
        y, x = self.sources
        found = np.ones(self.grid.size, np.bool_) if self.round else inside(y, self.grid.size[0]) & inside(x, self.grid.size[1])
        return np.broadcast_to(found, self.grid.size)

    @cached_property
    def interior(self) -> Mask:
        """(h, w): the valid units that see the same pixels before and after, none of them beyond an edge.

        Their whole field lies in the window both times, and nothing in it is made up. Only a turn, a scale or a fraction of
        a step, and sub-sampling, make a difference here. Waves come from everywhere: then there are none.
        """
        if self.waves is not None:
            return np.zeros(self.grid.size, np.bool_)
        y, x = self.sources
        seen = self._fields_inside(*self._after.units) & self._fields_inside(*self._middles(np.floor(y), np.floor(x)))
        return self.valid & seen & self._fields_inside(*self._middles(np.ceil(y), np.ceil(x))) & self._genuine_fields()

    def moved(self, maps: Values) -> Values:
        """What ``maps`` (C, h, w) ought to become, right where ``valid``: bit by bit where the steps are whole.

        Else by their ``waves``, or bilinear.
        """
        if self.waves is not None:
            return fourier_shifted(maps, *self.waves)
        y, x = self.sources
        return sampled(maps, y, x, Border.WRAP if self.round else Border.REPLICATE)

    def _middles(self, y: Positions, x: Positions) -> tuple[Positions, Positions]:
        """The middles of the fields of units before the transform, in pixels."""
        return y * self.grid.jump[0] + self.grid.start[0], x * self.grid.jump[1] + self.grid.start[1]

    def _fields_inside(self, y: Positions, x: Positions) -> Mask:
        """Which fields with these middles lie in the window."""
        (down, right), (height, width) = self.grid.reach, self.scene.window
        return inside(y - down, height) & inside(y + down, height) & inside(x - right, width) & inside(x + right, width)

    def _genuine_fields(self) -> Mask:
        """Of which units the four corners of the field, and so all of it, show pixels of the picture."""
        (y, x), sources = self._after.units, self.scene.sources(self.transform)
        found = np.ones(self.grid.size, np.bool_)
        for down in (-self.grid.reach[0], self.grid.reach[0]):
            for right in (-self.grid.reach[1], self.grid.reach[1]):
                found &= self.scene.genuine(*origins(sources, y + down, x + right))
        return found
