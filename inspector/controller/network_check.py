"""Layers of the present network recomputed by the engine, one after another, and badges that say how they agree with torch."""

from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inspector.controller.network_jobs import NETWORK, Cancel, InspectRequest
from inspector.core.network.agreement import Agreement, one_line
from inspector.work.runner import Operation, Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.nets.agreement import Passed

PASS, LAYER = "check-pass", "check-layer"


@dataclass(frozen=True, eq=False)
class Passes:
    """What the layers were given and made in the forward pass of ``request``; ``devices``: those that recompute it."""

    request: InspectRequest
    layers: tuple["Passed", ...]
    devices: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Checked:
    """One layer, recomputed."""

    request: InspectRequest
    agreement: Agreement


class NetworkCheck:
    """Belongs to one network, picture and set of changes; once these are others, nothing of it is left.

    Each layer is work of its own, so that what the user asks for meanwhile comes in between.
    """

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._request: InspectRequest | None = None
        self._found: list[Agreement] = []
        self._left: deque[Passed] = deque()
        self._devices: tuple[str, ...] = ()
        self._complete = False
        self.takers = {PASS: self._take_passes, LAYER: self._take_layer}

    def start(self) -> None:
        """Check the pass that is on the screen."""
        inspected = self._controller.network.inspected
        if inspected is not None:
            self.clear()
            self._request, self._complete = inspected.request, False
            self._show("Recomputing the layers …")
            self._controller.submit(_passing(inspected.request))

    def follow(self, present: InspectRequest | None) -> None:
        """Of another network or picture, or after other changes, nothing is known."""
        if self._request != present:
            self.clear()

    def stop(self) -> None:
        """The worker was stopped by hand: what is not complete goes."""
        if not self._complete:
            self.clear()

    def clear(self) -> None:
        """Take all badges away; what is still to be recomputed is not."""
        if self._request is not None:
            self._request = None
            self._found.clear()
            self._left.clear()
            self._show("")

    def forget(self, outcome: Outcome) -> bool:
        """Whether it was this work that was cancelled or has failed."""
        mine = outcome.operation.kind in self.takers
        if mine:
            self.clear()
        return mine

    def _take_passes(self, outcome: Outcome) -> None:
        passes: Passes = outcome.value
        if passes.request is self._request:
            self._left, self._devices = deque(passes.layers), passes.devices
            self._go_on()

    def _take_layer(self, outcome: Outcome) -> None:
        checked: Checked = outcome.value
        if checked.request is self._request:
            self._found.append(checked.agreement)
            self._go_on()

    def _go_on(self) -> None:
        """The next layer, or the end."""
        if self._left and self._request is not None:
            done, count = len(self._found), len(self._found) + len(self._left)
            self._show(f"Recomputing the layers, {done} of {count} …")
            self._controller.submit(_recomputing(self._request, self._left.popleft(), self._devices))
        else:
            self._complete = True
            self._show(one_line(self._found))

    def _show(self, line: str) -> None:
        page = self._controller.window.network
        page.layers.show_checks({one.layer: one for one in self._found})
        page.check.show_line(line, wrong=any(one.agrees is False for one in self._found))


def _passing(request: InspectRequest) -> Operation:
    return Operation(PASS, "Recording the layers", partial(_pass, request), resource=NETWORK)


def _recomputing(request: InspectRequest, passed: "Passed", devices: tuple[str, ...]) -> Operation:
    title = f"Recomputing {passed.key}"
    return Operation(LAYER, title, lambda _: _recompute(request, passed, devices), resource=NETWORK)


def _pass(request: InspectRequest, cancel: Cancel) -> Passes:
    from inspector.nets import agreement  # noqa: PLC0415 - torch takes seconds to import

    network = request.opened.network
    layers = agreement.passes(network, request.picture, request.fit, request.alterations, cancel=cancel)
    return Passes(request, layers, agreement.devices())


def _recompute(request: InspectRequest, passed: "Passed", devices: tuple[str, ...]) -> Checked:
    from inspector.nets.agreement import agreement  # noqa: PLC0415 - torch takes seconds to import

    return Checked(request, agreement(passed, devices))
