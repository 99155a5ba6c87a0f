"""What the Shift workspace says, and measures as what its plots and tables show."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inspector.controller.network_jobs import Opened
from inspector.controller.shift_jobs import FrameShown
from inspector.controller.shift_sweeps import Accuracy, spread
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.resolve import altered_text
from inspector.core.network.settings import Alteration, ModelKind
from inspector.core.network.steps import Step
from inspector.core.picture import Picture
from inspector.core.receptive_field.shown import share
from inspector.core.shift.frames import along
from inspector.core.shift.measures import Numbers
from inspector.core.shift.pooled import has_max_pool
from inspector.core.shift.report import Along, Report, Row
from inspector.core.shift.results import UNKNOWN, ShiftErrors
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import Axis, ShiftSettings, Strip
from inspector.core.shift.shown import NOTHING, Orbit, Turning, amount_of, named, number, on_axis
from inspector.core.shift.surgery import Surgery
from inspector.core.shift.text import shifts_csv
from inspector.core.shift.transforms import Rotation, Scale, Transform, Translation

Measured = tuple[Opened, ShiftErrors | None]  # a network, and what was measured of it if that is known
COMES_IN = {
    Incoming.ZERO: "zeros come in", Incoming.CONSTANT: "one value comes in", Incoming.EDGE: "the edge is repeated",
    Incoming.CIRCULAR: "circular", Incoming.CROP: "more of the picture comes in",
}  # fmt: skip


def row_keys(facts: NetworkFacts) -> dict[str, str]:
    """The keys of the tensors that are measured, each with the key of its row."""
    return {step.after: step.key for step in facts.steps}


def tensor_label(step: Step) -> str:
    """Such as "conv2 · 100 maps of 14 × 14"."""
    count, height, width = step.facts.output
    what = f"{count:,} units" if (height, width) == (1, 1) else f"{count:,} maps of {height} × {width}"
    return f"{step.key} · {what}"


def input_label(shown: FrameShown) -> str:
    """The size of the input, and what comes in at its edge."""
    (height, width), scene = shown.input.shape[:2], shown.request.passed.scene
    more = COMES_IN[scene.incoming]
    if scene.incoming is Incoming.CROP:
        more = f"the middle of the picture at {height + 2 * scene.reach} × {width + 2 * scene.reach}"
    return f"input, Tx · {height} × {width} · {more}"


def crop_problem(picture: Picture, opened: Opened, reach: int) -> str:
    """Why the input cannot slide over the picture as a window, by ``reach`` pixels; "" where it can."""
    _, height, width = opened.network.trained.preprocessing.input
    high, wide = height + 2 * reach, width + 2 * reach
    if picture.height >= high and picture.width >= wide:
        return ""
    return f"The picture is smaller than the {high} × {wide} pixels over which the input slides"


def altered_line(surgeries: Sequence[Surgery], alterations: Sequence[Alteration]) -> str:
    """That the network is not as it was trained, and how; "" where it is."""
    count = len(surgeries)
    surgery = "" if not count else f"altered by {count} {'surgery' if count == 1 else 'surgeries'}"
    return " · ".join(filter(None, (surgery, altered_text(alterations))))


def titles(networks: Sequence[Opened]) -> tuple[str, ...]:
    """What networks are called beside each other; one that was opened from the same choice is the first, as it was trained."""
    first = networks[0]
    same = [other is not first and other.choice == first.choice for other in networks]
    altered = any(same)
    return tuple(
        f"{_name(one, networks)}{', as trained' if trained else ', altered' if altered and one is first else ''}"
        for one, trained in zip(networks, same, strict=True)
    )  # fmt: skip


def _name(opened: Opened, among: Sequence[Opened]) -> str:
    """The title; of files that hold the same network, with the name of the file."""
    alike = {one.choice for one in among if one.facts.title == opened.facts.title}
    if len(alike) == 1 or opened.choice.kind is not ModelKind.FILE:
        return opened.facts.title
    return f"{opened.facts.title}, {Path(opened.choice.name).name}"


def judged(errors: ShiftErrors, opened: Opened) -> tuple[str, float]:
    """The likeliest class under the first transform, and the change of the probabilities; a dash where there is none."""
    top = int(errors.output.top[0])
    return (named(opened.facts.class_names, top) if top >= 0 else NOTHING), float(errors.output.change[0])


def counterpart(own: NetworkFacts, step: Step, other: NetworkFacts) -> Step:
    """The row of another network that is most like the row ``step``: the one of its name, else the one as far on its way.

    Layers with maps are compared with layers with maps, as long as there are any; else with those that compute.
    """
    if found := next((row for row in other.steps if row.key == step.key and spread(row) == spread(step)), None):
        return found
    rows = [row for row in other.steps if spread(row) == spread(step)] or [row for row in other.steps if row.facts.macs]
    alike = [row for row in own.steps if spread(row) == spread(step)]
    share_done = alike.index(step) / max(len(alike) - 1, 1)
    return rows[round(share_done * (len(rows) - 1))] if rows else other.steps[-1]


def errors_line(errors: ShiftErrors, step: Step) -> str:
    """Such as "equivariance 0.12 · invariance 0.6"; of layers without a grid, invariance alone."""
    layer = errors.layers.get(step.after)
    if layer is None:
        return ""
    stays = f"invariance {number(float(layer.invariance[0]))}"
    return stays if layer.grid is None else f"equivariance {number(float(layer.equivariance[0]))} · {stays}"


def plotted_line(settings: ShiftSettings) -> str:
    """Which picture the view below is about, where that is not the one that is shown; "" where it is."""
    turned = settings.angle % 360 or settings.scale != 1 or settings.flip
    as_it_is = ["the picture neither turned, scaled nor mirrored"] if turned else []
    match settings.strip:
        case Strip.SAWTOOTH:
            off = not on_axis(settings.axis, (settings.dy, settings.dx))
            across = {Axis.X: "dy = 0", Axis.Y: "dx = 0", Axis.DIAGONAL: "dy = dx"}[settings.axis]
            parts = [*as_it_is, *([across] if off else [])]
        case Strip.DECISIONS:
            parts = as_it_is
        case Strip.ORBITS:
            moved = settings.dy or settings.dx or settings.flip
            both = settings.angle % 360 and settings.scale != 1
            parts = ["the picture turned or scaled alone"] if moved or both else []
        case Strip.POSITIONS | Strip.POOLING:
            parts = []
    return f"Below: {', '.join(parts)}" if parts else ""


def pooling_hint(facts: NetworkFacts) -> str:
    """What to do to see winners: "" where it is enough to choose another layer."""
    if has_max_pool(facts.description.graph):
        return ""
    return f"No max pooling in {facts.title}: try Simple CNN or a VGG."


def orbit_of(turning: Turning, errors: ShiftErrors, before: Numbers, names: tuple[str, ...], step: Step) -> Orbit:
    """The probability of the class that the picture itself has, by its probabilities ``before``, and the error of a layer.

    That is the invariance error of a layer without a grid: it has no other.
    """
    amounts = np.array([_amount(transform) for transform in errors.transforms])
    order, nothing = np.argsort(amounts), np.full(len(amounts), np.nan)
    layer, top = errors.layers.get(step.after), int(np.nan_to_num(before).argmax()) if len(before) else UNKNOWN
    stays = layer is not None and layer.grid is None
    error = nothing if layer is None else layer.invariance if stays else layer.equivariance
    probability = nothing if top == UNKNOWN else errors.output.probabilities[:, top]
    name = "" if top == UNKNOWN else named(names, top)
    which = f"{step.key}, invariance" if stays else step.key
    return Orbit(turning, amounts[order], probability[order], error[order], name, which)


def errors_csv(errors: ShiftErrors, opened: Opened, axis: Axis) -> str:
    """A row for each layer and shift along ``axis``, as ``cnn-inspector shift`` writes it."""
    found, nothing = along(errors, axis), np.full(len(errors.transforms), np.nan)
    rows = tuple(Row(name, found.layers[key], nothing) for key, name in row_keys(opened.facts).items() if key in found.layers)
    reach = max(abs(int(amount_of(axis, (shift.dy, shift.dx)))) for shift in found.transforms if isinstance(shift, Translation))
    return shifts_csv(Report(opened.facts.title, "", errors.incoming, Along(reach, axis=axis), rows, opened.facts.class_names))


def accuracy_line(accuracy: Accuracy) -> str:
    """Such as "97.1 % of 10,000 pictures judged right, 99.4 % as trained"."""
    now, *before = map(share, accuracy.shares)
    return f"{now} of {accuracy.pictures:,} pictures judged right" + "".join(f", {one} as trained" for one in before)


def _amount(transform: Transform) -> float:
    match transform:
        case Rotation(degrees):
            return degrees
        case Scale(factor):
            return factor
        case _:
            raise TypeError(f"an orbit is one of turns or scales, not of {transform}")
