"""The commands that train and judge networks. torch is imported when one of them runs, not before."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inspector.cli_models import add_model_arguments, chosen_fit, model_choice
from inspector.core.console import say, show
from inspector.core.images import read_picture
from inspector.core.network.settings import Alteration
from inspector.core.network.text import aligned, confusion_table, percent
from inspector.core.resources import SAMPLE, picture_path

if TYPE_CHECKING:
    from inspector.nets import Trained
    from inspector.nets.training import Progress, Report

WEIGHTS_SUFFIX = ".safetensors"
REDRAWN = 0.5  # seconds between two states of the progress line

# ---- train -----------------------------------------------------------------------------------------------------


def _add_train(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="NAME", help="the id of a network that has a recipe, such as lenet5")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of the data set's published files")
    parser.add_argument(
        "-o", "--output", type=_weights_file, required=True, metavar="FILE",
        help=f"the {WEIGHTS_SUFFIX} file to write; card, history and curves go beside it",
    )  # fmt: skip
    parser.add_argument("--epochs", type=int, help="passes over the training pictures, instead of the recipe's")
    parser.add_argument("--seed", type=int, help="begins all random numbers, instead of the recipe's")
    parser.add_argument("--json", action="store_true", help="print the card of the weights as JSON")


def _train(asked: argparse.Namespace) -> None:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    entry, recipe = nets.entry(asked.model), nets.recipe(asked.model)
    wanted = {name: value for name in ("epochs", "seed") if (value := getattr(asked, name)) is not None}
    training, test = (nets.read_dataset(entry.dataset, asked.data, part) for part in nets.Part)
    line = _ProgressLine()
    report = nets.train(entry, training, test, replace(recipe, **wanted), output=asked.output, progress=line.show)
    show(report.card.facts(), _trained_text(report, asked.output), as_json=asked.json)


def _trained_text(report: "Report", output: Path) -> str:
    epochs = len(report.history)
    seconds = sum(epoch.seconds for epoch in report.history)
    return (
        f"{output}: {report.card.architecture} after {epochs} {'epoch' if epochs == 1 else 'epochs'}"
        f" in {duration(seconds)}, test error {percent(report.evaluation.test_error)} of {report.evaluation.images:,} pictures"
    )


class _ProgressLine:
    """One line on standard error: redrawn in place on a terminal, elsewhere a line for each epoch."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._drawn = -REDRAWN

    def show(self, now: "Progress") -> None:
        whole = now.step == now.steps
        if not whole and not (self._terminal and time.monotonic() - self._drawn >= REDRAWN):
            return
        self._drawn = time.monotonic()
        text = f"epoch {now.epoch}/{now.epochs}  {now.step}/{now.steps}  loss {now.loss:.4f}  {duration(now.seconds_left)} left"
        start, end = ("\r\x1b[K", "\n" if whole else "") if self._terminal else ("", "\n")
        sys.stderr.write(f"{start}{text}{end}")
        sys.stderr.flush()


def duration(seconds: float) -> str:
    """Such as "7 s", "3 min 20 s" or "2 h 5 min"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _weights_file(text: str) -> Path:
    if not text.endswith(WEIGHTS_SUFFIX):
        raise argparse.ArgumentTypeError(f"{text!r} must end in {WEIGHTS_SUFFIX}")
    return Path(text)


# ---- evaluate --------------------------------------------------------------------------------------------------


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    add_model_arguments(parser, positional=True)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder of the data set's published files")
    parser.add_argument("--dataset", metavar="NAME", help="MNIST or CIFAR-10, where the network does not say what it judges")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _evaluate(asked: argparse.Namespace) -> None:
    trained = _opened(asked)
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    name = asked.dataset or trained.dataset
    if not name:
        raise ValueError(f"{trained.id}: nothing says what it judges; give --dataset MNIST or CIFAR-10")
    dataset = nets.read_dataset(name, asked.data, nets.Part.TEST)
    found = trained.evaluate(dataset, asked.change)
    confusion = found.confusion.tolist()
    facts = {
        "model": trained.id, "dataset": name, "images": found.images, "accuracy": found.accuracy,
        "test_error": found.test_error, "confusion": confusion,
    }  # fmt: skip
    head = f"{trained.id} on {found.images:,} pictures of {name}: test error {percent(found.test_error)}"
    show(facts, f"{head}\n\n{confusion_table(dataset.class_names, confusion)}", as_json=asked.json)
    _say_notes(trained)


# ---- predict ---------------------------------------------------------------------------------------------------


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("images", nargs="+", metavar="IMAGE", help=f"a picture file, or {SAMPLE}ID")
    add_model_arguments(parser)
    parser.add_argument("--top", type=_count, default=5, metavar="N", help="how many classes are shown (5)")
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _predict(asked: argparse.Namespace) -> None:
    trained = _opened(asked)
    rows = [{"image": image, "top": _top(trained, image, asked.top, asked.change)} for image in asked.images]
    show(rows, "\n\n".join(_prediction_text(row["image"], row["top"]) for row in rows), as_json=asked.json)
    _say_notes(trained)


def _top(trained: "Trained", image: str, count: int, changes: Sequence[Alteration]) -> list[dict[str, Any]]:
    picture = read_picture(picture_path(image))
    try:
        guesses = trained.predict(picture, count, changes)
    except ValueError as error:
        raise ValueError(f"{image}: {error}") from error
    return [{"class": guess.label, "probability": guess.probability} for guess in guesses]


def _prediction_text(image: str, top: list[dict[str, Any]]) -> str:
    return f"{image}\n" + aligned([(percent(guess["probability"]), guess["class"]) for guess in top], "><")


def _opened(asked: argparse.Namespace) -> "Trained":
    """Raises ValueError for a network that is not there, or does not judge."""
    choice = model_choice(asked)
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    try:
        trained = nets.open_trained(choice, fit=chosen_fit(asked))
    except nets.NormalizationError as error:
        raise ValueError(f"--normalize: {error}") from error
    trained.check_judges()
    return trained


def _say_notes(trained: "Trained") -> None:
    """What is odd about the network, on standard error; last, so that a failure is one line."""
    for note in trained.notes:
        say(note)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 1000):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number from 1 to 1000")
    return int(text)


Add = Callable[[argparse.ArgumentParser], None]
Run = Callable[[argparse.Namespace], None]
COMMANDS: dict[str, tuple[Add, Run, str]] = {
    "train": (_add_train, _train, "Train a network, or go on with a training that was broken off."),
    "evaluate": (_add_evaluate, _evaluate, "Judge a network by the test pictures of its data set."),
    "predict": (_add_predict, _predict, "Name the likeliest classes of pictures."),
}
