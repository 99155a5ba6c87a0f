"""The model bars of all workspaces that look at networks: they show the same, and what the hand does in one is done."""

from typing import TYPE_CHECKING

from inspector.core.network import updates
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.offers import ModelOffer
from inspector.core.network.settings import ModelChoice
from inspector.core.state import Workspace

if TYPE_CHECKING:
    from inspector.controller.controller import Controller
    from inspector.views.network.model_bar import ModelBar
    from inspector.views.shift.compare_panel import ComparePanel


class ModelBars:
    """What is told before the page of a workspace has been built is shown then."""

    def __init__(self, controller: "Controller") -> None:
        self._controller = controller
        self._bars: list[ModelBar] = []
        self._second: ComparePanel | None = None  # where a second network is chosen
        self._offers: tuple[ModelOffer, ...] = ()
        self._model: tuple[ModelChoice, NetworkFacts] | None = None
        self._busy = ""
        controller.window.page_built.connect(self._add)

    def show_offers(self, offers: tuple[ModelOffer, ...]) -> None:
        """The networks that can be chosen."""
        self._offers = offers
        for bar in self._bars:
            bar.show_offers(offers)
        if self._second is not None:
            self._second.show_offers(offers)

    def show_model(self, model: ModelChoice, facts: NetworkFacts) -> None:
        """The one that is open."""
        if self._model != (model, facts):
            self._model = model, facts
            for bar in self._bars:
                self._show_model(bar)

    def show_busy(self, text: str) -> None:
        """Which one is being opened; "" once none is."""
        self._busy = text
        for bar in self._bars:
            bar.show_busy(text)

    def _add(self, workspace: Workspace) -> None:
        window = self._controller.window
        match workspace:
            case Workspace.NETWORK:
                bar = window.network.model
            case Workspace.FIELD:
                bar = window.field.model
            case _:
                bar = window.shift.model
                self._second = window.shift.compare
                self._second.show_offers(self._offers)
        self._bars.append(bar)
        if self._offers:
            bar.show_offers(self._offers)
        self._show_model(bar)
        bar.show_busy(self._busy)
        self._connect(bar)

    def _show_model(self, bar: "ModelBar") -> None:
        if self._model is not None:
            model, facts = self._model
            bar.show_model(model, facts.title, facts.line, facts.notes)

    def _connect(self, bar: "ModelBar") -> None:
        commands = self._controller.commands
        bar.model_chosen.connect(self._choose)
        bar.weights_requested.connect(commands.runner("open-weights"))
        bar.code_requested.connect(commands.runner("run-code"))
        bar.download_requested.connect(self._controller.network.download)

    def _choose(self, choice: ModelChoice) -> None:
        self._controller.dispatch(updates.set_model(choice))
