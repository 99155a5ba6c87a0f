"""Receptive fields by themselves, and networks as text."""

from hypothesis import given
from hypothesis import strategies as st

from inspector.core.network.facts import Description, LayerFacts, Summary
from inspector.core.network.text import NO_FIELD, description_table, summary_table
from inspector.core.receptive_field.field import ReceptiveField, Window

pairs = st.tuples(st.integers(1, 5), st.integers(1, 5))
windows = st.builds(Window, kernel=pairs, stride=pairs, padding=pairs, dilation=pairs)


@given(st.lists(windows, max_size=5))
def test_a_window_of_one_pixel_changes_nothing(path):
    field = ReceptiveField()
    for window in path:
        field = field.through(window)
    assert field.through(Window((1, 1))) == field


@given(st.lists(windows, min_size=1, max_size=5))
def test_the_axes_do_not_mix(path):
    def turned(window):
        return Window(*(pair[::-1] for pair in (window.kernel, window.stride, window.padding, window.dilation)))

    there, back = ReceptiveField(), ReceptiveField()
    for window in path:
        there, back = there.through(window), back.through(turned(window))
    assert (back.size, back.jump, back.padding) == (there.size[::-1], there.jump[::-1], there.padding[::-1])


def test_the_field_of_a_dilated_kernel_is_that_of_its_extent():
    field = ReceptiveField((5, 5), (2, 2), (1, 1))
    assert field.through(Window((3, 3), dilation=(4, 4))) == field.through(Window((9, 9)))


FIELD = ReceptiveField((3, 3), (1, 2), (0, 0))
CONV = LayerFacts("conv", "Conv2d", (10, 8, 8), 1_010, 34_560, 2_560, FIELD)
FLAT = LayerFacts("flat", "Flatten", (640, 1, 1), 0, 0, 2_560, None)
FACTS = Description((1, 8, 8), 1_010, 34_560, (CONV, FLAT))


def test_the_table_of_layers_is_aligned_and_ends_in_the_sums():
    title, head, rule, conv, flat, rule_again, sums, note = description_table("mine", FACTS).splitlines()
    assert title == "mine, input 1 × 8 × 8"
    assert rule == rule_again
    assert len(head) == len(conv) == len(flat) == len(rule)
    assert conv.split() == ["conv", "Conv2d", "10", "×", "8", "×", "8", "1,010", "34,560", "2,560", "3", "1", "×", "2", "0"]
    assert flat.endswith("–        –")
    assert sums.split() == ["sum", "1,010", "34,560", "5,120"]
    assert sums.index("34,560") == conv.index("34,560")
    assert note == NO_FIELD


def test_the_note_appears_only_with_a_missing_field():
    only = Description(FACTS.input, 1_010, 34_560, (CONV,))
    assert NO_FIELD not in description_table("mine", only)


def test_the_table_of_networks_says_which_have_no_test_error():
    rows = summary_table([
        Summary("a", "First", 10, 2_000, (1, 2, 2), "MNIST"),
        Summary("b", "Second", 1_000, 20, (3, 224, 224), "MNIST", 0.00875, "shipped"),
    ]).splitlines()  # fmt: skip
    assert len({len(row) for row in rows}) == 1
    assert rows[1].endswith("–")
    assert rows[2].endswith("0.88 %  shipped")
