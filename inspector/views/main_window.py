"""The window lays out its children and passes on what they say; it knows nothing else."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QToolBar, QWidget

from inspector.core.state import Workspace
from inspector.views.columns import Columns, Page, Pages, framed, scrolled, stacked
from inspector.views.gallery_panel import GalleryPanel
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

if TYPE_CHECKING:
    from inspector.views.field.field_pane import FieldPane
    from inspector.views.field.page import FieldPage
    from inspector.views.network.maps_pane import MapsPane
    from inspector.views.network.page import NetworkPage
    from inspector.views.shift.case_pane import CasePane
    from inspector.views.shift.page import ShiftPage

TITLE = "CNN Inspector"
WIDTHS = {  # of the outer columns at the first start, pixels
    Workspace.FILTER: (232, 304), Workspace.NETWORK: (364, 304), Workspace.FIELD: (364, 304),
    Workspace.SHIFT: (364, 304),
}  # fmt: skip
NARROWEST_LEFT, NARROWEST_RIGHT = 200, 288  # what their contents need


class MainWindow(QMainWindow):
    """The source on the left, and for each workspace what stands below it, in the middle and on the right.

    The pages of the workspaces behind the first are built when they are first asked for, so that the start need not wait.
    """

    page_built = Signal(object)  # Workspace
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
        self.status = StatusLine()

    def show_workspace(self, workspace: Workspace) -> None:
        """Turn all three columns to this workspace; each keeps the widths that it was given."""
        if workspace is self._workspace:
            return
        self._sizes[self._workspace] = self._splitter.sizes()
        self._workspace = workspace
        for pages, column in zip(self._pages, _columns(self._page(workspace)), strict=True):
            pages.setCurrentWidget(column)
        self.actions_.show_workspace(workspace)
        self._splitter.setSizes(self._sizes.get(workspace) or self._usual(workspace))
        self.message.keep_below(self.network.options if workspace is Workspace.NETWORK else None)
        self.message.raise_()  # the page has come to lie on top of it
        self.centre.setFocus()

    def has_page(self, workspace: Workspace) -> bool:
        """Whether the page of this workspace has been built."""
        return workspace in self._built

    @property
    def network(self) -> "NetworkPage":
        """The panels of the Network workspace."""
        return cast("NetworkPage", self._page(Workspace.NETWORK))

    @property
    def field(self) -> "FieldPage":
        """The panels of the Receptive field workspace."""
        return cast("FieldPage", self._page(Workspace.FIELD))

    @property
    def shift(self) -> "ShiftPage":
        """The panels of the Shift workspace."""
        return cast("ShiftPage", self._page(Workspace.SHIFT))

    def show_panel(self, id: str, visible: bool) -> None:
        """Show or hide "panel-source", "panel-kernel" or "panel-pixel"."""
        self._panels[id].setVisible(visible)

    @property
    def centre(self) -> "PicturePane | MapsPane | FieldPane | CasePane":
        """The pictures of the workspace in sight."""
        if self._workspace is Workspace.FIELD:
            return self.field.field
        if self._workspace is Workspace.SHIFT:
            return self.shift.case
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

    def _page(self, workspace: Workspace) -> Page:
        """What this workspace puts into the columns; built when it is first asked for."""
        if workspace not in self._built:
            self._built[workspace] = page = _made(workspace)
            for pages, column in zip(self._pages, _columns(page), strict=True):
                pages.addWidget(column)
            self.page_built.emit(workspace)
        return self._built[workspace]

    def _lay_out(self) -> None:
        bench = Columns(
            stacked(gallery := scrolled(self.gallery), framed(self.histogram, top=0), stretch=gallery),
            stacked(self.picture, self.pixel, stretch=self.picture), scrolled(self.kernel, self.options),
        )  # fmt: skip
        self._built: dict[Workspace, Page] = {Workspace.FILTER: bench}
        self._pages = below, self._middle, self._right = tuple(map(_pages, _columns(bench)))
        self._left = stacked(framed(self.source, bottom=0), below, stretch=below)
        self._left.setMinimumWidth(NARROWEST_LEFT)
        self._right.setMinimumWidth(NARROWEST_RIGHT)
        self._splitter = QSplitter(childrenCollapsible=False)
        for widget in (self._left, self._middle, self._right):
            self._splitter.addWidget(widget)
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setSizes(self._usual(Workspace.FILTER))
        self.setCentralWidget(stacked(self._splitter, self.status, stretch=self._splitter))


def _made(workspace: Workspace) -> Page:
    """The page of a workspace behind the first; what it imports is not needed at the start."""
    if workspace is Workspace.NETWORK:
        from inspector.views.network.page import NetworkPage  # noqa: PLC0415

        return NetworkPage()
    if workspace is Workspace.FIELD:
        from inspector.views.field.page import FieldPage  # noqa: PLC0415 - pyqtgraph takes a quarter of a second to import

        return FieldPage()
    from inspector.views.shift.page import ShiftPage  # noqa: PLC0415

    return ShiftPage()


def _columns(page: Page) -> tuple[QWidget, QWidget, QWidget]:
    return page.left, page.middle, page.right


def _pages(first: QWidget) -> Pages:
    pages = Pages()
    pages.addWidget(first)
    return pages


__all__ = ["Incoming", "MainWindow"]
