"""The sheet of questions about a file of weights, driven as by a hand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel

from inspector.core.network.matching import Ask, How, Match, Pair, WeightsReport
from inspector.core.network.settings import Answers
from inspector.views.network.weights_sheet import WeightsSheet

PAIRS = (
    Pair("conv1.weight", (6, 1, 5, 5), "0.weight", (6, 1, 5, 5)),
    Pair("fc1.weight", (120, 16, 5, 5), "7.weight", (120, 400)),
)
LENET = Match("lenet5", "LeNet-5", How.ORDER, PAIRS, (Ask.ACTIVATION, Ask.POOL, Ask.NORMALIZE), ("tanh", "avg", "0.1307,0.3081"))
NAMED = Match("lenet5", "LeNet-5", How.NAMES, PAIRS)
REBUILT = Match(
    "rebuilt", "Sequence of 5 layers", How.REBUILT, PAIRS[:1], (Ask.ACTIVATION, Ask.NORMALIZE, Ask.INPUT), ("", "", "1,28,28")
)

# of every list that opens, the platform without a screen says:
pytestmark = pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing the keyboard")


def report(*matches, reason="", notes=()):
    return WeightsReport("/weights/tutorial.pt", 10, 61_706, matches, reason, notes)


@pytest.fixture
def open_sheet(qtbot):
    """Opens a sheet; its ``told`` are the answers that it has emitted."""

    def open_one(shown):
        sheet = WeightsSheet(shown)
        qtbot.addWidget(sheet)
        sheet.told = []
        sheet.accepted_answers.connect(sheet.told.append)
        sheet.open()
        return sheet

    return open_one


def write(field, text):
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)


def choose(combo, word):
    """As by the hand: the list is opened, a row is chosen."""
    combo.showPopup()
    combo.view().setCurrentIndex(combo.model().index(combo.findText(word), 0))
    QTest.keyClick(combo.view(), Qt.Key.Key_Return)


def test_the_usual_answers_are_taken_with_one_click(open_sheet):
    sheet = open_sheet(report(LENET))
    assert sheet.windowModality() is Qt.WindowModality.WindowModal
    QTest.mouseClick(sheet.open_button, Qt.MouseButton.LeftButton)
    assert sheet.told == [Answers("lenet5", "tanh", "avg", (0.1307,), (0.3081,))]
    assert not sheet.isVisible()


def test_other_answers_are_chosen_and_typed(open_sheet):
    sheet = open_sheet(report(LENET))
    choose(sheet.form.fields[Ask.ACTIVATION], "relu")
    choose(sheet.form.fields[Ask.POOL], "max")
    write(sheet.form.fields[Ask.NORMALIZE], "0.5,0.25")
    QTest.keyClick(sheet, Qt.Key.Key_Return)
    assert sheet.told == [Answers("lenet5", "relu", "max", (0.5,), (0.25,))]


def test_nothing_is_told_by_cancel_and_escape(open_sheet):
    for leave in (lambda s: QTest.keyClick(s, Qt.Key.Key_Escape), lambda s: s.reject()):
        sheet = open_sheet(report(LENET))
        leave(sheet)
        assert (sheet.told, sheet.isVisible()) == ([], False)


def test_the_file_and_what_it_holds_are_named(open_sheet):
    sheet = open_sheet(report(LENET, notes=("The epoch lies beside.", "2 tensors hold NaN.")))
    assert (sheet.file.full, sheet.file.toolTip()) == ("tutorial.pt", "/weights/tutorial.pt")
    assert sheet.facts.text() == "10 tensors · 61,706 parameters"
    assert sheet.notes.text() == "The epoch lies beside.\n2 tensors hold NaN."
    assert sheet.matches.currentText() == "LeNet-5, by order and shape"


def test_expected_stands_beside_found(open_sheet):
    table = open_sheet(report(LENET)).table
    texts = [[table.item(row, column).text() for column in range(4)] for row in range(table.rowCount())]
    assert texts == [
        ["conv1.weight", "6 × 1 × 5 × 5", "0.weight", "6 × 1 × 5 × 5"],
        ["fc1.weight", "120 × 16 × 5 × 5", "7.weight", "120 × 400"],
    ]
    assert "another shape: 120 × 400 becomes 120 × 16 × 5 × 5" in table.item(1, 3).toolTip()


def test_rows_are_copied_by_key_and_all_by_button(open_sheet):
    sheet = open_sheet(report(LENET))
    sheet.table.selectRow(1)
    QTest.keyClick(sheet.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    clipboard = QApplication.clipboard()
    assert clipboard.text() == "expected\tshape\tfound\tshape\nfc1.weight\t120 × 16 × 5 × 5\t7.weight\t120 × 400"
    sheet.table.clearSelection()
    QTest.mouseClick(sheet.copy_button, Qt.MouseButton.LeftButton)
    assert clipboard.text().count("\n") == 2


def test_a_match_that_leaves_nothing_open_asks_nothing(open_sheet):
    sheet = open_sheet(report(NAMED))
    assert sheet.form.fields == {}
    assert not sheet.form.isVisible()
    QTest.mouseClick(sheet.open_button, Qt.MouseButton.LeftButton)
    assert sheet.told == [Answers("lenet5")]


def test_another_match_asks_its_own_questions(open_sheet):
    sheet = open_sheet(report(LENET, REBUILT))
    choose(sheet.matches, "Sequence of 5 layers, rebuilt from shapes")
    assert list(sheet.form.fields) == [Ask.ACTIVATION, Ask.NORMALIZE, Ask.INPUT]
    assert not any(label.isVisible() for label in sheet.form.findChildren(QLabel))  # the new ones come in the next turn
    QTest.qWait(0)
    assert len([label for label in sheet.form.findChildren(QLabel) if label.isVisible()]) == 2 * 3
    assert sheet.table.rowCount() == 1
    assert (sheet.open_button.isEnabled(), sheet.problem.full) == (False, "Activation: give an answer.")
    assert sheet.open_button.toolTip() == sheet.problem.full
    choose(sheet.form.fields[Ask.ACTIVATION], "relu")
    assert sheet.problem.full == "Normalize: give an answer."
    write(sheet.form.fields[Ask.NORMALIZE], "0.5,0.5")
    assert (sheet.open_button.isEnabled(), sheet.problem.full) == (True, "")
    QTest.mouseClick(sheet.open_button, Qt.MouseButton.LeftButton)
    assert sheet.told == [Answers("rebuilt", "relu", "", (0.5,), (0.5,), (1, 28, 28))]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0.5", "Normalize: '0.5' is not a mean and a deviation for each channel, such as 0.1307,0.3081."),
        ("0.5,x", "Normalize: 'x' is not a number; write 1, -0.5 or 1/9."),
        ("0.5,0", "Normalize: the second half of the numbers are the deviations, which are larger than 0."),
    ],
)
def test_a_bad_answer_is_named_and_marked(open_sheet, text, sentence):
    sheet = open_sheet(report(LENET))
    field = sheet.form.fields[Ask.NORMALIZE]
    write(field, text)
    assert (sheet.problem.full, sheet.open_button.isEnabled()) == (sentence, False)
    assert field.property("invalid")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (sheet.told, sheet.isVisible()) == ([], True)
    write(field, "0,1")
    assert not field.property("invalid")


def test_as_many_channels_are_normalized_as_come_in(open_sheet):
    sheet = open_sheet(report(Match("rebuilt", "Net", How.REBUILT, PAIRS, (Ask.NORMALIZE, Ask.INPUT), ("0,1", "3,32,32"))))
    assert sheet.problem.full == "Normalize: 1 channel is given, and the input has 3."
    assert sheet.form.fields[Ask.NORMALIZE].property("invalid")
    write(sheet.form.fields[Ask.INPUT], "1,32,32")
    assert sheet.open_button.isEnabled()


def test_a_file_that_fits_nothing_says_why_and_can_only_be_closed(open_sheet):
    sheet = open_sheet(report(reason="It holds an attention layer."))
    assert (sheet.reason.text(), sheet.reason.isVisible()) == ("It holds an attention layer.", True)
    assert not sheet.table.isVisible()
    (box,) = sheet.findChildren(QDialogButtonBox)
    assert [button.text().replace("&", "") for button in box.buttons()] == ["Close"]
    box.buttons()[0].click()
    assert (sheet.told, sheet.isVisible()) == ([], False)


def test_every_control_has_a_name_and_a_tooltip(open_sheet):
    sheet = open_sheet(report(REBUILT))
    for control in (sheet.matches, *sheet.form.fields.values()):
        assert control.accessibleName()
        assert control.toolTip()
    assert sheet.table.accessibleName()
    assert sheet.copy_button.toolTip()
