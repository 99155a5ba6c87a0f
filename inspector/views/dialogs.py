"""The questions that the window asks in dialogs of the system."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

PICTURES = "Pictures (*.png *.jpg *.jpeg *.tif *.tiff *.bmp *.gif *.webp *.ppm *.pgm *.npy);;All files (*)"
KERNELS = "Kernel text (*.txt *.csv *.kernel);;All files (*)"
VALUES = "TIFF, float32 (*.tif);;NumPy array (*.npy)"
MAPS = "NumPy archive (*.npz)"
TABLES = "Comma-separated values (*.csv)"
WEIGHTS = "Weights (*.safetensors *.pt *.pth *.ckpt *.pkl);;All files (*)"
PYTHON = "Python (*.py)"
DRAWN = "PNG (*.png);;SVG (*.svg)"
SHOWN = "PNG (*.png);;JPEG (*.jpg);;WebP (*.webp)"


def ask_open(parent: QWidget, title: str, folder: str, filters: str) -> str:
    """A file to read, or ''."""
    return QFileDialog.getOpenFileName(parent, title, folder, filters)[0]


def ask_folder(parent: QWidget, title: str, folder: str) -> str:
    """A folder, or ''."""
    return QFileDialog.getExistingDirectory(parent, title, folder)


def ask_save(parent: QWidget, title: str, proposed: str, filters: str) -> str:
    """Where to write, or ''; the suffix of the chosen kind is added where none was typed."""
    path, kind = QFileDialog.getSaveFileName(parent, title, proposed, filters)
    if path and not Path(path).suffix:
        path += kind[kind.index("*") + 1 :].split(")")[0].split()[0]
    return path


def show_about(parent: QWidget, text: str) -> None:
    """Version, engines and places, as text that can be copied."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "About CNN Inspector", text, QMessageBox.StandardButton.Close, parent)
    box.setTextInteractionFlags(box.textInteractionFlags() | box.textInteractionFlags().TextSelectableByMouse)
    box.open()
