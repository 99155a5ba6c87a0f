"""The whole state of the window as frozen values: small, comparable, and free to undo."""

from dataclasses import dataclass
from enum import StrEnum

from inspector.core.drawing import Stroke
from inspector.core.filtering import FilterSettings
from inspector.core.network.settings import NetworkSettings
from inspector.core.receptive_field.settings import FieldSettings
from inspector.core.shift.settings import ShiftSettings


class Workspace(StrEnum):
    """What the middle of the window is for."""

    FILTER = "filter"
    NETWORK = "network"
    FIELD = "field"
    SHIFT = "shift"

    @property
    def label(self) -> str:
        """What the window calls it."""
        return "Receptive field" if self is Workspace.FIELD else self.capitalize()


class Layout(StrEnum):
    """How input and output share the picture area."""

    SPLIT = "split"
    SIDE = "side"
    INPUT = "input"
    OUTPUT = "output"


class Theme(StrEnum):
    """Colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class SourceKind(StrEnum):
    """Where a picture comes from."""

    SAMPLE = "sample"  # name: the id of a sample picture
    FILE = "file"  # name: an absolute path
    MEMORY = "memory"  # name: a token of a pasted or dropped picture
    DRAWING = "drawing"  # name: "drawing"; the strokes are the picture


@dataclass(frozen=True)
class Source:
    """Which picture is looked at; ``frame`` counts from 0 in animations and multi-page files."""

    kind: SourceKind
    name: str
    frame: int = 0
    strokes: tuple[Stroke, ...] = ()


@dataclass(frozen=True)
class AppState:
    """Everything the user has chosen. ``pixel`` is (y, x) in the output, ``channel`` 0, 1, 2 of RGB."""

    source: Source
    filter: FilterSettings
    layout: Layout = Layout.SPLIT
    split: float = 0.5
    pixel: tuple[int, int] | None = None
    channel: int = 0
    theme: Theme = Theme.SYSTEM
    workspace: Workspace = Workspace.FILTER
    network: NetworkSettings = NetworkSettings()  # noqa: RUF009 - a frozen value
    field: FieldSettings = FieldSettings()  # noqa: RUF009 - a frozen value
    shift: ShiftSettings = ShiftSettings()  # noqa: RUF009 - a frozen value
