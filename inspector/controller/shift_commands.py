"""The commands of the Shift workspace."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller import jobs, shift_study
from inspector.controller.network_jobs import save_maps, save_text
from inspector.controller.shift_texts import errors_csv
from inspector.core.network.atlas import GROUND
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.shift import scripting
from inspector.core.shift.updates import put_back, restore_architecture
from inspector.views import dialogs

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.controller.shift_jobs import FrameShown

Rgb = NDArray[np.uint8]
GAP = 8  # pixels between pictures that are exported together


class ShiftCommands:
    """``table``: what the commands stand for; the rest is what File and Edit do in this workspace."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._window = controller.window
        self._desk = controller.shift
        self.table: dict[str, Callable[[], object]] = {
            "put-back": lambda: controller.dispatch(put_back()), "play-shift": self._desk.toggle_play,
            "restore-architecture": lambda: controller.dispatch(restore_architecture()),
            "measure-accuracy": self._measure_accuracy, "export-errors": self._export_errors,
            "measure-consistency": self._measure_consistency, "save-study": self._save_study,
            "compare-weights": self._compare_weights,
        }  # fmt: skip

    @property
    def picture(self) -> Rgb | None:
        """The maps as they ought to be, as they are, and the difference, beside each other."""
        case = self._desk.shown.case if self._desk.shown is not None else None
        if case is None:
            return None
        gap = np.broadcast_to(np.array(GROUND, np.uint8), (len(case.after.rgb), GAP, 3))
        return np.concatenate([case.expected.rgb, gap, case.after.rgb, gap, case.difference.rgb], axis=1)

    def as_command(self) -> str:
        """The errors against the shift as a command line. Raises ValueError."""
        state = self._controller.state
        return scripting.as_command(state.source, state.network, state.shift)

    def as_python(self) -> str:
        """The present transform as a script. Raises ValueError."""
        state = self._controller.state
        return scripting.as_python(state.source, state.network, state.shift, self._shown().request.key)

    def save_maps(self) -> None:
        """The moved input, and the maps of the layer before, after and as they ought to be, as NPZ."""
        shown = self._shown()
        case = shown.frame.cases[shown.request.key]
        if path := dialogs.ask_save(self._window, "Save maps", self._proposed("shift.npz"), dialogs.MAPS):
            expected = {} if case.expected is None else {"expected": case.expected}
            tensors = {"input": shown.frame.shown, "before": case.before, "after": case.after, **expected}
            self._controller.submit(save_maps(path, tensors))

    def export_picture(self) -> None:
        """What is shown of the maps, as a picture."""
        if (rgb := self.picture) is None:
            return
        if path := dialogs.ask_save(self._window, "Export maps as shown", self._proposed("shift.png"), dialogs.SHOWN):
            self._controller.submit(jobs.save_shown(path, rgb))

    def _export_errors(self) -> None:
        """The errors of all layers along the axis as CSV."""
        curve = self._desk.curve
        if curve is None:
            return
        if path := dialogs.ask_save(self._window, "Save error table", self._proposed("errors.csv"), dialogs.TABLES):
            self._controller.submit(save_text(path, errors_csv(*curve, self._controller.state.shift.axis)))

    def _measure_accuracy(self) -> None:
        if path := dialogs.ask_folder(self._window, "Measure the accuracy on MNIST or CIFAR-10 files", self._folder):
            self._desk.measure_accuracy(path)

    def _measure_consistency(self) -> None:
        title = "Measure the consistency on pictures, or on MNIST or CIFAR-10 files"
        if path := dialogs.ask_folder(self._window, title, self._folder):
            self._desk.studies.begin(path)

    def _save_study(self) -> None:
        """Consistency and mean errors, as tables and plots in a folder."""
        if (done := self._desk.studies.done) is None:
            return
        if path := dialogs.ask_folder(self._window, "Save consistency and mean errors", self._folder):
            self._controller.submit(shift_study.save(path, done))

    def _compare_weights(self) -> None:
        if path := dialogs.ask_open(self._window, "Compare with weights", self._folder, dialogs.WEIGHTS):
            self._desk.others.add(ModelChoice(ModelKind.FILE, path))

    def _shown(self) -> "FrameShown":
        if self._desk.shown is None:
            raise ValueError("Nothing has been measured yet.")
        return self._desk.shown

    @property
    def _folder(self) -> str:
        return self._controller.settings.last_folder or str(Path.cwd())

    def _proposed(self, name: str) -> str:
        return str(Path(self._folder) / name)
