"""What the user has chosen in the Receptive field workspace, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What is kept of a gradient before it is summed over channels and averaged over pictures."""

    ABSOLUTE = "absolute"
    SQUARED = "squared"
    POSITIVE = "positive"


class MapShown(StrEnum):
    """What is shown of the layer beside the picture, one value a unit."""

    ACTIVATION = "activation"  # the chosen map
    PADDING = "padding"  # share of the box that is padding
    ENERGY = "energy"  # share of the effective energy that is padding


class Over(StrEnum):
    """Over which pictures the effective field is averaged."""

    PICTURE = "picture"  # the present one alone
    RANDOM = "random"  # noise of the network's own mean and deviation
    FOLDER = "folder"  # the pictures of ``folder``


@dataclass(frozen=True)
class Pin:
    """A unit that is kept in sight to be compared; ``map`` None: all maps summed."""

    layer: str
    unit: tuple[int, int]
    map: int | None = None


@dataclass(frozen=True)
class FieldSettings:
    """Everything chosen in the workspace; network, layer, map and unit are those of ``NetworkSettings``.

    ``all_maps``: the gradient is that of all maps summed. ``heat`` and ``ellipse``: whether they are drawn. ``count``: how many
    pictures an average takes at most.
    """

    part: Part = Part.ABSOLUTE
    all_maps: bool = True
    heat: bool = True
    ellipse: bool = True
    shown: MapShown = MapShown.ACTIVATION
    over: Over = Over.PICTURE
    folder: str = ""
    count: int = 64
    pins: tuple[Pin, ...] = ()
