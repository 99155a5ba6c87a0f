"""The depth of the network in the Receptive field workspace: the fields of all layers, and how far the effective ones spread."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from inspector.controller import field_jobs as jobs
from inspector.controller.field_jobs import Sigmas, SigmasRequest
from inspector.core.network.depth import DepthRow, depth_rows
from inspector.core.network.inspection import NetworkFacts
from inspector.work.runner import Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_desk import FieldDesk

Spreads = Mapping[str, tuple[float, float]]  # σ along y and x, by the keys of rows


class FieldDepth:
    """Follows the desk of the workspace."""

    def __init__(self, controller: "Controller", desk: "FieldDesk") -> None:
        self._controller, self._desk = controller, desk
        self._known: tuple[NetworkFacts, tuple[DepthRow, ...]] | None = None
        self._sigmas: Sigmas | None = None
        self._shown: tuple[NetworkFacts | None, Spreads] | None = None

    @property
    def rows(self) -> tuple[DepthRow, ...]:
        """The layers of the present network with their fields."""
        facts = self._desk.facts
        if facts is None:
            return ()
        if self._known is None or self._known[0] is not facts:
            self._known = facts, depth_rows(facts.description, facts.steps)
        return self._known[1]

    def row(self, key: str) -> DepthRow | None:
        """That of a layer."""
        return next((row for row in self.rows if row.step.key == key), None)

    def show(self) -> None:
        """Table and plot, where they have changed."""
        facts, sigmas = self._desk.facts, self._measured()
        if self._shown is None or self._shown[0] is not facts or self._shown[1] != sigmas:
            self._shown = facts, sigmas
            self._desk.screen.show_depth(facts.description.input if facts is not None else None, self.rows, sigmas)

    def measure(self) -> None:
        """The spread of the effective field in every layer, for the present picture."""
        if (request := self._request()) is not None:
            tell = partial(self._controller.progressed.emit, "sigmas")
            self._controller.submit(jobs.sigmas(request, tell))

    def take(self, outcome: Outcome) -> None:
        """It has been measured."""
        self._sigmas = outcome.value

    def _request(self) -> SigmasRequest | None:
        pass_, stage = self._desk.pass_, self._controller.state.network.stage
        if pass_ is None:
            return None
        return SigmasRequest(pass_, self._desk.settings.part, tuple(row.step.shown(stage) for row in self.rows))

    def _measured(self) -> Spreads:
        """By rows, if it is still of the present picture; what belongs to another one is let go."""
        if self._sigmas is None or self._sigmas.request != self._request():
            self._sigmas = None
            return {}
        sigmas, stage = self._sigmas.sigmas, self._controller.state.network.stage
        keys = {row.step.key: row.step.shown(stage) for row in self.rows}
        return {key: sigmas[tensor] for key, tensor in keys.items() if tensor in sigmas}
