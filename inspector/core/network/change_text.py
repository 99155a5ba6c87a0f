"""A change of a network as one line of text, and back: "silence c1 0,3", "scale c1 2 0.5", "swap c3 1,4", "drop c3 0.25 7"."""

from math import isfinite

from inspector.core.network.settings import Alteration, Change

GRAMMAR = '"silence LAYER MAPS", "scale LAYER MAPS FACTOR", "swap LAYER MAP,MAP" or "drop LAYER SHARE [SEED]"'


def change_text(alteration: Alteration) -> str:
    """The line that ``parse_change`` reads as this alteration."""
    maps, amount = ",".join(map(str, alteration.maps)), repr(alteration.amount)
    match alteration.change:
        case Change.SCALE:
            rest = f"{maps} {amount}"
        case Change.DROP:
            rest = f"{amount} {alteration.seed}"
        case _:
            rest = maps
    return f"{alteration.change} {alteration.layer} {rest}"


def parse_change(text: str) -> Alteration:
    """The alteration of a line; whether the network has the layer and the maps shows when it is altered.

    Raises ValueError that says what is not understood, and what is.
    """
    try:
        word, layer, *rest = text.split()
        return _altered(Change(word), layer, rest)
    except (ValueError, IndexError):
        raise ValueError(f"{text[:60]!r} is no change of a network; write {GRAMMAR}") from None


def _altered(change: Change, layer: str, rest: list[str]) -> Alteration:
    if change is Change.DROP:
        share, seed = [*rest, "0"][:2] if len(rest) < 2 else rest
        return Alteration(layer, change, amount=_finite(share), seed=_index(seed))
    maps = tuple(map(_index, rest[0].split(",")))
    if change is Change.SCALE:
        _, factor = rest
        return Alteration(layer, change, maps, _finite(factor))
    if len(rest) != 1 or (change is Change.SWAP and len(maps) != 2):
        raise ValueError(rest)
    return Alteration(layer, change, maps)


def _index(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number
