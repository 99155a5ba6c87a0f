"""What the Shift workspace says, and measures as what its plots and tables show."""

from collections.abc import Sequence

import numpy as np

from inspector.controller.network_jobs import Opened
from inspector.controller.shift_jobs import FrameShown
from inspector.controller.shift_sweeps import Accuracy
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.resolve import altered_text
from inspector.core.network.settings import Alteration
from inspector.core.network.steps import Step
from inspector.core.receptive_field.shown import share
from inspector.core.shift.frames import along
from inspector.core.shift.measures import Numbers
from inspector.core.shift.report import Along, Report, Row
from inspector.core.shift.results import UNKNOWN, ShiftErrors
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import Axis
from inspector.core.shift.shown import NOTHING, Orbit, Turning, amount_of, named
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
    height, width = shown.input.shape[:2]
    return f"input, Tx · {height} × {width} · {COMES_IN[shown.request.passed.scene.incoming]}"


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
        f"{one.facts.title}{', as trained' if trained else ', altered' if altered and one is first else ''}"
        for one, trained in zip(networks, same, strict=True)
    )  # fmt: skip


def judged(errors: ShiftErrors | None, opened: Opened) -> tuple[str, float]:
    """The likeliest class under the first transform, and the change of the probabilities; dashes where they are not known."""
    if errors is None:
        return NOTHING, np.nan
    top = int(errors.output.top[0])
    return (named(opened.facts.class_names, top) if top >= 0 else NOTHING), float(errors.output.change[0])


def orbit_of(turning: Turning, errors: ShiftErrors, before: Numbers, names: tuple[str, ...], step: Step) -> Orbit:
    """The probability of the class that the picture itself has, by its probabilities ``before``, and the error of a layer."""
    amounts = np.array([_amount(transform) for transform in errors.transforms])
    order, nothing = np.argsort(amounts), np.full(len(amounts), np.nan)
    layer, top = errors.layers.get(step.after), int(np.nan_to_num(before).argmax()) if len(before) else UNKNOWN
    error = nothing if layer is None else layer.equivariance
    probability = nothing if top == UNKNOWN else errors.output.probabilities[:, top]
    name = "" if top == UNKNOWN else named(names, top)
    return Orbit(turning, amounts[order], probability[order], error[order], name, step.key)


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
