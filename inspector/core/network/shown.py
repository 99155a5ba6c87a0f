"""From a forward pass to the pictures and numbers of one of its layers."""

from inspector.core.display import pyramid
from inspector.core.network.atlas import Colours, colours_of, compose, grid_of
from inspector.core.network.closeup import detail_of, no_detail
from inspector.core.network.inspection import Inspection, Maps, NetworkFacts
from inspector.core.network.settings import Colouring
from inspector.core.network.statistics import statistics
from inspector.core.network.view import MapsShown, MapsView
from kernels.bands import Cancel, Cancelled


def show_maps(inspection: Inspection, facts: NetworkFacts, view: MapsView, cancel: Cancel = lambda: False) -> MapsShown:
    """The maps of the tensor ``view.key``, which may be "input" for the standardized input, ready to be shown.

    Raises ValueError for a key that is not in ``inspection`` and for a fixed range that is not finite, and
    ``kernels.Cancelled`` once ``cancel``, which is asked between the steps, says yes.
    """
    maps = _maps(inspection, view.key)
    channels, height, width = maps.shape
    grid = grid_of((channels, height, width))
    numbers = statistics(maps, view.order)
    colouring = _colouring(view, maps)
    colours = colours_of(numbers, colouring, view.fixed)
    _go_on(cancel)
    atlas = compose(maps, numbers.order, colours, grid)
    _go_on(cancel)
    detail = detail_of(inspection, facts, view, colours, numbers) if maps.size else no_detail((height, width), inspection.fitted)
    _go_on(cancel)
    return MapsShown(
        view=view, shape=(channels, height, width), grid=grid, atlas=atlas, smaller=pyramid(atlas),
        colours=_text(colouring, colours), statistics=numbers, detail=detail,
    )  # fmt: skip


def _maps(inspection: Inspection, key: str) -> Maps:
    if key not in inspection.maps:
        raise ValueError(f"the network has made no maps called {key!r}, only {', '.join(inspection.maps)}")
    return inspection.maps[key]


def _colouring(view: MapsView, maps: Maps) -> Colouring:
    """Units without an image plane share their colours: each by itself would have but the strongest there is."""
    vector = maps.shape[1:] == (1, 1)
    return Colouring.LAYER if vector and view.colouring is Colouring.MAP else view.colouring


def _text(colouring: Colouring, colours: Colours) -> str:
    """What the colours span in the whole atlas."""
    if colouring is Colouring.MAP and len(colours.ranges) != 1:
        return "each map its own colours"
    return colours.text(0) if len(colours.ranges) else ""


def _go_on(cancel: Cancel) -> None:
    if cancel():
        raise Cancelled
