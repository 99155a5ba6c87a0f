"""How one cell of the weight grid is drawn and edited."""

from PySide6.QtCore import QAbstractItemModel, QLocale, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inspector.views.theme import Palette, colours_of
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.weight_model import PROBLEM_ROLE, SHARE_ROLE, WEIGHT_ROLE, Index, WeightModel, shorter
from kernels import Kernel, parse_kernel, parse_number

TINT = 0.28  # share of the sign's colour behind the largest weight


class WeightEditor(NumberField):
    """The field of one cell: ``typed`` carries row, column, value and editing session.

    A whole matrix can be pasted into it: ``matrix_pasted`` carries a Kernel.
    """

    typed = Signal(int, int, float, int)
    matrix_pasted = Signal(object)

    def __init__(self, index: Index, visit: int, step: float, parent: QWidget) -> None:
        super().__init__(step=step, parent=parent)
        row, column = index.row(), index.column()
        self._place, self._visit, self._start = (row, column), visit, float(index.data(WEIGHT_ROLE))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setObjectName("cell")
        self.describe(f"Weight in row {row + 1}, column {column + 1}", "")
        self.edited.connect(self._tell)

    def revert(self) -> None:
        """Go back to the weight that the cell had when the editor was opened."""
        if self.value != self._start:
            self.typed.emit(*self._place, self._start, self._visit)

    def _tell(self, value: float) -> None:
        self.typed.emit(*self._place, value, self._visit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste a matrix as a matrix; everything else as usual."""
        matrix = pasted_matrix() if event.matches(QKeySequence.StandardKey.Paste) else None
        if matrix is None:
            super().keyPressEvent(event)
        else:
            self.matrix_pasted.emit(matrix)


def pasted_matrix() -> Kernel | None:
    """The kernel that the clipboard holds, or None where it holds one number or something else.

    Raises nothing: text that is no matrix is pasted as text, and the cell says what is wrong with it.
    """
    text = QGuiApplication.clipboard().text().strip()
    if is_number(text):
        return None
    try:
        return parse_kernel(text)
    except ValueError:
        return None


def is_number(text: str) -> bool:
    """Whether the text is one number."""
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


class WeightDelegate(QStyledItemDelegate):
    """Draws cells with a tint for their sign; its signals are those of the editors."""

    typed = Signal(int, int, float, int)
    matrix_pasted = Signal(object)
    problem_changed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.step = 1.0
        self._visits = 0

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A field that tells each value as it is typed."""
        self._visits += 1
        editor = WeightEditor(index, self._visits, self.step, parent)
        editor.typed.connect(self.typed)
        editor.matrix_pasted.connect(self.matrix_pasted)
        editor.problem_changed.connect(self.problem_changed)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the weight; what is being typed for the same weight is left alone."""
        if isinstance(editor, WeightEditor):
            editor.show_value(index.data(WEIGHT_ROLE))
            if index.data(PROBLEM_ROLE) and not editor.problem:
                editor.show_invalid(str(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Keep a text that is no number; numbers have been told already while they were typed."""
        if isinstance(editor, WeightEditor) and isinstance(model, WeightModel):
            model.keep_text(index.row(), index.column(), editor.text(), editor.problem)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """The editor covers its cell."""
        editor.setGeometry(option.rect)

    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        """The model's own text; no locale changes it."""
        return str(value)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """A rounded cell, tinted by sign, outlined when it is the current one."""
        view = self.parent()
        if not isinstance(view, QWidget):
            return
        colours = colours_of(view)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        problem = bool(index.data(PROBLEM_ROLE))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = colours.warning if problem else colours.accent if focused else colours.line
        painter.setPen(QPen(QColor(outline), 2 if focused else 1))
        painter.setBrush(tint(colours, index.data(SHARE_ROLE)))
        painter.drawRoundedRect(option.rect.adjusted(1, 1, -2, -2), 3, 3)
        painter.setPen(QColor(colours.warning if problem else colours.text))
        texts = (str(index.data()),) if problem else shorter(index.data(WEIGHT_ROLE))
        painter.drawText(
            option.rect, Qt.AlignmentFlag.AlignCenter, fitting(texts, painter.fontMetrics(), option.rect.width() - 4)
        )
        painter.restore()


def fitting(texts: tuple[str, ...], metrics: QFontMetrics, width: int) -> str:
    """The first text that is not wider than ``width``, or the last one cut with "…"."""
    fits = (text for text in texts if metrics.horizontalAdvance(text) <= width)
    return next(fits, None) or metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, width)


def tint(colours: Palette, share: float) -> QColor:
    """The field's colour with up to ``TINT`` of the colour of the sign; ``share`` from -1 to 1."""
    ground, sign = QColor(colours.field), QColor(colours.positive if share > 0 else colours.negative)
    part = TINT * abs(share)
    return QColor(
        round(ground.red() * (1 - part) + sign.red() * part),
        round(ground.green() * (1 - part) + sign.green() * part),
        round(ground.blue() * (1 - part) + sign.blue() * part),
    )
