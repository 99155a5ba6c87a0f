"""The line at the bottom: device, what was done and how fast, frames a second, what is running."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSizePolicy, QWidget


class StatusLine(QWidget):
    """Texts in fixed places, so that nothing moves when values change."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._device = self._label("Device", "CPU · 16 threads (compiling)")
        self._work = self._label("Last result", "separable 255 × 255 · 10000.0 ms")
        self._shape = self._label("Result", "")
        self._frames = self._label("Frames a second", "1000 frames/s")
        self._frames.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._running = QLabel()
        self._bar = QProgressBar(maximum=0, textVisible=False, maximumWidth=120, maximumHeight=8)
        self._cancel = QPushButton("Cancel", toolTip="Stop what is running (Esc)")
        self._cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 2)
        row.setSpacing(16)
        self._shape.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for widget in (self._device, self._work):
            row.addWidget(widget)
        row.addWidget(self._shape, 1)
        for widget in (self._running, self._bar, self._cancel, self._frames):
            row.addWidget(widget)
        self.show_running("")

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

    def show_running(self, title: str) -> None:
        """Name what has been running for a while, with Cancel; '' when nothing has."""
        self._running.setText(title)
        for widget in (self._running, self._bar, self._cancel):
            widget.setVisible(bool(title))

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Device, work, shape and frames as they are read."""
        return self._device.text(), self._work.text(), self._shape.text(), self._frames.text()

    @property
    def running_text(self) -> str:
        """What is named as running, or ''."""
        return self._running.text()

    def _label(self, name: str, widest: str) -> QLabel:
        label = QLabel(accessibleName=name)
        label.setMinimumWidth(QFontMetrics(label.font()).horizontalAdvance(widest))
        return label
