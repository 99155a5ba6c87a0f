"""The choices of the Receptive field workspace as values of JSON, and back, each checked."""

from dataclasses import asdict
from typing import Any

from inspector.core.receptive_field.settings import FieldSettings, MapShown, Over, Part, Pin
from inspector.core.receptive_field.updates import MOST_PINS


def field_facts(settings: FieldSettings) -> dict[str, Any]:
    """The settings as values of JSON."""
    return asdict(settings)


def field_settings(data: dict[str, Any]) -> FieldSettings:
    """What ``field_facts`` made. Raises ValueError, TypeError, KeyError, IndexError or OverflowError for anything else."""
    return FieldSettings(
        part=Part(data["part"]), all_maps=bool(data["all_maps"]), heat=bool(data["heat"]), ellipse=bool(data["ellipse"]),
        shown=MapShown(data["shown"]), over=Over(data["over"]), folder=str(data["folder"]), count=max(int(data["count"]), 1),
        pins=tuple(map(_pin, data["pins"]))[-MOST_PINS:],
    )  # fmt: skip


def _pin(data: dict[str, Any]) -> Pin:
    (y, x), index = data["unit"], data["map"]
    return Pin(str(data["layer"]), (max(int(y), 0), max(int(x), 0)), None if index is None else max(int(index), 0))
