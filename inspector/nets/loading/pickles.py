"""What a pickle would import, found by cutting it into its instructions. Nothing is looked up and nothing runs."""

import pickletools
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from inspector.nets.loading.formats import ASK_FOR

_LEGACY_PICKLES = 5  # magic number, version, facts of the system, the object, the keys of its storages
_SHOWN = 80  # characters of a name
_PUTS, _GETS = {"PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE"}, {"GET", "BINGET", "LONG_BINGET"}
_IN_NETWORKS = {"_modules", "_parameters"}  # what the state of every nn.Module names
# names that files of tensors use; torch decides what is allowed, these only tell which other name is to blame
_INNOCENT = re.compile(
    r"torch\.\w+|torch\._utils\._rebuild\w+|torch\._tensor\.\w+|torch\.nn\.parameter\.\w+|torch\.storage\.\w+Storage"
    r"|torch\.serialization\._get_layout|collections\.(OrderedDict|Counter)|_codecs\.encode"
)
# what cutting a damaged or malicious pickle raises
_CUTTING_FAULTS = (ValueError, EOFError, LookupError, MemoryError, OverflowError, struct.error)


@dataclass
class Scan:
    """The names that a pickle imports, in its order, and the short texts in it."""

    names: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _memo: dict[int, str] = field(default_factory=dict)

    def take(self, opcode: str, argument: Any, before: str) -> None:
        """One instruction, and ``before``, the kind of the one before it."""
        if opcode in {"GLOBAL", "INST"}:
            self.names.append(argument.replace(" ", "."))
        elif opcode == "STACK_GLOBAL":
            self.names.append(".".join(self.texts[-2:]))
        elif opcode in _GETS and int(argument) in self._memo:
            self.texts.append(self._memo[int(argument)])
        elif opcode in _PUTS:
            if "UNICODE" in before or "STRING" in before:
                self._memo[len(self._memo) if argument is None else int(argument)] = self.texts[-1]
            elif argument is None:
                self._memo[len(self._memo)] = ""
        elif isinstance(argument, str):
            self.texts.append(argument[:_SHOWN])


def scan(file: BinaryIO) -> Scan:
    """What the pickles at the file's position import; of a damaged one, what it shows before the damage."""
    found, before = Scan(), ""
    for opcode, argument in _instructions(file):
        found.take(opcode, argument, before)
        before = opcode
    return found


def _instructions(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    try:
        for _ in range(_LEGACY_PICKLES):
            yield from ((opcode.name, argument) for opcode, argument, _ in pickletools.genops(file))
    except _CUTTING_FAULTS:  # the damage, or the end: one pickle alone was there
        return


def blame(found: Scan) -> str:
    """Why torch has refused a pickle, and what to do."""
    name = next((name[:_SHOWN] for name in found.names if not _INNOCENT.fullmatch(name)), "")
    if not name:
        return f"it is no pickle of torch.save with tensors alone; {ASK_FOR}"
    if set(found.texts) >= _IN_NETWORKS and name.rpartition(".")[2].lstrip("_")[:1].isupper():
        return (
            f"it holds a whole model of the class {name}, which only its own code can open; save its weights with "
            "torch.save(model.state_dict(), FILE), or give that code with --module"
        )
    return f"it is refused because it would call {name}; {ASK_FOR}"
