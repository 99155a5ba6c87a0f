"""The composition root: application, settings, window, controller; and what happens when something goes wrong."""

import faulthandler
import gc
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

import kernels
from inspector.controller import Controller, jobs
from inspector.core import places, updates
from inspector.core import settings as storage
from inspector.core.filtering import FilterSettings
from inspector.core.log import open_log
from inspector.core.network import updates as network
from inspector.core.resources import samples
from inspector.core.screenshots import Screenshots
from inspector.core.session import SessionFile
from inspector.core.settings import Settings
from inspector.core.state import AppState, Source, SourceKind, Theme
from inspector.views import icons, theme
from inspector.views.main_window import MainWindow
from kernels import preset

log = logging.getLogger("inspector")
FIRST_KERNEL = "sobel-x"
ENOUGH = 700  # objects made since the last collection that are worth another
FIRST_PIXEL = (332, 612)  # of the first sample: the frame of a window, an edge worth a look
PAINTED = 100  # milliseconds after which the first frame is on the screen
STILL = 30.0  # seconds that a screenshot waits for the window to come to rest


def run(files: tuple[str, ...]) -> int:
    """Open the window with these files; the exit status."""
    qInstallMessageHandler(_log_qt)
    application = _application()
    loaded, problem = storage.load(storage.default_path())
    session = SessionFile(places.state())
    recovered = session.recover()
    state = recovered or first_state(Theme(loaded.theme) if loaded.theme in set(Theme) else Theme.SYSTEM)
    stream = open_log(places.log())
    if stream is not None:
        faulthandler.enable(stream)
    window, controller = build(state, loaded, session)
    _close_on_signals(window)
    window.show_sizes(loaded.splitter_sizes, loaded.geometry)
    missing = start(controller)
    window.show()
    back = "The program ended unexpectedly; your last work is back." if recovered is not None else ""
    if notice := " ".join(filter(None, (back, missing, problem))):
        window.message.show_message(notice, severity="notice")
    if files:
        controller.arrivals.open_paths(files)
    prepare(controller)
    QTimer.singleShot(PAINTED, controller, controller.wake)
    garbage = Garbage(controller)
    application.styleHints().colorSchemeChanged.connect(controller.follow_system)
    with accidents_reported(window):
        status = application.exec()
    garbage.stop()
    return status


def first_state(chosen: Theme) -> AppState:
    """A sample picture under a Sobel kernel: something to see at once."""
    source = Source(SourceKind.SAMPLE, samples()[0].id)
    return AppState(source, FilterSettings(preset(FIRST_KERNEL)), pixel=FIRST_PIXEL, theme=chosen)


def build(state: AppState, settings: Settings, session: SessionFile | None) -> tuple[MainWindow, Controller]:
    """A window and the controller that fills it; nothing is loaded or shown yet."""
    theme.apply(_application(), state.theme)
    window = MainWindow()
    return window, Controller(window, state, settings, session)


def start(controller: Controller) -> str:
    """Load the picture of the state, here and now, so that the first frame is not empty.

    Where it cannot be loaded, a sample is taken instead; the answer says why, else it is ''.
    """
    try:
        controller.load_now()
    except (ValueError, OSError, MemoryError) as error:
        controller.fall_back(Source(SourceKind.SAMPLE, samples()[0].id))
        return str(error) or "There is not enough memory for the picture."
    return ""


def prepare(controller: Controller) -> None:
    """Begin behind the window's back what it will need: the compiled engine, the gallery."""
    controller.submit(jobs.warm_up())
    controller.submit(jobs.thumbnails())


def screenshots(asked: Screenshots) -> Iterator[Path]:
    """Render every workspace of the real window in each size and theme; yields the files as they are written."""
    if not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_log_qt)
    _application()
    asked.folder.mkdir(parents=True, exist_ok=True)
    window, controller = build(_pictured(asked), Settings(), None)
    start(controller)
    prepare(controller)
    controller.wake()
    if asked.files:
        controller.arrivals.open_paths(asked.files)
    try:
        for workspace, (width, height), chosen in product(asked.workspaces, asked.sizes, asked.themes):
            controller.dispatch(network.set_workspace(workspace))
            path = asked.folder / f"{workspace}-{width}x{height}-{chosen}.png"
            yield _picture_of(window, controller, path, (width, height), chosen)
    finally:
        controller.leave()


def _pictured(asked: Screenshots) -> AppState:
    """The state that the pictures begin with."""
    state = first_state(asked.themes[0])
    settings = replace(state.filter, kernel=asked.kernel) if asked.kernel is not None else state.filter
    model = asked.model or state.network.model
    chosen = replace(state.network, model=model, layer=asked.layer, unit=asked.unit)
    dy, dx = asked.shift
    return replace(state, filter=settings, network=chosen, shift=replace(state.shift, dy=dy, dx=dx))


def _picture_of(window: MainWindow, controller: Controller, path: Path, size: tuple[int, int], chosen: Theme) -> Path:
    controller.dispatch(updates.set_theme(chosen))
    window.resize(*size)
    window.show()
    _rest(controller)
    window.centre.fit()
    _rest(controller)
    if window.message.text and window.message.property("severity") == "error":
        raise ValueError(window.message.text)
    if not window.grab().save(str(path)):
        raise OSError(f"{path} could not be written")
    return path


def _rest(controller: Controller) -> None:
    """Let the window work until nothing is left to do."""
    loop, deadline = QEventLoop(), QDeadlineTimer(int(STILL * 1000))
    poll = QTimer(interval=20)
    poll.timeout.connect(lambda: loop.quit() if controller.at_rest() or deadline.hasExpired() else None)
    poll.start()
    loop.exec()
    poll.stop()


def _log_qt(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    """Qt's messages go to the log; the one about window sizes that the offscreen platform always sends goes nowhere."""
    if "propagateSizeHints" not in text:
        log.log(logging.ERROR if kind is QtMsgType.QtFatalMsg else logging.WARNING, "Qt: %s", text)


def _application() -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    application = QApplication([sys.argv[0]])
    application.setApplicationName("cnn-inspector")
    application.setApplicationDisplayName("CNN Inspector")
    application.setDesktopFileName("cnn-inspector")
    application.setWindowIcon(icons.app_icon())
    sys.setswitchinterval(0.0003)  # shorter waits of the main thread for workers in Python code
    return application


@contextmanager
def accidents_reported(window: MainWindow) -> Iterator[None]:
    """While it lasts, exceptions of slots, paint events and threads reach the log and the message bar."""
    before = sys.excepthook, threading.excepthook

    def report(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        log.error("unexpected: %s", text)
        sentence = f"Something went wrong inside the program ({kind.__name__}); nothing that is open was lost."
        QTimer.singleShot(0, window, lambda: window.message.show_message(sentence, details=text))

    sys.excepthook = report
    threading.excepthook = lambda args: report(args.exc_type, args.exc_value, args.exc_traceback)
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = before


def _close_on_signals(window: MainWindow) -> None:
    """An end by Ctrl+C or by the system is a good end, too."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: QTimer.singleShot(0, window, window.close))


class Garbage(QTimer):
    """Collects Python's garbage from the main thread, since elsewhere a collection would destroy Qt objects.

    What was loaded at the start is frozen out of the collections, which keeps each below a few
    milliseconds; whole collections wait until the program is at rest.
    """

    def __init__(self, controller: Controller) -> None:
        super().__init__(controller, interval=500)
        self._controller = controller
        self._engine_frozen = False
        gc.disable()
        gc.freeze()
        self.timeout.connect(self._collect)
        self.start()

    def _collect(self) -> None:
        if kernels.is_warm() and not self._engine_frozen:
            self._engine_frozen = True
            gc.freeze()
        if gc.get_count()[0] > ENOUGH:
            gc.collect(2 if self._controller.at_rest() else 1)
