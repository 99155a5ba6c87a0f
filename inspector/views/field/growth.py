"""Boxes that grow and move from one place to another before the eye."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, QVariantAnimation, Signal
from PySide6.QtWidgets import QApplication, QStyle

from inspector.core.placement import Box

GO, STEP = 180, 250  # milliseconds from one box to another, and from layer to layer
Named = tuple[str, Box]  # a layer and the box of a unit of it


class Growth(QObject):
    """Says by ``moved`` where the box is, until it has ``arrived``.

    Boxes are (y0, x0, y1, x1) floats in pixels of the picture. Where the platform asks for no animations, the box is at its end
    at once.
    """

    moved = Signal(object)  # the box
    stepped = Signal(str)  # the layer that has been reached
    arrived = Signal()  # not after ``stop``

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instant = False
        self._boxes: tuple[Box, ...] = ()
        self._names: tuple[str, ...] = ()
        self._told = 0  # names
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(0.0)
        self._animation.setEndValue(1.0)
        self._animation.valueChanged.connect(self._move)
        self._animation.finished.connect(self.arrived)

    def set_instant(self, instant: bool) -> None:
        """Whether to be at the end at once, without a movement."""
        self._instant = instant

    @property
    def running(self) -> bool:
        """Whether the box is on its way."""
        return self._animation.state() is QVariantAnimation.State.Running

    def go(self, from_box: Box, to_box: Box) -> None:
        """Move from one box to another."""
        self._start((), (from_box, to_box), GO)

    def play(self, boxes: Sequence[Named]) -> None:
        """Grow from the first to the last box, and tell each layer as it is reached. Raises ValueError for no boxes."""
        if not boxes:
            raise ValueError("a growth needs at least one box to show")
        self._start(tuple(name for name, _ in boxes), tuple(box for _, box in boxes), STEP * (len(boxes) - 1))

    def stop(self) -> None:
        """Stay where it is."""
        self._animation.stop()

    def _start(self, names: tuple[str, ...], boxes: tuple[Box, ...], milliseconds: int) -> None:
        self._animation.stop()
        self._names, self._boxes, self._told = names, boxes, 0
        if self._instant or milliseconds == 0 or not animated():
            self._told = max(len(names) - 1, 0)
            self._tell(1.0)
            self.arrived.emit()
        else:
            self._animation.setDuration(milliseconds)
            self._animation.start()
            self._tell(0.0)  # Qt tells this value only if it was another one before

    def _move(self, share: float) -> None:
        if self.running:  # another duration changes the value too
            self._tell(share)

    def _tell(self, share: float) -> None:
        """Where the box is after a share of the way, 0 to 1, and the layers that it has reached by then."""
        place = share * (len(self._boxes) - 1)
        told, self._told = self._told, min(int(place) + 1, len(self._names))
        for name in self._names[told : self._told]:
            self.stepped.emit(name)
        self.moved.emit(along(self._boxes, place))


def animated() -> bool:
    """Whether the platform, by its style, has things move."""
    return QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0


def along(boxes: Sequence[Box], place: float) -> Box:
    """The box at a place on the way through ``boxes``, whole numbers being their indices; slower near each of them.

    The share s of the way to the next box is eased by the smoothstep ``3 s² - 2 s³``.
    """
    before = min(int(place), len(boxes) - 1)
    after, share = min(before + 1, len(boxes) - 1), place - before
    eased = share * share * (3 - 2 * share)
    y0, x0, y1, x1 = (start + (end - start) * eased for start, end in zip(boxes[before], boxes[after], strict=True))
    return y0, x0, y1, x1
