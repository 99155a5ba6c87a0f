"""What the network takes the picture for: the five most probable classes as bars."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from inspector.core.network.inspection import NO_CLASSES
from inspector.core.numbers_text import significant
from inspector.views.commands import tooltip
from inspector.views.network.picture_box import PictureBox
from inspector.views.theme import GRID, Palette, colours_of
from inspector.views.widgets.section import Elided, Section, row

TOP = 5  # classes that are shown
ROW = 20  # height, pixels
BAR = 8  # thickness, pixels
NAME_SHARE = 0.36  # of the width, for the names of the classes
INPUT_SIDE = 64  # pixels
EMPTY = "No network has seen a picture yet."
ALTERED = "The network is altered. A thin line marks each probability before that."

Probabilities = NDArray[np.float64]  # (classes,)


@dataclass(frozen=True)
class Guess:
    """One class with its probability, and what that is in the unaltered network (None: it is not altered)."""

    name: str
    probability: float
    before: float | None = None

    @property
    def words(self) -> str:
        """All of it, with four significant digits."""
        before = "" if self.before is None else f", {significant(self.before, 4)} before the network was altered"
        return f"{self.name}: {significant(self.probability, 4)}{before}"


def best(labels: tuple[str, ...], probabilities: Probabilities, reference: Probabilities | None) -> tuple[Guess, ...]:
    """The ``TOP`` classes with the largest probabilities, the largest first; NaN last, equal ones by their index.

    A class without a label is called by its index. A ``reference`` of another number of classes belongs to another network
    and is left out.
    """
    order = np.argsort(-probabilities, kind="stable")[:TOP]
    known = reference is not None and reference.shape == probabilities.shape
    return tuple(
        Guess(
            labels[index] if index < len(labels) else f"class {index}",
            float(probabilities[index]),
            float(reference[index]) if known and reference is not None else None,
        )
        for index in map(int, order)
    )


def share_text(share: float) -> str:
    """A probability with four places, such as "0.8123", "< 0.0001" and "> 0.9999"."""
    if np.isnan(share):
        return "NaN"
    if share < 0.0001:
        return "< 0.0001"
    return f"{share:.4f}" if share < 0.99995 else "> 0.9999"


class ClassBars(QWidget):
    """The fitted input with the probabilities that the network gives it.

    ``restore_requested``: the network is to be as it was, all at once.
    """

    restore_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._probabilities: Probabilities = np.empty(0)
        self._reference: Probabilities | None = None
        self.picture = PictureBox("Input as the network gets it", QSize(INPUT_SIDE, INPUT_SIDE))
        self.picture.setToolTip("What the network gets: the picture at the network's size")
        self.fit = Elided("muted")
        self.altered = Elided("warning", lines=2)
        self._make_restore()
        self.bars = BarRows()
        self._lay_out()

    def _make_restore(self) -> None:
        self.restore = QPushButton("Restore")
        self.restore.setObjectName("compact")
        self.restore.setToolTip(tooltip("restore-network"))
        self.restore.clicked.connect(self.restore_requested)
        room = self.restore.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that nothing below moves
        self.restore.setSizePolicy(room)
        self.restore.hide()

    def show_guesses(
        self, labels: tuple[str, ...], probabilities: Probabilities, fitted: NDArray[np.uint8] | None, fit: str
    ) -> None:
        """Show the most probable of all classes.

        ``probabilities`` ``(classes,)`` float64, empty for none; ``fitted`` ``(H, W, 3)`` uint8 is the input, None while there
        is none, and ``fit`` how it was made to fit.
        """
        self.bars.show_empty(EMPTY if fitted is None else NO_CLASSES)
        self._labels, self._probabilities = labels, probabilities
        size = "" if fitted is None else f"{fitted.shape[0]} × {fitted.shape[1]}"
        words = " · ".join(part for part in ("input" if size else "", size, fit) if part)
        self.picture.show_picture(fitted, words)
        self.fit.show_text(words)
        self._show_bars()

    def show_reference(self, probabilities: Probabilities | None) -> None:
        """While the network is altered: the ``(classes,)`` probabilities of the unaltered one; None: it is not altered."""
        self._reference = probabilities
        self.altered.show_text("" if probabilities is None else ALTERED)
        self.restore.setVisible(probabilities is not None)
        self._show_bars()

    def _show_bars(self) -> None:
        self.bars.show_guesses(best(self._labels, self._probabilities, self._reference))

    def _lay_out(self) -> None:
        section = Section("Probability")
        beside = QVBoxLayout()
        beside.setSpacing(2)
        beside.addWidget(self.fit)
        beside.addWidget(self.altered)
        beside.addLayout(row(self.restore))
        beside.addStretch(1)
        top = row(self.picture, stretch=False)
        top.addLayout(beside, 1)
        section.column.addLayout(top)
        section.column.addWidget(self.bars)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)


class BarRows(QWidget):
    """``TOP`` rows of name, bar and number, as high without any as with all of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(TOP * ROW)
        self.setAccessibleName("Probabilities")
        self.setAccessibleDescription(EMPTY)
        self._guesses: tuple[Guess, ...] = ()
        self._empty = EMPTY

    @property
    def guesses(self) -> tuple[Guess, ...]:
        """What is shown."""
        return self._guesses

    def show_empty(self, text: str) -> None:
        """What is said where there are no classes to show."""
        self._empty = text
        self._show()

    def show_guesses(self, guesses: tuple[Guess, ...]) -> None:
        """Show these from the top."""
        if guesses != self._guesses:
            self._guesses = guesses
            self._show()

    def _show(self) -> None:
        self.setAccessibleDescription("\n".join(guess.words for guess in self._guesses) or self._empty)
        self.update()

    def bar(self, number: int, share: float) -> QRectF:
        """Where the bar of a row lies for a probability."""
        metrics = self.fontMetrics()
        left = round(NAME_SHARE * self.width()) + GRID
        room = self.width() - left - GRID - metrics.horizontalAdvance("> 0.9999")
        return QRectF(left, number * ROW + (ROW - BAR) / 2, max(room, 0) * (0.0 if np.isnan(share) else share), BAR)

    def tip_at(self, position: QPoint) -> str:
        """What the tooltip says there."""
        number = position.y() // ROW
        return self._guesses[number].words if 0 <= number < len(self._guesses) else ""

    def event(self, event: QEvent) -> bool:
        """Say the whole name and the numbers of the row under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip_at(event.pos()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, or what to expect here."""
        colours = colours_of(self)
        with QPainter(self) as painter:
            if not self._guesses:
                painter.setPen(QColor(colours.muted))
                painter.drawText(QRectF(0, 0, self.width(), ROW), Qt.AlignmentFlag.AlignVCenter, self._empty)
            for number, guess in enumerate(self._guesses):
                self._paint_row(painter, colours, number, guess)

    def _paint_row(self, painter: QPainter, colours: Palette, number: int, guess: Guess) -> None:
        line = QRectF(0, number * ROW, self.width(), ROW)
        room = round(NAME_SHARE * self.width())
        name = self.fontMetrics().elidedText(guess.name, Qt.TextElideMode.ElideRight, room)
        painter.setPen(QColor(colours.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, share_text(guess.probability))
        painter.fillRect(self.bar(number, guess.probability), QColor(colours.accent))
        if guess.before is not None:
            old = self.bar(number, guess.before)
            painter.fillRect(QRectF(round(old.right()), old.top() - 3, 1, BAR + 6), QColor(colours.text))
