"""The commands of the Receptive field workspace."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller import field_texts as texts
from inspector.controller import jobs
from inspector.controller.network_jobs import save_text
from inspector.core.images.writing import write_values
from inspector.core.network import field_scripting as scripting
from inspector.core.network.depth import as_csv
from inspector.core.network.looking import Looked
from inspector.core.network.settings import NetworkSettings
from inspector.core.receptive_field.effective import Ellipse, Heat, ellipse
from inspector.core.receptive_field.export import field_picture, heat_over, heat_text
from inspector.core.receptive_field.settings import Over
from inspector.core.receptive_field.shown import gradient_line, label_line, measured_line, sigma_line
from inspector.core.receptive_field.svg import field_svg
from inspector.core.receptive_field.updates import add_pin, clear_pins, set_field
from inspector.views import dialogs

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.field_sight import Sight

Rgb = NDArray[np.uint8]
SVG = ".svg"
NO_HEAT = "There is no effective field yet. Choose a unit and wait for its gradient, or measure it, and save then."


class FieldCommands:
    """``table``: what the commands stand for; the rest is what File and Edit do in this workspace."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._window = controller.window
        self._desk = controller.field
        self.table: dict[str, Callable[[], object]] = {
            "climb-up": lambda: self._desk.climb_by(1), "climb-down": lambda: self._desk.climb_by(-1),
            "pin-unit": self._pin, "clear-pins": lambda: controller.dispatch(clear_pins()), "grow-field": self._desk.grow,
            "measure-field": self._desk.measure, "measure-depth": self._desk.depth.measure,
            "export-fields": self._export_fields, "export-field-picture": self.export_picture,
        }  # fmt: skip

    @property
    def picture(self) -> Rgb | None:
        """The input with the fields of the unit in sight drawn on it."""
        sight, ground = self._desk.sight, self._desk.ground
        if sight is None or ground is None:
            return None
        heat, spread = self._drawn(sight)
        return field_picture(ground, heat, sight.seen.box, spread)

    def as_command(self) -> str:
        """What is measured of the unit in sight as a command line. Raises ValueError."""
        looked, state = self._looked(), self._controller.state
        return scripting.as_command(state.source, self._network(looked), state.field, looked.key, looked.unit)

    def as_python(self) -> str:
        """The same as a script. Raises ValueError."""
        looked, state = self._looked(), self._controller.state
        return scripting.as_python(state.source, self._network(looked), state.field, looked.key, looked.unit)

    def save_heat(self) -> None:
        """The exact values of the effective field."""
        sight = self._desk.sight
        if sight is None or sight.shown is None:
            self._window.message.show_message(NO_HEAT, severity="notice")
            return
        values, about = sight.shown.effective.heat, {"description": self._caption(sight)}
        if path := dialogs.ask_save(self._window, "Save effective field", self._proposed(".tif"), dialogs.VALUES):
            exact = values.astype(np.float32)
            self._controller.submit(jobs.saving(path, lambda _: write_values(Path(path), exact, about)))

    def export_picture(self) -> None:
        """The input with box, heat and ellipse, as pixels or with the lines as SVG."""
        sight, ground = self._desk.sight, self._desk.ground
        if sight is None or ground is None:
            return
        path = dialogs.ask_save(self._window, "Export field picture", self._proposed(".png"), dialogs.DRAWN)
        if not path:
            return
        heat, spread = self._drawn(sight)
        if Path(path).suffix.lower() == SVG:
            under = ground if heat is None else heat_over(ground, heat)
            self._controller.submit(save_text(path, field_svg(under, sight.seen.box, spread, self._caption(sight))))
        else:
            self._controller.submit(jobs.save_shown(path, field_picture(ground, heat, sight.seen.box, spread)))

    def choose_folder(self) -> None:
        """Average over the pictures of a folder."""
        start = self._controller.state.field.folder or self._folder
        if path := dialogs.ask_folder(self._window, "Average over the pictures of a folder", start):
            self._controller.dispatch(set_field("Average over a folder", over=Over.FOLDER, folder=path))

    def _pin(self) -> None:
        if self._desk.looked is not None:
            self._controller.dispatch(add_pin(self._desk.looked.pin))

    def _export_fields(self) -> None:
        if not self._desk.rows:
            return
        proposed = str(Path(self._folder) / "fields.csv")
        if path := dialogs.ask_save(self._window, "Save field table", proposed, dialogs.TABLES):
            self._controller.submit(save_text(path, as_csv(self._desk.rows)))

    def _looked(self) -> Looked:
        if self._desk.sight is None:
            raise ValueError("There is no unit in sight. Choose a layer on the left.")
        return self._desk.sight.looked

    def _network(self, looked: Looked) -> NetworkSettings:
        """With the map that is looked at, since the chosen one may be another layer's, with more maps."""
        network = self._controller.state.network
        return network if looked.map is None else replace(network, map=looked.map)

    def _drawn(self, sight: "Sight") -> tuple[Heat | None, Ellipse | None]:
        """What is drawn besides the box."""
        field, shown = self._controller.state.field, sight.shown
        if shown is None or shown.numbers is None:
            return None, None
        return shown.effective.heat if field.heat else None, ellipse(shown.numbers) if field.ellipse else None

    def _caption(self, sight: "Sight") -> str:
        """What an export carries: tensor, unit, box, and how its effective field was measured."""
        parts = [self._controller.network.facts.title if self._controller.network.facts else "", sight.looked.label]
        parts.append(label_line(sight.seen))
        if sight.shown is not None:
            effective, settings = sight.shown.effective, self._controller.state.field
            parts += [gradient_line(effective), texts.pictures(settings, effective.pictures), heat_text(effective.heat)]
            parts += [measured_line(effective), sigma_line(sight.shown, sight.seen.box)]
        return " · ".join(filter(None, parts))

    @property
    def _folder(self) -> str:
        return self._controller.settings.last_folder or str(Path.cwd())

    def _proposed(self, suffix: str) -> str:
        key = self._desk.looked.key.replace(":", "-") if self._desk.looked is not None else "field"
        return str(Path(self._folder) / f"{key}-field{suffix}")
