"""What the Network workspace says, and the pictures that it makes of filter results."""

from pathlib import Path

from inspector.controller.jobs import Shown
from inspector.controller.network_jobs import Inspected
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.settings import ModelChoice, ModelKind, NetworkSettings
from inspector.core.network.text import size
from inspector.core.picture import Picture


def opening(choice: ModelChoice) -> str:
    """What the model bar says meanwhile."""
    return f"Opening {Path(choice.name).name if choice.kind is ModelKind.FILE else choice.name} …"


def result_picture(shown: Shown) -> Picture:
    """The exact values of a filter result as a picture, with the black and white of its input."""
    picture, values = shown.request.picture, shown.filtered.values
    return Picture(values, picture.low, picture.high, f"{picture.name}, filtered", form="filter result")


def altered_rows(settings: NetworkSettings, facts: NetworkFacts | None) -> frozenset[str]:
    """The keys of the rows whose outputs are changed."""
    changed = {alteration.layer for alteration in settings.alterations}
    return frozenset(
        step.key for step in (facts.steps if facts is not None else ()) if changed & {step.key, step.before, step.after}
    )


def fit_used(inspected: Inspected | None) -> str:
    """How the picture was fitted, or ''."""
    return inspected.inspection.fit.value if inspected is not None else ""


def fit_line(inspected: Inspected) -> str:
    """How the picture was fitted, and what it was if it came from the filter."""
    picture = inspected.request.picture
    return " · ".join(filter(None, (inspected.inspection.fit.value, picture.form if picture.form == "filter result" else "")))


def unit_names(inspected: Inspected) -> tuple[str, ...]:
    """What the units of the shown tensor stand for: the classes, where it is the output."""
    facts = inspected.request.opened.facts
    return facts.class_names if inspected.shown.view.key == facts.steps[-1].after else ()


def work(inspected: Inspected) -> str:
    """'forward 9.4 ms'."""
    return f"forward {inspected.inspection.milliseconds:.1f} ms"


def tensor(inspected: Inspected) -> str:
    """Name, shape and range of the tensor that is shown."""
    shown = inspected.shown
    text = f"{shown.view.key} {size(shown.shape)} · float32"
    return text if not shown.statistics.bad else f"{text} · {shown.statistics.bad} values are not finite"
