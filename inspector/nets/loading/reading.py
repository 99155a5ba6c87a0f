"""Reading files of weights that other people have made, without running anything that is in them."""

import json
import logging
import os
import re
import tempfile
from dataclasses import asdict, dataclass, replace
from math import isfinite
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from inspector.core.images.errors import BadPicture
from inspector.core.images.opening import open_regular
from inspector.core.names import listed, printable
from inspector.nets.loading import child
from inspector.nets.loading.formats import ASK_FOR, DAMAGED, HEAD, Kind, Refused, kind_of
from inspector.nets.loading.limits import LIMITS, Limits
from inspector.nets.loading.process import TooLong, run_apart
from inspector.nets.loading.unwrapping import check_plain
from inspector.nets.tensors_file import WeightsError, read_tensors
from kernels import Cancel, Cancelled

log = logging.getLogger("inspector")
_SUFFIXES = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")  # the order within a layer


@dataclass(frozen=True, eq=False)
class FoundTensors:
    """What a file of weights holds, as it is there: on the CPU, contiguous, of its own dtype.

    ``tensors`` are in the order of the file; safetensors keeps none, so there by name, numbers counted (2 before 10) and
    within a layer the weight first. ``wrapped_in``: under what they lay, such as "state_dict", or "". ``notes``: sentences
    on what lay beside them, and on which hold NaN or infinity. ``ordered``: whether the order is that of who saved it.
    """

    tensors: dict[str, Tensor]
    wrapped_in: str = ""
    notes: tuple[str, ...] = ()
    ordered: bool = True


def read_weights_file(path: str | os.PathLike[str], *, cancel: Cancel = lambda: False, limits: Limits = LIMITS) -> FoundTensors:
    """The tensors of a file of safetensors or torch.save, told apart by content; nothing in it is ever run.

    Pickles are read by torch's restricted reader in a process of its own, which has limits of memory and time and is
    killed when ``cancel`` says yes.

    Raises:
        WeightsError: the file cannot be used; the sentence names it, the reason and what to do.
        Cancelled: ``cancel`` said yes.
    """
    path = Path(path)
    try:
        with open_regular(path) as file:
            kind = kind_of(file.read(HEAD))
            if cancel():
                raise Cancelled
            found = _read_safetensors(path) if kind is Kind.SAFETENSORS else _read_apart(path, kind, cancel, limits)
    except (BadPicture, Refused) as bad:
        raise WeightsError(f"Cannot open {printable(path)}: {printable(bad.reason)}.") from bad
    return replace(found, notes=(*found.notes, *_oddities(found.tensors)))


def _read_safetensors(path: Path) -> FoundTensors:
    mapped, _ = read_tensors(path)
    if not mapped:
        raise Refused("it holds no tensors; choose a file of weights")
    for name, tensor in mapped.items():
        check_plain(name, tensor)
    # copies, since the file behind a mapped tensor may be changed or cut while it is used
    return FoundTensors({name: mapped[name].clone() for name in sorted(mapped, key=_place)}, ordered=False)


def _place(name: str) -> tuple[list[str | int], int, str]:
    layer, _, last = name.rpartition(".")
    words = [int(word) if word.isdecimal() else word for word in re.split(r"(\d+)", layer)]
    return words, _SUFFIXES.index(last) if last in _SUFFIXES else len(_SUFFIXES), last


def _read_apart(path: Path, kind: Kind, cancel: Cancel, limits: Limits) -> FoundTensors:
    with tempfile.TemporaryDirectory(prefix="cnn-inspector-") as name:
        folder = Path(name)
        words = [str(path.absolute()), kind.value, name, json.dumps(asdict(limits))]
        try:
            said = run_apart(child.__name__, words, folder, seconds=limits.seconds, cancel=cancel)
        except TooLong as error:
            raise Refused(f"reading it took more than {limits.seconds:g} seconds; {ASK_FOR}") from error
        return _answered(folder, said)


def _answered(folder: Path, said: str) -> FoundTensors:
    """What the process has left behind; without an answer, the system or torch has ended it."""
    answer = folder / child.ANSWER
    if not answer.is_file():
        log.warning("The process that read a file of weights ended without an answer: %s", said[-2000:] or "no word")
        raise Refused(f"{DAMAGED}, or {ASK_FOR}")
    facts: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if "refused" in facts:
        raise Refused(facts["refused"])
    mapped, _ = read_tensors(folder / child.TENSORS)
    tensors = {name: mapped[str(place)].clone() for place, name in enumerate(facts["names"])}
    return FoundTensors(tensors, printable(facts["wrapped_in"]), tuple(map(printable, facts["notes"])))


def _oddities(tensors: dict[str, Tensor]) -> tuple[str, ...]:
    odd = [f"{name} ({text})" for name, tensor in tensors.items() if (text := _not_finite(tensor))]
    if not odd:
        return ()
    return (f"{'One tensor holds' if len(odd) == 1 else f'{len(odd)} tensors hold'} values that are no numbers: {listed(odd)}.",)


def _not_finite(tensor: Tensor) -> str:
    """Such as "3 NaN, 1 infinite"; "" where all values are numbers."""
    if not tensor.is_floating_point() or not tensor.numel() or all(map(isfinite, tensor.aminmax())):  # without a large mask
        return ""
    counts = {"NaN": int(torch.isnan(tensor).sum()), "infinite": int(torch.isinf(tensor).sum())}
    return ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
