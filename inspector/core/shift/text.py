"""What moving pictures does, as text for people and as JSON and tables for scripts. NaN is null, and empty in tables."""

from collections.abc import Iterable, Mapping, Sequence
from csv import writer
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.text import RULE, aligned, percent
from inspector.core.numbers_text import four_digits
from inspector.core.shift.measures import Lack, Numbers, OutputChange
from inspector.core.shift.pooled import Jumps
from inspector.core.shift.report import MeanParts, Orbit, Report, Row, Study
from inspector.core.shift.results import MEASURES, UNKNOWN, DecisionMap
from inspector.core.shift.splitting import Unsplit
from inspector.core.shift.transforms import Translation

NONE = "–"
UNITS = {"rotation": "degrees", "scale": "factors"}
PER = {"rotation": "a degree", "scale": "a factor of 1"}


# ---- for scripts -----------------------------------------------------------------------------------------------


def shift_json(report: Report) -> dict[str, Any]:
    """What ``cnn-inspector shift --json`` prints."""
    facts: dict[str, Any] = {
        "model": report.model, "border": report.border, "image" if report.study is None else "data": report.subject,
        "axis": report.along.axis.value, "method": report.along.method.value, "surgery": list(report.surgeries),
        "circular_split": report.split, "shifts": [[one.dy, one.dx] for one in report.along.transforms],
        "layers": [{**_row_json(row), "period": _number(report.period(row)),
                    "between": row.errors.between(report.along.shift(0.0)).value} for row in report.rows],
        "notes": list(report.notes),
    }  # fmt: skip
    if report.output is not None:
        facts["output"] = _output_json(report.output, report.class_names)
        facts |= _decision_json(report.decision, report.class_names)
    if report.study is not None:
        facts |= _study_json(report.study)
    return facts | {name: _orbit_json(name, orbit, report.class_names) for name, orbit in report.orbits.items()}


def _row_json(row: Row) -> dict[str, Any]:
    errors, grid = row.errors, row.errors.grid
    return {
        "name": row.name, "tensor": errors.key, "jump": None if grid is None else [_whole(step) for step in grid.jump],
        **{name: _numbers(getattr(errors, name)) for name in MEASURES}, "padding_share": _numbers(row.padding_share),
        "unsplit": None if row.unsplit is None else row.unsplit.value,
        "whole": errors.whole.tolist(), "lacks": [None if lack is None else lack.value for lack in errors.lacks],
        **({} if row.parts is None else _parts_json(row.parts)),
        **({"winners": _winners_json(row.winners)} if row.winners else {}),
    }  # fmt: skip


def _parts_json(parts: MeanParts) -> dict[str, Any]:
    return {"by_map": _numbers(parts.by_map), "by_place": [_numbers(line) for line in parts.by_place]}


def _winners_json(winners: Sequence[Jumps]) -> dict[str, list[int]]:
    """A number for each shift."""
    return {name: [getattr(one, name) for one in winners] for name in Jumps._fields}


def _output_json(output: OutputChange, names: Sequence[str]) -> dict[str, Any]:
    top = [None if number == UNKNOWN else names[number] for number in output.top.tolist()]
    return {
        "change": _numbers(output.change),
        "top": top,
        "same": output.same.tolist(),
        "probabilities": [_numbers(row) for row in output.probabilities],
        "consistency": _number(output.consistency),
    }


def _decision_json(found: DecisionMap | None, names: Sequence[str]) -> dict[str, Any]:
    """Null where nothing of it was asked for."""
    if found is None:
        return {"decision": None}
    classes = [[None if number == UNKNOWN else names[number] for number in row] for row in found.classes.tolist()]
    return {
        "reach": found.reach, "decision": classes, "probability": [_numbers(row) for row in found.probability],
        "margin": [_numbers(row) for row in found.margin], "consistency": _number(found.consistency),
    }  # fmt: skip


def _orbit_json(name: str, orbit: Orbit, names: Sequence[str]) -> dict[str, Any]:
    return {
        UNITS[name]: orbit.amounts.tolist(), "layers": [_row_json(row) for row in orbit.rows],
        "output": _output_json(orbit.output, names), "probability": _numbers(orbit.probability), "slope": _number(orbit.slope),
    }  # fmt: skip


def _study_json(study: Study) -> dict[str, Any]:
    return {
        "pictures": study.pictures, "skipped": study.skipped, "consistency": study.consistency, "kept": study.kept,
        "accuracy": study.accuracy, "accuracy_shifted": study.accuracy_shifted, "curves": study.curves,
    }  # fmt: skip


def _numbers(values: NDArray[np.floating[Any]]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _whole(step: float) -> float:
    return int(step) if step == int(step) else step


# ---- tables ----------------------------------------------------------------------------------------------------


def shifts_csv(report: Report) -> str:
    """A row for each layer and shift."""
    head = ("layer", "dy", "dx", *MEASURES, "padding_share", "whole", "lack")
    return _csv([head, *(cells for row in report.rows for cells in _shift_rows(row, report.along.transforms))])


def _shift_rows(row: Row, shifts: Sequence[Translation]) -> Iterable[Sequence[Any]]:
    for place, shift in enumerate(shifts):
        values = [getattr(row.errors, name)[place] for name in MEASURES]
        lack = row.errors.lacks[place]
        yield (row.name, shift.dy, shift.dx, *map(_cell, (*values, row.padding_share[place])),
               bool(row.errors.whole[place]), "" if lack is None else lack.value)  # fmt: skip


def layers_csv(report: Report) -> str:
    """A row for each layer: the means over all shifts but none at all."""
    head = ("layer", "tensor", "jump_y", "jump_x", "period", *MEASURES, "padding_share")
    rows = [
        (row.name, row.errors.key, *(("", "") if row.errors.grid is None else row.errors.grid.jump), _cell(report.period(row)),
         *map(_cell, _means(report, row).values()))
        for row in report.rows
    ]  # fmt: skip
    return _csv([head, *rows])


def orbits_csv(report: Report) -> str:
    """A row for each orbit, amount and layer: the judgement, and the measures of the layer."""
    head = ("orbit", "amount", "probability", "change", "top", "layer", *MEASURES, "lack")
    return _csv(
        [head, *(cells for name, orbit in report.orbits.items() for cells in _orbit_rows(name, orbit, report.class_names))]
    )


def _orbit_rows(name: str, orbit: Orbit, names: Sequence[str]) -> Iterable[Sequence[Any]]:
    for place, amount in enumerate(orbit.amounts.tolist()):
        top = int(orbit.output.top[place])
        judged = (_cell(orbit.probability[place]), _cell(orbit.output.change[place]), "" if top == UNKNOWN else names[top])
        for row in orbit.rows:
            lack = row.errors.lacks[place]
            measures = (_cell(getattr(row.errors, measure)[place]) for measure in MEASURES)
            yield name, amount, *judged, row.name, *measures, "" if lack is None else lack.value


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = StringIO()
    writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _cell(value: float) -> str:
    return repr(float(value)) if np.isfinite(value) else ""


def _means(report: Report, row: Row) -> Mapping[str, float]:
    """Over the shifts for which each is defined, but for none at all."""
    moved = report.along.amounts != 0
    means = {name: _mean(getattr(row.errors, name)[moved]) for name in MEASURES}
    return means | {"padding_share": _weighted(row.padding_share[moved], row.errors.equivariance[moved])}


def _weighted(shares: Numbers, errors: Numbers) -> float:
    """The share of all errors together, which those of small errors do not change much."""
    known = np.isfinite(shares) & np.isfinite(errors)
    total = float(errors[known].sum())
    return float((shares[known] * errors[known]).sum()) / total if total else np.nan


def _mean(values: Numbers) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan


# ---- for people ------------------------------------------------------------------------------------------------


def shift_text(report: Report) -> str:
    """The means of the layers over all shifts, what has to be known of them, and the judgement."""
    head = ("layer", "jump", "period", *MEASURES[:4], "padding", "compared")
    table = aligned([head, *(_line(report, row) for row in report.rows)], "<" + ">" * (len(head) - 1)).splitlines()
    rule = RULE * max(map(len, table))
    return "\n".join(
        [
            _heading(report),
            table[0],
            rule,
            *table[1:],
            rule,
            *_judgement(report),
            *_lacks(report),
            *_unsplit(report),
            *([f"{NONE} padding: its share is measured of one picture, not of many."] if report.study is not None else []),
            *report.notes,
        ]
    )


def _heading(report: Report) -> str:
    amounts = report.along.amounts
    reach = f"{np.count_nonzero(amounts)} shifts of up to {four_digits(float(amounts[-1]))} pixels along {report.along.axis}"
    return f"{report.title}; means over {reach}"


def _line(report: Report, row: Row) -> tuple[str, ...]:
    means = {name: _digits(value) for name, value in _means(report, row).items()}
    grid = row.errors.grid
    jump = NONE if grid is None else " × ".join(dict.fromkeys(four_digits(step) for step in grid.jump))
    order = (*MEASURES[:4], "padding_share", "compared")
    return row.name, jump, _digits(report.period(row)), *(means[name] for name in order)


def _digits(value: float) -> str:
    return four_digits(value) if np.isfinite(value) else NONE


def _judgement(report: Report) -> list[str]:
    said: list[str] = []
    if report.decision is not None:
        said.append(_decision_line(report.decision, report.class_names))
    if report.study is not None:
        said += _study_lines(report.study, report.along.reach)
    return said + [_orbit_line(name, orbit) for name, orbit in report.orbits.items() if orbit.output.probabilities.size]


def _decision_line(found: DecisionMap, names: Sequence[str]) -> str:
    middle = int(found.classes[found.reach, found.reach])
    if middle == UNKNOWN:
        return "The outputs are not finite, so that nothing is judged."
    where = f"of the {found.classes.size:,} shifts of up to {found.reach} pixels"
    return f"Judged as {names[middle]}, and so are {percent(found.consistency)} {where}."


def _study_lines(study: Study, reach: int) -> list[str]:
    left_out = f", {study.skipped:,} more left out" if study.skipped else ""
    said = [
        f"Consistency {percent(study.consistency)}: two random shifts of up to {reach} pixels judged alike,"
        f" {study.pictures:,} pictures{left_out}.",
        f"{percent(study.kept)} of the shifts are judged as the picture itself.",
    ]
    if study.accuracy is not None and study.accuracy_shifted is not None:
        said.append(f"Judged right: {percent(study.accuracy)}, shifted {percent(study.accuracy_shifted)}.")
    return [*said, f"The errors of the layers are means over {study.curves:,} pictures."]


def _orbit_line(name: str, orbit: Orbit) -> str:
    amounts = f"{four_digits(float(orbit.amounts[0]))} … {four_digits(float(orbit.amounts[-1]))}"
    return (
        f"{name.capitalize()} {amounts}: the class stays in {percent(orbit.output.consistency)} of {len(orbit.amounts)};"
        f" its probability changes by {_digits(orbit.slope)} for {PER[name]} at the start."
    )


def _lacks(report: Report) -> list[str]:
    """Each reason once, with the layers that it holds for at some shift."""
    found: dict[Lack, list[str]] = {}
    for row in report.rows:
        for lack in dict.fromkeys(one for one in row.errors.lacks if one is not None):
            found.setdefault(lack, []).append(row.name)
    return [f"{NONE} {', '.join(names)}: {lack}." for lack, names in found.items()]


def _unsplit(report: Report) -> list[str]:
    """Each reason once, with the layers whose share of padding is not known for it."""
    found: dict[Unsplit, list[str]] = {}
    for row in report.rows:
        if row.unsplit is not None and row.errors.grid is not None:
            found.setdefault(row.unsplit, []).append(row.name)
    return [f"{NONE} padding of {', '.join(names)}: {reason}." for reason, names in found.items()]
