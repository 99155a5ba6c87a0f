"""The pixel inspector shows sums that can be checked by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from inspector.core.arithmetic import PixelSum, explain
from inspector.views import sum_tables
from inspector.views.pixel_panel import HINT, PixelPanel
from inspector.views.widgets import number_grid
from inspector.views.widgets.number_grid import NumberGrid, Table
from kernels.border import Border
from kernels.kernel import Kernel
from kernels.plan import plan


def pixel_sum(
    weights: np.ndarray, y: int = 0, x: int = 0, *, border: Border = Border.REFLECT, bias: float = 0.0, cval: float = 0.0
) -> PixelSum:
    """Over a 40 x 40 picture whose values count up row by row."""
    kernel = Kernel(weights, bias=bias)
    options = {"anchor": kernel.anchor, "bias": bias, "border": border, "cval": cval}
    planned = plan((40, 40, 1), "float64", kernel.weights.astype(np.float64), **options)
    return explain(np.arange(1600.0).reshape(40, 40), kernel, planned, y, x)


SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


@pytest.fixture
def panel(qtbot: QtBot) -> PixelPanel:
    panel = PixelPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 400)
    return panel


def grids(panel: PixelPanel) -> list[NumberGrid]:
    return panel.findChildren(NumberGrid)


def texts(panel: PixelPanel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if not label.isHidden() and label.text()]


def buttons(panel: PixelPanel) -> list[QToolButton]:
    return [button for button in panel.findChildren(QToolButton) if not button.isHidden()]


def test_patch_times_kernel_is_products(panel: PixelPanel) -> None:
    panel.show_sum(pixel_sum(SOBEL, 1, 1), 8.0, (8.0,), 0)
    patch, kernel, products = (grid.table.texts for grid in grids(panel))
    assert patch == (("0", "1", "2"), ("40", "41", "42"), ("80", "81", "82"))
    assert kernel == (("−1", "0", "1"), ("−2", "0", "2"), ("−1", "0", "1"))
    assert products == (("0", "0", "2"), ("−80", "0", "84"), ("−80", "0", "82"))
    assert "sum 8 + bias 0 = 8" in texts(panel)
    assert "output 8, agrees exactly" in texts(panel)
    assert "Output pixel row 1, column 1" in texts(panel)


@pytest.mark.parametrize("weights", [np.ones((1, 1)), SOBEL, np.ones((2, 7)), np.linspace(-1, 1, 49).reshape(7, 7)])
def test_what_is_printed_adds_up(weights: np.ndarray) -> None:
    total = pixel_sum(weights, 20, 20, bias=-3.0)
    products = sum_tables.tables(total)[2].texts
    printed = sum(float(text.replace("−", "-")) for row in products for text in row)
    assert printed - 3.0 == pytest.approx(total.total, rel=1e-2, abs=1.0)


def test_colour_follows_the_printed_sign() -> None:
    for table in sum_tables.tables(pixel_sum(SOBEL, 5, 5))[1:]:
        for (row, column), tint in np.ndenumerate(table.tints):
            text = table.texts[row][column]
            assert np.sign(tint) == (0 if text == "0" else -1 if text.startswith("−") else 1)
        assert np.abs(table.tints).max() == 1


def test_cells_outside_are_hatched_and_say_what_the_border_takes() -> None:
    patch = sum_tables.tables(pixel_sum(SOBEL, 0, 0))[0]
    assert patch.hatched.tolist() == [[True, True, True], [True, False, False], [True, False, False]]
    assert "outside the picture: border reflect takes (0, 1)" in patch.tips[0][2]
    assert "input pixel (1, 1)" in patch.tips[2][2]
    constant = sum_tables.tables(pixel_sum(SOBEL, 0, 0, border=Border.CONSTANT, cval=7.5))[0]
    assert "outside the picture: border constant puts 7.5" in constant.tips[0][2]
    assert constant.texts[0][2] == "7.5"


def test_tips_give_the_whole_numbers() -> None:
    tips = sum_tables.tables(pixel_sum(SOBEL / 7, 20, 20))[0].tips
    assert "840 × −0.285714298 = −240.00001" in sum_tables.tables(pixel_sum(SOBEL / 7, 21, 1))[0].tips[1][0]
    assert "the kernel's anchor" in tips[1][1]


@pytest.mark.parametrize(("size", "rows"), [((31, 31), slice(12, 19)), ((9, 3), slice(1, 8)), ((255, 1), slice(124, 131))])
def test_of_a_large_kernel_the_middle_is_shown_and_the_rest_is_summed(size: tuple[int, int], rows: slice) -> None:
    total = pixel_sum(np.ones(size), 20, 20)
    tables = sum_tables.tables(total)
    assert sum_tables.window(total)[0] == rows
    assert max(tables[0].shape) <= sum_tables.MOST
    assert tables[0].framed is not None
    shown = sum(
        float(total.products[y, x]) for y in range(rows.start, rows.stop) for x in range(size[1])[sum_tables.window(total)[1]]
    )
    rest = total.products.sum() - shown
    assert f"{size[0]} × {size[1]} around the anchor" in sum_tables.note(total)
    assert sum_tables.note(total).endswith(sum_tables.four_digits(rest))


def test_an_anchor_at_the_edge_is_still_framed() -> None:
    kernel = Kernel(np.ones((9, 9)), anchor=(0, 8))
    planned = plan((12, 12, 1), "float64", np.ones((9, 9)), anchor=kernel.anchor)
    total = explain(np.ones((12, 12)), kernel, planned, 0, 0)
    assert sum_tables.tables(total)[0].framed == (0, 6)


@pytest.mark.parametrize(
    ("value", "said", "role"),
    [
        (None, "the output is on its way", ""),
        (8.0, "output 8, agrees exactly", ""),
        (8.000001, "output 8, agrees within 1e−6", ""),
        (9.0, "output 9, differs by 1", "warning"),
        (float("nan"), "output NaN, differs by NaN", "warning"),
    ],
)
def test_the_engine_is_compared_with_the_sum(panel: PixelPanel, value: float | None, said: str, role: str) -> None:
    panel.show_sum(pixel_sum(SOBEL, 1, 1), value, (8.0,), 0)
    verdict = next(label for label in panel.findChildren(QLabel) if label.text() == said)
    assert verdict.property("role") == role


def test_a_negative_bias_is_subtracted() -> None:
    assert sum_tables.sum_line(pixel_sum(SOBEL, 1, 1, bias=-2.5)) == "sum 8 − bias 2.5 = 5.5"


def test_without_a_pixel_it_says_how_to_choose_one_and_keeps_its_size(panel: PixelPanel) -> None:
    panel.resize(760, 300)
    panel.show()
    assert HINT in texts(panel)
    panel.show_sum(pixel_sum(np.ones((5, 5)), 3, 3), 1.0, (1.0, 2.0, 3.0), 1)
    QApplication.processEvents()
    size = panel.sizeHint()
    panel.show_sum(None, None, (), 0)
    QApplication.processEvents()
    assert HINT in texts(panel)
    assert panel.sizeHint() == size
    assert set(grids(panel)[0].table.plain) <= {"\t", "\n"}


def test_nothing_moves_when_values_change(panel: PixelPanel) -> None:
    panel.show()
    small, large = pixel_sum(SOBEL, 1, 1), pixel_sum(SOBEL * -12345.678, 39, 39, bias=-0.000123456)
    panel.show_sum(small, 8.0, (8.0, 0.0, 1.0), 0)
    QApplication.processEvents()
    before = [widget.geometry() for widget in (*grids(panel), *buttons(panel))]
    panel.show_sum(large, large.total, (large.total, -1.2345e-7, float("nan")), 2)
    QApplication.processEvents()
    assert [widget.geometry() for widget in (*grids(panel), *buttons(panel))] == before


def test_channels_are_chosen_by_hand_only(panel: PixelPanel) -> None:
    chosen: list[int] = []
    panel.channel_chosen.connect(chosen.append)
    panel.show_sum(pixel_sum(SOBEL, 1, 1), 8.0, (8.0, -12.0, 0.5), 2)
    assert [button.text() for button in buttons(panel)] == ["R 8", "G −12", "B 0.5"]
    assert [button.isChecked() for button in buttons(panel)] == [False, False, True]
    assert chosen == []
    QTest.mouseClick(buttons(panel)[1], Qt.MouseButton.LeftButton)
    assert chosen == [1]


def test_grey_has_no_channels(panel: PixelPanel) -> None:
    panel.show_sum(pixel_sum(SOBEL, 1, 1), 8.0, (8.0,), 0)
    assert buttons(panel) == []


def test_tables_stand_side_by_side_also_in_a_small_window(panel: PixelPanel) -> None:
    panel.show()
    panel.resize(panel.minimumSizeHint())
    QApplication.processEvents()
    assert len({grid.y() for grid in grids(panel)}) == 1
    assert panel.minimumSizeHint().width() <= 460  # what 1024 pixels leave between the columns


def test_numbers_are_copied_and_read_out_as_text(panel: PixelPanel) -> None:
    panel.show_sum(pixel_sum(SOBEL, 1, 1), 8.0, (8.0,), 0)
    panel.actions()[0].trigger()
    copied = QGuiApplication.clipboard().text()
    assert "× kernel\n−1\t0\t1\n−2\t0\t2\n−1\t0\t1" in copied
    assert copied.endswith("sum 8 + bias 0 = 8\noutput 8, agrees exactly")
    assert grids(panel)[0].accessibleDescription() == "0\t1\t2\n40\t41\t42\n80\t81\t82"
    assert [grid.accessibleName() for grid in grids(panel)] == ["Patch", "Kernel", "Products"]


def move(grid: NumberGrid, x: int, y: int) -> None:
    none, where = Qt.MouseButton.NoButton, QPointF(x, y)
    event = QMouseEvent(QEvent.Type.MouseMove, where, grid.mapToGlobal(where), none, none, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(grid, event)


def test_the_cell_under_the_mouse_is_marked_in_all_three(panel: PixelPanel) -> None:
    panel.show()
    panel.show_sum(pixel_sum(SOBEL, 1, 1), 8.0, (8.0,), 0)
    before = [grid.grab().toImage() for grid in grids(panel)]
    move(grids(panel)[0], 10, 10)
    assert all(grid.grab().toImage() != image for grid, image in zip(grids(panel), before, strict=True))
    QApplication.sendEvent(grids(panel)[0], QEvent(QEvent.Type.Leave))
    assert [grid.grab().toImage() for grid in grids(panel)] == before


def test_a_cell_explains_itself_in_a_tooltip(panel: PixelPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(number_grid, "QToolTip", SimpleNamespace(showText=lambda _, text, __: said.append(text)))
    panel.show()
    panel.show_sum(pixel_sum(SOBEL, 1, 1), 8.0, (8.0,), 0)
    for position in (QPoint(60, 30), QPoint(60, 300)):
        QApplication.sendEvent(grids(panel)[2], QHelpEvent(QEvent.Type.ToolTip, position, position))
    assert said == ["41 × 0 = 0\ninput pixel (1, 1)\nthe kernel's anchor", ""]


def test_a_grid_knows_its_cells(qtbot: QtBot) -> None:
    grid = NumberGrid("numbers")
    qtbot.addWidget(grid)
    grid.resize(261, 61)
    grid.show_table(Table.blank(2, 4))
    assert grid.cell_at(QPoint(70, 25)) == (1, 1)
    assert grid.cell_at(QPoint(70, 45)) is None
    assert grid.cell_at(QPoint(-1, 5)) is None
