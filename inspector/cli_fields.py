"""The command that tells what the units of a network see of a picture, and which of it matters."""

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli_models import add_model_arguments, chosen_fit, model_choice
from inspector.core.console import say, show
from inspector.core.files import make_folder
from inspector.core.images import PictureError, list_pictures, read_picture
from inspector.core.network.depth import DepthRow, as_csv, depth_rows
from inspector.core.network.facts import Description
from inspector.core.network.steps import steps
from inspector.core.picture import Picture
from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.contamination import box_shares
from inspector.core.receptive_field.effective import EffectiveField, Target, numbers
from inspector.core.receptive_field.export import Rgb, empty_picture
from inspector.core.receptive_field.files import write_shares, write_text, write_unit
from inspector.core.receptive_field.report import UnitReport, unit_report
from inspector.core.receptive_field.sample import Sample
from inspector.core.receptive_field.settings import FieldSettings, Part
from inspector.core.receptive_field.shown import FieldShown
from inspector.core.receptive_field.text import Sigmas, depth_csv, layers_json, layers_text, unit_json, unit_text
from inspector.core.resources import SAMPLE, picture_path
from inspector.core.words import count

if TYPE_CHECKING:
    from inspector.nets import OpenNetwork

FAR = 10_000_000  # the largest number of pixels or units that is read
OF_GRADIENTS = ("channel", "part", "inside", "fit", "change", "count", "frame")  # options that mean nothing without a gradient
OF_UNITS = ("unit", "channel", "inside", "random")  # and without a layer


@dataclass(frozen=True, eq=False)
class _Asked:
    """The words of the command line, what they name, and the pictures that gradients are of.

    ``network`` is None where no gradient is asked for. ``first``: the first of the pictures, None for noise.
    """

    words: argparse.Namespace
    model: str
    description: Description
    network: "OpenNetwork | None"
    sample: Sample
    first: Picture | None

    @property
    def part(self) -> Part:
        """What is kept of gradients."""
        return Part(self.words.part or Part.ABSOLUTE)

    @property
    def rows(self) -> tuple[DepthRow, ...]:
        """The fields of all layers."""
        return depth_rows(self.description, steps(self.description))


# ---- the grammar -----------------------------------------------------------------------------------------------


def _add_rf(parser: argparse.ArgumentParser) -> None:
    add_model_arguments(parser, positional=True)
    parser.add_argument(
        "--layer",
        metavar="L",
        help="a layer of cnn-inspector describe, or a part of the network for its last one (all, as a table)",
    )
    parser.add_argument("--unit", type=pair, metavar="Y,X", help="a unit of the layer (the one in the middle)")
    parser.add_argument("--channel", type=_index, metavar="C", help="take the gradient of one map (of all maps summed)")
    parser.add_argument(
        "--effective", nargs="+", default=[], metavar="IMAGE",
        help=f"the gradient for a picture, which may be {SAMPLE}ID; for several, or a folder of them, the mean",
    )  # fmt: skip
    parser.add_argument("--random", type=count, metavar="N", help="the mean over N pictures of noise, and over each IMAGE")
    parser.add_argument("--count", type=count, metavar="N", help=f"at most N pictures of a folder ({FieldSettings().count})")
    parser.add_argument("--frame", type=count, metavar="N", help="frame of an animation or page of a stack, from 1")
    parser.add_argument("--part", choices=[part.value for part in Part], help="what is kept of the gradient (absolute)")
    parser.add_argument(
        "--inside", type=_box, metavar="Y0,X0,Y1,X1", help="how much energy lies in this box, half open; also --inside=-9,0,9,9"
    )
    parser.add_argument("-o", "--output", metavar="DIR", help="gets tables, pictures and exact values")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _rf(words: argparse.Namespace) -> None:
    _refuse_contradictions(words)
    asked = _asked(words)
    if words.layer is None:
        _table(asked)
    else:
        _unit(asked)
    for note in asked.network.facts.notes if asked.network else ():  # last, so that a failure is one line
        say(note)


def _refuse_contradictions(words: argparse.Namespace) -> None:
    """Raises ValueError."""
    if words.layer is None and (alone := _given(words, OF_UNITS)):
        raise ValueError(f"{alone} belongs to a layer; name one with --layer L, or leave it out")
    if not (words.effective or words.random) and (alone := _given(words, OF_GRADIENTS)):
        raise ValueError(f"{alone} belongs to a gradient; ask for one with --effective IMAGE or --random N, or leave it out")
    if words.frame and (len(words.effective) != 1 or words.random):
        raise ValueError("--frame belongs to one picture; name one with --effective, or leave it out")


def _given(words: argparse.Namespace, names: Sequence[str]) -> str:
    """The first of the options that was given."""
    return next((f"--{name}" for name in names if getattr(words, name) not in (None, [])), "")


# ---- what is asked about ---------------------------------------------------------------------------------------


def _asked(words: argparse.Namespace) -> _Asked:
    """Raises ValueError for pictures that cannot be read, and for a network that is not there."""
    choice = model_choice(words)
    sample = Sample(tuple(path for word in words.effective for path in _paths(word, words)), words.random or 0)
    first = _first(sample.paths, (words.frame or 1) - 1)
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    if not sample.pictures:
        seen = nets.overview(choice)
        return _Asked(words, seen.model, seen.facts, None, sample, first)
    try:
        network = nets.open_network(choice)
    except nets.NormalizationError as error:
        raise ValueError(f"--normalize: {error}") from error
    return _Asked(words, network.trained.id, network.facts.description, network, sample, first)


def _paths(word: str, words: argparse.Namespace) -> tuple[Path, ...]:
    """The picture that is named, or the first ones of a folder, of which those that cannot be read are left out later."""
    path = picture_path(word)
    if not path.is_dir():
        read_picture(path)
        return (path,)
    if found := list_pictures(path)[: words.count or FieldSettings().count]:
        return found
    raise ValueError(f"{word}: there are no pictures in this folder; choose another one")


def _first(paths: Sequence[Path], frame: int) -> Picture | None:
    """The first picture that can be read; of several, ``frame`` is 0."""
    for path in paths[:-1]:
        with suppress(PictureError):
            return read_picture(path)
    return read_picture(paths[-1], frame=frame) if paths else None


# ---- all layers ------------------------------------------------------------------------------------------------


def _table(asked: _Asked) -> None:
    if asked.sample.pictures > 1:
        raise ValueError("without --layer, the spread is shown over all layers, for one picture; name one picture or a layer")
    sigmas = _sigmas(asked, asked.rows)
    facts = layers_json(asked.model, asked.description, asked.rows, sigmas)
    if asked.words.output:
        facts["files"] = _written(asked, lambda folder: _tables(asked, folder, asked.rows, sigmas))
    show(facts, layers_text(asked.model, asked.description, asked.rows, sigmas), as_json=asked.words.json)


def _sigmas(asked: _Asked, rows: Sequence[DepthRow]) -> Sigmas | None:
    """How far the gradients of the middle units spread, for the first picture; None where there is none."""
    if asked.network is None or asked.first is None:
        return None
    found = asked.network.sigmas(
        asked.first, [row.step.key for row in rows], asked.part,
        fit=chosen_fit(asked.words), alterations=asked.words.change, progress=_progress,
    )  # fmt: skip
    everywhere = (0, 0, *asked.description.graph.size)
    return {key: None if field.lack else numbers(field.heat, everywhere) for key, field in found.items()}


# ---- a unit ----------------------------------------------------------------------------------------------------


def _unit(asked: _Asked) -> None:
    words = asked.words
    report = replace(unit_report(asked.model, asked.description, words.layer, words.unit, words.channel), inside=words.inside)
    if asked.network is not None:
        report = _with_gradient(asked, asked.network, report)
    facts = unit_json(report)
    if words.output:
        facts["files"] = _written(asked, lambda folder: _unit_files(asked, folder, report))
    show(facts, unit_text(report), as_json=words.json)


def _with_gradient(asked: _Asked, network: "OpenNetwork", report: UnitReport) -> UnitReport:
    target = Target(report.layer, report.unit, report.map)
    found = _effective(asked, network, target)
    measured = None if found.lack else numbers(found.heat, report.box, report.inside)
    left_out = (f"{found.skipped} of the pictures could not be read or fitted and were left out.",) if found.skipped else ()
    return replace(report, shown=FieldShown(found, measured, None), notes=report.notes + left_out)


def _effective(asked: _Asked, network: "OpenNetwork", target: Target) -> EffectiveField:
    fit, changes = chosen_fit(asked.words), asked.words.change
    if asked.first is None or asked.sample.pictures > 1:
        return network.average(asked.sample, target, asked.part, fit=fit, alterations=changes, progress=_progress)
    try:
        return network.effective(asked.first, [target], asked.part, fit=fit, alterations=changes)[0]
    except ValueError as error:
        raise ValueError(f"{asked.words.effective[0]}: {error}") from error


def _progress(done: int, total: int | None) -> None:
    """On a terminal, one line that is redrawn in place."""
    if sys.stderr is not None and sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K" if done == total else f"\r\x1b[K{done} of {total}")
        sys.stderr.flush()


# ---- files -----------------------------------------------------------------------------------------------------


def _written(asked: _Asked, write: Callable[[Path], Sequence[Path]]) -> list[str]:
    """What was written into the folder of the output."""
    make_folder(asked.words.output)
    return [str(path) for path in write(Path(asked.words.output))]


def _tables(asked: _Asked, folder: Path, rows: Sequence[DepthRow], sigmas: Sigmas | None) -> list[Path]:
    """Fields of all layers, and the spread over ``rows`` where it was measured."""
    written = [write_text(folder / "fields.csv", as_csv(asked.rows))]
    return written if sigmas is None else [*written, write_text(folder / "depth.csv", depth_csv(rows, sigmas))]


def _unit_files(asked: _Asked, folder: Path, report: UnitReport) -> list[Path]:
    rows = _up_to(asked.rows, report.layer)
    return [
        *_tables(asked, folder, rows, _sigmas(asked, rows)), *write_unit(folder, report, _ground(asked)),
        *write_shares(folder, "padding", box_shares(asked.description.graph, report.layer)),
    ]  # fmt: skip


def _up_to(rows: tuple[DepthRow, ...], key: str) -> tuple[DepthRow, ...]:
    """The rows until the one that the tensor ``key`` belongs to; all where it belongs to none."""
    last = next((place for place, row in enumerate(rows) if key in (row.step.key, row.step.before, row.step.after)), len(rows))
    return rows[: last + 1]


def _ground(asked: _Asked) -> Rgb:
    """What the box is drawn on: the network's input."""
    if asked.network is None or asked.first is None:
        return empty_picture(asked.description.graph.size)
    return asked.network.fitted(asked.first, chosen_fit(asked.words))


# ---- words -----------------------------------------------------------------------------------------------------


def _index(text: str) -> int:
    return _numbers(text, 1, "the number of a map such as 12, from 0 on")[0]


def pair(text: str) -> tuple[int, int]:
    """Row and column of a unit, as they are written on the command line. Raises ArgumentTypeError."""
    y, x = _numbers(text, 2, "row and column of a unit such as 7,7, from 0 on")
    return y, x


def _box(text: str) -> Box:
    wanted = "the first row and column of a box and those behind the last, such as 0,0,28,28"
    y0, x0, y1, x1 = _numbers(text, 4, wanted, least=-FAR)
    if y0 >= y1 or x0 >= x1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is an empty box; write Y0,X0,Y1,X1 with Y0 below Y1 and X0 below X1")
    return y0, x0, y1, x1


def _numbers(text: str, many: int, wanted: str, least: int = 0) -> list[int]:
    """Whole numbers between commas."""
    words = [word.strip() for word in text.split(",")]
    if len(words) == many and all(word.isascii() and word.removeprefix("-").isdecimal() and len(word) < 10 for word in words):
        numbers = [int(word) for word in words]
        if all(least <= number <= FAR for number in numbers):
            return numbers
    raise argparse.ArgumentTypeError(f"{text[:40]!r} is not {wanted}")


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "rf": (_add_rf, _rf, "Tell which pixels the units of a network see, and which of them matter."),
}
