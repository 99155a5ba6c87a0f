"""The commands of the Network workspace."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller import jobs
from inspector.controller.network_jobs import save_maps, save_text
from inspector.core.network import scripting, updates
from inspector.core.network.facts import Description
from inspector.views import dialogs

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

COLUMNS = ("layer", "kind", "channels", "height", "width", "parameters", "macs", "bytes", "field_y", "field_x")


STEP = 0.1  # of opacity


class NetworkCommands:
    """``table``: what the commands stand for; the rest is what File and Edit do in this workspace."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._window = controller.window
        self.table: dict[str, Callable[[], object]] = {
            "open-weights": self._open_weights, "run-code": self._run_code, "large-map": self._enlarge,
            "opacity-up": lambda: self._fade(STEP), "opacity-down": lambda: self._fade(-STEP),
            "restore-network": lambda: controller.dispatch(updates.restore()), "export-layers": self._export_layers,
        }  # fmt: skip

    @property
    def atlas(self) -> NDArray[np.uint8] | None:
        """What the pane shows, if anything."""
        inspected = self._controller.network.inspected
        if inspected is None:
            return None
        return inspected.shown.detail.overlay if self._controller.state.network.large else inspected.shown.atlas

    @property
    def no_digits(self) -> str:
        """That the present network does not take drawn digits, or ""."""
        facts = self._controller.network.facts
        if facts is None or facts.description.input[0] == 1:
            return ""
        return f"{facts.title} has not learnt digits; choose a network of MNIST, such as LeNet-5, to have them recognized."

    def as_command(self) -> str:
        """The maps that are shown as a command line. Raises ValueError."""
        desk = self._controller.network
        if desk.resolved is None or desk.resolved.step is None:
            raise ValueError("There is no layer to show yet.")
        return scripting.as_command(self._controller.state.source, self._controller.state.network, desk.resolved.step.key)

    def as_python(self) -> str:
        """The maps that are shown as a script. Raises ValueError."""
        resolved = self._controller.network.resolved
        if resolved is None or resolved.view is None:
            raise ValueError("There is no layer to show yet.")
        return scripting.as_python(self._controller.state.source, self._controller.state.network, resolved.view.key)

    def save_maps(self) -> None:
        """The tensor that is shown as NPZ."""
        inspected = self._controller.network.inspected
        if inspected is None:
            return
        key = inspected.shown.view.key
        if path := dialogs.ask_save(self._window, "Save maps", self._proposed(".npz"), dialogs.MAPS):
            tensors = {key: inspected.inspection.maps[key]}
            self._controller.submit(save_maps(path, tensors))

    def export_atlas(self) -> None:
        """What the pane shows, as a picture."""
        if (rgb := self.atlas) is None:
            return
        if path := dialogs.ask_save(self._window, "Export maps as shown", self._proposed(".png"), dialogs.SHOWN):
            self._controller.submit(jobs.save_shown(path, rgb))

    def _open_weights(self) -> None:
        if path := dialogs.ask_open(self._window, "Open weights", self._folder, dialogs.WEIGHTS):
            self._controller.network.open_weights(path)

    def _run_code(self) -> None:
        if path := dialogs.ask_open(self._window, "Run a Python file", self._folder, dialogs.PYTHON):
            self._controller.network.open_code(path)

    def _enlarge(self) -> None:
        large = not self._controller.state.network.large
        self._controller.dispatch(updates.set_network("One map large" if large else "All maps", large=large))

    def _fade(self, by: float) -> None:
        opacity = min(max(round(self._controller.state.network.opacity + by, 2), 0.0), 1.0)
        self._controller.dispatch(updates.set_opacity(opacity))

    def _export_layers(self) -> None:
        if (facts := self._controller.network.facts) is None:
            return
        if path := dialogs.ask_save(self._window, "Save layer table", str(Path(self._folder) / "layers.csv"), dialogs.TABLES):
            self._controller.submit(save_text(path, _as_csv(facts.description)))

    @property
    def _folder(self) -> str:
        return self._controller.settings.last_folder or str(Path.cwd())

    def _proposed(self, suffix: str) -> str:
        inspected = self._controller.network.inspected
        key = inspected.shown.view.key.replace(":", "-") if inspected is not None else "maps"
        return str(Path(self._folder) / f"{key}{suffix}")


def _as_csv(description: Description) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for layer in description.layers:
        field = ("", "") if layer.receptive_field is None else layer.receptive_field.size
        writer.writerow((layer.key, layer.kind, *layer.output, layer.parameters, layer.macs, layer.bytes, *field))
    return text.getvalue()
