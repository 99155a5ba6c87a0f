"""The panels on the right, and the page as a whole."""

from math import nan

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QSlider, QSplitter
from pytestqt.qtbot import QtBot

from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.core.shift.measures import Lack
from inspector.core.shift.scene import Incoming
from inspector.core.shift.settings import ShiftSettings
from inspector.core.shift.shown import LayerNow
from inspector.core.shift.surgery import Densify, Pooling, Repad, Repool
from inspector.core.shift.transforms import Method
from inspector.views.network.segments import Segments
from inspector.views.shift.compare_panel import Compared, ComparePanel
from inspector.views.shift.measures_panel import HINT, MeasuresPanel, OutputPanel
from inspector.views.shift.page import ShiftPage
from inspector.views.shift.surgery_panel import AS_IT_IS, NO_PADDING, NO_POOL, THIS, UNALTERED, SurgeryPanel
from inspector.views.shift.transform_panel import AMOUNTS, PLAY, STOP, TransformPanel
from kernels import Border

LEFT = Qt.MouseButton.LeftButton


def made(qtbot: QtBot, kind, loop=None, show=None):
    panel = kind()
    qtbot.addWidget(panel)
    panel.setFixedWidth(288)
    if loop is not None:
        panel.updated.connect(loop.take)
        loop.show = lambda state: show(panel, state.shift)
    panel.show()
    return panel


def pick(choice, word: str) -> None:
    choice.setCurrentIndex(choice.findText(word))
    choice.textActivated.emit(word)


# the transform


@pytest.fixture
def transform(qtbot: QtBot, loop) -> TransformPanel:
    return made(qtbot, TransformPanel, loop, TransformPanel.show_settings)


def test_each_slider_and_field_sets_its_own_number(transform, loop):
    for amount, place, value in zip(AMOUNTS, (3, -2, 45, 16), (3, -2, 45, 2), strict=True):
        transform.sliders[amount.field].setValue(place)
        assert getattr(loop.state.shift, amount.field) == value
        assert transform.fields[amount.field].value == value
    assert (loop.state.shift.dx, loop.state.shift.dy, loop.state.shift.angle, loop.state.shift.scale) == (3, -2, 45, 2)


def test_fields_take_fractions(transform, loop):
    field = transform.fields["dx"]
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "2.5")
    assert loop.state.shift.dx == 2.5
    loop.undo()
    assert loop.state.shift.dx == 0


@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: amount.field)
def test_sliders_and_values_are_inverse(amount):
    for place in range(amount.places[0], amount.places[1] + 1):
        assert amount.place(amount.value(place)) == place


def test_showing_emits_nothing(transform, loop):
    for settings in (
        ShiftSettings(dy=7, dx=-500, angle=-350, scale=0.26, flip=True, reach=8), ShiftSettings(dx=16, reach=32),
        ShiftSettings(dx=3, reach=4), ShiftSettings(method=Method.FOURIER, incoming=Incoming.CONSTANT, constant=0.2),
    ):  # fmt: skip
        transform.show_settings(settings)
        assert transform.fields["dx"].value == settings.dx
        assert transform.flip.isChecked() is settings.flip
    assert loop.updates == []
    assert (transform.sliders["dx"].minimum(), transform.sliders["dx"].maximum()) == (-16, 16)


def test_a_drag_of_a_slider_is_one_step_of_undo(transform, loop):
    slider = transform.sliders["angle"]
    slider.sliderPressed.emit()
    for place in (5, 9, 12):
        slider.setValue(place)
    loop.undo()
    assert loop.state.shift.angle == 0
    slider.sliderPressed.emit()
    slider.setValue(4)
    slider.sliderPressed.emit()
    slider.setValue(6)
    loop.undo()
    assert loop.state.shift.angle == 4


def test_a_double_click_on_a_slider_takes_it_back(transform, loop):
    transform.sliders["scale"].setValue(8)
    QTest.mouseDClick(transform.sliders["scale"], LEFT)
    assert loop.state.shift.scale == 1


def test_edge_method_and_mirror_are_choices(transform, loop):
    assert not transform.constant.isEnabled()
    pick(transform.incoming, Incoming.CONSTANT)
    assert transform.constant.isEnabled()
    QTest.keyClick(transform.constant, Qt.Key.Key_Up)
    QTest.mouseClick(transform.method.button("Fourier"), LEFT)
    transform.flip.click()
    shift = loop.state.shift
    assert (shift.incoming, shift.constant, shift.method, shift.flip) == (Incoming.CONSTANT, 0.6, Method.FOURIER, True)


def test_reset_puts_the_picture_back_and_keeps_the_edge(transform, loop):
    assert not transform.reset.isEnabled()
    transform.sliders["dx"].setValue(3)
    pick(transform.incoming, Incoming.EDGE)
    QTest.mouseClick(transform.reset, LEFT)
    assert loop.state.shift == ShiftSettings(incoming=Incoming.EDGE)


def test_the_animation_is_asked_for(transform):
    asked: list[None] = []
    transform.play_requested.connect(lambda: asked.append(None))
    QTest.mouseClick(transform.play, LEFT)
    assert len(asked) == 1
    transform.show_playing(True)
    assert transform.play.text() == STOP
    transform.show_playing(False)
    assert transform.play.text() == PLAY


def test_what_cannot_be_cropped_says_why(transform):
    transform.show_crop("The picture is no larger than the input.")
    place = transform.incoming.findText(Incoming.CROP)
    assert not transform.incoming.model().item(place).isEnabled()
    transform.show_crop("")
    assert transform.incoming.model().item(place).isEnabled()


# measures and judgement


def test_the_numbers_of_a_layer(qtbot):
    panel = made(qtbot, MeasuresPanel)
    assert panel.compared.full == HINT
    panel.show_layer(LayerNow("conv1", (2.0, 2.0), 0.4, 0.1, 1.2, 0.9, 0.25, 0.87, True))
    assert panel.numbers.texts == ("0.4", "0.1 · 25 %", "0.3 · 75 %", "0.1", "1.2", "0.9")
    assert panel.compared.full == "compared over 87 % of the units, in whole steps"
    assert panel.section.aside.text() == "conv1 · jump 2"
    panel.show_layer(LayerNow("fc", None, nan, nan, 0.3, nan, nan, nan, False, Lack.NO_GRID))
    assert str(Lack.NO_GRID) in panel.compared.full
    assert panel.compared.property("role") == "warning"


def test_the_judgement_before_and_after(qtbot):
    panel = made(qtbot, OutputPanel)
    panel.show_output(("cat", "dog"), np.array([0.2, 0.8]), np.array([0.9, 0.1]), "top-1 cat → dog")
    assert [(guess.name, guess.probability, guess.before) for guess in panel.bars.guesses] == [
        ("dog", 0.8, 0.1),
        ("cat", 0.2, 0.9),
    ]
    assert panel.bars.guesses[0].words == "dog: 0.8, 0.1 before the move"
    panel.show_output((), np.empty(0), None, "")
    assert panel.bars.guesses == ()
    assert panel.hint.full == ""


# surgery


@pytest.fixture
def surgery(qtbot: QtBot, loop) -> SurgeryPanel:
    return made(qtbot, SurgeryPanel, loop, lambda panel, shift: panel.show_surgeries(shift.surgeries))


def test_poolings_and_paddings_everywhere(surgery, loop):
    assert surgery.list.texts == (UNALTERED,)
    pick(surgery.pooling, "blur, 3 taps")
    pick(surgery.padding, "circular")
    surgery.dense.click()
    assert loop.state.shift.surgeries == (Repool(Pooling.BLUR3), Repad(Border.WRAP), Densify())
    assert surgery.section.aside.text() == "altered"
    pick(surgery.pooling, "polyphase")
    assert Repool(Pooling.POLYPHASE) in loop.state.shift.surgeries
    assert Repool(Pooling.BLUR3) not in loop.state.shift.surgeries
    assert surgery.pooling.currentText() == "polyphase"
    pick(surgery.padding, "circular, completed")
    assert Repad(Border.WRAP, (), True) in loop.state.shift.surgeries
    assert Repad(Border.WRAP) not in loop.state.shift.surgeries
    assert surgery.padding.currentText() == "circular, completed"
    assert "padding: circular, completed, everywhere" in surgery.list.texts


def test_each_surgery_can_be_taken_back(surgery, loop):
    pick(surgery.pooling, "average")
    pick(surgery.padding, "mirror")
    surgery.dense.click()
    pick(surgery.pooling, AS_IT_IS)
    surgery.dense.click()
    assert loop.state.shift.surgeries == (Repad(Border.MIRROR),)
    assert surgery.list.texts == ("padding: mirror, everywhere",)
    button = next(button for button in surgery.list.findChildren(QAbstractButton) if button.isVisible())
    QTest.mouseClick(button, LEFT)
    assert loop.state.shift.surgeries == ()
    assert not surgery.restore.isEnabled()
    loop.undo()
    assert loop.state.shift.surgeries == (Repad(Border.MIRROR),)
    QTest.mouseClick(surgery.restore, LEFT)
    assert loop.state.shift.surgeries == ()


def test_one_layer_alone(surgery, loop):
    QTest.mouseClick(surgery.where.button(THIS), LEFT)
    surgery.show_layer("conv1", "Conv2d")
    assert (surgery.pooling.isEnabled(), surgery.padding.isEnabled()) == (False, True)
    assert surgery.pooling.toolTip() == NO_POOL
    surgery.show_layer("fc", "Linear")
    assert surgery.padding.toolTip() == NO_PADDING
    surgery.show_layer("pool1", "MaxPool2d")
    pick(surgery.pooling, "blur, 2 taps")
    assert loop.state.shift.surgeries == (Repool(Pooling.BLUR2, ("pool1",)),)
    surgery.show_layer("pool2", "MaxPool2d")
    assert surgery.pooling.currentText() == AS_IT_IS
    assert surgery.list.texts == ("pooling: blur, 2 taps, in pool1",)


def test_problems_and_accuracy_are_said(surgery):
    asked: list[None] = []
    surgery.accuracy_requested.connect(lambda: asked.append(None))
    QTest.mouseClick(surgery.measure, LEFT)
    assert len(asked) == 1
    surgery.show_accuracy("97.1 % of 10,000 pictures, 99.2 % before")
    surgery.show_problem("pool1 cannot be changed")
    assert surgery.accuracy.text().startswith("97.1 %")
    assert surgery.problem.isVisible()
    surgery.show_problem("")
    assert not surgery.problem.isVisible()


def test_what_was_measured_over_data_can_be_saved_once_it_is_complete(surgery):
    asked: list[str] = []
    surgery.consistency_requested.connect(lambda: asked.append("consistency"))
    surgery.study_requested.connect(lambda: asked.append("save"))
    surgery.show_study("Broken off", complete=False)
    for button in (surgery.consistency, surgery.save):
        QTest.mouseClick(button, LEFT)
    assert (asked, surgery.study.isVisible()) == (["consistency"], True)
    surgery.show_study("consistency 93 %", complete=True)
    QTest.mouseClick(surgery.save, LEFT)
    assert asked == ["consistency", "save"]


# other networks

OFFERS = (
    ModelOffer("mlp1", "One linear layer", OfferState.SHIPPED, "MNIST"),
    ModelOffer("vgg16", "VGG-16", OfferState.DOWNLOADABLE, "ImageNet"),
)
MLP = ModelChoice(ModelKind.SHIPPED, "mlp1")


@pytest.fixture
def compare(qtbot: QtBot, loop) -> ComparePanel:
    panel = made(qtbot, ComparePanel, loop, lambda panel, shift: panel.show_others({one: one.name for one in shift.others}))
    panel.show_offers(OFFERS)
    return panel


def test_another_network_is_chosen_and_taken_away(compare, loop):
    assert (compare.combo.currentIndex(), compare.list.isVisible()) == (-1, False)
    compare.combo.chosen.emit(OFFERS[0])
    assert (loop.state.shift.others, loop.state.shift.side_by_side) == ((MLP,), True)
    assert (compare.combo.currentIndex(), compare.list.texts) == (-1, ("mlp1",))
    QTest.mouseClick(compare.list.findChild(QAbstractButton), LEFT)
    assert (loop.state.shift.others, loop.state.shift.side_by_side) == ((), False)
    assert not compare.list.isVisible()


def test_what_is_not_here_yet_is_asked_for(compare, loop):
    told: list[str] = []
    compare.download_requested.connect(told.append)
    compare.weights_requested.connect(lambda: told.append("weights"))
    compare.combo.chosen.emit(OFFERS[1])
    QTest.mouseClick(compare.open, LEFT)
    assert (told, loop.updates) == (["vgg16", "weights"], [])


def test_networks_in_numbers(compare):
    compare.show_rows((Compared("LeNet-5", "7", 0.12, 0.93, "s2", 0.3, 0.8), Compared("MLP", "2", 0.6, nan)))
    cells = [line.cells for line in compare.table.lines]
    assert cells == [("LeNet-5", "7", "0.12", "0.3", "0.8", "93 %"), ("MLP", "2", "0.6", "–", "–", "–")]
    assert "s2: equivariance 0.3" in compare.table.lines[0].tip


# the page


@pytest.fixture
def page(qtbot: QtBot) -> ShiftPage:
    return ShiftPage()


@pytest.fixture
def splitter(qtbot: QtBot, page: ShiftPage) -> QSplitter:
    """The three columns as the window lays them out."""
    splitter = QSplitter(childrenCollapsible=False)
    qtbot.addWidget(splitter)
    for column in (page.left, page.middle, page.right):
        splitter.addWidget(column)
    splitter.resize(1280, 690)
    splitter.setSizes([364, 612, 304])
    splitter.show()
    return splitter


@pytest.mark.parametrize(("width", "height"), [(1280, 690), (1024, 590)])
def test_parts_of_the_middle_are_within_it_and_beside_each_other(page, splitter, qtbot, width, height):
    page.case.show_altered("altered by 2 surgeries")
    qtbot.waitUntil(lambda: page.case.altered.width() > 0)
    splitter.resize(width, height)
    splitter.setSizes([364, width - 668, 304])
    middle, case, tooth = page.middle, page.case, page.strip.saw_tooth
    parts = (
        case.line, case.altered, case.way, case.input, case.expected, case.after, case.difference, case.reading,
        page.strip.choice, tooth.measure, tooth.axis, tooth.reading, tooth.plot,
    )  # fmt: skip
    places = [part.rect().translated(part.mapTo(middle, QPoint())) for part in parts]
    assert all(middle.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one in places for other in places if one is not other)
    assert min(case.input.height(), case.after.height()) > 100
    assert min(case.input.width(), case.after.width()) > 140
    assert tooth.plot.height() > 120


def test_the_right_column_is_no_wider_than_its_room(page, splitter):
    content = page.right.widget()
    assert content.minimumSizeHint().width() <= page.right.viewport().width()
    for panel in (page.transform, page.measures, page.output, page.surgery, page.compare):
        assert panel.geometry().right() < page.right.viewport().width()


def test_every_control_has_a_tooltip_and_a_name(page, splitter):
    for column in (page.left, page.middle, page.right):
        for kind in (QAbstractButton, QComboBox, QLineEdit, QSlider):
            for control in column.findChildren(kind):
                named = control.accessibleName() or getattr(control, "text", str)()
                if control.isVisible() and control.parent() is not None and not control.objectName().startswith("qt_"):
                    assert named, control
                    assert control.toolTip() or isinstance(control.parent(), Segments), control
