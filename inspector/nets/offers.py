"""The catalogue as the window offers it: which networks have weights here, which could have them."""

import torch

from inspector.core.network.facts import Summary
from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.text import percent
from inspector.nets.catalogue import Entry, entries
from inspector.nets.describe import outline
from inspector.nets.loading.downloads import downloaded, published
from inspector.nets.weights import Card, shipped_card


def summaries() -> tuple[Summary, ...]:
    """Every network of the catalogue as a line of a table, in its order. Raises WeightsError for a card that is damaged."""
    return tuple(map(_summary, entries()))


def offers() -> tuple[ModelOffer, ...]:
    """Every network of the catalogue, in its order. Raises WeightsError for a card that is damaged."""
    return tuple(map(_offer, entries()))


def _summary(entry: Entry) -> Summary:
    facts, card = outline(entry), shipped_card(entry)
    error = None if card is None else card.test_error
    return Summary(entry.id, entry.title, facts.parameters, facts.macs, entry.input, entry.dataset, error, _weights(entry, card))


def _offer(entry: Entry) -> ModelOffer:
    """Without an outline, which would cost over a second for all networks: the parameters can be counted as they are built."""
    card = shipped_card(entry)
    here = bool(_weights(entry, card))
    state = OfferState.SHIPPED if here else OfferState.DOWNLOADABLE if published(entry.id) else OfferState.UNTRAINED
    error = "" if card is None else f"{percent(card.test_error)} error"
    line = " · ".join(filter(None, (entry.dataset, error, f"{_parameters(entry):,} parameters")))
    return ModelOffer(entry.id, entry.title, state, line)


def _weights(entry: Entry, card: Card | None) -> str:
    """Where the weights came from that are here, or ""."""
    return "shipped" if card else "downloaded" if downloaded(entry.id) else ""


def _parameters(entry: Entry) -> int:
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in entry.build().parameters())
