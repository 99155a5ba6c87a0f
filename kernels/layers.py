"""The layers of a network: convolution of many channels, and its gradients."""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kernels import direct
from kernels.layer_checks import check_filters, check_one_type, check_shape, maps_of, real
from kernels.layer_plan import LayerAlgorithm, LayerPlan, layer_plan
from kernels.patches import gather, scatter
from kernels.place import Floats, Place, computed
from kernels.windows import Block, Pair, Window, blocks, pair


def conv2d(
    x: ArrayLike,
    w: ArrayLike,
    bias: ArrayLike | None = None,
    *,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
    groups: int = 1,
    device: str = "auto",
) -> NDArray[Any]:
    """Correlate maps ``x`` (N, C, H, W) with filters ``w`` (O, C / groups, kh, kw), as layers of networks do.

    ``bias`` (O,) is added. Steps are whole numbers, or two of them (y, x); ``padding`` zeros lie on both sides. Returns
    (N, O, H', W') with ``H' = floor((H + 2 padding - dilation * (kh - 1) - 1) / stride) + 1``. All arrays are float32, or
    all float64, and so are the sums. Beside them and the result, at most ``place.CPU_SCRATCH`` bytes are taken, or what one
    place of the output needs, if that is more; for direct sums ``layer_plan.BAND_BYTES`` a thread. ``device``: "auto",
    "cpu" or "gpu".

    Few outputs are summed directly; otherwise patches are gathered as columns of a matrix and multiplied by the filters,
    block by block. Raises TypeError and ValueError for what does not fit, RuntimeError for a GPU that is not there
    or fails.
    """
    plan, maps, filters = _planned(x, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    offsets = None if bias is None else real(bias, "bias")
    if offsets is not None:
        check_one_type({"x": maps, "bias": offsets})
        check_shape(offsets, (plan.w[0],), "bias")
    (y,) = computed(partial(_forward, plan), device, plan.macs, maps, filters, offsets)
    return y


def conv2d_backward(
    grad: ArrayLike,
    x: ArrayLike,
    w: ArrayLike,
    *,
    stride: int | Pair = 1,
    padding: int | Pair = 0,
    dilation: int | Pair = 1,
    groups: int = 1,
    device: str = "auto",
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The gradients (dx, dw, db) of ``x``, ``w`` and the bias of ``conv2d``, given that of its result, (N, O, H', W').

    As convolutions: ``dw`` is the correlation of the input with the gradient, whose taps lie ``stride`` apart, and ``dx`` the
    full convolution of the gradient, spread by ``stride``, with the filters. As matrices, block by block: with ``X`` the
    patches and ``G`` the gradient, ``dw = G Xᵀ``, and ``dx`` is ``wᵀ G`` summed where the patches were taken from, so that
    the zeros of a spread gradient are never multiplied. ``db`` is the sum over pictures and places.
    Source: Goodfellow, Bengio and Courville, Deep Learning, 2016, section 9.5.

    Scratch memory and errors as of ``conv2d``.
    """
    plan, maps, filters = _planned(x, w, stride=stride, padding=padding, dilation=dilation, groups=groups)
    slopes = real(grad, "grad")
    check_one_type({"x": maps, "grad": slopes})
    check_shape(slopes, plan.y, "grad")
    dx, dw, db = computed(partial(_backward, plan), device, 2 * plan.macs, slopes, maps, filters)
    return dx, dw, db


def _planned(
    x: ArrayLike, w: ArrayLike, *, stride: int | Pair, padding: int | Pair, dilation: int | Pair, groups: int
) -> tuple[LayerPlan, NDArray[Any], NDArray[Any]]:
    maps, filters = maps_of(x, "x"), maps_of(w, "w")
    check_one_type({"x": maps, "w": filters})
    count, _ = pair(groups, "groups", 1)
    check_filters(maps.shape, filters.shape, count)
    kernel = filters.shape[2], filters.shape[3]
    window = Window(kernel, pair(stride, "stride", 1), pair(padding, "padding", 0), pair(dilation, "dilation", 1))
    return layer_plan(maps.shape, filters.shape, window, count), maps, filters


def _forward(plan: LayerPlan, place: Place, x: Floats, w: Floats, bias: Floats | None) -> tuple[Floats]:
    y = place.arrays.empty(plan.y, x.dtype)
    match plan.algorithm:
        case LayerAlgorithm.DIRECT if place.arrays is np:
            direct.run(plan, x, w, bias, y)
        case LayerAlgorithm.PRODUCT:
            _multiply(plan, place, x, w, y)
            if bias is not None:
                y += bias[:, np.newaxis, np.newaxis]
        case _:
            _slide(plan, place, x, w, bias, y=y)
    return (y,)


def _multiply(plan: LayerPlan, place: Place, x: Floats, w: Floats, y: Floats) -> None:
    """Filters of 1 x 1: the maps are the matrix."""
    groups, outputs = plan.groups, plan.w[0] // plan.groups
    if plan.units == (1, 1) and groups == 1:  # as a linear layer: one product for all pictures
        place.multiply(x.reshape(len(x), -1), w.reshape(outputs, -1).T, y.reshape(len(y), outputs))
        return
    places = plan.units[0] * plan.units[1]
    filters = w.reshape(groups, outputs, -1)
    place.multiply(filters, x.reshape(len(x), groups, -1, places), y.reshape(len(y), groups, outputs, places))


def _slide(plan: LayerPlan, place: Place, x: Floats, w: Floats, bias: Floats | None, *, y: Floats) -> None:
    """Patches of a block of places, multiplied by all filters, for one block after the other."""
    groups, filters = plan.groups, _matrices(plan, w)
    results = y.reshape(len(y), groups, filters.shape[1], -1)
    store = _Store(plan, place, x.dtype)
    for number in range(len(x)):
        for block in store.blocks:
            gather(place, x[number], plan.window, block, store.columns(block))
            here = results[number, :, :, _span(plan, block)]
            place.multiply(filters, store.matrices(block), here)
            if bias is not None:
                here += bias.reshape(groups, -1, 1)


def _backward(plan: LayerPlan, place: Place, grad: Floats, x: Floats, w: Floats) -> tuple[Floats, Floats, Floats]:
    filters = _matrices(plan, w)
    turned = filters.transpose(0, 2, 1)
    slopes = grad.reshape(len(grad), plan.groups, filters.shape[1], -1)
    dx, dw = place.arrays.zeros_like(x), place.arrays.zeros_like(filters)
    store = _Store(plan, place, x.dtype)
    for number in range(len(x)):
        for block in store.blocks:
            here, patches = slopes[number, :, :, _span(plan, block)], store.matrices(block)
            gather(place, x[number], plan.window, block, store.columns(block))
            dw += place.arrays.matmul(here, patches.transpose(0, 2, 1))
            place.multiply(turned, here, patches)
            scatter(place, store.columns(block), plan.window, block, dx[number])
    db = grad.reshape(*plan.y[:2], -1).sum(axis=2).sum(axis=0)
    return dx, dw.reshape(w.shape), db


class _Store:
    """Memory for the patches of one block after the other."""

    def __init__(self, plan: LayerPlan, place: Place, dtype: np.dtype[Any]) -> None:
        self._plan = plan
        self.blocks = blocks(plan.units, place.scratch // (plan.column * dtype.itemsize))
        self._values = place.arrays.empty(max(block.size for block in self.blocks) * plan.column, dtype)

    def columns(self, block: Block) -> Floats:
        """(C, kh, kw, *block.shape)."""
        taken: Floats = self._values[: self._plan.column * block.size]
        return taken.reshape(self._plan.x[1], *self._plan.window.kernel, *block.shape)

    def matrices(self, block: Block) -> Floats:
        """The same memory as (groups, C / groups * kh * kw, places)."""
        return self.columns(block).reshape(self._plan.groups, -1, block.size)


def _matrices(plan: LayerPlan, w: Floats) -> Floats:
    return w.reshape(plan.groups, plan.w[0] // plan.groups, -1)


def _span(plan: LayerPlan, block: Block) -> slice:
    """The places of a block among all of a plane."""
    first = block.top * plan.units[1] + block.left
    return slice(first, first + block.size)
