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
        self.message = MessageBar()
        self.status = StatusLine()
        self._left = _column(self.source, self.histogram, stretch_first=True)
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
            self._splitter.setSizes(list(sizes))
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
        middle = _column_plain(self.message, self.picture, self.pixel)
        splitter = QSplitter(childrenCollapsible=False)
        for widget in (self._left, middle, self._right):
            splitter.addWidget(widget)
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


def _column(*widgets: QWidget, stretch_first: bool = False) -> QScrollArea:
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(12, 8, 12, 8)
    layout.setSpacing(8)
    for number, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if stretch_first and number == 0 else 0)
    if not stretch_first:
        layout.addStretch(1)
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(holder)
    return area


__all__ = ["Incoming", "MainWindow"]
