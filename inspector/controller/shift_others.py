"""The networks that are compared with the present one: opened one after the other, and kept while they are."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.controller.network_jobs import Opened, open_network
from inspector.controller.shift_store import OTHER, Kept
from inspector.core.network.settings import ModelChoice
from inspector.core.shift.settings import MOST_OTHERS
from inspector.core.shift.updates import compare_no_more, compare_with
from inspector.work.runner import Operation

if TYPE_CHECKING:
    from inspector.controller.controller import Controller

Ask = Callable[[str, object, Operation], bool]


class Others:
    """``ask`` submits what lacks, unless it is under way."""

    def __init__(self, controller: "Controller", ask: Ask) -> None:
        self._controller, self._ask = controller, ask
        self._kept: Kept[ModelChoice, Opened] = Kept(MOST_OTHERS)

    def opened(self, *, busy: bool) -> tuple[Opened, ...]:
        """Those that are open; the first that is not is asked for, unless one is being opened and so ``busy``."""
        found = {choice: self._opened(choice) for choice in self._chosen}
        missing = next((choice for choice, opened in found.items() if opened is None), None)
        if missing is not None and not busy:
            self._ask(OTHER, missing, replace(open_network(missing), kind=OTHER))
        return tuple(opened for opened in found.values() if opened is not None)

    def add(self, choice: ModelChoice) -> None:
        """Compare with this one from now on; a file takes the place of itself, read with other answers."""
        for old in self._chosen:
            if (old.kind, old.name) == (choice.kind, choice.name):
                self.remove(old)
        self._controller.dispatch(compare_with(choice, Path(choice.name).name))

    def remove(self, choice: ModelChoice) -> None:
        """Compare with it no more, as where it cannot be opened."""
        self._controller.dispatch(compare_no_more(choice))

    def put(self, opened: Opened) -> None:
        """It has been opened."""
        self._kept.put(opened.choice, opened)

    @property
    def _chosen(self) -> tuple[ModelChoice, ...]:
        """Without the present network, if that has become one of them."""
        state = self._controller.state
        return tuple(choice for choice in state.shift.others if choice != state.network.model)

    def _opened(self, choice: ModelChoice) -> Opened | None:
        network = self._controller.network
        return network.wish(choice) if network.has(choice) else self._kept.get(choice)
