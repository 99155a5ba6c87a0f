"""Receptive fields in the Network workspace: what the unit under the mouse sees, and on demand what matters to it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from inspector.controller.field_sight import Sight
from inspector.core.network.looking import Looked, looked_at
from inspector.core.receptive_field.effective import ellipse
from inspector.core.receptive_field.shown import sigma_line
from inspector.views.field.marks import Mark

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_desk import FieldDesk

Found = tuple[int, tuple[int, int]]  # a map and the unit (y, x) in it


class MapFields:
    """Follows the mouse over the maps of a layer."""

    def __init__(self, controller: "Controller", desk: "FieldDesk") -> None:
        self._controller, self._desk = controller, desk
        self._pointed: Found | None = None
        self._key = ""  # of the tensor whose unit is pointed at

    def point(self, found: Found | None) -> None:
        """Another unit is under the mouse; None: the chosen one is looked at again."""
        resolved = self._controller.network.resolved
        self._pointed, self._key = found, resolved.view.key if resolved is not None and resolved.view is not None else ""
        self.settle()
        if found is None and (inspected := self._controller.network.inspected) is not None:
            self._controller.window.network.map.unit.show_unit(inspected.shown)

    def settle(self) -> None:
        """Show what the unit in sight sees; its effective field too, where that is wished."""
        looked = self._looked()
        sight = self._desk.see(looked) if looked is not None else None
        panel = self._controller.window.network.map
        if sight is not None and panel.wishes_field and sight.shown is None:
            self._desk.ask_gradient(sight.looked.target)
        self._show(sight)

    def _show(self, sight: Sight | None) -> None:
        panel, ground = self._controller.window.network.map, self._desk.ground
        if sight is None or ground is None:
            panel.show_seen(None, ground, (), "")
            return
        known = sight.shown if panel.wishes_field else None
        numbers = known.numbers if known is not None else None
        mark = Mark(sight.seen.box, ellipse(numbers) if numbers is not None else None)
        heat = known.heat if known is not None else None
        pointed = sight.seen if self._pointed is not None else None  # the panel knows the chosen one better
        spread = sigma_line(known, sight.seen.box) if known is not None else ""
        panel.show_seen(pointed, heat if heat is not None else ground, (mark,), spread)

    def _looked(self) -> Looked | None:
        resolved, facts, inspected = self._controller.network.resolved, self._desk.facts, self._controller.network.inspected
        if resolved is None or facts is None or inspected is None:
            return None
        looked = looked_at(resolved, facts, all_maps=False)
        if looked is None or inspected.shown.view.key != looked.key:
            return None
        if self._pointed is not None and self._key == looked.key:
            map, unit = self._pointed
            return replace(looked, map=map).at(unit)
        return replace(looked, map=inspected.shown.detail.map).at(inspected.shown.detail.unit)
