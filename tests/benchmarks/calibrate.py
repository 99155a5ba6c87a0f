"""Measures what the algorithms cost on this machine and writes the table that plans choose by.

``python -m tests.benchmarks.calibrate``, from the root of the checkout.

Each time is the least of interleaved rounds, from before the call of the compiled path to its return, for one channel of float32
in a picture of 1920 x 1080. A cost that grows with the weights is the line through its times by least squares.
"""

from collections.abc import Sequence
from pathlib import Path
from platform import processor
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from kernels import cost_table
from kernels.bands import threads
from kernels.cpu import prepare, run
from kernels.plan import Algorithm, plan

PICTURE = np.random.default_rng(0).random((1080, 1920, 1), dtype=np.float32)
ROUNDS = 15
DIRECT, PAIR, RUNNING, FFT = (3, 5, 7, 9, 11, 15, 21), (3, 5, 9, 15, 31, 63), (15, 31, 63, 127), (15, 31, 63, 127, 255)
SMALL = PICTURE[:512, :512].copy()
Work = tuple[Algorithm, int]

TABLE = '''"""Nanoseconds for one result. Written by tests/benchmarks/calibrate.py.

``DIRECT``: numbers of weights and their costs; ``PAIR``: for any result of each pair, and for each weight; ``FFT``: reaches of
kernels and the costs up to them.
``FFT_CALL``: for all results together.
"""

MACHINE = "{machine}"
DIRECT = ({direct})
PAIR = ({pair[0]:.3g}, {pair[1]:.3g})
RUNNING = {running:.3g}
FFT = ({fft})
FFT_CALL = {call:.3g}
'''


def measured(works: list[Work], picture: NDArray[np.float32]) -> dict[Work, float]:
    """Least nanoseconds for one result of each kind of work: what else the machine does makes times longer only."""
    times: dict[Work, list[float]] = {work: [] for work in works}
    for _ in range(ROUNDS):
        for work in works:
            times[work].append(_once(*work, picture))
    return {work: min(each) for work, each in times.items()}


def _once(algorithm: Algorithm, side: int, picture: NDArray[np.float32]) -> float:
    shape = picture.shape[0], picture.shape[1], 1
    task = plan(shape, picture.dtype, _weights(algorithm, side), anchor=(side // 2, side // 2))
    run(task, picture, algorithm)  # what is made once for a plan is there
    begin = perf_counter()
    run(task, picture, algorithm)
    return (perf_counter() - begin) * 1e9 / picture.size


def _weights(algorithm: Algorithm, side: int) -> NDArray[np.float64]:
    random = np.random.default_rng(side)
    if algorithm is Algorithm.RUNNING:
        return np.full((side, side), 0.1)
    if algorithm is Algorithm.SEPARABLE:
        return np.outer(random.random(side) + 1, random.random(side) + 1)
    return random.normal(size=(side, side))


def line(counts: list[int], times: list[float]) -> tuple[float, float]:
    """The cost without weights, not below a tenth of the first time, and the cost of each weight."""
    slope, constant = np.polyfit(counts, times, 1, w=1 / np.array(times))  # small times count as much as large ones
    return max(float(constant), 0.1 * times[0]), float(slope)


def rising(times: list[float]) -> list[float]:
    """Each at least as large as those before it: a larger kernel is never less work."""
    return [float(value) for value in np.maximum.accumulate(times)]


def pairs(sizes: Sequence[int], times: list[float]) -> str:
    """Sizes and what they cost, for the table."""
    return ", ".join(f"({size}, {cost:.3g})" for size, cost in zip(sizes, rising(times), strict=True))


def main() -> None:
    """Measure and write."""
    prepare()
    sides = {Algorithm.DIRECT: DIRECT, Algorithm.SEPARABLE: PAIR, Algorithm.RUNNING: RUNNING, Algorithm.FFT: FFT}
    times = measured([(algorithm, side) for algorithm, each in sides.items() for side in each], PICTURE)
    direct = pairs([side**2 for side in DIRECT], [times[Algorithm.DIRECT, side] for side in DIRECT])
    pair = line([2 * side for side in PAIR], [times[Algorithm.SEPARABLE, side] for side in PAIR])
    running = median(times[Algorithm.RUNNING, side] for side in RUNNING)
    fft = pairs(FFT, [times[Algorithm.FFT, side] for side in FFT])
    spectra_31 = times[Algorithm.FFT, 31]
    call = max(measured([(Algorithm.FFT, 31)], SMALL)[Algorithm.FFT, 31] - spectra_31, 0.0) * SMALL.size
    text = TABLE.format(machine=_machine(), direct=direct, pair=pair, running=running, fft=fft, call=call)
    Path(cost_table.__file__).write_text(text, encoding="utf-8")
    print(text)


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else processor() or 'unknown'}, {threads()} threads"


if __name__ == "__main__":
    main()
