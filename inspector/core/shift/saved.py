"""The choices of the Shift workspace as values of JSON, and back, each checked."""

from dataclasses import asdict
from math import isfinite
from typing import Any

from inspector.core.network.saved import model_choice
from inspector.core.network.settings import ModelKind
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import MOST_OTHERS, MOST_SHIFT, SCALES, Axis, ShiftSettings, Strip
from inspector.core.shift.surgery import parse_surgery, surgery_text
from inspector.core.shift.transforms import Method

MOST_REACH = 64  # pixels: a decision map of 129 × 129 pictures


def shift_facts(settings: ShiftSettings) -> dict[str, Any]:
    """The settings as values of JSON; surgeries as lines of text."""
    return {
        "dy": settings.dy, "dx": settings.dx, "angle": settings.angle, "scale": settings.scale, "flip": settings.flip,
        "method": settings.method, "incoming": settings.incoming, "constant": settings.constant, "strip": settings.strip,
        "all_maps": settings.all_maps, "unmoved": settings.unmoved, "axis": settings.axis, "reach": settings.reach,
        "surgeries": [surgery_text(surgery) for surgery in settings.surgeries],
        "others": list(map(asdict, settings.others)), "side_by_side": settings.side_by_side,
    }  # fmt: skip


def shift_settings(data: dict[str, Any]) -> ShiftSettings:
    """What ``shift_facts`` made. Code of the user is not run again unasked: such networks are left out.

    Raises ValueError, TypeError, KeyError or IndexError for anything else.
    """
    others = tuple(map(model_choice, data["others"]))
    return ShiftSettings(
        dy=_within(data["dy"], -MOST_SHIFT, MOST_SHIFT), dx=_within(data["dx"], -MOST_SHIFT, MOST_SHIFT),
        angle=_within(data["angle"], -360.0, 360.0), scale=_within(data["scale"], *SCALES), flip=bool(data["flip"]),
        method=Method(data["method"]), incoming=Incoming(data["incoming"]), constant=_within(data["constant"], 0.0, 1.0),
        strip=Strip(data["strip"]), all_maps=bool(data["all_maps"]), unmoved=bool(data["unmoved"]), axis=Axis(data["axis"]),
        surgeries=tuple(parse_surgery(str(line)) for line in data["surgeries"]),
        others=tuple(choice for choice in others if choice.kind is not ModelKind.CODE)[:MOST_OTHERS],
        side_by_side=bool(data["side_by_side"]), reach=int(_within(data["reach"], 1, MOST_REACH)),
    )  # fmt: skip


def _within(value: Any, low: float, high: float) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return min(max(number, low), high)
