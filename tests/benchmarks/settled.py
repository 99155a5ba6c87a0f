"""Waiting for the program in the scripts of the benchmarks."""

from PySide6.QtCore import QEventLoop, QTimer

from inspector.controller import Controller


def rest(controller: Controller) -> None:
    """Until all work is done and shown."""
    loop, poll = QEventLoop(), QTimer(interval=10)
    poll.timeout.connect(lambda: loop.quit() if controller.at_rest() else None)
    poll.start()
    loop.exec()
    poll.stop()
