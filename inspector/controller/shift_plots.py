"""What the Shift workspace shows of many transforms: curves, the map of decisions, orbits, and networks side by side."""

from collections.abc import Mapping, Sequence

from inspector.controller.shift_jobs import FrameShown
from inspector.controller.shift_texts import Measured, judged, orbit_of, row_keys, titles
from inspector.core.network.inspection import NO_CLASSES
from inspector.core.network.steps import Step
from inspector.core.shift.results import DecisionMap, ShiftErrors
from inspector.core.shift.settings import Axis, ShiftSettings
from inspector.core.shift.shown import Turning, curves_of
from inspector.views.shift.compare_panel import Compared
from inspector.views.shift.decision_view import EMPTY
from inspector.views.shift.page import ShiftPage


class ShiftPlots:
    """Fills the views below the pictures; plots take long to draw, so that each is drawn only if what it shows has changed."""

    def __init__(self, page: ShiftPage) -> None:
        self._strip, self._compare = page.strip, page.compare
        self._drawn: dict[str, tuple[object, ...]] = {}

    def show_settings(self, settings: ShiftSettings) -> None:
        """Which view is in sight, and the present transform in all of them."""
        self._strip.show_strip(settings.strip)
        self._strip.saw_tooth.show_axis(settings.axis)
        self._strip.saw_tooth.show_shift(settings.dy, settings.dx)
        self._strip.decisions.show_shift(settings.dy, settings.dx)
        self._strip.orbits.show_present(settings.angle, settings.scale)

    def show_curves(self, curves: Sequence[Measured], axis: Axis) -> None:
        """The errors against the shift, of the present network first."""
        if not self._new("curves", axis, *(part for measured in curves for part in measured)):
            return
        names = titles([opened for opened, _ in curves])
        found = [None if errors is None else curves_of(errors, row_keys(opened.facts), axis, name)
                 for (opened, errors), name in zip(curves, names, strict=True)]  # fmt: skip
        self._strip.saw_tooth.show_curves(found[0], tuple(one for one in found[1:] if one is not None))

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

    def show_compared(self, now: Sequence[Measured], curves: Sequence[Measured]) -> None:
        """Networks side by side: what they take the moved picture for, and how many of the shifts they judge alike."""
        if not self._new("compared", *(part for measured in (*now, *curves) for part in measured)):
            return
        names = titles([opened for opened, _ in now]) if now else ()
        self._compare.show_rows(tuple(
            Compared(name, *judged(errors, opened), _consistency(swept))
            for name, (opened, errors), (_, swept) in zip(names, now, curves, strict=True)
        ))  # fmt: skip

    def _new(self, what: str, *parts: object) -> bool:
        """Whether it is drawn from something else than last time; results are compared by identity, as they are."""
        before, self._drawn[what] = self._drawn.get(what), parts
        return before is None or len(before) != len(parts) or any(a is not b for a, b in zip(before, parts, strict=True))


def _consistency(errors: ShiftErrors | None) -> float:
    return float("nan") if errors is None else errors.output.consistency
