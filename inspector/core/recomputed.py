"""A filter result once more, by every other engine there is: does each come to the same picture?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kernels
from inspector.core.filtering import Filtered, FilterSettings, run_filter, source_values
from inspector.core.network.agreement import NEAR, largest_difference, shown_difference
from inspector.core.picture import Picture
from kernels import Algorithm, Cancel, Cancelled, numpy_path, reference
from kernels.border import OUTSIDE
from kernels.plan import Plan, extent

Values = NDArray[np.floating[Any]]
Recompute = Callable[["_Task"], Iterator[float]]
REFERENCE_STEPS = 100_000_000  # products that the slow reference may form: a second or so; for more it takes rows at random
NUMPY_STEPS = 3_000_000_000  # products up to which numpy sums directly, whatever the plan says: some seconds
BAND = 256  # rows that are compared at once, so that float64 copies stay small


@dataclass(frozen=True)
class Recomputed:
    """What one engine makes of the picture: the largest difference to the result that is shown, in units of the picture.

    ``rows``: of how many of ``all_rows``. ``agrees``: whether the difference is no more than rounding makes it.
    """

    engine: str
    rows: int
    all_rows: int
    difference: float
    agrees: bool


@dataclass(frozen=True, eq=False)
class _Task:
    """``source`` (H, W, C); ``result``, that is to be compared, (H', W', C)."""

    source: NDArray[np.generic]
    values: NDArray[np.generic]
    result: Values
    plan: Plan
    settings: FilterSettings
    cancel: Cancel

    @property
    def steps(self) -> int:
        """Products of all output values."""
        return prod(self.plan.out_shape) * len(self.plan.taps[0])


def recomputed(
    picture: Picture, settings: FilterSettings, filtered: Filtered, *, cancel: Cancel, tell: Callable[[int, int], None]
) -> tuple[Recomputed, ...]:
    """``filtered``, which came of ``picture`` and ``settings``, by the other engines; ``tell`` how many of how many are done.

    For large pictures the reference, which is slow, computes rows at random. Raises ``kernels.Cancelled``.
    """
    values = source_values(picture, settings.channels)
    source = values if values.ndim == 3 else values[..., np.newaxis]
    task = _Task(source, values, filtered.values.reshape(filtered.plan.out_shape), filtered.plan, settings, cancel)
    nearest = NEAR * _terms(task)
    found: list[Recomputed] = []
    engines = _others(filtered.device)
    for number, (name, differences) in enumerate(engines):
        tell(number, len(engines))
        rows = _reference_rows(task).size if differences is _by_reference else len(task.result)
        largest = max(differences(task), default=0.0)
        found.append(Recomputed(name, rows, len(task.result), largest, largest <= nearest))
    return tuple(found)


def line(found: Sequence[Recomputed]) -> str:
    """'The whole picture again: numpy agrees exactly · reference, 713 of 2160 rows at random, max |Δ| 1.5e−5'."""
    return f"The whole picture again: {' · '.join(map(_words, found))}"


def _words(one: Recomputed) -> str:
    name = one.engine if one.rows == one.all_rows else f"{one.engine}, {one.rows} of {one.all_rows} rows at random,"
    if one.difference == 0:
        return f"{name} agrees exactly"
    return f"{name} {'' if one.agrees else 'differs, '}{shown_difference(one.difference)}"


def _others(device: str) -> list[tuple[str, Recompute]]:
    """The engines that are there, but for the one that computed the result."""
    cpu, gpu = kernels.devices()
    engines: dict[str, tuple[str, Recompute]] = {"reference": ("reference", _by_reference), "cpu (numpy)": ("numpy", _by_numpy)}
    if not cpu.reason:
        engines["cpu"] = "CPU", _by_cpu
    if gpu.available:
        engines["gpu"] = "CUDA", _by_gpu
    return [engine for id, engine in engines.items() if id != device]


def _terms(task: _Task) -> float:
    """No sum of an output value has terms that are larger together, as far as they are finite."""
    finite = task.source if task.source.dtype.kind != "f" else task.source[np.isfinite(task.source)]
    largest = max(abs(float(finite.max(initial=0))), abs(float(finite.min(initial=0))), abs(task.plan.cval))
    return float(np.abs(task.plan.weights).sum()) * largest + abs(task.plan.bias)


def _tame(task: _Task) -> bool:
    """Whether all intermediate sums are finite; else only the direct sums keep a NaN at its place."""
    return bool(np.isfinite(task.source).all()) and _terms(task) < float(np.finfo(task.plan.dtype).max) / 4


# ---- the engines: each yields its difference, part by part --------------------------------------------------------


def _by_reference(task: _Task) -> Iterator[float]:
    for row in _reference_rows(task).tolist():
        if task.cancel():
            raise Cancelled
        with np.errstate(over="ignore"):
            exact = _reference_row(task, row).astype(task.result.dtype)
        yield largest_difference(task.result[row : row + 1], exact)


def _by_numpy(task: _Task) -> Iterator[float]:
    direct = task.steps <= NUMPY_STEPS or not _tame(task)
    algorithm = Algorithm.DIRECT if direct else task.plan.algorithm
    return _compared(task, numpy_path.run(task.plan, task.source, algorithm, task.cancel))


def _by_cpu(task: _Task) -> Iterator[float]:
    return _compared(task, run_filter(task.values, task.settings, "cpu", cancel=task.cancel).values)


def _by_gpu(task: _Task) -> Iterator[float]:
    return _compared(task, run_filter(task.values, task.settings, "gpu", cancel=task.cancel).values)


def _compared(task: _Task, values: Values) -> Iterator[float]:
    found = values.reshape(task.result.shape)
    for top in range(0, len(found), BAND):
        yield largest_difference(task.result[top : top + BAND], found[top : top + BAND])


def _reference_rows(task: _Task) -> NDArray[np.intp]:
    """The output rows that the reference computes: all, or as many at random as it can in reasonable time."""
    height = len(task.result)
    count = min(max(REFERENCE_STEPS * height // max(task.steps, 1), 1), height)
    return np.sort(np.random.default_rng(0).permutation(height)[:count])


def _reference_row(task: _Task, row: int) -> NDArray[np.float64]:
    """One output row (1, W', C) from the rows of the picture that it needs, with those beyond its border filled in."""
    plan = task.plan
    rows = plan.rows[row * plan.stride :][: extent(plan.kernel_shape[0], plan.dilation)]
    strip = task.source[rows].astype(np.float64)
    strip[rows == OUTSIDE] = plan.cval
    shape, out_shape = (len(rows), *plan.image_shape[1:]), (1, *plan.out_shape[1:])
    return reference.correlate(replace(plan, image_shape=shape, out_shape=out_shape, pad=(0, 0, *plan.pad[2:])), strip)
