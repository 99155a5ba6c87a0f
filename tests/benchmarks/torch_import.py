"""Turns to the Network workspace of the real window, which imports torch; prints how long the main thread was held up."""

import json
import os
import sys
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from clock import Stalls
from settled import rest

from inspector import app
from inspector.controller import jobs
from inspector.core.network import updates as network
from inspector.core.settings import Settings
from inspector.core.state import Theme, Workspace


def main() -> None:
    window, controller = app.build(app.first_state(Theme.LIGHT), Settings(), None)
    app.start(controller)
    window.show()
    controller.submit(jobs.warm_up())
    controller.wake()
    rest(controller)
    assert "torch" not in sys.modules, "torch is not imported before it is needed"
    garbage = app.Garbage(controller)
    stalls, began = Stalls(), perf_counter()
    stalls.start()
    controller.dispatch(network.set_workspace(Workspace.NETWORK))
    rest(controller)
    stalls.stop()
    assert controller.network.inspected is not None
    longest = sorted(stalls.gaps, reverse=True)
    print(
        json.dumps({"seconds": perf_counter() - began, "longest_ms": longest[0], "second_ms": longest[1], "third_ms": longest[2]})
    )
    garbage.stop()
    controller.leave()


main()
