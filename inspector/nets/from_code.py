"""Networks that a user's own Python file makes. It has been asked for and runs; nothing is known of it but what it does."""

from functools import partial
from math import inf
from pathlib import Path

import torch
from torch import Tensor, nn

from inspector.core.network.facts import Shape
from inspector.core.network.settings import Answers, ModelChoice
from inspector.nets.borrowing import StuckError, as_its_own
from inspector.nets.evaluation import classes_of
from inspector.nets.loading.own_code import OwnCodeError, build_own
from inspector.nets.loading.reading import read_weights_file
from inspector.nets.loading.timebox import NeverEnded, bounded
from inspector.nets.matching import load_into
from inspector.nets.prepared import LONGEST, Trained, input_of
from inspector.nets.preprocessing import Preprocessing
from inspector.nets.recording import record
from kernels import Cancel

GUESSED: tuple[Shape, ...] = ((1, 28, 28), (3, 32, 32), (3, 224, 224))


def from_code(choice: ModelChoice, cancel: Cancel) -> Trained:
    """The network of "path/to/file.py:callable", with the weights of a file if ``choice`` names one.

    The input is the answered one, else the first of ``GUESSED`` that passes. A number for each class, (1, classes), is what a
    network returns that judges; any other one gives no classes.

    Raises:
        OwnCodeError: the code fails, or no picture passes its network.
        WeightsError: the file of weights is not one of this network.
        NormalizationError: means and deviations for other numbers of channels.
        Cancelled: ``cancel`` said yes.
    """
    network = bounded(partial(build_own, choice.name), cancel=cancel, seconds=LONGEST)
    size, classes = _passing(network.eval(), choice.name, choice.answers, cancel)
    loaded = _load(network, choice, cancel)  # a first pass gives lazy layers their shapes
    preprocessing, left = _preprocessing(size, choice.answers)
    file = Path(choice.name.rpartition(":")[0]).name
    line = f"made by {file}" + (f", weights of {Path(choice.weights).name}" if choice.weights else "")
    names = tuple(map(str, range(classes)))
    title = type(network).__name__
    return Trained(
        network, preprocessing, names, id=choice.name, title=title, line=line, notes=(*loaded, *left), foreign=True,
    )  # fmt: skip


def _load(network: nn.Module, choice: ModelChoice, cancel: Cancel) -> tuple[str, ...]:
    if not choice.weights:
        return ()
    path = Path(choice.weights)
    found = read_weights_file(path, cancel=cancel)
    try:
        return load_into(network, path, found)
    except RuntimeError as error:  # state dicts of their own making
        raise OwnCodeError(f"{choice.name} does not take the weights of {path.name}: {_said(error)}") from error


def _passing(network: nn.Module, spec: str, answers: Answers, cancel: Cancel) -> tuple[Shape, int]:
    """A size that passes, and the number of classes."""
    sizes = (input_of(answers, GUESSED[0]),) if answers.input else GUESSED
    errors: list[ValueError] = []
    for size in sizes:
        try:
            return size, bounded(partial(_classes, network, size), cancel=cancel, seconds=LONGEST)
        except NeverEnded as error:
            raise OwnCodeError(f"{spec}: a picture of {_text(size)} went in, and {error}; correct its forward.") from error
        except ValueError as error:
            errors.append(error)
    advice = "give the --input C,H,W that it takes" if not answers.input else "correct its forward or --input"
    furthest = max(errors, key=_layers_passed)
    raise OwnCodeError(f"{spec}: no picture passes: {furthest}; {advice}.", "\n".join(map(str, errors))) from furthest


def _layers_passed(error: ValueError) -> float:
    """How far a picture came: the size that comes furthest is the likeliest to be meant."""
    return error.passed if isinstance(error, StuckError) else inf


def _classes(network: nn.Module, size: Shape) -> int:
    """How many classes a picture of zeros gets. Raises StuckError, and ValueError for several rows of numbers."""
    made = record(network, as_its_own(torch.zeros(1, *size), network), (), cancel=lambda: False).output
    if isinstance(made, Tensor) and made.ndim == 2 and made.shape[0] != 1:  # ``view`` makes that of a picture of another size
        raise ValueError(f"of one picture of {_text(size)} it makes {tuple(made.shape)}, as if there were {made.shape[0]}")
    return classes_of(made)


def _preprocessing(size: Shape, answers: Answers) -> tuple[Preprocessing, tuple[str, ...]]:
    """As answered; else pictures enter as shares of white, and a note says so."""
    if answers.mean:
        return Preprocessing(size, answers.mean, answers.std), ()
    note = "Pictures enter as shares of white, from 0 to 1, since nothing says how they are normalized."
    return Preprocessing(size, (0.0,) * size[0], (1.0,) * size[0]), (note,)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _text(size: Shape) -> str:
    return "x".join(map(str, size))
