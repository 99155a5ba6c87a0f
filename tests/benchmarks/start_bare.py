"""A bare PySide6 + pyqtgraph window with a picture: prints the seconds from process start to its first painted frame."""

import json
import sys
import time

import numpy as np
import pyqtgraph as pg
from clock import AfterPaint
from PySide6.QtWidgets import QApplication

started = float(sys.argv[1])
application = QApplication([])
view = pg.GraphicsLayoutWidget()
view.resize(1280, 800)
box = view.addViewBox()
box.addItem(pg.ImageItem(np.random.default_rng(0).integers(0, 256, (512, 768, 3), np.uint8), axisOrder="row-major"))


def painted() -> None:
    """The first frame is on the screen."""
    print(json.dumps(time.time() - started))
    application.quit()


watch = AfterPaint(view.viewport(), painted)
view.show()
application.exec()
