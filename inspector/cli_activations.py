"""The command that writes the maps of a network: pictures to look at, and the exact values."""

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inspector.cli_models import add_model_arguments, chosen_fit, model_choice
from inspector.core.console import say, show
from inspector.core.files import make_folder
from inspector.core.images import read_picture, write_shown
from inspector.core.network.agreement import Agreement, summary
from inspector.core.network.inspection import Inspection, Maps, NetworkFacts
from inspector.core.network.maps_file import write_maps
from inspector.core.network.settings import Colouring, Order, Stage
from inspector.core.network.shown import show_maps
from inspector.core.network.steps import INPUT
from inspector.core.network.text import aligned, percent, size
from inspector.core.network.view import MapsView
from inspector.core.numbers_text import four_digits
from inspector.core.picture import Picture
from inspector.core.resources import SAMPLE, picture_path
from kernels import parse_number

if TYPE_CHECKING:
    from inspector.nets import OpenNetwork

Range = tuple[float, float]
VALUES = "maps.npz"
PROBABILITIES = "probabilities"
TOP = 5  # classes


def _add_activations(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", metavar="IMAGE", help=f"a picture file, or {SAMPLE}ID")
    add_model_arguments(parser)
    parser.add_argument(
        "--layer", action="append", metavar="L", help="a layer of cnn-inspector describe, or input; may be repeated (all layers)"
    )
    parser.add_argument(
        "--stage", choices=[stage.value for stage in Stage], default=Stage.AFTER.value, help="of the activation function (after)"
    )
    parser.add_argument(
        "--colours", type=_colours, default=(Colouring.MAP, (0.0, 1.0)), metavar="map|layer|LOW,HIGH",
        help="what the colours span: each map, all maps of a layer, or --colours=-1,1 (map)",
    )  # fmt: skip
    orders = [order.value for order in Order]
    parser.add_argument("--sort", choices=orders, default=Order.INDEX.value, help="of the maps, the largest first (index)")
    parser.add_argument("-o", "--output", required=True, metavar="DIR", help=f"gets a PNG for each layer, and {VALUES}")
    parser.add_argument(
        "--check", action="store_true", help="recompute convolutions, poolings and linear layers, and compare them with torch"
    )
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _activations(asked: argparse.Namespace) -> None:
    choice, picture = model_choice(asked), read_picture(picture_path(asked.image))
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    try:
        network = nets.open_network(choice)
    except nets.NormalizationError as error:
        raise ValueError(f"--normalize: {error}") from error
    wanted = _wanted(network.facts, asked.layer, Stage(asked.stage))
    try:
        inspection = network.inspect(picture, chosen_fit(asked), asked.change)
    except ValueError as error:
        raise ValueError(f"{asked.image}: {error}") from error
    checks = _checks(asked, network, picture, wanted)
    make_folder(asked.output)
    rows = [_written(asked, network.facts, inspection, *row) for row in enumerate(wanted)]
    rows = rows if checks is None else _checked(rows, checks)
    values = Path(asked.output) / VALUES
    kept = inspection.maps if asked.layer is None else {key: inspection.maps[key] for _, key in wanted}
    judged = {PROBABILITIES: inspection.probabilities} if network.facts.judges else {}
    write_maps(values, {INPUT: inspection.maps[INPUT], **kept, **judged})
    text = _text(asked, network, inspection, rows)
    text = text if checks is None else f"{text}\n{summary(checks)}"
    show(_facts(asked, network, inspection, values, rows), text, as_json=asked.json)
    for note in network.facts.notes:  # last, so that a failure is one line
        say(note)


def _wanted(facts: NetworkFacts, names: Sequence[str] | None, stage: Stage) -> list[tuple[str, str]]:
    """The layer and the key of the tensor to show, for each name, or for all layers. Raises ValueError for an unknown one."""
    known = {row.key: row.key for row in facts.description.layers}
    known |= {INPUT: INPUT, **{step.key: step.shown(stage) for step in facts.steps}}
    chosen = [step.key for step in facts.steps] if names is None else list(dict.fromkeys(names))
    if unknown := [name for name in chosen if name not in known]:
        layers = ", ".join(repr(step.key) for step in facts.steps)
        raise ValueError(f"--layer {unknown[0]}: there is no such layer in {facts.title}, only {layers} and what they hold")
    return [(name, known[name]) for name in chosen]


def _written(
    asked: argparse.Namespace, facts: NetworkFacts, inspection: Inspection, number: int, wanted: tuple[str, str]
) -> dict[str, Any]:
    """Write the picture of a layer; its facts."""
    layer, key = wanted
    colouring, fixed = asked.colours
    shown = show_maps(inspection, facts, MapsView(key, order=Order(asked.sort), colouring=colouring, fixed=fixed))
    path = Path(asked.output) / f"{number:03}-{_file_name(layer)}.png"
    write_shown(path, shown.atlas)
    return {
        "layer": layer, "tensor": key, "shape": list(shown.shape), **_numbers(inspection.maps[key]),
        "dead": int(shown.statistics.dead.sum()), "not_finite": shown.statistics.bad, "colours": shown.colours,
        "file": str(path),
    }  # fmt: skip


def _checks(
    asked: argparse.Namespace, network: "OpenNetwork", picture: Picture, wanted: Sequence[tuple[str, str]]
) -> tuple[Agreement, ...] | None:
    """How the wanted layers agree with the engine; None where that is not asked for."""
    if not asked.check:
        return None
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    return nets.agreements(network, picture, chosen_fit(asked), asked.change, keys=[name for name, _ in wanted])


def _checked(rows: list[dict[str, Any]], checks: Sequence[Agreement]) -> list[dict[str, Any]]:
    """With what is known of each layer's agreement with torch, null for layers that the engine does not know."""
    known = {check.layer: check.as_json() for check in checks}
    return [{**row, "check": known.get(row["layer"])} for row in rows]


def _file_name(layer: str) -> str:
    """The key without what some systems refuse; the number before it tells two of the same name apart."""
    return re.sub(r"[^\w.-]", "-", layer, flags=re.ASCII)[:80] or "network"


def _numbers(maps: Maps) -> dict[str, float | None]:
    """Of the finite values; null where there are none."""
    values = maps[np.isfinite(maps)]
    if not values.size:
        return {"min": None, "max": None, "mean": None}
    return {"min": float(values.min()), "max": float(values.max()), "mean": float(values.mean(dtype=np.float64))}


def _facts(
    asked: argparse.Namespace, network: "OpenNetwork", inspection: Inspection, values: Path, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "image": asked.image, "model": network.trained.id, "fit": inspection.fit.value, "stage": asked.stage,
        "milliseconds": round(inspection.milliseconds, 3), "top": _top(network.facts, inspection), "values": str(values),
        "layers": rows,
    }  # fmt: skip


def _top(facts: NetworkFacts, inspection: Inspection) -> list[dict[str, Any]]:
    """The likeliest classes, the likeliest first; none where the outputs are not finite, or there are no classes."""
    if np.isnan(inspection.probabilities).any():
        return []
    best = np.argsort(-inspection.probabilities, kind="stable")[:TOP].tolist()
    return [{"class": facts.class_names[index], "probability": float(inspection.probabilities[index])} for index in best]


def _text(asked: argparse.Namespace, network: "OpenNetwork", inspection: Inspection, rows: list[dict[str, Any]]) -> str:
    top = _top(network.facts, inspection)
    lack = "the outputs are not finite" if network.facts.judges else "the network gives no classes"
    best = f"{top[0]['class']}, {percent(top[0]['probability'])}" if top else lack
    fitted = f"fitted by {inspection.fit.value} to {size(network.facts.description.input)}"
    devices = sorted({device for row in rows for device in (row.get("check") or {}).get("differences", ())})
    titles = ("layer", "tensor", "shape", "min", "max", "mean", "dead", *(f"max |Δ| {device}" for device in devices), "file")
    table = aligned([titles, *(_line(row, devices) for row in rows)], f"<<>>>>>{'>' * len(devices)}<")
    return f"{asked.image}, {fitted}: {best}\n{table}"


def _line(row: dict[str, Any], devices: Sequence[str]) -> tuple[str, ...]:
    numbers = ("–" if row[name] is None else four_digits(row[name]) for name in ("min", "max", "mean"))
    differences = (_difference(row["check"], device) for device in devices)
    return row["layer"], row["tensor"], size(row["shape"]), *numbers, str(row["dead"]), *differences, Path(row["file"]).name


def _difference(check: dict[str, Any] | None, device: str) -> str:
    """As a share of the largest value."""
    if check is None or device not in check["differences"]:
        return "–"
    share = check["differences"][device]
    return "∞" if share is None else f"{share:.1e}"


def _colours(text: str) -> tuple[Colouring, Range]:
    """What the colours span, and the range that belongs to FIXED."""
    if text in (Colouring.MAP.value, Colouring.LAYER.value):
        return Colouring(text), (0.0, 1.0)
    try:
        low, high = map(parse_number, text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is neither map, layer nor two numbers such as -1,1") from error
    return Colouring.FIXED, (low, high)


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "activations": (_add_activations, _activations, "Write the maps of a network as pictures and as exact values."),
}
