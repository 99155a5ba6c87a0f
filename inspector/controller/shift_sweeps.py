"""The operations of the Shift workspace that take long; all run on the worker that alone touches networks.

What would let the hand wait is done in steps of a few passes each: an operation answers with what is known so far and with what
is left to do, and is submitted again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from inspector.controller.network_jobs import NETWORK, Opened
from inspector.controller.shift_jobs import Cancel, Prepared, SceneRequest, passed
from inspector.core.network.settings import Alteration
from inspector.core.network.steps import Step
from inspector.core.shift.frames import batches, joined, line, scales, turns
from inspector.core.shift.pictures import CaseShown, case_shown
from inspector.core.shift.results import DecisionMap, ShiftErrors
from inspector.core.shift.settings import Axis
from inspector.core.shift.shown import Turning
from inspector.core.shift.transforms import Transform
from inspector.work.runner import Operation
from kernels import Cancelled

if TYPE_CHECKING:
    from inspector.nets.shifting import Shifting

Tell = Callable[[int, int | None], None]
STEP = 0.03  # seconds of a step at least, so that steps do not cost more than what they do
PASS = 2_000_000_000  # multiplications of one pass of a step, about as long
MOST = 8  # transforms of one pass of a step
JUDGED = 500  # pictures after which it is told how many are done


@dataclass(frozen=True)
class CurveRequest:
    """The errors along an axis."""

    scene: SceneRequest
    axis: Axis
    reach: int

    kind = "curve"
    title = "Measuring the errors against the shift"

    @property
    def transforms(self) -> tuple[Transform, ...]:
        """All shifts."""
        return line(self.axis, self.reach)


@dataclass(frozen=True)
class OrbitRequest:
    """All turns, or all scales."""

    scene: SceneRequest
    turning: Turning

    kind = "orbit"
    title = "Turning and scaling the picture"

    @property
    def transforms(self) -> tuple[Transform, ...]:
        """All turns or scales."""
        return turns() if self.turning is Turning.ROTATION else scales()


@dataclass(frozen=True)
class DecisionsRequest:
    """The judgement at every whole shift."""

    scene: SceneRequest
    reach: int

    kind = "decisions"
    title = "Judging every shift"


SweepRequest = CurveRequest | OrbitRequest | DecisionsRequest
Found = ShiftErrors | DecisionMap


@dataclass(frozen=True, eq=False)
class Sweep:
    """What is known of a request so far; ``rest`` makes more of it, for its worker alone, None once all is known."""

    request: SweepRequest
    value: Found
    rest: Iterator[Found] | None


def sweep(request: SweepRequest, prepared: Prepared, before: Sweep | None) -> Operation:
    """The next step; without ``before`` the first one, which is the shortest."""
    return Operation(request.kind, request.title, partial(_sweep, request, prepared, before), resource=NETWORK)


def _sweep(request: SweepRequest, prepared: Prepared, before: Sweep | None, cancel: Cancel) -> Sweep:
    rest = before.rest if before is not None else None
    steps, until = rest or _steps(request, prepared.shifting, cancel), perf_counter() + (STEP if rest else 0)
    value = next(steps)
    while not _complete(request, value) and perf_counter() < until:
        value = next(steps)
    return Sweep(request, value, None if _complete(request, value) else steps)


def _steps(request: SweepRequest, shifting: "Shifting", cancel: Cancel) -> Iterator[Found]:
    if isinstance(request, DecisionsRequest):
        yield from shifting.decisions(request.reach, cancel)
        return
    parts: list[ShiftErrors] = []
    size = min(max(PASS // max(shifting.network.facts.description.macs, 1), 1), MOST)
    for part in batches(request.transforms, size):
        parts.append(shifting.errors(part, cancel=cancel))
        yield joined(parts)


def _complete(request: SweepRequest, value: Found) -> bool:
    if isinstance(value, DecisionMap):
        return value.complete
    return not isinstance(request, DecisionsRequest) and len(value.transforms) == len(request.transforms)


# ---- beside ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Look:
    """Another network before the picture, and the layer ``step`` of it that is looked at."""

    scene: SceneRequest
    step: Step


@dataclass(frozen=True)
class BesideRequest:
    """What other networks make of the moved picture; ``map`` and ``all_maps`` as for the present one."""

    looks: tuple[Look, ...]
    transform: Transform
    map: int = 0
    all_maps: bool = False


@dataclass(frozen=True, eq=False)
class Seen:
    """What one of them makes of it: errors of its layers, its judgement, and its maps."""

    errors: ShiftErrors
    case: CaseShown | None


@dataclass(frozen=True, eq=False)
class Beside:
    """What each of the networks makes of it."""

    request: BesideRequest
    seen: tuple[Seen, ...]


def beside(request: BesideRequest, prepared: tuple[Prepared, ...]) -> Operation:
    """Let the moved picture pass other networks."""
    return Operation("beside", "Passing other networks", partial(_beside, request, prepared), resource=NETWORK)


def _beside(request: BesideRequest, prepared: tuple[Prepared, ...], cancel: Cancel) -> Beside:
    pairs = zip(request.looks, prepared, strict=True)
    return Beside(request, tuple(_seen(request, look.step, one, cancel) for look, one in pairs))


def _seen(request: BesideRequest, step: Step, prepared: Prepared, cancel: Cancel) -> Seen:
    found = passed(prepared, request.transform, (step.after,), cancel)
    case = found.cases.get(step.after)
    all_maps = request.all_maps or not spread(step)
    return Seen(found.errors, case_shown(case, step.key, request.map, all_maps=all_maps) if case else None)


def spread(step: Step) -> bool:
    """Whether the layer makes maps and no single numbers."""
    return step.facts.output[1:] != (1, 1)


# ---- accuracy --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AccuracyRequest:
    """How well each of the networks judges the test pictures in ``folder``."""

    networks: tuple[Opened, ...]
    alterations: tuple[Alteration, ...]
    folder: str


@dataclass(frozen=True, eq=False)
class Accuracy:
    """The shares of ``pictures`` that the networks of the request judge right, in [0, 1]."""

    request: AccuracyRequest
    shares: tuple[float, ...]
    pictures: int


def accuracy(request: AccuracyRequest, tell: Tell) -> Operation:
    """Let the networks judge a data set; ``tell`` is called on the worker with how many pictures are done, of how many."""
    return Operation("accuracy", "Measuring the accuracy", partial(_accuracy, request, tell), resource=NETWORK)


def _accuracy(request: AccuracyRequest, tell: Tell, cancel: Cancel) -> Accuracy:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    name = next(filter(None, (opened.network.trained.dataset for opened in request.networks)), "")
    if not name:
        raise ValueError("nothing says which data set the network judges, so that its accuracy cannot be measured")
    dataset, right = nets.read_dataset(name, Path(request.folder), nets.Part.TEST), [0] * len(request.networks)
    for start in range(0, len(dataset), JUDGED):
        part = replace(dataset, images=dataset.images[start : start + JUDGED], labels=dataset.labels[start : start + JUDGED])
        for place, opened in enumerate(request.networks):
            if cancel():
                raise Cancelled
            right[place] += int(np.trace(opened.network.trained.evaluate(part, request.alterations).confusion))
        tell(start + len(part), len(dataset))
    return Accuracy(request, tuple(count / len(dataset) for count in right), len(dataset))
