"""Widgets that keep their width beside others that take the rest."""

from typing import TypeVar

from PySide6.QtWidgets import QSizePolicy, QWidget

Part = TypeVar("Part", bound=QWidget)


def fixed(part: Part, width: int) -> Part:
    """The widget, ``width`` pixels wide; layouts give no room to one that ignores its size, however wide it is."""
    part.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    part.setFixedWidth(width)
    return part
