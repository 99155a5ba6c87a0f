"""PNG: 8 bits through Pillow, 16 bits by the decoder of the program."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from inspector.core.images import read_picture
from inspector.core.images.png16 import unfilter


def png_bytes(kind: int, samples: np.ndarray, *, interlace: bool = False, extra: bytes = b"", filters=(0,)) -> bytes:
    """A 16-bit PNG by hand; ``filters`` are cycled over the rows."""
    height, width = samples.shape[:2]
    raw = b""
    for y0, x0, dy, dx in ADAM7 if interlace else [(0, 0, 1, 1)]:
        part = samples[y0::dy, x0::dx].astype(">u2")
        if part.size:
            rows = np.frombuffer(part.tobytes(), np.uint8).reshape(part.shape[0], part.shape[1], -1)
            raw += filtered(rows, [filters[y % len(filters)] for y in range(len(rows))])
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, interlace)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def filtered(rows: np.ndarray, kinds: list[int]) -> bytes:
    """The PNG filters as the specification writes them, byte by byte: the oracle of ``unfilter``."""
    height, width, depth = rows.shape
    out = bytearray()
    for y in range(height):
        out.append(kinds[y])
        for x in range(width):
            for i in range(depth):
                a = int(rows[y, x - 1, i]) if x else 0
                b = int(rows[y - 1, x, i]) if y else 0
                c = int(rows[y - 1, x - 1, i]) if x and y else 0
                out.append((int(rows[y, x, i]) - [0, a, b, (a + b) // 2, paeth(a, b, c)][kinds[y]]) % 256)
    return bytes(out)


def paeth(a: int, b: int, c: int) -> int:
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    if pa <= pb and pa <= pc:
        return a
    return b if pb <= pc else c


@given(
    data=st.data(), rows=arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([2, 4, 6, 8])))
)
@settings(max_examples=60, deadline=None)
def test_unfilter_undoes_every_mix_of_filters(data, rows):
    kinds = data.draw(st.lists(st.integers(0, 4), min_size=len(rows), max_size=len(rows)))
    coded = np.frombuffer(filtered(rows, kinds), np.uint8).reshape(len(rows), -1)
    np.testing.assert_array_equal(unfilter(coded[:, 0], coded[:, 1:].reshape(rows.shape)), rows)


def test_unfilter_over_more_rows_than_one_band(noise):
    rows = noise(600, 3, 6)
    kinds = [(y // 7) % 5 for y in range(600)]
    coded = np.frombuffer(filtered(rows, kinds), np.uint8).reshape(600, -1)
    np.testing.assert_array_equal(unfilter(coded[:, 0], coded[:, 1:].reshape(rows.shape)), rows)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (13, 9)])
def test_8_bit_png(tmp_path, mode, shape, noise, same):
    image = Image.fromarray(noise(*shape, 4), "RGBA").convert(mode)
    image.save(tmp_path / "p.png")
    bands = [np.array(band) for band in (image.convert("L") if mode == "1" else image).split()]
    colours = bands[:1] if len(bands) < 3 else bands[:3]
    picture = read_picture(tmp_path / "p.png")
    alpha = bands[-1] if mode.endswith("A") else None
    same(picture, colours[0] if len(colours) == 1 else np.stack(colours, -1), alpha)
    assert (picture.low, picture.high, picture.frames, picture.name) == (0, 255, 1, "p.png")


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_grey_png_of_few_bits_spreads_to_255(tmp_path, bits):
    top = 2**bits - 1
    rows = bytes(16)
    raw = b"".join(b"\0" + bytes([0b10010011]) for _ in rows)
    head = struct.pack(">IIBBBBB", 8 // bits, 16, bits, 0, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    (tmp_path / "p").write_bytes(data)
    expected = [(0b10010011 >> shift & top) * (255 // top) for shift in range(8 - bits, -1, -bits)]
    np.testing.assert_array_equal(read_picture(tmp_path / "p").values, np.tile(np.array(expected, np.uint8), (16, 1)))


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("make", ["noise", "smooth"])
def test_16_bit_png_as_opencv_writes_it(request, tmp_path, channels, make, same):
    values = request.getfixturevalue(make)(37, 29, channels, dtype=np.uint16)
    bgr = values[..., [2, 1, 0, 3][:channels]] if channels > 1 else values
    cv2.imwrite(str(tmp_path / "p.png"), bgr)
    picture = read_picture(tmp_path / "p.png")
    same(picture, values[..., 0] if channels == 1 else values[..., :3], values[..., 3] if channels == 4 else None)
    assert (picture.high, picture.form[:12]) == (65535, "PNG, 16-bit ")


@pytest.mark.parametrize("interlace", [False, True])
@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (9, 11)])
def test_16_bit_png_by_hand(tmp_path, interlace, kind, channels, shape, same, smooth):
    values = smooth(*shape, channels, dtype=np.uint16)
    (tmp_path / "p").write_bytes(png_bytes(kind, values, interlace=interlace, filters=(4, 3, 1, 2, 0)))
    picture = read_picture(tmp_path / "p")
    same(picture, values[..., :3] if channels > 2 else values[..., 0], values[..., -1] if channels in (2, 4) else None)


def test_16_bit_png_with_a_colour_that_is_seen_through(tmp_path, noise, same):
    values = noise(4, 5, 3, dtype=np.uint16)
    extra = chunk(b"tRNS", values[2, 3].astype(">u2").tobytes())
    (tmp_path / "p").write_bytes(png_bytes(2, values, extra=extra))
    alpha = np.full((4, 5), 65535, np.uint16)
    alpha[2, 3] = 0
    same(read_picture(tmp_path / "p"), values, alpha)


def test_palette_png_with_alpha(tmp_path, noise, same):
    image = Image.fromarray(noise(6, 5) % 4, "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7])
    image.save(tmp_path / "p.png", transparency=bytes([0, 128, 255, 255]))
    palette = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 8, 7]], np.uint8)
    indices = noise(6, 5) % 4
    same(read_picture(tmp_path / "p.png"), palette[indices], np.array([0, 128, 255, 255], np.uint8)[indices])
