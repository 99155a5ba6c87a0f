"""The Shift workspace: what moves with the hand comes first; all the rest waits until the hand rests."""

from collections import deque
from typing import TYPE_CHECKING

from inspector.controller import shift_jobs as jobs
from inspector.controller import shift_study
from inspector.controller import shift_sweeps as sweeps
from inspector.controller.network_jobs import NETWORK, Opened
from inspector.controller.shift_behind import Behind
from inspector.controller.shift_jobs import FrameRequest, FrameShown, OperateRequest, PassRequest, SceneRequest
from inspector.controller.shift_others import Others
from inspector.controller.shift_play import Wandering
from inspector.controller.shift_store import OTHER, ShiftStore
from inspector.controller.shift_study import Studies
from inspector.controller.shift_sweeps import AccuracyRequest
from inspector.controller.shift_texts import crop_problem, tensor_label
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.settings import Fit, ModelChoice
from inspector.core.network.steps import Step
from inspector.core.picture import Picture
from inspector.core.resolve import Resolved
from inspector.core.shift.beginning import toothed
from inspector.core.shift.pooled import pool_at
from inspector.core.shift.results import DecisionMap, ShiftErrors
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import ShiftSettings, Strip
from inspector.core.shift.surgery import Surgery
from inspector.core.shift.updates import operated, set_shift
from inspector.core.state import Workspace
from inspector.work.runner import Operation, Outcome, Running

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.shift_screen import ShiftScreen

FILLING = (Fit.CROP, Fit.STRETCH)  # the fits of a picture over which the input can slide as a window


class ShiftDesk:
    """Follows the network that is open, the picture, and the hand that moves it.

    ``settle`` asks for the first thing that lacks: the altered network, then what the present transform makes of the picture
    before it, then, one after the other, what is seen beside.
    """

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._screen: ShiftScreen | None = None
        self.store = ShiftStore()
        self.others = Others(controller, self.ask)
        self._behind = Behind(self)
        self._asked: dict[str, tuple[object, int]] = {}  # what is under way, by kind, with its serial
        self._refused: deque[object] = deque(maxlen=16)  # what has failed, and is not asked for again by itself
        self.altered: Opened | None = None  # the network that is looked at, altered
        self._possible: tuple[Surgery, ...] = ()  # the last surgery that it could be altered by
        self.step: Step | None = None  # the row that is looked at
        self.shown: FrameShown | None = None
        self.studies = Studies(controller)
        self.play = Wandering(self._wander)
        self.takers = {
            "operate": self._take_operated, "frame": self._take_frame,
            "accuracy": lambda outcome: self.screen.show_accuracy(outcome.value),
            OTHER: self._take_other, shift_study.KIND: self.studies.take,
            **dict.fromkeys(self._behind.takers, self._take_behind),
        }  # fmt: skip

    @property
    def screen(self) -> "ShiftScreen":
        """Built with the page, when the workspace is first looked at."""
        if self._screen is None:
            from inspector.controller.shift_screen import ShiftScreen  # noqa: PLC0415 - the start does not wait for pyqtgraph

            window = self._controller.window
            self._screen = ShiftScreen(window.shift, window.status, self._controller.screen.pace)
        return self._screen

    @property
    def settings(self) -> ShiftSettings:
        """The choices."""
        return self._controller.state.shift

    @property
    def curve(self) -> tuple[ShiftErrors, Opened] | None:
        """The errors against the shift of the network that is shown, and that, once all are known."""
        return self._behind.curve(self.shown.request.passed.scene) if self.shown is not None else None

    @property
    def decisions(self) -> DecisionMap | None:
        """The judgement for every shift of the network that is shown, as far as it is known."""
        return self._behind.decisions(self.shown.request.passed.scene) if self.shown is not None else None

    # ---- the present state -------------------------------------------------------------------------------

    def settle(self, resolved: Resolved) -> None:
        """Show the choices and what is known of them, and submit what lacks; the network has been settled before."""
        if resolved.workspace is not Workspace.SHIFT or not self._controller.network.awake:
            return
        self.screen.show_settings(resolved.shift, resolved.network)
        self.altered = opened = self._altered(resolved.shift)
        picture = self._controller.network.picture(resolved)
        if opened is None or picture is None:
            return
        self.step = self._row(opened.facts)
        self.screen.show_step(self.step)
        self.screen.show_crop(crop_problem(picture, opened, resolved.shift.reach))
        request = self._request(resolved, opened, picture, self.step)
        if self._follow(request):
            self._behind.go_on(resolved, request.passed)
        self._behind.show(resolved, request.passed)

    def _altered(self, settings: ShiftSettings) -> Opened | None:
        """The present network with all surgery done, once it is."""
        opened = self._controller.network.opened
        if opened is None or not settings.surgeries:
            return opened
        request = OperateRequest(opened, settings.surgeries)
        found = self.store.operated.get(request)
        if found is None:
            self.ask("operate", request, jobs.operate(request))
        else:
            self._possible = settings.surgeries
        return found

    def scene(self, resolved: Resolved, opened: Opened, picture: Picture, *, altered: bool = True) -> SceneRequest:
        """The picture before a network; equal scenes compare equal."""
        settings, fit = resolved.shift, self._controller.network.fit(resolved)
        crops = settings.incoming is Incoming.CROP
        value = settings.constant if settings.incoming is Incoming.CONSTANT else 0.0
        return SceneRequest(
            opened, picture, fit if not crops or fit in FILLING else None, resolved.network.alterations if altered else (),
            settings.incoming, value, settings.reach if crops else 0,
        )  # fmt: skip

    def _request(self, resolved: Resolved, opened: Opened, picture: Picture, step: Step) -> FrameRequest:
        settings = resolved.shift
        pool = pool_at(opened.facts.description.graph, step.after) if settings.strip is Strip.POOLING else None
        closely = (step.after,) if pool is None or pool.takes == step.after else (step.after, pool.takes)
        passed = PassRequest(
            self.scene(resolved, opened, picture), settings.transform, closely, settings.strip is Strip.POSITIONS
        )  # fmt: skip
        look = resolved.network.map, settings.all_maps, settings.unmoved
        return FrameRequest(passed, step.after, tensor_label(step), *look, pool)

    def _row(self, facts: NetworkFacts) -> Step:
        """The row that is looked at, before one is chosen the first with teeth; the input stands for the first."""
        if not self._controller.state.network.layer and (first := toothed(facts.steps)) is not None:
            return first
        resolved = self._controller.network.resolved
        key = resolved.step.key if resolved is not None and resolved.step is not None else ""
        return next((step for step in facts.steps if step.key == key), facts.steps[0])

    def _follow(self, request: FrameRequest) -> bool:
        """Whether what the hand wants is shown; else it is asked for."""
        last = self.shown
        if last is not None and last.request == request:
            return True
        known = last.frame if last is not None and last.request.passed == request.passed else None
        self.ask("frame", request, jobs.frame(request, self.store.prepared(request.passed.scene), known))
        return False

    # ---- asking ------------------------------------------------------------------------------------------

    def ask(self, kind: str, request: object, operation: Operation) -> bool:
        """Submit it, unless it is under way or has failed; whether that was done."""
        if self.asked(kind) == request or request in self._refused:
            return False
        self._asked[kind] = request, self._controller.submit(operation)
        return True

    def asked(self, kind: str) -> object | None:
        """What of this kind is under way."""
        return self._asked[kind][0] if kind in self._asked else None

    def busy(self, kinds: tuple[str, ...]) -> bool:
        """Whether one of these kinds of work is under way."""
        return any(kind in self._asked for kind in kinds)

    def compared(self) -> tuple[Opened, ...]:
        """The networks to be compared with that are open; others are asked for."""
        return self.others.opened(busy=self.busy((OTHER,)))

    @property
    def unaltered(self) -> Opened | None:
        """The present network as it was trained, where it is altered now."""
        return self._controller.network.opened if self.settings.surgeries else None

    def measure_accuracy(self, folder: str) -> None:
        """Let the network judge the data in ``folder``, and where it is altered, as it was as well."""
        networks = tuple(opened for opened in (self.altered, self.unaltered) if opened is not None)
        if networks:
            request = AccuracyRequest(networks, self._controller.state.network.alterations, folder)
            self._controller.submit(sweeps.accuracy(request, self._controller.progressed.emit))

    # ---- results -----------------------------------------------------------------------------------------

    def _take_operated(self, outcome: Outcome) -> None:
        self._asked.pop("operate", None)
        self.store.operated.put(outcome.value.request, outcome.value.opened)
        self._settle_again()

    def _take_frame(self, outcome: Outcome) -> None:
        """Show it, also if something newer is on its way: else nothing would move during a drag."""
        shown: FrameShown = outcome.value
        if self.asked("frame") == shown.request:
            del self._asked["frame"]
        self.store.put_prepared(shown.prepared)
        if shown.request.passed.scene.opened is self.altered:
            self.shown = shown
            self.screen.show_frame(shown)
            self._settle_again()

    def _take_other(self, outcome: Outcome) -> None:
        self._asked.pop(OTHER, None)
        self.others.put(outcome.value)
        self._settle_again()

    def _take_behind(self, outcome: Outcome) -> None:
        self._asked.pop(outcome.operation.kind, None)
        self._behind.takers[outcome.operation.kind](outcome.value)
        self._settle_again()

    def _settle_again(self) -> None:
        if self._controller.resolved is not None:
            self.settle(self._controller.resolved)
            self.show_status(self._controller.resolved)
            self._controller.commands.refresh()

    def forget(self, outcome: Outcome) -> None:
        """It was cancelled, and the next change asks again; or it has failed, and will again."""
        if outcome.cancelled and outcome.operation.resource == NETWORK:
            self.studies.cancelled(outcome)
            self.dropped()
        elif (asked := self._asked.get(outcome.operation.kind)) is not None and asked[1] == outcome.serial:
            del self._asked[outcome.operation.kind]
            self._fail(outcome.operation.kind, asked[0], str(outcome.error))

    def _fail(self, kind: str, request: object, why: str) -> None:
        """Nothing of what cannot be had is kept: no surgery, and no picture of what was before."""
        if isinstance(request, OperateRequest):
            self._take_back(request.surgeries)
            self.screen.show_problem(why)
            return
        if isinstance(request, ModelChoice):
            self.others.remove(request)
            return
        self._refused.append(request)
        if kind == "frame":
            self.play.stop()
            self.shown = None
            self.screen.show_refused()
            self._controller.commands.refresh()

    def _take_back(self, refused: tuple[Surgery, ...]) -> None:
        """Undo the surgery; where something else has been chosen since, go back to the last one that could be done."""
        history, controller = self._controller.history, self._controller
        if history.past and operated(history.past[-1].state, history.now):
            controller.undo()
        else:
            possible = self._possible if self._possible != refused else ()
            controller.dispatch(set_shift("Take back surgery", undoable=False, surgeries=possible))

    def dropped(self) -> None:
        """What waited for the worker has been dropped; what is shown may belong to earlier choices."""
        if {"frame", "operate"} & self._asked.keys():
            self.screen.show_busy(True)
        self._asked.clear()
        self.play.stop()

    # ---- the animation -----------------------------------------------------------------------------------

    def toggle_play(self) -> None:
        """Let the picture wander along the axis, or stop it where it is."""
        self.play.toggle()
        self.screen.show_playing(self.play.running)

    def _wander(self, session: int) -> None:
        """One step, if the last one is on the screen."""
        if "frame" not in self._asked:
            dy, dx = self.play.next(self.settings)
            self._controller.dispatch(set_shift("Let the picture wander", merges=f"play {session}", dy=dy, dx=dx))

    def close(self) -> None:
        """Let nothing move any more."""
        self.play.stop()

    # ---- what is said ------------------------------------------------------------------------------------

    def show_opening(self, text: str) -> None:
        """Which network is being opened, where there is nothing to see yet; "" once none is."""
        if self._screen is not None:
            self._screen.show_opening(text)

    def show_status(self, resolved: Resolved) -> None:
        """Its part of the status line, while the workspace is in sight."""
        if resolved.workspace is Workspace.SHIFT:
            self.screen.show_status()

    def show_late(self, late: tuple[Running, ...]) -> None:
        """Say that what is shown is about to be replaced."""
        if self._screen is not None and any(running.operation.kind in ("frame", "operate") for running in late):
            self._screen.show_busy(True)
