"""What part of the picture a unit of a layer sees, composed window by window."""

from dataclasses import dataclass

Pair = tuple[int, int]  # along y, along x


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


@dataclass(frozen=True)
class ReceptiveField:
    """The field of the units of one layer, in pixels of the picture, each (y, x).

    ``size``: height and width of what one unit sees. ``jump``: how far apart the fields of neighbouring
    units are. ``padding``: how far the field of unit (0, 0) reaches beyond the top and left edge.
    The default is the picture itself, whose every pixel sees itself.
    """

    size: Pair = (1, 1)
    jump: Pair = (1, 1)
    padding: Pair = (0, 0)

    def through(self, window: Window) -> "ReceptiveField":
        """The field one layer further on.

        ``r' = r + (k - 1) j``, ``P' = P + p j``, ``j' = s j``, with k the extent of the dilated kernel
        (Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019).
        """
        (y, x), (extent_y, extent_x) = self.jump, window.extent
        return ReceptiveField(
            size=(self.size[0] + (extent_y - 1) * y, self.size[1] + (extent_x - 1) * x),
            jump=(window.stride[0] * y, window.stride[1] * x),
            padding=(self.padding[0] + window.padding[0] * y, self.padding[1] + window.padding[1] * x),
        )
