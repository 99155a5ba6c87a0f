"""What a call takes beside its input and its result, read from the system (Linux)."""

import ctypes
import gc
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
RESET_PEAK = "5"
SMALLEST = 4096  # bytes: a page, the least that can be told
CAN_MEASURE = sys.platform.startswith("linux")


def extra_bytes(run: Callable[[], np.ndarray]) -> int:
    """The most that was resident during a call, less what was before it and less the result; at least a page."""
    run()  # whatever is made once is there
    gc.collect()
    _give_back()
    CLEAR.write_text(RESET_PEAK, encoding="ascii")
    before = _resident("VmRSS")
    made = run()
    return max(_resident("VmHWM") - before - made.nbytes, SMALLEST)


def _give_back() -> None:
    """What the C library keeps for later, if this is a library that can be asked."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _resident(name: str) -> int:
    """Bytes; ``name``: VmRSS for now, VmHWM for the most there was."""
    (line,) = (line for line in STATUS.read_text(encoding="ascii").splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
