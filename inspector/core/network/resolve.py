"""What the user wants of a network and what it has -> what is shown of it. Pure and total."""

from collections.abc import Sequence
from dataclasses import dataclass

from inspector.core.network.facts import Shape
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.settings import Alteration, Change, NetworkSettings, Stage
from inspector.core.network.steps import INPUT, Step
from inspector.core.network.view import MapsView, Unit

DONE = {Change.SILENCE: "silenced", Change.SCALE: "scaled"}


@dataclass(frozen=True)
class NetworkResolved:
    """The parts of the Network workspace that follow from the choices.

    ``layer``: the key of the row looked at, "input", or "" while no network is open; ``step`` is that row, None for the input.
    ``view``: what to show of a forward pass. ``label`` names the tensor: "conv2 · after ReLU · 64 maps of 32 × 32".
    ``altered`` says how the network has been changed, "" for not at all.
    """

    layer: str
    step: Step | None
    view: MapsView | None
    label: str
    altered: str


def resolve_network(settings: NetworkSettings, facts: NetworkFacts | None) -> NetworkResolved:
    """Complete and clamp the choices against the network that is open.

    A layer is found by any of the keys that its row shows; one that does not exist is replaced by the first with an image
    plane, else the first that has learnt something, else the first, else the input.
    """
    altered = altered_text(settings.alterations)
    if facts is None:
        return NetworkResolved("", None, None, "", altered)
    step = None if settings.layer == INPUT else _step(settings.layer, facts.steps)
    shape = facts.description.input if step is None else step.facts.output
    layer, key = (INPUT, INPUT) if step is None else (step.key, step.shown(settings.stage))
    view = MapsView(
        key=key, weights=layer if layer in facts.weights else "", order=settings.order, colouring=settings.colouring,
        fixed=settings.fixed, map=_clamped(settings.map, shape[0]), unit=_unit(settings.unit, shape), opacity=settings.opacity,
    )  # fmt: skip
    return NetworkResolved(layer, step, view, f"{layer} · {_stage(step, key)} · {_size(step, shape)}", altered)


def altered_text(alterations: Sequence[Alteration]) -> str:
    """Such as "altered: 3 maps silenced in conv1, 1 swap in conv2"; "" for none."""
    changes = dict.fromkeys((one.change, one.layer) for one in alterations)
    texts = [_changed(change, [one for one in alterations if (one.change, one.layer) == (change, layer)]) + f" in {layer}"
             for change, layer in changes]  # fmt: skip
    return f"altered: {', '.join(texts)}" if texts else ""


def _changed(change: Change, alike: Sequence[Alteration]) -> str:
    """What was done to one layer in one way."""
    match change:
        case Change.SWAP:
            return _count(len(alike), "swap")
        case Change.DROP:
            return f"{' and '.join(f'{100 * one.amount:.4g} %' for one in alike)} of maps dropped"
        case _:
            maps = {index for one in alike for index in one.maps}
            return f"{_count(len(maps), 'map')} {DONE[change]}"


def _step(key: str, steps: Sequence[Step]) -> Step | None:
    """The row that is called so, else the one that shows this tensor, else the first that has maps to look at."""
    named = [step for step in steps if step.key == key]
    showing = [step for step in steps if key in (step.before, step.after)]
    plane = [step for step in steps if step.facts.output[1:] != (1, 1)]
    learnt = [step for step in steps if step.facts.parameters]
    return next(iter([*named, *showing, *plane, *learnt, *steps]), None)


def _stage(step: Step | None, key: str) -> str:
    """What has been done to the tensor ``key`` that is shown of a row."""
    if step is None:
        return "standardized"
    if not step.activation:
        return "no activation function"
    return f"{Stage.AFTER if key == step.after else Stage.BEFORE} {step.activation}"


def _size(step: Step | None, shape: Shape) -> str:
    count, height, width = shape
    if (height, width) == (1, 1):
        return _count(count, "unit")
    return f"{_count(count, 'channel' if step is None else 'map')} of {height} × {width}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _unit(unit: Unit | None, shape: Shape) -> Unit | None:
    return None if unit is None else (_clamped(unit[0], shape[1]), _clamped(unit[1], shape[2]))


def _clamped(index: int, count: int) -> int:
    return min(max(index, 0), max(count - 1, 0))
