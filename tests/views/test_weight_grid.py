"""The grid of weights, driven as by a hand."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest

from inspector.views.widgets.number_field import stepped
from inspector.views.widgets.weight_cell import fitting
from inspector.views.widgets.weight_grid import weight_step
from inspector.views.widgets.weight_model import shorter
from kernels import Kernel

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


@pytest.mark.parametrize(
    ("text", "value"),
    [("7", 7), ("-1", -1), ("−1", -1), ("0.5", 0.5), ("0,5", 0.5), ("1/9", 1 / 9), ("١٫٥", 1.5), ("2", 2), ("1e-3", 1e-3)],
)
def test_numbers_of_every_locale_are_taken_as_they_are_typed(loop, text, value, hand):
    hand.write(hand.open(1, 1), text)
    assert loop.settings.kernel.weights[1, 1] == np.float32(value)
    assert len(loop.history.past) == 1


def test_each_keystroke_that_makes_a_number_is_told(kernel_panel, loop, hand):
    seen = []
    kernel_panel.updated.connect(lambda update: seen.append(float(loop.settings.kernel.weights[0, 1])))
    hand.write(hand.open(0, 1), "12.5")
    assert seen == [1, 12, 12.5]


def test_what_is_typed_is_not_rewritten_while_it_is_typed(loop, hand):
    editor = hand.open(0, 1)
    for text in ("0,5", "2/8", "0.50", "1.", "1/9"):
        hand.write(editor, text)
        assert editor.text() == text


@pytest.mark.parametrize("text", ["abc", "1//2", "1/0", "nan", "1e400", "--1", ""])
def test_what_is_no_number_is_marked_said_and_kept(kernel_panel, loop, text, hand):
    editor = hand.open(0, 1)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    hand.write(editor, text)
    assert editor.text() == text
    assert editor.property("invalid")
    assert editor.problem == editor.toolTip() == kernel_panel.note.full != ""
    before = loop.settings.kernel
    kernel_panel.rows.setFocus()
    index = kernel_panel.grid.model().index(0, 1)
    assert index.data() == text
    assert "Row 1, column 2" in kernel_panel.note.full
    assert loop.settings.kernel == before
    assert hand.open(0, 1).text() == text
    hand.write(kernel_panel.grid.indexWidget(index), "4")
    assert loop.settings.kernel.weights[0, 1] == 4
    assert kernel_panel.note.full == "A note."


def test_two_visits_to_a_cell_are_two_steps_of_undo(kernel_panel, loop, hand):
    hand.write(hand.open(0, 0), "12")
    kernel_panel.rows.setFocus()
    hand.write(hand.open(0, 0), "34")
    loop.undo()
    assert loop.settings.kernel.weights[0, 0] == 12
    loop.undo()
    assert loop.settings.kernel.weights.tolist() == SOBEL


def test_undo_from_outside_is_shown_in_the_open_cell(loop, hand):
    editor = hand.open(0, 0)
    hand.write(editor, "12")
    loop.undo()
    assert editor.text() == "-1"


def test_escape_takes_back_what_was_typed(loop, hand):
    editor = hand.open(0, 0)
    hand.write(editor, "12")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert loop.settings.kernel.weights.tolist() == SOBEL


def test_typing_on_a_cell_replaces_its_number(kernel_panel, loop, hand):
    hand.go(2, 2)
    QTest.keyClick(kernel_panel.grid, Qt.Key.Key_8)
    assert loop.settings.kernel.weights[2, 2] == 8


def test_arrows_tab_and_enter_go_from_cell_to_cell(kernel_panel, qtbot, hand):
    grid = kernel_panel.grid
    grid.setCurrentIndex(grid.model().index(0, 0))
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (1, 1)
    QTest.keyClick(hand.open(0, 0), Qt.Key.Key_Tab)
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (0, 1)
    QTest.keyClick(grid.indexWidget(grid.currentIndex()), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: grid.currentIndex().row() == 1)


def test_up_and_down_step_the_cell_that_is_edited(loop, hand):
    editor = hand.open(0, 2)
    QTest.keyClick(editor, Qt.Key.Key_Up)
    QTest.keyClick(editor, Qt.Key.Key_Up)
    QTest.keyClick(editor, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert loop.settings.kernel.weights[0, 2] == np.float32(2.9)
    assert len(loop.history.past) == 1


def test_page_keys_step_the_current_cell(kernel_panel, loop, hand):
    hand.go(0, 2)
    QTest.keyClick(kernel_panel.grid, Qt.Key.Key_PageUp)
    QTest.keyClick(kernel_panel.grid, Qt.Key.Key_PageUp)
    QTest.keyClick(kernel_panel.grid, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    assert loop.settings.kernel.weights[0, 2] == -7


def test_a_drag_changes_the_weight_in_one_step_of_undo(loop, hand):
    hand.drag(0, 2, (40, -40))
    assert loop.settings.kernel.weights[0, 2] == 3
    assert len(loop.updates) == 2
    hand.drag(0, 2, (-40, 0))
    assert loop.settings.kernel.weights[0, 2] == 2
    loop.undo()
    assert loop.settings.kernel.weights[0, 2] == 3
    loop.undo()
    assert loop.settings.kernel.weights.tolist() == SOBEL


def test_a_drag_does_not_open_the_cell_and_a_click_changes_nothing(kernel_panel, loop, hand):
    hand.drag(0, 2, (20, 0))
    assert kernel_panel.grid.indexWidget(kernel_panel.grid.currentIndex()) is None
    loop.updates.clear()
    hand.open(0, 2)
    assert loop.updates == []


def test_a_drag_ends_when_the_kernel_changes_its_size(kernel_panel, loop, hand):
    hand.drag(2, 2, (20, 0), release=False)
    kernel_panel.show_kernel(Kernel([[1.0]]), normalize=False, scale=1, note="")
    loop.updates.clear()
    QTest.mouseMove(kernel_panel.grid.viewport(), QPoint(5, 5))
    QTest.mouseRelease(kernel_panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert loop.updates == []


def test_the_wheel_steps_the_current_cell_only_with_the_focus(kernel_panel, loop, hand):
    hand.go(0, 2)
    hand.turn_wheel(0, 2, 1)
    assert loop.settings.kernel.weights[0, 2] == 2
    hand.turn_wheel(0, 1, 1)
    kernel_panel.rows.setFocus()
    hand.turn_wheel(0, 2, 1)
    assert len(loop.updates) == 1


@pytest.mark.parametrize(("weights", "step"), [(SOBEL, 1), ([[1 / 9]], 0.1), ([[0]], 1), ([[0.1]], 0.1), ([[250]], 100)])
def test_steps_suit_the_weights(weights, step):
    assert weight_step(Kernel(weights)) == pytest.approx(step)


@pytest.mark.parametrize(
    ("value", "steps", "step", "result"),
    [(1, 1, 1, 2), (1 / 9, 1, 0.1, 0.2), (0.3, -3, 0.1, 0.0), (1, 0.1, 1, 1.1), (5, 10, 1, 15), (0.1, 1, 0.01, 0.11)],
)
def test_steps_land_on_round_numbers(value, steps, step, result):
    assert stepped(value, steps, step) == result


@pytest.mark.parametrize("text", ["0 -1 0; -1 5 -1; 0 -1 0", "0\t-1\t0\n-1\t5\t-1\n0\t-1\t0\n"])
@pytest.mark.parametrize("editing", [False, True])
def test_a_matrix_is_pasted_as_a_matrix(kernel_panel, loop, text, editing, hand):
    QGuiApplication.clipboard().setText(text)
    target = hand.open(1, 1) if editing else kernel_panel.grid
    QTest.keySequence(target, "Ctrl+V")
    assert loop.settings.kernel.weights.tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]


def test_one_number_is_pasted_into_the_current_cell(kernel_panel, loop, hand):
    QGuiApplication.clipboard().setText("0,25")
    hand.go(1, 0)
    QTest.keySequence(kernel_panel.grid, "Ctrl+V")
    assert loop.settings.kernel.weights[1, 0] == 0.25


def test_words_that_are_pasted_are_kept_and_marked(kernel_panel, loop, hand):
    QGuiApplication.clipboard().setText("one two")
    hand.go(1, 0)
    QTest.keySequence(kernel_panel.grid, "Ctrl+V")
    assert loop.settings.kernel.weights.tolist() == SOBEL
    assert kernel_panel.grid.problem


def test_the_kernel_is_copied_as_text(kernel_panel):
    QTest.keySequence(kernel_panel.grid, "Ctrl+C")
    assert QGuiApplication.clipboard().text() == "-1 0 1\n-2 0 2\n-1 0 1"


def test_a_narrow_cell_shows_fewer_digits(qapp):
    metrics = QFontMetrics(qapp.font())
    texts = shorter(-0.12343210)
    assert texts == ("−0.1234321", "−0.1234", "−0.123", "−0.12", "−.12", "−.1")
    for text in texts:
        assert fitting(texts, metrics, metrics.horizontalAdvance(text)) == text
    assert metrics.horizontalAdvance(fitting(texts, metrics, 12)) <= 12
    assert shorter(1 / 9)[0] == "1/9"
    assert shorter(1.6e-7)[-1] == "2e−7"
