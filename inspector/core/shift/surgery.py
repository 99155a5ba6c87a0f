"""Changes of a network's architecture that need no training, as frozen values; ``inspector.nets`` carries them out."""

from dataclasses import dataclass
from enum import StrEnum

from kernels import Border

LAYERS = "*"  # in a text: every layer that can be changed in this way


class SurgeryError(ValueError):
    """A layer that does not exist or cannot be changed in this way."""


class Pooling(StrEnum):
    """What a pooling becomes; all keep its stride."""

    AVERAGE = "average"
    BLUR2 = "blur2"  # the densest pooling, then a blur of 2 taps, then every other pixel (Zhang 2019)
    BLUR3 = "blur3"
    BLUR5 = "blur5"
    POLYPHASE = "polyphase"  # of the grids that a stride could keep, the one with the largest norm (Chaman, Dokmanić 2021)


TAPS: dict[Pooling, tuple[float, ...]] = {Pooling.BLUR2: (1, 1), Pooling.BLUR3: (1, 2, 1), Pooling.BLUR5: (1, 4, 6, 4, 1)}


@dataclass(frozen=True)
class Repool:
    """The poolings ``layers`` (paths; empty: all max and average poolings) become another."""

    pooling: Pooling
    layers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repad:
    """What stands in the padding of ``layers`` (paths; empty: all that have padding) becomes ``border``.

    ``complete``, for WRAP alone: also layers without padding see round the edge, so that every map has as many units as its
    stride leaves of the whole side and moves in whole steps. Sizes change then, which not every network bears.
    """

    border: Border
    layers: tuple[str, ...] = ()
    complete: bool = False


@dataclass(frozen=True)
class Densify:
    """Every stride becomes 1 and what follows is dilated instead, so that the old units are among the new.

    Sizes change, so that only networks with a mean of each map before their linear layers can still judge.
    """


Surgery = Repool | Repad | Densify


def resizes(surgery: Surgery) -> bool:
    """Whether maps have other sizes afterwards, which not every network bears."""
    return isinstance(surgery, Densify) or (isinstance(surgery, Repad) and surgery.complete)


def surgery_text(surgery: Surgery) -> str:
    """The line that ``parse_surgery`` reads as this surgery: "pool blur3 *", "pad wrap features.0", "dense"."""
    match surgery:
        case Repool(pooling, layers):
            return f"pool {pooling} {','.join(layers) or LAYERS}"
        case Repad(border, layers, complete):
            return f"{'tile' if complete else 'pad'} {border} {','.join(layers) or LAYERS}"
        case Densify():
            return "dense"


GRAMMAR = (
    '"pool average|blur2|blur3|blur5|polyphase LAYERS", "pad zero|wrap|mirror|reflect|replicate LAYERS",'
    ' "tile wrap LAYERS" or "dense"'
)


def parse_surgery(text: str) -> Surgery:
    """The surgery of a line; LAYERS are paths with commas between them, or "*" or nothing for all.

    Raises ValueError that says what is not understood, and what is.
    """
    try:
        return _parsed(*text.split())
    except (ValueError, TypeError):
        raise ValueError(f"{text[:60]!r} is no surgery of a network; write {GRAMMAR}") from None


def _parsed(word: str, how: str = "", where: str = LAYERS) -> Surgery:
    layers = () if where == LAYERS else tuple(where.split(","))
    if word == "pool":
        return Repool(Pooling(how), layers)
    if word == "dense" and not how:
        return Densify()
    if word not in {"pad", "tile"} or how == Border.CONSTANT or (word == "tile" and how != Border.WRAP):
        raise ValueError(word)
    return Repad(Border(how), layers, word == "tile")
