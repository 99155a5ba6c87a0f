"""File names as text that can be shown."""

import os
from collections.abc import Sequence


def printable(path: str | os.PathLike[str]) -> str:
    """The path with undecodable bytes, lone surrogates and control characters replaced, fit for any terminal and font."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in os.fspath(path))


def listed(names: Sequence[str], most: int = 3) -> str:
    """At most ``most`` of the names, and how many more there are: "a.txt, b.txt, c.txt and 4 more"."""
    shown = ", ".join(map(printable, names[:most]))
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
