"""What the Network workspace shows of its choices and of a forward pass; nothing is decided here."""

from typing import TYPE_CHECKING

import numpy as np

from inspector.controller import network_texts as texts
from inspector.controller.network_jobs import Inspected
from inspector.controller.screen import Screen
from inspector.core.network.inspection import NetworkFacts
from inspector.core.network.resolve import NetworkResolved
from inspector.core.network.settings import NetworkSettings
from inspector.core.state import Workspace
from inspector.views.main_window import MainWindow

if TYPE_CHECKING:
    from inspector.views.network.page import NetworkPage

REFUSED = "There are no maps of this picture; the message says why."
NO_CLASSES = np.empty(0)


class NetworkScreen:
    """Fills the page of the workspace; what is told before it has been built is shown then."""

    def __init__(self, window: MainWindow, screen: Screen) -> None:
        self._window = window
        self._status = window.status
        self._screen = screen
        self._facts: NetworkFacts | None = None
        self._seen: Inspected | None = None
        self._choices: tuple[object, ...] = ()
        self._opening = ""
        window.page_built.connect(self._fill)

    @property
    def page(self) -> "NetworkPage":
        """The panels."""
        return self._window.network

    @property
    def _built(self) -> bool:
        return self._window.has_page(Workspace.NETWORK)

    def _fill(self, workspace: Workspace) -> None:
        if workspace is Workspace.NETWORK:
            self.show_opening(self._opening)

    def show_choices(self, settings: NetworkSettings, facts: NetworkFacts | None, resolved: NetworkResolved) -> None:
        """Network, layer list and what is chosen; nothing is touched where nothing has changed."""
        choices = settings, facts, resolved, texts.fit_used(self._seen)
        if choices == self._choices:
            return
        self._choices = choices
        page, step = self.page, resolved.step
        if facts is not self._facts:
            self._show_network(facts)
        page.layers.show_chosen(resolved.layer)
        page.layers.show_altered(texts.altered_rows(settings, facts))
        page.options.show_options(settings, step is not None and bool(step.activation), choices[3])
        layer, count = (step.after, step.facts.output[0]) if step is not None else ("", 0)
        page.changes.show_alterations(settings.alterations, layer, resolved.view.map if resolved.view else 0, count)
        page.map.show_opacity(settings.opacity)
        page.maps.show_altered(resolved.altered)
        self._show_large(settings.large)

    def _show_network(self, facts: NetworkFacts | None) -> None:
        self._facts = facts
        self.show_nothing()
        if facts is None:
            self.page.layers.show_steps(None, ())
            return
        self.page.layers.show_steps(facts.description, facts.steps)

    def show_opening(self, text: str) -> None:
        """Which network is being opened, also in the middle while nothing is there; "" once none is."""
        self._opening = text
        if self._built:
            self._show_opening(text)

    def _show_opening(self, text: str) -> None:
        from inspector.views.network.maps_pane import EMPTY  # noqa: PLC0415 - the start does not wait for it

        self.page.maps.show_empty(text or EMPTY)
        self.page.layers.show_empty(text)

    def show_inspected(self, inspected: Inspected, resolved: NetworkResolved, *, large: bool) -> None:
        """Maps, the one looked at closely, and the probabilities."""
        page, shown, inspection = self.page, inspected.shown, inspected.inspection
        self._seen = inspected
        self._screen.pace.shown()
        page.maps.show_busy(False)
        page.maps.show_maps(shown, inspection.maps[shown.view.key], resolved.label, texts.unit_names(inspected))
        self._show_large(large)
        page.map.show_detail(shown, resolved.label)
        page.filter.show_filter(shown.detail)
        facts = inspected.request.opened.facts
        page.classes.show_guesses(facts.class_names, inspection.probabilities, inspection.fitted, texts.fit_line(inspected))
        page.classes.show_reference(inspected.reference)
        self.show_status()

    def _show_large(self, large: bool) -> None:
        """The one map over the input in the middle, or all maps."""
        detail = self._seen.shown.detail if large and self._seen is not None else None
        self.page.maps.show_large(detail.overlay if detail is not None else None)

    def show_status(self) -> None:
        """Device, time and tensor in the status line; while there is no tensor, not those of the filter."""
        if self._seen is not None:
            self._status.show_device("CPU · torch", "Networks are computed by torch on the CPU.")
            self._status.show_work(texts.work(self._seen), "One forward pass, all maps recorded")
            self._status.show_shape(texts.tensor(self._seen))
        else:
            self._status.show_work("", "")
            self._status.show_shape("")

    def show_stale(self) -> None:
        """What is shown belongs to earlier choices."""
        if self._built:
            self.page.maps.show_busy(True)

    def show_refused(self) -> None:
        """The picture did not pass the network; the message bar says why."""
        if self._built:
            self.show_nothing()
            self.page.maps.show_empty(REFUSED)
            self.show_status()

    def show_nothing(self) -> None:
        """There is no result for the present choices."""
        self._seen = None
        self.page.maps.show_maps(None, None, "")
        self.page.map.show_detail(None, "")
        self.page.filter.show_filter(None)
        self.page.classes.show_guesses((), NO_CLASSES, None, "")
        self.page.classes.show_reference(None)
