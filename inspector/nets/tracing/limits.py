"""Ends of runs that other pictures may make endless."""

from typing import Any

from torch.overrides import TorchFunctionMode


class TooManyCalls(BaseException):
    """Far more calls than the first picture needed; no error of its own, so that ``except Exception`` lets it pass."""


class CallLimit(TorchFunctionMode):
    """Within it, so many of torch's functions can be called; then TooManyCalls is raised. ``calls``: how many have been."""

    def __init__(self, most: float = float("inf")) -> None:
        super().__init__()
        self.calls = 0
        self._most = most

    def count(self) -> None:
        """Count one more call."""
        self.calls += 1
        if self.calls > self._most:
            raise TooManyCalls(f"more than {self._most:g} calls of torch's functions")

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Every function of torch."""
        self.count()
        return func(*args, **(kwargs or {}))


def generous(calls: int) -> int:
    """What a picture that takes a similar way needs at most."""
    return 2 * calls + 20
