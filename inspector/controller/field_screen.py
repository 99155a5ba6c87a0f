"""What the Receptive field workspace shows of its choices and of what has been measured; nothing is decided here."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inspector.controller.field_sight import Sight
from inspector.controller.pace import Pace
from inspector.core.network.depth import DepthRow
from inspector.core.network.facts import Shape
from inspector.core.network.looking import Looked
from inspector.core.network.steps import INPUT
from inspector.core.receptive_field.areas import Mask
from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.effective import EffectiveNumbers, Ellipse, ellipse
from inspector.core.receptive_field.settings import FieldSettings, MapShown
from inspector.core.receptive_field.shown import PinShown, label_line, padding_line, sigma_line
from inspector.views.field.field_pane import EMPTY
from inspector.views.field.growth import Growth
from inspector.views.field.marks import Kind, Mark
from inspector.views.field.page import FieldPage
from inspector.views.status_line import StatusLine

EXCEEDS = "larger than the picture"
IDLE = "unproductive: all has been seen before"
NO_SHARES = "No padding shares: the unit in the middle is dead for this picture."
Rgb = NDArray[np.uint8]


class FieldScreen:
    """Fills the page of the workspace."""

    def __init__(self, page: FieldPage, status: StatusLine, pace: Pace) -> None:
        self.page = page
        self._status, self._pace = status, pace
        self._sight: Sight | None = None
        self._ground: Rgb | None = None  # the input under everything
        self._settings = FieldSettings()
        self._pins: tuple[PinShown, ...] = ()
        self._rows: dict[str, DepthRow] = {}
        self._box: Box | None = None  # where the box of the present unit is drawn, while it moves
        self.growth = Growth(page.middle)
        self.growth.moved.connect(self._move)
        self.growth.arrived.connect(self._arrive)
        self.growth.stepped.connect(page.climb.show_step)
        page.field.canvas.reveal_box(True)

    # ---- the network -------------------------------------------------------------------------------------

    def show_depth(self, input: Shape | None, rows: tuple[DepthRow, ...], sigmas: Mapping[str, tuple[float, float]]) -> None:
        """The layers of a network, None without one, and how far the effective fields of those that were measured spread."""
        self._rows = {row.step.key: row for row in rows}
        self.page.layers.show_depth(input, rows)
        self.page.plot.show_depth(rows, sigmas, (1, 1) if input is None else (input[1], input[2]))
        start = ((INPUT, INPUT),) if rows else ()
        self.page.climb.show_steps((*start, *((row.step.key, _step_label(row)) for row in rows)))

    def show_opening(self, text: str) -> None:
        """What is being done while there is no picture; "" for what to do."""
        self.page.field.show_empty(text or EMPTY)

    def show_layer(self, key: str) -> None:
        """Which one is looked at."""
        self.page.layers.show_chosen(key)
        self.page.plot.show_layer(key)
        self.page.climb.show_step(key)

    def show_settings(self, settings: FieldSettings) -> None:
        """What is chosen."""
        self._settings = settings
        self.page.effective.show_settings(settings)

    # ---- the unit ----------------------------------------------------------------------------------------

    def show_ground(self, fitted: Rgb | None) -> None:
        """The input of the network, over which everything is drawn."""
        if fitted is not self._ground:
            self._ground = fitted
            self._show_picture()

    def show_sight(self, sight: Sight | None) -> None:
        """The unit that is looked at, and what is known of its effective field."""
        before, self._sight = self._sight, sight
        page = self.page
        if self.growth.running and (before is None or sight is None or before.seen.box != sight.seen.box):
            self.stop_growing()
        page.unit.show_unit(sight.seen if sight else None)
        page.units.show_unit(sight.looked.unit if sight else None)
        known = sight is not None and sight.shown is not None
        if known or sight is None or before is None or before.looked.key != sight.looked.key:
            page.effective.show_field(sight.shown if sight else None)
        self.show_stale(sight is not None and not known)
        self._show_picture()
        self._show_marks()
        self._show_labels()

    def show_stale(self, stale: bool) -> None:
        """What is said of the effective field belongs to an earlier unit."""
        self.page.effective.show_stale(stale)
        self.page.field.show_busy(stale)

    def show_pins(self, pins: tuple[PinShown, ...], present: Looked | None) -> None:
        """The units that are kept in sight."""
        self._pins = pins
        self.page.pins.show_pins(pins, present.pin if present else None)
        here = {pin.number: pin.pin.unit for pin in pins if present is not None and pin.pin.layer == present.key}
        self.page.units.show_pins(here)
        self._show_marks()

    def show_frame(self) -> None:
        """A new effective field has come."""
        self._pace.shown()

    # ---- all units of the layer --------------------------------------------------------------------------

    def show_units(self, rgb: Rgb | None, caption: str, colours: str) -> None:
        """A value for each unit as a picture."""
        self.page.caption.show_text(caption)
        self.page.units.show_units(rgb, "" if rgb is not None else caption)
        self.page.padding.show_shown(self._settings.shown, colours)

    def show_share(self, share: float | None, unit: tuple[int, int]) -> None:
        """How much of what the unit in sight sees is padding; None: that is not known."""
        energy = self._settings.shown is MapShown.ENERGY
        words = "" if self._settings.shown is MapShown.ACTIVATION or share is None else padding_line(unit, share, energy=energy)
        self.page.padding.show_words(words)

    def show_problem(self, problem: str) -> None:
        """Why there are no shares."""
        self.page.padding.show_words(problem)

    def show_seers(self, mask: Mask | None, pixel: tuple[int, int] | None) -> None:
        """Which units see the pixel under the mouse."""
        fits = mask is not None and self.page.units.picture is not None and self.page.units.picture.shape[:2] == mask.shape
        self.page.units.show_seers(mask if fits else None)
        self.page.field.canvas.show_pixel(pixel)
        if mask is None or pixel is None:
            self._show_labels()
        else:
            count = int(mask.sum())
            line = f"pixel {pixel}: seen by {count:,} of the {mask.size:,} units of a map"
            self.page.field.show_labels(line, "", "")

    # ---- movement ----------------------------------------------------------------------------------------

    def climb(self, before: Box, after: Box) -> None:
        """Let the box of the present unit grow from that of the last layer."""
        self.growth.go(before, after)

    def play(self, boxes: Sequence[tuple[str, Box]]) -> None:
        """Let it grow from the first layer on."""
        self.page.climb.show_growing(True)
        self.growth.play(boxes)

    def stop_growing(self) -> None:
        """Show the box where it belongs."""
        self.growth.stop()
        self._arrive()

    def _move(self, box: Box) -> None:
        self._box = box
        self._show_marks()

    def _arrive(self) -> None:
        self._box = None
        self.page.climb.show_growing(False)
        if self._sight is not None:
            self.page.climb.show_step(self._sight.looked.layer)
        self._show_marks()

    # ---- passing it on -----------------------------------------------------------------------------------

    def _show_picture(self) -> None:
        shown = self._sight.shown if self._sight is not None and self._settings.heat else None
        heat = shown.heat if shown is not None and self._ground is not None else None
        self.page.field.canvas.show_picture(heat if heat is not None else self._ground)

    def _show_marks(self) -> None:
        pins = tuple(
            Mark(pin.box, self._ellipse(pin.numbers), str(pin.number), Kind.PIN) for pin in self._pins
        )  # fmt: skip
        sight = self._sight
        if sight is None:
            self.page.field.canvas.show_marks(pins)
            return
        numbers = sight.shown.numbers if sight.shown is not None and self._box is None else None
        present = Mark(self._box or sight.seen.box, self._ellipse(numbers))
        self.page.field.canvas.show_marks((*pins, present))

    def _ellipse(self, numbers: EffectiveNumbers | None) -> Ellipse | None:
        return ellipse(numbers) if numbers is not None and self._settings.ellipse else None

    def _show_labels(self) -> None:
        sight = self._sight
        if sight is None:
            self.page.field.show_labels("", "")
            return
        row = self._rows.get(sight.looked.layer)
        warning = "" if row is None else IDLE if row.unproductive else EXCEEDS if row.exceeds else ""
        spread = sigma_line(sight.shown, sight.seen.box) if sight.shown is not None else ""
        self.page.field.show_labels(label_line(sight.seen), spread, warning)

    def show_status(self, sight: Sight | None) -> None:
        """Device, time and tensor in the status line."""
        shown = sight.shown if sight is not None else None
        self._status.show_device("CPU · torch", "Networks are computed by torch on the CPU.")
        work = f"gradient {shown.effective.milliseconds:.1f} ms" if shown is not None else ""
        self._status.show_work(work, "One pass forward and one backward, up to the layer")
        self._status.show_shape(sight.looked.label if sight is not None else "")


def _step_label(row: DepthRow) -> str:
    field = row.field.field
    side = "" if field is None else f" · r {'×'.join(map(str, dict.fromkeys(field.size)))}"
    return f"{row.step.key}{side}"
