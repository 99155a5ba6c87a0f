"""The bar that says which network is looked at, driven as by a hand."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inspector.core.network.offers import ModelOffer, OfferState
from inspector.core.network.settings import ModelChoice, ModelKind
from inspector.views.network.model_bar import ModelBar

LENET = ModelOffer("lenet5", "LeNet-5", OfferState.SHIPPED, "MNIST · 0.63 % error")
COMPACT = ModelOffer("vgg-compact", "Compact VGG", OfferState.SHIPPED, "CIFAR-10 · 7.8 % error")
VGG16 = ModelOffer("vgg16", "VGG-16", OfferState.DOWNLOADABLE, "ImageNet · 138,357,544 parameters")
RANDOM = ModelOffer("lenet5", "LeNet-5", OfferState.UNTRAINED, "random weights")
OFFERS = (LENET, COMPACT, VGG16, RANDOM)
SHIPPED = ModelChoice(ModelKind.SHIPPED, "lenet5")
FILE = ModelChoice(ModelKind.FILE, "/weights/mine.pt")

# of every list that opens, the platform without a screen says:
pytestmark = pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing the keyboard")


@pytest.fixture
def bar(qtbot):
    bar = ModelBar()
    qtbot.addWidget(bar)
    bar.setFixedWidth(316)
    bar.show_offers(OFFERS)
    bar.show_model(SHIPPED, "LeNet-5", "MNIST · 0.63 % error · 61,706 parameters", ())
    bar.show()
    return bar


@pytest.fixture
def told(bar):
    told = []
    bar.model_chosen.connect(told.append)
    bar.download_requested.connect(told.append)
    return told


def pick(bar, title, place=0):
    """Choose a row of the open list by the keyboard; ``place`` counts rows of the same title."""
    rows = [row for row in range(bar.combo.count()) if bar.combo.itemText(row) == title]
    bar.combo.showPopup()
    view = bar.combo.view()
    view.setCurrentIndex(bar.combo.model().index(rows[place], 0))
    QTest.keyClick(view, Qt.Key.Key_Return)


def rows(bar):
    return [bar.combo.itemText(row) for row in range(bar.combo.count())]


def test_networks_stand_in_sections_that_cannot_be_chosen(bar):
    trained, published, random = ["LeNet-5", "Compact VGG"], ["VGG-16"], ["LeNet-5"]
    headed = ["With weights", *trained, "Published weights to download", *published, "Without weights (random)", *random]
    assert rows(bar) == headed
    flags = [bar.combo.model().index(row, 0).flags() for row in (0, 3, 5)]
    assert not any(flag & (Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled) for flag in flags)
    assert bar.combo.currentIndex() == 1
    assert bar.combo.itemData(4, Qt.ItemDataRole.ToolTipRole) == VGG16.line


def test_a_section_without_networks_is_left_out(bar):
    bar.show_offers((LENET,))
    assert rows(bar) == ["With weights", "LeNet-5"]


def test_choosing_tells_which(bar, told):
    pick(bar, "Compact VGG")
    pick(bar, "LeNet-5", 1)
    assert told == [ModelChoice(ModelKind.SHIPPED, "vgg-compact"), ModelChoice(ModelKind.UNTRAINED, "lenet5")]


def test_choosing_what_is_open_tells_nothing(bar, told):
    pick(bar, "LeNet-5")
    assert told == []


def test_published_weights_are_asked_for_and_the_open_network_stays(bar, told):
    pick(bar, "VGG-16")
    assert told == ["vgg16"]
    assert bar.combo.currentText() == "LeNet-5"
    (action,) = bar.downloads.actions()
    action.trigger()
    assert (action.text(), told) == ("VGG-16", ["vgg16", "vgg16"])


def test_without_anything_to_download_the_menu_says_so(bar):
    bar.show_offers((LENET,))
    assert not bar.downloads.isEnabled()
    bar.show_offers(OFFERS)
    assert bar.downloads.isEnabled()


def test_to_show_tells_nothing(bar, told):
    bar.show_offers((COMPACT, LENET))
    bar.show_model(ModelChoice(ModelKind.SHIPPED, "vgg-compact"), "Compact VGG", "", ())
    bar.show_model(FILE, "mine.pt", "", ())
    bar.show_busy("Opening …")
    bar.show_busy("")
    assert told == []


def test_a_network_of_a_file_has_a_section_of_its_own(bar):
    bar.show_model(FILE, "mine.pt", "weights of mine.pt", ("2 tensors hold NaN.",))
    assert rows(bar)[:3] == ["Open now", "mine.pt", "With weights"]
    assert bar.combo.currentIndex() == 1
    assert bar.line.full == "weights of mine.pt"
    assert (bar.notes.text(), bar.notes.isVisible()) == ("2 tensors hold NaN.", True)
    bar.show_model(SHIPPED, "LeNet-5", "MNIST", ())
    assert rows(bar)[0] == "With weights"
    assert not bar.notes.isVisible()


def test_what_is_under_way_is_said_without_a_jump(bar):
    QTest.qWait(0)
    before = bar.sizeHint(), bar.open.geometry()
    bar.show_busy("Opening Compact VGG …")
    QTest.qWait(0)
    assert bar.line.full == "Opening Compact VGG …"
    assert (bar.sizeHint(), bar.open.geometry()) == before
    bar.show_busy("")
    assert bar.line.full == "MNIST · 0.63 % error · 61,706 parameters"


def test_a_network_that_could_not_be_opened_is_not_shown_as_open(bar, told):
    pick(bar, "Compact VGG")
    bar.show_busy("Opening Compact VGG …")
    assert bar.combo.currentText() == "Compact VGG"
    bar.show_busy("")
    assert bar.combo.currentText() == "LeNet-5"


def test_keys_and_the_wheel_open_no_network_by_chance(bar, told):
    bar.combo.setFocus()
    QTest.keyClick(bar.combo, Qt.Key.Key_Down)
    assert bar.combo.view().isVisible()
    bar.combo.hidePopup()
    QTest.keyClick(bar.combo, "v")
    assert bar.combo.view().isVisible()
    bar.combo.hidePopup()
    place = QPointF(bar.combo.rect().center())
    wheel = QWheelEvent(
        place, bar.combo.mapToGlobal(place), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(bar.combo, wheel)
    assert (told, bar.combo.currentIndex()) == ([], 1)


def test_the_buttons_ask(bar, qtbot):
    with qtbot.waitSignals([bar.weights_requested, bar.code_requested]):
        QTest.mouseClick(bar.open, Qt.MouseButton.LeftButton)
        bar.code.trigger()


def test_an_empty_bar_says_what_to_do(qtbot):
    bar = ModelBar()
    qtbot.addWidget(bar)
    assert bar.line.full == "Choose a network, or open weights"
    assert bar.combo.placeholderText()
    bar.show_offers(OFFERS)
    assert bar.combo.currentIndex() == -1


def test_every_control_has_a_name_and_a_tooltip(bar):
    for control in (bar.combo, bar.open, bar.more):
        assert control.accessibleName() or control.text()
        assert control.toolTip()
