"""The result of the filter bench, recomputed by the other engines on demand."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inspector.controller.jobs import Shown
from inspector.core.recomputed import Recomputed, line, recomputed
from inspector.work.runner import Operation, Outcome
from kernels import Cancel

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

CHECK = "check"  # the kind of work, and its worker: filtering does not wait for it


@dataclass(frozen=True, eq=False)
class Checked:
    """What the engines make of a result."""

    shown: Shown
    found: tuple[Recomputed, ...]


class FilterCheck:
    """Belongs to the result on the screen; with another one nothing of it is left."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._shown: Shown | None = None
        self._complete = False
        self.takers = {CHECK: self._take}

    def start(self) -> None:
        """Recompute the result that is on the screen."""
        if (shown := self._controller.result) is not None:
            self.clear()
            self._shown, self._complete = shown, False
            self._show("The whole picture is being recomputed …")
            self._controller.submit(_check(shown, partial(self._controller.progressed.emit, CHECK)))

    def follow(self) -> None:
        """What is known of another result goes."""
        if self._shown is not self._controller.result:
            self.clear()

    def stop(self) -> None:
        """The worker was stopped by hand."""
        if not self._complete:
            self.clear()

    def clear(self) -> None:
        """Take the line away, and stop what is under way."""
        if self._shown is not None:
            self._shown = None
            self._controller.runner.cancel(CHECK)
            self._show("")

    def forget(self, outcome: Outcome) -> None:
        """It has failed; the message says why."""
        if outcome.operation.kind == CHECK and not outcome.cancelled:
            self.clear()

    def _take(self, outcome: Outcome) -> None:
        checked: Checked = outcome.value
        if checked.shown is self._shown:
            self._complete = True
            self._show(line(checked.found), wrong=not all(one.agrees for one in checked.found))

    def _show(self, text: str, *, wrong: bool = False) -> None:
        self._controller.window.pixel.show_check(text, wrong=wrong)


def _check(shown: Shown, tell: Callable[[int, int], None]) -> Operation:
    return Operation(CHECK, "Recomputing the picture", partial(_run, shown, tell), resource=CHECK)


def _run(shown: Shown, tell: Callable[[int, int], None], cancel: Cancel) -> Checked:
    request = shown.request
    return Checked(shown, recomputed(request.picture, request.settings, shown.filtered, cancel=cancel, tell=tell))
