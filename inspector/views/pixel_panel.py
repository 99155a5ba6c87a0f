"""The pixel inspector: patch, kernel and products behind one output value."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from inspector.core.arithmetic import PixelSum
from inspector.core.numbers_text import four_digits
from inspector.views import sum_tables
from inspector.views.theme import GRID
from inspector.views.widgets.number_grid import Cell, NumberGrid, Table
from inspector.views.widgets.section import label, set_role

HINT = "Move the mouse over the picture, or use the arrow keys."
BUTTON = 80  # width of a channel's button: nothing moves when its number changes
CHANNELS = ("R", "G", "B")
HEADINGS = ("patch", "× kernel", "= products")


class PixelPanel(QWidget):
    """Shows a ``PixelSum`` and compares it with what the engine computed."""

    channel_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pixel inspector")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._position = label(HINT, wrap=True)
        self._position.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # the hint needs two lines in a small window
        self._sum = _selectable("Sum of products and bias")
        self._verdict = _selectable("Output of the engine")
        self._note = label(role="muted", wrap=True)
        self._check = _selectable("The whole picture recomputed")
        self._grids = tuple(NumberGrid(name) for name in ("Patch", "Kernel", "Products"))
        self._buttons = QButtonGroup(self)
        self._head, self._body, self._foot = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        self._arrange()
        self._connect()
        self.show_sum(None, None, (), 0)
        self.show_check("", wrong=False)

    def show_sum(self, total: PixelSum | None, engine_value: float | None, channels: tuple[float, ...], channel: int) -> None:
        """Show the sum behind one output value, the engine's value, and the output's values in all channels.

        None says how to choose a pixel; the tables keep their size then, without numbers.
        """
        shown = sum_tables.tables(total) if total else [Table.blank(*grid.table.shape) for grid in self._grids]
        for grid, table in zip(self._grids, shown, strict=True):
            grid.show_table(table)
        self._position.setText(f"Output pixel row {total.y}, column {total.x}" if total else HINT)
        self._sum.setText(sum_tables.sum_line(total) if total else "")
        self._verdict.setText(sum_tables.verdict(total, engine_value) if total else "")
        wrong = total is not None and engine_value is not None and not total.agrees(engine_value)
        set_role(self._verdict, "warning" if wrong else "")
        self._note.setText(sum_tables.note(total) if total else "")
        self._note.setVisible(bool(self._note.text()))
        self._show_channels(channels, channel)

    def show_check(self, text: str, *, wrong: bool) -> None:
        """What other engines make of the whole picture; "" while that is not known."""
        self._check.setText(text)
        self._check.setVisible(bool(text))
        set_role(self._check, "warning" if wrong else "muted")

    @property
    def plain(self) -> str:
        """All that is shown, as text with tabs."""
        parts = [self._position.text()]
        for heading, grid in zip(HEADINGS, self._grids, strict=True):
            parts += [heading, grid.table.plain]
        return "\n".join([*parts, self._note.text(), self._sum.text(), self._verdict.text()])

    def _show_channels(self, values: tuple[float, ...], channel: int) -> None:
        for number, button in enumerate(self._buttons.buttons()):
            button.setVisible(len(values) > 1)
            if number < len(values):
                button.setText(f"{CHANNELS[number]} {four_digits(values[number])}")
        if channel < len(values):
            self._buttons.button(channel).setChecked(True)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        for layout in (self._head, self._body, self._foot):
            layout.setSpacing(GRID)
            column.addLayout(layout)
        self._head.addWidget(self._position, 1)
        self._head.addLayout(self._channel_row())
        for heading, grid in zip(HEADINGS, self._grids, strict=True):
            self._body.addLayout(_titled(heading, grid), 1)
        self._foot.addWidget(self._sum, 1)
        self._foot.addWidget(self._verdict, 1)
        column.insertWidget(2, self._note)
        column.addWidget(self._check)
        column.addStretch(1)

    def _channel_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(GRID // 2)
        for number, name in enumerate(("red", "green", "blue")):
            button = QToolButton()
            button.setCheckable(True)
            button.setToolTip(f"Show the sum behind the {name} channel")
            button.setFixedWidth(BUTTON)
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            button.setSizePolicy(policy)
            self._buttons.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _connect(self) -> None:
        self._buttons.idClicked.connect(self.channel_chosen)
        for grid in self._grids:
            grid.pointed.connect(self._point)
        copy = QAction("Copy Numbers as Text", self)
        copy.triggered.connect(self._copy)
        self.addAction(copy)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)

    def _point(self, cell: Cell | None) -> None:
        for grid in self._grids:
            grid.show_pointed(cell)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.plain)


def _titled(heading: str, grid: NumberGrid) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(GRID // 2)
    column.addWidget(label(heading, "muted"))
    column.addWidget(grid)
    column.addStretch(1)
    return column


def _selectable(name: str) -> QLabel:
    line = label(wrap=True)
    line.setAccessibleName(name)
    line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return line
