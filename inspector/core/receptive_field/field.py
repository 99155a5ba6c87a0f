"""What part of the picture the units of a layer see, as numbers for the whole layer."""

from dataclasses import dataclass
from fractions import Fraction

from inspector.core.receptive_field.looks import Looks, Windowed

Pair = tuple[int, int]  # along y, along x
Step = int | Fraction  # whole, but behind upsampling


@dataclass(frozen=True)
class Window:
    """How a convolution or pooling looks at its input; all in pixels of that input, each (y, x).

    ``padding`` is what is added at the top and at the left.
    """

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def extent(self) -> Pair:
        """Pixels from the first to the last tap: ``dilation * (kernel - 1) + 1``."""
        return self.dilation[0] * (self.kernel[0] - 1) + 1, self.dilation[1] * (self.kernel[1] - 1) + 1

    @property
    def looks(self) -> Looks:
        """The same axis by axis."""
        y, x = (Windowed(self.kernel[axis], self.stride[axis], self.padding[axis], self.dilation[axis]) for axis in (0, 1))
        return y, x


@dataclass(frozen=True)
class ReceptiveField:
    """The field of the units of one layer, in pixels of the picture, each (y, x).

    ``size``: height and width of what one unit sees, of the largest where units differ. ``jump``: how far apart the fields of
    neighbouring units are on average; a fraction behind upsampling. ``padding``: how far the field of unit (0, 0) reaches
    beyond the top and left edge. The default is the picture itself, whose every pixel sees itself.
    """

    size: Pair = (1, 1)
    jump: tuple[Step, Step] = (1, 1)
    padding: Pair = (0, 0)

    def through(self, window: Window) -> "ReceptiveField":
        """The field one layer further on."""
        (y, x), (extent_y, extent_x) = self.jump, window.extent
        return ReceptiveField(
            size=(int(self.size[0] + (extent_y - 1) * y), int(self.size[1] + (extent_x - 1) * x)),
            jump=(window.stride[0] * y, window.stride[1] * x),
            padding=(int(self.padding[0] + window.padding[0] * y), int(self.padding[1] + window.padding[1] * x)),
        )


@dataclass(frozen=True)
class LayerField:
    """What can be said of the fields of a whole layer.

    ``field`` is None where units have no grid, differ irregularly or are not known. ``least``: the size along the path that
    sees least, which is what a layer can rely on having seen; None with ``field``. ``measured``: found by trying
    somewhere on the way. ``problem``: why the field is not known or not right, as a sentence; "" if it is. ``covers``: along
    each axis, whether the field is as large as the picture or larger.
    """

    field: ReceptiveField | None
    least: Pair | None = None
    measured: bool = False
    problem: str = ""
    covers: tuple[bool, bool] = (False, False)
