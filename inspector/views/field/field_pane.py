"""The middle of the workspace: the network's input, what units see of it, and labels that say so."""

from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from inspector.core.state import Layout
from inspector.views.field.field_canvas import FieldCanvas
from inspector.views.picture_labels import PictureLabels
from inspector.views.theme import DARK
from inspector.views.viewport import Viewport

EMPTY = "Choose a network on the left, and open a picture or draw a digit."


class FieldPane(QWidget):
    """Labels over the ``canvas``, which is filled and heard directly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = FieldCanvas()
        self._empty = EMPTY
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.setFocusProxy(self.canvas)
        self._labels = PictureLabels(self)
        self._labels.output.set_ink(QColor(DARK.warning))  # labels are dark in both themes
        self.canvas.viewed.connect(self._place_labels)
        self.show_labels("", "")

    @property
    def empty(self) -> str:
        """What is said while there is no picture."""
        return self._empty

    @property
    def words(self) -> str:
        """What the labels say."""
        return self._labels.plain

    @property
    def viewport(self) -> Viewport:
        """The part of the picture that is seen."""
        return self.canvas.viewport

    def show_labels(self, label: str, reading: str, warning: str = "") -> None:
        """Say which unit sees what, how its energy spreads, and what is to be minded, such as a field larger than the picture."""
        self._labels.input.show_text(label)
        self._labels.reading.show_text(reading)
        self._labels.output.show_text(warning)
        self._place_labels()

    def show_busy(self, busy: bool) -> None:
        """Grey what is said of the effective field while a newer one is on its way."""
        self._labels.reading.show_faint(busy)

    def show_empty(self, text: str) -> None:
        """What to do, said in the middle while there is no picture."""
        self._empty = text
        self._place_labels()

    def fit(self) -> None:
        """Show the whole picture, and keep it whole when the window changes size."""
        self.canvas.fit()

    def zoom_in(self) -> None:
        """Enlarge about the middle."""
        self.canvas.zoom_in()

    def zoom_out(self) -> None:
        """Shrink about the middle."""
        self.canvas.zoom_out()

    def actual_size(self) -> None:
        """One pixel of the input on one pixel of the screen."""
        self.canvas.actual_size()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the labels in place."""
        super().resizeEvent(event)
        self._place_labels()

    def _place_labels(self) -> None:
        there = self.canvas.shape is not None
        self.canvas.show_text("" if there else self._empty)
        if there:
            self._labels.show_zoom(self.viewport.scale * self.devicePixelRatioF())
        else:
            self._labels.zoom.show_text("")
        view = self.canvas.geometry()
        self._labels.place(Layout.SPLIT if self._labels.output.text else Layout.INPUT, view, view)
        self.setAccessibleDescription(self.words)
