"""What the Receptive field workspace says of the effective field that is drawn."""

from pathlib import PurePath

from inspector.controller.field_sight import Sight
from inspector.core.network.depth import DepthRow
from inspector.core.receptive_field.effective import EffectiveField, Lack
from inspector.core.receptive_field.settings import FieldSettings, Over
from inspector.core.receptive_field.shown import FieldShown, duration, number_texts, place, sigma_line

EXCEEDS = "larger than the picture"
MISALIGNED = "paths of different jumps meet"  # else a layer with a problem has no box; the panel names the paths
IDLE = "unproductive: all has been seen before"
LACKS = {Lack.DEAD: "dead: every gradient is 0", Lack.NAN: "some gradient is NaN or infinite"}  # the panel says more
UNMEASURED = "effective field not measured yet"


def reading(sight: Sight, settings: FieldSettings) -> str:
    """Part of the gradient, pictures and spread; of the last unit, which one that was, until the present one is known."""
    drawn = sight.drawn
    if drawn is None:
        return "" if settings.over is Over.PICTURE else f"{UNMEASURED} over {pictures(settings, settings.count)}"
    if drawn.effective.lack is not None:
        return LACKS[drawn.effective.lack]
    if sight.shown is None:
        return f"still unit {place(drawn.effective.target.unit)}: σ {number_texts(drawn)[0]}"
    return f"{gradient(drawn.effective, settings)} · {sigma_line(drawn, sight.seen.box)}"


def gradient(effective: EffectiveField, settings: FieldSettings) -> str:
    """Such as "absolute gradient, 64 pictures of noise"."""
    return f"{effective.part} gradient, {pictures(settings, effective.pictures)}"


def pictures(settings: FieldSettings, count: int) -> str:
    """Over which pictures the effective field is measured."""
    if settings.over is Over.PICTURE:
        return "this picture"
    of = "noise" if settings.over is Over.RANDOM else PurePath(settings.folder).name
    return f"{count:,} {'picture' if count == 1 else 'pictures'} of {of}"


def warning(row: DepthRow | None) -> str:
    """What is to be minded of a layer, or ""."""
    if row is None:
        return ""
    return MISALIGNED if row.field.problem else IDLE if row.unproductive else EXCEEDS if row.exceeds else ""


def work(shown: FieldShown | None) -> str:
    """Such as "gradient 2.03 s", for the status line."""
    if shown is None:
        return ""
    return f"{'gradient' if shown.effective.pictures == 1 else 'average'} {duration(shown.effective.milliseconds)}"
