"""Dispatch an update, resolve, show what differs, submit what must be computed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from inspector.controller import jobs, texts
from inspector.controller.commands import Commands, enabled_commands
from inspector.controller.pace import Pace
from inspector.controller.shelf import Shelf
from inspector.core import updates
from inspector.core.arithmetic import explain
from inspector.core.filtering import source_values
from inspector.core.history import History
from inspector.core.placement import patch_box, placement
from inspector.core.resolve import Resolved, changed, resolve
from inspector.core.session import SessionFile
from inspector.core.settings import Settings
from inspector.core.state import AppState, Source, SourceKind
from inspector.core.updates import Update
from inspector.views import theme
from inspector.views.main_window import Incoming, MainWindow
from inspector.work.runner import Operation, Outcome, Runner
from kernels import devices, is_warm, parse_kernel, presets


def _never() -> bool:
    return False


PATIENCE = 0.5  # seconds after which running work is named in the status line


def application() -> QApplication:
    """The one application object. Raises RuntimeError before there is one."""
    instance = QApplication.instance()
    if not isinstance(instance, QApplication):
        raise RuntimeError("the application object must be made first")  # noqa: TRY004
    return instance


class Controller(QObject):
    """Owns the history, the runner and the shelf of pictures; the window shows what it says."""

    _delivered = Signal(object)  # brings outcomes from the workers to the main thread

    def __init__(self, window: MainWindow, state: AppState, settings: Settings, session: SessionFile | None) -> None:
        super().__init__()
        self.window, self.settings, self.session = window, settings, session
        self.history = History(state)
        self.shelf = Shelf()
        self.resolved: Resolved | None = None
        self.result: jobs.Shown | None = None
        self.pace = Pace()
        self._delivered.connect(self._receive)
        self.runner = Runner(self._delivered.emit, ("compute", "files", "engine"))
        self.commands = Commands(self)
        self._when_loaded: tuple[Source, Callable[[], None]] | None = None
        self._received = 0
        self._prepared: jobs.Shown | None = None
        self._timers()
        self._connect()
        self.window.kernel.show_presets(presets())
        self.window.actions_.show_recent(settings.recent_files)
        self.window.source.show_recent(settings.recent_files)

    # ---- state -------------------------------------------------------------------------------------------

    @property
    def state(self) -> AppState:
        """The present state."""
        return self.history.now

    def dispatch(self, update: Update) -> None:
        """Change the state. A change of picture happens when the picture is there; until then all stays as it is."""
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
        if request is not None:
            self._prepared = jobs.filter_picture(request, wait=False).run(_never)
        self._settle()

    def fall_back(self, source: Source) -> None:
        """Start with another picture, since the one of the state cannot be loaded; the rest of the state stays."""
        self.history = History(replace(self.state, source=source, pixel=None))
        self.load_now()

    def _move_to(self, move: Callable[[History], History]) -> None:
        history = move(self.history)
        source = history.now.source
        if self.shelf.get(source) is None:
            self._when_loaded = (source, lambda: self._move_to(move))
            self.submit(jobs.load(source, self.shelf.memory.get(source.name)))
            return
        self.history = history
        self._settle()

    def _settle(self) -> None:
        loaded = self.shelf.get(self.state.source)
        resolved = resolve(self.state, loaded.picture if loaded else None)
        parts, self.resolved = changed(self.resolved, resolved), resolved
        for part, show in self._shows.items():
            if part in parts:
                show(resolved)
        self._show_commands()
        self._save_session.start()

    # ---- showing what differs ------------------------------------------------------------------------------

    @property
    def _shows(self) -> dict[str, Callable[[Resolved], None]]:
        return {
            "theme": self._show_theme,
            "picture": self._show_picture,
            "filter": self._show_filter,
            "kernel_note": self._show_filter,
            "layout": lambda r: self.window.picture.show_layout(r.layout),
            "split": lambda r: self.window.picture.show_split(r.split),
            "problem": self._show_problem,
            "request": self._submit_filter,
            "pixel": self._show_pixel,
            "channel": self._show_pixel,
        }

    def _show_theme(self, resolved: Resolved) -> None:
        theme.apply(application(), resolved.theme)

    def follow_system(self) -> None:
        """The system has changed its colours."""
        theme.apply(application(), self.state.theme)

    def _show_picture(self, resolved: Resolved) -> None:
        loaded = self.shelf.get(resolved.source)
        if loaded is None:
            return
        facts = texts.source_facts(loaded, self.shelf.position(resolved.source))
        self.window.picture.show_input(loaded.rgb, texts.input_label(loaded.picture), loaded.smaller)
        self._show_no_result()
        self.window.source.show_source(facts)
        self.window.source.show_thumbnail(jobs.thumbnail(loaded.rgb))
        if facts.notes:
            self.window.message.show_message(" ".join(facts.notes), severity="notice")

    def _show_filter(self, resolved: Resolved) -> None:
        settings = resolved.filter
        self.window.kernel.show_kernel(
            settings.kernel, normalize=settings.normalize, scale=settings.scale, note=resolved.kernel_note
        )
        self.window.options.show_settings(
            settings, constant_enabled=resolved.constant_enabled, devices=devices() if is_warm() else ()
        )

    def _show_problem(self, resolved: Resolved) -> None:
        if resolved.problem:
            self._show_no_result()
            self.window.message.show_message(resolved.problem)
        else:
            self.window.message.clear()

    def _show_no_result(self) -> None:
        """There is a new picture, or no result at all: take away what belonged to the last one."""
        self.result = None
        self.window.picture.show_output(None, None, "")
        self.window.picture.show_patch(None, None)
        self.window.picture.show_reading("")
        self.window.pixel.show_sum(None, None, (), 0)

    def _submit_filter(self, resolved: Resolved) -> None:
        if self._prepared is not None and self._prepared.request == resolved.request:
            prepared, self._prepared = self._prepared, None
            self._show_result(prepared)
        elif resolved.request is not None:
            self.submit(jobs.filter_picture(resolved.request, wait=False))

    def _show_result(self, shown: jobs.Shown) -> None:
        """The picture now; the numbers about it in the next turn of the event loop, which keeps each turn short."""
        filtered, settings = shown.filtered, shown.request.settings
        self.result = shown
        self.pace.shown()
        place = placement(filtered.plan, filtered.kernel.anchor)
        self.window.picture.show_output(filtered.rgb, place, texts.output_label(settings, filtered), filtered.smaller)
        self._numbers.start()

    def _show_numbers(self) -> None:
        if self.result is None or self.resolved is None:
            return
        filtered = self.result.filtered
        self.window.histogram.show_counts(
            filtered.input_counts, filtered.counts, *filtered.span, texts.counted(filtered.counted_rows),
            displayed=(filtered.levels.low, filtered.levels.high),
        )  # fmt: skip
        self.window.status.show_device(filtered.device_name, filtered.why_device)
        self.window.status.show_work(*texts.work(filtered))
        self.window.status.show_shape(texts.result_facts(filtered))
        self._show_pixel(self.resolved)
        self._show_commands()
        self._tick()

    def _show_pixel(self, resolved: Resolved) -> None:
        if self.result is None or resolved.pixel is None:
            return
        filtered, (y, x), request = self.result.filtered, resolved.pixel, self.result.request
        if not (y < filtered.values.shape[0] and x < filtered.values.shape[1]):
            return
        values = source_values(request.picture, request.settings.channels)
        channel = min(resolved.channel, filtered.plan.out_shape[2] - 1)
        channels = tuple(float(v) for v in filtered.values[y, x].reshape(-1))
        explained = explain(values, filtered.kernel, filtered.plan, y, x, channel)
        self.window.pixel.show_sum(explained, channels[channel], channels, channel)
        self.window.picture.show_reading(texts.reading(y, x, channels))
        self.window.picture.show_patch(patch_box(filtered.plan, y, x), (y, x, y + 1, x + 1))

    def _show_commands(self) -> None:
        enabled = enabled_commands(self)
        self.window.actions_.show_commands(enabled, self.commands.checked(), texts.command_titles(self.history))

    # ---- work ----------------------------------------------------------------------------------------------

    def submit(self, operation: Operation) -> None:
        """Hand work to its worker."""
        self.runner.submit(operation)
        if not self._ticker.isActive():
            self._ticker.start()

    def _receive(self, outcome: Outcome) -> None:
        self._received += 1
        if outcome.cancelled:
            return
        if outcome.error is not None:
            self._fail(outcome)
            return
        self._takers[outcome.operation.kind](outcome.value)

    @property
    def _takers(self) -> dict[str, Callable[[Any], None]]:
        return {
            "load": self._loaded, "filter": self._filtered, "find": self._found, "save": self._saved,
            "samples": self.window.source.show_samples, "warm": self._warmed,
        }  # fmt: skip

    def _fail(self, outcome: Outcome) -> None:
        error = outcome.error
        expected = isinstance(error, (ValueError, OSError, MemoryError, RuntimeError))
        sentence = texts.failure(outcome) if expected else texts.unexpected(outcome)
        details = getattr(error, "detail", "") or outcome.trace
        self.window.message.show_message(sentence, details=details)
        if outcome.operation.kind == "load":
            self._when_loaded = None

    def _loaded(self, loaded: jobs.Loaded) -> None:
        self.shelf.put(loaded)
        if loaded.source.kind is SourceKind.FILE:
            self._remember(loaded.source.name)
        if self._when_loaded is not None and self._when_loaded[0] == loaded.source:
            _, action = self._when_loaded
            self._when_loaded = None
            action()

    def _filtered(self, shown: jobs.Shown) -> None:
        if self.resolved is not None and shown.request.picture is self.resolved.picture and not self.resolved.problem:
            self._show_result(shown)

    def _found(self, found: jobs.Found) -> None:
        if found.kernel is not None:
            self.dispatch(updates.set_kernel(found.kernel, "Load kernel"))
        elif found.first:
            self.shelf.files = found.pictures
            self.dispatch(updates.set_source(Source(SourceKind.FILE, found.first)))

    def _saved(self, path: str) -> None:
        self.window.message.show_message(f"Saved {Path(path).name}.", severity="notice")

    def _warmed(self, _: object) -> None:
        if self.resolved is not None:
            self._show_filter(self.resolved)
            self._submit_filter(self.resolved)

    # ---- what comes in -------------------------------------------------------------------------------------

    def open_paths(self, paths: tuple[str, ...]) -> None:
        """Open files and folders, told apart by their content."""
        self.submit(jobs.find(paths))

    def take(self, what: Incoming) -> None:
        """Take what was dropped or pasted."""
        if what.paths:
            self.open_paths(what.paths)
        elif what.picture is not None:
            source = self.shelf.keep_pasted(replace(what.picture, name=f"pasted {len(self.shelf.memory) + 1}"))
            self.dispatch(updates.set_source(source, "Paste picture"))
        elif what.text.strip():
            self._take_text(what.text)
        else:
            self.window.message.show_message("There is neither a picture nor a kernel on the clipboard.")

    def _take_text(self, text: str) -> None:
        try:
            self.dispatch(updates.set_kernel(parse_kernel(text), "Paste kernel"))
        except ValueError as error:
            self.window.message.show_message(f"The text is neither a file nor a kernel: {error}")

    def step(self, by: int) -> None:
        """Go to the previous or next picture of the folder."""
        if (source := self.shelf.neighbour(self.state.source, by)) is not None:
            self.dispatch(updates.set_source(source, "Next picture" if by > 0 else "Previous picture"))

    def point(self, pixel: tuple[int, int] | None) -> None:
        """Inspect the pixel under the mouse; the last one stays when the mouse leaves."""
        if pixel is not None:
            self.dispatch(updates.set_pixel(pixel))

    def move_pixel(self, dy: int, dx: int) -> None:
        """Move the inspected pixel."""
        if self.resolved is not None and self.resolved.pixel is not None:
            y, x = self.resolved.pixel
            self.dispatch(updates.set_pixel((max(y + dy, 0), max(x + dx, 0))))

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
        for resource in ("compute", "files"):
            self.runner.cancel(resource)
        self._when_loaded = None

    def at_rest(self) -> bool:
        """Whether all work is done and shown."""
        return self.runner.idle() and self._received == self.runner.delivered and not self._numbers.isActive()

    def leave(self) -> None:
        """End without a trace: no settings are written."""
        self._stop()

    def _stop(self) -> None:
        for timer in (self._ticker, self._save_session, self._numbers):
            timer.stop()
        self.runner.close()

    def _remember(self, path: str) -> None:
        self.settings = replace(self.settings.with_recent(path), last_folder=str(Path(path).parent))
        self.window.actions_.show_recent(self.settings.recent_files)
        self.window.source.show_recent(self.settings.recent_files)

    def _tick(self) -> None:
        self.window.status.show_frames(self.pace.frames())
        self.window.status.show_running(texts.running(self.runner.running(), PATIENCE))
        if self.runner.idle() and not self.pace.frames():
            self._ticker.stop()

    def _keep_session(self) -> None:
        if self.session is not None:
            self.session.write(self.state)

    def _timers(self) -> None:
        self._numbers = QTimer(self, interval=0, singleShot=True)
        self._numbers.timeout.connect(self._show_numbers)
        self._ticker = QTimer(self, interval=200)
        self._ticker.timeout.connect(self._tick)
        self._save_session = QTimer(self, interval=1000, singleShot=True)
        self._save_session.timeout.connect(self._keep_session)

    def _connect(self) -> None:
        window = self.window
        for panel in (window.kernel, window.options, window.source):
            panel.updated.connect(self.dispatch)
        window.actions_.triggered.connect(self.commands.run)
        window.actions_.recent_chosen.connect(lambda path: self.open_paths((path,)))
        window.source.open_requested.connect(lambda: self.commands.run("open"))
        window.source.paste_requested.connect(lambda: self.commands.run("paste"))
        window.source.step_requested.connect(self.step)
        window.kernel.load_requested.connect(lambda: self.commands.run("load-kernel"))
        window.kernel.save_requested.connect(lambda: self.commands.run("save-kernel"))
        window.picture.split_moved.connect(lambda split: self.dispatch(updates.set_split(split)))
        window.picture.pixel_hovered.connect(self.point)
        window.picture.pixel_stepped.connect(self.move_pixel)
        window.pixel.channel_chosen.connect(lambda channel: self.dispatch(updates.set_channel(channel)))
        window.status.cancelled.connect(self.cancel)
        window.dropped.connect(self.take)
        window.closing.connect(self.close)
