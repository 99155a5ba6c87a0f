"""Climbing through the layers: a slider with a step for each, and the growth of the box from the first to the last."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from inspector.views.commands import tooltip
from inspector.views.field.climbing import Climb
from inspector.views.theme import GRID
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.section import Elided

EMPTY = "No network"
GROW, STOP = "Grow", "Stop"
GROW_TIPS = {GROW: tooltip("grow-field"), STOP: "Stop growing"}


class ClimbBar(QWidget):
    """Shows at which layer one is; ``climbed_to`` carries the key of the one that the hand goes to.

    ``grow_requested``: the growth is to be played, or stopped while it is.
    """

    climbed_to = Signal(str)
    grow_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[tuple[str, str], ...] = ()
        self._place = 0
        self.slider = LayerSlider()
        self.back = IconButton("minus", "One layer back", tooltip("climb-down"))
        self.on = IconButton("plus", "One layer on", tooltip("climb-up"))
        self.label = Elided()
        self.grow = QPushButton(GROW)
        self._lay_out()
        self.slider.valueChanged.connect(self._go)
        self.back.clicked.connect(self._step_back)
        self.on.clicked.connect(self._step_on)
        self.grow.clicked.connect(self.grow_requested)
        self.show_growing(False)
        self._show_place()

    def show_steps(self, steps: tuple[tuple[str, str], ...]) -> None:
        """Offer these layers in their order, each with its key and its label, such as ("conv5_3", "conv5_3 · r 196")."""
        if steps != self._steps:
            key = self._key
            self._steps, self._place = steps, 0
            self.slider.setValue(0)  # which is in every range, so that the slider does not move by itself
            self.slider.setRange(0, max(len(steps) - 1, 0))
            self.show_step(key)

    def show_step(self, key: str) -> None:
        """Show where one is; at a key that is not among the steps, the first."""
        self._place = next((place for place, (own, _) in enumerate(self._steps) if own == key), 0)
        self._show_place()

    def show_growing(self, growing: bool) -> None:
        """Whether the growth is being played."""
        self.grow.setText(STOP if growing else GROW)
        self.grow.setToolTip(GROW_TIPS[self.grow.text()])

    @property
    def _key(self) -> str:
        return self._steps[self._place][0] if self._steps else ""

    def _show_place(self) -> None:
        some = bool(self._steps)
        self.slider.setValue(self._place)
        self.label.show_text(self._steps[self._place][1] if some else EMPTY)
        self.slider.show_label(self.label.full)
        self.slider.setEnabled(some)
        self.grow.setEnabled(self._place > 0)  # from the input there is nothing to grow to
        self.back.setEnabled(self._place > 0)
        self.on.setEnabled(self._place < len(self._steps) - 1)

    def _go(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self._show_place()
            self.climbed_to.emit(self._key)

    def _step_back(self) -> None:
        self._go(self._place - 1)

    def _step_on(self) -> None:
        self._go(self._place + 1)

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, GRID // 2, 12, GRID // 2)
        layout.setSpacing(GRID)
        for part in (self.label, self.back, self.slider, self.on, self.grow):
            layout.addWidget(part, 1 if part in (self.label, self.slider) else 0)


class LayerSlider(QSlider):
    """From the input on the left to the last layer on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._climb = Climb()
        self.setPageStep(1)
        self.setAccessibleName("Layer")
        self.setToolTip("Climb through the layers: left is the picture, right the last layer")

    def show_label(self, label: str) -> None:
        """Say in words where the slider stands."""
        self.setAccessibleDescription(label)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One layer for each notch, up is on."""
        self.setValue(self.value() + self._climb.steps(event))
        event.accept()
