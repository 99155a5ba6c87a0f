"""The command line filters the exact values of every kind of file: compared with SciPy on the values that were written."""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from scipy import ndimage

from inspector import __main__ as program
from kernels import Kernel, preset

Write = Callable[[Path], np.ndarray]  # writes a file, returns the values that a picture of it has
SCIPY = {"zero": "constant", "reflect": "reflect", "mirror": "mirror", "replicate": "nearest", "wrap": "wrap"}


def noise(*shape: int, dtype: type = np.uint8) -> np.ndarray:
    return np.random.default_rng(3).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def as_tiff(values: np.ndarray, **options: object) -> Write:
    def write(path: Path) -> np.ndarray:
        tifffile.imwrite(path, values, **options)  # type: ignore[arg-type]
        return values

    return write


def as_npy(values: np.ndarray) -> Write:
    def write(path: Path) -> np.ndarray:
        with path.open("wb") as file:
            np.save(file, values)
        return values

    return write


def with_pillow(image: Image.Image, format_name: str, values: np.ndarray, **options: object) -> Write:
    def write(path: Path) -> np.ndarray:
        image.save(path, format_name, **options)
        return values

    return write


def palette() -> Write:
    image = Image.fromarray(noise(9, 11, 3)).quantize(16)
    return with_pillow(image, "PNG", np.asarray(image.convert("RGB")))


def cmyk() -> Write:
    inks = noise(9, 11, 4)
    light = 255.0 - inks

    def write(path: Path) -> np.ndarray:
        tifffile.imwrite(path, inks, photometric="separated")
        return np.rint(light[..., :3] * light[..., 3:] / 255).astype(np.uint8)

    return write


def turned() -> Write:
    values = noise(9, 11, 3)
    exif = Image.Exif()
    exif[274] = 6  # to be turned by 90 degrees clockwise
    return with_pillow(Image.fromarray(values), "PNG", np.rot90(values, -1), exif=exif)


def special() -> np.ndarray:
    values = noise(9, 11).astype(np.float32)
    values[2, 3], values[5, 6], values[7, 1] = np.nan, np.inf, -np.inf
    return values


GREY, COLOUR = noise(9, 11), noise(9, 11, 3)
FILES: dict[str, Write] = {
    "16-bit grey": with_pillow(Image.fromarray(noise(9, 11, dtype=np.uint16)), "PNG", noise(9, 11, dtype=np.uint16)),
    "16-bit RGB, big-endian": as_tiff(noise(9, 11, 3, dtype=np.uint16), byteorder=">", photometric="rgb"),
    "half precision": as_npy((GREY / 255).astype(np.float16)),
    "float": as_tiff(GREY.astype(np.float32) / 7 - 9),
    "double": as_tiff(GREY / 7 - 9),
    "alpha": with_pillow(Image.fromarray(noise(9, 11, 4)), "PNG", noise(9, 11, 4)[..., :3]),
    "grey with alpha": with_pillow(Image.fromarray(noise(9, 11, 2), "LA"), "PNG", noise(9, 11, 2)[..., 0]),
    "1-bit": with_pillow(Image.fromarray(GREY > 99), "PNG", (GREY > 99) * 255),
    "palette": palette(),
    "CMYK": cmyk(),
    "EXIF": turned(),
    "one pixel": as_npy(np.array([[7.0]], np.float32)),
    "one row": as_npy(GREY[:1]),
    "lossless WebP": with_pillow(Image.fromarray(COLOUR), "WebP", COLOUR, lossless=True),
    "BMP": with_pillow(Image.fromarray(COLOUR), "BMP", COLOUR),
    "PPM": with_pillow(Image.fromarray(COLOUR), "PPM", COLOUR),
}


def filtered(path: Path, *words: str) -> np.ndarray:
    output = path.with_name("result.npy")
    assert program.main(["filter", str(path), *words, "-o", str(output)]) == 0
    return np.load(output)


def with_scipy(values: np.ndarray, kernel: Kernel, border: str) -> np.ndarray:
    weights = kernel.weights.astype(np.float64)
    planes = np.moveaxis(np.atleast_3d(values).astype(np.float64), -1, 0)
    found = [ndimage.correlate(plane, weights, mode=SCIPY[border]) for plane in planes]
    return np.stack(found, axis=-1).reshape(values.shape)


@pytest.mark.parametrize(("name", "border"), list(zip(FILES, cycle(SCIPY), strict=False)))
def test_every_kind_of_file_agrees_with_scipy(tmp_path: Path, name: str, border: str) -> None:
    values = FILES[name](tmp_path / "picture")
    for id in ("identity", "sobel-x", "gaussian5", "emboss-se", "laplacian-of-gaussian"):
        expected = with_scipy(values, preset(id), border)
        result = filtered(tmp_path / "picture", "-k", id, "--border", border)
        assert result.dtype == (np.float64 if values.dtype == np.float64 else np.float32)
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-5 * max(1, np.ptp(values)))


def test_nan_and_infinity_reach_exactly_the_results_that_weigh_them(tmp_path: Path) -> None:
    values = as_npy(special())(tmp_path / "picture")
    kernel = preset("sobel-x")
    padded = np.pad(values.astype(np.float64), 1, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    taken = kernel.weights != 0  # SciPy would spread them under weights of 0, too
    with np.errstate(invalid="ignore"):
        expected = (windows[..., taken] * kernel.weights[taken]).sum(axis=-1)
    result = filtered(tmp_path / "picture", "-k", "sobel-x")
    assert np.isnan(result).any()
    assert np.isinf(result).any()
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("page", [1, 2, 3])
def test_every_page_is_filtered_by_itself(tmp_path: Path, page: int) -> None:
    pages = [noise(9, 11), noise(4, 5, 3), noise(6, 7, dtype=np.uint16)]
    with tifffile.TiffWriter(tmp_path / "stack") as writer:
        for values in pages:
            writer.write(values, photometric="rgb" if values.ndim == 3 else "minisblack")
    result = filtered(tmp_path / "stack", "-k", "box3", "--frame", str(page))
    np.testing.assert_allclose(result, with_scipy(pages[page - 1], preset("box3"), "reflect"), rtol=1e-5)
