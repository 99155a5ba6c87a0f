"""The catalogue as the window offers it: which networks have weights here, which could have them."""

from inspector.core.network.facts import Summary
from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.text import percent
from inspector.nets.catalogue import Entry, entries
from inspector.nets.describe import outline
from inspector.nets.loading.downloads import downloaded, published
from inspector.nets.weights import shipped_card


def summaries() -> tuple[Summary, ...]:
    """Every network of the catalogue as a line of a table, in its order. Raises WeightsError for a card that is damaged."""
    return tuple(map(_summary, entries()))


def offers() -> tuple[ModelOffer, ...]:
    """Every network of the catalogue, in its order. Raises WeightsError for a card that is damaged."""
    return tuple(map(_offer, summaries()))


def _summary(entry: Entry) -> Summary:
    facts, card = outline(entry), shipped_card(entry)
    error = None if card is None else card.test_error
    here = "shipped" if card else "downloaded" if downloaded(entry.id) else ""
    return Summary(entry.id, entry.title, facts.parameters, facts.macs, entry.input, entry.dataset, error, here)


def _offer(one: Summary) -> ModelOffer:
    state = OfferState.SHIPPED if one.weights else OfferState.DOWNLOADABLE if published(one.id) else OfferState.UNTRAINED
    error = "" if one.test_error is None else f"{percent(one.test_error)} error"
    line = " · ".join(filter(None, (one.dataset, error, f"{one.parameters:,} parameters")))
    return ModelOffer(one.id, one.title, state, line)
