"""The operations of the Shift workspace that follow the hand; all run on the worker that alone touches networks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller.network_jobs import NETWORK, Opened
from inspector.core.network.settings import Alteration, Fit
from inspector.core.picture import Picture
from inspector.core.shift.frames import Frame, input_rgb
from inspector.core.shift.pictures import CaseShown, PositionsShown, case_shown, positions_shown
from inspector.core.shift.pooled import Pool, PoolShown, pool_shown
from inspector.core.shift.results import ShiftErrors
from inspector.core.shift.scene import Incoming
from inspector.core.shift.surgery import Surgery, SurgeryError, resizes
from inspector.core.shift.transforms import Transform
from inspector.work.runner import Operation

if TYPE_CHECKING:
    from inspector.nets.shifting import Shifting

Cancel = Callable[[], bool]
RESIZED = (
    "the maps have other sizes after this surgery, which only a network bears that takes the mean of each map before its linear"
    " layers"
)


# ---- what the network and the picture are made into ------------------------------------------------------------


@dataclass(frozen=True)
class OperateRequest:
    """A network, and what is to be done to it."""

    opened: Opened
    surgeries: tuple[Surgery, ...]


@dataclass(frozen=True, eq=False)
class Operated:
    """The network with the surgeries done."""

    request: OperateRequest
    opened: Opened


@dataclass(frozen=True)
class SceneRequest:
    """Everything that a scene before a network depends on. ``value`` and ``reach`` as ``nets.scenes`` has them."""

    opened: Opened
    picture: Picture
    fit: Fit | None
    alterations: tuple[Alteration, ...]
    incoming: Incoming
    value: float = 0.0
    reach: int = 0


@dataclass(frozen=True, eq=False)
class Prepared:
    """A scene before a network; ``shifting`` is for its worker alone."""

    request: SceneRequest
    shifting: "Shifting"


def operate(request: OperateRequest) -> Operation:
    """Alter the architecture, without training."""
    return Operation("operate", "Altering the network", partial(_operate, request), resource=NETWORK)


def prepare(request: SceneRequest) -> Operation:
    """Fit the picture, with what comes in when it moves, for a network that is looked at beside the present one."""
    return Operation("prepare", "Preparing the picture", partial(_prepare, request), resource=NETWORK)


def _operate(request: OperateRequest, _: Cancel) -> Operated:
    from inspector.nets.surgery import reopened  # noqa: PLC0415 - torch takes seconds to import

    try:
        return Operated(request, Opened(request.opened.choice, reopened(request.opened.network, request.surgeries)))
    except SurgeryError:
        raise
    except ValueError as error:
        if not any(map(resizes, request.surgeries)):
            raise
        raise SurgeryError(RESIZED) from error


def _prepare(request: SceneRequest, _: Cancel) -> Prepared:
    from inspector.nets.shift_sources import scene_with_room  # noqa: PLC0415 - torch takes seconds to import
    from inspector.nets.shifting import Shifting  # noqa: PLC0415

    network = request.opened.network
    scene = scene_with_room(network, request.picture, request.incoming, request.reach, fit=request.fit, value=request.value)
    return Prepared(request, Shifting(network, scene, request.alterations))


# ---- one transform ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PassRequest:
    """Everything that the pass of one transform depends on; ``closely``: the layers whose maps are kept.

    ``parts``: their errors are taken apart, map by map and place by place.
    """

    scene: SceneRequest
    transform: Transform
    closely: tuple[str, ...]
    parts: bool = False


@dataclass(frozen=True)
class FrameRequest:
    """A pass, and what is to be shown of it: the layer ``key``, its ``map`` or all, and the winners of ``pool``, if any.

    ``unmoved``: the maps of the picture as it is stand beside those after the move.
    """

    passed: PassRequest
    key: str
    label: str
    map: int = 0
    all_maps: bool = False
    unmoved: bool = False
    pool: Pool | None = None


@dataclass(frozen=True, eq=False)
class FrameShown:
    """What one transform makes of the network, ready to be shown; ``input`` (H, W, 3) is the picture as it is moved."""

    request: FrameRequest
    prepared: Prepared
    frame: Frame
    input: NDArray[np.uint8]
    case: CaseShown | None
    positions: PositionsShown | None
    pool: PoolShown | None
    milliseconds: float


@dataclass(frozen=True)
class SplitRequest:
    """One transform, to be measured with circular padding and circular shift."""

    scene: SceneRequest
    transform: Transform


@dataclass(frozen=True, eq=False)
class Split:
    """The errors that stay with circular padding; None where the network cannot be had so, for the reason ``problem``."""

    request: SplitRequest
    errors: ShiftErrors | None
    problem: str = ""


def frame(request: FrameRequest, prepared: Prepared | None, known: Frame | None = None) -> Operation:
    """Measure and show one transform; ``prepared`` and ``known``: its scene and its pass, if those have been made."""
    return Operation("frame", "Measuring the shift", partial(_frame, request, prepared, known), resource=NETWORK)


def split(request: SplitRequest, prepared: Prepared) -> Operation:
    """Measure what is left of the errors with circular padding."""
    return Operation("split", "Measuring the share of padding", partial(_split, request, prepared), resource=NETWORK)


def _frame(request: FrameRequest, known_scene: Prepared | None, known: Frame | None, cancel: Cancel) -> FrameShown:
    prepared = known_scene or _prepare(request.passed.scene, cancel)
    start, found = perf_counter(), known or _passed(request.passed, prepared, cancel)
    milliseconds = (perf_counter() - start) * 1e3
    case = found.cases.get(request.key)
    return FrameShown(
        request, prepared, found, input_rgb(found.shown),
        case_shown(case, request.label, request.map, all_maps=request.all_maps, unmoved=request.unmoved) if case else None,
        _positions(request, found), _winners(request, found), milliseconds,
    )  # fmt: skip


def _passed(request: PassRequest, prepared: Prepared, cancel: Cancel) -> Frame:
    return passed(prepared, request.transform, request.closely, cancel, parts=request.parts)


def passed(prepared: Prepared, transform: Transform, closely: tuple[str, ...], cancel: Cancel, *, parts: bool = False) -> Frame:
    """What one transform makes of all layers; to be called on the worker."""
    from inspector.nets.framing import framed  # noqa: PLC0415 - torch takes seconds to import

    return framed(prepared.shifting, transform, closely, cancel, parts=parts)


def _positions(request: FrameRequest, found: Frame) -> PositionsShown | None:
    """Of the equivariance error; where that is not defined for want of a grid, of the invariance error."""
    case = found.cases.get(request.key)
    parts = None if case is None else case.equivariance or case.invariance
    if case is None or parts is None:
        return None
    which = "invariance error" if case.equivariance is None else "equivariance error"
    return positions_shown(parts.by_place, parts.by_map, f"{which} · {request.label}")


def _winners(request: FrameRequest, found: Frame) -> PoolShown | None:
    pool = request.pool
    case = found.cases.get(pool.takes) if pool is not None else None
    return None if pool is None or case is None else pool_shown(case, pool, request.map, pool.takes)


def _split(request: SplitRequest, prepared: Prepared, cancel: Cancel) -> Split:
    try:
        circular = prepared.shifting.round
    except SurgeryError as error:  # an answer, not a failure: such a network has no padding part
        return Split(request, None, str(error))
    return Split(request, circular.errors([request.transform], cancel=cancel))
