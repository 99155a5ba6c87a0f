"""The program: prints the seconds from process start to the first painted frame that shows the sample filtered."""

import json
import sys
import time

from clock import AfterPaint

from inspector import app
from inspector.controller import Controller
from inspector.views.picture_canvas import PictureCanvas

started = float(sys.argv[1])
start = app.start


def start_and_watch(controller: Controller) -> None:
    """Run the program's own start, then wait for the pane to be painted with the result in it."""
    start(controller)
    assert controller.result is not None

    def painted() -> None:
        print(json.dumps(time.time() - started))
        controller.window.close()

    AfterPaint(controller.window.picture.findChild(PictureCanvas), painted)


app.start = start_and_watch
app.run(())
