"""All units of the layer that is looked at: their values or how much of what they see is padding, and which see a pixel."""

from typing import TYPE_CHECKING

from inspector.controller import field_jobs as jobs
from inspector.controller.field_jobs import SharesRequest, SharesShown
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.looking import Looked
from inspector.core.receptive_field.areas import Mask, seers
from inspector.core.receptive_field.settings import MapShown
from inspector.core.receptive_field.shown import shares_rgb
from inspector.work.runner import Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_desk import FieldDesk

CAPTIONS = {MapShown.PADDING: "share of padding in boxes", MapShown.ENERGY: "share of padding in energy"}
AT_INPUT = "Each pixel of the input sees itself. Climb on to see the units of a layer."
MEASURING = "Measuring the padding …"
Unit = tuple[int, int]


class FieldUnits:
    """Follows the desk of the workspace."""

    def __init__(self, controller: "Controller", desk: "FieldDesk") -> None:
        self._controller, self._desk = controller, desk
        self._facts: NetworkFacts | None = None
        self._pixel: Unit | None = None  # the pixel under the mouse
        self._shares: SharesShown | None = None
        self._asked: SharesRequest | None = None

    def show(self, looked: Looked | None) -> None:
        """The map, or the padding shares, of the layer."""
        self._follow(self._desk.facts)
        if looked is None:
            self._desk.screen.show_units(None, AT_INPUT if self._desk.at_input else "", "")
        elif self._desk.settings.shown is MapShown.ACTIVATION:
            self._show_map(looked)
        else:
            self._show_shares(looked)
        if self._pixel is not None:
            self._show_seers()

    def _follow(self, facts: NetworkFacts | None) -> None:
        """Of another network, no pixel has been pointed at."""
        if facts is not self._facts:
            self._facts, self._shares = facts, None
            self.point(None)

    def _show_map(self, looked: Looked) -> None:
        inspected = self._desk.inspected
        detail = inspected.shown.detail if inspected is not None else None
        if inspected is None or detail is None:
            self._desk.screen.show_units(None, "", "")
        elif inspected.shown.view.key == looked.key and looked.map in (None, detail.map):  # else the next look brings it
            self._desk.screen.show_units(detail.picture, f"{looked.layer} · map {detail.map}", detail.colours)

    # ---- padding -----------------------------------------------------------------------------------------

    def _show_shares(self, looked: Looked) -> None:
        request, known = self._request(looked), self._shares
        caption = f"{looked.layer} · {CAPTIONS[self._desk.settings.shown]}"
        if known is not None and known.request == request:
            rgb = shares_rgb(known.shares) if known.shares is not None else None
            self._desk.screen.show_units(rgb, caption if rgb is not None else known.problem, "")
            self.show_share(self._desk.looked)
        else:
            self._await(request)

    def _await(self, request: SharesRequest | None) -> None:
        """What is shown stays as long as boxes take, with its own caption; a gradient takes longer."""
        if request is None or request.gradient is not None:
            self._desk.screen.show_units(None, MEASURING if request is not None else "", "")
        if request is not None and request != self._asked:
            self._asked = request
            self._controller.submit(jobs.shares(request))

    def _request(self, looked: Looked) -> SharesRequest | None:
        if self._desk.facts is None:
            return None
        graph = self._desk.facts.description.graph
        if self._desk.settings.shown is MapShown.PADDING:
            return SharesRequest(graph, looked.key)
        middle = self._desk.measures.gradient(looked.in_middle().target)
        return SharesRequest(graph, looked.key, middle) if middle is not None else None

    def show_share(self, looked: Looked | None) -> None:
        """How much of what the unit in sight sees is padding, where that is shown and known."""
        share = None if looked is None or self._desk.settings.shown is MapShown.ACTIVATION else self._share(looked)
        self._desk.screen.show_share(share, (0, 0) if looked is None else looked.unit)

    def _share(self, looked: Looked) -> float | None:
        known = self._shares
        if known is None or known.shares is None or known.request != self._request(looked):
            return None
        return float(known.shares[looked.unit])

    def take(self, outcome: Outcome) -> None:
        """The shares of a layer have come."""
        self._shares = outcome.value
        self._asked = None if self._asked == outcome.value.request else self._asked

    def forget(self) -> None:
        """What was asked will not come: the next change asks again."""
        self._asked = None

    # ---- which units see a pixel -------------------------------------------------------------------------

    def point(self, pixel: Unit | None) -> None:
        """Another pixel is under the mouse, or none."""
        if pixel != self._pixel:
            self._pixel = pixel
            self._show_seers()

    def _show_seers(self) -> None:
        self._desk.screen.show_seers(self._seers(self._pixel), self._pixel)

    def _seers(self, pixel: Unit | None) -> Mask | None:
        looked, facts = self._desk.chosen, self._desk.facts
        if pixel is None or looked is None or facts is None:
            return None
        found = seers(facts.description.graph, pixel).get(looked.key)
        return found.mask() if found is not None else None
