"""The sheet to draw on with its tools below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QSlider, QVBoxLayout, QWidget

from inspector.views.theme import GRID
from inspector.views.widgets.drawing_canvas import LARGEST, USUAL_WIDTH, DrawingCanvas
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.section import row

NARROWEST, WIDEST = 8, 48  # of the pen, pixels of the drawing


class DrawingPad(QWidget):
    """``canvas`` is drawn on with what the tools say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = DrawingCanvas()
        self.pen = _tool("pen", "Pen", "Draw with the left button")
        self.eraser = _tool("eraser", "Eraser", "Erase with the left button, too")
        self.thickness = _slider()
        self.clear = IconButton("clear", "Clear the drawing", "Clear the drawing (Delete)")
        self._tools = QButtonGroup(self)
        self._lay_out()
        self.eraser.toggled.connect(self._choose_tool)
        self.thickness.valueChanged.connect(self._choose_width)
        self.clear.clicked.connect(self.canvas.clear)
        self._choose_width(USUAL_WIDTH)

    def _lay_out(self) -> None:
        for tool in (self.pen, self.eraser):
            self._tools.addButton(tool)
        self.pen.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(self.canvas)
        column.addLayout(row(self.pen, self.eraser, self.thickness, self.clear, spacing=4, stretch=False))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the canvas square."""
        super().resizeEvent(event)
        self.canvas.setFixedHeight(min(self.width(), LARGEST))

    def _choose_tool(self, erasing: bool) -> None:
        self.canvas.erasing = erasing

    def _choose_width(self, width: int) -> None:
        self.canvas.pen_width = width
        self.thickness.setToolTip(f"Width of the pen: {width} of the 280 pixels of the drawing")


def _tool(icon: str, title: str, tip: str) -> IconButton:
    button = IconButton(icon, title, tip)
    button.setCheckable(True)
    return button


def _slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(NARROWEST, WIDEST)
    slider.setValue(USUAL_WIDTH)
    slider.setAccessibleName("Width of the pen")
    slider.setMinimumWidth(48)
    return slider
