"""What the Shift workspace shows of its choices and of one transform; nothing is decided here."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inspector.controller.network_jobs import Opened
from inspector.controller.pace import Pace
from inspector.controller.shift_jobs import FrameShown, Split
from inspector.controller.shift_plots import ShiftPlots
from inspector.controller.shift_sweeps import Accuracy
from inspector.controller.shift_texts import accuracy_line, altered_line, input_label, plotted_line, pooling_hint, row_keys
from inspector.core.network.settings import NetworkSettings
from inspector.core.network.steps import Step
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import ShiftSettings
from inspector.core.shift.shown import LayerNow, layers_now, output_line, transform_line
from inspector.views.shift.page import ShiftPage
from inspector.views.status_line import StatusLine

NO_CLASSES = np.empty(0)
REFUSED = "There is nothing to show of these choices; the message says why."
PASSES = "One forward pass of the picture as it is and as it is moved, every layer measured"


class ShiftScreen:
    """Fills the page of the workspace; what has not changed is not touched, since the page moves with the hand."""

    def __init__(self, page: ShiftPage, status: StatusLine, pace: Pace) -> None:
        self.page, self.plots = page, ShiftPlots(page)
        self._status, self._pace = status, pace
        self._chosen: tuple[ShiftSettings, NetworkSettings] | None = None
        self._step: Step | None = None
        self._shown: FrameShown | None = None
        self._split: Split | None = None
        self._rows: tuple[LayerNow, ...] = ()
        self._no_crop = ""

    # ---- choices -----------------------------------------------------------------------------------------

    def show_settings(self, settings: ShiftSettings, network: NetworkSettings) -> None:
        """What is chosen."""
        if (settings, network) == self._chosen:
            return
        if self._chosen is None or (settings.surgeries, network.model) != (self._chosen[0].surgeries, self._chosen[1].model):
            self.show_problem("")
        self._chosen = settings, network
        page = self.page
        page.transform.show_settings(settings)
        page.case.show_transform(transform_line(settings), all_maps=settings.all_maps, unmoved=settings.unmoved)
        page.case.show_note(plotted_line(settings))
        several = bool(settings.others or settings.surgeries)
        page.case.show_side_by_side(settings.side_by_side and several, offered=several)
        page.case.show_altered(altered_line(settings.surgeries, network.alterations))
        limit = settings.reach if settings.incoming is Incoming.CROP else None
        page.case.input.show_shift(settings.dy, settings.dx, framed=_only_moved(settings), limit=limit)
        page.surgery.show_surgeries(settings.surgeries)
        self.plots.show_settings(settings)

    def show_crop(self, reason: str) -> None:
        """Why no window can slide over the picture; "" where one can."""
        if reason != self._no_crop:
            self._no_crop = reason
            self.page.transform.show_crop(reason)

    def show_step(self, step: Step | None) -> None:
        """The layer that is looked at; None without a network."""
        if step == self._step:
            return
        self._step = step
        key = step.key if step is not None else ""
        self.page.layers.show_chosen(key)
        self.page.strip.saw_tooth.show_layer(key)
        self.page.surgery.show_layer(step.facts.name if step is not None else "", step.facts.kind if step is not None else "")
        self._show_measures()

    def show_opening(self, text: str) -> None:
        """What is being done while there is no picture; "" for what to do."""
        self.page.case.show_empty(text)

    def show_others(self, others: Sequence[Opened]) -> None:
        """The networks to be compared with; those that are being opened are called by their ids."""
        known = {one.choice: one.facts.title for one in others}
        chosen = self._chosen[0].others if self._chosen is not None else ()
        lines = {choice: known.get(choice) or f"Opening {Path(choice.name).name} …" for choice in chosen}
        self.page.compare.show_others(lines)

    def show_playing(self, playing: bool) -> None:
        """Whether the picture wanders."""
        self.page.transform.show_playing(playing)

    # ---- one transform -----------------------------------------------------------------------------------

    def show_frame(self, shown: FrameShown) -> None:
        """What one transform makes of the network."""
        self._shown, self._split = shown, None
        page, frame, facts = self.page, shown.frame, shown.request.passed.scene.opened.facts
        names = facts.class_names
        self._pace.shown()
        self.show_busy(False)
        page.case.show_empty("")
        page.case.show_input(shown.input, input_label(shown))
        page.case.show_case(shown.case, names if shown.request.key == facts.steps[-1].after else ())
        page.strip.positions.show_positions(shown.positions, shown.case.chosen if shown.case is not None else 0)
        page.strip.pooling.show_winners(shown.pool, pooling_hint(facts))
        line = output_line(frame.before, frame.errors.output, names)
        page.output.show_output(names, frame.errors.output.probabilities[0], frame.before, line)
        self._show_rows()

    def show_refused(self) -> None:
        """The present choices cannot be shown, for a reason that the message bar says; nothing of earlier ones stays."""
        self._shown, self._split, self._rows = None, None, ()
        page = self.page
        self.show_busy(False)
        page.case.show_empty(REFUSED)
        page.case.show_input(None, "")
        page.case.show_case(None)
        page.strip.positions.show_positions(None, 0)
        page.strip.pooling.show_winners(None)
        page.output.show_output((), NO_CLASSES, None, "")
        page.layers.show_layers(())
        page.layers.show_empty(REFUSED)
        self.plots.show_nothing()
        self._show_measures()

    def show_split(self, split: Split | None) -> None:
        """The part of padding in the errors of the shown transform, once that is known."""
        if split is not self._split:
            self._split = split
            self._show_rows()

    def _show_rows(self) -> None:
        if self._shown is None:
            return
        rows = row_keys(self._shown.request.passed.scene.opened.facts)
        circular = self._split.errors if self._split is not None else None
        self._rows = layers_now(self._shown.frame.errors, rows, circular)
        self.page.layers.show_layers(self._rows)
        self.page.layers.show_chosen(self._step.key if self._step is not None else "")
        self._show_measures()

    def _show_measures(self) -> None:
        key = self._step.key if self._step is not None else ""
        self.page.measures.show_layer(next((row for row in self._rows if row.key == key), None))

    def show_busy(self, busy: bool) -> None:
        """What is shown belongs to earlier choices."""
        self.page.case.show_busy(busy)
        self.page.measures.show_busy(busy)

    # ---- the rest ----------------------------------------------------------------------------------------

    def show_accuracy(self, accuracy: Accuracy) -> None:
        """How well the network judges."""
        self.page.surgery.show_accuracy(accuracy_line(accuracy))

    def show_study(self, text: str, *, complete: bool) -> None:
        """What came of measuring the consistency, or why it was broken off."""
        self.page.surgery.show_study(text, complete=complete)

    def show_problem(self, why: str) -> None:
        """Why the network cannot be altered as was asked for; "" says nothing."""
        self.page.surgery.show_problem(why)

    def show_status(self) -> None:
        """Device, time and tensor in the status line."""
        self._status.show_device("CPU · torch", "Networks are computed by torch on the CPU.")
        shown = self._shown
        self._status.show_work(f"frame {shown.milliseconds:.1f} ms" if shown is not None else "", PASSES)
        self._status.show_shape(shown.request.label if shown is not None else "")


def _only_moved(settings: ShiftSettings) -> bool:
    return settings.scale == 1 and not settings.angle and not settings.flip
