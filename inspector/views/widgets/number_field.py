"""A field for one number that reads every locale the same way."""

from math import floor, log10

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from kernels import format_weight, parse_number

LARGEST = 3.4e38  # of float32


class NumberField(QLineEdit):
    """Takes 0.5, 0,5, 1/9, −1 and the digits of other scripts; Up, Down and the wheel step it.

    ``edited`` carries each value that the user's hand makes, while it is typed. What is no number
    stays in the field, marked as invalid, and says why in ``problem`` and the tooltip.
    With ``live`` off a typed value is told only when it is finished (Enter, or the field is left).
    ``session`` changes each time the field is entered, so that one visit can be one step of undo.
    """

    edited = Signal(float)
    problem_changed = Signal(str)

    def __init__(
        self,
        *,
        low: float = -LARGEST,
        high: float = LARGEST,
        whole: bool = False,
        step: float = 1.0,
        live: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.low, self.high, self.whole, self.step, self.live = low, high, whole, step, live
        self.problem = ""
        self.session = 0
        self._value = 0.0
        self._tip = ""
        self.setText(format_weight(0.0))
        self.setProperty("invalid", False)
        self.textEdited.connect(self._read)
        self.editingFinished.connect(self._finish)

    @property
    def value(self) -> float:
        """The last number that was valid."""
        return self._value

    def describe(self, name: str, tip: str) -> None:
        """Name the field for screen readers and explain it in the tooltip."""
        self.setAccessibleName(name)
        self._tip = tip
        self.setToolTip(self.problem or tip)

    def show_value(self, value: float) -> None:
        """Show a number without emitting; text that means the same number is left as the user wrote it."""
        if value != self._value or (self.problem and not self.hasFocus()):
            self._value = value
            self.setText(format_weight(value))
            self._show_problem("")

    def show_invalid(self, text: str) -> None:
        """Put back a text that is no number, marked as such."""
        self.setText(text)
        self._read(text)

    def _read(self, text: str) -> None:
        try:
            value = self._checked(parse_number(text))
        except ValueError as error:
            self._show_problem(str(error))
            return
        self._show_problem("")
        if self.live:
            self._take(value)

    def _finish(self) -> None:
        if not self.live and not self.problem and self.isModified():  # what is shown need not be what may be typed
            self._take(self._checked(parse_number(self.text())))

    def _checked(self, value: float) -> float:
        if self.whole and value != int(value):
            raise ValueError("only whole numbers are allowed here")
        if not self.low <= value <= self.high:
            raise ValueError(f"allowed are {format_weight(self.low)} to {format_weight(self.high)}")
        return value

    def _take(self, value: float) -> None:
        if value != self._value:
            self._value = value
            self.edited.emit(value)

    def step_by(self, steps: float) -> None:
        """Go up (or down, negative) by ``steps`` of the field, landing on round numbers within its limits."""
        value = min(max(stepped(self._value, steps, self.step), self.low), self.high)
        self._show_problem("")
        self.setText(format_weight(value))
        self._take(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step; with Shift ten times as far, with Ctrl a tenth."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_by((1 if event.key() == Qt.Key.Key_Up else -1) * self._factor(event.modifiers()))
            self.selectAll()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step while the field has the focus; otherwise let the column scroll."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self.step_by((1 if event.angleDelta().y() > 0 else -1) * self._factor(event.modifiers()))
        event.accept()

    def _factor(self, modifiers: Qt.KeyboardModifier) -> float:
        return 1.0 if self.whole and modifiers & Qt.KeyboardModifier.ControlModifier else step_factor(modifiers)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin a new session."""
        self.session += 1
        super().focusInEvent(event)

    def _show_problem(self, problem: str) -> None:
        if problem == self.problem:
            return
        self.problem = problem
        self.setToolTip(problem or self._tip)
        if bool(problem) != self.property("invalid"):
            self.setProperty("invalid", bool(problem))
            self.style().unpolish(self)
            self.style().polish(self)
        self.problem_changed.emit(problem)


def step_factor(modifiers: Qt.KeyboardModifier) -> float:
    """How far a step goes: ten times with Shift, a tenth with Ctrl."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return 10.0
    return 0.1 if modifiers & Qt.KeyboardModifier.ControlModifier else 1.0


def stepped(value: float, steps: float, step: float) -> float:
    """``value`` moved by ``steps * step`` and rounded to a multiple of the finer of ``step`` and the move."""
    unit = step * min(abs(steps), 1.0) if steps else step
    places = max(0, -floor(log10(unit) + 1e-9))
    return round(round(value / unit + steps * step / unit) * unit, places)
