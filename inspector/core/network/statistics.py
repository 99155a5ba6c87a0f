"""The numbers of every map of a layer, a block of maps at a time, so that temporaries stay in the cache."""

import numpy as np
from numpy.typing import NDArray

from inspector.core.network.inspection import Maps
from inspector.core.network.settings import Order
from inspector.core.network.view import MapStatistics

BLOCK = 1 << 16  # values at a time: half a megabyte in float64
Numbers = NDArray[np.float64]


def statistics(maps: Maps, order: Order) -> MapStatistics:
    """Numbers of ``maps`` (C, H, W), summed in float64, and their indices sorted by ``order``.

    NaN and infinities are left out and counted; a map without finite values has 0 for every number. Standard deviations are
    those of the values themselves (divided by their number). Maps that are equal in what they are sorted by keep their order.
    """
    flat = maps.reshape(len(maps), maps.shape[1] * maps.shape[2])
    step = max(1, BLOCK // max(flat.shape[1], 1))
    blocks = [_numbers(flat[start : start + step]) for start in range(0, len(flat), step)]
    low, high, mean, variance, zeros, count = np.concatenate([np.zeros((6, 0)), *blocks], axis=1)
    share = zeros / np.maximum(count, 1)
    return MapStatistics(
        low=low, high=high, mean=mean, std=np.sqrt(variance), zeros=share,
        dead=(zeros == flat.shape[1]) | (count == 0),
        order=_sorted(order, {Order.MEAN: mean, Order.MAX: high, Order.SPARSITY: share, Order.VARIANCE: variance}, len(flat)),
        bad=flat.size - int(count.sum()),
    )  # fmt: skip


def _sorted(order: Order, by: dict[Order, Numbers], count: int) -> NDArray[np.int64]:
    """Indices of the maps, the largest first."""
    return np.arange(count) if order is Order.INDEX else np.argsort(-by[order], kind="stable")


def _numbers(values: NDArray[np.float32]) -> Numbers:
    """Rows of low, high, mean, variance, number of zeros and of finite values, of each row of ``values`` (n, size)."""
    found = np.zeros((6, len(values)))
    if not values.size:
        return found
    with np.errstate(invalid="ignore"):  # infinities of both signs
        total = values.sum(axis=1, dtype=np.float64)
    if not np.isfinite(total).all():
        return _careful(values)
    found[0], found[1] = values.min(axis=1), values.max(axis=1)
    found[2] = total / values.shape[1]
    away = values - found[2][:, np.newaxis]
    found[3] = np.einsum("ij,ij->i", away, away) / values.shape[1]
    found[4] = np.count_nonzero(values == 0, axis=1)
    found[5] = values.shape[1]
    return found


def _careful(values: NDArray[np.float32]) -> Numbers:
    """``_numbers`` of a block that holds NaN or infinities: row by row."""
    return np.concatenate([_numbers(row[np.isfinite(row)][np.newaxis]) for row in values], axis=1)
