"""The window lays out its children and passes on what they say; it knows nothing else."""

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QToolBar, QWidget

from inspector.core.state import Workspace
from inspector.views.columns import Pages, framed, scrolled, stacked
from inspector.views.gallery_panel import GalleryPanel
from inspector.views.histogram import HistogramView
from inspector.views.kernel_panel import KernelPanel
from inspector.views.menus import Actions
from inspector.views.message_bar import MessageBar
from inspector.views.network.maps_pane import MapsPane
from inspector.views.network.page import NetworkPage
from inspector.views.options_panel import OptionsPanel
from inspector.views.picture_pane import PicturePane
from inspector.views.pixel_panel import PixelPanel
from inspector.views.source_panel import SourcePanel
from inspector.views.status_line import StatusLine
from inspector.views.transfer import Incoming, incoming

TITLE = "CNN Inspector"
WIDTHS = {Workspace.FILTER: (232, 304), Workspace.NETWORK: (364, 304)}  # of the outer columns at the first start, pixels
NARROWEST_LEFT, NARROWEST_RIGHT = 200, 288  # what their contents need


class MainWindow(QMainWindow):
    """The source on the left, and for each workspace what stands below it, in the middle and on the right."""

    dropped = Signal(object)  # Incoming
    closing = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self.resize(1280, 800)
        self._workspace = Workspace.FILTER
        self._sizes: dict[Workspace, list[int]] = {}
        self.actions_ = Actions(self)
        self.actions_.fill(self.menuBar())
        self._make_tool_bar()
        self._make_panels()
        self._lay_out()
        self.message = MessageBar(self._middle)
        self.picture.setFocus()

    def _make_panels(self) -> None:
        self.source = SourcePanel()
        self.gallery = GalleryPanel()
        self.picture = PicturePane()
        self.kernel = KernelPanel()
        self.options = OptionsPanel()
        self.histogram = HistogramView()
        self.pixel = PixelPanel()
        self.network = NetworkPage()
        self.status = StatusLine()

    def show_workspace(self, workspace: Workspace) -> None:
        """Turn all three columns to this workspace; each keeps the widths that it was given."""
        if workspace is self._workspace:
            return
        self._sizes[self._workspace] = self._splitter.sizes()
        self._workspace = workspace
        for pages in self._pages:
            pages.setCurrentIndex(list(Workspace).index(workspace))
        self.actions_.show_workspace(workspace)
        self._splitter.setSizes(self._sizes.get(workspace) or self._usual(workspace))
        self.message.keep_below(self.network.options if workspace is Workspace.NETWORK else None)
        self.centre.setFocus()

    def show_panel(self, id: str, visible: bool) -> None:
        """Show or hide "panel-source", "panel-kernel" or "panel-pixel"."""
        self._panels[id].setVisible(visible)

    @property
    def centre(self) -> PicturePane | MapsPane:
        """The pictures of the workspace in sight."""
        return self.picture if self._workspace is Workspace.FILTER else self.network.maps

    @property
    def _panels(self) -> dict[str, QWidget]:
        return {"panel-source": self._left, "panel-kernel": self._right, "panel-pixel": self.pixel}

    @property
    def sizes(self) -> tuple[int, ...]:
        """Widths of the three columns of the Filter workspace."""
        sizes = self._splitter.sizes() if self._workspace is Workspace.FILTER else self._sizes[Workspace.FILTER]
        return tuple(sizes)

    def show_sizes(self, sizes: tuple[int, ...], geometry: str) -> None:
        """Restore what ``sizes`` and ``geometry`` said; what does not fit is ignored."""
        if len(sizes) == self._splitter.count() and all(size >= 0 for size in sizes):
            wide = self._usual(Workspace.FILTER)
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

    def _usual(self, workspace: Workspace) -> list[int]:
        left, right = WIDTHS[workspace]
        return [left, self.width() - left - right, right]

    def _make_tool_bar(self) -> None:
        bar = QToolBar("Workspaces", movable=False, floatable=False)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.actions_.fill_tools(bar)
        self.addToolBar(bar)

    def _lay_out(self) -> None:
        """The order of the pages is that of ``Workspace``."""
        below = _pages(
            stacked(gallery := scrolled(self.gallery), framed(self.histogram, top=0), stretch=gallery), self.network.left
        )
        self._middle = _pages(stacked(self.picture, self.pixel, stretch=self.picture), self.network.middle)
        self._right = _pages(scrolled(self.kernel, self.options), self.network.right)
        self._pages = (below, self._middle, self._right)
        self._left = stacked(framed(self.source, bottom=0), below, stretch=below)
        self._left.setMinimumWidth(NARROWEST_LEFT)
        self._right.setMinimumWidth(NARROWEST_RIGHT)
        self._splitter = QSplitter(childrenCollapsible=False)
        for widget in (self._left, self._middle, self._right):
            self._splitter.addWidget(widget)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes(self._usual(Workspace.FILTER))
        self.setCentralWidget(stacked(self._splitter, self.status, stretch=self._splitter))


def _pages(*widgets: QWidget) -> Pages:
    pages = Pages()
    for widget in widgets:
        pages.addWidget(widget)
    return pages


__all__ = ["Incoming", "MainWindow"]
