"""The line at the bottom: device, what was done and how fast, frames a second, what is running."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget

from inspector.views.commands import tooltip

WHOLE = 1000  # steps of the bar


class StatusLine(QWidget):
    """Texts in fixed places, so that nothing moves when values change."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._device = _label("Device", "CPU, 16 threads, numpy")
        self._work = _label("Last result", "separable 255×255 · 1000.0 ms")
        self._shape = _label("Result", "")
        self._shape.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._frames = _label("Frames a second", "100 frames/s")
        self._frames.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._running = _label("Running", "")
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setMaximumSize(120, 8)
        self._cancel = QPushButton("Cancel")
        self._cancel.setToolTip(tooltip("cancel"))
        self._cancel.clicked.connect(self.cancelled)
        self._cancel.setObjectName("compact")
        room = self._cancel.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that the line keeps its height, and what is above it its place
        self._cancel.setSizePolicy(room)
        self._lay_out()
        self.show_running("")

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(16)
        for widget in (self._device, self._work, self._shape, self._running, self._bar, self._cancel, self._frames):
            row.addWidget(widget, 1 if widget is self._shape else 0)

    def show_device(self, text: str, why: str) -> None:
        """The device of the last result; ``why`` is its tooltip."""
        self._device.setText(text)
        self._device.setToolTip(why)

    def show_work(self, text: str, why: str) -> None:
        """Algorithm and milliseconds; ``why`` the algorithm was picked, as tooltip."""
        self._work.setText(text)
        self._work.setToolTip(why)

    def show_shape(self, text: str) -> None:
        """Shape, type and value range of the result."""
        self._shape.setText(text)
        self._shape.setToolTip(text)

    def show_frames(self, frames: int) -> None:
        """Frames shown in the last second; nothing is said while nothing moves."""
        self._frames.setText(f"{frames} frames/s" if frames > 1 else "")

    def show_running(self, title: str, *, cancellable: bool = True, share: float | None = None) -> None:
        """Name what has been running for a while, with Cancel where that can stop it; '' when nothing has.

        ``share``: how much of it is done, in [0, 1]; None where that is not known.
        """
        self._running.setText(title)
        self._bar.setRange(0, 0 if share is None else WHOLE)
        self._bar.setValue(0 if share is None else round(share * WHOLE))
        self._bar.setVisible(bool(title))
        self._cancel.setVisible(bool(title) and cancellable)

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Device, work, shape and frames as they are read."""
        return self._device.text(), self._work.text(), self._shape.text(), self._frames.text()

    @property
    def running_text(self) -> str:
        """What is named as running, or ''."""
        return self._running.text()


def _label(name: str, widest: str) -> QLabel:
    """A label with room for the ``widest`` text, so that nothing moves when the text changes."""
    label = QLabel()
    label.setAccessibleName(name)
    label.setMinimumWidth(QFontMetrics(label.font()).horizontalAdvance(widest))
    return label
