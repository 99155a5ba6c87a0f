"""The kernel editor, driven as by a hand."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.core import updates
from inspector.views.widgets.number_field import NumberField
from inspector.views.widgets.pictures import kernel_rgb
from kernels import Kernel, presets

SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def test_showing_emits_nothing(kernel_panel, loop):
    kernel_panel.show_kernel(Kernel(np.eye(5), bias=3), normalize=True, scale=0.5, note="")
    assert loop.updates == []
    assert (kernel_panel.rows.value, kernel_panel.columns.value, kernel_panel.bias.value, kernel_panel.scale.value) == (
        5,
        5,
        3,
        0.5,
    )
    assert kernel_panel.normalize.isChecked()
    assert not kernel_panel.scale.isEnabled()


def test_cells_read_as_fractions_and_true_minus_signs(kernel_panel):
    kernel_panel.show_kernel(Kernel([[1 / 9, -1, 0.5]]), normalize=False, scale=1, note="")
    assert [kernel_panel.grid.model().index(0, i).data() for i in range(3)] == ["1/9", "−1", "0.5"]


@pytest.mark.parametrize("size", [1, 2, 7, 8, 31])
def test_grids_of_every_size_have_all_their_cells(kernel_panel, size):
    kernel_panel.show_kernel(Kernel(np.ones((size, size))), normalize=False, scale=1, note="")
    model = kernel_panel.grid.model()
    assert (model.rowCount(), model.columnCount()) == (size, size)
    assert kernel_panel.grid.isVisible()
    assert kernel_panel.grid.height() <= 7 * 32 + 16


def test_a_kernel_too_large_for_cells_is_a_picture(kernel_panel):
    kernel_panel.show_kernel(Kernel(np.ones((33, 33))), normalize=False, scale=1, note="")
    assert kernel_panel.picture.isVisible()
    assert not kernel_panel.picture.pixmap().isNull()
    assert not kernel_panel.grid.isVisible()
    assert "33 × 33" in kernel_panel.picture.toolTip()


def test_signed_kernels_are_blue_white_and_red_and_others_grey():
    blue, white, red = kernel_rgb(np.array([[-2.0, 0.0, 2.0]]))[0].astype(int)
    assert blue[2] > blue[0] + 40
    assert white.tolist() == [255, 255, 255]
    assert red[0] > red[2] + 40
    assert kernel_rgb(np.array([[0.0, 1.0]])).tolist() == [[[0, 0, 0], [255, 255, 255]]]
    assert kernel_rgb(np.zeros((1, 1))).tolist() == [[[0, 0, 0]]]


def test_every_preset_is_a_tile_with_its_sentence(kernel_panel):
    tiles = kernel_panel.gallery.tiles
    assert tiles.ids == tuple(kernel.id for kernel in presets())
    for place, kernel in enumerate(presets()):
        for words in (kernel.title, kernel.shows, kernel.source):
            assert words in tiles.item(place).toolTip()


def test_every_preset_can_be_reached_and_chosen_by_keyboard(kernel_panel, loop):
    tiles = kernel_panel.gallery.tiles
    QTest.keyClick(tiles, Qt.Key.Key_Home)
    QTest.keyClick(tiles, Qt.Key.Key_Return)
    reached = [loop.settings.kernel.id]
    for _ in presets()[1:]:
        QTest.keyClick(tiles, Qt.Key.Key_Right)
        reached.append(loop.settings.kernel.id)
    assert reached == [kernel.id for kernel in presets()]


def test_a_click_on_a_tile_chooses_it(kernel_panel, loop):
    tiles = kernel_panel.gallery.tiles
    QTest.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=tiles.visualItemRect(tiles.item(1)).center())
    assert loop.settings.kernel == presets()[1]
    assert tiles.chosen_id == presets()[1].id
    assert kernel_panel.gallery.title.full == presets()[1].title


def test_the_preset_in_use_is_marked_until_it_is_edited(kernel_panel, loop, hand):
    assert kernel_panel.gallery.tiles.chosen_id == "sobel-x"
    hand.write(hand.open(0, 0), "3")
    assert kernel_panel.gallery.tiles.chosen_id == ""
    assert kernel_panel.gallery.title.full == "Custom"
    loop.undo()
    assert kernel_panel.gallery.tiles.chosen_id == "sobel-x"


def test_four_columns_of_tiles_fit_side_by_side(kernel_panel):
    tiles = kernel_panel.gallery.tiles
    tops = [tiles.visualItemRect(tiles.item(i)).top() for i in range(5)]
    assert len(set(tops[:4])) == 1
    assert tops[4] > tops[0]


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        ("rotate", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
        ("flip-horizontal", [[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
        ("flip-vertical", SOBEL),
        ("transpose", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]),
        ("negate", [[1, 0, -1], [2, 0, -2], [1, 0, -1]]),
    ],
)
def test_the_turning_buttons(kernel_panel, loop, name, weights):
    kernel_panel.turns[name].click()
    assert loop.settings.kernel.weights.tolist() == weights


def test_larger_and_smaller(kernel_panel, loop):
    kernel_panel.larger.click()
    assert loop.settings.kernel.shape == (5, 5)
    kernel_panel.smaller.click()
    assert loop.settings.kernel.weights.tolist() == SOBEL


def test_rows_and_columns_change_apart_when_they_are_finished(kernel_panel, loop, hand):
    hand.write(kernel_panel.rows, "4")
    assert loop.updates == []
    QTest.keyClick(kernel_panel.rows, Qt.Key.Key_Return)
    assert loop.settings.kernel.shape == (4, 3)
    QTest.keyClick(kernel_panel.columns, Qt.Key.Key_Up)
    assert loop.settings.kernel.shape == (4, 4)


@pytest.mark.parametrize("text", ["0", "32", "2.5", "x"])
def test_a_size_that_is_not_allowed_is_said_and_not_taken(kernel_panel, loop, text, hand):
    kernel_panel.rows.setFocus()
    hand.write(kernel_panel.rows, text)
    QTest.keyClick(kernel_panel.rows, Qt.Key.Key_Return)
    assert loop.updates == []
    assert kernel_panel.rows.property("invalid")
    assert kernel_panel.rows.toolTip() == kernel_panel.rows.problem != ""


def test_normalize_scale_and_bias(kernel_panel, loop, hand):
    kernel_panel.normalize.click()
    assert loop.settings.normalize
    kernel_panel.normalize.click()
    assert not loop.settings.normalize
    kernel_panel.scale.setFocus()
    hand.write(kernel_panel.scale, "1/4")
    kernel_panel.bias.setFocus()
    hand.write(kernel_panel.bias, "128")
    assert (loop.settings.scale, loop.settings.kernel.bias) == (0.25, 128)
    assert loop.settings.kernel.id == "sobel-x"
    assert len(loop.history.past) == 4


def test_load_and_save_are_asked_for(kernel_panel, qtbot):
    with qtbot.waitSignals([kernel_panel.load_requested, kernel_panel.save_requested]):
        kernel_panel.load.click()
        kernel_panel.save.click()


def test_a_kernel_is_edited_as_text(kernel_panel, loop):
    kernel_panel.as_text.click()
    assert kernel_panel.text.isVisible()
    assert not kernel_panel.grid.isVisible()
    assert kernel_panel.text.field.toPlainText() == "-1 0 1\n-2 0 2\n-1 0 1"
    kernel_panel.text.field.setPlainText("1/2 0,5")
    kernel_panel.text.apply_button.click()
    assert loop.settings.kernel.weights.tolist() == [[0.5, 0.5]]
    assert kernel_panel.grid.isVisible()


def test_text_that_is_no_kernel_stays_with_the_bad_cell_named(kernel_panel, loop):
    kernel_panel.as_text.click()
    kernel_panel.text.field.setPlainText("1 2\n3 four")
    QTest.keyClick(kernel_panel.text.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert loop.updates == []
    assert "row 2, column 2" in kernel_panel.text.problem.text()
    assert kernel_panel.text.problem.isVisible()
    assert kernel_panel.text.field.toPlainText() == "1 2\n3 four"


def test_text_that_was_not_changed_changes_nothing(kernel_panel, loop):
    kernel_panel.as_text.click()
    kernel_panel.text.apply_button.click()
    assert loop.updates == []
    assert kernel_panel.grid.isVisible()


def test_weights_as_text_keep_the_bias_and_a_text_with_a_bias_sets_it(kernel_panel, loop, hand):
    hand.write(kernel_panel.bias, "5")
    kernel_panel.as_text.click()
    kernel_panel.text.field.setPlainText("2")
    kernel_panel.text.apply_button.click()
    assert loop.settings.kernel.bias == 5
    kernel_panel.as_text.click()
    kernel_panel.text.field.setPlainText("# bias: 7\n2")
    kernel_panel.text.apply_button.click()
    assert loop.settings.kernel.bias == 7


def test_escape_leaves_the_text_as_it_was(kernel_panel, loop):
    kernel_panel.as_text.click()
    kernel_panel.text.field.setPlainText("9")
    QTest.keyClick(kernel_panel.text.field, Qt.Key.Key_Escape)
    assert kernel_panel.focusWidget() is kernel_panel.as_text
    assert loop.updates == []
    assert kernel_panel.grid.isVisible()


def test_leaving_the_size_of_a_kernel_larger_than_may_be_typed_changes_nothing(kernel_panel, loop):
    loop.take(updates.set_kernel(Kernel(np.ones((40, 40))), "Kernel"))
    loop.updates.clear()
    kernel_panel.rows.setFocus()
    QTest.keyClick(kernel_panel.rows, Qt.Key.Key_Return)
    assert loop.updates == []
    assert kernel_panel.rows.value == 40


def test_escape_in_the_text_is_kept_from_the_windows_shortcuts(kernel_panel):
    kernel_panel.as_text.click()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(kernel_panel.text.field, event)
    assert event.isAccepted()


def test_another_kernel_closes_the_text_that_it_makes_out_of_date(kernel_panel, loop, hand):
    kernel_panel.as_text.click()
    hand.write(kernel_panel.bias, "5")
    assert kernel_panel.text.isVisible()
    loop.take(updates.set_kernel(Kernel([[1, 2]]), "Kernel"))
    assert not kernel_panel.text.isVisible()
    assert kernel_panel.grid.isVisible()


def test_a_kernel_of_any_size_can_be_made_by_text(kernel_panel, loop):
    kernel_panel.as_text.click()
    kernel_panel.text.field.setPlainText(";".join(["1 " * 40] * 40))
    kernel_panel.text.apply_button.click()
    assert loop.settings.kernel.shape == (40, 40)
    assert kernel_panel.picture.isVisible()


def test_every_control_has_a_name_and_a_tooltip(kernel_panel):
    fields = [kernel_panel.rows, kernel_panel.columns, kernel_panel.scale, kernel_panel.bias]
    buttons = [
        kernel_panel.smaller,
        kernel_panel.larger,
        kernel_panel.as_text,
        kernel_panel.load,
        kernel_panel.save,
        kernel_panel.normalize,
        *kernel_panel.turns.values(),
    ]
    for control in (*fields, *buttons):
        assert control.toolTip()
        assert control.accessibleName() or control.text()
    assert all(field.accessibleName() for field in fields)


def test_nothing_is_cut_off_in_a_narrow_column(kernel_panel):
    for control in (kernel_panel.as_text, kernel_panel.normalize, kernel_panel.save, kernel_panel.bias, kernel_panel.larger):
        assert control.width() >= control.minimumSizeHint().width()
        assert control.geometry().right() < kernel_panel.width()


def test_a_field_without_a_name_is_still_a_number_field(qtbot):
    field = NumberField(low=-1, high=1, step=0.5)
    qtbot.addWidget(field)
    field.show_value(0.5)
    field.step_by(5)
    assert (field.value, field.text()) == (1, "1")


def test_the_panel_can_be_painted(kernel_panel, hand):
    hand.write(hand.open(0, 0), "x")
    kernel_panel.rows.setFocus()
    assert kernel_panel.grab().toImage().format() != QImage.Format.Format_Invalid
