"""Whether a matrix of weights is the sum of few columns times rows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

RESIDUAL = 1e-7  # relative; rounding the weights to float32 alone leaves about 3e-8
EXACT = 1e-14  # the same for sums in float64, where what is left would be more than rounding
SVD_CELLS = 1 << 14  # a decomposition of 128 x 128 takes some 5 ms; larger matrices are looked at for rank 1 only


class Pairs(NamedTuple):
    """``columns`` (r, kh) and ``rows`` (r, kw) whose outer products add up to the weights, the largest first.

    The absolute values of each column sum to 1, so that no sum in between exceeds what its whole pair could reach.
    """

    columns: Matrix
    rows: Matrix

    @property
    def rank(self) -> int:
        """The number r of terms."""
        return len(self.columns)


def constant(weights: Matrix) -> bool:
    """Whether all weights are equal, and not 0."""
    return bool(weights.flat[0] != 0.0 and (weights == weights.flat[0]).all())


def pairs(weights: Matrix, dtype: str) -> Pairs | None:
    """The fewest columns times rows that make ``weights`` (kh, kw), or None for all zeros, full rank or too many to decompose.

    But for what is lost in the rounding of sums of that type, "float32" or "float64".
    """
    tolerance = EXACT if dtype == "float64" else RESIDUAL
    one = rank_one(weights, tolerance)
    if one is not None:
        return Pairs(one[0][np.newaxis], one[1][np.newaxis])
    largest = float(np.abs(weights).max())
    if largest == 0.0 or weights.size > SVD_CELLS:
        return None
    columns, sizes, rows = decomposed(weights / largest, tolerance)
    if len(sizes) == min(weights.shape):
        return None
    total = np.abs(columns).sum(axis=1, keepdims=True)
    return Pairs(columns / total, rows * (sizes[:, np.newaxis] * total * largest))


def decomposed(weights: Matrix, tolerance: float = RESIDUAL) -> tuple[Matrix, Matrix, Matrix]:
    """The fewest singular columns (r, kh), values (r,) and rows (r, kw) that make ``weights`` but for a part of its norm.

    Cut off behind the r largest values it is the nearest matrix of rank r, and what is left has the norm ``√(s_{r+1}² + …)``.
    Source: Eckart and Young, The approximation of one matrix by another of lower rank, 1936.
    """
    left, sizes, right = np.linalg.svd(weights, full_matrices=False)
    left_over = np.sqrt(np.cumsum(sizes[::-1] ** 2))[::-1]  # norm of this and all smaller ones
    rank = int(np.count_nonzero(left_over > tolerance * left_over[0]))
    return left.T[:rank], sizes[:rank], right[:rank]


def rank_one(weights: Matrix, tolerance: float = RESIDUAL) -> tuple[Matrix, Matrix] | None:
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
    if residual > tolerance * np.linalg.norm(scaled):
        return None
    total = np.abs(column).sum()
    return column / total, row * total * largest
