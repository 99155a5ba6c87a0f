"""How the samples of a TIFF page lie in the file, checked before anything is decoded."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from inspector.core.images import tiff_codecs as codecs
from inspector.core.images.errors import DAMAGED, BadPicture
from inspector.core.images.limits import check_size
from inspector.core.images.tiff_file import Page, Tag

_ADVICE = "convert it with another program"
_KINDS = {1: "u", 2: "i", 3: "f", 4: "u"}  # SampleFormat: unsigned, signed, float, unknown
_DEPTHS = {"u": (*range(1, 17), 32, 64), "i": (8, 16, 32, 64), "f": (16, 32, 64)}


class Colours(IntEnum):
    """PhotometricInterpretation: the kinds that can be read."""

    WHITE_IS_ZERO = 0
    BLACK_IS_ZERO = 1
    RGB = 2
    PALETTE = 3
    MASK = 4
    CMYK = 5
    YCBCR = 6
    LAB = 8
    ICC_LAB = 9
    MOSAIC = 32803

    @property
    def samples(self) -> int:
        """Samples a pixel, without alpha."""
        return {Colours.RGB: 3, Colours.CMYK: 4, Colours.YCBCR: 3, Colours.LAB: 3, Colours.ICC_LAB: 3}.get(self, 1)

    @property
    def title(self) -> str:
        """In words."""
        names = {
            Colours.RGB: "RGB",
            Colours.PALETTE: "palette",
            Colours.MASK: "mask",
            Colours.CMYK: "CMYK",
            Colours.YCBCR: "YCbCr",
            Colours.LAB: "L*a*b*",
            Colours.ICC_LAB: "L*a*b*",
            Colours.MOSAIC: "colour mosaic",
        }
        return names.get(self, "grey")


@dataclass(frozen=True)
class Layout:
    """Sizes in pixels; ``kind`` u, i or f as NumPy's; ``block``: (rows, columns) of a strip or tile."""

    width: int
    height: int
    samples: int
    bits: int
    kind: str
    colours: Colours
    compression: int
    predictor: int
    planar: bool
    tiled: bool
    block: tuple[int, int]

    @property
    def grid(self) -> tuple[int, int]:
        """Strips or tiles down and across."""
        return -(-self.height // self.block[0]), -(-self.width // self.block[1])

    @property
    def depth(self) -> int:
        """Samples a pixel within one strip or tile."""
        return 1 if self.planar else self.samples

    @property
    def dtype(self) -> "np.dtype[np.generic]":
        """The type that holds one sample, in native byte order."""
        return np.dtype(f"{self.kind}{next(size for size in (1, 2, 4, 8) if self.bits <= 8 * size)}")


def read_layout(page: Page) -> Layout:
    """The layout of a page, or ``BadPicture`` with the name of what cannot be read."""
    samples = page.number(Tag.SAMPLES, 1)
    bits, kind = _sample_type(page)
    width, height = page.number(Tag.WIDTH), page.number(Tag.HEIGHT)
    check_size(width, height, samples * max(bits, 8) / 8)
    tiled = Tag.TILE_OFFSETS in page.tags
    block = (page.number(Tag.TILE_HEIGHT), page.number(Tag.TILE_WIDTH)) if tiled else (_strip_rows(page, height), width)
    check_size(block[1], block[0], samples * max(bits, 8) / 8)
    layout = Layout(
        width,
        height,
        samples,
        bits,
        kind,
        _colours(page, samples),
        compression=page.number(Tag.COMPRESSION, codecs.NONE),
        predictor=page.number(Tag.PREDICTOR, 1),
        planar=page.number(Tag.PLANAR, 1) == 2 and samples > 1,
        tiled=tiled,
        block=block,
    )
    _check_coding(layout)
    return layout


def _sample_type(page: Page) -> tuple[int, str]:
    """Bits and kind of every sample, which must be the same."""
    widths, formats = set(page.numbers(Tag.BITS, (1,))), set(page.numbers(Tag.SAMPLE_FORMAT, (1,)))
    if len(widths) != 1 or len(formats) != 1:
        raise BadPicture(f"its channels are of different types; {_ADVICE}")
    bits, kind = widths.pop(), _KINDS.get(formats.pop(), "")
    if bits not in _DEPTHS.get(kind, ()):
        raise BadPicture(f"its samples of {bits} bits cannot be read; convert it to 8 or 16 bits or to 32-bit floats")
    return bits, kind


def _strip_rows(page: Page, height: int) -> int:
    return max(min(page.number(Tag.ROWS_PER_STRIP, height), height), 1)


def _colours(page: Page, samples: int) -> Colours:
    number = page.number(Tag.PHOTOMETRIC)
    if number not in set(Colours):
        raise BadPicture(f"its kind of colours (TIFF number {number}) cannot be read; {_ADVICE}")
    colours = Colours(number)
    if samples < colours.samples:
        raise BadPicture(DAMAGED, f"{samples} samples a pixel for {colours.title}")
    return colours


def _check_coding(layout: Layout) -> None:
    """Refuse compressions and predictors that cannot be undone."""
    whole, fax = layout.compression in codecs.BYTE_CODECS, layout.compression in codecs.FAX
    if not whole and not fax and layout.compression != codecs.JPEG:
        raise BadPicture(f"its compression (TIFF number {layout.compression}) cannot be read; {_ADVICE}")
    if layout.colours is Colours.YCBCR and layout.compression != codecs.JPEG:
        raise BadPicture(f"it holds YCbCr colours without JPEG compression, which cannot be read; {_ADVICE}")
    if not whole and (layout.bits, layout.depth) not in ([(1, 1)] if fax else [(8, 1), (8, 3), (8, 4)]):
        raise BadPicture(DAMAGED, f"{layout.depth} samples of {layout.bits} bits in compression {layout.compression}")
    good = {1: True, 2: layout.bits % 8 == 0, 3: layout.kind == "f"}.get(layout.predictor, False)
    if whole and not good:
        raise BadPicture(f"its predictor (TIFF number {layout.predictor}) cannot be undone; {_ADVICE}")
