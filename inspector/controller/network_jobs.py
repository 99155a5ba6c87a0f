"""The operations of the Network workspace. torch is imported by the first of them that runs, on its worker."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inspector.controller.jobs import saving
from inspector.core.files import atomic_write
from inspector.core.network.inspection import Inspection, Maps, NetworkFacts
from inspector.core.network.maps_file import write_maps
from inspector.core.network.offers import ModelOffer
from inspector.core.network.settings import Alteration, Fit, ModelChoice, ModelKind
from inspector.core.network.shown import show_maps
from inspector.core.network.view import MapsShown, MapsView
from inspector.core.picture import Picture
from inspector.work.runner import Operation

if TYPE_CHECKING:
    from inspector.nets.opened import OpenNetwork

Cancel = Callable[[], bool]
NETWORK = "network"  # the worker that alone touches networks


@dataclass(frozen=True, eq=False)
class Opened:
    """A network and what was asked for."""

    choice: ModelChoice
    network: "OpenNetwork"

    @property
    def facts(self) -> NetworkFacts:
        """What is known of it."""
        return self.network.facts


@dataclass(frozen=True)
class InspectRequest:
    """Everything that a forward pass depends on; equal requests have equal results."""

    opened: Opened
    picture: Picture
    fit: Fit | None
    alterations: tuple[Alteration, ...]


@dataclass(frozen=True, eq=False)
class Inspected:
    """A forward pass, the request that it answers and one of its layers as pictures.

    ``reference``: the probabilities of the network as it was, None where nothing is altered.
    """

    request: InspectRequest
    inspection: Inspection
    reference: NDArray[np.float64] | None
    shown: MapsShown


def offers() -> Operation:
    """Which networks there are, and which have weights."""
    return Operation("offers", "Listing the networks", lambda _: _offers(), resource=NETWORK)


def open_network(choice: ModelChoice) -> Operation:
    """Build a network and read its weights."""
    return Operation("open-network", f"Opening {Path(choice.name).name}", partial(_open, choice), resource=NETWORK)


def inspect(request: InspectRequest, view: MapsView, reference: NDArray[np.float64] | None) -> Operation:
    """Pass the picture through the network; ``reference``, if the unaltered probabilities are known already."""
    return Operation("inspect", "Computing the maps", partial(_inspect, request, view, reference), resource=NETWORK)


def look(inspected: Inspected, view: MapsView) -> Operation:
    """Show another layer, map or unit of a forward pass."""
    return Operation("look", "Showing the maps", partial(_look, inspected, view), resource=NETWORK)


def download(id: str, tell: Callable[[int, int | None], None]) -> Operation:
    """Fetch published weights; ``tell`` is called on the worker with the bytes that have come and their number."""
    return Operation("download", f"Downloading {id}", partial(_download, id, tell), resource="download")


def save_maps(path: str, maps: Mapping[str, Maps]) -> Operation:
    """Write tensors by name as NPZ."""
    return saving(path, lambda _: write_maps(Path(path), maps))


def save_text(path: str, text: str) -> Operation:
    """Write a table."""
    return saving(path, lambda _: atomic_write(Path(path), lambda file: file.write(text.encode())))


def _offers() -> tuple[ModelOffer, ...]:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    return nets.offers()


def _open(choice: ModelChoice, cancel: Cancel) -> Opened:
    from inspector import nets  # noqa: PLC0415 - torch takes seconds to import

    return Opened(choice, nets.open_network(choice, cancel=cancel))


def _inspect(request: InspectRequest, view: MapsView, reference: NDArray[np.float64] | None, cancel: Cancel) -> Inspected:
    network, picture = request.opened.network, request.picture
    if request.alterations and reference is None:
        reference = network.inspect(picture, request.fit, (), cancel=cancel).probabilities
    inspection = network.inspect(picture, request.fit, request.alterations, cancel=cancel)
    shown = show_maps(inspection, request.opened.facts, view, cancel)
    return Inspected(request, inspection, reference if request.alterations else None, shown)


def _look(inspected: Inspected, view: MapsView, cancel: Cancel) -> Inspected:
    shown = show_maps(inspected.inspection, inspected.request.opened.facts, view, cancel)
    return Inspected(inspected.request, inspected.inspection, inspected.reference, shown)


def _download(id: str, tell: Callable[[int, int | None], None], cancel: Cancel) -> ModelChoice:
    from inspector.nets.loading import downloads  # noqa: PLC0415 - torch takes seconds to import

    one = downloads.published(id)
    if one is None:
        raise ValueError(f"no weights of {id} are published")
    downloads.download(one, progress=tell, cancel=cancel)
    return ModelChoice(ModelKind.SHIPPED, id)
