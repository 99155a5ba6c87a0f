"""Typed answers become numbers or a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.core.network.answers import parse_input, parse_normalization

positive = st.floats(1e-6, 1e6)
channels = st.lists(st.tuples(st.floats(-1e6, 1e6), positive), min_size=1, max_size=5)


@given(channels)
def test_numbers_that_are_written_are_read_again(pairs):
    means, deviations = zip(*pairs, strict=True)
    assert parse_normalization(",".join(map(repr, means + deviations))) == (means, deviations)


@given(st.tuples(*[st.integers(1, 100_000)] * 3))
def test_sizes_that_are_written_are_read_again(shape):
    assert parse_input(",".join(map(str, shape))) == shape


@pytest.mark.parametrize("text", ["0.5, 0.25", " 1/2 , 1/4", "0,5;0,25", "٠.٥,٠.٢٥"])
def test_spaces_fractions_decimal_commas_and_other_scripts(text):
    assert parse_normalization(text) == ((0.5,), (0.25,))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a mean and a deviation for each channel"),
        ("1", "is not a mean and a deviation"),
        ("1,2,3", "'1,2,3' is not a mean and a deviation"),
        ("a,1", "'a' is not a number"),
        ("0,0", "larger than 0"),
        ("0.5,0.5,1,-1", "larger than 0"),
        ("nan,1", "not a number"),
        ("1e999,1", "1e999"),
    ],
)
def test_a_bad_normalization_is_named(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_normalization(text)


@pytest.mark.parametrize("text", ["", "1,28", "1,28,28,28", "1,28,x", "1,-28,28", "1.5,28,28", "1,2,1234567", "9" * 99])
def test_a_bad_size_is_named(text):
    with pytest.raises(ValueError, match="is not channels, height and width such as 3,224,224"):
        parse_input(text)


@pytest.mark.parametrize("text", ["0,28,28", "1,28,100001"])
def test_a_size_out_of_range_is_refused(text):
    with pytest.raises(ValueError, match="from 1 to 100,000"):
        parse_input(text)
