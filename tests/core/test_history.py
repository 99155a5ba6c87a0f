"""Undo undoes, redo redoes, a drag is one step, and the pointer follows the hand."""

from functools import reduce

import hypothesis.strategies as st
from hypothesis import given

from inspector.core import updates
from inspector.core.filtering import FilterSettings
from inspector.core.history import LIMIT, History
from inspector.core.state import AppState, Layout, Source, SourceKind
from inspector.core.updates import Update
from kernels import Border, preset

START = AppState(Source(SourceKind.SAMPLE, "scene"), FilterSettings(preset("sobel-x")))
UPDATES = st.sampled_from([
    updates.set_filter("Border", border=Border.WRAP), updates.set_filter("Border", border=Border.ZERO),
    updates.set_filter("Stride", stride=2), updates.set_layout(Layout.SIDE), updates.set_split(0.25),
    updates.set_weight(0, 0, 3.0), updates.set_weight(1, 1, -1.0, merges="drag"), updates.set_kernel(preset("box3")),
    updates.set_source(Source(SourceKind.SAMPLE, "text")),
])  # fmt: skip


def after(history: History, *changes: Update) -> History:
    return reduce(History.after, changes, history)


@given(st.lists(UPDATES, max_size=12))
def test_undoing_everything_is_the_beginning_and_redoing_everything_the_end(changes: list[Update]) -> None:
    history = end = after(History(START), *changes)
    while history.past:
        history = history.undone()
    assert history.now == START
    while history.future:
        history = history.redone()
    assert history.now == end.now


def test_a_drag_is_one_step() -> None:
    history = after(History(START), *(updates.set_weight(0, 0, v, merges="drag 1") for v in range(50)))
    assert len(history.past) == 1
    assert history.undone().now == START
    history = history.after(updates.set_weight(0, 0, 77, merges="drag 2"))
    assert len(history.past) == 2


def test_undo_ends_a_drag() -> None:
    history = after(History(START), updates.set_weight(0, 0, 5, merges="drag")).undone()
    again = history.after(updates.set_weight(0, 0, 6, merges="drag"))
    assert again.undone().now == START


def test_a_change_after_undo_forgets_the_future() -> None:
    history = after(History(START), updates.set_layout(Layout.SIDE)).undone().after(updates.set_layout(Layout.INPUT))
    assert history.redo_title == ""
    assert history.redone() is history


def test_an_update_that_changes_nothing_is_no_step() -> None:
    history = History(START)
    assert history.after(updates.set_layout(START.layout)) is history


def test_the_pointer_is_not_undone() -> None:
    history = after(History(START), updates.set_layout(Layout.SIDE), updates.set_pixel((3, 4)), updates.set_channel(2)).undone()
    assert (history.now.layout, history.now.pixel, history.now.channel) == (START.layout, (3, 4), 2)


def test_titles_say_what_undo_and_redo_would_do() -> None:
    history = after(History(START), updates.set_filter("Border", border=Border.WRAP))
    assert (history.undo_title, history.undone().redo_title) == ("Border", "Border")


def test_the_history_is_bounded() -> None:
    history = after(History(START), *(updates.set_weight(0, 0, v) for v in range(1, LIMIT + 20)))
    assert len(history.past) == LIMIT
