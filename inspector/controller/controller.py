"""Dispatch an update, resolve, show what differs, submit what must be computed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from inspector.controller import jobs, texts
from inspector.controller.arrivals import Arrivals
from inspector.controller.commands import Commands
from inspector.controller.field_desk import FieldDesk
from inspector.controller.field_wires import FieldWires
from inspector.controller.filter_check import CHECK, FilterCheck
from inspector.controller.network_desk import NetworkDesk
from inspector.controller.network_wires import NetworkWires
from inspector.controller.screen import Screen, late
from inspector.controller.shelf import Shelf
from inspector.controller.shift_desk import ShiftDesk
from inspector.controller.shift_wires import ShiftWires
from inspector.controller.wires import Wires
from inspector.core.history import History
from inspector.core.network.settings import ModelChoice
from inspector.core.resolve import Resolved, changed, resolve
from inspector.core.session import SessionFile
from inspector.core.settings import Settings
from inspector.core.state import AppState, Source, SourceKind
from inspector.core.updates import Update
from inspector.views import theme
from inspector.views.main_window import MainWindow
from inspector.work.runner import Operation, Outcome, Runner
from kernels import presets


def _never() -> bool:
    return False


def application() -> QApplication:
    """The one application object. Raises RuntimeError before there is one."""
    instance = QApplication.instance()
    if not isinstance(instance, QApplication):
        raise RuntimeError("the application object must be made first")  # noqa: TRY004
    return instance


Move = Callable[[History], History]
CANCELLED_BY_HAND = ("compute", "files", "network", "download", CHECK)  # resources; compiling the engine goes on


@dataclass(frozen=True)
class Awaited:
    """A ``move`` that waits for its picture or its network; ``serial`` is the operation that reads it.

    ``found`` is what was opened, if that is why: its files are stepped through from then on.
    """

    wanted: Source | ModelChoice
    move: Move
    serial: int
    found: jobs.Found | None = None


class Controller(QObject):
    """Owns the history, the runner and the shelf of pictures; the window shows what it says."""

    _delivered = Signal(object)  # brings outcomes from the workers to the main thread
    progressed = Signal(str, object, object)  # kind of work, how much of it is done, and of how much; None: not known

    def __init__(self, window: MainWindow, state: AppState, settings: Settings, session: SessionFile | None) -> None:
        super().__init__()
        self.window, self.settings, self.session = window, settings, session
        self.history = History(state)
        self.shelf = Shelf()
        self.resolved: Resolved | None = None
        self.screen = Screen(window)
        self._delivered.connect(self._receive)
        self.progressed.connect(self.screen.note_progress)
        workers = ("compute", "files", "engine", "network", "download", CHECK)
        self.runner = Runner(self._delivered.emit, workers, yielding=("network", CHECK), paced=("compute",))
        self.arrivals = Arrivals(self)
        self.network = NetworkDesk(self)
        self.field = FieldDesk(self)
        self.shift = ShiftDesk(self)
        self.check = FilterCheck(self)
        self.commands = Commands(self)
        self._awaited: Awaited | None = None
        self._kept: AppState | None = None
        self._received = 0
        self._prepared: jobs.Shown | None = None
        self._timers()
        self._wires = Wires(self), NetworkWires(self), FieldWires(self), ShiftWires(self)
        self.window.kernel.show_presets(presets())
        self._show_recent()

    # ---- state -------------------------------------------------------------------------------------------

    @property
    def state(self) -> AppState:
        """The present state."""
        return self.history.now

    @property
    def result(self) -> jobs.Shown | None:
        """The filter result on the screen; None while there is none for the present picture."""
        return self.screen.result

    @property
    def awaited_source(self) -> Source | None:
        """The picture that is being read to be shown, if any."""
        return self._awaited.wanted if self._awaited is not None and isinstance(self._awaited.wanted, Source) else None

    @property
    def awaited_model(self) -> ModelChoice | None:
        """The network that is being opened to be shown, if any."""
        return self._awaited.wanted if self._awaited is not None and isinstance(self._awaited.wanted, ModelChoice) else None

    def dispatch(self, update: Update) -> None:
        """Change the state. A change of picture or network happens when it is there; until then all stays as it is."""
        if update.undoable and self.resolved is not None and not self.resolved.problem:
            self.window.message.clear()  # what it said is history once the user goes on
        self._move_to(lambda history: history.after(update))

    def undo(self) -> None:
        """One step back."""
        self._move_to(History.undone)

    def redo(self) -> None:
        """One step forward."""
        self._move_to(History.redone)

    def load_now(self) -> None:
        """Load and filter here and now, so that the first frame shows a result. Raises what loading raises."""
        loaded = jobs.load(self.state.source, None).run(_never)
        self.shelf.put(loaded)
        request = resolve(self.state, loaded.picture).request
        if request is not None and request.settings.device != "gpu":  # to find a GPU takes seconds, or fails
            self._prepared = jobs.filter_picture(request, wait=False).run(_never)
        self._settle()

    def wake(self) -> None:
        """The window is there: from now on networks may be opened, which imports torch."""
        self.network.awake = True
        if self.resolved is not None:
            self.network.settle(self.resolved)

    def fall_back(self, source: Source) -> None:
        """Start with another picture, since the one of the state cannot be loaded; the rest of the state stays."""
        self.history = History(replace(self.state, source=source, pixel=None))
        self.load_now()

    def await_picture(self, source: Source, move: Move, found: jobs.Found) -> None:
        """Do ``move`` when the picture that was just ``found`` has been read, even if it is at hand."""
        self._awaited = Awaited(source, move, self.submit(self._reading(source)), found)

    def _move_to(self, move: Move) -> None:
        history = move(self.history)
        missing = self._missing(history.now)
        if missing is not None:
            self._await(missing, move)
            return
        if history.now.source != self.state.source or history.now.network.model != self.state.network.model:
            self._awaited = None  # the later choice wins
        self._take(history)

    def _missing(self, state: AppState) -> Source | ModelChoice | None:
        """What has to be read before the state can be shown. A drawing is made of its strokes at once."""
        if self.shelf.get(state.source) is None:
            if state.source.kind is not SourceKind.DRAWING:
                return state.source
            self.shelf.put(self._reading(state.source).run(_never))
        model = state.network.model
        return model if model != self.state.network.model and not self.network.has(model) else None

    def _take(self, history: History) -> None:
        self.history = history
        self.shelf.trim(self.state.source)
        self._settle()

    def _await(self, wanted: Source | ModelChoice, move: Move) -> None:
        """Do ``move`` when what it needs has been read; what is being read already is not read again."""
        awaited = self._awaited
        if awaited is not None and awaited.wanted == wanted:
            self._awaited = replace(awaited, move=move)
            return
        operation = self._reading(wanted) if isinstance(wanted, Source) else self.network.opening(wanted)
        self._awaited = Awaited(wanted, move, self.submit(operation))

    def _reading(self, source: Source) -> Operation:
        return jobs.load(source, self.shelf.pasted.get(source.name))

    def _settle(self) -> None:
        loaded = self.shelf.get(self.state.source)
        resolved = resolve(self.state, loaded.picture if loaded else None)
        parts, self.resolved = changed(self.resolved, resolved), resolved
        for show in dict.fromkeys(show for part, show in self._shows.items() if part in parts):
            show(resolved)
        self.check.follow()
        self.network.settle(resolved)
        self.commands.refresh()
        if not self._save_session.isActive():
            self._save_session.start()

    # ---- showing what differs ------------------------------------------------------------------------------

    @property
    def _shows(self) -> dict[str, Callable[[Resolved], None]]:
        return {
            "theme": self._show_theme,
            "problem": self.screen.show_problem,
            "picture": self._show_picture,
            "filter": self.screen.show_filter,
            "kernel_note": self.screen.show_filter,
            "layout": lambda r: self.window.picture.show_layout(r.layout),
            "split": lambda r: self.window.picture.show_split(r.split),
            "workspace": self._show_workspace,
            "request": self._submit_filter,
            "pixel": self.screen.show_pixel,
            "channel": self.screen.show_pixel,
        }

    def _show_theme(self, resolved: Resolved) -> None:
        theme.apply(application(), resolved.theme)

    def follow_system(self) -> None:
        """The system has changed its colours."""
        theme.apply(application(), self.state.theme)

    def _show_workspace(self, resolved: Resolved) -> None:
        self.window.show_workspace(resolved.workspace)
        self._numbers.start()

    def _show_picture(self, resolved: Resolved) -> None:
        if (loaded := self.shelf.get(resolved.source)) is not None:
            self.screen.show_picture(resolved, loaded, self.shelf.position(resolved.source))

    def _submit_filter(self, resolved: Resolved) -> None:
        if self._prepared is not None and self._prepared.request == resolved.request:
            prepared, self._prepared = self._prepared, None
            self._show_result(prepared)
        elif resolved.request is not None:
            self.submit(jobs.filter_picture(resolved.request, wait=False))

    def _show_result(self, shown: jobs.Shown) -> None:
        """The picture now; the numbers about it in the next turn of the event loop, which keeps each turn short."""
        self.screen.show_result(shown)
        self.check.follow()
        self._numbers.start()

    def _show_numbers(self) -> None:
        if self.resolved is not None:
            self.screen.show_numbers(self.resolved)
            self.network.settle(self.resolved)  # it may be fed with the result
            self.network.show_status(self.resolved)
            self.field.show_status(self.resolved)
            self.shift.show_status(self.resolved)
            self.commands.refresh()
            self._tick()

    # ---- work ----------------------------------------------------------------------------------------------

    def submit(self, operation: Operation) -> int:
        """Hand work to its worker; its serial."""
        serial = self.runner.submit(operation)
        if not self._ticker.isActive():
            self._ticker.start()
        return serial

    def _receive(self, outcome: Outcome) -> None:
        self._received += 1
        try:
            self._take_outcome(outcome)
        finally:
            self.runner.taken(outcome)

    def _take_outcome(self, outcome: Outcome) -> None:
        if outcome.cancelled:
            self._cancelled(outcome)
        elif outcome.error is not None:
            self._fail(outcome)
        elif (take := self._takers.get(outcome.operation.kind)) is not None:
            take(outcome)

    @property
    def _takers(self) -> dict[str, Callable[[Outcome], None]]:
        return {
            "load": self._loaded, "filter": lambda o: self._filtered(o.value), "find": lambda o: self.arrivals.found(o.value),
            "save": lambda o: self._saved(o.value), "samples": lambda o: self.window.gallery.show_samples(o.value),
            "warm": lambda _: self._warmed(), "count": lambda o: self.commands.show_plot(o.value),
            "open-network": self._opened, **self.network.takers, **self.field.takers, **self.shift.takers,
            **self.check.takers,
        }  # fmt: skip

    def _cancelled(self, outcome: Outcome) -> None:
        if outcome.operation.kind == "filter":
            self.screen.show_stale()
        self.network.cancelled(outcome)
        self.field.forget(outcome)
        self.shift.forget(outcome)

    def _fail(self, outcome: Outcome) -> None:
        awaited = self._arrived(outcome.serial)
        self.check.forget(outcome)
        self.field.forget(outcome)
        self.shift.forget(outcome)
        if not self.network.asks(outcome):
            self._say_why(outcome)
        self.arrivals.failed(awaited)
        if self.resolved is not None and (picture := self.resolved.picture) is not None:
            self.window.source.frame.show_frame(picture.frame, picture.frames)  # a slider moves before its frame is there

    def _say_why(self, outcome: Outcome) -> None:
        error = outcome.error
        expected = isinstance(error, (ValueError, OSError, MemoryError, RuntimeError))
        sentence = texts.failure(outcome) if expected else texts.unexpected(outcome)
        self.window.message.show_message(sentence, details=getattr(error, "detail", "") or outcome.trace)

    def _arrived(self, serial: int) -> Awaited | None:
        """What waited for that operation, and waits no more."""
        awaited = self._awaited
        if awaited is None or awaited.serial != serial:
            return None
        self._awaited = None
        return awaited

    def _loaded(self, outcome: Outcome) -> None:
        loaded: jobs.Loaded = outcome.value
        self.shelf.put(loaded)
        awaited = self._arrived(outcome.serial)
        if awaited is None or awaited.move(self.history).now.source != loaded.source:
            self.shelf.trim(self.state.source)  # meanwhile, something else was chosen
            return
        if awaited.found is not None:
            self.shelf.files = awaited.found.pictures
        self._move_to(awaited.move)
        self.arrivals.came(awaited, loaded.source)

    def _opened(self, outcome: Outcome) -> None:
        self.network.put(outcome.value)
        if (awaited := self._arrived(outcome.serial)) is not None:
            self._move_to(awaited.move)
        elif self.resolved is not None:
            self.network.settle(self.resolved)

    def _filtered(self, shown: jobs.Shown) -> None:
        if self.resolved is not None and shown.request.picture is self.resolved.picture and not self.resolved.problem:
            self._show_result(shown)

    def _saved(self, path: str) -> None:
        self.window.message.show_message(f"Saved {Path(path).name}.", severity="notice")

    def _warmed(self) -> None:
        if self.resolved is not None:
            self.screen.show_filter(self.resolved)
            self._submit_filter(self.resolved)

    # ---- the rest ------------------------------------------------------------------------------------------

    def close(self) -> None:
        """End: stop the work, keep the settings, leave nothing to recover."""
        self._stop()
        self.settings = replace(
            self.settings, splitter_sizes=self.window.sizes, geometry=self.window.geometry_text, theme=self.state.theme.value
        )
        self.commands.save_settings()
        if self.session is not None:
            self.session.remove()

    def cancel(self) -> None:
        """Stop what is running; what is shown stays."""
        for resource in CANCELLED_BY_HAND:
            self.runner.cancel(resource)
        self._awaited = None
        self.check.stop()
        self.network.dropped()

    def at_rest(self) -> bool:
        """Whether all work is done and shown."""
        named = bool(self.window.status.running_text)  # which the next tick takes back
        shown = self._received == self.runner.delivered and not self._numbers.isActive() and not named
        return self.runner.idle() and shown and not (self.field.moving or self.shift.play.running)

    def leave(self) -> None:
        """End without a trace: no settings are written."""
        self._stop()

    def remember(self, path: str) -> None:
        """Note a file that was opened."""
        self.settings = replace(self.settings.with_recent(path), last_folder=str(Path(path).parent))
        self._show_recent()

    def _stop(self) -> None:
        for timer in (self._ticker, self._save_session, self._numbers):
            timer.stop()
        self.field.close()
        self.shift.close()
        self.runner.close()

    def _show_recent(self) -> None:
        self.window.actions_.show_recent(self.settings.recent_files)
        self.window.gallery.show_recent(self.settings.recent_files)

    def _tick(self) -> None:
        idle, running = self.runner.idle(), self.runner.running()  # in this order, lest the last text stays
        moving = self.screen.show_pace(running)
        self.network.show_late(tuple(filter(late, running)))
        if idle and not moving:
            self._ticker.stop()

    def _keep_session(self) -> None:
        state = replace(self.state, pixel=None)  # where the mouse points is not worth a write
        if self.session is not None and state != self._kept:
            self._kept = state
            self.submit(jobs.keep_session(self.session, state))

    def _timers(self) -> None:
        self._numbers = QTimer(self, interval=0, singleShot=True)
        self._numbers.timeout.connect(self._show_numbers)
        self._ticker = QTimer(self, interval=200)
        self._ticker.timeout.connect(self._tick)
        self._save_session = QTimer(self, interval=1000, singleShot=True)
        self._save_session.timeout.connect(self._keep_session)
