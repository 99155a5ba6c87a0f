"""The pickled batches of CIFAR-10, read without unpickling.

A pickle is a program. The published batches use 23 of its instructions and import three names; this
reader runs those on plain values and an array of bytes, and refuses every other instruction and name.
Source of the instructions: the module ``pickletools``, which also cuts the file into them.
"""

import pickletools
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from inspector.nets.datasets.dataset import DatasetError, refusal

_RECONSTRUCT, _ARRAY, _DTYPE = "numpy.core.multiarray _reconstruct", "numpy ndarray", "numpy dtype"
_ALLOWED = {_RECONSTRUCT, _ARRAY, _DTYPE}
_IMPORTS = {"GLOBAL", "INST", "STACK_GLOBAL"}
_UNSIGNED_BYTE = "u1"


class _Refused(Exception):  # noqa: N818 - not an error yet: the file's name is added by ``read_batch``
    """Why the file is refused."""


@dataclass(frozen=True)
class _Name:
    """An imported name; it stands for itself and is never looked up."""

    name: str


@dataclass
class _Blank:
    """What a constructor made, before its state is set: an array, or the type of its numbers."""

    name: str
    code: str = ""
    array: "np.ndarray[Any, np.dtype[np.uint8]] | None" = None


@dataclass
class _Machine:
    """Stack, marks and memo of the pickle machine. Text is decoded as Latin-1, one character a byte."""

    stack: list[Any] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    memo: dict[int, Any] = field(default_factory=dict)

    def since_mark(self) -> list[Any]:
        start = self.marks.pop()
        items, self.stack[start:] = self.stack[start:], []
        return items

    def tuple_of(self, count: int) -> None:
        self.stack[-count:] = [tuple(self.stack[-count:])]

    def append_all(self) -> None:
        items = self.since_mark()
        self.stack[-1].extend(items)

    def set_items(self) -> None:
        items = self.since_mark()
        self.stack[-1].update(zip(items[::2], items[1::2], strict=True))

    def name(self, name: str) -> None:
        self.stack.append(_Name(name))

    def reduce(self) -> None:
        arguments = self.stack.pop()
        called = self.stack.pop()
        if called == _Name(_RECONSTRUCT) and arguments[0] == _Name(_ARRAY):
            self.stack.append(_Blank(_ARRAY))
        elif called == _Name(_DTYPE):
            self.stack.append(_Blank(_DTYPE, code=arguments[0]))
        else:
            raise _Refused("it makes something that is no array")

    def build(self) -> None:
        state = self.stack.pop()
        blank = self.stack[-1]
        if not isinstance(blank, _Blank):
            raise _Refused("it sets the state of something that is no array")
        if blank.name == _ARRAY:
            blank.array = _array(*state)


def _array(_version: int, shape: tuple[int, ...], dtype: _Blank, fortran: bool, data: str) -> Any:
    if dtype.name != _DTYPE or dtype.code != _UNSIGNED_BYTE or fortran:
        raise _Refused("its array is not one of unsigned bytes in C order")
    return np.frombuffer(data.encode("latin-1"), np.uint8).reshape(shape)


_STEPS: dict[str, Callable[[_Machine, Any], object]] = {
    "PROTO": lambda machine, _: None,
    "EMPTY_DICT": lambda machine, _: machine.stack.append({}),
    "EMPTY_LIST": lambda machine, _: machine.stack.append([]),
    "NONE": lambda machine, _: machine.stack.append(None),
    "NEWFALSE": lambda machine, _: machine.stack.append(False),
    "MARK": lambda machine, _: machine.marks.append(len(machine.stack)),
    "BINPUT": lambda machine, key: machine.memo.update({key: machine.stack[-1]}),
    "LONG_BINPUT": lambda machine, key: machine.memo.update({key: machine.stack[-1]}),
    "BINGET": lambda machine, key: machine.stack.append(machine.memo[key]),
    "LONG_BINGET": lambda machine, key: machine.stack.append(machine.memo[key]),
    "TUPLE": lambda machine, _: machine.stack.append(tuple(machine.since_mark())),
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "APPENDS": lambda machine, _: machine.append_all(),
    "SETITEMS": lambda machine, _: machine.set_items(),
    "GLOBAL": lambda machine, name: machine.name(name),
    "REDUCE": lambda machine, _: machine.reduce(),
    "BUILD": lambda machine, _: machine.build(),
    "STOP": lambda machine, _: None,
} | dict.fromkeys(
    ("BININT", "BININT1", "BININT2", "SHORT_BINSTRING", "BINSTRING"), lambda machine, value: machine.stack.append(value)
)


def read_batch(path: Path, data: bytes) -> dict[str, Any]:
    """The dictionary that a batch file holds: text, numbers, lists, and arrays of unsigned bytes.

    Raises:
        DatasetError: the file imports something else, which is named and not run, or is damaged.
    """
    try:
        return _run(data)
    except _Refused as refused:
        raise _unlike(path, str(refused)) from refused
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # values of a kind that no published batch has
        raise refusal(path, f"it is damaged or cut short ({error!s:.120}); download it again") from error


def _unlike(path: Path, reason: str) -> DatasetError:
    return refusal(path, f"it is no published batch: {reason}; nothing in it was run")


def _run(data: bytes) -> dict[str, Any]:
    steps = [(code.name, argument) for code, argument, _ in pickletools.genops(data)]
    _check_imports(steps)
    machine = _Machine()
    for name, argument in steps:
        if name not in _STEPS:
            raise _Refused(f"it holds the pickle instruction {name}")
        _STEPS[name](machine, argument)
    top = machine.stack.pop()
    if not isinstance(top, dict):
        raise _Refused("it holds no dictionary")
    return {key: value.array if isinstance(value, _Blank) else value for key, value in top.items()}


def _check_imports(steps: list[tuple[str, Any]]) -> None:
    """Refuse names before anything else, so that the sentence shows what the file would have run."""
    texts: list[str] = []
    for name, argument in steps:
        if name in _IMPORTS:
            wanted = argument if name != "STACK_GLOBAL" else " ".join(texts[-2:])
            if wanted not in _ALLOWED:
                raise _Refused(f"it would import {wanted.replace(' ', '.')!r:.80}")
        elif isinstance(argument, str) and len(argument) < 200:
            texts.append(argument)
