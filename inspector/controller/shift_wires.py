"""What the user's hand does in the Shift workspace, as updates or as requests to its desk."""

from typing import TYPE_CHECKING

from inspector.core.network import updates
from inspector.core.shift.updates import move_to, put_back
from inspector.core.state import Workspace

if TYPE_CHECKING:
    from inspector.controller.controller import Controller


class ShiftWires:
    """Connects the page of the workspace, once it has been built."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        controller.window.page_built.connect(self._connect)

    def _connect(self, workspace: Workspace) -> None:
        if workspace is not Workspace.SHIFT:
            return
        controller, page = self._controller, self._controller.window.shift
        strip, run = page.strip, controller.commands.runner
        for panel in (page.transform, page.case, page.surgery, page.compare, strip, strip.saw_tooth, strip.orbits):
            panel.updated.connect(controller.dispatch)
        page.layers.chosen.connect(self._choose_layer)
        for maps in (page.case, strip.positions):
            maps.map_chosen.connect(self._choose_map)
        page.case.input.dragged.connect(self._drag)
        page.case.input.put_back.connect(self._put_back)
        for plot in (strip.saw_tooth, strip.decisions):
            plot.shift_chosen.connect(self._choose_shift)
        page.transform.play_requested.connect(run("play-shift"))
        page.surgery.accuracy_requested.connect(run("measure-accuracy"))
        page.compare.download_requested.connect(controller.network.download)
        page.compare.weights_requested.connect(run("compare-weights"))
        page.surgery.consistency_requested.connect(run("measure-consistency"))
        page.surgery.study_requested.connect(run("save-study"))

    def _choose_layer(self, key: str) -> None:
        self._controller.dispatch(updates.set_layer(key))

    def _choose_map(self, index: int) -> None:
        self._controller.dispatch(updates.set_map(index))

    def _drag(self, dy: float, dx: float) -> None:
        """One drag is one step of undo."""
        session = self._controller.window.shift.case.input.session
        self._controller.shift.play.stop()
        self._controller.dispatch(move_to(dy, dx, merges=f"drag {session}"))

    def _choose_shift(self, dy: float, dx: float) -> None:
        self._controller.dispatch(move_to(dy, dx, "Choose a shift", merges=""))

    def _put_back(self) -> None:
        self._controller.dispatch(put_back())
