"""The choices of the Network workspace as values of JSON, and back, each checked."""

from dataclasses import asdict
from math import isfinite
from typing import Any

from inspector.core.network.settings import (
    Alteration,
    Answers,
    Change,
    Colouring,
    Feed,
    Fit,
    ModelChoice,
    ModelKind,
    NetworkSettings,
    Order,
    Stage,
)  # fmt: skip


def network_facts(settings: NetworkSettings) -> dict[str, Any]:
    """The settings as values of JSON."""
    return asdict(settings)


def network_settings(data: dict[str, Any]) -> NetworkSettings:
    """What ``network_facts`` made. Code of the user is not run again unasked: another network takes its place.

    Raises ValueError, TypeError, KeyError or IndexError for anything else.
    """
    model = model_choice(data["model"])
    if model.kind is ModelKind.CODE:
        return NetworkSettings()
    unit, fit = data["unit"], data["fit"]
    return NetworkSettings(
        model=model, feed=Feed(data["feed"]), fit=None if fit is None else Fit(fit), layer=str(data["layer"]),
        stage=Stage(data["stage"]), order=Order(data["order"]), colouring=Colouring(data["colouring"]),
        fixed=(_number(data["fixed"][0]), _number(data["fixed"][1])), map=max(int(data["map"]), 0),
        unit=None if unit is None else (int(unit[0]), int(unit[1])), opacity=min(max(_number(data["opacity"]), 0.0), 1.0),
        large=bool(data["large"]), alterations=tuple(map(_alteration, data["alterations"])),
    )  # fmt: skip


def model_choice(data: dict[str, Any]) -> ModelChoice:
    """The network that a dataclass dict of a choice names. Raises as ``network_settings``."""
    return ModelChoice(ModelKind(data["kind"]), str(data["name"]), _answers(data["answers"]), str(data["weights"]))


def _answers(data: dict[str, Any]) -> Answers:
    return Answers(
        architecture=str(data["architecture"]), activation=str(data["activation"]), pool=str(data["pool"]),
        mean=tuple(map(_number, data["mean"])), std=tuple(map(_number, data["std"])), input=tuple(map(int, data["input"])),
    )  # fmt: skip


def _alteration(data: dict[str, Any]) -> Alteration:
    maps = tuple(max(int(index), 0) for index in data["maps"])
    return Alteration(str(data["layer"]), Change(data["change"]), maps, _number(data["amount"]), int(data["seed"]))


def _number(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(f"{value!r} is not a finite number")
    return number
