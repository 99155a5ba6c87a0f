"""OpenCV's ways to filter a picture, imported only where the engine is measured."""

import cv2
import numpy as np
from numpy.typing import NDArray

from inspector.core.bench.timing import Way
from inspector.core.bench.works import Weights, Work

VERSION: str = cv2.__version__
ZEROS = cv2.BORDER_CONSTANT


def ways(work: Work) -> dict[str, Way]:
    """The general way, and those for kernels that are a column times a row."""
    picture, kernel, side = work.picture(), work.kernel(), (work.side, work.side)
    found = {"filter2D": Way(lambda: cv2.filter2D(picture, -1, kernel, borderType=ZEROS))}
    if work.weights is Weights.DENSE:
        return found
    line = _line(kernel)
    found["sepFilter2D"] = Way(lambda: cv2.sepFilter2D(picture, -1, line, line, borderType=ZEROS))
    if work.weights is Weights.BOX:
        return found | {"blur": Way(lambda: cv2.blur(picture, side, borderType=ZEROS))}
    sigma = 0.15 * work.side + 0.35
    return found | {"GaussianBlur": Way(lambda: cv2.GaussianBlur(picture, side, sigma, borderType=ZEROS))}


def _line(kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """The column and the row of a kernel that is the same in both."""
    line: NDArray[np.float32] = kernel.sum(0) / np.sqrt(kernel.sum())
    return line
