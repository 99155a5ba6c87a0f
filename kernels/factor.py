"""Whether a matrix of weights is one column times one row."""

import numpy as np
from numpy.typing import NDArray

RESIDUAL = 1e-7  # relative; rounding the weights to float32 alone leaves about 3e-8


def rank_one(weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Column ``(kh,)`` and row ``(kw,)`` whose outer product is ``weights``, or None if there are none.

    Two steps of alternating least squares from the row of the largest weight: for a matrix of
    numerical rank 1 that is its leading singular pair, in time linear in its size, where a full
    decomposition of a million weights takes seconds. The column's absolute values sum to 1, so
    that no intermediate sum exceeds what the whole kernel could reach.
    """
    largest = float(np.abs(weights).max())
    if largest == 0.0:
        return None
    scaled = weights / largest  # so that squares neither overflow nor vanish
    row = scaled[np.unravel_index(np.abs(scaled).argmax(), scaled.shape)[0]]
    for _ in range(2):
        column = scaled @ row / (row @ row)
        row = column @ scaled / (column @ column)
    residual = np.linalg.norm(scaled - np.outer(column, row))
    if residual > RESIDUAL * np.linalg.norm(scaled):
        return None
    total = np.abs(column).sum()
    return column / total, row * total * largest
