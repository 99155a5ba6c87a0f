"""Surgery without training: other poolings, other padding, dense strides, and what that does to the accuracy."""

from collections.abc import Hashable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.core.shift.surgery import Densify, Pooling, Repad, Repool, Surgery
from inspector.core.shift.updates import operate, restore_architecture, take_back_surgery
from inspector.views.commands import tooltip
from inspector.views.network.segments import Segments
from inspector.views.shift.line_list import LineList
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.section import Section, label, row
from kernels import Border

AS_IT_IS = "as it is"
ALL, THIS = "All layers", "This layer"
WHERE = {ALL: "Change every layer that can be changed in this way", THIS: "Change the chosen layer alone"}
POOLINGS = {
    AS_IT_IS: "The pooling that the network was trained with",
    "average": "The mean of each window",
    "blur, 2 taps": "The densest pooling, a blur of 1 1, then every other pixel (Zhang 2019)",
    "blur, 3 taps": "The densest pooling, a blur of 1 2 1, then every other pixel (Zhang 2019)",
    "blur, 5 taps": "The densest pooling, a blur of 1 4 6 4 1, then every other pixel (Zhang 2019)",
    "polyphase": "Of the grids that the stride could keep, the one with the largest norm (Chaman and Dokmanić 2021)",
}
BY_POOLING = dict(zip(Pooling, tuple(POOLINGS)[1:], strict=True))
PADDINGS = {
    AS_IT_IS: "The padding that the network was trained with, usually zeros",
    "circular": "What lies beyond an edge is what lies at the other",
    "reflect": "The map mirrored at the edge, its outermost values twice",
    "mirror": "The map mirrored at the edge, its outermost values once",
    "replicate": "The outermost values repeated",
    "circular, completed": "Circular also in layers without padding, so that every map is round and moves in whole steps; sizes"
    " change, so that the network needs a mean of each map before its linear layers",
}
BORDERS = (
    (Border.WRAP, False), (Border.REFLECT, False), (Border.MIRROR, False), (Border.REPLICATE, False), (Border.WRAP, True),
)  # and whether layers without padding see round the edge as well  # fmt: skip
BY_BORDER = dict(zip(BORDERS, tuple(PADDINGS)[1:], strict=True))
NO_POOL, NO_PADDING = "The chosen layer is no pooling", "The chosen layer has no padding"
UNALTERED = "The network is as it was trained."
ACCURACY_TIP = "Judge the labelled pictures of a folder or of MNIST or CIFAR files again, with the network as it is now"


class SurgeryPanel(QWidget):
    """Shows ``Surgery``s; ``updated`` carries an ``Update`` for each one by hand, or that takes one back.

    ``accuracy_requested``, ``consistency_requested``: that is to be measured on data that have to be asked for.
    ``study_requested``: what came of the latter is to be saved.
    """

    updated = Signal(object)
    accuracy_requested = Signal()
    consistency_requested = Signal()
    study_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._surgeries: tuple[Surgery, ...] = ()
        self._layer, self._kind = "", ""
        self._make_parts()
        self._lay_out()
        self._connect()
        self.show_surgeries(())
        self.show_problem("")
        self.show_accuracy("")
        self.show_study("", complete=False)

    def show_surgeries(self, surgeries: tuple[Surgery, ...]) -> None:
        """Show what has been done to the network."""
        self._surgeries = surgeries
        lines: dict[Hashable, str] = {surgery: described(surgery) for surgery in surgeries}
        self.list.show_lines(lines)
        self.section.aside.setText("altered" if surgeries else "")
        self.restore.setEnabled(bool(surgeries))
        self._show_choices()

    def show_layer(self, name: str, kind: str) -> None:
        """The path of the chosen layer and what it is, such as "MaxPool2d"; "" for none."""
        self._layer, self._kind = name, kind
        self._show_choices()

    def show_problem(self, problem: str) -> None:
        """Why the network cannot be altered in this way; "" says nothing."""
        _say(self.problem, problem)

    def show_accuracy(self, text: str) -> None:
        """What came of measuring, such as "97.1 % of 10,000 pictures, 99.2 % before"."""
        _say(self.accuracy, text)

    def show_study(self, text: str, *, complete: bool) -> None:
        """What came of measuring the consistency; only what is ``complete`` can be saved."""
        _say(self.study, text)
        self.save.setEnabled(complete)

    # the parts

    def _make_parts(self) -> None:
        self.where = Segments("Change", WHERE)
        self.pooling = Choice("Pooling", "What the poolings become", POOLINGS)
        self.padding = Choice("Padding", "What stands beyond the edges of maps", PADDINGS)
        self.dense = QCheckBox("&Dense strides")
        self.dense.setAccessibleName("Dense strides")
        self.dense.setToolTip("Every stride becomes 1, and what follows is dilated instead: no unit is left out")
        self.list = LineList("Surgery of the network", UNALTERED, "Take back", "warning")
        self.problem, self.accuracy = label("", "warning", wrap=True), label("", "muted", wrap=True)
        self.study = label("", "muted", wrap=True)
        self.restore, self.measure = QPushButton("Restore"), QPushButton("Measure accuracy…")
        self.consistency, self.save = QPushButton("Measure consistency…"), QPushButton("Save…")
        for button, tip in (
            (self.restore, "Take back all surgery"), (self.measure, ACCURACY_TIP),
            (self.consistency, tooltip("measure-consistency")), (self.save, tooltip("save-study")),
        ):  # fmt: skip
            button.setToolTip(tip)

    def _lay_out(self) -> None:
        self.section = Section("Surgery")
        grid = QGridLayout()
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(1, 1)
        for line, (text, field) in enumerate((("&Pooling", self.pooling), ("P&adding", self.padding))):
            caption = QLabel(text)
            caption.setBuddy(field)
            grid.addWidget(caption, line, 0)
            grid.addWidget(field, line, 1)
        column = self.section.column
        column.addWidget(self.where)
        column.addLayout(grid)
        column.addWidget(self.dense)
        for part in (self.list, self.problem):
            column.addWidget(part)
        column.addLayout(row(self.restore, self.measure))
        column.addWidget(self.accuracy)
        column.addLayout(row(self.consistency, self.save))
        column.addWidget(self.study)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.section)

    def _connect(self) -> None:
        self.where.chosen.connect(self._show_choices)
        self.pooling.chosen.connect(self._choose_pooling)
        self.padding.chosen.connect(self._choose_padding)
        self.dense.clicked.connect(self._choose_dense)
        self.list.removed.connect(self._take_back)
        self.restore.clicked.connect(self._restore)
        self.measure.clicked.connect(self.accuracy_requested)
        self.consistency.clicked.connect(self.consistency_requested)
        self.save.clicked.connect(self.study_requested)

    # what is shown

    @property
    def _layers(self) -> tuple[str, ...]:
        """The layers that a surgery is for; empty for all."""
        return (self._layer,) if self.where.word == THIS else ()

    def _show_choices(self, *_: object) -> None:
        pool, pad = self._pooled(), self._padded()
        self.pooling.show_choice(AS_IT_IS if pool is None else BY_POOLING[pool.pooling])
        self.padding.show_choice(AS_IT_IS if pad is None else BY_BORDER.get((pad.border, pad.complete), AS_IT_IS))
        self.dense.setChecked(Densify() in self._surgeries)
        this = self.where.word == THIS
        _enable(self.pooling, NO_POOL if this and "Pool" not in self._kind else "")
        _enable(self.padding, NO_PADDING if this and not {"Conv", "Pool"} & set(_words(self._kind)) else "")

    def _pooled(self) -> Repool | None:
        return next((s for s in self._surgeries if isinstance(s, Repool) and s.layers == self._layers), None)

    def _padded(self) -> Repad | None:
        return next((s for s in self._surgeries if isinstance(s, Repad) and s.layers == self._layers), None)

    # what the hand does

    def _choose_pooling(self, word: str) -> None:
        pooling = next((pooling for pooling, text in BY_POOLING.items() if text == word), None)
        self._alter(self._pooled(), None if pooling is None else Repool(pooling, self._layers))

    def _choose_padding(self, word: str) -> None:
        how = next((how for how, text in BY_BORDER.items() if text == word), None)
        self._alter(self._padded(), None if how is None else Repad(how[0], self._layers, how[1]))

    def _choose_dense(self, checked: bool) -> None:
        self._alter(None if checked else Densify(), Densify() if checked else None)

    def _alter(self, present: Surgery | None, wanted: Surgery | None) -> None:
        if wanted is not None and wanted != present:
            self.updated.emit(operate(wanted))
        elif wanted is None and present is not None:
            self.updated.emit(take_back_surgery(present))

    def _take_back(self, surgery: Surgery) -> None:
        self.updated.emit(take_back_surgery(surgery))

    def _restore(self) -> None:
        self.updated.emit(restore_architecture())


def described(surgery: Surgery) -> str:
    """A surgery in words, such as "pooling: blur, 3 taps, everywhere"."""
    if isinstance(surgery, Densify):
        return "dense strides everywhere"
    where = f"in {', '.join(surgery.layers)}" if surgery.layers else "everywhere"
    if isinstance(surgery, Repool):
        return f"pooling: {BY_POOLING[surgery.pooling]}, {where}"
    return f"padding: {BY_BORDER.get((surgery.border, surgery.complete), surgery.border)}, {where}"


def _enable(choice: Choice, reason: str) -> None:
    choice.setEnabled(not reason)
    if reason:
        choice.setToolTip(reason)


def _say(line: QLabel, text: str) -> None:
    """A line that takes no room while there is nothing to say."""
    line.setText(text)
    line.setVisible(bool(text))


def _words(kind: str) -> tuple[str, ...]:
    """What kind of layer a name such as "MaxPool2d" speaks of."""
    return tuple(word for word in ("Conv", "Pool") if word in kind)
