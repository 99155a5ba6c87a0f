"""The operations of the Receptive field workspace; those that need gradients run on the worker that alone touches networks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from inspector.controller.network_jobs import NETWORK, InspectRequest, Opened
from inspector.core.network.settings import Alteration, Fit
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.contamination import box_shares, energy_shares
from inspector.core.receptive_field.effective import EffectiveField, Target, numbers
from inspector.core.receptive_field.export import heat_over
from inspector.core.receptive_field.graph import FieldError, Graph
from inspector.core.receptive_field.sample import sampled
from inspector.core.receptive_field.settings import Part
from inspector.core.receptive_field.shown import FieldShown, lack_line
from inspector.work.runner import Operation

Cancel = Callable[[], bool]
Tell = Callable[[int, int | None], None]  # pictures or layers done, and their number
Rgb = NDArray[np.uint8]


@dataclass(frozen=True)
class GradientRequest:
    """Everything that the effective field of one unit for one picture depends on."""

    pass_: InspectRequest
    target: Target
    part: Part

    def belongs(self, pass_: InspectRequest) -> bool:
        """Whether it is of the network and the picture of this pass."""
        return self.pass_.opened is pass_.opened and self.pass_.picture is pass_.picture


@dataclass(frozen=True)
class AverageRequest:
    """Everything that an effective field averaged over pictures depends on; the present picture is not among that.

    ``folder`` is that of the pictures, "" for noise.
    """

    opened: Opened
    fit: Fit | None
    alterations: tuple[Alteration, ...]
    target: Target
    part: Part
    folder: str
    count: int

    def belongs(self, pass_: InspectRequest) -> bool:
        """Whether it is of the network of this pass."""
        return self.opened is pass_.opened


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
class SharesShown:
    """The padding ``shares`` (H, W) of all units of a layer, None where there are none, for the reason ``problem``."""

    request: SharesRequest
    shares: NDArray[np.float64] | None
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Measured:
    """The effective field that came of a request."""

    request: GradientRequest | AverageRequest
    shown: FieldShown


@dataclass(frozen=True, eq=False)
class Sigmas:
    """The standard deviations along y and x, by the keys of those tensors that have any."""

    request: SigmasRequest
    sigmas: Mapping[str, tuple[float, float]]


def gradient(request: GradientRequest) -> Operation:
    """The effective field of one unit for the present picture."""
    return Operation("gradient", "Computing the effective field", partial(_gradient, request), resource=NETWORK)


def pin(request: GradientRequest) -> Operation:
    """The effective field of a pinned unit."""
    return Operation("pins", "Computing the effective field of a pinned unit", partial(_gradient, request), resource=NETWORK)


def average(request: AverageRequest, tell: Tell) -> Operation:
    """An effective field averaged over pictures, not drawn yet; ``tell`` is called on the worker."""
    run = partial(_average, request, tell)
    return Operation("average", "Averaging effective fields", run, resource=NETWORK)


def sigmas(request: SigmasRequest, tell: Tell) -> Operation:
    """The spread of the effective field of the middle unit of every layer; ``tell`` is called on the worker."""
    return Operation("sigmas", "Measuring σ over the depth", partial(_sigmas, request, tell), resource=NETWORK)


def shares(request: SharesRequest) -> Operation:
    """How much of what each unit of a layer sees is padding."""
    resource = "compute" if request.gradient is None else NETWORK
    return Operation("shares", "Measuring the padding", partial(_shares, request), resource=resource)


def _gradient(request: GradientRequest, cancel: Cancel) -> Measured:
    return Measured(request, _field(request, cancel))


def _field(request: GradientRequest, cancel: Cancel) -> FieldShown:
    of, target = request.pass_, request.target
    (found,) = of.opened.network.effective(
        of.picture, (target,), request.part, fit=of.fit, alterations=of.alterations, cancel=cancel
    )
    return coloured(_shown(of.opened, found), of.opened.network.fitted(of.picture, of.fit))


def _average(request: AverageRequest, tell: Tell, cancel: Cancel) -> Measured:
    sample = sampled(request.folder, request.count)
    found = request.opened.network.average(
        sample, request.target, request.part,
        fit=request.fit, alterations=request.alterations, progress=tell, cancel=cancel,
    )  # fmt: skip
    return Measured(request, _shown(request.opened, found))


def _shown(opened: Opened, found: EffectiveField) -> FieldShown:
    """With its numbers, where there are any."""
    if found.lack is not None:
        return FieldShown(found, None, None)
    target = found.target
    return FieldShown(found, numbers(found.heat, box(opened.facts.description.graph, target.key, target.unit)), None)


def coloured(shown: FieldShown, ground: Rgb) -> FieldShown:
    """The same drawn over a picture (H, W, 3), if that is of its size."""
    there = shown.numbers is not None and shown.effective.heat.shape == ground.shape[:2]
    return replace(shown, heat=heat_over(ground, shown.effective.heat) if there else None)


def _sigmas(request: SigmasRequest, tell: Tell, cancel: Cancel) -> Sigmas:
    of = request.pass_
    graph = of.opened.facts.description.graph
    found = of.opened.network.sigmas(
        of.picture, request.keys, request.part, fit=of.fit, alterations=of.alterations, progress=tell, cancel=cancel
    )
    fields = ((key, field) for key, field in found.items() if field.lack is None)
    return Sigmas(request, {key: numbers(field.heat, box(graph, key, field.target.unit)).sigma for key, field in fields})


def _shares(request: SharesRequest, cancel: Cancel) -> SharesShown:
    try:
        if request.gradient is None:
            return SharesShown(request, box_shares(request.graph, request.key))
        return _energy(request, request.gradient, cancel)
    except FieldError as error:
        return SharesShown(request, None, f"No padding shares: {error}.")


def _energy(request: SharesRequest, gradient: GradientRequest, cancel: Cancel) -> SharesShown:
    found = _field(gradient, cancel)
    if found.numbers is None:
        return SharesShown(request, None, f"No padding shares of energy: {lack_line(found.effective)}")
    unit = gradient.target.unit
    return SharesShown(request, energy_shares(request.graph, request.key, found.effective.heat, unit))
