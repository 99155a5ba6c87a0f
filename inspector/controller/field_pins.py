"""Pinned units: what is known of them."""

from typing import TYPE_CHECKING

from inspector.core.receptive_field.compose import box
from inspector.core.receptive_field.effective import Target
from inspector.core.receptive_field.graph import FieldError
from inspector.core.receptive_field.settings import Over, Pin
from inspector.core.receptive_field.shown import PinShown

if TYPE_CHECKING:
    from inspector.controller.field_desk import FieldDesk


class FieldPins:
    """Follows the desk of the workspace."""

    def __init__(self, desk: "FieldDesk") -> None:
        self._desk = desk

    def shown(self) -> tuple[PinShown, ...]:
        """Those that the network has, with what is known of them; the first one that has not been measured is asked for."""
        found = (self._shown(number, pin) for number, pin in enumerate(self._desk.settings.pins, start=1))
        there = tuple(shown for shown in found if shown is not None)
        self._ask_next(there)
        return there

    def _ask_next(self, pins: tuple[PinShown, ...]) -> None:
        measures = self._desk.measures
        requests = (measures.gradient(_target(shown.pin)) for shown in pins)
        unknown = (request for request in requests if request is not None and measures.fields.get(request) is None)
        if (first := next(unknown, None)) is not None:
            measures.ask_pin(first)

    def _shown(self, number: int, pin: Pin) -> PinShown | None:
        """None where it was pinned at another size of the input, and the layer has no such unit now."""
        if self._desk.facts is None:
            return None
        try:
            seen = box(self._desk.facts.description.graph, pin.layer, pin.unit)
        except FieldError:
            return None
        known = self._desk.measures.known(_target(pin), Over.PICTURE)
        return PinShown(pin, number, seen, known.numbers if known is not None else None)


def _target(pin: Pin) -> Target:
    return Target(pin.layer, pin.unit, pin.map)
