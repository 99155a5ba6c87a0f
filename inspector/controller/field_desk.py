"""The Receptive field workspace: what the unit in sight sees, at once, and which pixels matter to it, once that is known."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller import field_jobs as jobs
from inspector.controller.field_jobs import Answer, AverageRequest, GradientRequest, SharesRequest, SigmasRequest
from inspector.controller.field_sight import Sight
from inspector.controller.network_jobs import Inspected, InspectRequest
from inspector.core.network.depth import DepthRow, depth_rows
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.looking import Looked, growth, looked_at, nearest_unit, see
from inspector.core.network.steps import INPUT
from inspector.core.network.updates import set_network
from inspector.core.receptive_field.areas import Mask, seers
from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.effective import Target
from inspector.core.receptive_field.graph import FieldError, Graph
from inspector.core.receptive_field.settings import FieldSettings, MapShown, Over
from inspector.core.receptive_field.shown import FieldShown, PinShown, shares_rgb
from inspector.core.resolve import Resolved
from inspector.core.state import Workspace
from inspector.work.runner import Operation, Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_screen import FieldScreen
    from inspector.controller.map_fields import MapFields

KEPT = 48  # effective fields that are kept, so that pins and undo are instant
CAPTIONS = {MapShown.PADDING: "share of each unit's box that is padding", MapShown.ENERGY: "share of the energy that is padding"}
Unit = tuple[int, int]


class FieldDesk:
    """Follows the network that is open, the picture that passed it, and the hand that points at units and pixels."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._screen: FieldScreen | None = None
        self._maps: MapFields | None = None
        self._pointed: Unit | None = None  # the unit under the mouse, which stands in for the chosen one
        self._pixel: Unit | None = None  # the pixel under the mouse
        self._looked: Looked | None = None
        self.sight: Sight | None = None
        self._depth: tuple[NetworkFacts, tuple[DepthRow, ...]] | None = None
        self._asked: dict[str, object] = {}  # the last request of each kind
        self._fields: OrderedDict[GradientRequest | AverageRequest, FieldShown] = OrderedDict()
        self._sigmas: tuple[SigmasRequest, Mapping[str, tuple[float, float]]] | None = None
        self._shares: tuple[SharesRequest, np.ndarray | None] | None = None
        self.takers = {
            "gradient": self._take_field, "average": self._take_field, "pins": self._take_pins,
            "sigmas": self._take_sigmas, "shares": self._take_shares,
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

            window = self._controller.window
            self._screen = FieldScreen(window.field, window.status, self._controller.screen.pace)
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
    def ground(self) -> NDArray[np.uint8] | None:
        """The input of the network as a picture."""
        return self._inspected.inspection.fitted if self._inspected is not None else None

    @property
    def rows(self) -> tuple[DepthRow, ...]:
        """The layers of the present network with their fields."""
        if self.facts is None:
            return ()
        if self._depth is None or self._depth[0] is not self.facts:
            self._depth = self.facts, depth_rows(self.facts.description, self.facts.steps)
        return self._depth[1]

    @property
    def looked(self) -> Looked | None:
        """The unit that is looked at: the one under the mouse, else the chosen one."""
        return self._looked.at(self._pointed) if self._looked is not None and self._pointed is not None else self._looked

    @property
    def _inspected(self) -> Inspected | None:
        """The last pass, if it is that of the present network."""
        inspected, opened = self._controller.network.inspected, self._controller.network.opened
        return inspected if inspected is not None and inspected.request.opened is opened else None

    @property
    def _pass(self) -> InspectRequest | None:
        return self._inspected.request if self._inspected is not None else None

    # ---- the present state -------------------------------------------------------------------------------

    def settle(self, resolved: Resolved) -> None:
        """Show the choices, and submit what they lack; the network and the pass have been settled before."""
        if resolved.workspace is Workspace.NETWORK:
            self.maps.settle()
        if resolved.workspace is not Workspace.FIELD or not self._controller.network.awake:
            return
        network, facts = self._controller.network.resolved, self.facts
        all_maps = resolved.field.all_maps
        looked = looked_at(network, facts, all_maps=all_maps) if network is not None and facts is not None else None
        if self._looked is None or looked is None or looked.key != self._looked.key:
            self._pointed = None
        self._looked = looked
        self._show_depth(facts)
        self.screen.show_settings(resolved.field)
        self.screen.show_layer(looked.layer if looked is not None else INPUT)
        self.screen.show_ground(self.ground)
        self._show_sight()
        self._show_units()

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
        if self._screen is not None:
            self._screen.show_opening(text)

    def point(self, unit: Unit | None) -> None:
        """Another unit is under the mouse; None: the chosen one is looked at again."""
        self._pointed = unit
        self._show_sight()

    def point_pixel(self, pixel: Unit | None) -> None:
        """Another pixel is under the mouse: show which units see it."""
        self._pixel = pixel
        self.screen.show_seers(self._seers(pixel), pixel)

    def climb(self, key: str) -> None:
        """Look at the unit of another layer that sees about the same place."""
        seen, facts = self.sight, self.facts
        step = next((step for step in facts.steps if step.key == key), None) if facts is not None else None
        unit = None
        if seen is not None and facts is not None and step is not None:
            shown = step.shown(self._controller.state.network.stage)
            unit = self._nearest(facts.description.graph, shown, step.facts.output, seen.seen.box)
        self._pointed = None
        self._controller.dispatch(set_network(f"Layer {key}", merges="climb", layer=key, map=0, unit=unit))
        if seen is not None and self.sight is not None and self.sight.seen.box != seen.seen.box:
            self.screen.climb(seen.seen.box, self.sight.seen.box)

    def climb_by(self, count: int) -> None:
        """So many layers on, or back."""
        keys = [INPUT, *(row.step.key for row in self.rows)]
        place = keys.index(self._looked.layer if self._looked is not None else INPUT) + count
        if 0 <= place < len(keys):
            self.climb(keys[place])

    def grow(self) -> None:
        """Play how the box grows from layer to layer, or stop it."""
        if self.screen.growth.running:
            self.screen.stop_growing()
        elif self.sight is not None and self.facts is not None:
            self.screen.play(growth(self.facts, self.sight.looked, self._controller.state.network.stage))

    # ---- the unit in sight -------------------------------------------------------------------------------

    def _show_sight(self) -> None:
        looked = self.looked
        self.sight = self.see(looked, self.settings.over) if looked is not None else None
        if self.sight is not None and self.sight.shown is None and self.settings.over is Over.PICTURE:
            self.ask_gradient(self.sight.looked.target)
        self.screen.show_sight(self.sight)
        self.screen.show_pins(self._pins(), looked)
        self._show_share()

    def see(self, looked: Looked, over: Over = Over.PICTURE) -> Sight | None:
        """What is known of a unit; None where even its box is not, which the message bar says."""
        facts = self.facts
        if facts is None:
            return None
        inspection = self._inspected.inspection if self._inspected is not None else None
        try:
            seen = see(looked, facts, inspection, self._note(facts, looked))
        except FieldError as error:
            self._controller.window.message.show_message(f"{error}.")
            return None
        return Sight(looked, seen, self._known(looked.target, over))

    def _note(self, facts: NetworkFacts, looked: Looked) -> str:
        """What is to be known of the fields of this layer."""
        row = next((row for row in self.rows if row.step.key == looked.layer), None)
        measured = "found from gradients" if row is not None and row.field.measured else ""
        problem = row.field.problem if row is not None else ""
        return " · ".join(filter(None, (problem, measured, facts.description.graph.note)))

    def _known(self, target: Target, over: Over) -> FieldShown | None:
        """The effective field, if it has been measured."""
        request = self._average(target) if over is not Over.PICTURE else self._gradient(target)
        return self._fields.get(request) if request is not None else None

    def _gradient(self, target: Target) -> GradientRequest | None:
        return GradientRequest(self._pass, target, self.settings.part) if self._pass is not None else None

    def _average(self, target: Target) -> AverageRequest | None:
        settings = self.settings
        if self._pass is None:
            return None
        return AverageRequest(self._pass, target, settings.part, settings.over, settings.folder, settings.count)

    def ask_gradient(self, target: Target) -> None:
        """For the present picture, where nothing is to be averaged."""
        if (request := self._gradient(target)) is not None:
            self._ask("gradient", request, jobs.gradient(request))

    def measure(self) -> None:
        """Average over many pictures."""
        request = self._average(self._looked.target) if self._looked is not None else None
        if request is not None and self.settings.over is not Over.PICTURE:
            self._pointed = None
            self._controller.submit(jobs.average(request, self._controller.progressed.emit))

    def measure_depth(self) -> None:
        """The spread of the effective field in every layer."""
        stage = self._controller.state.network.stage
        if self._pass is not None and self.facts is not None:
            request = SigmasRequest(self._pass, self.settings.part, tuple(step.shown(stage) for step in self.facts.steps))
            self._controller.submit(jobs.sigmas(request, self._controller.progressed.emit))

    # ---- pins --------------------------------------------------------------------------------------------

    def _pins(self) -> tuple[PinShown, ...]:
        """With what is known of them; what is not known is asked for."""
        if self.facts is None:
            return ()
        graph, wanted, shown = self.facts.description.graph, list[GradientRequest](), list[PinShown]()
        for number, pin in enumerate(self.settings.pins, start=1):
            request = self._gradient(Target(pin.layer, pin.unit, pin.map))
            known = self._fields.get(request) if request is not None else None
            if request is not None and known is None:
                wanted.append(request)
            try:
                shown.append(PinShown(pin, number, box(graph, pin.layer, pin.unit), known.numbers if known is not None else None))
            except FieldError:  # it was pinned at another size of the input, where the layer has such a unit
                continue
        if wanted:
            self._ask("pins", tuple(wanted), jobs.pins(wanted))
        return tuple(shown)

    # ---- all units of the layer --------------------------------------------------------------------------

    def _show_units(self) -> None:
        """The map, or the padding shares, of the layer."""
        looked, inspected, shown = self._looked, self._inspected, self.settings.shown
        if looked is None or inspected is None:
            self.screen.show_units(None, "", "")
        elif shown is MapShown.ACTIVATION:
            detail = inspected.shown.detail
            fits = inspected.shown.view.key == looked.key and (looked.map is None or detail.map == looked.map)
            if fits:  # else the next look brings it
                self.screen.show_units(detail.picture, f"{looked.layer} · map {detail.map}", detail.colours)
        else:
            self._show_shares(looked)
        if self._pixel is not None:
            self.screen.show_seers(self._seers(self._pixel), self._pixel)

    def _show_shares(self, looked: Looked) -> None:
        request = self._shares_request(looked)
        if self._shares is not None and self._shares[0] == request:
            shares = self._shares[1]
            caption = CAPTIONS[self.settings.shown]
            self.screen.show_units(None if shares is None else shares_rgb(shares), caption, "")
            self._show_share()
        elif request is not None:
            self._ask("shares", request, jobs.shares(request))

    def _shares_request(self, looked: Looked) -> SharesRequest | None:
        if self.facts is None:
            return None
        graph = self.facts.description.graph
        if self.settings.shown is MapShown.PADDING:
            return SharesRequest(graph, looked.key)
        middle = self._gradient(looked.in_middle().target)
        return SharesRequest(graph, looked.key, middle) if middle is not None else None

    def _show_share(self) -> None:
        looked, known = self.looked, self._shares
        if looked is None or known is None or known[0] != self._shares_request(looked):
            return
        shares = known[1]
        self.screen.show_share(None if shares is None else float(shares[looked.unit]), looked.unit)

    def _seers(self, pixel: Unit | None) -> Mask | None:
        if pixel is None or self._looked is None or self.facts is None:
            return None
        found = seers(self.facts.description.graph, pixel).get(self._looked.key)
        return found.mask() if found is not None else None

    def _nearest(self, graph: Graph, key: str, shape: tuple[int, int, int], near: tuple[int, int, int, int]) -> Unit | None:
        try:
            return nearest_unit(graph, key, shape, near)
        except FieldError:
            return None

    def _show_depth(self, facts: NetworkFacts | None) -> None:
        sigmas = self._sigmas
        same = sigmas is not None and sigmas[0].pass_ == self._pass and sigmas[0].part == self.settings.part
        measured = self._by_rows(sigmas[1]) if sigmas is not None and same else {}
        if self._asked.get("depth") != (facts, measured):
            self._asked["depth"] = facts, measured
            self.screen.show_depth(facts.description.input if facts is not None else None, self.rows, measured)

    def _by_rows(self, sigmas: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        stage = self._controller.state.network.stage
        shown = {row.step.key: row.step.shown(stage) for row in self.rows}
        return {key: sigmas[tensor] for key, tensor in shown.items() if tensor in sigmas}

    # ---- results -----------------------------------------------------------------------------------------

    def _ask(self, kind: str, request: object, operation: Operation) -> None:
        """Submit it, unless it has been asked last."""
        if self._asked.get(kind) != request:
            self._asked[kind] = request
            self._controller.submit(operation)

    def _keep(self, request: GradientRequest | AverageRequest, shown: FieldShown) -> None:
        self._fields[request] = shown
        while len(self._fields) > KEPT:
            self._fields.popitem(last=False)

    def _take_field(self, outcome: Outcome) -> None:
        answer: Answer = outcome.value
        if isinstance(answer.request, (GradientRequest, AverageRequest)) and isinstance(answer.value, FieldShown):
            self._keep(answer.request, answer.value)
            self._asked.pop("gradient", None)
            self.screen.show_frame()
            self._settle_again()

    def _take_pins(self, outcome: Outcome) -> None:
        found: dict[GradientRequest, FieldShown] = outcome.value
        for request, shown in found.items():
            self._keep(request, shown)
        self._asked.pop("pins", None)
        self._settle_again()

    def _take_sigmas(self, outcome: Outcome) -> None:
        self._sigmas = outcome.value.request, outcome.value.value
        self._settle_again()

    def _take_shares(self, outcome: Outcome) -> None:
        self._shares = outcome.value.request, outcome.value.value
        self._asked.pop("shares", None)
        self._settle_again()

    def _settle_again(self) -> None:
        if self._controller.resolved is not None:
            self.settle(self._controller.resolved)
            self.show_status(self._controller.resolved)

    def forget(self, outcome: Outcome) -> None:
        """It was cancelled or has failed: the next change asks again."""
        if outcome.operation.kind in self.takers:
            self._asked.clear()

    def show_status(self, resolved: Resolved) -> None:
        """Its part of the status line, while the workspace is in sight."""
        if resolved.workspace is Workspace.FIELD:
            self.screen.show_status(self.sight)
