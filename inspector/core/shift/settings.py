"""What the user has chosen in the Shift workspace, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from inspector.core.network.settings import ModelChoice
from inspector.core.shift.scene import Incoming
from inspector.core.shift.surgery import Surgery
from inspector.core.shift.transforms import Flip, Method, Rotation, Scale, Together, Transform, Translation

MOST_SHIFT = 1024.0  # pixels; beyond, nothing of any picture is left
SCALES = (0.25, 4.0)  # smallest and largest factor
MOST_OTHERS = 2  # networks beside the one that is looked at


class Strip(StrEnum):
    """What is shown below the pictures."""

    SAWTOOTH = "saw-tooth"  # error against shift, for each layer
    DECISIONS = "decisions"  # the judgement for every shift
    ORBITS = "orbits"  # turned all round, and scaled
    POSITIONS = "positions"  # the error of each map and of each unit
    POOLING = "pooling"  # which pixels win their max-pool window


class Axis(StrEnum):
    """Along which way the saw-tooth is measured."""

    X = "x"
    Y = "y"
    DIAGONAL = "diagonal"


@dataclass(frozen=True)
class ShiftSettings:
    """Everything chosen in the workspace; network, layer and map are those of ``NetworkSettings``.

    ``dy`` and ``dx`` in pixels of the network's input, down and right; ``angle`` in degrees, counter-clockwise; ``scale`` a
    factor. ``constant``: the share of white that comes in for ``Incoming.CONSTANT``. ``all_maps``: the atlas of the layer instead
    of the one chosen map; ``unmoved``: f(x) in the place of T'f(x). ``surgeries`` alter the network. ``others``: networks that
    are looked at beside it, their maps too if ``side_by_side``. ``reach``: how far the saw-tooth and the decisions go, in pixels.
    """

    dy: float = 0.0
    dx: float = 0.0
    angle: float = 0.0
    scale: float = 1.0
    flip: bool = False
    method: Method = Method.BILINEAR
    incoming: Incoming = Incoming.ZERO
    constant: float = 0.5
    strip: Strip = Strip.SAWTOOTH
    all_maps: bool = False
    unmoved: bool = False
    axis: Axis = Axis.X
    surgeries: tuple[Surgery, ...] = ()
    others: tuple[ModelChoice, ...] = ()
    side_by_side: bool = False
    reach: int = 16

    @property
    def still(self) -> bool:
        """Whether nothing is done to the picture."""
        return not self._parts

    @property
    def transform(self) -> Transform:
        """What is done to the picture: mirrored, scaled, turned and then moved, so that it follows the hand."""
        parts = self._parts
        return parts[0] if len(parts) == 1 else Together(parts) if parts else Translation()

    @property
    def _parts(self) -> tuple[Transform, ...]:
        """The steps that do something."""
        return (
            *((Flip(),) if self.flip else ()),
            *((Scale(self.scale),) if self.scale != 1 else ()),
            *((Rotation(self.angle),) if self.angle % 360 else ()),
            *((Translation(self.dy, self.dx, self.method),) if self.dy or self.dx else ()),
        )
