"""Changes of a network as text: what is written is read again, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.network.change_text import change_text, parse_change
from inspector.core.network.settings import Alteration, Change

layers = st.sampled_from(["c1", "features.7", "layer1.0.relu:2"])
indices = st.integers(0, 999)
numbers = st.floats(allow_nan=False, allow_infinity=False)
alterations = st.one_of(
    st.builds(Alteration, layers, st.just(Change.SILENCE), st.lists(indices, min_size=1).map(tuple)),
    st.builds(Alteration, layers, st.just(Change.SCALE), st.lists(indices, min_size=1).map(tuple), numbers),
    st.builds(Alteration, layers, st.just(Change.SWAP), st.tuples(indices, indices)),
    st.builds(Alteration, layers, st.just(Change.DROP), amount=numbers, seed=indices),
)


@given(alterations)
def test_what_is_written_is_read_again(alteration: Alteration) -> None:
    assert parse_change(change_text(alteration)) == alteration


def test_the_seed_may_be_left_out() -> None:
    assert parse_change("drop c3 0.25") == Alteration("c3", Change.DROP, amount=0.25)


@pytest.mark.parametrize("text", [
    "", "silence", "silence c1", "silence c1 a", "silence c1 -1", "silence c1 1 2", "scale c1 1", "scale c1 1 nan",
    "scale c1 1 2 3",
    "swap c1 1", "swap c1 1,2,3", "drop c1", "drop c1 inf", "drop c1 0.5 1 2", "drop c1 0.5 -1", "melt c1 1", "silence c1 1,",
])  # fmt: skip
def test_anything_else_is_refused_with_the_grammar(text: str) -> None:
    with pytest.raises(ValueError, match="silence LAYER MAPS"):
        parse_change(text)
