"""The words of the command that moves pictures."""

import argparse
from pathlib import Path

from inspector.cli_models import add_model_arguments
from inspector.core.resources import SAMPLE
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import Axis
from inspector.core.shift.surgery import GRAMMAR, Surgery, parse_surgery
from inspector.core.shift.transforms import Method
from inspector.core.words import count, number

ANIMATION = "shift.gif"
SHORTEST, LONGEST = 0.1, 600.0  # seconds of an animation
SYNONYMS = {"aps": "polyphase", "padding": "pad", "circular": "wrap"}  # of words of a surgery


def add_shift(parser: argparse.ArgumentParser) -> None:
    """Add them all; what depends on each other is for the command to refuse."""
    parser.add_argument("image", nargs="?", metavar="IMAGE", help=f"a picture file, or {SAMPLE}ID")
    add_model_arguments(parser)
    _add_moves(parser)
    parser.add_argument("--layer", action="append", metavar="L", help="a layer of cnn-inspector describe; may be repeated (all)")
    parser.add_argument(
        "--surgery", type=_surgery, action="append", default=[], metavar="SURGERY",
        help=f"change the architecture: {GRAMMAR}; LAYERS such as pool1,pool2, or * for all; may be repeated",
    )  # fmt: skip
    _add_data(parser)
    parser.add_argument("-o", "--output", metavar="DIR", help="gets tables, plots and all numbers as JSON")
    parser.add_argument(
        "--animate", type=_seconds, metavar="SECONDS", help=f"with -o: {ANIMATION}, the picture moving to and fro"
    )
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def _add_moves(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--max", type=count, metavar="N", help="pixels to both sides (16; of data, at most 1/8 of the input)")
    parser.add_argument("--step", type=_step, default=1.0, metavar="S", help="from one shift to the next, such as 1/4 (1)")
    parser.add_argument("--axis", choices=[axis.value for axis in Axis], default=Axis.X.value, help="along which way (x)")
    parser.add_argument(
        "--border", choices=[border.value for border in Incoming], default=Incoming.ZERO.value,
        help="what comes in at the edge; crop slides over a larger picture (zero)",
    )  # fmt: skip
    parser.add_argument("--cval", type=number, default=0.0, metavar="V", help="the value of --border constant, white being 1 (0)")
    parser.add_argument(
        "--method", choices=[method.value for method in Method], default=Method.BILINEAR.value, help="between pixels (bilinear)"
    )
    parser.add_argument("--rotate", action="store_true", help="turn the picture all round as well")
    parser.add_argument("--scale", action="store_true", help="scale the picture from half to double as well")
    parser.add_argument(
        "--parts", action="store_true",
        help="by_map, by_place and winners in the JSON: errors of maps and places, and how the winners of max poolings jump",
    )  # fmt: skip
    parser.add_argument(
        "--decision",
        action=argparse.BooleanOptionalAction,
        help="judge every shift in the square of up to --max both ways (if it can)",
    )
    parser.add_argument(
        "--circular-split", action=argparse.BooleanOptionalAction, help="measure the share of errors that is due to padding (yes)"
    )


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="in place of IMAGE: a folder of pictures or of a data set's files"
    )
    parser.add_argument("--dataset", metavar="NAME", help="MNIST or CIFAR-10, where the network does not say what it judges")
    parser.add_argument("--count", type=count, metavar="N", help="at most N pictures of the data (all)")
    parser.add_argument("--curves", type=count, metavar="N", help="errors of layers are means over N pictures (100)")
    parser.add_argument("--seed", type=count, metavar="N", help="begins the random shifts (1)")


def _surgery(text: str) -> Surgery:
    words = [SYNONYMS.get(word, word) for word in text.split()]
    try:
        return parse_surgery(" ".join(words[1:] if words[:2] == ["stride", "dense"] else words))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _step(text: str) -> float:
    found = number(text)
    if not found > 0:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is no step; write a number above 0, such as 1 or 1/4")
    return found


def _seconds(text: str) -> float:
    found = number(text)
    if not SHORTEST <= found <= LONGEST:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number of seconds from {SHORTEST} to {LONGEST:g}")
    return found
