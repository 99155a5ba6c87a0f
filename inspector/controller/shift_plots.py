"""What the Shift workspace shows of many transforms: curves, the map of decisions, orbits, and networks side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import nan

from inspector.controller.network_jobs import Opened
from inspector.controller.shift_jobs import FrameShown
from inspector.controller.shift_sweeps import Beside, Look, Seen
from inspector.controller.shift_texts import (
    Measured,
    counterpart,
    errors_line,
    judged,
    orbit_of,
    row_keys,
    tensor_label,
    titles,
)
from inspector.core.network.inspection import NO_CLASSES, NetworkFacts
from inspector.core.network.steps import Step
from inspector.core.shift.results import DecisionMap, ShiftErrors
from inspector.core.shift.settings import Axis, ShiftSettings
from inspector.core.shift.shown import Measure, Turning, curves_of
from inspector.views.shift.compare_panel import Compared
from inspector.views.shift.decision_cells import EMPTY
from inspector.views.shift.page import ShiftPage
from inspector.views.shift.side_by_side import Side


class ShiftPlots:
    """Fills the views below the pictures; plots take long to draw, so that each is drawn only if what it shows has changed."""

    def __init__(self, page: ShiftPage) -> None:
        self._strip, self._compare, self._case = page.strip, page.compare, page.case
        self._drawn: dict[str, tuple[object, ...]] = {}
        self._measured: list[Opened] = []  # the networks of the saw-tooth
        self._by_hand = False  # its measure has been chosen by the hand
        self._strip.saw_tooth.measure.chosen.connect(self._choose_by_hand)

    def show_settings(self, settings: ShiftSettings) -> None:
        """Which view is in sight, and the present transform in all of them."""
        self._strip.show_strip(settings.strip)
        self._strip.saw_tooth.show_axis(settings.axis)
        self._strip.saw_tooth.show_shift(settings.dy, settings.dx)
        self._strip.decisions.show_shift(settings.dy, settings.dx)
        self._strip.orbits.show_present(settings.angle, settings.scale)

    def show_nothing(self) -> None:
        """There are no results of the present choices."""
        self._drawn.clear()
        self._strip.saw_tooth.show_curves(None)
        self._strip.decisions.show_decisions(None, ())
        self._strip.orbits.show_orbits()
        self._compare.show_rows(())
        self._case.show_sides(())

    def show_curves(self, curves: Sequence[Measured], axis: Axis, step: Step | None) -> None:
        """The errors against the shift, of the present network first; ``step``: the layer that is looked at."""
        self._strip.saw_tooth.show_layer(step.key if step is not None else "")
        self._choose_measure(curves, step)
        shown = Measure(self._strip.saw_tooth.measure.currentText()), step if len(curves) > 1 else None
        if not self._new("curves", axis, *shown, *(part for measured in curves for part in measured)):
            return
        names, own = titles([opened for opened, _ in curves]), curves[0][0].facts
        found = [None if errors is None else replace(
                     curves_of(errors, row_keys(opened.facts), axis, name), stands_for=_stands_for(own, step, opened.facts))
                 for (opened, errors), name in zip(curves, names, strict=True)]  # fmt: skip
        self._strip.saw_tooth.show_curves(found[0], tuple(one for one in found[1:] if one is not None))

    def _choose_measure(self, curves: Sequence[Measured], step: Step | None) -> None:
        """Where equivariance is not defined of the layer in all of the networks, invariance, unless the hand has chosen."""
        opened = [one for one, _ in curves]
        if self._measured != opened:
            self._measured, self._by_hand = opened, False
        if not self._by_hand and step is not None:
            own = opened[0].facts
            known = all(_on_grid(errors, counterpart(own, step, one.facts)) for one, errors in curves if errors is not None)
            self._strip.saw_tooth.measure.show_choice(Measure.EQUIVARIANCE if known else Measure.INVARIANCE)

    def _choose_by_hand(self, _: str) -> None:
        self._by_hand = True

    def show_decisions(self, decisions: DecisionMap | None, names: tuple[str, ...]) -> None:
        """The judgement for every shift; a network without ``names`` of classes has none."""
        if self._new("decisions", decisions, names):
            self._strip.decisions.show_decisions(decisions, names, EMPTY if names else NO_CLASSES)

    def show_orbits(self, found: Mapping[Turning, ShiftErrors], shown: FrameShown, step: Step) -> None:
        """The judgement and the error of a layer under all turns and scales; ``shown`` tells how the picture itself is judged."""
        if self._new("orbits", step, *found.values()):
            names = shown.request.passed.scene.opened.facts.class_names
            orbits = (orbit_of(turning, errors, shown.frame.before, names, step) for turning, errors in found.items())
            self._strip.orbits.show_orbits(*orbits)

    def show_compared(self, shown: FrameShown, step: Step | None, beside: Beside | None, curves: Sequence[Measured]) -> None:
        """Networks side by side: their maps, what they take the moved picture for, and how many shifts they judge alike."""
        if not self._new("compared", shown, beside, step, *(errors for _, errors in curves)):
            return
        if beside is None or step is None:
            self._compare.show_rows(())
            self._case.show_sides(())
            return
        own = Look(shown.request.passed.scene, step), Seen(shown.frame.errors, shown.case)
        seen = [own, *zip(beside.request.looks, beside.seen, strict=True)]
        names = titles([look.scene.opened for look, _ in seen])
        self._compare.show_rows(tuple(
            _compared(name, look, one, swept) for name, (look, one), (_, swept) in zip(names, seen, curves, strict=True)
        ))  # fmt: skip
        self._case.show_sides(tuple(_side(name, look, one) for name, (look, one) in zip(names, seen, strict=True)))

    def _new(self, what: str, *parts: object) -> bool:
        """Whether it is drawn from something else than last time; results are compared by identity, as they are."""
        before, self._drawn[what] = self._drawn.get(what), parts
        return before is None or len(before) != len(parts) or any(a is not b for a, b in zip(before, parts, strict=True))


def _stands_for(own: NetworkFacts, step: Step | None, other: NetworkFacts) -> dict[str, str]:
    return {} if step is None or own is other else {step.key: counterpart(own, step, other).key}


def _on_grid(errors: ShiftErrors, step: Step) -> bool:
    layer = errors.layers.get(step.after)
    return layer is not None and layer.grid is not None


def _compared(title: str, look: Look, seen: Seen, swept: ShiftErrors | None) -> Compared:
    layer = seen.errors.layers.get(look.step.after)
    errors = (nan, nan) if layer is None else (float(layer.equivariance[0]), float(layer.invariance[0]))
    alike = nan if swept is None else swept.output.consistency
    return Compared(title, *judged(seen.errors, look.scene.opened), alike, look.step.key, *errors)


def _side(title: str, look: Look, seen: Seen) -> Side:
    top, _ = judged(seen.errors, look.scene.opened)
    after, difference = (None, None) if seen.case is None else (seen.case.after.rgb, seen.case.difference.rgb)
    line = f"{errors_line(seen.errors, look.step)} · top-1 {top}"
    return Side(title, tensor_label(look.step), line, after, difference, seen.case is None or seen.case.known)
