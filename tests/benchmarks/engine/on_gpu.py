"""All that there is to see on a machine with a GPU: ``python -m tests.benchmarks.engine.on_gpu``, at the root of the project.

First the tests of ``kernels`` on the GPU; then, for every algorithm that applies, how many bytes of a picture and its result go
through it in a second, beside a copy on the device, and the same for the displayed picture; last what whole calls take, there and
back, for the result and for the displayed picture. Needs numpy, CuPy, SciPy, pytest and hypothesis only. The crossovers of
``kernels.gpu_choice`` are to be set from these numbers.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from kernels import gpu, gpu_choice, gpu_names, gpu_peers
from kernels.border import Border
from kernels.gpu_ends import End
from kernels.makers import gaussian
from kernels.plan import Algorithm, Plan, plan
from kernels.scale import Colours

SIZES = {"4K": (2160, 3840), "8K": (4320, 7680)}
DENSE, SMOOTH = (3, 5, 7, 9, 11, 15, 21, 31, 63), (5, 9, 15, 31, 63)
SECONDS = 0.05  # of launches, one after the other without a wait in between
FORCED = (Algorithm.DIRECT, Algorithm.SEPARABLE, Algorithm.FFT)
LOOK = Colours(-10.0, 300.0)


def cases() -> Iterator[tuple[str, str, np.ndarray[Any, Any]]]:
    """What it is called, the type of the picture and its result, and the weights."""
    for side in DENSE:
        yield f"dense {side}", "float32", np.random.default_rng(side).uniform(-0.5, 1, (side, side))
    for side in SMOOTH:
        yield f"Gaussian {side}", "float32", gaussian(side, side / 6).weights.astype(float)
    for side in DENSE[:6]:
        noise = np.random.default_rng(side).random((side, side))
        yield f"RGB {side}", "uint8", noise / noise.sum()


def seconds(compute: Callable[[], Any]) -> float:
    """Of one call, the fastest of five runs, each of so many calls that their beginning and end do not count."""
    compute()
    gpu_peers.wait()
    count, best = 1, 0.0
    while best < SECONDS / 5:
        count *= 2
        best = _timed(compute, count)
    return min(best, *(_timed(compute, count) for _ in range(4))) / count


def _timed(compute: Callable[[], Any], count: int) -> float:
    start = time.perf_counter()
    for _ in range(count):
        compute()
    gpu_peers.wait()
    return time.perf_counter() - start


def row(size: str, title: str, task: Plan, image: np.ndarray[Any, Any], copied: float) -> str:
    """One line of the table; ``copied``: bytes a second of a copy. A star marks what the engine chooses."""
    moved, end = 2 * image.nbytes, End(gpu_names.out_dtype(image.dtype.name, task.dtype, image.dtype))
    cells = []
    for algorithm in FORCED:
        used = gpu_choice.possible(task, algorithm)
        if used is Algorithm.FFT and gpu.reason_no_spectra() is not None:
            used = Algorithm.DIRECT
        if used is algorithm or (algorithm is Algorithm.SEPARABLE and used is Algorithm.LOW_RANK):
            rate = moved / seconds(gpu.resident(task, image, end, algorithm))
            star = "*" if used is gpu_choice.choose(task) else " "
            cells.append(f"{rate / 1e9:8.0f} ({rate / copied:4.0%}){star}")
        else:
            cells.append(" " * 16)
    height, width, _ = task.out_shape
    shown = (image.nbytes + 3 * height * width) / seconds(gpu.resident(task, image, End(task.dtype, LOOK, exact=False)))
    cells.append(f"{shown / 1e9:8.0f} ({shown / copied:4.0%}) ")
    result = whole(lambda: gpu.run(task, image, None, image.dtype))
    display = whole(lambda: gpu.show(task, image, None, LOOK, exact=False))
    return f"{size:4} {title:12} {'  '.join(cells)}  {result * 1e3:8.1f} ms  {display * 1e3:8.1f} ms"


def whole(call: Callable[[], Any]) -> float:
    """Seconds of a call, there and back; the first one compiles, and makes the memory that is kept."""
    call()
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def table() -> None:
    """Bytes a second of every case, in GB/s and beside a copy."""
    print(f"{gpu.name()}: GB/s, and beside a copy; * is what the engine chooses, also for the displayed picture")
    print(f"{'':17} {'direct':16}  {'pairs':16}  {'spectra':16}  {'displayed':16}  {'whole call':>11}  {'displayed':>11}")
    for size, (height, width) in SIZES.items():
        for title, dtype, weights in cases():
            random = np.random.default_rng(0)
            image = (random.random((height, width, 3 if dtype == "uint8" else 1)) * 255).astype(dtype)
            side = weights.shape[0] // 2
            task = plan(image.shape, dtype, weights, anchor=(side, side), border=Border.ZERO)
            copy = gpu_peers.runs(np.zeros((height, width), np.float32), np.ones((1, 1), np.float32))["copy"]
            print(row(size, title, task, image, 2 * 4 * height * width / seconds(copy)), flush=True)


if __name__ == "__main__":
    if problem := gpu_peers.problem():
        sys.exit(problem)
    tests = subprocess.run([sys.executable, "-m", "pytest", "tests/kernels", "--device", "gpu", "-q"], check=False)
    table()
    sys.exit(tests.returncode)
