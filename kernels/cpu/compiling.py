"""How the loops are compiled: without the interpreter lock, kept on disk where there is a folder for it.

They run inside the threads of ``kernels.bands``; numba's own parallel loops must not be entered from two threads at once.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba
from numba.extending import intrinsic

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def forget_older_code(package: Path) -> None:
    """Remove what is kept of compiled code in a package if any of its files is newer.

    numba looks at the file of a function only, not at those of the functions that are compiled into it.
    """
    newest = max(file.stat().st_mtime for file in package.glob("*.py"))
    for index in (package / "__pycache__").glob("*.nbi"):
        if os.access(index.parent, os.W_OK) and index.stat().st_mtime < newest:
            index.unlink(missing_ok=True)


forget_older_code(Path(__file__).parent)


def compiled(function: Callable[Parameters, Returned], *, fast: frozenset[str] = frozenset()) -> Callable[Parameters, Returned]:
    """Compile at the first call of each type; "contract" allows fused multiply-add, and no more."""
    options = {"nogil": True, "fastmath": {"contract", *fast}, "error_model": "numpy"}
    try:
        result = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder on this machine can keep compiled code
        result = numba.njit(**options)(function)
    return cast("Callable[Parameters, Returned]", result)


def summing(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Compiled so that sums may be taken in any order, several terms at a time."""
    return compiled(function, fast=frozenset({"reassoc"}))


def inlined(function: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Put into the function that calls it before that is compiled: passing arrays costs some hundred instructions."""
    return cast("Callable[Parameters, Returned]", numba.njit(inline="always")(function))


def instructions(function: Callable[..., Any]) -> Callable[..., None]:
    """A function that compiled ones may call, written as instructions of the processor; see ``lanes.built``."""
    return cast("Callable[..., None]", intrinsic(prefer_literal=True)(function))
