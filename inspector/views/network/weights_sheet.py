"""What a file of weights could be, and the questions that it leaves open."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.core.network.matching import How, Match, WeightsReport
from inspector.core.network.settings import Answers
from inspector.views.network.answer_form import AnswerForm
from inspector.views.network.pairs_table import PairsTable
from inspector.views.theme import GRID
from inspector.views.widgets.section import Elided, label, row

WIDTH, HEIGHT = 640, 560  # pixels at first
HOW = {How.NAMES: "by names", How.ORDER: "by order and shape", How.REBUILT: "rebuilt from shapes"}
TIP = "The network that the weights are loaded into, and what it was recognized by"


class WeightsSheet(QDialog):
    """Shows a ``WeightsReport``; ``accepted_answers`` carries the ``Answers`` to open the file with. Shown with ``open()``.

    Nothing can be opened before every question has a good answer, or where the file fits no network: then it says why.
    """

    accepted_answers = Signal(object)

    def __init__(self, report: WeightsReport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self._answers = Answers()
        self.setWindowTitle("Open weights")
        self._make_parts()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        self._column.setSpacing(GRID)
        self._lay_out_head()
        if report.matches:
            self._lay_out_matches()
        else:
            self._lay_out_reason()
        self.accepted.connect(lambda: self.accepted_answers.emit(self._answers))

    def _make_parts(self) -> None:
        report = self._report
        self.file = Elided("title")
        self.file.show_text(Path(report.path).name)
        self.file.setToolTip(report.path)
        self.facts = label(f"{_counted(report.tensors, 'tensor')} · {_counted(report.parameters, 'parameter')}", "muted")
        self.notes = label("\n".join(report.notes), "warning", wrap=True)
        self.notes.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason = label(report.reason, "title", wrap=True)
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.matches = QComboBox()
        self.matches.setAccessibleName("Network")
        self.matches.setToolTip(TIP)
        self.matches.setMinimumHeight(26)
        self.matches.addItems([f"{match.title}, {HOW[match.how]}" for match in report.matches])
        self.table = PairsTable()
        self.form = AnswerForm()
        self.problem = Elided("warning", lines=2)

    def _lay_out_head(self) -> None:
        self._column.addWidget(self.file)
        self._column.addWidget(self.facts)
        if self._report.notes:
            self._column.addWidget(self.notes)

    def _lay_out_matches(self) -> None:
        caption = QLabel("&Network")
        caption.setMinimumWidth(72)
        caption.setBuddy(self.matches)
        line = row(caption, self.matches, stretch=False)
        line.setStretchFactor(self.matches, 1)
        self._column.addSpacing(GRID)
        self._column.addLayout(line)
        self._column.addWidget(self.table, 1)
        self._column.addWidget(self.form)
        self._column.addWidget(self.problem)
        self._column.addLayout(self._make_buttons())
        self.open_button.setDefault(True)  # the dialog, whose part it is now, opens with Enter
        self.resize(WIDTH, HEIGHT)
        self.matches.currentIndexChanged.connect(self._show_match)
        self.form.changed.connect(self._read)
        self._show_match(0)

    def _lay_out_reason(self) -> None:
        self._column.addSpacing(GRID)
        self._column.addWidget(self.reason)
        self._column.addStretch(1)
        self._column.addSpacing(GRID)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self._column.addWidget(buttons)
        self.setMinimumWidth(WIDTH * 3 // 4)

    def _make_buttons(self) -> QHBoxLayout:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.open_button = QPushButton("Open")
        self.copy_button = QPushButton("Copy table")
        self.copy_button.setToolTip("Copy the selected rows, or all where none is selected, as text (Ctrl+C)")
        buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.AcceptRole)
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(self.table.copy)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return row(self.copy_button, buttons, stretch=False)

    @property
    def _match(self) -> Match:
        return self._report.matches[self.matches.currentIndex()]

    def _show_match(self, _place: int) -> None:
        self.table.show_pairs(self._match.pairs)
        self.form.show_asks(self._match.asks, self._match.usual)
        self._read()

    def _read(self) -> None:
        """Take the answers, or say which one is missing."""
        problem = ""
        try:
            self._answers = self.form.read(Answers(architecture=self._match.architecture))
        except ValueError as error:
            problem = str(error)
        self.problem.show_text(problem)
        self.open_button.setEnabled(not problem)
        self.open_button.setToolTip(problem or "Open the network with these weights and answers")


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
