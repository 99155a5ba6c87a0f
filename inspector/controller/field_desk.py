"""The Receptive field workspace: what the unit in sight sees, at once, and which pixels matter to it, once that is known."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller.field_depth import FieldDepth
from inspector.controller.field_measures import FieldMeasures
from inspector.controller.field_pins import FieldPins
from inspector.controller.field_sight import Sight
from inspector.controller.field_units import FieldUnits
from inspector.controller.network_jobs import Inspected, InspectRequest
from inspector.core.network.depth import DepthRow
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.looking import Looked, growth, looked_at, nearest_unit, see
from inspector.core.network.resolve import NetworkResolved
from inspector.core.network.steps import INPUT
from inspector.core.network.updates import set_network, set_unit
from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.graph import FieldError
from inspector.core.receptive_field.settings import FieldSettings, Over
from inspector.core.resolve import Resolved
from inspector.core.state import Workspace
from inspector.work.runner import Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_screen import FieldScreen
    from inspector.controller.map_fields import MapFields

BY_HAND = ("average", "sigmas")  # kinds of work that are asked for by a button
Unit = tuple[int, int]


class FieldDesk:
    """Follows the network that is open, the picture that passed it, and the hand that points at units and pixels."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._screen: FieldScreen | None = None
        self._maps: MapFields | None = None
        self.units, self.depth = FieldUnits(controller, self), FieldDepth(controller, self)
        self.measures, self.pins = FieldMeasures(controller, self), FieldPins(self)
        self._facts: NetworkFacts | None = None  # of what is known below
        self._opening = ""
        self._pointed: Unit | None = None  # the unit under the mouse, which stands in for the chosen one
        self.chosen: Looked | None = None
        self.sight: Sight | None = None
        self._near: Box | None = None  # what the last unit in sight saw
        self.takers = {
            "gradient": self._taker(self.measures.take), "average": self._taker(self.measures.take),
            "pins": self._taker(self.measures.take), "sigmas": self._taker(self.depth.take),
            "shares": self._taker(self.units.take),
        }  # fmt: skip

    # ---- what there is -----------------------------------------------------------------------------------

    @property
    def maps(self) -> "MapFields":
        """The fields in the Network workspace, once that is looked at."""
        if self._maps is None:
            from inspector.controller.map_fields import MapFields  # noqa: PLC0415 - the start does not wait for it

            self._maps = MapFields(self._controller, self)
        return self._maps

    @property
    def screen(self) -> "FieldScreen":
        """Built with the page, when the workspace is first looked at."""
        if self._screen is None:
            from inspector.controller.field_screen import FieldScreen  # noqa: PLC0415 - the start does not wait for pyqtgraph

            self._screen = FieldScreen(self._controller.window.field, self._controller.window.status)
            self._screen.show_opening(self._opening)
        return self._screen

    @property
    def settings(self) -> FieldSettings:
        """The choices."""
        return self._controller.state.field

    @property
    def facts(self) -> NetworkFacts | None:
        """Of the present network."""
        return self._controller.network.facts

    @property
    def rows(self) -> tuple[DepthRow, ...]:
        """The layers of the present network with their fields."""
        return self.depth.rows

    @property
    def ground(self) -> NDArray[np.uint8] | None:
        """The input of the network as a picture."""
        return self.inspected.inspection.fitted if self.inspected is not None else None

    @property
    def looked(self) -> Looked | None:
        """The unit that is looked at: the one under the mouse, else the chosen one."""
        return self.chosen.at(self._pointed) if self.chosen is not None and self._pointed is not None else self.chosen

    @property
    def at_input(self) -> bool:
        """Whether the input itself is looked at, and no layer."""
        resolved = self._controller.network.resolved
        return resolved is not None and resolved.layer == INPUT

    @property
    def inspected(self) -> Inspected | None:
        """The last pass, if it is that of the present network."""
        inspected, opened = self._controller.network.inspected, self._controller.network.opened
        return inspected if inspected is not None and inspected.request.opened is opened else None

    @property
    def pass_(self) -> InspectRequest | None:
        """What was passed."""
        return self.inspected.request if self.inspected is not None else None

    # ---- the present state -------------------------------------------------------------------------------

    def settle(self, resolved: Resolved) -> None:
        """Show the choices, and submit what they lack; the network and the pass have been settled before."""
        self._follow()
        if resolved.workspace is Workspace.NETWORK:
            self.maps.settle()
        if resolved.workspace is Workspace.FIELD and self._controller.network.awake:
            self._show(resolved.field)

    def _follow(self) -> None:
        """What was known of another network or picture is let go."""
        if self.facts is not self._facts:
            self._facts, self._pointed, self._near = self.facts, None, None
        self.measures.follow()

    def _show(self, settings: FieldSettings) -> None:
        network = self._controller.network.resolved
        chosen = self._chosen(network, settings)
        if self.chosen is None or chosen is None or chosen.key != self.chosen.key:
            self._pointed = None
        self.chosen = chosen
        self.depth.show()
        self.screen.show_settings(settings)
        self.screen.show_layer(*((INPUT, "") if network is None else (network.layer, network.label)))
        self.screen.show_ground(self.ground)
        self._show_sight()
        self.units.show(chosen)

    def _chosen(self, network: NetworkResolved | None, settings: FieldSettings) -> Looked | None:
        if network is None or self.facts is None:
            return None
        return looked_at(network, self.facts, all_maps=settings.all_maps)

    @property
    def moving(self) -> bool:
        """Whether a box is on its way."""
        return self._screen is not None and self._screen.growth.running

    def close(self) -> None:
        """Let nothing move any more."""
        if self._screen is not None:
            self._screen.growth.stop()

    def show_opening(self, text: str) -> None:
        """Which network is being opened, where there is nothing to see yet; "" once none is."""
        self._opening = text
        if self._screen is not None:
            self._screen.show_opening(text)

    def show_refused(self) -> None:
        """The picture did not pass the network; the message bar says why."""
        self._settle_again()
        if self._screen is not None:
            self._screen.show_refused()

    def point(self, unit: Unit | None) -> None:
        """Another unit is under the mouse; None: the chosen one is looked at again."""
        self._pointed = unit
        self._show_sight()

    # ---- through the layers ------------------------------------------------------------------------------

    def climb(self, key: str) -> None:
        """Look at the unit of another layer that sees about the same place."""
        before, unit = self.sight, self._unit_near(key)
        self._pointed = None
        self._controller.dispatch(set_network(f"Layer {key}", merges="climb", layer=key, map=0, unit=unit))
        if before is not None and self.sight is not None and self.sight.seen.box != before.seen.box:
            self.screen.climb(before.seen.box, self.sight.seen.box)

    def climb_by(self, count: int) -> None:
        """So many layers on, or back."""
        keys = [INPUT, *(row.step.key for row in self.rows)]
        place = keys.index(self.chosen.layer if self.chosen is not None else INPUT) + count
        if 0 <= place < len(keys):
            self.climb(keys[place])

    def grow(self) -> None:
        """Play how the box grows from layer to layer, or stop it."""
        if self.screen.growth.running:
            self.screen.stop_growing()
        elif self.sight is not None and self.facts is not None:
            self.screen.play(growth(self.facts, self.sight.looked, self._controller.state.network.stage))

    def _unit_near(self, key: str) -> Unit | None:
        """The unit of a row that sees about the same as the last one in sight; None where that is not known."""
        row = self.depth.row(key)
        if row is None or self._near is None or self.facts is None:
            return None
        shown = row.step.shown(self._controller.state.network.stage)
        try:
            return nearest_unit(self.facts.description.graph, shown, row.step.facts.output, self._near)
        except FieldError:  # which is said once the layer is in sight
            return None

    # ---- the unit in sight -------------------------------------------------------------------------------

    def _show_sight(self) -> None:
        looked, problem = self.looked, ""
        try:
            self.sight = self.measured(looked, self.settings.over) if looked is not None else None
        except FieldError as error:
            self.sight, problem = None, f"{error}."
        self._near = self.sight.seen.box if self.sight is not None else self._near
        self.screen.show_sight(self.sight, problem)
        self.screen.show_pins(self.pins.shown(), looked)
        self.units.show_share(looked)

    def measured(self, looked: Looked, over: Over = Over.PICTURE) -> Sight:
        """What is known of a unit; its gradient is asked for, until which the last one stays. Raises FieldError."""
        sight, request = self.see(looked, over), self.measures.gradient(looked.target)
        if over is not Over.PICTURE or request is None:
            return sight
        if sight.shown is not None:
            self.measures.see(request, sight.shown)
            return sight
        self.measures.ask(request)
        return replace(sight, last=self.measures.last(request))

    def see(self, looked: Looked, over: Over = Over.PICTURE) -> Sight:
        """What is known of a unit. Raises FieldError where even its box is not."""
        inspection = self.inspected.inspection if self.inspected is not None else None
        seen = see(looked, self._present, inspection, self._note(looked))
        return Sight(looked, seen, self.measures.known(looked.target, over))

    @property
    def _present(self) -> NetworkFacts:
        """Raises FieldError while no network is open."""
        if self.facts is None:
            raise FieldError("no network is open")
        return self.facts

    def _note(self, looked: Looked) -> str:
        """What is to be known of the fields of this layer."""
        row = self.depth.row(looked.layer)
        measured = "found by trying" if row is not None and row.field.measured else ""
        problem = row.field.problem if row is not None else ""
        return " · ".join(filter(None, (problem, measured, self._present.description.graph.note)))

    def measure(self) -> None:
        """Average over many pictures; who points at a unit meanwhile has chosen it."""
        if self.looked is None or self.settings.over is Over.PICTURE:
            return
        if self._pointed is not None:
            self._controller.dispatch(set_unit(self._controller.state.network.map, self.looked.unit))
        self.measures.measure(self.looked.target)

    # ---- results -----------------------------------------------------------------------------------------

    def _taker(self, take: Callable[[Outcome], None]) -> Callable[[Outcome], None]:
        """Takes what has come, and shows it."""

        def taker(outcome: Outcome) -> None:
            take(outcome)
            self._settle_again()

        return taker

    def _settle_again(self) -> None:
        if self._controller.resolved is not None:
            self.settle(self._controller.resolved)
            self.show_status(self._controller.resolved)

    def forget(self, outcome: Outcome) -> None:
        """It was cancelled or has failed: nothing is said to be on its way any more."""
        kind = outcome.operation.kind
        if kind not in self.takers:
            return
        self.measures.forget(outcome)
        if outcome.cancelled:
            self.units.forget()
        if outcome.cancelled and kind in BY_HAND:
            self._settle_again()  # with what had waited behind it
        else:
            self._stop()

    def _stop(self) -> None:
        """Where an effective field stands for one that is not going to come, it goes."""
        if self._screen is not None and self.sight is not None:
            self.sight = replace(self.sight, last=None)
            self.screen.show_sight(self.sight)
        if self._maps is not None:
            self.maps.stop()

    def dropped(self) -> None:
        """What waited for the worker has been dropped, of which nothing is delivered."""
        self.measures.dropped()
        self.units.forget()

    def show_status(self, resolved: Resolved) -> None:
        """Its part of the status line, while the workspace is in sight."""
        if resolved.workspace is Workspace.FIELD:
            self.screen.show_status(self.sight)
