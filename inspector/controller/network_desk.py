"""The Network workspace: opens networks, lets pictures pass, and shows what came of it."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller import network_jobs as jobs
from inspector.controller import network_texts as texts
from inspector.controller.model_bars import ModelBars
from inspector.controller.network_check import NetworkCheck
from inspector.controller.network_jobs import Inspected, InspectRequest, Opened
from inspector.controller.network_screen import NetworkScreen
from inspector.controller.shift_store import OTHER
from inspector.core.network import updates
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.matching import WeightsReport
from inspector.core.network.resolve import NetworkResolved, resolve_network
from inspector.core.network.settings import Feed, Fit, ModelChoice, ModelKind
from inspector.core.network.view import MapsView
from inspector.core.picture import Picture
from inspector.core.resolve import Resolved
from inspector.core.state import SourceKind, Workspace
from inspector.work.runner import Operation, Outcome, Running
from kernels import Kernel

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

KEPT = 40_000_000  # parameters of networks that are kept open, so that undo is instant


class NetworkDesk:
    """Holds the open networks and the last forward pass.

    Nothing happens before it is ``awake`` and the workspace is looked at: torch takes seconds to import.
    """

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self.screen = NetworkScreen(controller.window, controller.screen)
        self.bars = ModelBars(controller)
        self.check = NetworkCheck(controller)
        self.awake = False
        self.inspected: Inspected | None = None
        self.resolved: NetworkResolved | None = None
        self._networks: OrderedDict[ModelChoice, Opened] = OrderedDict()
        self._opening: ModelChoice | None = None
        self._asked: InspectRequest | None = None
        self._viewed: MapsView | None = None  # what was asked of its result last
        self._fed: tuple[object, Picture] | None = None  # a filter result, and it as a picture
        self._offers_wished = False
        self._on_screen: Inspected | None = None
        self._refused = False  # the message bar says why the last picture did not pass
        self.takers = {
            "offers": lambda o: self.bars.show_offers(o.value), "inspect": self._take, "look": self._take,
            "download": self._downloaded, **self.check.takers,
        }  # fmt: skip

    # ---- networks ----------------------------------------------------------------------------------------

    @property
    def opened(self) -> Opened | None:
        """The network of the present state, once it is open."""
        return self._networks.get(self._controller.state.network.model)

    @property
    def facts(self) -> NetworkFacts | None:
        """What is known of the present network."""
        return self.opened.facts if self.opened is not None else None

    def has(self, choice: ModelChoice) -> bool:
        """Whether the network is open."""
        return choice in self._networks

    def wish(self, choice: ModelChoice) -> Opened | None:
        """A network besides the present one, once it is open."""
        self._wish_network(choice)
        return self._networks.get(choice)

    def opening(self, choice: ModelChoice) -> Operation:
        """The work that opens a network."""
        self._opening = choice
        self._show_opening(texts.opening(choice))
        return jobs.open_network(choice)

    def put(self, opened: Opened) -> None:
        """Keep an opened network; the oldest ones go while they have more than ``KEPT`` parameters together."""
        self._opening = None
        self._networks[opened.choice] = opened
        self._networks.move_to_end(opened.choice)
        for choice in list(self._networks)[:-1]:
            if choice != self._controller.state.network.model and self._parameters() > KEPT:
                del self._networks[choice]
        self._show_opening("")
        if opened.choice.kind is ModelKind.FILE:
            self._controller.remember(opened.choice.name)

    def open_weights(self, path: str) -> None:
        """Open a file of weights; what it does not say is asked for."""
        self._open_file(ModelChoice(ModelKind.FILE, path))

    def _open_file(self, choice: ModelChoice) -> None:
        self._choose(choice, f"Open {choice.name.rpartition('/')[2]}")

    def open_code(self, path: str) -> None:
        """Ask whether the code in a file may run, and open the network that it makes."""
        from inspector.views.network.code_question import CodeQuestion  # noqa: PLC0415 - the start does not wait for it

        question = CodeQuestion(path, self._controller.window)
        question.accepted_code.connect(lambda spec: self._choose(ModelChoice(ModelKind.CODE, spec), "Run a Python file"))
        question.finished.connect(question.deleteLater)
        question.open()

    def download(self, id: str) -> None:
        """Fetch published weights, and open them."""
        self._controller.submit(jobs.download(id, partial(self._controller.progressed.emit, "download")))

    def _choose(self, choice: ModelChoice, title: str) -> None:
        self._controller.dispatch(updates.set_model(choice, title))

    def _show_opening(self, text: str) -> None:
        """Which network is being opened, in every workspace for networks; "" once none is."""
        self.bars.show_busy(text)
        self.screen.show_opening(text)
        self._controller.field.show_opening(text)
        self._controller.shift.show_opening(text)

    def _parameters(self) -> int:
        return sum(opened.facts.description.parameters for opened in self._networks.values())

    def _downloaded(self, outcome: Outcome) -> None:
        self._controller.submit(jobs.offers())
        self._choose(outcome.value, "Open downloaded weights")

    def _ask(self, report: WeightsReport, take: Callable[[ModelChoice], None]) -> None:
        """What the weights do not say; ``take`` the network then."""
        from inspector.views.network.weights_sheet import WeightsSheet  # noqa: PLC0415 - the start does not wait for it

        sheet = WeightsSheet(report, self._controller.window)
        sheet.accepted_answers.connect(lambda answers: take(ModelChoice(ModelKind.FILE, report.path, answers)))
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    # ---- the present state -------------------------------------------------------------------------------

    def settle(self, resolved: Resolved) -> None:
        """Show the choices, and submit what they lack."""
        if resolved.workspace is Workspace.FILTER or not self.awake:
            return
        self._wish_network(resolved.network.model)
        self.resolved = resolve_network(resolved.network, self.facts)
        if self.facts is not None:
            self.bars.show_model(resolved.network.model, self.facts)
        if resolved.workspace is Workspace.NETWORK:
            self._show(resolved, self.resolved)
        self._compute(resolved, self.resolved)
        self._controller.field.settle(resolved)
        self._controller.shift.settle(resolved)
        if self._opening is None and (self._asked is None or self.inspected is not None):
            self._wish_offers()

    def _show(self, resolved: Resolved, wanted: NetworkResolved) -> None:
        """The choices, and the last pass if that came while another workspace was looked at."""
        self.screen.show_choices(resolved.network, self.facts, wanted)
        if self.inspected is not None and self.inspected is not self._on_screen and self._fits(self.inspected):
            self._on_screen = self.inspected
            self.screen.show_inspected(self.inspected, wanted, large=resolved.network.large)

    def _fits(self, inspected: Inspected) -> bool:
        """Whether it is of the present network and layer; else its label would lie."""
        view = self.resolved.view if self.resolved is not None else None
        return inspected.request.opened is self.opened and view is not None and view.key == inspected.shown.view.key

    def _wish_offers(self) -> None:
        """The list of networks takes a second or two, which the first maps do not wait for."""
        if not self._offers_wished:
            self._offers_wished = True
            self._controller.submit(jobs.offers())

    def _wish_network(self, choice: ModelChoice) -> None:
        """Open it, unless another one is being opened that is to take its place, and which this one would drop."""
        if not self.has(choice) and self._opening != choice and self._controller.awaited_model is None:
            self._controller.submit(self.opening(choice))

    def _compute(self, resolved: Resolved, wanted: NetworkResolved) -> None:
        """A forward pass where something before it has changed; else another look at the last one."""
        request, view = self._request(resolved), wanted.view
        self.check.follow(request)
        if request is None or view is None:
            return
        if request != self._asked:
            self._asked, self._viewed = request, view
            self._controller.submit(jobs.inspect(request, view, self._reference(request)))
        elif self.inspected is not None and self.inspected.request == request and self._viewed != view:
            self._viewed = view  # once: an older look that arrives meanwhile does not ask for this one again
            self._controller.submit(jobs.look(self.inspected, view))

    def _request(self, resolved: Resolved) -> InspectRequest | None:
        picture = self.picture(resolved)
        if self.opened is None or picture is None:
            return None
        return InspectRequest(self.opened, picture, self.fit(resolved), resolved.network.alterations)

    def picture(self, resolved: Resolved) -> Picture | None:
        """What is fed to the network, once it is there."""
        if resolved.network.feed is Feed.SOURCE:
            return resolved.picture
        result = self._controller.result
        if result is None:
            return None
        if self._fed is None or self._fed[0] is not result:
            self._fed = result, texts.result_picture(result)
        return self._fed[1]

    def fit(self, resolved: Resolved) -> Fit | None:
        """The chosen fit; drawings are centred as the digits are that networks learn from."""
        drawn = resolved.source.kind is SourceKind.DRAWING
        return resolved.network.fit or (Fit.DIGIT if drawn else None)

    def _reference(self, request: InspectRequest) -> NDArray[np.float64] | None:
        """The probabilities of the unaltered network for the same picture, if the last pass tells them."""
        last = self.inspected
        if last is None or (last.request.opened, last.request.picture, last.request.fit) != (
            request.opened, request.picture, request.fit,
        ):  # fmt: skip
            return None
        return last.reference if last.request.alterations else last.inspection.probabilities

    # ---- results -----------------------------------------------------------------------------------------

    def _take(self, outcome: Outcome) -> None:
        """Show it, if it is of the present network; another view that was chosen meanwhile is submitted by ``settle``."""
        inspected: Inspected = outcome.value
        if inspected.request.opened is not self.opened or self._controller.resolved is None:
            return
        self.inspected = inspected
        if self._refused:
            self._refused = False
            self._controller.window.message.clear()
        self.settle(self._controller.resolved)
        self._controller.commands.refresh()

    def dropped(self) -> None:
        """What waited for the worker has been dropped, of which nothing is delivered; another network can be chosen."""
        self._controller.field.dropped()
        self._controller.shift.dropped()
        self.check.stop()
        if self._opening is not None:
            self._opening = self._asked = None
            self._show_opening("")
            self._wish_offers()

    def cancelled(self, outcome: Outcome) -> None:
        """What was cancelled is asked for again by the next change."""
        if outcome.operation.resource == jobs.NETWORK and not self.check.forget(outcome):
            self._opening = self._asked = None
            self._show_opening("")
            self.screen.show_stale()
            if outcome.operation.kind == "offers":
                self._offers_wished = False
            else:
                self._wish_offers()

    def asks(self, outcome: Outcome) -> bool:
        """A failure of the worker: whether it was a question, which is put to the user."""
        kind = outcome.operation.kind
        self.check.forget(outcome)
        if kind == "open-network":
            self._show_opening("")
            self._wish_network(self._controller.state.network.model)  # where another was to take its place
            self._wish_offers()
        elif kind == "inspect":
            self.inspected, self._refused = None, True
            self.screen.show_refused()
            self._controller.field.show_refused()
            self._wish_offers()
        report = getattr(outcome.error, "report", None)
        if isinstance(report, WeightsReport):
            self._ask(report, self._controller.shift.others.add if kind == OTHER else self._open_file)
            return True
        return False

    def show_status(self, resolved: Resolved) -> None:
        """Its part of the status line, while the workspace is in sight."""
        if resolved.workspace is Workspace.NETWORK:
            self.screen.show_status()

    def show_late(self, late: tuple[Running, ...]) -> None:
        """Say that what is shown is about to be replaced."""
        if any(running.operation.kind == "inspect" for running in late):
            self.screen.show_stale()
        self._controller.shift.show_late(late)

    # ---- to the filter bench -----------------------------------------------------------------------------

    def to_bench(self, channel: int) -> None:
        """Take the filter of the present map and input channel as the kernel of the filter bench."""
        detail = self.inspected.shown.detail if self.inspected is not None else None
        if detail is None or detail.filter is None or self.resolved is None:
            return
        title = f"{self.resolved.layer}, map {detail.map}, input {channel}"
        kernel = Kernel(detail.filter[channel], title=title)
        self._controller.dispatch(updates.onto_bench(kernel))
