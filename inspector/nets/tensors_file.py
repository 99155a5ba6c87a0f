"""Named tensors and texts in one safetensors file, which holds no code."""

from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
from torch import Tensor

from inspector.core.files import atomic_write
from inspector.core.names import printable


class WeightsError(ValueError):
    """A file of weights that cannot be used: ``str`` is one sentence that names the file, ``detail`` a table or ""."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


def write_tensors(path: Path, tensors: Mapping[str, Tensor], texts: Mapping[str, str]) -> bytes:
    """Write the file, whole or not at all, and return its bytes. Raises SaveError."""
    data = safetensors.torch.save({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, dict(texts))
    atomic_write(path, lambda file: file.write(data))
    return data


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors and the texts of a safetensors file.

    Raises:
        WeightsError: the file is missing, cut short or something else.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118 - no mapping
    except OSError as error:
        raise WeightsError(f"Cannot open {printable(path)}: {error.strerror or error}.") from error
    except safetensors.SafetensorError as error:
        raise WeightsError(f"Cannot open {printable(path)}: it is no whole safetensors file ({error}).") from error
