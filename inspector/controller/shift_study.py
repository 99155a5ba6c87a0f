"""Consistency and mean errors of layers over a data set: an operation that can be broken off and goes on where it was."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.controller.jobs import saving
from inspector.controller.network_jobs import NETWORK, Opened
from inspector.controller.shift_jobs import Cancel
from inspector.controller.shift_texts import row_keys
from inspector.core import places
from inspector.core.files import make_folder
from inspector.core.network.settings import Alteration, Fit
from inspector.core.receptive_field.shown import share
from inspector.core.shift.export import write_report
from inspector.core.shift.report import Along, Report, Study
from inspector.core.shift.scene import Incoming
from inspector.core.shift.surgery import Surgery, surgery_text
from inspector.work.runner import Operation, Outcome

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

KIND = "consistency"
SEED, CURVES = 1, 100  # as ``cnn-inspector shift --data`` has them
NEAR = 8  # shifts reach no farther than this part of the input, lest the subject leaves it


@dataclass(frozen=True)
class StudyRequest:
    """The network, and how the pictures in ``folder`` are shifted before it; ``reach`` in pixels of its input."""

    opened: Opened
    surgeries: tuple[Surgery, ...]
    alterations: tuple[Alteration, ...]
    folder: str
    along: Along
    incoming: Incoming
    value: float
    fit: Fit | None

    @property
    def state(self) -> Path:
        """The file that keeps what has been found if it is broken off: another one for all that would give other numbers."""
        facts = repr((self.opened.choice, *(getattr(self, one.name) for one in fields(self)[1:])))
        return places.downloads() / KIND / f"{hashlib.sha256(facts.encode(errors='surrogateescape')).hexdigest()[:32]}.state"


@dataclass(frozen=True, eq=False)
class Studied:
    """What has been found, to be shown and saved."""

    request: StudyRequest
    report: Report
    study: Study


def reach_for(opened: Opened, reach: int) -> int:
    """How far random shifts go before this network, where ``reach`` is chosen: so far that most of the subject stays."""
    _, height, width = opened.network.trained.preprocessing.input
    return max(min(reach, min(height, width) // NEAR), 1)


def study(request: StudyRequest, tell: Callable[[int, int], None]) -> Operation:
    """Measure all pictures; ``tell`` is called on the worker with how many are done, of how many.

    Where it has been cancelled, the same request goes on with the next picture.
    """
    return Operation(KIND, "Measuring the consistency", partial(_study, request, tell), resource=NETWORK)


def save(folder: str, studied: Studied) -> Operation:
    """Write tables and plots into a folder."""

    def write(_: Cancel) -> None:
        make_folder(folder)
        write_report(Path(folder), studied.report)

    return saving(folder, write)


def line(studied: Studied) -> str:
    """Such as "consistency 93 % over 10,000 pictures, shifted by up to 3 px; judged right 99 %, shifted 97 %"."""
    found = studied.study
    reach = studied.request.along.reach
    words = f"consistency {share(found.consistency)} over {found.pictures:,} pictures, shifted by up to {reach} px"
    if found.accuracy is None or found.accuracy_shifted is None:
        return words
    return f"{words}; judged right {share(found.accuracy)}, shifted {share(found.accuracy_shifted)}"


def broken_off(progress: tuple[int, int] | None) -> str:
    """How far it has come, and how it goes on."""
    done = f"after {progress[0]:,} of {progress[1]:,} pictures" if progress else "at the beginning"
    return f"Broken off {done}; measure the same folder again to go on."


class Studies:
    """The present study: begun by hand, told as it goes, kept to be saved."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._progress: tuple[int, int] | None = None  # pictures that are done, of how many
        self.done: Studied | None = None

    def begin(self, folder: str) -> None:
        """Shift the pictures in ``folder`` at random before the network, as it is now."""
        state, opened = self._controller.state, self._controller.shift.altered
        if opened is None:
            return
        shift, along = state.shift, Along(reach_for(opened, state.shift.reach), axis=state.shift.axis, method=state.shift.method)
        value = shift.constant if shift.incoming is Incoming.CONSTANT else 0.0
        request = StudyRequest(
            opened, shift.surgeries, state.network.alterations, folder, along, shift.incoming, value, state.network.fit
        )  # fmt: skip
        self._progress, self.done = None, None
        self._controller.submit(study(request, self._note))

    def take(self, outcome: Outcome) -> None:
        """It has come to its end."""
        self.done = outcome.value
        self._controller.shift.screen.show_study(line(outcome.value), complete=True)
        self._controller.commands.refresh()

    def cancelled(self, outcome: Outcome) -> None:
        """Say how far it has come, if it is one that was broken off."""
        if outcome.operation.kind == KIND:
            self._controller.shift.screen.show_study(broken_off(self._progress), complete=False)

    def _note(self, done: int, total: int) -> None:
        """Called on the worker."""
        self._progress = done, total
        self._controller.progressed.emit(KIND, done, total)


def _study(request: StudyRequest, tell: Callable[[int, int], None], cancel: Cancel) -> Studied:
    from inspector.nets.consistency_counts import StateError  # noqa: PLC0415 - torch takes seconds to import

    make_folder(str(request.state.parent))
    try:
        return _measured(request, tell, cancel)
    except StateError:  # of a file of weights or of pictures that has changed since: what was found is of no use
        request.state.unlink(missing_ok=True)
        return _measured(request, tell, cancel)


def _measured(request: StudyRequest, tell: Callable[[int, int], None], cancel: Cancel) -> Studied:
    from inspector.nets.consistency import Trial, consistency  # noqa: PLC0415 - torch takes seconds to import
    from inspector.nets.shift_report import rows  # noqa: PLC0415
    from inspector.nets.shift_sources import source_of  # noqa: PLC0415

    network, layers = request.opened.network, {row: key for key, row in row_keys(request.opened.facts).items()}
    trial = Trial(request.along, request.incoming, request.value, SEED, CURVES, tuple(layers.values()), request.fit)
    source = source_of(network, Path(request.folder))
    found = consistency(network, source, trial, request.alterations, state=request.state, progress=tell, cancel=cancel)
    surgeries, names = tuple(map(surgery_text, request.surgeries)), network.trained.class_names
    means = rows(layers, found.layers)
    report = Report(
        network.trained.id, request.folder, request.incoming.value, request.along, means, names, surgeries, study=found
    )  # fmt: skip
    return Studied(request, report, found)
