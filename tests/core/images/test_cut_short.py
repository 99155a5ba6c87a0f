"""Files that are cut or damaged: a whole picture or one clear sentence, never half a picture."""

import io
import os
import re
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
from inspector.core.picture import Picture

ONE_SENTENCE = re.compile(r"Cannot open [^\n]+\.")


def picture_or_sentence(path: Path) -> Picture | None:
    """None where the file is refused, as it must be, with one sentence."""
    try:
        return read_picture(path)
    except PictureError as error:
        message = str(error)
    assert ONE_SENTENCE.fullmatch(message)
    return None


def scene(height: int = 7, width: int = 9) -> np.ndarray:
    return np.random.default_rng(1).integers(1, 255, (height, width, 3), np.uint8)


def pillow(format_name: str, mode: str = "RGB", **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(scene()).convert(mode).save(buffer, format=format_name, **options)
    return buffer.getvalue()


def moving(format_name: str) -> bytes:
    frames = [Image.fromarray(scene() // n) for n in (1, 2, 3)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format=format_name, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def tiff(values: np.ndarray, **options) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, scene().astype(np.float32))
    return buffer.getvalue()


def run_length_bmp() -> bytes:
    palette = bytes(range(256)) * 4
    rows = b"".join(bytes([3, y, 0, 4, 1, 2, 3, 4, 0, 0]) for y in range(5)) + b"\0\1"
    start = 14 + 40 + 1024
    info = struct.pack("<IiiHHIIiiII", 40, 7, 5, 1, 8, 1, len(rows), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + info + palette[:1024] + rows


WIDE = scene().astype(np.uint16) * 257


PICTURES = {
    "png": pillow("PNG"),
    "png-palette": pillow("PNG", "P"),
    "png-16": cv2.imencode(".png", WIDE)[1].tobytes(),
    "apng": moving("PNG"),
    "jpeg": pillow("JPEG"),
    "jpeg-progressive": pillow("JPEG", progressive=True),
    "jpeg-grey": pillow("JPEG", "L"),
    "jpeg-cmyk": pillow("JPEG", "CMYK"),
    "gif": pillow("GIF"),
    "gif-moving": moving("GIF"),
    "webp": pillow("WebP"),
    "webp-lossless": pillow("WebP", lossless=True),
    "webp-moving": moving("WebP"),
    "bmp": pillow("BMP"),
    "bmp-1": pillow("BMP", "1"),
    "bmp-palette": pillow("BMP", "P"),
    "bmp-rle": run_length_bmp(),
    "tiff": tiff(scene(), photometric="rgb"),
    "tiff-float": tiff(scene().astype(np.float64), photometric="rgb", byteorder=">", rowsperstrip=2),
    "tiff-big-tiles": tiff(WIDE, photometric="rgb", bigtiff=True, tile=(16, 16), compression="zlib"),
    "tiff-lzw": pillow("TIFF", compression="tiff_lzw"),
    "tiff-deflate": pillow("TIFF", compression="tiff_adobe_deflate"),
    "tiff-jpeg": pillow("TIFF", compression="jpeg"),
    "tiff-fax": pillow("TIFF", "1", compression="group4"),
    "tiff-packbits": pillow("TIFF", "P", compression="packbits"),
    "ppm": pillow("PPM"),
    "ppm-16": b"P6 9 7 65535\n" + WIDE.astype(">u2").tobytes(),
    "ppm-text": b"P3\n9 7\n255\n" + b"\n".join(b"%d" % value for value in scene().flat) + b"\n",
    "pbm": pillow("PPM", "1"),
    "pfm": b"PF\n9 7\n-1.0\n" + scene().astype("<f4").tobytes(),
    "npy": npy(),
}


@pytest.mark.parametrize("name", PICTURES)
def test_cut_short_at_every_byte(tmp_path, name):
    path, data = tmp_path / "cut", PICTURES[name]
    path.write_bytes(data)
    whole = read_picture(path)
    refusals = 0
    for length in reversed(range(len(data))):
        os.truncate(path, length)
        picture = picture_or_sentence(path)
        if picture is None:
            refusals += 1
        else:  # only what follows the picture is missing, or the user is told
            assert picture.frames == whole.frames
            if picture.notes != ("The file ends right after its last value, which may be cut short.",):
                np.testing.assert_array_equal(picture.values, whole.values)
    assert refusals >= 0.97 * len(data) - 3


def test_half_a_picture_is_found_by_the_test_above(tmp_path, monkeypatch):
    """A reader that fills what is missing, as many do, must not pass for one that refuses."""
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(AssertionError):
        test_cut_short_at_every_byte(tmp_path, "jpeg")


def test_a_text_picture_whose_last_number_may_be_cut_says_so(tmp_path):
    (tmp_path / "p.ppm").write_bytes(b"P2 2 1 255\n12 34\n")
    assert read_picture(tmp_path / "p.ppm").notes == ()
    (tmp_path / "p.ppm").write_bytes(b"P2 2 1 255\n12 3")
    assert "may be cut short" in read_picture(tmp_path / "p.ppm").notes[0]


@given(data=st.data(), name=st.sampled_from(sorted(PICTURES)))
@settings(max_examples=500, deadline=None)
def test_damaged_bytes_give_a_picture_or_a_sentence_and_nothing_else(tmp_path_factory, data, name):
    damaged = bytearray(PICTURES[name])
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(damaged)
    picture = picture_or_sentence(path)
    assert picture is None or picture.values.ndim in (2, 3)


@pytest.mark.parametrize("name", ["png", "png-16", "apng"])
def test_wrong_checksum(tmp_path, name, refused):
    data = bytearray(PICTURES[name])
    data[data.index(b"IDAT") + 6] ^= 1
    (tmp_path / "p").write_bytes(data)
    assert "checksum" in refused(tmp_path / "p", "damaged").detail
