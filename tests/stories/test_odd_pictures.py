"""Pictures that are no photographs: what the window shows of them, and that they are filtered exactly."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.core import updates
from inspector.core.state import Source, SourceKind
from kernels import correlate, preset

from .conftest import Bench

SOBEL = preset("sobel-x")


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(5).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def with_special_values() -> np.ndarray:
    values = noise(9, 12).astype(np.float32)
    values[2, 3], values[5, 6] = np.nan, np.inf
    return values


@pytest.mark.parametrize(
    "values",
    [
        with_special_values(),
        np.full((4, 5), np.nan, np.float32),
        noise(1, 1),
        noise(1, 40),
        noise(40, 1, 3),
        noise(9, 12, dtype=np.uint16),
        noise(9, 12, 3, dtype=np.uint16),
        (noise(9, 12) / 255).astype(np.float16),
        noise(9, 12) / 7 - 9,
    ],
    ids=lambda values: f"{values.shape} {values.dtype}",
)
def test_its_exact_values_are_filtered(bench: Bench, tmp_path: Path, values: np.ndarray) -> None:
    np.save(tmp_path / "picture.npy", values)
    bench.open(tmp_path / "picture.npy")
    assert bench.controller.state.source.name == str(tmp_path / "picture.npy")
    size = np.nanmax(np.abs(values), where=np.isfinite(values), initial=1)
    np.testing.assert_allclose(bench.values, correlate(values, SOBEL), rtol=1e-5, atol=1e-5 * size)
    assert bench.window.grab().toImage().width() == bench.window.width()


def test_nan_and_infinity_are_counted_in_words(bench: Bench, tmp_path: Path) -> None:
    np.save(tmp_path / "picture.npy", with_special_values())
    bench.open(tmp_path / "picture.npy")
    assert "1 value is NaN and 1 is infinite." in bench.message
    result = correlate(with_special_values(), SOBEL)
    assert f"{np.isnan(result).sum()} NaN, {np.isinf(result).sum()} infinite" in bench.window.status.texts[2]


def test_pages_of_mixed_sizes_are_turned_by_a_slider(bench: Bench, tmp_path: Path) -> None:
    pages = [noise(9, 12), noise(4, 5, 3), noise(30, 20, dtype=np.uint16)]
    with tifffile.TiffWriter(tmp_path / "stack.tif") as writer:
        for values in pages:
            writer.write(values, photometric="rgb" if values.ndim == 3 else "minisblack")
    bench.open(tmp_path / "stack.tif")
    slider = bench.window.source.frame.slider
    assert slider.maximum() == 2
    for key, page in ((Qt.Key.Key_End, 2), (Qt.Key.Key_Left, 1), (Qt.Key.Key_Home, 0)):
        QTest.keyClick(slider, key)
        bench.rest()
        np.testing.assert_allclose(bench.values, correlate(pages[page], SOBEL), rtol=1e-5, atol=1e-2)


def test_a_damaged_page_leaves_the_slider_on_the_page_that_is_shown(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, np.zeros((3, 9, 12), np.uint8), photometric="minisblack", compression="zlib", metadata=None)
    with tifffile.TiffFile(path) as file:
        place = file.pages[2].dataoffsets[0]
    data = path.read_bytes()
    path.write_bytes(data[:place] + b"\0\0\0\0" + data[place + 4 :])
    bench.open(path)
    field = bench.window.source.frame
    QTest.keyClick(field.slider, Qt.Key.Key_End)
    bench.rest()
    assert "damaged" in bench.message
    assert (bench.controller.state.source.frame, field.slider.value(), field.number.value) == (0, 0, 1)


def test_a_name_that_no_file_can_have_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    bench.open(tmp_path / ("x" * 300))
    assert "its name is too long for this system; rename it." in bench.message


@pytest.mark.parametrize("name", ["photo.txt", "photo", "émoji 🖼 \u202e.jpg", "a\nb'\"<b>.png", "-k.png"])
def test_names_do_not_matter(bench: Bench, tmp_path: Path, name: str) -> None:
    Image.fromarray(noise(9, 12, 3)).save(tmp_path / name, "PNG")
    bench.open(tmp_path / name)
    assert bench.message == ""
    assert bench.controller.state.source == Source(SourceKind.FILE, str(tmp_path / name))
    assert bench.values.shape == (9, 12, 3)


def test_a_kernel_larger_than_the_picture(bench: Bench, tmp_path: Path) -> None:
    values = noise(5, 7)
    np.save(tmp_path / "picture.npy", values)
    bench.open(tmp_path / "picture.npy")
    bench.controller.dispatch(updates.set_kernel(preset("gaussian:63:9")))
    bench.rest()
    np.testing.assert_allclose(bench.values, correlate(values, preset("gaussian:63:9")), rtol=1e-4)
