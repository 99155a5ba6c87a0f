"""The window lays out its children and passes on what they say; it knows nothing else."""

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QMainWindow, QScrollArea, QSplitter, QToolBar, QVBoxLayout, QWidget

from inspector.views.histogram import HistogramView
from inspector.views.kernel_panel import KernelPanel
from inspector.views.menus import Actions
from inspector.views.message_bar import MessageBar
from inspector.views.options_panel import OptionsPanel
from inspector.views.picture_pane import PicturePane
from inspector.views.pixel_panel import PixelPanel
from inspector.views.source_panel import SourcePanel
from inspector.views.status_line import StatusLine
from inspector.views.transfer import Incoming, incoming

TITLE = "CNN Inspector"
LEFT, RIGHT = 232, 304  # widths of the columns at the first start, pixels
NARROWEST_LEFT, NARROWEST_RIGHT = 200, 288  # what their contents need


class MainWindow(QMainWindow):
    """Source on the left, pictures with the pixel inspector in the middle, kernel and options on the right."""

    dropped = Signal(object)  # Incoming
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self.actions_ = Actions(self)
        self.actions_.fill(self.menuBar())
        self._make_tool_bar()
        self.source = SourcePanel()
        self.picture = PicturePane()
        self.kernel = KernelPanel()
        self.options = OptionsPanel()
        self.histogram = HistogramView()
        self.pixel = PixelPanel()
        self.message = MessageBar(self.picture)
        self.status = StatusLine()
        self._left = _with_foot(_column(self.source), self.histogram)
        self._right = _column(self.kernel, self.options)
        self._splitter = self._make_splitter()
        self._make_centre()
        self.picture.setFocus()

    def show_panel(self, id: str, visible: bool) -> None:
        """Show or hide "panel-source", "panel-kernel" or "panel-pixel"."""
        self._panels[id].setVisible(visible)

    @property
    def _panels(self) -> dict[str, QWidget]:
        return {"panel-source": self._left, "panel-kernel": self._right, "panel-pixel": self.pixel}

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths of the three columns."""
        return tuple(self._splitter.sizes())

    def show_sizes(self, sizes: tuple[int, ...], geometry: str) -> None:
        """Restore what ``sizes`` and ``geometry`` said; what does not fit is ignored."""
        if len(sizes) == self._splitter.count() and all(size >= 0 for size in sizes):
            wide = LEFT, self.width() - LEFT - RIGHT, RIGHT
            self._splitter.setSizes([size or usual for size, usual in zip(sizes, wide, strict=True)])  # 0: it was hidden
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii", "ignore")))

    @property
    def geometry_text(self) -> str:
        """Place and size of the window as base64 text."""
        return bytes(self.saveGeometry().toBase64().data()).decode("ascii")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Anything with files, a picture or a text is welcome anywhere."""
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage() or mime.hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Say what was dropped."""
        event.acceptProposedAction()
        self.dropped.emit(incoming(event.mimeData(), "dropped picture"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say so before the window goes."""
        self.closing.emit()
        super().closeEvent(event)

    def _make_tool_bar(self) -> None:
        bar = QToolBar("Workspaces", movable=False, floatable=False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.actions_.fill_tools(bar)
        self.addToolBar(bar)

    def _make_splitter(self) -> QSplitter:
        middle = _column_plain(self.picture, self.pixel)
        splitter = QSplitter(childrenCollapsible=False)
        for widget in (self._left, middle, self._right):
            splitter.addWidget(widget)
        self._left.setMinimumWidth(NARROWEST_LEFT)
        self._right.setMinimumWidth(NARROWEST_RIGHT)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([LEFT, 1280 - LEFT - RIGHT, RIGHT])
        return splitter

    def _make_centre(self) -> None:
        centre = _column_plain(self._splitter, self.status)
        self.setCentralWidget(centre)


def _column_plain(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    for widget in widgets:
        layout.addWidget(widget, 1 if isinstance(widget, PicturePane | QSplitter) else 0)
    return holder


def _with_foot(column: QScrollArea, foot: QWidget) -> QWidget:
    """What stays in sight under a column that scrolls."""
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 8)
    layout.addWidget(column, 1)
    below = QVBoxLayout()
    below.setContentsMargins(12, 0, 12, 0)
    below.addWidget(foot)
    layout.addLayout(below)
    return holder


def _column(*widgets: QWidget) -> QScrollArea:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(12, 8, 2, 8)  # the scroll bar is the rest of the margin
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it takes the focus
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # its room is kept, so that nothing moves
    area.setWidget(holder)
    return area


__all__ = ["Incoming", "MainWindow"]
