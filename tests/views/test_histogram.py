"""The histogram shows where the counts are."""

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.views import histogram
from inspector.views.histogram import EMPTY, HistogramView
from inspector.views.theme import colours_of


@pytest.fixture
def view(qtbot: QtBot) -> HistogramView:
    view = HistogramView()
    qtbot.addWidget(view)
    view.resize(216, 96)  # 200 pixels of plot
    view.show()
    return view


def counts(*numbers: int) -> np.ndarray:
    return np.array([numbers], np.int64)


def painted(view: HistogramView, colour: str) -> np.ndarray:
    """Where the view has exactly this colour, (height, width)."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF
    return pixels == QColor(colour).rgb() & 0xFFFFFF


def test_bars_stand_where_the_values_are(view: HistogramView) -> None:
    view.show_counts(None, counts(0, 9, 0, 0), 0, 255)
    columns = np.flatnonzero(painted(view, colours_of(view).accent).sum(axis=0) > 5)
    assert columns.min() == pytest.approx(8 + 50, abs=1)
    assert columns.max() == pytest.approx(8 + 100, abs=1)


def test_heights_are_square_roots(view: HistogramView) -> None:
    view.show_counts(None, counts(100, 25, 0, 0), 0, 1)
    heights = painted(view, colours_of(view).accent).sum(axis=0)
    assert heights[8 + 75] / heights[8 + 25] == pytest.approx(0.5, abs=0.05)


def test_channels_are_added_up(view: HistogramView) -> None:
    view.show_counts(None, np.array([[4, 0], [0, 2], [0, 2]]), 0, 1)
    heights = painted(view, colours_of(view).accent).sum(axis=0)
    assert heights[8 + 50] == heights[8 + 150]


def test_the_input_is_an_outline(view: HistogramView) -> None:
    view.show_counts(counts(0, 9, 9, 0), None, 0, 1)
    outline = painted(view, colours_of(view).muted)[25:70]
    assert outline[:, 8 + 50 : 8 + 52].any()
    assert not outline[10:, 8 + 90].any()


@pytest.mark.parametrize(("displayed", "marks"), [((0.25, 0.75), [58, 158]), ((-0.02, 1.02), []), (None, [])])
def test_the_displayed_range_is_marked_where_it_can_be_seen(
    view: HistogramView, displayed: tuple[float, float] | None, marks: list[int]
) -> None:
    view.show_counts(counts(1, 0), counts(1, 0), 0, 1, displayed=displayed)
    found = np.flatnonzero(painted(view, colours_of(view).text)[25:70].sum(axis=0) > 10)
    assert found.tolist() == pytest.approx(marks, abs=1)


def test_the_bin_under_the_mouse_names_its_values(view: HistogramView, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(histogram, "QToolTip", SimpleNamespace(showText=lambda _, text, __: said.append(text)))
    view.show_counts(counts(1, 2, 3, 4), counts(5, 6, 7, 8), 0, 100)
    assert view.range_at(8 + 60) == (1, 25, 50)
    assert view.range_at(2) is None
    assert view.range_at(210) is None
    for position in (QPoint(8 + 60, 40), QPoint(2, 40)):
        QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, position, position))
    assert said == ["25 to 50\ninput: 2 values\noutput: 6 values", ""]


def test_it_is_read_out(view: HistogramView) -> None:
    assert view.accessibleDescription() == EMPTY
    view.show_counts(counts(1, 2, 3, 4), counts(5, 9, 7, 8), -100, 100, "values")
    assert view.accessibleDescription() == "values; input: most often 50 to 100; output: most often −50 to 0"
    view.show_counts(None, None, 0, 1)
    assert view.accessibleDescription() == EMPTY


def test_counts_of_nothing_are_painted(view: HistogramView) -> None:
    view.show_counts(counts(0, 0), counts(0, 0), 0, 1, "all NaN")
    assert view.accessibleDescription() == "all NaN"
    assert not view.grab().isNull()
