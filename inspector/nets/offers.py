"""The catalogue as the window offers it: which networks have weights here, which could have them."""

from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.text import percent
from inspector.nets.catalogue import Entry, entries
from inspector.nets.describe import outline
from inspector.nets.loading.downloads import downloaded, published
from inspector.nets.weights import shipped_card


def offers() -> tuple[ModelOffer, ...]:
    """Every network of the catalogue, in its order. Raises WeightsError for a card that is damaged."""
    return tuple(map(_offer, entries()))


def _offer(entry: Entry) -> ModelOffer:
    card = shipped_card(entry)
    here = card is not None or downloaded(entry.id) is not None
    state = OfferState.SHIPPED if here else OfferState.DOWNLOADABLE if published(entry.id) else OfferState.UNTRAINED
    error = f"{percent(card.test_error)} error" if card is not None else ""
    line = " · ".join(filter(None, (entry.dataset, error, f"{outline(entry).parameters:,} parameters")))
    return ModelOffer(entry.id, entry.title, state, line)
