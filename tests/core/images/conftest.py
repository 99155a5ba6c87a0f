"""Pictures to write, and what must hold for every picture that is read."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inspector.core.images import PictureError, read_picture


@pytest.fixture(scope="session")
def noise() -> Callable[..., np.ndarray]:
    """Random integers of any shape and integer type."""

    def make(*shape: int, dtype: type = np.uint8) -> np.ndarray:
        return np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)

    return make


@pytest.fixture(scope="session")
def smooth(noise) -> Callable[..., np.ndarray]:
    """Neighbours alike, so that encoders choose every kind of row filter."""

    def make(*shape: int, dtype: type = np.uint8) -> np.ndarray:
        grid = np.add.outer(np.arange(shape[0]) ** 2, np.arange(shape[1]) * 3).astype(np.float64)
        grid = grid / max(grid.max(), 1) * np.iinfo(dtype).max * 0.9
        grid = grid if len(shape) == 2 else np.stack([np.roll(grid, i, 1) for i in range(shape[2])], axis=-1)
        return (grid + noise(*shape) % 4).astype(dtype)

    return make


@pytest.fixture(scope="session")
def same() -> Callable[..., None]:
    """Values and alpha are those given, of the same type, and the arrays are what a Picture promises."""

    def check(picture, values, alpha=None):
        np.testing.assert_array_equal(picture.values, values, strict=True)
        assert (picture.alpha is None) == (alpha is None)
        if alpha is not None:
            np.testing.assert_array_equal(picture.alpha, alpha, strict=True)
        for array in (picture.values, *([] if picture.alpha is None else [picture.alpha])):
            assert not array.flags.writeable
            assert array.flags.c_contiguous
            assert array.dtype.isnative

    return check


@pytest.fixture(scope="session")
def refused() -> Callable[..., PictureError]:
    """Reading the file gives one sentence that matches; returns the error."""

    def check(path: Path | str, match: str = "") -> PictureError:
        with pytest.raises(PictureError, match=match) as caught:
            read_picture(path)
        message = str(caught.value)
        assert re.fullmatch(r"Cannot open [^\n]+\.", message), message
        message.encode()
        return caught.value

    return check
