"""Asks for effective fields, each once, and keeps what comes."""

from functools import partial
from typing import TYPE_CHECKING

from inspector.controller import field_jobs as jobs
from inspector.controller.field_jobs import AverageRequest, GradientRequest, Measured
from inspector.controller.field_store import FieldStore
from inspector.core.receptive_field.effective import Target
from inspector.core.receptive_field.settings import Over
from inspector.core.receptive_field.shown import FieldShown
from inspector.work.runner import Operation, Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_desk import FieldDesk


class FieldMeasures:
    """Follows the desk of the workspace."""

    def __init__(self, controller: "Controller", desk: "FieldDesk") -> None:
        self._controller, self._desk = controller, desk
        self.fields = FieldStore()
        self._asked: dict[str, GradientRequest] = {}  # by kind of work, what is on its way
        self._failed: dict[str, GradientRequest] = {}  # and what has failed, which is not asked again
        self._last: tuple[GradientRequest, FieldShown] | None = None  # the one that was seen last

    def follow(self) -> None:
        """Let go of what belonged to another network or picture."""
        if (inspected := self._desk.inspected) is not None:
            self.fields.follow(inspected.request, inspected.inspection.fitted)
        if self._last is not None and self._last[0].pass_ != self._desk.pass_:
            self._last = None

    # ---- what is known -----------------------------------------------------------------------------------

    def gradient(self, target: Target) -> GradientRequest | None:
        """What is to be asked for the present picture; None while none has passed."""
        pass_ = self._desk.pass_
        return GradientRequest(pass_, target, self._desk.settings.part) if pass_ is not None else None

    def known(self, target: Target, over: Over) -> FieldShown | None:
        """The effective field, if it has been measured."""
        request = self.gradient(target) if over is Over.PICTURE else self._average(target)
        return self.fields.get(request) if request is not None else None

    def last(self, request: GradientRequest) -> FieldShown | None:
        """What may stand until this one comes: the last one of the same tensor."""
        if self._last is None or self._asked.get("gradient") != request:
            return None
        (before, shown), target = self._last, request.target
        alike = (before.part, before.target.key, before.target.map) == (request.part, target.key, target.map)
        return shown if alike else None

    def _average(self, target: Target) -> AverageRequest | None:
        of, settings = self._desk.pass_, self._desk.settings
        if of is None:
            return None
        folder = settings.folder if settings.over is Over.FOLDER else ""
        return AverageRequest(of.opened, of.fit, of.alterations, target, settings.part, folder, settings.count)

    # ---- asking ------------------------------------------------------------------------------------------

    def ask(self, request: GradientRequest) -> None:
        """For the unit in sight."""
        self._ask("gradient", request, jobs.gradient(request))

    def ask_pin(self, request: GradientRequest) -> None:
        """For a pinned unit: one after the other, lest the unit in sight waits for all of them."""
        self._ask("pins", request, jobs.pin(request))

    def measure(self, target: Target) -> None:
        """Average over many pictures."""
        if (request := self._average(target)) is not None:
            self._controller.submit(jobs.average(request, partial(self._controller.progressed.emit, "average")))

    def _ask(self, kind: str, request: GradientRequest, operation: Operation) -> None:
        if request not in (self._asked.get(kind), self._failed.get(kind)):
            self._asked[kind] = request
            self._controller.submit(operation)

    # ---- what comes of it --------------------------------------------------------------------------------

    def see(self, request: GradientRequest, shown: FieldShown) -> None:
        """This one has been seen: until the next one comes, it may stand."""
        self._last = request, shown

    def take(self, outcome: Outcome) -> None:
        """An effective field has come, maybe of a unit that the mouse has left meanwhile."""
        measured: Measured = outcome.value
        request, kind = measured.request, outcome.operation.kind
        if self._asked.get(kind) == request:
            del self._asked[kind]
        self.fields.put(request, measured.shown)
        if kind == "gradient" and isinstance(request, GradientRequest):
            self.see(request, measured.shown)
            self._controller.screen.pace.shown()

    def forget(self, outcome: Outcome) -> None:
        """It was cancelled, and the next change asks again; or it has failed, and only another request may do better."""
        stopped = self._asked.pop(outcome.operation.kind, None)
        if stopped is not None and not outcome.cancelled:
            self._failed[outcome.operation.kind] = stopped

    def dropped(self) -> None:
        """What waited is not going to come."""
        self._asked.clear()
