"""Fields for what a file of weights does not say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from inspector.core.network.answers import parse_input, parse_normalization
from inspector.core.network.matching import Ask
from inspector.core.network.settings import Answers
from inspector.views.theme import GRID
from inspector.views.widgets.choice import Choice
from inspector.views.widgets.section import label


@dataclass(frozen=True)
class Question:
    """How one thing is asked for. ``read`` puts what is chosen or typed into the answers, or raises ValueError.

    ``choices``: the words there are, each with its meaning; without any, a text is typed.
    """

    caption: str
    tip: str
    hint: str
    read: Callable[[Answers, str], Answers]
    choices: Mapping[str, str]


def _activation(answers: Answers, text: str) -> Answers:
    return replace(answers, activation=text)


def _pool(answers: Answers, text: str) -> Answers:
    return replace(answers, pool=text)


def _normalization(answers: Answers, text: str) -> Answers:
    mean, std = parse_normalization(text)
    return replace(answers, mean=mean, std=std)


def _input(answers: Answers, text: str) -> Answers:
    return replace(answers, input=parse_input(text))


QUESTIONS = {
    Ask.ACTIVATION: Question(
        "Activation", "The activation function between the layers; weights do not tell it", "between the layers",
        _activation, {"relu": "max(0, x)", "tanh": "The hyperbolic tangent, from −1 to 1"},
    ),
    Ask.POOL: Question(
        "Pooling", "How neighbouring values become one; weights do not tell it", "of neighbouring values",
        _pool, {"max": "The largest value of each window", "avg": "The mean of each window"},
    ),
    Ask.NORMALIZE: Question(
        "Normalize", "Mean and deviation of each channel, which pictures are standardized with; white is 1",
        "mean,deviation of each channel, white being 1", _normalization, {},
    ),
    Ask.INPUT: Question(
        "Input", "Channels, height and width of the pictures that the network takes", "channels,height,width", _input, {},
    ),
}  # fmt: skip


class AnswerForm(QWidget):
    """A row for each question, with the usual answer in it; ``changed`` says that the hand has changed one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[Ask, Choice | QLineEdit] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnMinimumWidth(0, 72)
        self._grid.setColumnStretch(2, 1)

    def show_asks(self, asks: tuple[Ask, ...], usual: tuple[str, ...]) -> None:
        """Ask for these; ``usual`` are the answers that are proposed, or ""."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = {}
        for number, (ask, answer) in enumerate(zip(asks, usual, strict=True)):
            self._add(number, ask, answer)
        self.setVisible(bool(asks))

    def read(self, answers: Answers) -> Answers:
        """``answers`` with what the fields say. Raises ValueError that names the field that has no good answer."""
        for ask, field in self.fields.items():
            try:
                answers = QUESTIONS[ask].read(answers, _answer(field))
            except ValueError as error:
                self._mark(ask)
                raise ValueError(f"{QUESTIONS[ask].caption}: {error}.") from None
        self._mark(None)
        if answers.mean and answers.input and len(answers.mean) != answers.input[0]:
            self._mark(Ask.NORMALIZE)
            raise ValueError(f"Normalize: {_counted(len(answers.mean))} given, and the input has {answers.input[0]}.")
        return answers

    def _add(self, number: int, ask: Ask, answer: str) -> None:
        question = QUESTIONS[ask]
        field = _choice(question, answer) if question.choices else _line_edit(question, answer)
        if isinstance(field, Choice):
            field.chosen.connect(self.changed)
        else:
            field.textChanged.connect(self.changed)
        field.setFixedWidth(200)
        caption = QLabel(question.caption)
        caption.setBuddy(field)
        for column, widget in enumerate((caption, field, label(question.hint, "muted"))):
            self._grid.addWidget(widget, number, column)
        self.fields[ask] = field

    def _mark(self, wrong: Ask | None) -> None:
        for ask, field in self.fields.items():
            if isinstance(field, QLineEdit) and field.property("invalid") != (ask is wrong):
                field.setProperty("invalid", ask is wrong)
                field.style().unpolish(field)
                field.style().polish(field)


def _choice(question: Question, answer: str) -> Choice:
    choice = Choice(question.caption, question.tip, question.choices)
    choice.show_choice(answer)
    choice.chosen.connect(choice.show_choice)  # its tooltip tells what is chosen
    return choice


def _line_edit(question: Question, answer: str) -> QLineEdit:
    field = QLineEdit(answer)
    field.setAccessibleName(question.caption)
    field.setToolTip(question.tip)
    field.setProperty("invalid", False)
    return field


def _answer(field: Choice | QLineEdit) -> str:
    text = field.currentText() if isinstance(field, Choice) else field.text()
    if not text.strip():
        raise ValueError("give an answer")
    return text


def _counted(channels: int) -> str:
    return f"{channels} channel is" if channels == 1 else f"{channels} channels are"
