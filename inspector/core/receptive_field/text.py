"""Receptive fields as text for people and as values of JSON for scripts."""

from collections.abc import Mapping, Sequence
from csv import writer
from io import StringIO
from typing import Any

from inspector.core.names import listed
from inspector.core.network.depth import DepthRow
from inspector.core.network.facts import Description, field_json
from inspector.core.network.text import RULE, aligned, size
from inspector.core.numbers_text import four_digits
from inspector.core.receptive_field.compose import layer_fields
from inspector.core.receptive_field.effective import EffectiveNumbers
from inspector.core.receptive_field.export import heat_text
from inspector.core.receptive_field.field import LayerField, Step
from inspector.core.receptive_field.graph import Graph
from inspector.core.receptive_field.report import UnitReport
from inspector.core.receptive_field.shown import (
    NUMBERS,
    area_texts,
    lack_line,
    measured_line,
    number_texts,
    place,
    place_line,
    share,
)

Sigmas = Mapping[str, EffectiveNumbers | None]  # of the middle units of layers, by their keys; None for a gradient of no use

UNKNOWN = "–"
MEASURED = "≈"


# ---- a network -------------------------------------------------------------------------------------------------


def layers_text(model: str, description: Description, rows: Sequence[DepthRow], sigmas: Sigmas | None = None) -> str:
    """A row for each layer, with effective sigmas where such were asked for, and what has to be known below."""
    head = ("layer", "kind", "output", "field", "jump", "padding", "marks", *(("σ",) if sigmas is not None else ()))
    cells = [(*_row(row), *(() if sigmas is None else (_sigma(sigmas.get(row.step.key)),))) for row in rows]
    table = aligned([head, *cells], "<<>>>><>"[: len(head)]).splitlines()
    rule, notes = RULE * max(map(len, table)), remarks(description.graph)
    title = f"{model}, input {size(description.input)}"
    return "\n".join([title, table[0], rule, *table[1:], *([rule, *notes] if notes else [])])


def layers_json(model: str, description: Description, rows: Sequence[DepthRow], sigmas: Sigmas | None = None) -> dict[str, Any]:
    """What ``cnn-inspector rf --json`` prints without a layer; "sigma" is that of the middle unit, null where not known."""
    spread = {key: list(found.sigma) for key, found in (sigmas or {}).items() if found is not None}
    layers = [
        {
            "layer": row.step.key, "kind": row.step.facts.kind, "output": row.step.facts.output,
            "receptive_field": field_json(row.field.field), "measured": row.field.measured, "exceeds": row.exceeds,
            "unproductive": row.unproductive, "problem": row.field.problem, "sigma": spread.get(row.step.key),
        }
        for row in rows
    ]  # fmt: skip
    return {"model": model, "input": description.input, "note": description.graph.note, "layers": layers}


def remarks(graph: Graph) -> tuple[str, ...]:
    """What has to be known beside the numbers: of the whole graph, which layers were measured, and each problem once."""
    measured = [node.key for node in graph.nodes if node.measured]
    problems: dict[str, list[str]] = {}
    for key, field in layer_fields(graph).items():
        if field.problem:
            problems.setdefault(field.problem, []).append(key)
    return (
        *([graph.note] if graph.note else []),
        *([f"{MEASURED} How {listed(measured)} {_looks(len(measured))} was found by trying."] if measured else []),
        *(
            problem if len(keys) == 1 and problem.startswith(keys[0]) else f"From {keys[0]} on: {problem}"
            for problem, keys in problems.items()
        ),
    )


def depth_csv(rows: Sequence[DepthRow], sigmas: Sigmas) -> str:
    """Size and effective sigma over depth, y and x, pixels; empty where one is not known."""
    text = StringIO()
    table = writer(text)
    table.writerow(("layer", "field_y", "field_x", "sigma_y", "sigma_x"))
    for row in rows:
        field, numbers = row.field.field, sigmas.get(row.step.key)
        sizes = ("", "") if field is None else field.size
        table.writerow((row.step.key, *sizes, *(("", "") if numbers is None else map(repr, numbers.sigma))))
    return text.getvalue()


def _row(row: DepthRow) -> tuple[str, ...]:
    facts = row.step.facts
    marks = {"exceeds": row.exceeds, "unproductive": row.unproductive, "problem": row.field.problem}
    return (
        facts.key,
        facts.kind,
        size(facts.output),
        *_cells(row.field),
        ", ".join(word for word, is_so in marks.items() if is_so),
    )


def _sigma(found: EffectiveNumbers | None) -> str:
    return UNKNOWN if found is None else " × ".join(four_digits(part) for part in found.sigma)


def _cells(seen: LayerField) -> tuple[str, str, str]:
    """Size, jump and padding; "all" where each unit sees the whole picture."""
    if seen.field is None:
        return "all" if all(seen.covers) else UNKNOWN, UNKNOWN, UNKNOWN
    mark = f"{MEASURED} " if seen.measured else ""
    return mark + pair_text(seen.field.size), pair_text(seen.field.jump), pair_text(seen.field.padding)


def pair_text(pair: tuple[Step, Step]) -> str:
    """One number where both axes agree, else y × x."""
    return str(pair[0]) if pair[0] == pair[1] else size(pair)


def _looks(count: int) -> str:
    return "looks" if count == 1 else "look"


# ---- a unit ----------------------------------------------------------------------------------------------------


def unit_json(report: UnitReport) -> dict[str, Any]:
    """What ``cnn-inspector rf --json`` prints of a unit."""
    return {
        "model": report.model, "layer": report.layer, "unit": list(report.unit), "channel": report.map,
        "box": list(report.box), "effective": _effective_json(report),
        "receptive_field": field_json(report.field.field), "measured": report.field.measured,
        "padding_share": report.padding, "note": " ".join(_notes(report)),
    }  # fmt: skip


def unit_text(report: UnitReport) -> str:
    """The same for people."""
    lines = [f"{report.model}, {target_text(report)}", f"sees {place_line(report.box)}: {_extent(report)}", _layer_line(report)]
    return "\n".join([*lines, *_measured_lines(report), *_notes(report)])


def caption(report: UnitReport) -> str:
    """One sentence below a picture: layer, unit, box, and what heat and ellipse are of."""
    words = [f"{report.model}, {target_text(report)}", f"sees {place_line(report.box)} ({_extent(report)})"]
    if report.measured is not None:
        effective, _ = report.measured
        words += [
            f"{effective.part} gradient over {measured_line(effective).partition(' · ')[0]}",
            f"σ {number_texts(report.shown)[0]}, ellipse at 2σ", f"colours {heat_text(effective.heat)}",
        ]  # fmt: skip
    return "; ".join(words) + "."


def target_text(report: UnitReport) -> str:
    """The unit in words: "conv5 unit (7, 7) of map 3"."""
    return f"{report.layer} unit {place(report.unit)} of {'all maps' if report.map is None else f'map {report.map}'}"


def _extent(report: UnitReport) -> str:
    y0, x0, y1, x1 = report.box
    return f"{y1 - y0} × {x1 - x0} pixels, {share(report.padding)} of them padding"


def _layer_line(report: UnitReport) -> str:
    field, mark = report.field.field, f" {MEASURED}" if report.field.measured else ""
    if field is None:
        return f"the layer has no field that moves with its units{mark}"
    sizes = (pair_text(pair) for pair in (field.size, field.jump, field.padding))
    return "r {}, jump {}, padding {}".format(*sizes) + mark


def _measured_lines(report: UnitReport) -> list[str]:
    """The numbers of the effective field."""
    if report.measured is None:
        return []
    effective, numbers = report.measured
    where = NUMBERS[-1] if report.inside is None else f"in {place_line(report.inside)}"
    shares = [f"{share(part)} of the energy" for part in numbers.area_ratio]
    rows = [
        *zip((*NUMBERS[:-1], where), number_texts(report.shown), strict=True),
        *zip(shares, (f"{text} of the picture" for text in area_texts(report.shown)), strict=True),
        ("colours", heat_text(effective.heat)),
    ]
    return ["", f"{effective.part} gradient, {measured_line(effective)}", aligned(rows, "<<")]


def _effective_json(report: UnitReport) -> dict[str, Any] | None:
    """Null where the gradient is of no use; the note says why."""
    if report.measured is None:
        return None
    effective, numbers = report.measured
    return {
        "sigma": list(numbers.sigma), "area_ratio": {str(part): ratio for part, ratio in numbers.area_ratio.items()},
        "energy_inside": numbers.inside, "centre": list(numbers.centre), "correlation": numbers.correlation, "fit": numbers.fit,
        "part": effective.part.value, "pictures": effective.pictures, "dead": effective.dead, "skipped": effective.skipped,
        "sigma_error": effective.sigma_error and list(effective.sigma_error), "colours": heat_text(effective.heat),
        "milliseconds": round(effective.milliseconds, 3),
    }  # fmt: skip


def _notes(report: UnitReport) -> list[str]:
    lack = lack_line(report.shown.effective) if report.shown is not None else ""
    return [note for note in (lack, *report.notes) if note]
