"""A gallery of picture tiles with short titles, for the mouse and for the keyboard."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from inspector.views.style_sheet import SMALL
from inspector.views.theme import Palette, colours_of

GAP = 4
ID_ROLE, IMAGE_ROLE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, eq=False)
class Tile:
    """One tile; ``image`` is drawn square, smoothly or (kernels) pixel by pixel."""

    id: str
    title: str
    tip: str
    image: QImage
    smooth: bool = True


class Tiles(QListWidget):
    """Shows tiles in rows of ``columns``; ``chosen`` carries an id when the hand picks one."""

    chosen = Signal(str)

    def __init__(self, name: str, columns: int, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns, self._rows = columns, rows
        self.setAccessibleName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setItemDelegate(_TileDelegate(self))
        self.itemClicked.connect(self._choose)
        self._lay_out()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Replace the tiles; none is marked."""
        self.clear()
        for tile in tiles:
            item = QListWidgetItem(tile.title, self)
            item.setData(ID_ROLE, tile.id)
            item.setData(IMAGE_ROLE, tile)
            item.setToolTip(tile.tip)
            item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, tile.tip)
        self._lay_out()

    def show_chosen(self, id: str) -> None:
        """Mark the tile of that id, or none where there is no such tile."""
        item = next((item for item in self._items() if item.data(ID_ROLE) == id), None)
        if item is None:
            self.clearSelection()
        elif not item.isSelected():
            self.setCurrentItem(item)

    @property
    def chosen_id(self) -> str:
        """The id of the marked tile, or ""."""
        return next((str(item.data(ID_ROLE)) for item in self.selectedItems()), "")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all tiles in order."""
        return tuple(str(item.data(ID_ROLE)) for item in self._items())

    def _items(self) -> list[QListWidgetItem]:
        return [self.item(i) for i in range(self.count())]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and letters move and choose at once; Enter and Space choose the current tile again."""
        before = self.currentRow()
        super().keyPressEvent(event)
        item = self.currentItem()
        chooses = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if item is not None and (self.currentRow() != before or chooses):
            self._choose(item)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(str(item.data(ID_ROLE)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spread the columns over the width."""
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        scrolls = self.count() > self._columns * self._rows
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOn if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)
        scroll_bar = self.verticalScrollBar().sizeHint().width() if scrolls else 0
        side = max((self.width() - scroll_bar - 1) // self._columns, 24)
        height = side + QFontMetrics(_small(self.font())).height()
        self.setGridSize(QSize(side, height))
        rows = min(self._rows, -(-self.count() // self._columns))
        self.setFixedHeight(max(rows, 1) * height)


class _TileDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        view = self.parent()
        return view.gridSize() if isinstance(view, Tiles) else super().sizeHint(option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        view, tile = self.parent(), index.data(IMAGE_ROLE)
        if not isinstance(view, Tiles) or not isinstance(tile, Tile):
            return
        colours = colours_of(view)
        area = option.rect.adjusted(0, 0, -GAP, -GAP)
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_frame(painter, area, colours, marked, view.hasFocus())
        _draw_tile(painter, area, tile, view.font(), colours)
        painter.restore()


def _draw_frame(painter: QPainter, area: QRect, colours: Palette, marked: bool, focus: bool) -> None:
    ring = colours.text if marked and focus else colours.accent if marked else colours.line
    painter.setPen(QPen(QColor(ring), 2 if marked else 1))
    painter.setBrush(QColor(colours.raised))
    painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 4, 4)


def _draw_tile(painter: QPainter, area: QRect, tile: Tile, font: QFont, colours: Palette) -> None:
    small = _small(font)
    metrics = QFontMetrics(small)
    text_area = QRect(area.left() + 2, area.bottom() - 2 * metrics.height() - 1, area.width() - 4, 2 * metrics.height())
    painter.setFont(small)
    painter.setPen(QColor(colours.text))
    painter.drawText(text_area, Qt.AlignmentFlag.AlignCenter, "\n".join(lines_of(tile.title, metrics, text_area.width())))
    space = QRect(area.left() + 5, area.top() + 5, area.width() - 10, text_area.top() - area.top() - 6)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, tile.smooth)
    painter.drawImage(_fitted(space, tile.image), tile.image)


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * SMALL)
    return small


def lines_of(title: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The title in one line if it fits, or else broken between words into two of about the same length.

    A line that is still too long is cut with "…".
    """
    words = title.split() if metrics.horizontalAdvance(title) > width else []
    breaks = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    lines = min(breaks, key=lambda lines: max(map(len, lines))) if breaks else (title,)
    return [metrics.elidedText(line, Qt.TextElideMode.ElideRight, width) for line in lines]


def _fitted(space: QRect, image: QImage) -> QRect:
    """The largest place for the picture's proportions in the middle of the space."""
    size = image.size().scaled(space.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, max(size.width(), 1), max(size.height(), 1))
    place.moveCenter(space.center())
    return place
