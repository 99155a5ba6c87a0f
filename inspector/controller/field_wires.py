"""What the user's hand does in the Receptive field workspace, as updates or as requests to its desk."""

from typing import TYPE_CHECKING

from inspector.core.network import updates
from inspector.core.network.looking import nearest_unit
from inspector.core.receptive_field.graph import FieldError
from inspector.core.receptive_field.settings import Pin
from inspector.core.receptive_field.updates import look_at_pin
from inspector.core.state import Workspace

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

Unit = tuple[int, int]


class FieldWires:
    """Connects the page of the workspace, once it has been built."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._desk = controller.field
        controller.window.page_built.connect(self._connect)

    def _connect(self, workspace: Workspace) -> None:
        if workspace is not Workspace.FIELD:
            return
        page, desk, commands = self._controller.window.field, self._desk, self._controller.commands
        for panel in (page.effective, page.padding, page.pins):
            panel.updated.connect(self._controller.dispatch)
        for climber in (page.field.canvas, page.units):
            climber.climbed.connect(desk.climb_by)
        for chooser in (page.layers.chosen, page.plot.chosen, page.climb.climbed_to):
            chooser.connect(desk.climb)
        page.climb.grow_requested.connect(desk.grow)
        page.field.canvas.pixel_pointed.connect(desk.units.point)
        page.field.canvas.pixel_clicked.connect(self._choose_at)
        page.units.unit_pointed.connect(desk.point)
        page.units.unit_chosen.connect(self._choose_unit)
        page.units.stepped.connect(self._step)
        page.effective.measure_requested.connect(desk.measure)
        page.effective.folder_requested.connect(commands.fields.choose_folder)
        page.plot.sigmas_requested.connect(desk.depth.measure)
        page.pins.chosen.connect(self._choose_pin)

    def _choose_unit(self, y: int, x: int) -> None:
        view = self._controller.network.resolved.view if self._controller.network.resolved is not None else None
        if view is not None:
            self._controller.dispatch(updates.set_unit(view.map, (y, x)))

    def _choose_at(self, y: int, x: int) -> None:
        """The unit whose field has its middle nearest to a pixel of the input."""
        looked, facts = self._desk.looked, self._desk.facts
        if looked is None or facts is None:
            return
        try:
            unit = nearest_unit(facts.description.graph, looked.key, looked.shape, (y, x, y + 1, x + 1))
        except FieldError:  # its fields are not known, which the panel says
            return
        self._choose_unit(*unit)

    def _step(self, dy: int, dx: int) -> None:
        if (looked := self._desk.looked) is not None:
            self._choose_unit(*looked.at((looked.unit[0] + dy, looked.unit[1] + dx)).unit)

    def _choose_pin(self, pin: Pin) -> None:
        """Look at a pinned unit again."""
        facts = self._desk.facts
        step = next((s for s in facts.steps if pin.layer in {s.key, s.before, s.after}), None) if facts is not None else None
        if step is not None:
            self._controller.dispatch(look_at_pin(pin, step))
