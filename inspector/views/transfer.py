"""What comes in by drop and paste, and pictures on their way to the clipboard."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QFileInfo, QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from inspector.core.picture import Picture


@dataclass(frozen=True)
class Incoming:
    """Files, or a picture, or a text: the first that there is."""

    paths: tuple[str, ...] = ()
    picture: Picture | None = None
    text: str = ""


def incoming(mime: QMimeData, name: str) -> Incoming:
    """Read dropped or pasted data; a picture is called ``name``."""
    paths = tuple(url.toLocalFile() for url in mime.urls() if url.isLocalFile())
    if paths:
        return Incoming(paths=paths)
    image = mime.imageData()
    if isinstance(image, QImage) and not image.isNull():
        return Incoming(picture=picture_of(image, name))
    path = _path_in(mime.text())
    return Incoming(paths=(path,)) if path else Incoming(text=mime.text())


def _path_in(text: str) -> str:
    """The file or folder that a text such as "/home/me/cat.png" or "file:///…" names, or ''."""
    line = text.strip().strip("\"'")
    path = QUrl(line).toLocalFile() if line.startswith("file:") else line
    return path if "\n" not in path and QFileInfo(path).isAbsolute() else ""


def picture_of(image: QImage, name: str) -> Picture:
    """A QImage as a picture: grey, RGB or RGB with alpha, 8 or 16 bits as it was."""
    deep = image.depth() > 32 or image.format() == QImage.Format.Format_Grayscale16
    if image.isGrayscale() and not image.hasAlphaChannel():
        form = QImage.Format.Format_Grayscale16 if deep else QImage.Format.Format_Grayscale8
        pixels = _pixels(image.convertToFormat(form), np.uint16 if deep else np.uint8, 1)[..., 0]
    else:
        form = QImage.Format.Format_RGBA64 if deep else QImage.Format.Format_RGBA8888
        pixels = _pixels(image.convertToFormat(form), np.uint16 if deep else np.uint8, 4)
    colours = pixels if pixels.ndim == 2 else pixels[..., :3]
    high = 255.0 if pixels.dtype == np.uint8 else 65535.0
    alpha = _frozen(pixels[..., 3]) if image.hasAlphaChannel() and pixels.ndim == 3 else None
    kind = "grey" if pixels.ndim == 2 else "RGB"
    return Picture(_frozen(colours), 0.0, high, name, form=f"{pixels.dtype.itemsize * 8}-bit {kind}", alpha=alpha)


def copy_picture(rgb: NDArray[np.uint8]) -> None:
    """Put ``(H, W, 3)`` uint8 on the clipboard."""
    height, width = rgb.shape[:2]
    QGuiApplication.clipboard().setImage(QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy())


def copy_text(text: str) -> None:
    """Put a text on the clipboard."""
    QGuiApplication.clipboard().setText(text)


def _pixels(image: QImage, dtype: type[np.generic], channels: int) -> NDArray[np.generic]:
    rows = np.frombuffer(image.constBits(), dtype=dtype).reshape(image.height(), -1)
    return rows[:, : image.width() * channels].reshape(image.height(), image.width(), channels)


def _frozen(values: NDArray[np.generic]) -> NDArray[np.generic]:
    copy = np.array(values, order="C")  # the QImage's memory goes away
    copy.flags.writeable = False
    return copy
