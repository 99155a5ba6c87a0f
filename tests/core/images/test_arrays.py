"""NPY, PBM, PGM, PPM and PFM: numbers exactly as written."""

import numpy as np
import pytest
from PIL import Image

from inspector.core.images import PictureError, read_picture

TYPES = [np.uint8, np.uint16, np.float16, np.float32, np.float64]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("channels", [None, 1, 2, 3, 4])
def test_npy(tmp_path, dtype, order, channels, noise, same):
    values = noise(5, 6, *([channels] if channels else [])).astype(np.dtype(dtype).newbyteorder(order))
    np.save(tmp_path / "p.npy", values)
    native = values.astype(dtype)
    colours = native if channels is None else native[..., 0] if channels < 3 else native[..., :3]
    same(read_picture(tmp_path / "p.npy"), colours, native[..., -1] if channels in (2, 4) else None)


def test_npy_in_fortran_order_and_of_truth_values(tmp_path, noise, same):
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
def test_pgm_and_ppm(tmp_path, binary, dtype, high, channels, noise, same):
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
def test_pfm_has_its_rows_from_the_bottom_up(tmp_path, order, noise, same):
    values = noise(4, 5, 3).astype(np.float32) / 9
    head = f"PF\n5 4\n{-1.0 if order == '<' else 1.0}\n".encode()
    (tmp_path / "p").write_bytes(head + values[::-1].astype(order + "f4").tobytes())
    same(read_picture(tmp_path / "p"), values)


def test_pbm(tmp_path, noise, same):
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
