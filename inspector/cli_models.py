"""How the commands that need a network are told which one, and whose weights it has."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from inspector.core.network.answers import parse_input, parse_normalization
from inspector.core.network.change_text import GRAMMAR, parse_change
from inspector.core.network.settings import Answers, Fit, ModelChoice, ModelKind

ACTIVATIONS = ("relu", "tanh")
POOLS = ("max", "avg")
WHICH = "the id of a network; cnn-inspector models lists them"

Read = TypeVar("Read")


def add_model_arguments(parser: argparse.ArgumentParser, *, positional: bool = False, pictures: bool = True) -> None:
    """Let a command ask for a network: by ``MODEL`` or ``--model``, ``--weights`` or ``--module``.

    ``pictures``: whether the command looks at pictures, which have to be fitted.
    """
    if positional:
        parser.add_argument("model", nargs="?", metavar="MODEL", help=f"{WHICH}; or a file of weights, such as ./net.pt")
    else:
        parser.add_argument("--model", metavar="M", help=WHICH)
    parser.add_argument("--weights", metavar="F", help="a file of weights; without a network, it is recognized by them")
    parser.add_argument("--module", metavar="FILE:CALL", help="run a Python file and take the network that CALL() returns")
    parser.add_argument("--untrained", action="store_true", help="random weights, the same each time")
    parser.add_argument("--activation", choices=ACTIVATIONS, help="what the weights do not say: the activation function")
    parser.add_argument("--pool", choices=POOLS, help="what the weights do not say: the pooling")
    parser.add_argument(
        "--normalize",
        type=partial(_read, parse_normalization),
        metavar="M,S",
        help="mean and deviation, white being 1; in colour M1,M2,M3,S1,S2,S3",
    )
    parser.add_argument(
        "--input", type=partial(_read, parse_input), metavar="C,H,W", help="channels, height and width of the input"
    )
    if pictures:
        parser.add_argument(
            "--change", type=partial(_read, parse_change), action="append", default=[], metavar="CHANGE",
            help=f"change the network: {GRAMMAR}; MAPS such as 0,3; may be repeated",
        )  # fmt: skip
        parser.add_argument(
            "--fit", choices=[fit.value for fit in Fit], help="how pictures get the network's size (small ones pad, others crop)"
        )


def model_choice(asked: argparse.Namespace) -> ModelChoice:
    """The network that the arguments of ``add_model_arguments`` ask for.

    Raises ValueError where they name none, or contradict each other.
    """
    word, weights = asked.model or "", asked.weights or ""
    if is_path(word) and not weights:
        word, weights = "", word
    _refuse_contradictions(asked, word, weights)
    if asked.module:
        return ModelChoice(ModelKind.CODE, asked.module, _answers(asked), _absolute(weights))
    if weights:
        return ModelChoice(ModelKind.FILE, _absolute(weights), _answers(asked, architecture=word))
    return ModelChoice(ModelKind.UNTRAINED if asked.untrained else ModelKind.SHIPPED, word, _answers(asked))


def chosen_fit(asked: argparse.Namespace) -> Fit | None:
    """How pictures are fitted; None for what is natural for each."""
    return Fit(asked.fit) if asked.fit else None


def is_path(word: str) -> bool:
    """Whether a word names a file: ids of networks have neither dots nor slashes."""
    return any(sign in word for sign in "./\\")


def _refuse_contradictions(asked: argparse.Namespace, word: str, weights: str) -> None:
    guessed = [f"--{name}" for name in ("activation", "pool") if getattr(asked, name)]
    rules = {
        f"{word} and --weights {weights} are two files of weights; name one of them": is_path(word),
        f"--module makes a network of its own; leave out {word}": asked.module and word,
        "--untrained has no file of weights and is no --module; leave out one of them": (
            asked.untrained and (weights or asked.module)
        ),
        "name a network: MODEL, --weights F or --module FILE:CALL": not (word or weights or asked.module),
        f"leave out {' and '.join(guessed)}, for files of weights alone: other networks say themselves what they have": (
            guessed and (asked.module or not weights)
        ),
    }
    if wrong := [sentence for sentence, broken in rules.items() if broken]:
        raise ValueError(wrong[0])


def _answers(asked: argparse.Namespace, architecture: str = "") -> Answers:
    mean, std = asked.normalize or ((), ())
    return Answers(architecture, asked.activation or "", asked.pool or "", mean, std, asked.input or ())


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""


def _read(parse: Callable[[str], Read], text: str) -> Read:
    """For argparse, whose own error would not say what is allowed."""
    try:
        return parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
