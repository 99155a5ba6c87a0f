"""TIFF of every layout, as tifffile, OpenCV and Pillow write it."""

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inspector.core.images import PictureError, read_picture

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
    tmp_path_factory, dtype, shape, channels, order, compression, tile, rows, planar, big, noise, same
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
def test_tiff_compressions_as_pillow_writes_them(tmp_path, compression, mode, same, smooth):
    base = smooth(33, 21, 4)
    source = Image.fromarray(base, "RGBA")
    image = Image.fromarray(smooth(33, 21, dtype=np.uint16)) if mode == "I;16" else source.convert(mode)
    image.save(tmp_path / "p.tif", compression=compression)
    picture = read_picture(tmp_path / "p.tif")
    expected = np.array(image.convert("L") if mode == "1" else image)
    same(picture, expected[..., :3] if expected.ndim == 3 else expected, expected[..., 3] if mode == "RGBA" else None)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_lzw_with_predictor_keeps_16_bits(tmp_path, dtype, same, smooth):
    values = smooth(40, 30, 3, dtype=dtype)
    cv2.imwrite(str(tmp_path / "p.tif"), values[..., ::-1], [cv2.IMWRITE_TIFF_COMPRESSION, 5, cv2.IMWRITE_TIFF_PREDICTOR, 2])
    same(read_picture(tmp_path / "p.tif"), values)


@pytest.mark.parametrize(("compression", "mode"), [("group3", "1"), ("group4", "1"), ("jpeg", "L"), ("jpeg", "RGB")])
def test_tiff_with_picture_compressions(tmp_path, compression, mode, same, smooth):
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
def test_tiff_floating_point_predictor(tmp_path, compression, channels, same, smooth):
    values = smooth(9, 14, channels).astype(np.float32) / 7
    options = [cv2.IMWRITE_TIFF_COMPRESSION, compression, cv2.IMWRITE_TIFF_PREDICTOR, 3]
    cv2.imwrite(str(tmp_path / "p.tif"), values[..., ::-1] if channels == 3 else values[..., 0], options)
    with tifffile.TiffFile(tmp_path / "p.tif") as written:
        assert written.pages[0].predictor == 3
    same(read_picture(tmp_path / "p.tif"), values if channels == 3 else values[..., 0])


def test_tiff_white_is_zero_and_12_bits(tmp_path, same, smooth):
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


def test_tiff_palette_and_its_16_bit_map(tmp_path, noise, same):
    indices = noise(6, 7)
    colours = noise(3, 256, dtype=np.uint16)
    tifffile.imwrite(tmp_path / "p.tif", indices, photometric="palette", colormap=colours)
    same(read_picture(tmp_path / "p.tif"), colours.T[indices])
    tifffile.imwrite(tmp_path / "p.tif", indices, photometric="palette", colormap=(colours >> 8) * 257)
    same(read_picture(tmp_path / "p.tif"), (colours >> 8).astype(np.uint8).T[indices])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tiff_cmyk(tmp_path, dtype, noise):
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
def test_tiff_integers_that_pictures_do_not_have_become_floats(tmp_path, dtype, noise):
    values = noise(5, 6, dtype=dtype) if np.iinfo(dtype).min == 0 else noise(5, 6).astype(dtype) - 3
    tifffile.imwrite(tmp_path / "p.tif", values, photometric="minisblack")
    picture = read_picture(tmp_path / "p.tif")
    np.testing.assert_array_equal(picture.values, values.astype(np.float64))
    assert np.dtype(dtype).name in picture.notes[0]


def test_tiff_pages_of_different_sizes_and_types(tmp_path, noise, same):
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


def test_channels_that_are_not_shown_are_mentioned(tmp_path, noise, same):
    tifffile.imwrite(tmp_path / "p.tif", noise(4, 5, 5), photometric="minisblack", planarconfig="contig")
    picture = read_picture(tmp_path / "p.tif")
    same(picture, noise(4, 5, 5)[..., 0])
    assert picture.notes == ("It has 5 channels; 4 of them are not shown.",)
