"""Which method each command of the table stands for, and when it can be used."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication

from inspector import version
from inspector.controller import jobs, texts
from inspector.controller.field_commands import FieldCommands
from inspector.controller.network_commands import NetworkCommands
from inspector.controller.shift_commands import ShiftCommands
from inspector.core import scripting, settings, updates
from inspector.core.filtering import description
from inspector.core.network.updates import set_workspace
from inspector.core.receptive_field.settings import Over
from inspector.core.state import AppState, Layout, Source, SourceKind, Theme, Workspace
from inspector.views import dialogs, transfer
from inspector.views.commands import COMMANDS
from inspector.views.palette import CommandPalette, KeySheet
from kernels import devices, is_warm

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

PANELS = ("panel-source", "panel-kernel", "panel-pixel")


@dataclass(frozen=True)
class FilterScripts:
    """The filter bench as a command line and as a script."""

    state: AppState

    def as_command(self) -> str:
        """Raises ValueError for what only the window can do."""
        return scripting.as_command(self.state.source, self.state.filter)

    def as_python(self) -> str:
        """Raises ValueError for what only the window can do."""
        return scripting.as_python(self.state.source, self.state.filter)


class Commands:
    """Runs commands by id. ``hidden`` are the panels that the user has put away."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._window = controller.window
        self.hidden = set(controller.settings.hidden_panels)
        self._table: dict[str, Callable[[], object]] = {
            "open": self._open, "open-folder": self._open_folder, "paste": self._paste, "load-kernel": self._load_kernel,
            "save-kernel": self._save_kernel, "save-source": self._save_source, "save-values": self._save_values,
            "export-shown": self._export_shown,
            "quit": self._window.close, "undo": controller.undo, "redo": controller.redo, "copy-shown": self._copy_shown,
            "copy-command": self._copy_command, "copy-python": self._copy_python, "flip": self._flip,
            "fit": self._on_centre("fit"), "actual-size": self._on_centre("actual_size"),
            "zoom-in": self._on_centre("zoom_in"), "zoom-out": self._on_centre("zoom_out"), "cancel": self._cancel,
            "previous": lambda: controller.arrivals.step(-1), "next": lambda: controller.arrivals.step(1),
            "plot-histogram": self._plot_histogram, "check-engine": self._check,
            "palette": self._palette, "keys": self._keys, "about": self._about, "draw": self._draw,
        }  # fmt: skip
        self._network = NetworkCommands(controller)
        self.fields = FieldCommands(controller)
        self._shifts = ShiftCommands(controller)
        self._table |= self._network.table | self.fields.table | self._shifts.table
        self._table |= {f"workspace-{x}": self._dispatcher(set_workspace(x)) for x in Workspace}
        self._table |= {f"layout-{x}": self._dispatcher(updates.set_layout(x)) for x in Layout}
        self._table |= {f"theme-{x}": self._dispatcher(updates.set_theme(x)) for x in Theme}
        self._table |= {id: self._toggler(id) for id in PANELS}
        for id in PANELS:
            self._window.show_panel(id, id not in self.hidden)

    def run(self, id: str) -> None:
        """Do the command. Raises KeyError for an id that is not in the table."""
        self._table[id]()
        self.refresh()

    def runner(self, id: str) -> Callable[[], None]:
        """What a button does that stands for the command."""
        return lambda: self.run(id)

    def refresh(self) -> None:
        """Bring menus and buttons up to date."""
        self._window.actions_.show_commands(
            enabled_commands(self._controller), self.checked(), texts.command_titles(self._controller.history)
        )

    def checked(self) -> frozenset[str]:
        """The alternatives that are chosen now."""
        state = self._controller.state
        panels = {id for id in PANELS if id not in self.hidden}
        large = {"large-map"} if state.network.large else set()
        return frozenset({f"workspace-{state.workspace}", f"layout-{state.layout}", f"theme-{state.theme}"} | panels | large)

    def save_settings(self) -> None:
        """Write what is remembered from one start to the next."""
        kept = replace(self._controller.settings, hidden_panels=tuple(sorted(self.hidden)))
        problem = settings.save(settings.default_path(), kept)
        if problem:
            sys.stderr.write(f"cnn-inspector: {problem}\n")

    def _dispatcher(self, update: updates.Update) -> Callable[[], None]:
        return lambda: self._controller.dispatch(update)

    def _cancel(self) -> None:
        """Stop what runs; where nothing does, the one large map gives way to all."""
        if self._in_network and self._controller.state.network.large and self._controller.runner.idle():
            self.run("large-map")
        else:
            self._controller.cancel()

    def _on_centre(self, method: str) -> Callable[[], None]:
        """What the pictures of the workspace in sight do."""

        def act() -> None:
            getattr(self._window.centre, method)()

        return act

    def _toggler(self, id: str) -> Callable[[], None]:
        def toggle() -> None:
            self.hidden ^= {id}
            self._window.show_panel(id, id not in self.hidden)

        return toggle

    @property
    def _in_network(self) -> bool:
        return self._controller.state.workspace is Workspace.NETWORK

    @property
    def _in_field(self) -> bool:
        return self._controller.state.workspace is Workspace.FIELD

    @property
    def _in_shift(self) -> bool:
        return self._controller.state.workspace is Workspace.SHIFT

    # ---- files ---------------------------------------------------------------------------------------------

    def _folder(self) -> str:
        source = self._controller.state.source
        if source.kind is SourceKind.FILE:
            return str(Path(source.name).parent)
        return self._controller.settings.last_folder or os.path.expanduser("~")  # noqa: PTH111 - never fails, unlike Path.home

    def _open(self) -> None:
        if path := dialogs.ask_open(self._window, "Open picture", self._folder(), dialogs.PICTURES):
            self._controller.arrivals.open_paths((path,))

    def _open_folder(self) -> None:
        if path := dialogs.ask_folder(self._window, "Open folder", self._folder()):
            self._controller.arrivals.open_paths((path,))

    def _load_kernel(self) -> None:
        if path := dialogs.ask_open(self._window, "Load kernel", self._folder(), dialogs.KERNELS):
            self._controller.arrivals.open_paths((path,))

    def _proposed(self, what: str, suffix: str) -> str:
        picture = self._controller.resolved.picture if self._controller.resolved else None
        stem = Path(picture.name).stem if picture else "picture"
        return str(Path(self._folder()) / f"{stem}-{what}{suffix}")

    def _save_kernel(self) -> None:
        kernel = self._controller.state.filter.kernel
        if path := dialogs.ask_save(self._window, "Save kernel", self._proposed(kernel.id, ".txt"), dialogs.KERNELS):
            self._controller.submit(jobs.save_kernel(path, kernel))

    def _save_source(self) -> None:
        """The picture that is looked at, as it is shown; a drawing has no other file."""
        loaded = self._controller.shelf.get(self._controller.state.source)
        if loaded is None:
            return
        proposed = str(Path(self._folder()) / f"{Path(loaded.picture.name).stem or 'picture'}.png")
        if path := dialogs.ask_save(self._window, "Save source picture", proposed, dialogs.SHOWN):
            self._controller.submit(jobs.save_shown(path, loaded.rgb))

    def _save_values(self) -> None:
        if self._in_network:
            self._network.save_maps()
            return
        if self._in_field:
            self.fields.save_heat()
            return
        if self._in_shift:
            self._shifts.save_maps()
            return
        if (result := self._controller.result) is None:
            return
        settings_ = result.request.settings
        proposed = self._proposed(settings_.kernel.id, ".tif")
        if path := dialogs.ask_save(self._window, "Save exact values", proposed, dialogs.VALUES):
            about = description(result.request.picture, settings_, result.filtered)
            self._controller.submit(jobs.save_values(path, result.filtered, about))

    def _export_shown(self) -> None:
        if self._in_network:
            self._network.export_atlas()
            return
        if self._in_field:
            self.fields.export_picture()
            return
        if self._in_shift:
            self._shifts.export_picture()
            return
        if (result := self._controller.result) is None:
            return
        proposed = self._proposed(result.request.settings.kernel.id, ".png")
        if path := dialogs.ask_save(self._window, "Export picture as shown", proposed, dialogs.SHOWN):
            self._controller.submit(jobs.save_shown(path, result.filtered.rgb))

    def _draw(self) -> None:
        if self._controller.state.source.kind is not SourceKind.DRAWING:
            self._controller.dispatch(updates.set_source(Source(SourceKind.DRAWING, "drawing"), "Draw"))
        if self._in_network and (why := self._network.no_digits):
            self._notice(why)

    # ---- clipboard -----------------------------------------------------------------------------------------

    def _paste(self) -> None:
        self._controller.arrivals.take(transfer.incoming(QGuiApplication.clipboard().mimeData(), "pasted picture"))

    def _copy_shown(self) -> None:
        if (rgb := self._shown()) is not None:
            transfer.copy_picture(rgb)
            self._notice("What is shown is on the clipboard.")

    def _shown(self) -> NDArray[np.uint8] | None:
        """The picture in the middle of the workspace in sight, as it is exported."""
        match self._controller.state.workspace:
            case Workspace.NETWORK:
                return self._network.atlas
            case Workspace.FIELD:
                return self.fields.picture
            case Workspace.SHIFT:
                return self._shifts.picture
            case Workspace.FILTER:
                return self._controller.result.filtered.rgb if self._controller.result is not None else None

    @property
    def _scripts(self) -> NetworkCommands | FieldCommands | ShiftCommands | FilterScripts:
        """What writes commands and scripts in the workspace in sight."""
        match self._controller.state.workspace:
            case Workspace.NETWORK:
                return self._network
            case Workspace.FIELD:
                return self.fields
            case Workspace.SHIFT:
                return self._shifts
            case Workspace.FILTER:
                return FilterScripts(self._controller.state)

    def _copy_command(self) -> None:
        self._copy(self._scripts.as_command, "The command line is on the clipboard.")

    def _copy_python(self) -> None:
        self._copy(self._scripts.as_python, "The Python script is on the clipboard.")

    def _copy(self, write: Callable[[], str], notice: str) -> None:
        try:
            transfer.copy_text(write())
        except ValueError as error:
            self._window.message.show_message(str(error))
            return
        self._notice(notice)

    def _notice(self, text: str) -> None:
        self._window.message.show_message(text, severity="notice")

    # ---- view and help -------------------------------------------------------------------------------------

    def _flip(self) -> None:
        showing_output = self._controller.state.layout is Layout.OUTPUT
        self._controller.dispatch(updates.set_layout(Layout.INPUT if showing_output else Layout.OUTPUT))

    def _plot_histogram(self) -> None:
        if (result := self._controller.result) is not None:
            self._controller.submit(jobs.count_all(result))

    def _check(self) -> None:
        """What is shown in the workspace in sight, by the program's own engines."""
        if self._in_network:
            self._controller.network.check.start()
            return
        if "panel-pixel" in self.hidden:  # which says what came of it
            self._table["panel-pixel"]()
        self._controller.check.start()

    def show_plot(self, counted: jobs.Counted) -> None:
        """The histogram of every value, in a window of its own."""
        from inspector.views.plot_window import HistogramPlot  # noqa: PLC0415 - pyqtgraph takes a quarter of a second to import

        filtered = counted.shown.filtered
        plot = HistogramPlot(filtered.input_counts, counted.counts, filtered.span, self._window)
        plot.setWindowTitle(f"Histogram · {texts.output_label(counted.shown.request.settings, filtered)}")
        plot.open()

    def _palette(self) -> None:
        palette = CommandPalette(enabled_commands(self._controller), self._window)
        palette.chosen.connect(self.run)
        palette.finished.connect(palette.deleteLater)
        palette.open()

    def _keys(self) -> None:
        sheet = KeySheet(self._window)
        sheet.finished.connect(sheet.deleteLater)
        sheet.open()

    def _about(self) -> None:
        found = devices() if is_warm() else ()
        lines = [f"{d.name}: {'ready' if d.available else d.reason}" for d in found] or ["The engines are still being prepared."]
        text = "\n".join([f"CNN Inspector {version()}", "", *lines, "", f"Settings: {settings.default_path()}"])
        dialogs.show_about(self._window, text)


def _result(controller: "Controller") -> object:
    """What the workspace in sight shows, None while there is nothing."""
    match controller.state.workspace:
        case Workspace.FILTER:
            return controller.result
        case Workspace.SHIFT:
            return controller.shift.shown
        case _:
            return controller.network.inspected


def enabled_commands(controller: "Controller") -> frozenset[str]:
    """The commands that can be used now."""
    place, count = controller.shelf.position(controller.state.source)
    nothing = _result(controller) is None
    field, averages = controller.state.field, controller.state.field.over is not Over.PICTURE
    off = {
        "undo": not controller.history.past,
        "redo": not controller.history.future,
        "previous": place <= 1,
        "next": place in {0, count},
        "plot-histogram": controller.result is None,
        "check-engine": nothing or controller.state.workspace not in (Workspace.FILTER, Workspace.NETWORK),
        "save-values": nothing,
        "export-shown": nothing,
        "copy-shown": nothing,
        "save-source": controller.shelf.get(controller.state.source) is None,
        "export-layers": controller.network.facts is None,
        "large-map": nothing,
        "opacity-up": nothing,
        "opacity-down": nothing,
        "restore-network": not controller.state.network.alterations,
        "pin-unit": controller.field.looked is None,
        "clear-pins": not field.pins,
        "measure-field": nothing or not averages,
        "put-back": controller.state.shift.still,
        "play-shift": nothing,
        "restore-architecture": not controller.state.shift.surgeries,
        "measure-accuracy": nothing,
        "measure-consistency": nothing,
        "save-study": controller.shift.studies.done is None,
        "compare-weights": nothing,
        "export-errors": controller.shift.curve is None,
        "export-fields": controller.network.facts is None,
        **dict.fromkeys(("climb-up", "climb-down", "grow-field", "measure-depth", "export-field-picture"), nothing),
    }
    here = ("", controller.state.workspace)
    return frozenset(c.id for c in COMMANDS if c.workspace in here and not off.get(c.id, False))
