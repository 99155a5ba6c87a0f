"""The kernel editor: presets, weights, size, turns, scale and bias."""

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from inspector.core import kernel_edits, updates
from inspector.core.kernel_edits import LARGEST_GRID
from inspector.views.theme import GRID
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.kernel_text import KernelText
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.pictures import kernel_image
from inspector.views.widgets.preset_gallery import PresetGallery
from inspector.views.widgets.section import Elided, Section, row, set_role
from inspector.views.widgets.weight_grid import WeightGrid
from kernels import Kernel

TURNS = (
    ("rotate", "Rotate", "Turn the kernel a quarter clockwise", kernel_edits.rotate),
    ("flip-horizontal", "Flip left and right", "Exchange left and right", kernel_edits.flip_h),
    ("flip-vertical", "Flip top and bottom", "Exchange top and bottom", kernel_edits.flip_v),
    ("transpose", "Transpose", "Exchange rows and columns", kernel_edits.transpose),
    ("negate", "Negate", "Change the sign of every weight", kernel_edits.negate),
)
PICTURE_SIDE = 192


class KernelPanel(QWidget):
    """Shows a kernel; ``updated`` carries an ``inspector.core.updates.Update`` for each change by hand.

    ``load_requested`` and ``save_requested`` ask for a kernel text file to be read or written.
    """

    updated = Signal(object)
    load_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kernel = Kernel([[0.0]])
        self._note = ""
        self._make_parts()
        self._lay_out()
        self._connect()

    def _make_parts(self) -> None:
        self.gallery = PresetGallery()
        self.rows, self.columns = _side_field("Rows"), _side_field("Columns")
        self.smaller = IconButton("minus", "Smaller kernel", "Two rows and columns fewer; the middle stays")
        self.larger = IconButton("plus", "Larger kernel", "Two rows and columns more, filled with zeros")
        self.as_text = _button("Text…", "Edit the kernel as text")
        self.grid = WeightGrid()
        self.picture = _Picture()
        self.text = KernelText()
        self.note = Elided("muted", lines=2)
        self.turns = {name: IconButton(name, title, tip) for name, title, tip, _ in TURNS}
        self.load = IconButton("open", "Load kernel", "Load a kernel from a text file")
        self.save = IconButton("save", "Save kernel", "Save the kernel as a text file")
        self.normalize = _button("Normalize", "Divide the weights by their sum, so that the brightness stays")
        self.normalize.setCheckable(True)
        self.scale, self.bias = NumberField(step=0.1), NumberField()
        self.scale.describe("Scale", "Every weight is multiplied by this: 2, 0.5, 1/9")
        self.bias.describe("Bias", "Added to every result, in the units of the picture")

    def _lay_out(self) -> None:
        section = Section("Kernel")
        column = section.column
        column.addWidget(self.gallery)
        column.addLayout(row(self.rows, QLabel("×"), self.columns, self.smaller, self.larger, self.as_text, spacing=4))
        for part in (self.grid, self.picture, self.text, self.note):
            column.addWidget(part)
        turns = row(*self.turns.values(), spacing=4)
        turns.addWidget(self.load)
        turns.addWidget(self.save)
        column.addLayout(turns)
        column.addLayout(row(self.normalize, _buddy("&Scale", self.scale), self.scale, _buddy("Bi&as", self.bias), self.bias))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(section)
        outer.addStretch(1)
        self._show_body()

    def _connect(self) -> None:
        for part in (self.gallery, self.grid, self.text):
            part.updated.connect(self.updated)
        self.grid.problem_changed.connect(self._show_note)
        self.rows.edited.connect(self._resize)
        self.columns.edited.connect(self._resize)
        self.smaller.clicked.connect(partial(self._edit, "Smaller kernel", partial(kernel_edits.grow, direction=-1)))
        self.larger.clicked.connect(partial(self._edit, "Larger kernel", partial(kernel_edits.grow, direction=1)))
        for name, title, _, edit in TURNS:
            self.turns[name].clicked.connect(partial(self._edit, title, edit))
        self.normalize.clicked.connect(self._normalize)
        self.scale.edited.connect(self._scale)
        self.bias.edited.connect(self._bias)
        self.as_text.clicked.connect(self.edit_as_text)
        self.text.closed.connect(self._close_text)
        self.load.clicked.connect(self.load_requested)
        self.save.clicked.connect(self.save_requested)

    def show_presets(self, presets: tuple[Kernel, ...]) -> None:
        """Offer these kernels in the gallery, in this order."""
        self.gallery.show_presets(presets)
        self.gallery.show_kernel(self._kernel)

    def show_kernel(self, kernel: Kernel, *, normalize: bool, scale: float, note: str) -> None:
        """Show a kernel and how it is scaled; ``note`` is a sentence about it or ""."""
        self.normalize.setChecked(normalize)
        self.scale.setEnabled(not normalize)
        self.scale.show_value(scale)
        self._note = note
        if kernel != self._kernel:
            same_weights = np.array_equal(kernel.weights, self._kernel.weights)
            self._kernel = kernel
            self.gallery.show_kernel(kernel)
            self.grid.show_kernel(kernel)
            self.picture.show_kernel(kernel)
            self.rows.show_value(kernel.shape[0])
            self.columns.show_value(kernel.shape[1])
            self.bias.show_value(kernel.bias)
            self._show_body(editing=same_weights and self.text.isVisibleTo(self))  # a text of other weights is out of date
        self._show_note(self.grid.problem)

    def edit_as_text(self) -> None:
        """Put the text editor in the place of the grid."""
        self.text.open(self._kernel)
        self._show_body(editing=True)
        self.text.field.setFocus()

    def _close_text(self) -> None:
        self.as_text.setFocus()  # before the editor goes, or the focus goes on to what is next
        self._show_body()

    def _show_body(self, *, editing: bool = False) -> None:
        large = max(self._kernel.shape) > LARGEST_GRID
        self.text.setVisible(editing)
        self.grid.setVisible(not editing and not large)
        self.picture.setVisible(not editing and large)

    def _show_note(self, problem: str) -> None:
        self.note.show_text(problem or self._note)
        set_role(self.note, "warning" if problem else "muted")

    def _edit(self, title: str, edit: Callable[[Kernel], Kernel], _checked: bool = False) -> None:
        self.updated.emit(updates.edit_kernel(title, edit))

    def _resize(self, _value: float) -> None:
        rows, columns = int(self.rows.value), int(self.columns.value)
        self._edit(f"Resize kernel to {rows} × {columns}", partial(kernel_edits.resize, rows=rows, columns=columns))

    def _normalize(self, checked: bool) -> None:
        self.updated.emit(updates.set_filter("Normalize" if checked else "Do not normalize", normalize=checked))

    def _scale(self, value: float) -> None:
        self.updated.emit(updates.set_filter("Scale", scale=value, merges=f"scale {self.scale.session}"))

    def _bias(self, value: float) -> None:
        merges = f"bias {self.bias.session}"
        self.updated.emit(updates.edit_kernel("Bias", lambda kernel: kernel.with_(bias=value), merges=merges))


class _Picture(QLabel):
    """A kernel too large for cells, as a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Picture of the kernel")
        self.setObjectName("kernelPicture")
        self.setFixedHeight(PICTURE_SIDE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_kernel(self, kernel: Kernel) -> None:
        """Draw the kernel if it is too large for the grid."""
        if max(kernel.shape) > LARGEST_GRID:
            image = kernel_image(kernel.weights)
            self.setPixmap(
                QPixmap.fromImage(image).scaled(
                    PICTURE_SIDE - 2 * GRID, PICTURE_SIDE - 2 * GRID, Qt.AspectRatioMode.KeepAspectRatio
                )
            )
            self.setToolTip(f"{kernel.shape[0]} × {kernel.shape[1]} weights; too many for cells, edit them as text")


def _side_field(name: str) -> NumberField:
    field = NumberField(low=1, high=LARGEST_GRID, whole=True, live=False)
    field.describe(name, f"{name} of the kernel, 1 to {LARGEST_GRID}; larger ones as text")
    field.setFixedWidth(36)
    return field


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button


def _buddy(text: str, field: NumberField) -> QLabel:
    result = QLabel(text)
    result.setBuddy(field)
    return result
