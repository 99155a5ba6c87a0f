"""What can compute here: the compiled path, the plain path and the GPU, or why they cannot.

numba and CuPy are imported by ``warm_up``, or by the first call that is willing to wait for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from types import ModuleType

from kernels.bands import threads


@dataclass(frozen=True)
class DeviceInfo:
    """``id`` is "cpu" or "gpu"; ``reason`` says why it is not available or what it lacks, else it is empty."""

    id: str
    name: str
    available: bool
    reason: str


class UnavailableError(RuntimeError):
    """A device was asked for by name that this machine does not have."""


class Lazy:
    """A module that takes long to load: loaded at most once, or the reason why it cannot be used."""

    def __init__(self, load: Callable[[], ModuleType]) -> None:
        self._load = load
        self._lock = Lock()
        self._module: ModuleType | None = None
        self._reason = ""

    def get(self, *, wait: bool) -> ModuleType | None:
        """The module, or None if it cannot be used, or is not loaded yet and ``wait`` is false."""
        if wait and not self.settled:
            with self._lock:
                if not self.settled:
                    self._settle()
        return self._module

    @property
    def settled(self) -> bool:
        """It is known whether it can be used."""
        return self._module is not None or self._reason != ""

    @property
    def reason(self) -> str:
        """Why it cannot be used, or that it is not loaded yet; empty if it can."""
        return "" if self._module is not None else self._reason or "still being loaded"

    def lose(self, reason: str) -> None:
        """Never use it again in this process."""
        self._module, self._reason = None, reason

    def _settle(self) -> None:
        try:
            self._module = self._load()
        except Exception as error:  # noqa: BLE001 - compilers and drivers fail in many ways; none may stop the program
            self._reason = str(error).strip() or type(error).__name__


def _load_compiled() -> ModuleType:
    from kernels import cpu  # noqa: PLC0415 - numba takes long to import

    cpu.prepare()
    return cpu


def _load_gpu() -> ModuleType:
    from kernels import gpu  # noqa: PLC0415 - CuPy takes long to import

    reason = gpu.reason_unavailable()
    if reason is not None:
        raise UnavailableError(reason)
    return gpu


compiled = Lazy(_load_compiled)
gpu = Lazy(_load_gpu)


def warm_up() -> None:
    """Load and compile everything for later calls; may take seconds the first time, so call it in a worker."""
    compiled.get(wait=True)
    gpu.get(wait=True)


def is_warm() -> bool:
    """Whether calls that do not wait already use the fastest path of this machine."""
    return compiled.settled and gpu.settled


def cpu_name() -> str:
    """For a status line, as "CPU, 2 threads"."""
    count = threads()
    return f"CPU, {count} thread{'s' if count > 1 else ''}"


def devices() -> tuple[DeviceInfo, ...]:
    """The CPU and the GPU of this machine; waits until both are known."""
    warm_up()
    card = gpu.get(wait=False)
    return (
        DeviceInfo("cpu", cpu_name(), True, compiled.reason),
        DeviceInfo("gpu", card.name() if card else "GPU", card is not None, gpu.reason),
    )
