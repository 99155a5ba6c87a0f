"""How much a file of weights may cost, so that one that lies is stopped."""

from dataclasses import dataclass

_SPARE = 16 << 20  # bytes that the tensors of a small file may take


@dataclass(frozen=True)
class Limits:
    """Most that reading one file may take: bytes of its tensors, seconds on the clock and of computing, number of tensors.

    ``memory``: bytes that the process which reads it may take beyond torch's own and a multiple of the file.
    """

    tensor_bytes: int = 4 << 30
    memory: int = 512 << 20
    seconds: float = 120.0
    tensors: int = 100_000

    def tensor_bytes_of(self, size: int) -> int:
        """For a file of ``size`` bytes: weights that are shared count each time, but a few numbers cannot fill the memory."""
        return min(self.tensor_bytes, 4 * size + _SPARE)

    def memory_of(self, size: int) -> int:
        """For a file of ``size`` bytes: the file, its tensors and copies of those that are not in one piece."""
        return self.memory + size + 2 * self.tensor_bytes_of(size)


LIMITS = Limits()
