"""The bars say what the network says, in the right order and length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.views.network.class_bars import ALTERED, EMPTY, ROW, TOP, ClassBars, best, share_text
from inspector.views.theme import colours_of

LABELS = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
ASKED = np.array([0.05, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.81, 0.11])
BEFORE = np.array([0.4, 0.02, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 0.37])
FITTED = np.full((28, 32, 3), 200, np.uint8)


@pytest.fixture
def panel(qtbot: QtBot) -> ClassBars:
    panel = ClassBars()
    qtbot.addWidget(panel)
    panel.setFixedWidth(290)
    panel.show()
    return panel


def painted(panel: ClassBars, colour: str) -> np.ndarray:
    """Where the rows have exactly this colour, (height, width)."""
    image = panel.bars.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1) & 0xFFFFFF
    return pixels == QColor(colour).rgb() & 0xFFFFFF


@given(arrays(np.float64, st.integers(0, 12), elements=st.floats(0, 1)))
def test_the_best_are_the_largest_in_order(probabilities: np.ndarray) -> None:
    found = best((), probabilities, None)
    assert [guess.probability for guess in found] == sorted(probabilities, reverse=True)[:TOP]
    assert len({guess.name for guess in found}) == len(found)
    assert all(guess.probability == probabilities[int(guess.name.split()[1])] for guess in found)


def test_equal_ones_keep_their_order_and_nan_comes_last() -> None:
    found = best(LABELS, np.array([np.nan, 0.2, 0.2, np.nan, 0.6]), None)
    assert [guess.name for guess in found] == ["deer", "automobile", "bird", "airplane", "cat"]
    assert share_text(found[-1].probability) == "NaN"


def test_classes_without_a_label_are_numbered() -> None:
    assert [guess.name for guess in best(("only",), np.array([0.3, 0.7]), None)] == ["class 1", "only"]


def test_a_reference_of_another_network_is_left_out() -> None:
    assert best(LABELS, ASKED, BEFORE)[0].before == 0.2
    assert all(guess.before is None for guess in best(LABELS, ASKED, BEFORE[:7]))


@given(st.floats(0, 1))
def test_numbers_have_one_width_and_are_never_wrong(share: float) -> None:
    text = share_text(share)
    assert len(text) in (6, 8)
    relation, value = (text[0], float(text[2:])) if " " in text else ("=", float(text))
    assert {"<": share < value, ">": share > value, "=": abs(share - value) <= 0.5001e-4}[relation]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.8123, "0.8123"),
        (0.0, "< 0.0001"),
        (0.5, "0.5000"),
        (0.00009, "< 0.0001"),
        (1.0, "> 0.9999"),
        (0.99996, "> 0.9999"),
        (0.99994, "0.9999"),
    ],
)
def test_number(share: float, text: str) -> None:
    assert share_text(share) == text


def test_bars_are_as_long_as_the_probabilities(panel: ClassBars) -> None:
    panel.show_guesses(LABELS, np.array([0.6, 0.3, 0.1]), FITTED, "crop")
    blue = painted(panel, colours_of(panel).accent)
    lengths = [blue[number * ROW : (number + 1) * ROW].any(axis=0).sum() for number in range(TOP)]
    assert lengths[1] / lengths[0] == pytest.approx(0.5, abs=0.03)
    assert lengths[2] / lengths[0] == pytest.approx(1 / 6, abs=0.03)
    assert lengths[3:] == [0, 0]


def test_an_altered_network_shows_what_was_before_and_says_so(panel: ClassBars) -> None:
    panel.show_guesses(LABELS, ASKED, FITTED, "crop")
    plain = painted(panel, colours_of(panel).text)
    panel.show_reference(BEFORE)
    added = painted(panel, colours_of(panel).text) & ~plain
    line = np.flatnonzero(added[:ROW].sum(axis=0) >= ROW // 2)
    assert line.tolist() == [round(panel.bars.bar(0, 0.2).right())]
    assert panel.altered.full == ALTERED
    assert "ship: 0.81, 0.2 before" in panel.bars.accessibleDescription()
    panel.show_reference(None)
    assert panel.altered.full == ""
    np.testing.assert_array_equal(painted(panel, colours_of(panel).text), plain)


def test_a_row_says_all_in_its_tooltip(panel: ClassBars, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("inspector.views.network.class_bars.QToolTip.showText", lambda place, text, widget: said.append(text))
    panel.show_guesses(("a very long name of a class that is elided in its row",), np.array([0.12345678]), FITTED, "crop")
    for y in (5, ROW + 5):
        QApplication.sendEvent(panel.bars, QHelpEvent(QEvent.Type.ToolTip, QPoint(5, y), QPoint(5, y)))
    assert said == ["a very long name of a class that is elided in its row: 0.1235", ""]


def test_the_input_is_shown_with_its_size_and_fit(panel: ClassBars) -> None:
    panel.show_guesses(LABELS, ASKED, FITTED, "crop")
    assert panel.picture.picture is FITTED
    assert panel.fit.full == "input · 28 × 32 · crop"
    assert panel.picture.accessibleDescription() == panel.fit.full


def test_nothing_jumps_when_there_is_nothing(panel: ClassBars) -> None:
    height = panel.sizeHint().height()
    assert panel.bars.accessibleDescription() == EMPTY
    panel.show_guesses(LABELS, ASKED, FITTED, "letterbox")
    panel.show_reference(BEFORE)
    assert panel.sizeHint().height() == height
    panel.show_guesses((), np.empty(0), None, "")
    assert panel.sizeHint().height() == height
    assert panel.bars.guesses == ()
    assert panel.bars.accessibleDescription() == EMPTY
    panel.grab()
