"""Surgeries as text and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.core.shift.surgery import Densify, Pooling, Repad, Repool, parse_surgery, surgery_text
from kernels import Border

LAW = settings(deadline=None, derandomize=True, max_examples=60)
paths = st.lists(st.from_regex(r"[a-z0-9_.]+", fullmatch=True), max_size=3).map(tuple)
borders = st.sampled_from([border for border in Border if border is not Border.CONSTANT])
surgeries = (
    st.builds(Repool, st.sampled_from(Pooling), paths) | st.builds(Repad, borders, paths)
    | st.builds(Repad, st.just(Border.WRAP), paths, st.just(True)) | st.just(Densify())
)  # fmt: skip


@LAW
@given(surgeries)
def test_a_line_is_read_as_the_surgery_that_wrote_it(surgery):
    assert parse_surgery(surgery_text(surgery)) == surgery


def test_layers_may_be_left_out():
    assert parse_surgery("pool blur3") == Repool(Pooling.BLUR3)
    assert parse_surgery("pad wrap conv1,conv2") == Repad(Border.WRAP, ("conv1", "conv2"))


@pytest.mark.parametrize(
    "text", ["", "pool", "pool max *", "pad constant *", "tile zero *", "dense 2", "cut x", "pad wrap a b", "pool blur3 a b"]
)
def test_what_is_no_surgery_is_refused_with_what_is(text):
    with pytest.raises(ValueError, match="is no surgery of a network; write"):
        parse_surgery(text)
