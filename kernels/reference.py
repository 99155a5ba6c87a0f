"""Slow and obviously right: the definition written out in float64, the oracle of every test."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels.border import OUTSIDE
from kernels.plan import Plan


def correlate(plan: Plan, image: NDArray[Any]) -> NDArray[np.float64]:
    """The result ``plan.out_shape``, float64, of ``image`` ``plan.image_shape`` as ``Plan`` defines it."""
    padded = pad(plan, image)
    height, width, _ = plan.out_shape
    out = np.full(plan.out_shape, plan.bias)
    with np.errstate(invalid="ignore", over="ignore"):
        for (u, v), weight in np.ndenumerate(plan.weights):
            if weight != 0.0:
                y, x = u * plan.dilation, v * plan.dilation
                out += weight * padded[y:, x:][: height * plan.stride : plan.stride, : width * plan.stride : plan.stride]
    return out


def pad(plan: Plan, image: NDArray[Any]) -> NDArray[np.float64]:
    """The picture with ``plan.pad`` pixels around it, as ``plan.border`` says."""
    rows, columns = plan.rows[:, np.newaxis], plan.columns
    padded = image[rows, columns].astype(np.float64)
    padded[(rows == OUTSIDE) | (columns == OUTSIDE)] = plan.cval
    return padded
