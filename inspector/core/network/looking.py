"""Which unit the Receptive field workspace looks at, and what that sees by its theoretical field. Pure, and fast."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from inspector.core.network.inspection import Inspection, NetworkFacts
from inspector.core.network.resolve import NetworkResolved
from inspector.core.network.settings import Stage
from inspector.core.network.steps import Step
from inspector.core.receptive_field.compose import Box, box, spans
from inspector.core.receptive_field.crop import crop
from inspector.core.receptive_field.effective import Target
from inspector.core.receptive_field.graph import FieldError, Graph
from inspector.core.receptive_field.settings import Pin
from inspector.core.receptive_field.shown import UnitSeen

Unit = tuple[int, int]
LARGEST_CROP = 4  # times the picture's longer side; a larger box is not worth a picture


@dataclass(frozen=True)
class Looked:
    """A unit of the tensor ``key``, which belongs to the row ``layer``; ``map`` None: that unit of all ``shape[0]`` maps."""

    layer: str
    key: str
    label: str
    shape: tuple[int, int, int]
    map: int | None
    unit: Unit

    @property
    def vector(self) -> bool:
        """Whether the layer has no image plane."""
        return self.shape[1:] == (1, 1)

    @property
    def target(self) -> Target:
        """Of what the gradient is taken."""
        return Target(self.key, self.unit, self.map)

    @property
    def pin(self) -> Pin:
        """What keeps it in sight."""
        return Pin(self.key, self.unit, self.map)

    def at(self, unit: Unit) -> "Looked":
        """Another unit of the same tensor; one outside is taken to be the nearest inside."""
        _, height, width = self.shape
        return replace(self, unit=(min(max(unit[0], 0), height - 1), min(max(unit[1], 0), width - 1)))

    def in_middle(self) -> "Looked":
        """The unit in the middle, of which least is padding."""
        return self.at((self.shape[1] // 2, self.shape[2] // 2))


def looked_at(resolved: NetworkResolved, facts: NetworkFacts, *, all_maps: bool) -> Looked | None:
    """The chosen unit, else the one in the middle; None for the input and while no layer is known."""
    view, step = resolved.view, resolved.step
    if view is None or step is None:
        return None
    shape = step.facts.output
    looked = Looked(step.key, view.key, resolved.label, shape, None if all_maps else view.map, (0, 0))
    return looked.in_middle() if view.unit is None else looked.at(view.unit)


def see(looked: Looked, facts: NetworkFacts, inspection: Inspection | None, note: str = "") -> UnitSeen:
    """What the unit sees; without ``inspection``, there is no value and no crop. Raises FieldError."""
    graph = facts.description.graph
    seen, (height, width) = box(graph, looked.key, looked.unit), graph.size
    area = (seen[2] - seen[0]) * (seen[3] - seen[1])
    inside = max(min(seen[2], height) - max(seen[0], 0), 0) * max(min(seen[3], width) - max(seen[1], 0), 0)
    fits = max(seen[2] - seen[0], seen[3] - seen[1]) <= LARGEST_CROP * max(height, width)
    return UnitSeen(
        layer=looked.layer, label=looked.label, map=looked.map, unit=looked.unit, value=_value(looked, inspection), box=seen,
        crop=crop(inspection.fitted, seen) if inspection is not None and fits else None, outside=1 - inside / area,
        whole=inside == height * width, note=note, vector=looked.vector,
    )  # fmt: skip


def nearest_unit(graph: Graph, key: str, shape: Sequence[int], seen: Box) -> Unit:
    """The unit of a tensor (C, H, W) whose box has its middle nearest to that of ``seen``. Raises FieldError."""
    rows, columns = spans(graph, key)
    y, x = (int(np.abs(of.sum(axis=1) - (seen[axis] + seen[axis + 2])).argmin()) for axis, of in enumerate((rows, columns)))
    return min(y, shape[1] - 1), min(x, shape[2] - 1)


def growth(facts: NetworkFacts, looked: Looked, stage: Stage) -> tuple[tuple[str, Box], ...]:
    """From the picture to the layer: for each row up to it, the box of the unit about the same place.

    Rows are left out of which it is not known what they see, as they may be on other paths. Raises FieldError for the unit.
    """
    graph = facts.description.graph
    last = box(graph, looked.key, looked.unit)
    keys = [step.key for step in facts.steps]
    before = ((step, _box_near(graph, step, stage, last)) for step in facts.steps[: keys.index(looked.layer)])
    return (*((step.key, found) for step, found in before if found is not None), (looked.layer, last))


def _box_near(graph: Graph, step: Step, stage: Stage, seen: Box) -> Box | None:
    key = step.shown(stage)
    try:
        return box(graph, key, nearest_unit(graph, key, step.facts.output, seen))
    except FieldError:
        return None


def _value(looked: Looked, inspection: Inspection | None) -> float | None:
    if inspection is None or looked.key not in inspection.maps:
        return None
    maps, (y, x) = inspection.maps[looked.key], looked.unit
    return float(maps[:, y, x].sum() if looked.map is None else maps[looked.map, y, x])
