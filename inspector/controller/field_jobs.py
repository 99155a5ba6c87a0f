"""The operations of the Receptive field workspace; those that need gradients run on the worker that alone touches networks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from inspector.controller.network_jobs import NETWORK, InspectRequest
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.contamination import box_shares, energy_shares
from inspector.core.receptive_field.effective import EffectiveField, Target, numbers
from inspector.core.receptive_field.export import heat_over
from inspector.core.receptive_field.graph import Graph
from inspector.core.receptive_field.sample import sampled
from inspector.core.receptive_field.settings import Over, Part
from inspector.core.receptive_field.shown import FieldShown
from inspector.work.runner import Operation

Cancel = Callable[[], bool]
Tell = Callable[[int, int | None], None]  # pictures or layers done, and their number
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class GradientRequest:
    """Everything that the effective field of one unit for one picture depends on; ``fitted`` only shows it."""

    pass_: InspectRequest
    target: Target
    part: Part


@dataclass(frozen=True)
class AverageRequest:
    """Everything that an effective field averaged over pictures depends on."""

    pass_: InspectRequest
    target: Target
    part: Part
    over: Over
    folder: str
    count: int


@dataclass(frozen=True)
class SigmasRequest:
    """Everything that the spread over the depth depends on; ``keys`` of the tensors to be measured."""

    pass_: InspectRequest
    part: Part
    keys: tuple[str, ...]


@dataclass(frozen=True)
class SharesRequest:
    """Which padding shares: of the boxes of the tensor ``key``, or with ``gradient`` of the energy that it measures."""

    graph: Graph
    key: str
    gradient: GradientRequest | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What was asked, and what came of it."""

    request: object
    value: object


def gradient(request: GradientRequest) -> Operation:
    """The effective field of one unit for the present picture."""
    return Operation("gradient", "Computing the effective field", partial(_gradient, request), resource=NETWORK)


def pins(requests: Sequence[GradientRequest]) -> Operation:
    """The effective fields of pinned units, one after the other."""
    run = partial(_pins, tuple(requests))
    return Operation("pins", "Computing the effective fields of pinned units", run, resource=NETWORK)


def average(request: AverageRequest, tell: Tell) -> Operation:
    """An effective field averaged over pictures; ``tell`` is called on the worker."""
    run = partial(_average, request, tell)
    return Operation("average", "Averaging effective fields", run, resource=NETWORK)


def sigmas(request: SigmasRequest, tell: Tell) -> Operation:
    """The spread of the effective field of the middle unit of every layer; ``tell`` is called on the worker."""
    return Operation("sigmas", "Measuring σ over the depth", partial(_sigmas, request, tell), resource=NETWORK)


def shares(request: SharesRequest) -> Operation:
    """How much of what each unit of a layer sees is padding."""
    resource = "compute" if request.gradient is None else NETWORK
    return Operation("shares", "Measuring the padding", partial(_shares, request), resource=resource)


def _gradient(request: GradientRequest, cancel: Cancel) -> Answer:
    return Answer(request, _field(request, cancel))


def _pins(requests: tuple[GradientRequest, ...], cancel: Cancel) -> dict[GradientRequest, FieldShown]:
    return {request: _field(request, cancel) for request in requests}


def _field(request: GradientRequest, cancel: Cancel) -> FieldShown:
    of, target = request.pass_, request.target
    (found,) = of.opened.network.effective(
        of.picture, (target,), request.part, fit=of.fit, alterations=of.alterations, cancel=cancel
    )
    return _shown(of, found)


def _average(request: AverageRequest, tell: Tell, cancel: Cancel) -> Answer:
    of = request.pass_
    sample = sampled(request.folder if request.over is Over.FOLDER else "", request.count)
    found = of.opened.network.average(
        sample, request.target, request.part, fit=of.fit, alterations=of.alterations, progress=tell, cancel=cancel
    )
    return Answer(request, _shown(of, found))


def _shown(of: InspectRequest, found: EffectiveField) -> FieldShown:
    """With its numbers and colours, where there is anything to see."""
    if found.lack is not None:
        return FieldShown(found, None, None)
    target = found.target
    seen = box(of.opened.facts.description.graph, target.key, target.unit)
    fitted = of.opened.network.fitted(of.picture, of.fit)
    return FieldShown(found, numbers(found.heat, seen), heat_over(fitted, found.heat))


def _sigmas(request: SigmasRequest, tell: Tell, cancel: Cancel) -> Answer:
    of = request.pass_
    graph = of.opened.facts.description.graph
    found = of.opened.network.sigmas(
        of.picture, request.keys, request.part, fit=of.fit, alterations=of.alterations, progress=tell, cancel=cancel
    )
    measured: Mapping[str, tuple[float, float]] = {
        key: numbers(field.heat, box(graph, key, field.target.unit)).sigma for key, field in found.items() if field.lack is None
    }
    return Answer(request, measured)


def _shares(request: SharesRequest, cancel: Cancel) -> Answer:
    if request.gradient is None:
        return Answer(request, box_shares(request.graph, request.key))
    found = _field(request.gradient, cancel)
    if found.numbers is None:
        return Answer(request, None)
    unit = request.gradient.target.unit
    return Answer(request, energy_shares(request.graph, request.key, found.effective.heat, unit))
