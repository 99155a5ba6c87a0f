"""Pictures of every kind come in with exactly the values that another library wrote."""

import io
import struct
import threading
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from inspector.core.images import PictureError, read_picture, sniff
from inspector.core.images.png16 import unfilter


def noise(*shape: int, dtype: type = np.uint8, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def smooth(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    """Neighbours alike, so that encoders choose every kind of row filter."""
    grid = np.add.outer(np.arange(shape[0]) ** 2, np.arange(shape[1]) * 3).astype(np.float64)
    grid = grid / max(grid.max(), 1) * np.iinfo(dtype).max * 0.9
    grid = grid if len(shape) == 2 else np.stack([np.roll(grid, i, 1) for i in range(shape[2])], axis=-1)
    return (grid + noise(*shape) % 4).astype(dtype)


def same(picture, values, alpha=None):
    np.testing.assert_array_equal(picture.values, values, strict=True)
    assert (picture.alpha is None) == (alpha is None)
    if alpha is not None:
        np.testing.assert_array_equal(picture.alpha, alpha, strict=True)
    for array in (picture.values, *([] if picture.alpha is None else [picture.alpha])):
        assert not array.flags.writeable
        assert array.flags.c_contiguous
        assert array.dtype.isnative


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


def test_unfilter_over_more_rows_than_one_band():
    rows = noise(600, 3, 6)
    kinds = [(y // 7) % 5 for y in range(600)]
    coded = np.frombuffer(filtered(rows, kinds), np.uint8).reshape(600, -1)
    np.testing.assert_array_equal(unfilter(coded[:, 0], coded[:, 1:].reshape(rows.shape)), rows)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1), (13, 9)])
def test_8_bit_png(tmp_path, mode, shape):
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
@pytest.mark.parametrize("make", [noise, smooth])
def test_16_bit_png_as_opencv_writes_it(tmp_path, channels, make):
    values = make(37, 29, channels, dtype=np.uint16)
    bgr = values[..., [2, 1, 0, 3][:channels]] if channels > 1 else values
    cv2.imwrite(str(tmp_path / "p.png"), bgr)
    picture = read_picture(tmp_path / "p.png")
    same(picture, values[..., 0] if channels == 1 else values[..., :3], values[..., 3] if channels == 4 else None)
    assert (picture.high, picture.form[:12]) == (65535, "PNG, 16-bit ")


@pytest.mark.parametrize("interlace", [False, True])
@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (9, 11)])
def test_16_bit_png_by_hand(tmp_path, interlace, kind, channels, shape):
    values = smooth(*shape, channels, dtype=np.uint16)
    (tmp_path / "p").write_bytes(png_bytes(kind, values, interlace=interlace, filters=(4, 3, 1, 2, 0)))
    picture = read_picture(tmp_path / "p")
    same(picture, values[..., :3] if channels > 2 else values[..., 0], values[..., -1] if channels in (2, 4) else None)


def test_16_bit_png_with_a_colour_that_is_seen_through(tmp_path):
    values = noise(4, 5, 3, dtype=np.uint16)
    extra = chunk(b"tRNS", values[2, 3].astype(">u2").tobytes())
    (tmp_path / "p").write_bytes(png_bytes(2, values, extra=extra))
    alpha = np.full((4, 5), 65535, np.uint16)
    alpha[2, 3] = 0
    same(read_picture(tmp_path / "p"), values, alpha)


def test_palette_png_with_alpha(tmp_path):
    image = Image.fromarray(noise(6, 5) % 4, "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 8, 7])
    image.save(tmp_path / "p.png", transparency=bytes([0, 128, 255, 255]))
    palette = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 8, 7]], np.uint8)
    indices = noise(6, 5) % 4
    same(read_picture(tmp_path / "p.png"), palette[indices], np.array([0, 128, 255, 255], np.uint8)[indices])


@pytest.mark.parametrize("suffix", ["jpg", "bmp", "webp", "gif"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_common_formats_agree_with_pillow(tmp_path, suffix, mode):
    path = tmp_path / f"p.{suffix}"
    Image.fromarray(smooth(21, 17, 3)).convert(mode).save(path)
    with Image.open(path) as image:
        expected = np.array(image.convert("L" if image.mode == "L" else "RGB"))
    same(read_picture(path), expected)


def test_cmyk_jpeg(tmp_path):
    image = Image.fromarray(smooth(16, 16, 4), "CMYK")
    image.save(tmp_path / "p.jpg", quality=100, subsampling=0)
    picture = read_picture(tmp_path / "p.jpg")
    difference = picture.values.astype(int) - np.array(image.convert("RGB")).astype(int)
    assert np.abs(difference).max() <= 8
    assert "CMYK" in picture.notes[0]


TURNS = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_exif_orientation(tmp_path, orientation, suffix):
    values = np.kron(np.array([[0, 80, 160], [255, 40, 120]], np.uint8), np.ones((16, 16), np.uint8))
    values = np.stack([values] * 3, -1)
    exif = Image.Exif()
    exif[274] = orientation
    options = {"lossless": True} if suffix == "webp" else {}
    Image.fromarray(values).save(tmp_path / f"p.{suffix}", exif=exif, **options)
    picture = read_picture(tmp_path / f"p.{suffix}")
    assert picture.values.shape == TURNS[orientation](values).shape
    assert np.abs(picture.values.astype(int) - TURNS[orientation](values)).max() <= 3


@pytest.mark.parametrize("exif", [b"", b"II", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\0\x01\x01\x12", b"x" * 40])
def test_damaged_exif_is_no_reason_to_refuse_or_warn(tmp_path, exif):
    Image.fromarray(smooth(8, 8, 3)).save(tmp_path / "p.jpg", exif=b"Exif\0\0" + exif)
    assert read_picture(tmp_path / "p.jpg").values.shape == (8, 8, 3)


TYPES = [np.uint8, np.uint16, np.float16, np.float32, np.float64]


@given(
    dtype=st.sampled_from(TYPES),
    shape=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    channels=st.sampled_from([None, 3, 4]),
    order=st.sampled_from("<>"),
    compression=st.sampled_from([None, "zlib"]),
    tile=st.sampled_from([None, (16, 16), (32, 16)]),
    rows=st.integers(1, 50),
    planar=st.booleans(),
    big=st.booleans(),
)
@settings(max_examples=120, deadline=None)
def test_tiff_of_every_layout_as_tifffile_writes_it(
    tmp_path_factory, dtype, shape, channels, order, compression, tile, rows, planar, big
):
    values = noise(*shape, *([channels] if channels else []), dtype=np.uint16)
    values = (values / 7).astype(dtype) if np.dtype(dtype).kind == "f" else values.astype(dtype)
    path = tmp_path_factory.mktemp("tiff") / "p.tif"
    options = {"photometric": "rgb" if channels else "minisblack", "byteorder": order, "compression": compression}
    options |= {"tile": tile} if tile else {"rowsperstrip": rows}
    if channels == 4:
        options["extrasamples"] = ["unassalpha"]
    if channels and planar:
        tifffile.imwrite(path, np.moveaxis(values, -1, 0), planarconfig="separate", bigtiff=big, **options)
    else:
        tifffile.imwrite(path, values, bigtiff=big, **options)
    same(read_picture(path), values if channels in (None, 3) else values[..., :3], values[..., 3] if channels == 4 else None)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "zstd", "lzma", "tiff_deflate"])
@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "I;16", "F"])
def test_tiff_compressions_as_pillow_writes_them(tmp_path, compression, mode):
    base = smooth(33, 21, 4)
    source = Image.fromarray(base, "RGBA")
    image = Image.fromarray(smooth(33, 21, dtype=np.uint16)) if mode == "I;16" else source.convert(mode)
    image.save(tmp_path / "p.tif", compression=compression)
    picture = read_picture(tmp_path / "p.tif")
    expected = np.array(image.convert("L") if mode == "1" else image)
    same(picture, expected[..., :3] if expected.ndim == 3 else expected, expected[..., 3] if mode == "RGBA" else None)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_lzw_with_predictor_keeps_16_bits(tmp_path, dtype):
    values = smooth(40, 30, 3, dtype=dtype)
    cv2.imwrite(str(tmp_path / "p.tif"), values[..., ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, 2])
    same(read_picture(tmp_path / "p.tif"), values)


@pytest.mark.parametrize(("compression", "mode"), [("group3", "1"), ("group4", "1"), ("jpeg", "L"), ("jpeg", "RGB")])
def test_tiff_with_picture_compressions(tmp_path, compression, mode):
    image = Image.fromarray(smooth(48, 40, 3)).convert(mode)
    image.save(tmp_path / "p.tif", compression=compression)
    with Image.open(tmp_path / "p.tif") as opened:
        expected = np.array(opened.convert("L") if mode == "1" else opened)
    same(read_picture(tmp_path / "p.tif"), expected)


def edit_tiff(path: Path, tag: int, kind: int, value: int) -> None:
    """Overwrite a one-value tag of a little-endian TIFF in place."""
    data = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", data, 4)
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", data, start)[0], 12):
        if struct.unpack_from("<H", data, entry)[0] == tag:
            struct.pack_into("<HIHH" if kind == 3 else "<HII", data, entry + 2, kind, 1, value, *([0] if kind == 3 else []))
    path.write_bytes(data)


@pytest.mark.parametrize("compression", [5, 8])
@pytest.mark.parametrize("channels", [1, 3])
def test_tiff_floating_point_predictor(tmp_path, compression, channels):
    values = smooth(9, 14, channels).astype(np.float32) / 7
    options = [cv2.IMWRITE_TIFF_COMPRESSION, compression, cv2.IMWRITE_TIFF_PREDICTOR, 3]
    cv2.imwrite(str(tmp_path / "p.tif"), values[..., ::-1] if channels == 3 else values[..., 0], options)
    with tifffile.TiffFile(tmp_path / "p.tif") as written:
        assert written.pages[0].predictor == 3
    same(read_picture(tmp_path / "p.tif"), values if channels == 3 else values[..., 0])


def test_tiff_white_is_zero_and_12_bits(tmp_path):
    values = smooth(5, 6, dtype=np.uint16) >> 4
    tifffile.imwrite(tmp_path / "w.tif", smooth(5, 6), photometric="miniswhite")
    same(read_picture(tmp_path / "w.tif"), 255 - smooth(5, 6))
    bits = np.unpackbits(values.astype(">u2").view(np.uint8).reshape(5, 6, 2), axis=-1)[..., 4:].reshape(5, -1)
    tifffile.imwrite(tmp_path / "p.tif", np.packbits(bits, axis=1), photometric="minisblack")
    edit_tiff(tmp_path / "p.tif", 256, 3, 6)
    edit_tiff(tmp_path / "p.tif", 258, 3, 12)
    picture = read_picture(tmp_path / "p.tif")
    same(picture, values)
    assert picture.high == 4095


def test_tiff_palette_and_its_16_bit_map(tmp_path):
    indices = noise(6, 7)
    colours = noise(3, 256, dtype=np.uint16)
    tifffile.imwrite(tmp_path / "p.tif", indices, photometric="palette", colormap=colours)
    same(read_picture(tmp_path / "p.tif"), colours.T[indices])
    tifffile.imwrite(tmp_path / "p.tif", indices, photometric="palette", colormap=(colours >> 8) * 257)
    same(read_picture(tmp_path / "p.tif"), (colours >> 8).astype(np.uint8).T[indices])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_cmyk(tmp_path, dtype):
    inks, top = noise(8, 9, 4, dtype=dtype), np.iinfo(dtype).max
    tifffile.imwrite(tmp_path / "p.tif", inks, photometric="separated")
    picture = read_picture(tmp_path / "p.tif")
    expected = (top - inks[..., :3].astype(float)) * (top - inks[..., 3:].astype(float)) / top
    assert np.abs(picture.values - expected).max() <= 0.5
    assert picture.values.dtype == dtype
    assert "CMYK" in picture.notes[0]


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_lab_agrees_with_known_colours(tmp_path, dtype, signed):
    scale = 1 if dtype == np.uint8 else 256
    lab = np.array([[[0, 0, 0], [50, 0, 0], [100, 0, 0], [54.3, 80.8, 69.9], [87.8, -79.3, 81.0], [29.6, 68.3, -112.0]]])
    srgb = np.array([[0, 0, 0], [119, 119, 119], [255, 255, 255], [255, 0, 0], [0, 255, 0], [0, 0, 255]])  # D50, Lindbloom
    top = np.iinfo(dtype).max
    chroma = np.rint(lab[..., 1:] * scale).astype(int)
    chroma = chroma % (top + 1) if signed else chroma + (top + 1) // 2
    coded = np.concatenate([np.rint(lab[..., :1] / 100 * top).astype(int), chroma], -1).astype(dtype)
    tifffile.imwrite(tmp_path / "p.tif", coded, photometric="cielab" if signed else "icclab")
    picture = read_picture(tmp_path / "p.tif")
    # one step of 8-bit a* beside the darkest channel of green is ten steps of sRGB
    assert np.abs(picture.values[0] * (255 / top) - srgb).max() <= (10 if dtype == np.uint8 else 2)
    assert "L*a*b*" in picture.notes[0]


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int32, np.uint32])
def test_tiff_integers_that_pictures_do_not_have_become_floats(tmp_path, dtype):
    values = noise(5, 6, dtype=dtype) if np.iinfo(dtype).min == 0 else noise(5, 6).astype(dtype) - 3
    tifffile.imwrite(tmp_path / "p.tif", values, photometric="minisblack")
    picture = read_picture(tmp_path / "p.tif")
    np.testing.assert_array_equal(picture.values, values.astype(np.float64))
    assert np.dtype(dtype).name in picture.notes[0]


def test_tiff_pages_of_different_sizes_and_types(tmp_path):
    pages = [noise(4, 5), noise(7, 3, 3, dtype=np.uint16), noise(2, 2).astype(np.float32)]
    with tifffile.TiffWriter(tmp_path / "p.tif") as writer:
        for page in pages:
            writer.write(page, photometric="rgb" if page.ndim == 3 else "minisblack")
    for index, page in enumerate(pages):
        picture = read_picture(tmp_path / "p.tif", index)
        same(picture, page)
        assert (picture.frame, picture.frames) == (index, 3)
    with pytest.raises(PictureError, match="frame 4 was asked for, but it has 3"):
        read_picture(tmp_path / "p.tif", 3)


def test_channels_that_are_not_shown_are_mentioned(tmp_path):
    tifffile.imwrite(tmp_path / "p.tif", noise(4, 5, 5), photometric="minisblack", planarconfig="contig")
    picture = read_picture(tmp_path / "p.tif")
    same(picture, noise(4, 5, 5)[..., 0])
    assert picture.notes == ("It has 5 channels; 4 of them are not shown.",)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_animations(tmp_path, suffix):
    frames = [Image.new("RGB", (9, 7), colour) for colour in [(255, 0, 0), (0, 255, 0), (0, 0, 255)]]
    options = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / "p", format=suffix, save_all=True, append_images=frames[1:], duration=50, **options)
    for index, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
        picture = read_picture(tmp_path / "p", frame=index)
        np.testing.assert_array_equal(picture.values, np.full((7, 9, 3), colour, np.uint8))
        assert (picture.frame, picture.frames) == (index, 3)
    for frame in (3, -1):
        with pytest.raises(PictureError, match="choose a frame from 1 to 3"):
            read_picture(tmp_path / "p", frame)


def test_gif_with_a_transparent_colour(tmp_path):
    image = Image.fromarray(noise(6, 5) % 3, "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.save(tmp_path / "p.gif", transparency=1)
    picture = read_picture(tmp_path / "p.gif")
    np.testing.assert_array_equal(picture.alpha, np.where(noise(6, 5) % 3 == 1, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("channels", [None, 1, 2, 3, 4])
def test_npy(tmp_path, dtype, order, channels):
    values = noise(5, 6, *([channels] if channels else [])).astype(np.dtype(dtype).newbyteorder(order))
    np.save(tmp_path / "p.npy", values)
    native = values.astype(dtype)
    colours = native if channels is None else native[..., 0] if channels < 3 else native[..., :3]
    same(read_picture(tmp_path / "p.npy"), colours, native[..., -1] if channels in (2, 4) else None)


def test_npy_in_fortran_order_and_of_truth_values(tmp_path):
    np.save(tmp_path / "f.npy", np.asfortranarray(noise(5, 6)))
    same(read_picture(tmp_path / "f.npy"), noise(5, 6))
    np.save(tmp_path / "b.npy", noise(5, 6) > 99)
    same(read_picture(tmp_path / "b.npy"), ((noise(5, 6) > 99) * 255).astype(np.uint8))


@pytest.mark.parametrize(
    "array",
    [
        np.array([[None, 1]]),
        np.zeros(5),
        np.zeros((2, 2, 5)),
        np.zeros((2, 2, 2, 2)),
        np.zeros((2, 2), complex),
        np.zeros((0, 3)),
    ],
)
def test_npy_that_is_no_picture(tmp_path, array):
    np.save(tmp_path / "p.npy", array, allow_pickle=True)
    with pytest.raises(PictureError, match=r"Cannot open .*p\.npy: "):
        read_picture(tmp_path / "p.npy")


@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize(("dtype", "high"), [(np.uint8, 255), (np.uint8, 9), (np.uint16, 65535), (np.uint16, 1000)])
@pytest.mark.parametrize("channels", [1, 3])
def test_pgm_and_ppm(tmp_path, binary, dtype, high, channels):
    values = (noise(4, 5, channels, dtype=np.uint32) % (high + 1)).astype(dtype)
    kind = {(True, 1): 5, (True, 3): 6, (False, 1): 2, (False, 3): 3}[binary, channels]
    head = f"P{kind}\n# a comment\n5 4\n{high}\n".encode()
    body = (
        values.astype(">u2" if high > 255 else np.uint8).tobytes() if binary else " ".join(map(str, values.flat)).encode() + b"\n"
    )
    (tmp_path / "p").write_bytes(head + body)
    picture = read_picture(tmp_path / "p")
    same(picture, values[..., 0] if channels == 1 else values)
    assert (picture.low, picture.high, picture.notes) == (0, high, ())


@pytest.mark.parametrize("order", "<>")
def test_pfm_has_its_rows_from_the_bottom_up(tmp_path, order):
    values = noise(4, 5, 3).astype(np.float32) / 9
    head = f"PF\n5 4\n{-1.0 if order == '<' else 1.0}\n".encode()
    (tmp_path / "p").write_bytes(head + values[::-1].astype(order + "f4").tobytes())
    same(read_picture(tmp_path / "p"), values)


def test_pbm(tmp_path):
    image = Image.fromarray(noise(5, 11) > 128)
    image.save(tmp_path / "b.pbm")
    expected = np.array(image.convert("L"))
    same(read_picture(tmp_path / "b.pbm"), expected)
    digits = "\n".join("".join("0" if value else "1" for value in row) for row in expected)
    (tmp_path / "t.pbm").write_text(f"P1\n11 5\n{digits}\n")
    same(read_picture(tmp_path / "t.pbm"), expected)


@pytest.mark.parametrize(
    ("values", "note", "limits"),
    [
        ([[np.nan, np.nan, np.nan, np.inf, -np.inf, 5]], "3 values are NaN and 2 are infinite.", (5, 6)),
        ([[np.nan, 0.5]], "1 value is NaN and 0 are infinite.", (0, 1)),
        ([[np.nan, np.nan]], "2 values are NaN and 0 are infinite.", (0, 1)),
        ([[-2.0, 7.0]], None, (-2, 7)),
    ],
)
def test_special_values_are_kept_and_counted(tmp_path, values, note, limits):
    np.save(tmp_path / "p.npy", np.array(values, np.float32))
    picture = read_picture(tmp_path / "p.npy")
    np.testing.assert_array_equal(picture.values, np.array(values, np.float32))
    assert picture.notes == (() if note is None else (note,))
    assert (picture.low, picture.high) == limits


def encoded(format_name: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(smooth(9, 8, 3)).save(buffer, format=format_name)
    return buffer.getvalue()


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WebP", "PPM"])
@pytest.mark.parametrize("name", ["p", "p.txt", "p.jpg", "p.png", "p.npy", "ünïcødé 図.tif", "a\nb", "x" * 200, "bad\udcff.png"])
def test_the_content_decides_whatever_the_name(tmp_path, format_name, name):
    path = tmp_path / name
    path.write_bytes(encoded(format_name))
    picture = read_picture(path)
    assert picture.values.shape == (9, 8, 3)
    assert picture.name.isprintable()
    picture.name.encode()
    assert sniff(path) == {"PPM": "PNM"}.get(format_name, format_name)


def test_many_threads_read_at_once(tmp_path):
    for format_name in ("PNG", "JPEG", "TIFF", "GIF", "WebP"):
        (tmp_path / format_name).write_bytes(encoded(format_name))
    expected = {path.name: read_picture(path).values for path in tmp_path.iterdir()}
    wrong: list[str] = []

    def read(name):
        for _ in range(20):
            if not np.array_equal(read_picture(tmp_path / name).values, expected[name]):
                wrong.append(name)

    threads = [threading.Thread(target=read, args=(name,)) for name in expected for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
