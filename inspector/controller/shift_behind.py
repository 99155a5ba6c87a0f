"""What the Shift workspace measures while the hand rests: the share of padding, curves, maps of decisions, other networks."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from inspector.controller import shift_jobs as jobs
from inspector.controller import shift_sweeps as sweeps
from inspector.controller.network_jobs import Opened
from inspector.controller.shift_jobs import FrameShown, PassRequest, Prepared, SceneRequest, Split, SplitRequest
from inspector.controller.shift_sweeps import (
    Beside,
    BesideRequest,
    CurveRequest,
    DecisionsRequest,
    Look,
    OrbitRequest,
    Sweep,
    SweepRequest,
)
from inspector.controller.shift_texts import Measured, counterpart
from inspector.core.resolve import Resolved
from inspector.core.shift.results import DecisionMap, ShiftErrors
from inspector.core.shift.settings import Strip
from inspector.core.shift.shown import Turning
from inspector.work.runner import Operation

if TYPE_CHECKING:
    from inspector.controller.shift_desk import ShiftDesk

Wish = tuple[str, object, Operation]  # its kind, what is asked for, and the work


class Behind:
    """Asks for one thing at a time, so that the hand never waits for more than a step of it."""

    def __init__(self, desk: "ShiftDesk") -> None:
        self._desk = desk
        self._store = desk.store
        self._beside: Beside | None = None
        self.takers: dict[str, Callable[[Any], None]] = {
            "split": self._take_split, "beside": self._take_beside, "prepare": self._store.put_prepared,
            **dict.fromkeys(("curve", "orbit", "decisions"), self._take_sweep),
        }  # fmt: skip

    # ---- asking ------------------------------------------------------------------------------------------

    def go_on(self, resolved: Resolved, passed: PassRequest) -> None:
        """Ask for the next thing that lacks, once the last one has come."""
        if self._desk.busy(tuple(self.takers)):
            return
        for wish in self._wishes(resolved, passed):
            if self._desk.ask(*wish):
                return

    def _wishes(self, resolved: Resolved, passed: PassRequest) -> Iterator[Wish]:
        """All that lacks, what is looked at first."""
        scene, others = passed.scene, self._others(resolved, passed)
        prepared = self._store.prepared(scene)
        if prepared is None:
            return
        for other in others:
            if self._store.prepared(other) is None:
                yield "prepare", other, jobs.prepare(other)
        yield from self._besides(self._beside_request(resolved, others, passed))
        split = SplitRequest(scene, passed.transform)
        if self._store.splits.get(split) is None:
            yield "split", split, jobs.split(split, prepared)
        yield from self._missing(self._seen(resolved, scene), prepared)
        if others:
            yield from self._missing((self._curve(resolved, scene),), prepared)
        for other in others:
            if (found := self._store.prepared(other)) is not None:
                yield from self._missing((self._curve(resolved, other),), found)

    def _seen(self, resolved: Resolved, scene: SceneRequest) -> tuple[SweepRequest, ...]:
        """What the view below the pictures is made of."""
        match resolved.shift.strip:
            case Strip.SAWTOOTH:
                return (self._curve(resolved, scene),)
            case Strip.DECISIONS:
                return (DecisionsRequest(scene, resolved.shift.reach),) if scene.opened.facts.judges else ()
            case Strip.ORBITS:
                return tuple(OrbitRequest(scene, turning) for turning in Turning)
            case Strip.POSITIONS | Strip.POOLING:
                return ()

    def _curve(self, resolved: Resolved, scene: SceneRequest) -> CurveRequest:
        return CurveRequest(scene, resolved.shift.axis, resolved.shift.reach)

    def _missing(self, wanted: tuple[SweepRequest, ...], prepared: Prepared) -> Iterator[Wish]:
        for request in wanted:
            known = self._store.sweeps.get(request)
            if known is None or known.rest is not None:
                yield request.kind, request, sweeps.sweep(request, prepared, known)

    def _beside_request(self, resolved: Resolved, others: tuple[SceneRequest, ...], passed: PassRequest) -> BesideRequest:
        """What the other networks are asked about the present transform: of each, the layer most like the present one."""
        present, step = self._desk.altered, self._desk.step
        looks: tuple[Look, ...] = ()
        if present is not None and step is not None:
            looks = tuple(Look(one, counterpart(present.facts, step, one.opened.facts)) for one in others)
        return BesideRequest(looks, passed.transform, resolved.network.map, resolved.shift.all_maps)

    def _besides(self, request: BesideRequest) -> Iterator[Wish]:
        prepared = tuple(found for look in request.looks if (found := self._store.prepared(look.scene)) is not None)
        lacks = self._beside is None or self._beside.request != request
        if request.looks and len(prepared) == len(request.looks) and lacks:
            yield "beside", request, sweeps.beside(request, prepared)

    def _others(self, resolved: Resolved, passed: PassRequest) -> tuple[SceneRequest, ...]:
        """The network as it was trained, if it is altered, and the others that are open, before the same picture."""
        unaltered, picture = self._desk.unaltered, passed.scene.picture
        before = () if unaltered is None else (self._desk.scene(resolved, unaltered, picture),)
        return *before, *(self._desk.scene(resolved, other, picture, altered=False) for other in self._desk.compared())

    # ---- showing -----------------------------------------------------------------------------------------

    def show(self, resolved: Resolved, passed: PassRequest) -> None:
        """All that is known of it."""
        shown, scene, others = self._desk.shown, passed.scene, self._others(resolved, passed)
        screen, plots = self._desk.screen, self._desk.screen.plots
        screen.show_others(self._desk.compared())
        if shown is None:
            return
        curves = [(one.opened, self._errors(self._curve(resolved, one))) for one in (scene, *others)]
        plots.show_curves(curves, resolved.shift.axis, self._desk.step)
        plots.show_decisions(self.decisions(scene), scene.opened.facts.class_names)
        self._show_with(shown, resolved, others, curves)

    def _show_with(
        self, shown: FrameShown, resolved: Resolved, others: tuple[SceneRequest, ...], curves: Sequence[Measured]
    ) -> None:
        """What belongs to the transform that is shown."""
        scene, transform, plots = shown.request.passed.scene, shown.request.passed.transform, self._desk.screen.plots
        self._desk.screen.show_split(self._store.splits.get(SplitRequest(scene, transform)))
        orbits = {turning: found for turning in Turning if (found := self._errors(OrbitRequest(scene, turning))) is not None}
        if (step := self._desk.step) is not None:
            plots.show_orbits(orbits, shown, step)
        request = self._beside_request(resolved, others, shown.request.passed)
        if not others:
            plots.show_compared(shown, None, None, curves)
        elif self._beside is not None and self._beside.request == request and scene.opened is self._desk.altered:
            plots.show_compared(shown, self._desk.step, self._beside, curves)

    def curve(self, scene: SceneRequest) -> tuple[ShiftErrors, Opened] | None:
        """The errors against the shift, and the network, if all are known."""
        settings = self._desk.settings
        known = self._store.sweeps.get(CurveRequest(scene, settings.axis, settings.reach))
        if known is None or known.rest is not None or not isinstance(known.value, ShiftErrors):
            return None
        return known.value, scene.opened

    def decisions(self, scene: SceneRequest) -> DecisionMap | None:
        """The judgement for every shift, as far as it is known."""
        known = self._store.sweeps.get(DecisionsRequest(scene, self._desk.settings.reach))
        return known.value if known is not None and isinstance(known.value, DecisionMap) else None

    def _errors(self, request: SweepRequest) -> ShiftErrors | None:
        known = self._store.sweeps.get(request)
        return known.value if known is not None and isinstance(known.value, ShiftErrors) else None

    # ---- results -----------------------------------------------------------------------------------------

    def _take_split(self, split: Split) -> None:
        self._store.splits.put(split.request, split)

    def _take_sweep(self, sweep: Sweep) -> None:
        self._store.sweeps.put(sweep.request, sweep)

    def _take_beside(self, beside: Beside) -> None:
        self._beside = beside
