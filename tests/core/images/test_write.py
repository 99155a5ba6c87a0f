"""What is saved comes back: exactly where that is promised, and whole or not at all."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from inspector.core.images import SaveError, list_pictures, read_picture, sniff, write_shown, write_values

FLOATS = st.one_of(
    arrays.arrays(dtype, st.tuples(st.integers(1, 9), st.integers(1, 9), *channels))
    for dtype in (np.float32, np.float64)
    for channels in ((), (st.just(3),))
)


def shown(channels: int = 3) -> np.ndarray:
    return np.random.default_rng(2).integers(0, 255, (12, 17, channels), np.uint8, endpoint=True)


@given(values=FLOATS, suffix=st.sampled_from([".tif", ".tiff", ".npy", ".TIF"]))
@settings(max_examples=80, deadline=None)
def test_exact_values_come_back_bit_for_bit(tmp_path_factory, values, suffix):
    path = tmp_path_factory.getbasetemp() / f"values{suffix}"
    write_values(path, values, {"kernel": "sobel-x"})
    back = read_picture(path).values
    assert back.dtype == values.dtype
    np.testing.assert_array_equal(back, values)  # NaN equals NaN here
    np.testing.assert_array_equal(np.signbit(back), np.signbit(values))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float16])
def test_other_types_become_float32_in_tiff_and_stay_in_npy(tmp_path, dtype):
    values = shown()[..., 0].astype(dtype)
    write_values(tmp_path / "p.tif", values, {})
    write_values(tmp_path / "p.npy", values, {})
    np.testing.assert_array_equal(read_picture(tmp_path / "p.tif").values, values.astype(np.float32), strict=True)
    np.testing.assert_array_equal(np.load(tmp_path / "p.npy"), values, strict=True)


def test_values_may_be_a_strided_view(tmp_path):
    values = np.arange(120, dtype=np.float32).reshape(10, 12)[::-2, ::3].T
    for name in ("p.tif", "p.npy"):
        write_values(tmp_path / name, values, {})
        np.testing.assert_array_equal(read_picture(tmp_path / name).values, values)


def test_tiff_carries_its_description(tmp_path):
    description = {"kernel": "Größe “3×3”", "border": "reflect"}
    write_values(tmp_path / "p.tif", shown().astype(np.float32), description)
    with tifffile.TiffFile(tmp_path / "p.tif") as file:
        assert json.loads(file.pages[0].description) == description
        assert file.pages[0].photometric.name == "RGB"


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("suffix", [".png", ".webp", ".bmp", ".PNG"])
def test_lossless_formats_show_the_same(tmp_path, channels, suffix):
    pixels = shown(channels)
    pixels[..., 3:] |= 1  # WebP forgets the colour of what cannot be seen
    write_shown(tmp_path / f"p{suffix}", pixels)
    picture = read_picture(tmp_path / f"p{suffix}")
    np.testing.assert_array_equal(picture.values, pixels[..., :3])
    if channels == 4 and suffix != ".bmp":
        np.testing.assert_array_equal(picture.alpha, pixels[..., 3])


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg"])
def test_jpeg_is_of_quality_95_with_full_colour(tmp_path, suffix):
    pixels = np.kron(shown(4), np.ones((8, 8, 1), np.uint8))
    write_shown(tmp_path / f"p{suffix}", pixels)
    with Image.open(tmp_path / f"p{suffix}") as image:
        difference = np.array(image).astype(int) - pixels[..., :3]
    assert np.abs(difference).max() <= 8


@pytest.mark.parametrize("name", ["p.gif", "p", "p.tif", "p.png.zip"])
def test_other_suffixes_are_refused_with_the_list(tmp_path, name):
    with pytest.raises(SaveError, match=r"\.png, \.jpg, \.jpeg, \.bmp, \.webp; choose one"):
        write_shown(tmp_path / name, shown())
    assert list(tmp_path.iterdir()) == []


def test_other_suffixes_for_values(tmp_path):
    with pytest.raises(SaveError, match=r"\.tif, \.tiff, \.npy; choose one"):
        write_values(tmp_path / "p.png", np.zeros((2, 2)), {})


def test_arrays_that_are_no_pictures():
    for bad in (np.zeros((3, 3), np.uint8), np.zeros((3, 3, 2), np.uint8), np.zeros((3, 3, 3), np.float32)):
        with pytest.raises(ValueError, match="is allowed"):
            write_shown("p.png", bad)
    for bad in (np.zeros(3), np.zeros((0, 3)), np.zeros((2, 2), complex), np.zeros((2, 2), object)):
        with pytest.raises(ValueError, match="are allowed"):
            write_values("p.npy", bad, {})


@pytest.mark.parametrize(("suffix", "side"), [(".webp", 16384), (".jpg", 65536)])
def test_too_large_for_the_format(tmp_path, suffix, side):
    with pytest.raises(SaveError, match=r"save it as \.png"):
        write_shown(tmp_path / f"p{suffix}", np.zeros((1, side, 3), np.uint8))


SAVE_ON_A_FULL_DISK = """
import resource, sys
import numpy as np
from inspector.core.images import SaveError, write_shown, write_values
noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
for path in sys.argv[1:]:
    try:
        write_values(path, noise, {}) if path.endswith(("tif", "npy")) else write_shown(path, noise)
    except SaveError as error:
        print(error)
"""


@pytest.mark.skipif(os.name != "posix", reason="file size limits of POSIX")
def test_a_disk_without_room_leaves_every_old_file(tmp_path):
    paths = [tmp_path / f"p.{suffix}" for suffix in ("png", "jpg", "bmp", "webp", "tif", "npy")]
    for path in paths:
        path.write_bytes(b"old")
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SAVE_ON_A_FULL_DISK, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.stderr == ""
    for line, path in zip(done.stdout.splitlines(), paths, strict=True):
        assert re.fullmatch(f"Cannot save {re.escape(str(path))}: [^\n]+ save elsewhere.", line)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == dict.fromkeys((path.name for path in paths), b"old")


def png(path, shade: int = 0):
    write_shown(path.with_suffix(".png"), np.full((1, 1, 3), shade, np.uint8))
    path.with_suffix(".png").rename(path)


def test_list_in_natural_order_by_suffix_or_content(tmp_path):
    for name in ("img10.png", "img2.png", "IMG3.png", "b", "a.JPG", "zwölf.gif", "img02.png"):
        png(tmp_path / f"{name}.tmp")
        (tmp_path / f"{name}.tmp").rename(tmp_path / name)
    for name in (".hidden.png", "notes.txt", "empty"):
        (tmp_path / name).write_text("" if name == "empty" else "text")
    (tmp_path / "folder.png").mkdir()
    png(tmp_path / "folder.png" / "inside.png")
    names = [path.name for path in list_pictures(tmp_path)]
    assert names == ["a.JPG", "b", "img02.png", "img2.png", "IMG3.png", "img10.png", "zwölf.gif"]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
def test_list_passes_over_what_cannot_be_reached(tmp_path):
    (tmp_path / "loop.png").symlink_to("loop.png")
    (tmp_path / "dangling.png").symlink_to("nowhere")
    (tmp_path / "self").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    os.mkfifo(tmp_path / "pipe")
    png(tmp_path / "bad\udcff.png")
    (tmp_path / "link").symlink_to("bad\udcff.png")
    assert [path.name for path in list_pictures(tmp_path)] == ["bad\udcff.png", "link"]
    assert sniff(tmp_path / "pipe") is None


@pytest.mark.parametrize("name", ["missing", "file", "nul\0"])
def test_list_of_no_folder(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"Cannot list .*choose another folder"):
        list_pictures(tmp_path / name)
