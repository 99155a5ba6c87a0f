"""What comes in: opened, dropped or pasted files, pictures and texts, and steps through a folder."""

from typing import TYPE_CHECKING

from inspector.controller import jobs, texts
from inspector.core import updates
from inspector.core.state import Source, SourceKind
from inspector.views.main_window import Incoming
from kernels import parse_kernel

if TYPE_CHECKING:
    from inspector.controller.controller import Awaited, Controller

LONGEST_TEXT = 200_000  # characters of a pasted kernel; more would take the main thread too long to read


class Arrivals:
    """Turns what comes in into updates, and those into pictures that are awaited."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._window = controller.window

    def open_paths(self, paths: tuple[str, ...]) -> None:
        """Open files and folders, told apart by their content."""
        self._controller.submit(jobs.find(paths))

    def take(self, what: Incoming) -> None:
        """Take what was dropped or pasted."""
        if what.paths:
            self.open_paths(what.paths)
        elif what.picture is not None:
            source = self._controller.shelf.keep_pasted(what.picture)
            self._controller.dispatch(updates.set_source(source, "Paste picture"))
        elif what.text.strip():
            self._take_text(what.text)
        else:
            self._window.message.show_message("There is neither a picture nor a kernel on the clipboard.")

    def step(self, by: int) -> None:
        """Go to the previous or next picture of the folder, counted from the one that is being read, if any."""
        here = self._controller.awaited_source or self._controller.state.source
        if (source := self._controller.shelf.neighbour(here, by)) is not None:
            self._controller.dispatch(updates.set_source(source, "Next picture" if by > 0 else "Previous picture"))

    def found(self, found: jobs.Found) -> None:
        """What the opened paths turned out to be."""
        if found.kernel is not None:
            self._controller.dispatch(updates.set_kernel(found.kernel, "Load kernel"))
        elif found.weights:
            self._controller.network.open_weights(found.weights)
        else:
            self._open_first(found)

    def failed(self, awaited: "Awaited | None") -> None:
        """The picture that was waited for cannot be read: try the next of those that were found with it."""
        if awaited is not None and awaited.found is not None and (rest := awaited.found.without_first()):
            self._open_first(rest)

    def came(self, awaited: "Awaited", source: Source) -> None:
        """The picture that was waited for is shown; its files are stepped through from now on."""
        if awaited.found is not None and awaited.found.skipped:
            self._window.message.show_message(texts.left_out(awaited.found.skipped), severity="notice")
        if source.kind is SourceKind.FILE:
            self._controller.remember(source.name)

    def _open_first(self, found: jobs.Found) -> None:
        source = Source(SourceKind.FILE, found.first)
        update = updates.set_source(source)
        self._controller.await_picture(source, lambda history: history.after(update), found)

    def _take_text(self, text: str) -> None:
        if len(text) > LONGEST_TEXT:
            self._window.message.show_message("The text is too long to paste; save it as a file and open that.")
            return
        try:
            self._controller.dispatch(updates.set_kernel(parse_kernel(text), "Paste kernel"))
        except ValueError as error:
            self._window.message.show_message(f"The text is neither a file nor a kernel: {error}")
