"""TIFF of any depth: strips and tiles put together, and what their samples mean."""

from dataclasses import replace
from typing import BinaryIO

import numpy as np

from inspector.core.images import tiff_codecs as codecs
from inspector.core.images.colour import cmyk_to_rgb, lab_to_rgb
from inspector.core.images.errors import DAMAGED, BadPicture
from inspector.core.images.limits import check_frame
from inspector.core.images.numbers import pictured
from inspector.core.images.pillow import CMYK_NOTE
from inspector.core.images.raster import Array, Raster, bits_to_bytes
from inspector.core.images.tiff_file import Page, Pages, Tag
from inspector.core.images.tiff_layout import Colours, Layout, read_layout

_KIND_NAMES = {"u": "", "i": "signed ", "f": "float "}
_ALPHA = (1, 2)  # ExtraSamples: associated, unassociated


def decode(file: BinaryIO, frame: int) -> Raster:
    """One page."""
    pages = Pages(file)
    check_frame(frame, len(pages))
    page = pages[frame]
    layout = read_layout(page)
    raster = _meaning(page, layout, _assemble(pages, page, layout))
    orientation = page.number(Tag.ORIENTATION, 1)
    return replace(raster, frames=len(pages), orientation=orientation if 1 <= orientation <= 8 else 1)


def _assemble(pages: Pages, page: Page, layout: Layout) -> Array:
    """All strips or tiles, as ``(H, W, samples)`` in native byte order."""
    places = _places(pages, page, layout)
    out = np.zeros((layout.height, layout.width, layout.samples), layout.dtype)
    down, across = layout.grid
    for index, (offset, count) in enumerate(places):
        plane, cell = divmod(index, down * across)
        y, x = (cell // across) * layout.block[0], (cell % across) * layout.block[1]
        rows = layout.block[0] if layout.tiled else min(layout.block[0], layout.height - y)
        block = _block(pages.data(offset, count), page, layout, rows)
        target = out[y : y + rows, x : x + layout.block[1], plane : plane + 1 if layout.planar else None]
        target[...] = block[: target.shape[0], : target.shape[1]]
    return out


def _places(pages: Pages, page: Page, layout: Layout) -> list[tuple[int, int]]:
    """Offset and byte count of every strip or tile, all of them within the file."""
    offsets = page.numbers(Tag.TILE_OFFSETS if layout.tiled else Tag.STRIP_OFFSETS)
    counts = page.numbers(Tag.TILE_BYTES if layout.tiled else Tag.STRIP_BYTES)
    expected = layout.grid[0] * layout.grid[1] * (layout.samples if layout.planar else 1)
    if len(offsets) != len(counts) or len(offsets) < expected:
        raise BadPicture(DAMAGED, f"{len(offsets)} offsets and {len(counts)} sizes for {expected} strips or tiles")
    places = list(zip(offsets, counts, strict=True))[:expected]
    for offset, count in places:
        pages.check(offset, count)
    return places


def _block(data: bytes, page: Page, layout: Layout, rows: int) -> Array:
    """The samples of one strip or tile, ``(rows, columns, depth)``."""
    columns, depth = layout.block[1], layout.depth
    if layout.compression not in codecs.BYTE_CODECS:
        return _foreign_block(data, page, layout, rows)
    length = (columns * depth * layout.bits + 7) // 8
    reverse = page.number(Tag.FILL_ORDER, 1) == 2 and layout.bits < 8
    plain = codecs.unpacked(data, layout.compression, (rows, length), reversed_bits=reverse)
    dtype = layout.dtype.newbyteorder("<" if page.order == "<" else ">")
    if layout.predictor == 3:
        plain, dtype = codecs.undo_float_differences(plain, depth, dtype.itemsize), dtype.newbyteorder(">")
    block = codecs.samples(plain, dtype, layout.bits)[:, : columns * depth]
    block = block.reshape(rows, columns, depth)
    return codecs.undo_differences(block) if layout.predictor == 2 else block


def _foreign_block(data: bytes, page: Page, layout: Layout, rows: int) -> Array:
    """JPEG and fax strips, which libtiff makes into RGB, CMYK, grey or bits."""
    fax = layout.compression in codecs.FAX
    tags: dict[int, codecs.Value] = {
        Tag.WIDTH: layout.block[1],
        Tag.HEIGHT: rows,
        Tag.BITS: (layout.bits,) * layout.depth,
        Tag.COMPRESSION: layout.compression,
        Tag.PHOTOMETRIC: int(Colours.BLACK_IS_ZERO if layout.depth == 1 else layout.colours),
        Tag.SAMPLES: layout.depth,
    }
    for tag in (Tag.FILL_ORDER, Tag.T4_OPTIONS, Tag.T6_OPTIONS) if fax else (Tag.SUBSAMPLING,):
        if found := page.numbers(tag):
            tags[tag] = found[0] if fax else found
    if Tag.JPEG_TABLES in page.tags:
        tags[Tag.JPEG_TABLES] = page.tags[Tag.JPEG_TABLES][1]
    block = codecs.libtiff(tags, data)
    if block.shape[:2] != (rows, layout.block[1]) or block.size != rows * layout.block[1] * layout.depth:
        raise BadPicture(DAMAGED, f"a strip or tile of shape {block.shape}")
    return block.reshape(rows, layout.block[1], layout.depth)


def _meaning(page: Page, layout: Layout, samples: Array) -> Raster:
    """Grey or RGB values, alpha and notes of ``(H, W, samples)``."""
    count = layout.colours.samples
    values = samples[..., 0] if count == 1 else samples[..., :count]
    alpha, notes = _alpha(page, layout, samples, count)
    raster = Raster(values, f"TIFF, {layout.bits}-bit {_KIND_NAMES[layout.kind]}{layout.colours.title}", alpha, notes=notes)
    if layout.colours is Colours.PALETTE:
        return replace(raster, values=_palette(page, layout, values))
    if layout.colours is Colours.CMYK:
        return replace(raster, values=cmyk_to_rgb(values), notes=(CMYK_NOTE, *notes))
    if layout.colours in (Colours.LAB, Colours.ICC_LAB):
        note = "The colours were CIE L*a*b*; shown as sRGB."
        return replace(raster, values=lab_to_rgb(values, signed=layout.colours is Colours.LAB), notes=(note, *notes))
    return _plain(raster, layout)


def _plain(raster: Raster, layout: Layout) -> Raster:
    """Grey and RGB: white becomes the highest value, 1, 2 and 4 bits become 8, and the types those of pictures."""
    values, alpha = raster.values, raster.alpha
    if layout.colours is Colours.WHITE_IS_ZERO and layout.kind == "u":
        values = (2**layout.bits - 1) - values
    if layout.bits in (1, 2, 4):
        return replace(raster, values=bits_to_bytes(values, layout.bits))
    values, changed = pictured(values)
    high = float(2**layout.bits - 1) if layout.kind == "u" and layout.bits < 16 else None
    return replace(
        raster,
        values=values,
        alpha=None if alpha is None else alpha.astype(values.dtype),
        high=high,
        notes=changed + raster.notes,
    )


def _alpha(page: Page, layout: Layout, samples: Array, count: int) -> tuple[Array | None, tuple[str, ...]]:
    """The first sample after the colours if the file says that it is alpha, and a note about what is not shown."""
    extra = layout.samples - count
    has_alpha = extra > 0 and page.number(Tag.EXTRA_SAMPLES, 0) in _ALPHA and layout.bits >= 8
    left = extra - has_alpha
    notes = (f"It has {layout.samples} channels; {left} of them {'is' if left == 1 else 'are'} not shown.",) if left else ()
    return samples[..., count] if has_alpha else None, notes


def _palette(page: Page, layout: Layout, indices: Array) -> Array:
    """RGB through the colour map, whose 16-bit entries are 8 bits wherever they were made from 8."""
    entries = np.array(page.numbers(Tag.COLOUR_MAP), np.uint16)
    if layout.kind != "u" or layout.bits > 16 or entries.size != 3 * 2**layout.bits:
        raise BadPicture(DAMAGED, f"a colour map of {entries.size} entries for {layout.bits} bits")
    factor = next((factor for factor in (257, 256) if not (entries % factor).any()), None)
    table = entries if factor is None else (entries // factor).astype(np.uint8)
    colours: Array = table.reshape(3, -1).T[indices]
    return colours
