"""Photographs and animations: the same pixels as other readers, upright, whatever the name."""

import io
import struct
import threading

import numpy as np
import pytest
from PIL import Image

from inspector.core.images import PictureError, read_picture, sniff


@pytest.mark.parametrize("suffix", ["jpg", "bmp", "webp", "gif"])
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_common_formats_agree_with_pillow(tmp_path, suffix, mode, same, smooth):
    path = tmp_path / f"p.{suffix}"
    Image.fromarray(smooth(21, 17, 3)).convert(mode).save(path)
    with Image.open(path) as image:
        expected = np.array(image.convert("L" if image.mode == "L" else "RGB"))
    same(read_picture(path), expected)


@pytest.mark.parametrize("opacity", [0, 1, 255])
def test_bmp_with_alpha_which_is_none_where_all_of_it_is_zero(tmp_path, opacity, noise, same):
    pixels = noise(3, 4, 4)
    pixels[..., 3] = opacity
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    info = struct.pack("<IiiHHIIiiII", 108, 4, -3, 1, 32, 3, 48, 0, 0, 0, 0) + masks + bytes(52)
    (tmp_path / "p").write_bytes(b"BM" + struct.pack("<IHHI", 170, 0, 0, 122) + info + pixels[..., [2, 1, 0, 3]].tobytes())
    same(read_picture(tmp_path / "p"), pixels[..., :3], pixels[..., 3] if opacity else None)


def test_jpeg_with_bytes_between_its_segments(tmp_path, same, smooth):
    data = encoded("JPEG", smooth(9, 8, 3))
    (tmp_path / "p").write_bytes(data)
    expected = read_picture(tmp_path / "p").values
    (tmp_path / "p").write_bytes(data[:20] + b"\0\1\2\xff" + data[20:])
    same(read_picture(tmp_path / "p"), expected)
    (tmp_path / "p").write_bytes(data[:3] + bytes(10**6))
    with pytest.raises(PictureError, match="damaged"):
        read_picture(tmp_path / "p")


def test_cmyk_jpeg(tmp_path, smooth):
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
def test_damaged_exif_is_no_reason_to_refuse_or_warn(tmp_path, exif, smooth):
    Image.fromarray(smooth(8, 8, 3)).save(tmp_path / "p.jpg", exif=b"Exif\0\0" + exif)
    assert read_picture(tmp_path / "p.jpg").values.shape == (8, 8, 3)


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


def test_gif_with_a_transparent_colour(tmp_path, noise):
    image = Image.fromarray(noise(6, 5) % 3, "P")
    image.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    image.save(tmp_path / "p.gif", transparency=1)
    picture = read_picture(tmp_path / "p.gif")
    np.testing.assert_array_equal(picture.alpha, np.where(noise(6, 5) % 3 == 1, 0, 255).astype(np.uint8))


def encoded(format_name: str, values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(values).save(buffer, format=format_name)
    return buffer.getvalue()


@pytest.mark.parametrize("format_name", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WebP", "PPM"])
@pytest.mark.parametrize("name", ["p", "p.txt", "p.jpg", "p.png", "p.npy", "ünïcødé 図.tif", "a\nb", "x" * 200, "bad\udcff.png"])
def test_the_content_decides_whatever_the_name(tmp_path, format_name, name, smooth):
    path = tmp_path / name
    path.write_bytes(encoded(format_name, smooth(9, 8, 3)))
    picture = read_picture(path)
    assert picture.values.shape == (9, 8, 3)
    assert picture.name.isprintable()
    picture.name.encode()
    assert sniff(path) == {"PPM": "PNM"}.get(format_name, format_name)


def test_many_threads_read_at_once(tmp_path, smooth):
    for format_name in ("PNG", "JPEG", "TIFF", "GIF", "WebP"):
        (tmp_path / format_name).write_bytes(encoded(format_name, smooth(9, 8, 3)))
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
