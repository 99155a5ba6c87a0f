"""What the user's hand does in the window and in the Filter workspace, as updates and commands."""

from typing import TYPE_CHECKING

from inspector.core import updates
from inspector.core.updates import Update

if TYPE_CHECKING:
    from inspector.controller.controller import Controller


class Wires:
    """Connects the window and the panels that are not the Network workspace's own."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._connect_window()
        self._connect_buttons()
        self._connect_pictures()

    def _connect_window(self) -> None:
        window, controller = self._controller.window, self._controller
        for panel in (window.kernel, window.options, window.source, window.gallery):
            panel.updated.connect(controller.dispatch)
        for recent in (window.actions_.recent_chosen, window.gallery.recent_chosen):
            recent.connect(lambda path: controller.arrivals.open_paths((path,)))
        window.actions_.triggered.connect(controller.commands.run)
        window.status.cancelled.connect(controller.cancel)
        window.dropped.connect(controller.arrivals.take)
        window.closing.connect(controller.close)

    def _connect_buttons(self) -> None:
        window, commands = self._controller.window, self._controller.commands
        for signal, command in (
            (window.source.open_requested, "open"), (window.source.paste_requested, "paste"),
            (window.source.draw_requested, "draw"), (window.kernel.load_requested, "load-kernel"),
            (window.kernel.save_requested, "save-kernel"),
        ):  # fmt: skip
            signal.connect(commands.runner(command))

    def _connect_pictures(self) -> None:
        window = self._controller.window
        window.source.step_requested.connect(self._controller.arrivals.step)
        window.picture.split_moved.connect(lambda split: self._do(updates.set_split(split)))
        window.picture.pixel_hovered.connect(self._point)
        window.picture.pixel_stepped.connect(self._move_pixel)
        window.pixel.channel_chosen.connect(lambda channel: self._do(updates.set_channel(channel)))

    def _do(self, update: Update) -> None:
        self._controller.dispatch(update)

    def _point(self, pixel: tuple[int, int] | None) -> None:
        """Inspect the pixel under the mouse; the last one stays when the mouse leaves."""
        if pixel is not None:
            self._do(updates.set_pixel(pixel))

    def _move_pixel(self, dy: int, dx: int) -> None:
        resolved = self._controller.resolved
        if resolved is not None and resolved.pixel is not None:
            y, x = resolved.pixel
            self._do(updates.set_pixel((max(y + dy, 0), max(x + dx, 0))))
