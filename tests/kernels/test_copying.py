"""Runs of pixels copied as vectors."""

import ctypes
import mmap
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba")

import numba

from kernels.cpu.copying import copying
from kernels.cpu.lanes import lanes

TYPES = [(dtype, made) for dtype in ("uint8", "uint16") for made in ("float32", "float64")] + [("float32",) * 2, ("float64",) * 2]
LAW = settings(deadline=None, derandomize=True, max_examples=100)
run, every_second = copying(1), copying(2)


@numba.njit
def copy(values, place, out, target, count, step):
    if step == 1:
        run(values, place, out, target, count)
    else:
        every_second(values, place, out, target, count)


@LAW
@given(st.integers(0, 200), st.integers(0, 40), st.integers(0, 40), st.sampled_from([1, 2]), st.sampled_from(TYPES))
def test_the_values_wanted_are_copied_and_no_others_touched(more, place, target, step, types) -> None:
    """The last value wanted is the last one of the array."""
    dtype, made = types
    count = lanes(made) + more
    values = np.random.default_rng(more).integers(0, np.iinfo(np.uint16).max, place + step * (count - 1) + 1).astype(dtype)
    out = np.full(target + count + 3, -1, made)
    copy(values, place, out, target, count, step)
    np.testing.assert_array_equal(out[target : target + count], values[place::step])
    assert (out[:target] == -1).all()
    assert (out[target + count :] == -1).all()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the C library of Linux for memory that cannot be read")
@pytest.mark.parametrize("step", [1, 2])
def test_nothing_beyond_the_last_value_is_read(step) -> None:
    """The run ends where readable memory ends: reading on ends the process."""
    memory = mmap.mmap(-1, 2 * mmap.PAGESIZE)
    pages = np.frombuffer(memory, np.float32)
    protect = ctypes.CDLL(None, use_errno=True).mprotect
    half = len(pages) // 2
    assert protect(ctypes.c_void_p(pages[half:].ctypes.data), ctypes.c_size_t(mmap.PAGESIZE), 0) == 0
    for count in range(lanes("float32"), 3 * lanes("float32")):
        values = pages[half - step * (count - 1) - 1 : half]
        values[:] = np.arange(len(values))
        out = np.zeros(count, np.float32)
        copy(values, 0, out, 0, count, step)
        np.testing.assert_array_equal(out, values[::step])
