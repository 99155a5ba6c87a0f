"""File names as text that can be shown."""

import os


def printable(path: str | os.PathLike[str]) -> str:
    """The path with undecodable bytes, lone surrogates and control characters replaced, fit for any terminal and font."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in os.fspath(path))
