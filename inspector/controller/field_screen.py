"""What the Receptive field workspace shows of its choices and of what has been measured; nothing is decided here."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from inspector.controller import field_texts as texts
from inspector.controller.field_sight import Sight
from inspector.core.network.depth import DepthRow
from inspector.core.network.facts import Shape
from inspector.core.network.looking import Looked
from inspector.core.network.steps import INPUT
from inspector.core.receptive_field.areas import Mask
from inspector.core.receptive_field.compose import Box
from inspector.core.receptive_field.effective import EffectiveNumbers, Ellipse, ellipse
from inspector.core.receptive_field.settings import FieldSettings, MapShown
from inspector.core.receptive_field.shown import FieldShown, PinShown, label_line, padding_line
from inspector.views.field.field_pane import EMPTY
from inspector.views.field.growth import Growth
from inspector.views.field.marks import Kind, Mark
from inspector.views.field.page import FieldPage
from inspector.views.status_line import StatusLine

REFUSED = "The picture did not pass the network; the message says why."
Rgb = NDArray[np.uint8]


class FieldScreen:
    """Fills the page of the workspace."""

    def __init__(self, page: FieldPage, status: StatusLine) -> None:
        self.page = page
        self._status = status
        self._sight: Sight | None = None
        self._label = ""  # of the tensor that is looked at
        self._problem = ""  # why nothing is known of it
        self._drawn: FieldShown | None = None  # the effective field that the numbers belong to
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

    def show_refused(self) -> None:
        """There is no picture, for a reason that the message bar says."""
        self.page.field.show_empty(REFUSED)

    def show_layer(self, key: str, label: str) -> None:
        """Which one is looked at; ``label`` names its tensor."""
        self._label = label
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

    def show_sight(self, sight: Sight | None, problem: str = "") -> None:
        """The unit that is looked at, and what is known of its effective field; ``problem``: why nothing is known of it."""
        before, self._sight, self._problem = self._sight, sight, problem
        if self.growth.running and (before is None or sight is None or before.seen.box != sight.seen.box):
            self.stop_growing()
        self.page.unit.show_unit(sight.seen if sight else None, problem)
        self.page.units.show_unit(sight.looked.unit if sight and self._has(sight.looked) else None)
        self._show_effective(sight)
        self._show_picture()
        self._show_marks()
        self._show_labels()

    def _has(self, looked: Looked) -> bool:
        """Whether the units that are shown may be those of this tensor; a newer map is on its way else."""
        picture = self.page.units.picture
        return picture is not None and picture.shape[:2] == looked.shape[1:]

    def _show_effective(self, sight: Sight | None) -> None:
        """Numbers of the field that is drawn, grey where it is that of an earlier unit."""
        drawn = sight.drawn if sight is not None else None
        stale = sight is not None and sight.shown is None and sight.last is not None
        if drawn is not self._drawn:
            self._drawn = drawn
            self.page.effective.show_field(drawn)
        self.page.effective.show_stale(stale)
        self.page.field.show_busy(stale)

    def show_pins(self, pins: tuple[PinShown, ...], present: Looked | None) -> None:
        """The units that are kept in sight."""
        changed, self._pins = pins != self._pins, pins
        self.page.pins.show_pins(pins, present.pin if present else None)
        here = {pin.number: pin.pin.unit for pin in pins if present is not None and pin.pin.layer == present.key}
        self.page.units.show_pins(here)
        if changed:
            self._show_marks()

    # ---- all units of the layer --------------------------------------------------------------------------

    def show_units(self, rgb: Rgb | None, caption: str, colours: str) -> None:
        """A value for each unit as a picture."""
        self.page.caption.show_text(caption)
        self.page.units.show_units(rgb, "" if rgb is not None else caption)
        self.page.padding.show_shown(self._settings.shown, colours)

    def show_share(self, share: float | None, unit: tuple[int, int]) -> None:
        """How much of what the unit in sight sees is padding; None: that is not known, or not shown."""
        energy = self._settings.shown is MapShown.ENERGY
        self.page.padding.show_words("" if share is None else padding_line(unit, share, energy=energy))

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
        drawn = self._sight.drawn if self._sight is not None and self._settings.heat else None
        heat = drawn.heat if drawn is not None and self._ground is not None else None
        self.page.field.canvas.show_picture(heat if heat is not None else self._ground)

    def _show_marks(self) -> None:
        pins = tuple(
            Mark(pin.box, self._ellipse(pin.numbers), str(pin.number), Kind.PIN) for pin in self._pins
        )  # fmt: skip
        sight = self._sight
        if sight is None:
            self.page.field.canvas.show_marks(pins)
            return
        numbers = sight.drawn.numbers if sight.drawn is not None and self._box is None else None
        present = Mark(self._box or sight.seen.box, self._ellipse(numbers))
        self.page.field.canvas.show_marks((*pins, present))

    def _ellipse(self, numbers: EffectiveNumbers | None) -> Ellipse | None:
        return ellipse(numbers) if numbers is not None and self._settings.ellipse else None

    def _show_labels(self) -> None:
        sight = self._sight
        if sight is None:
            self.page.field.show_labels(self._label, "", self._problem)
            return
        warning = texts.warning(self._rows.get(sight.looked.layer))
        self.page.field.show_labels(label_line(sight.seen), texts.reading(sight, self._settings), warning)

    def show_status(self, sight: Sight | None) -> None:
        """Device, time and tensor in the status line."""
        shown = sight.shown if sight is not None else None
        self._status.show_device("CPU · torch", "Networks are computed by torch on the CPU.")
        self._status.show_work(texts.work(shown), "Passes forward and backward, up to the layer")
        self._status.show_shape(self._label)


def _step_label(row: DepthRow) -> str:
    field = row.field.field
    side = "" if field is None else f" · r {'×'.join(map(str, dict.fromkeys(field.size)))}"
    return f"{row.step.key}{side}"
