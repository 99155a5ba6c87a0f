"""The input in a small box, with what one unit sees of it."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from inspector.views.field.marks import Mark, paint_fields, screen_box
from inspector.views.network.picture_box import PictureBox
from inspector.views.viewport import Frame, Viewport


class FieldBox(PictureBox):
    """A ``PictureBox`` that is only looked at, under boxes and ellipses."""

    def __init__(self, name: str, size: QSize, parent: QWidget | None = None) -> None:
        super().__init__(name, size, parent=parent)
        self._fields: tuple[Mark, ...] = ()

    @property
    def fields(self) -> tuple[Mark, ...]:
        """What is drawn over the picture."""
        return self._fields

    def show_fields(self, marks: tuple[Mark, ...]) -> None:
        """Draw these over the picture."""
        if marks != self._fields:
            self._fields = marks
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, and what is seen of it."""
        super().paintEvent(event)
        if self.picture is None or not self._fields:
            return
        height, width = self.picture.shape[:2]
        whole = self.area((0, 0, height, width))
        frame = Frame(Viewport(whole.width() / width, width / 2, height / 2), self.width(), self.height())
        with QPainter(self) as painter:
            paint_fields(painter, frame, screen_box(frame, (0, 0, height, width)), self._fields)
