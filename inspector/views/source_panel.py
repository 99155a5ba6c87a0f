"""The picture that is looked at: a file, a sample or a drawing, with its facts."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from inspector.core import updates
from inspector.core.drawing import Stroke
from inspector.core.facts import SourceFacts
from inspector.core.state import Source, SourceKind
from inspector.views.commands import tooltip
from inspector.views.widgets.drawing_pad import DrawingPad
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.pictures import image_of
from inspector.views.widgets.section import Elided, Section, label, row

EMPTY = "Drop a picture anywhere,\nor open one."
NOTHING = SourceFacts("", "")


class SourcePanel(QWidget):
    """Shows ``SourceFacts``; ``updated`` carries an ``Update`` when the hand draws or picks another frame.

    ``open_requested``, ``paste_requested`` and ``draw_requested`` ask for a picture, ``step_requested`` for the next (1)
    or previous (-1) one of the folder.
    """

    updated = Signal(object)
    open_requested = Signal()
    paste_requested = Signal()
    draw_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = NOTHING
        self._make_parts()
        self._lay_out()
        self._connect()
        self._show_facts()

    def _make_parts(self) -> None:
        self.thumbnail = Thumbnail()
        self.pad = DrawingPad()
        self.name, self.line = Elided(), Elided("muted", lines=2)
        self.notes = label("", "warning", wrap=True)
        self.open, self.paste, self.draw = _button("Open…", "open"), _button("Paste", "paste"), _button("Draw", "draw")
        self.previous = IconButton("previous", "Previous picture", "Previous picture of the folder")
        self.next = IconButton("next", "Next picture", "Next picture of the folder")
        self.frame = FrameField()

    def _lay_out(self) -> None:
        source = Section("Source")
        self.position = source.aside
        source.column.addWidget(self.thumbnail)
        source.column.addWidget(self.pad, alignment=Qt.AlignmentFlag.AlignHCenter)
        source.column.addLayout(row(self.name, self.previous, self.next, spacing=4, stretch=False))
        for part in (self.line, self.notes, self.frame):
            source.column.addWidget(part)
        source.column.addLayout(row(self.open, self.paste, self.draw, spacing=4))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(source)
        outer.addStretch(1)

    def _connect(self) -> None:
        self.open.clicked.connect(self.open_requested)
        self.paste.clicked.connect(self.paste_requested)
        self.draw.clicked.connect(self.draw_requested)
        self.previous.clicked.connect(self._step_back)
        self.next.clicked.connect(self._step_on)
        self.frame.chosen.connect(self._choose_frame)
        self.pad.canvas.stroke_drawn.connect(self._choose_strokes)

    def show_source(self, facts: SourceFacts) -> None:
        """Show what is looked at."""
        if facts != self._facts:
            self._facts = facts
            self._show_facts()

    def _show_facts(self) -> None:
        facts = self._facts
        self.pad.canvas.show_strokes(facts.drawing or ())
        self.pad.setVisible(facts.drawing is not None)
        self.thumbnail.setVisible(facts.drawing is None)
        self.name.show_text(facts.name)
        self.line.show_text(facts.line)
        self.notes.setText("\n".join(facts.notes))
        self.notes.setVisible(bool(facts.notes))
        self.frame.show_frame(facts.frame, facts.frames)
        self.position.setText(f"{facts.position} of {facts.count}" if facts.count else "")
        self.previous.setEnabled(facts.position > 1)
        self.next.setEnabled(facts.position < facts.count)

    def show_thumbnail(self, rgb: NDArray[np.uint8] | None) -> None:
        """Show a small picture ``(h, w, 3)`` uint8 RGB, or with None say how to get one."""
        self.thumbnail.show_picture(rgb)

    def _step_back(self) -> None:
        self.step_requested.emit(-1)

    def _step_on(self) -> None:
        self.step_requested.emit(1)

    def _choose_frame(self, frame: int) -> None:
        self.updated.emit(updates.set_frame(frame))

    def _choose_strokes(self, strokes: tuple[Stroke, ...], serial: int) -> None:
        """One pull of the pen is one step of undo."""
        source = Source(SourceKind.DRAWING, "drawing", strokes=strokes)
        self.updated.emit(updates.set_source(source, "Draw" if strokes else "Clear the drawing", merges=f"stroke {serial}"))


def _button(text: str, command: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip(command))
    return button


class Thumbnail(QLabel):
    """A picture fitted into its place, or the sentence that says how to get one."""

    HEIGHT = 128

    def __init__(self) -> None:
        super().__init__(EMPTY)
        self._image: QImage | None = None
        self.setAccessibleName("Thumbnail")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("role", "muted")
        self.setFixedHeight(self.HEIGHT)
        self.setMinimumWidth(1)

    def show_picture(self, rgb: NDArray[np.uint8] | None) -> None:
        """Show ``(h, w, 3)`` uint8 RGB, or the sentence for None."""
        self._image = None if rgb is None else image_of(rgb)
        if self._image is None:
            self.setText(EMPTY)
        else:
            self._fit(self._image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture into the new width."""
        super().resizeEvent(event)
        if self._image is not None:
            self._fit(self._image)

    def _fit(self, image: QImage) -> None:
        ratio = self.devicePixelRatioF()
        room = QSize(max(self.width(), 1), self.HEIGHT) * ratio
        enlarged = image.width() < room.width() and image.height() < room.height()  # pixels stay pixels then
        mode = Qt.TransformationMode.FastTransformation if enlarged else Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(image.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, mode))
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)


class FrameField(QWidget):
    """A slider and a number for the frames of an animation or a stack; hidden for a single picture."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Frame")
        self.slider.setToolTip("Frame of the animation, or page of the file")
        self.number = NumberField(low=1, whole=True)
        self.number.describe("Frame number", "Frame, counted from 1")
        self.number.setFixedWidth(48)
        self.total = QLabel()
        layout = row(self.slider, self.number, self.total, stretch=False)
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self.slider.sliderMoved.connect(self.chosen)
        self.slider.actionTriggered.connect(self._slid)
        self.number.edited.connect(self._typed)

    def show_frame(self, frame: int, frames: int) -> None:
        """Show frame ``frame`` (from 0) of ``frames``."""
        self.setVisible(frames > 1)
        self.slider.setMaximum(max(frames - 1, 0))
        self.slider.setValue(frame)
        self.number.high = frames
        self.number.show_value(frame + 1)
        self.total.setText(f"of {frames}")

    def _slid(self, _action: int) -> None:
        if self.slider.sliderPosition() != self.slider.value():
            self.chosen.emit(self.slider.sliderPosition())

    def _typed(self, value: float) -> None:
        self.chosen.emit(int(value) - 1)
