"""SciPy's ways to filter a picture, imported only where the engine is measured."""

from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy import ndimage, signal

from inspector.core.bench.timing import Way
from inspector.core.bench.works import Weights, Work

VERSION: str = scipy.__version__
MOST_STEPS = 250_000_000  # of ndimage, which takes 0.6 ns for each; it has long been beaten then
SMALL = 300_000_000  # steps; where there are more, oaconvolve is left out for small kernels
PAYS_FROM = 9  # the side of the kernels that it is meant for


def ways(work: Work) -> dict[str, Way]:
    """The way for the box, and the general ones for dense kernels, where they do not take seconds to come in last."""
    picture, kernel = work.picture(), work.kernel()
    if work.weights is Weights.BOX:
        return {"uniform_filter": Way(lambda: ndimage.uniform_filter(picture, work.side, mode="constant"))}
    if work.weights is Weights.GAUSSIAN:
        return {}
    if work.rgb:
        picture, kernel = picture.transpose(2, 0, 1), kernel[np.newaxis]
    found = {}
    if work.side >= PAYS_FROM or work.steps <= SMALL:
        found["oaconvolve"] = Way(lambda: _rounded(_overlap_add(picture, kernel), work))
    if work.steps <= MOST_STEPS:
        found["ndimage"] = Way(lambda: _rounded(ndimage.correlate(picture, kernel, np.float32, mode="constant"), work))
    return found


def _overlap_add(picture: NDArray[Any], kernel: NDArray[np.float32]) -> NDArray[Any]:
    """In float32; the kernel is flipped, since this is a convolution."""
    made: NDArray[Any] = signal.oaconvolve(picture.astype(np.float32, copy=False), kernel[..., ::-1, ::-1], "same")
    return made


def _rounded(values: NDArray[Any], work: Work) -> NDArray[Any]:
    """Of the picture's type, and for RGB with the channels last."""
    if not work.rgb:
        return values
    np.clip(np.rint(values, out=values), 0, 255, out=values)
    return values.transpose(1, 2, 0).astype(np.uint8, order="C")
