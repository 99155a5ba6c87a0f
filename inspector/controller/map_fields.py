"""Receptive fields in the Network workspace: what the unit under the mouse sees, and on demand what matters to it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from inspector.controller import field_texts as texts
from inspector.controller.field_sight import Sight
from inspector.core.network.looking import Looked, looked_at
from inspector.core.receptive_field.effective import ellipse
from inspector.core.receptive_field.graph import FieldError
from inspector.core.receptive_field.settings import Over
from inspector.core.receptive_field.shown import place
from inspector.views.field.marks import Mark

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_desk import FieldDesk

Found = tuple[int, tuple[int, int]]  # a map and the unit (y, x) in it


class MapFields:
    """Follows the mouse over the maps of a layer."""

    def __init__(self, controller: "Controller", desk: "FieldDesk") -> None:
        self._controller, self._desk = controller, desk
        self._sight: Sight | None = None

    def point(self, found: Found | None) -> None:
        """Another unit is under the mouse; None: the chosen one is looked at again."""
        self.settle()
        if found is None and (inspected := self._desk.inspected) is not None:
            self._controller.window.network.map.unit.show_unit(inspected.shown)

    def settle(self) -> None:
        """Show what the unit in sight sees; its effective field too, where that is wished."""
        looked, problem = self._looked(), ""
        try:
            self._sight = self._see(looked) if looked is not None else None
        except FieldError as error:
            self._sight, problem = None, f"{error}."
        self._show(problem)

    def stop(self) -> None:
        """The effective field that was asked for is not going to come."""
        if self._sight is not None:
            self._sight = replace(self._sight, last=None)
            self._show()

    def _see(self, looked: Looked) -> Sight:
        wished = self._controller.window.network.map.wishes_field
        return self._desk.measured(looked) if wished else replace(self._desk.see(looked), shown=None)

    def _show(self, problem: str = "") -> None:
        panel, ground, sight = self._controller.window.network.map, self._desk.ground, self._sight
        if sight is None or ground is None:
            panel.show_seen(None, ground, (), problem)
            return
        drawn = sight.drawn
        numbers, heat = (drawn.numbers, drawn.heat) if drawn is not None else (None, None)
        mark = Mark(sight.seen.box, ellipse(numbers) if numbers is not None else None)
        pointed = sight.seen if self._pointed is not None else None  # the panel knows the chosen one better
        spread = texts.reading(sight, replace(self._desk.settings, over=Over.PICTURE))
        if spread and pointed is not None and sight.shown is not None:
            spread = f"unit {place(pointed.unit, pointed.map)}: {spread}"  # it stands below the name of the chosen map
        panel.show_seen(pointed, heat if heat is not None else ground, (mark,), spread)

    def _looked(self) -> Looked | None:
        resolved, facts, inspected = self._controller.network.resolved, self._desk.facts, self._desk.inspected
        if resolved is None or facts is None or inspected is None:
            return None
        looked = looked_at(resolved, facts, all_maps=False)
        if looked is None or inspected.shown.view.key != looked.key:
            return None
        detail = inspected.shown.detail
        map, unit = self._pointed or (detail.map, detail.unit)
        return replace(looked, map=map).at(unit)

    @property
    def _pointed(self) -> Found | None:
        return self._controller.window.network.maps.pointed_unit
