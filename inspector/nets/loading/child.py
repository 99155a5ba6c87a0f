"""What the process does that reads other people's pickles: torch's restricted reading, under limits, and nothing else.

It gets a file and an empty folder, and leaves two files there: the numbers as safetensors, whose tensors are named by their
place in the file, and an answer in JSON: their names, where they lay and notes, or why the file is refused.
"""

import json
import pickle
import struct
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import safetensors.torch
import torch
from torch import Tensor

from inspector.nets.loading.archive import pickle_in
from inspector.nets.loading.formats import ASK_FOR, DAMAGED, Kind, Refused
from inspector.nets.loading.limits import LIMITS, Limits
from inspector.nets.loading.pickles import blame, scan
from inspector.nets.loading.unwrapping import Unwrapped, check_plain, unwrap

TENSORS, ANSWER = "tensors.safetensors", "answer.json"
MOST_MEMORY = f"it asks for far more memory than a file of its size can need; {ASK_FOR}"
_OLDEST = "2.10"  # in older ones the restricted reading has been broken (CVE-2025-32434, CVE-2026-24747)
_OPEN_FILES = 64
# what torch raises on damaged data, as seen by cutting and flipping bytes; ValueError has struct's and Unicode's kin
_TORCH_FAULTS = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError,
    struct.error,
)  # fmt: skip


def main(words: Sequence[str]) -> None:
    """The process: the file, its kind and the folder for the answer; then the limits as JSON."""
    path, kind, folder = Path(words[0]), Kind(words[1]), Path(words[2])
    limits = Limits(**json.loads(words[3]))
    _keep_to(limits, path.stat().st_size)
    leave_answer(path, kind, folder, limits)


def leave_answer(path: Path, kind: Kind, folder: Path, limits: Limits = LIMITS) -> None:
    """Read a file of torch.save and write both files of the answer into ``folder``."""
    try:
        answer = _extract(path, kind, folder, limits)
    except Refused as refused:
        answer = {"refused": refused.reason}
    except MemoryError:
        answer = {"refused": MOST_MEMORY}
    (folder / ANSWER).write_text(json.dumps(answer), encoding="utf-8")


def _extract(path: Path, kind: Kind, folder: Path, limits: Limits) -> dict[str, Any]:
    """Write the tensors of a file of torch.save into ``folder``; the answer. Raises Refused."""
    if torch.__version__ < _OLDEST:  # compared as versions, not as text
        raise Refused(f"torch {torch.__version__} does not read such files safely; install torch 2.10 or newer")
    found = unwrap(_loaded(path, kind))
    tensors = _in_one_piece(found, path.stat().st_size, limits)
    try:
        safetensors.torch.save_file({str(place): one for place, one in enumerate(tensors)}, folder / TENSORS)
    except (OSError, safetensors.SafetensorError) as error:
        raise Refused("there is no room for its tensors in the folder for temporary files; free some space") from error
    return {"names": list(found.tensors), "wrapped_in": found.wrapped_in, "notes": found.notes}


def _loaded(path: Path, kind: Kind) -> Any:
    """What torch reads without running anything. Not mapped into memory: a mapped storage may reach into its neighbours."""
    with path.open("rb") as file:
        pickled = _pickled(file, kind, path.stat().st_size)
        if kind is Kind.PICKLE:
            raise Refused(blame(scan(pickled)))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # torch's advice on odd pickles is for their authors
                return torch.load(path, weights_only=True, map_location="cpu", mmap=False)
        except pickle.UnpicklingError as error:
            raise Refused(blame(scan(pickled))) from error
        except _TORCH_FAULTS as error:
            raise Refused(MOST_MEMORY if "allocate memory" in str(error) else DAMAGED) from error


def _pickled(file: BinaryIO, kind: Kind, size: int) -> BinaryIO:
    """The pickle of a file, at its start; an archive has been checked then."""
    return BytesIO(pickle_in(file, size)) if kind is Kind.ZIP else file


def _in_one_piece(found: Unwrapped, size: int, limits: Limits) -> list[Tensor]:
    """The tensors, each with memory of its own, once it is certain that they are plain and not too many."""
    for name, tensor in found.tensors.items():
        check_plain(name, tensor)
    _check_bytes(found.tensors, size, limits)
    seen: set[int] = set()
    pieces = []
    for view in found.tensors.values():
        tensor = view.detach().resolve_neg()
        place = tensor.untyped_storage().data_ptr()
        pieces.append(tensor.clone(memory_format=torch.contiguous_format) if place in seen else tensor.contiguous())
        seen.add(place)
    return pieces


def _check_bytes(tensors: Mapping[str, Tensor], size: int, limits: Limits) -> None:
    if len(tensors) > limits.tensors:
        raise Refused(f"it holds {len(tensors):,} tensors, more than any network; {ASK_FOR}")
    total = sum(tensor.numel() * tensor.itemsize for tensor in tensors.values())
    if total > (most := limits.tensor_bytes_of(size)):
        raise Refused(f"its {size:,} bytes claim to be {total:,} bytes of tensors, where {most:,} are allowed; {ASK_FOR}")


def _keep_to(limits: Limits, size: int) -> None:
    """From here on the system stops what takes too much; Windows has only the clock of the parent."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    seconds = int(time.process_time() + limits.seconds) + 1
    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: limits.tensor_bytes_of(size) + limits.memory,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "linux":  # elsewhere the room for addresses cannot be limited, or what is taken of it not be read
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        wanted[resource.RLIMIT_AS] = pages * resource.getpagesize() + limits.memory_of(size)
    for kind, most in wanted.items():
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
