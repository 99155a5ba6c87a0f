"""The question whether code may run, answered as by a hand."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from inspector.views.network.code_question import CodeQuestion


@pytest.fixture
def question(qtbot):
    question = CodeQuestion("/nets/mine.py")
    qtbot.addWidget(question)
    question.told = []
    question.accepted_code.connect(question.told.append)
    question.open()
    return question


def test_it_says_what_it_does(question):
    assert question.warning.text() == "This runs the Python code in mine.py with your rights. Only go on if you trust it."
    assert question.warning.toolTip() == "/nets/mine.py"
    assert question.windowModality() is Qt.WindowModality.WindowModal


def test_a_name_runs_the_file(question):
    QTest.keyClicks(question.name, "make_network")
    QTest.mouseClick(question.run, Qt.MouseButton.LeftButton)
    assert (question.told, question.isVisible()) == (["/nets/mine.py:make_network"], False)


def test_enter_runs_it_too(question):
    QTest.keyClicks(question.name, " Net ")
    QTest.keyClick(question.name, Qt.Key.Key_Return)
    assert question.told == ["/nets/mine.py:Net"]


@pytest.mark.parametrize("text", ["", " ", "1net", "make network", "a:b", "class", "make()"])
def test_without_a_name_nothing_runs(question, text):
    QTest.keyClicks(question.name, text)
    assert not question.run.isEnabled()
    assert question.problem.text() == question.run.toolTip() == "Give the name in the file that makes the network."
    QTest.keyClick(question.name, Qt.Key.Key_Return)
    assert (question.told, question.isVisible()) == ([], True)


def test_cancel_runs_nothing(question):
    QTest.keyClicks(question.name, "Net")
    QTest.keyClick(question, Qt.Key.Key_Escape)
    assert (question.told, question.isVisible()) == ([], False)


def test_the_field_has_a_name_and_a_tooltip(question):
    assert question.name.accessibleName()
    assert "without arguments" in question.name.toolTip()
