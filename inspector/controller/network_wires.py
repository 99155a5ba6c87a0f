"""What the user's hand does in the Network workspace, as updates."""

from typing import TYPE_CHECKING

from inspector.core.network import updates
from inspector.core.state import Workspace
from inspector.core.updates import Update

if TYPE_CHECKING:
    from inspector.controller.controller import Controller


class NetworkWires:
    """Connects the page of the workspace, once it has been built."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        controller.window.page_built.connect(self._connect)

    def _connect(self, workspace: Workspace) -> None:
        if workspace is not Workspace.NETWORK:
            return
        controller = self._controller
        page, desk = controller.window.network, controller.network
        for panel in (page.options, page.changes):
            panel.updated.connect(controller.dispatch)
        page.layers.chosen.connect(self._choose_layer)
        page.check.wished.connect(controller.commands.runner("check-engine"))
        page.maps.map_chosen.connect(self._choose_map)
        page.maps.unit_chosen.connect(self._choose_unit)
        page.maps.large_wished.connect(self._enlarge)
        page.maps.unit_pointed.connect(controller.field.maps.point)
        page.map.field_wished.connect(lambda _: controller.field.maps.settle())
        page.map.unit_chosen.connect(self._choose_unit_of_map)
        page.map.opacity_changed.connect(self._fade)
        page.classes.restore_requested.connect(lambda: controller.commands.run("restore-network"))
        page.filter.to_bench.connect(desk.to_bench)

    def _do(self, update: Update) -> None:
        self._controller.dispatch(update)

    def _choose_layer(self, key: str) -> None:
        self._do(updates.set_layer(key))

    def _choose_map(self, index: int) -> None:
        self._do(updates.set_map(index))

    def _choose_unit(self, index: int, unit: tuple[int, int]) -> None:
        self._do(updates.set_unit(index, unit))

    def _choose_unit_of_map(self, y: int, x: int) -> None:
        """In the map that is looked at closely."""
        resolved = self._controller.network.resolved
        if resolved is not None and resolved.view is not None:
            self._do(updates.set_unit(resolved.view.map, (y, x)))

    def _enlarge(self, large: bool) -> None:
        self._do(updates.set_network("One map large" if large else "All maps", large=large))

    def _fade(self, opacity: float) -> None:
        self._do(updates.set_opacity(opacity))
