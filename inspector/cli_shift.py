"""The command that moves pictures and tells how far what a network makes of them moves along."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.cli_models import chosen_fit, model_choice
from inspector.cli_progress import Progress
from inspector.cli_shift_words import ANIMATION, add_shift
from inspector.core.console import say, show
from inspector.core.files import make_folder
from inspector.core.images import read_picture
from inspector.core.resources import picture_path
from inspector.core.shift.animation import Film
from inspector.core.shift.export import to_and_fro, write_animation, write_report
from inspector.core.shift.report import Along, Report, Row
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import Axis
from inspector.core.shift.surgery import surgery_text
from inspector.core.shift.text import shift_json, shift_text
from inspector.core.shift.transforms import Method

if TYPE_CHECKING:
    from inspector.nets import OpenNetwork
    from inspector.nets.shift_report import Measuring

STATE = "consistency.state"
MOST = 4001  # shifts along the axis
CURVES = 100  # pictures of a data set over which the errors of layers are means
REACH, PART = 16, 8  # pixels that a picture is moved by, and of data at most this part of the network's input
OF_DATA = ("dataset", "count", "curves", "seed")
OF_PICTURE = ("rotate", "scale", "animate", "decision", "circular_split", "parts")


@dataclass(frozen=True, eq=False)
class _Asked:
    """The words of the command line, and what they name; ``layers``: the key of a tensor by the name of its layer."""

    words: argparse.Namespace
    network: "OpenNetwork"
    along: Along
    layers: dict[str, str]

    def report(self, subject: str, rows: tuple[Row, ...]) -> Report:
        """What is the same for a picture and a data set."""
        surgeries, trained = tuple(map(surgery_text, self.words.surgery)), self.network.trained
        return Report(trained.id, subject, self.words.border, self.along, rows, trained.class_names, surgeries)


def _shift(words: argparse.Namespace) -> None:
    _refuse_contradictions(words)
    asked = _asked(words)
    report = _of_picture(asked) if words.data is None else _of_data(asked)
    facts = shift_json(report)
    if words.output:
        facts["files"] = [str(path) for path in _written(asked, report)]
    show(facts, shift_text(report), as_json=words.json)
    for note in asked.network.facts.notes:  # last, so that a failure is one line
        say(note)


def _refuse_contradictions(words: argparse.Namespace) -> None:
    """Raises ValueError."""
    if (words.image is None) == (words.data is None):
        raise ValueError("name one picture, or --data DIR for many")
    alone, other = (OF_DATA, "--data") if words.data is None else (OF_PICTURE, "one picture")
    if wrong := [name for name in alone if getattr(words, name) not in (None, False)]:
        raise ValueError(f"--{wrong[0].replace('_', '-')} belongs to {other}; leave it out")
    if words.animate and not words.output:
        raise ValueError("--animate needs a folder for the animation; name one with -o DIR")
    if words.cval and words.border != Incoming.CONSTANT:
        raise ValueError(f"--cval belongs to --border constant, not to {words.border}; leave it out")
    if words.border == Incoming.CROP and (words.rotate or words.scale):
        raise ValueError(
            "--rotate and --scale look beyond the room that --border crop leaves around the input; take another border"
        )
    if 2 * (words.max or REACH) / words.step + 1 > MOST:
        raise ValueError(f"--step {words.step:g} makes more than {MOST:,} shifts; take a larger step or a smaller --max")


# ---- what is asked about ---------------------------------------------------------------------------------------


def _asked(words: argparse.Namespace) -> _Asked:
    """Raises ValueError for a network that is not there or cannot be altered so, and for unknown layers."""
    choice = model_choice(words)
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import
    from inspector.nets.surgery import reopened  # noqa: PLC0415

    try:
        network = nets.open_network(choice)
    except nets.NormalizationError as error:
        raise ValueError(f"--normalize: {error}") from error
    if words.surgery:
        network = reopened(network, words.surgery)
    along = Along(words.max or _reach(words, network), words.step, Axis(words.axis), Method(words.method))
    return _Asked(words, network, along, _layers(network, words.layer))


def _reach(words: argparse.Namespace, network: "OpenNetwork") -> int:
    """Where it is not given. Pictures of a data set fill the input, so that far shifts would only cut them off."""
    side = min(network.trained.preprocessing.input[1:])
    return REACH if words.data is None else max(min(REACH, side // PART), 1)


def _layers(network: "OpenNetwork", names: Sequence[str] | None) -> dict[str, str]:
    """The tensor that is measured, by the name of its layer: what comes out of the row, if that is one."""
    rows = {step.key: step.after for step in network.facts.steps}
    known = {layer.key: layer.key for layer in network.facts.description.layers} | rows
    if names is None:
        return rows
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"--layer {unknown[0]}: there is no such layer in {network.facts.title}, only {', '.join(rows)}")
    return {name: known[name] for name in names}


# ---- a picture -------------------------------------------------------------------------------------------------


def _of_picture(asked: _Asked) -> Report:
    words, measuring = asked.words, _measuring(asked)
    orbits = tuple(name for name, wanted in (("rotation", words.rotate), ("scale", words.scale)) if wanted)
    decide = asked.network.facts.judges if words.decision is None else words.decision
    report = measuring.filled(asked.report(words.image, ()), split=words.circular_split, decide=decide, orbits=orbits)
    return measuring.with_parts(report) if words.parts else report


def _measuring(asked: _Asked) -> "Measuring":
    """Raises ValueError for a picture that cannot be read or fitted, or has no room for the shifts."""
    from inspector.nets.shift_report import Measuring  # noqa: PLC0415 - torch takes seconds to import
    from inspector.nets.shift_sources import scene_with_room  # noqa: PLC0415
    from inspector.nets.shifting import Shifting  # noqa: PLC0415

    words, picture = asked.words, read_picture(picture_path(asked.words.image))
    try:
        scene = scene_with_room(
            asked.network, picture, Incoming(words.border), asked.along.reach, fit=chosen_fit(words), value=words.cval
        )
    except ValueError as error:
        raise ValueError(f"{words.image}: {error}") from error
    return Measuring(Shifting(asked.network, scene, words.change), asked.along, asked.layers)


# ---- a data set ------------------------------------------------------------------------------------------------


def _of_data(asked: _Asked) -> Report:
    from inspector.nets.consistency import Trial, consistency  # noqa: PLC0415 - torch takes seconds to import
    from inspector.nets.shift_report import rows  # noqa: PLC0415
    from inspector.nets.shift_sources import check_reach, source_of  # noqa: PLC0415

    words = asked.words
    check_reach(asked.network, asked.along.reach)
    trial = Trial(asked.along, Incoming(words.border), words.cval, words.seed or 1, words.curves or CURVES,
                  tuple(asked.layers.values()), chosen_fit(words))  # fmt: skip
    source = source_of(asked.network, words.data, words.dataset or "", words.count)
    progress = Progress()
    try:
        study = consistency(asked.network, source, trial, words.change, state=_state(words.output), progress=progress)
    except KeyboardInterrupt:
        say(progress.broken_off(kept=bool(words.output)))
        raise
    return replace(asked.report(str(words.data), rows(asked.layers, study.layers)), study=study)


def _state(output: str | None) -> Path | None:
    """Where a run that is broken off keeps what it has found."""
    if output is None:
        return None
    make_folder(output)
    return Path(output) / STATE


# ---- files -----------------------------------------------------------------------------------------------------


def _written(asked: _Asked, report: Report) -> list[Path]:
    folder = Path(asked.words.output)
    make_folder(folder)
    written = write_report(folder, report)
    return [*written, _animation(asked, report, folder / ANIMATION)] if asked.words.animate else written


def _animation(asked: _Asked, report: Report, path: Path) -> Path:
    """Raises ValueError where no layer has units that could be compared."""
    words, measuring = asked.words, _measuring(asked)
    curve = measuring.curve(report, words.layer[0] if words.layer else "")
    if curve is None:
        raise ValueError("--animate: no error is defined of the layer; name another one with --layer")
    moments = measuring.moments(to_and_fro(asked.along.amounts, words.animate), asked.layers[curve.name])
    title = replace(report, subject=Path(words.image).name).title
    film = Film(f"{title}: {curve.name}", curve, asked.along.amounts, asked.along.axis, moments)
    return write_animation(path, film.sheets, words.animate)


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "shift": (add_shift, _shift, "Move a picture, or many, and tell how far what a network makes of them moves along."),
}
