"""Layers of few outputs, summed tap by tap with the loops of the picture filters (see ``sliding``)."""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kernels import hardware, numpy_path
from kernels.bands import share, split
from kernels.layer_plan import BAND_BYTES, LayerPlan, row_values
from kernels.place import Floats
from kernels.sliding import Accumulate, Taps
from kernels.windows import Pair, met

Job = tuple[tuple[int, int], Pair]  # picture and group; rows of the output, half open


def run(plan: LayerPlan, x: Floats, w: Floats, bias: Floats | None, y: Floats) -> None:
    """Into ``y`` what ``LayerPlan`` defines. Each thread takes ``BAND_BYTES`` beside it, or what one row needs."""
    bands = _Bands(plan, x)
    taps = [bands.taps(w[number], 0.0 if bias is None else float(bias[number])) for number in range(len(w))]
    outputs, add, rows = len(w) // plan.groups, _loops(), y.reshape(-1, plan.units[1])

    def start() -> Callable[[Job], None]:
        scratch = np.empty(bands.shape, x.dtype)

        def do(job: Job) -> None:
            (number, group), (top, bottom) = job
            source = bands.gather(number, group, (top, bottom), scratch)
            with np.errstate(over="ignore", invalid="ignore"):  # infinities are results here, not accidents
                for output in range(group * outputs, (group + 1) * outputs):
                    above = (number * len(w) + output) * plan.units[0]
                    add(source, taps[output], rows, (above + top, 0, bottom - top, plan.units[1]))

        return do

    planes = product(range(len(x)), range(plan.groups))
    share(product(planes, split(plan.units[0], bands.height)), start)


def _loops() -> Accumulate:
    compiled = hardware.compiled.get(wait=True)
    found: Accumulate = numpy_path.accumulate if compiled is None else compiled.accumulate
    return found


class _Bands:
    """Bands of ``height`` rows of the output, and the padded rows of all channels of a group that they need.

    Those are gathered as (C / groups, rows, stride, columns / stride): columns with the same remainder by the stride lie side
    by side, so that what a tap meets is one run of memory. ``shape``: of that.
    """

    def __init__(self, plan: LayerPlan, x: Floats) -> None:
        self._plan, self._x = plan, x
        room = BAND_BYTES // (x.itemsize * row_values(plan.x, plan.w, plan.window)) - plan.window.reach[0]
        self.height = min(max(room // plan.window.stride[0] + 1, 1), plan.units[0])
        stride = plan.window.stride[1]
        width = -(-((plan.units[1] - 1) * stride + plan.window.reach[1]) // stride)
        self.shape = plan.w[1], self._need(self.height), stride, width

    def _need(self, height: int) -> int:
        return (height - 1) * self._plan.window.stride[0] + self._plan.window.reach[0]

    def taps(self, filters: NDArray[Any], bias: float) -> Taps:
        """Of one output with filters (C / groups, kh, kw), as places in the gathered rows."""
        window = self._plan.window
        channel, u, v = np.indices(filters.shape).reshape(3, -1)
        turn, remainder = np.divmod(v * window.dilation[1], window.stride[1])
        rows = channel * self.shape[1] + u * window.dilation[0]
        return Taps(window.stride[0], bias, rows, remainder * self.shape[3] + turn, filters.ravel())

    def gather(self, number: int, group: int, rows: Pair, scratch: Floats) -> Floats:
        """The rows that a band needs of one group of one picture, as a matrix."""
        window, (_, _, height, width), inputs = self._plan.window, self._plan.x, self._plan.w[1]
        maps = self._x[number, group * inputs : (group + 1) * inputs]
        down = met(rows[0] * window.stride[0] - window.padding[0], 1, height, (0, self._need(rows[1] - rows[0])))
        scratch.fill(0)
        for remainder in range(window.stride[1]):
            along = met(remainder - window.padding[1], window.stride[1], width, (0, self.shape[3]))
            scratch[:, down[0], remainder, along[0]] = maps[:, down[1], along[1]]
        return scratch.reshape(self.shape[0] * self.shape[1], -1)
