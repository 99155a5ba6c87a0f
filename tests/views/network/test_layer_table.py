"""The layer list: what its rows say, how they fit, and what the hand makes it say."""

from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from inspector.core.network.facts import Description, LayerFacts, Shape
from inspector.core.network.steps import Step, steps
from inspector.core.receptive_field.field import ReceptiveField
from inspector.core.receptive_field.graph import Edge, Graph, Node
from inspector.core.receptive_field.looks import Look, Whole, Windowed
from inspector.views.network.layer_model import ALTERED_ROLE, SHARE_ROLE
from inspector.views.network.layer_rows import COLUMNS, rows, short
from inspector.views.network.layer_table import LayerTable

LAYER, OUTPUT, PARAMS, MACS, MEMORY, FIELD = range(6)
WORDS = Qt.ItemDataRole.AccessibleTextRole
TIP = Qt.ItemDataRole.ToolTipRole
POINT = Windowed()


class Maker:
    """Stacks layers as VGG does, with torchvision's names."""

    def __init__(self, side: int) -> None:
        self.layers: list[LayerFacts] = []
        self.nodes: list[Node] = []
        self.input: Shape = (3, side, side)
        self.shape = self.input

    def add(self, kind: str, shape: Shape, parameters: int = 0, macs: int = 0, *, look: Look = POINT) -> None:
        name, takes = f"features.{len(self.layers)}", self.layers[-1].name if self.layers else "input"
        size, self.shape = 4 * shape[0] * shape[1] * shape[2], shape
        self.nodes.append(Node(name, kind, (Edge(takes, (look, look)),), shape[1:]))
        self.layers.append(LayerFacts(name, kind, shape, parameters, macs, size, None, 1, takes))

    def block(self, maps: int) -> None:
        channels, height, width = self.shape
        weights = 9 * channels * maps
        self.add("Conv2d", (maps, height, width), weights, weights * height * width, look=Windowed(3, 1, 1))
        self.add("BatchNorm2d", self.shape, 2 * maps)
        self.add("ReLU", self.shape)

    def pool(self) -> None:
        channels, height, width = self.shape
        self.add("MaxPool2d", (channels, height // 2, width // 2), look=Windowed(2, 2))

    @property
    def description(self) -> Description:
        parameters, macs = (sum(getattr(layer, name) for layer in self.layers) for name in ("parameters", "macs"))
        return Description(self.input, parameters, macs, tuple(self.layers), Graph(self.input[1:], tuple(self.nodes)))


def vgg(side: int = 32, blocks: tuple[int, ...] = (64, 128, 256, 512)) -> Description:
    maker = Maker(side)
    for maps in blocks:
        maker.block(maps)
        maker.block(maps)
        maker.pool()
    size = maker.shape[0] * maker.shape[1] * maker.shape[2]
    maker.add("Flatten", (size, 1, 1), look=Whole(maker.shape[1]))
    maker.add("Linear", (10, 1, 1), 10 * size + 10, 10 * size)
    return maker.description


NETWORK = vgg()
ROWS = rows(NETWORK, steps(NETWORK))
LAST = len(ROWS) - 1


class Said:
    def __init__(self, table: LayerTable) -> None:
        self.keys: list[str] = []
        table.chosen.connect(self.keys.append)


@pytest.fixture
def table(qtbot: QtBot) -> LayerTable:
    table = LayerTable()
    qtbot.addWidget(table)
    table.resize(340, 520)
    table.show()
    table.show_steps(NETWORK, steps(NETWORK))
    table.show_chosen("input")
    return table


@pytest.fixture
def said(table: LayerTable) -> Said:
    return Said(table)


def data(table: LayerTable, row: int, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
    return table.model().index(row, column).data(role)


def marked(table: LayerTable) -> list[int]:
    return [index.row() for index in table.selectionModel().selectedRows()]


def click(table: LayerTable, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = table.visualRect(table.model().index(row, OUTPUT)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifiers, where)


# numbers


@given(st.integers(1, 10**14))
def test_short_numbers_have_three_digits_and_keep_their_value(count: int) -> None:
    number, _, prefix = short(count).partition(" ")
    assert len(number.replace(".", "").lstrip("0")) <= 3
    value = float(number) * 1000 ** " kMGT".index(prefix or " ")
    assert abs(value - count) <= 0.5 * 10 ** (int(log10(count)) - 2) * 1.001
    assert float(number) < 1000


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (999, "999"), (1000, "1 k"), (1728, "1.73 k"), (36_928, "36.9 k"), (1_849_688_064, "1.85 G"), (999_600, "1 M")],
)
def test_short_numbers(count: int, text: str) -> None:
    assert short(count) == text


def test_short_bytes() -> None:
    assert [short(count, "B") for count in (40, 12_845_056)] == ["40 B", "12.8 MB"]


# rows


def test_shares_add_up_to_the_network() -> None:
    for column in (PARAMS, MACS, MEMORY):
        assert sum(row.cells[column].share for row in ROWS) == pytest.approx(1)


def test_norm_and_activation_are_folded_into_their_layer() -> None:
    first = ROWS[1]
    assert [row.key for row in ROWS[:4]] == ["input", "features.0", "features.3", "features.6"]
    assert [cell.text for cell in first.cells] == ["features.0", "64 × 32 × 32", "1.86 k", "1.77 M", "262 kB", "r 3"]
    assert first.tip.splitlines()[0] == "features.0: Conv2d, then BatchNorm2d, ReLU"
    assert "1,856 parameters" in first.tip
    assert "jump 1 × 1" in first.tip
    assert "padding 1 × 1" in first.tip


def test_fields_are_a_side_or_all() -> None:
    texts = [row.cells[FIELD].text for row in ROWS]
    assert texts[:5] == ["", "r 3", "r 5", "r 6", "r 10"]
    assert texts[-2:] == ["all", "all"]
    assert "each unit sees the whole input" in ROWS[-1].tip


def test_a_field_that_is_not_known_is_a_dash_that_says_why_and_a_measured_one_is_marked() -> None:
    three = Windowed(3, 1, 1)
    nodes = (
        Node("a", "conv", (Edge("input", (three, three)),), (4, 4), measured=True),
        Node("b", "pool", (Edge("input", (Windowed(2, 2), Windowed(2, 2))),), (2, 2)),
        Node("c", "numpy", (), (4, 4), problem="nobody knows what c takes"),
    )
    layers = tuple(LayerFacts(node.key, node.kind, (1, *node.grid), 0, 0, 64, None) for node in nodes)
    layers += (LayerFacts("d", "elsewhere", (1, 1, 1), 0, 0, 4, None),)
    description = Description((1, 4, 4), 0, 0, layers, Graph((4, 4), nodes))
    shown = [row.cells[FIELD] for row in rows(description, steps(description))[1:]]
    assert [cell.text for cell in shown] == ["r ≈ 3", "r 2", "–", "–"]
    assert shown[0].words.endswith("found by trying")
    assert [cell.words for cell in shown[2:]] == [
        "nobody knows what c takes",
        "no receptive field that is the same for all units",
    ]


def test_a_field_that_is_no_square_names_both_sides() -> None:
    facts = LayerFacts("a", "Conv2d", (1, 4, 4), 0, 0, 64, ReceptiveField(size=(3, 5)))
    description = Description((1, 4, 4), 0, 0, (facts,))
    assert rows(description, steps(description))[1].cells[FIELD].text == "r 3×5"


def test_a_layer_without_costs_has_no_numbers_and_no_bars() -> None:
    pool = ROWS[3]
    assert [pool.cells[column].text for column in (PARAMS, MACS)] == ["", ""]
    assert [pool.cells[column].share for column in (PARAMS, MACS)] == [0, 0]
    assert pool.cells[PARAMS].words == "0 parameters, 0.00 % of the network"


def test_no_network_has_no_rows() -> None:
    assert rows(None, ()) == ()


# what is seen


def test_the_first_row_is_the_input_and_every_cell_has_words(table: LayerTable) -> None:
    assert data(table, 0, LAYER) == "input"
    assert data(table, 0, OUTPUT) == "3 × 32 × 32"
    assert data(table, 1, PARAMS, WORDS) == "1,856 parameters, 0.04 % of the network"
    assert data(table, 1, PARAMS, SHARE_ROLE) == pytest.approx(1856 / NETWORK.parameters)
    assert table.model().headerData(MEMORY, Qt.Orientation.Horizontal, TIP)


@pytest.mark.parametrize("width", [324, 340, 480])
@pytest.mark.parametrize("network", [NETWORK, vgg(224, (64, 128, 256, 512, 512))])
def test_all_columns_fit_without_a_scroll_bar(table: LayerTable, network: Description, width: int) -> None:
    table.resize(width, 200)
    table.show_steps(network, steps(network))
    QApplication.processEvents()
    assert table.horizontalScrollBar().maximum() == 0
    assert sum(table.columnWidth(column) for column in range(len(COLUMNS))) <= table.viewport().width()
    assert not any(map(table.isColumnHidden, range(len(COLUMNS))))


def test_a_narrow_table_leaves_columns_out_and_keeps_names_and_fields(table: LayerTable) -> None:
    table.resize(200, 520)
    QApplication.processEvents()
    hidden = [COLUMNS[column] for column in range(len(COLUMNS)) if table.isColumnHidden(column)]
    assert hidden == ["params", "MACs", "memory"]
    assert table.columnWidth(LAYER) >= 52


def test_rows_are_of_one_height_without_a_grid(table: LayerTable) -> None:
    assert {table.rowHeight(row) for row in range(LAST)} == {22}
    assert not table.showGrid()


def picture(table: LayerTable, row: int, column: int) -> QImage:
    return table.viewport().grab(table.visualRect(table.model().index(row, column))).toImage()


def test_a_bar_is_as_long_as_its_share(table: LayerTable) -> None:
    largest = max(range(1, LAST), key=lambda row: ROWS[row].cells[PARAMS].share)
    image, ground = picture(table, largest, PARAMS), picture(table, 3, PARAMS)
    y = 5  # above the figures, within the bar
    inked = sum(image.pixel(x, y) != ground.pixel(x, y) for x in range(image.width()))
    assert inked == pytest.approx(ROWS[largest].cells[PARAMS].share * (image.width() - 2), abs=1.5)


def test_an_altered_layer_has_a_sign_and_the_word(table: LayerTable) -> None:
    before = picture(table, 2, LAYER)
    table.show_altered(frozenset({"features.3"}))
    assert picture(table, 2, LAYER) != before
    assert data(table, 2, LAYER, ALTERED_ROLE)
    assert "altered" in str(data(table, 2, MACS, TIP))
    assert data(table, 2, LAYER, WORDS) == "layer features.3, altered"
    assert "altered" not in str(data(table, 1, LAYER, WORDS))
    table.show_altered(frozenset())
    assert picture(table, 2, LAYER) == before


def test_an_empty_table_says_what_to_do(table: LayerTable) -> None:
    table.show_steps(None, ())
    empty = table.viewport().grab().toImage()
    assert len({empty.pixel(x, y) for x in range(0, empty.width(), 2) for y in range(0, empty.height(), 2)}) > 1


# what it says


def test_showing_says_nothing(table: LayerTable, said: Said) -> None:
    other = vgg(16, (8, 8))
    table.show_chosen("features.6")
    table.show_steps(other, steps(other))
    table.show_chosen("features.0")
    table.show_altered(frozenset({"features.0"}))
    table.show_steps(None, ())
    assert said.keys == []


def test_the_chosen_layer_stays_chosen_in_another_network(table: LayerTable) -> None:
    other = vgg(16, (8, 8))
    table.show_chosen("features.3")
    table.show_steps(other, steps(other))
    assert marked(table) == [2]
    table.show_chosen("no such layer")
    assert marked(table) == []


def test_a_click_chooses_once(table: LayerTable, said: Said) -> None:
    click(table, 2)
    click(table, 2)
    click(table, 2, Qt.KeyboardModifier.ControlModifier)
    assert said.keys == ["features.3"]
    assert marked(table) == [2]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 22 * len(ROWS) + 30))
    assert marked(table) == [2]


def test_keys_go_from_layer_to_layer(table: LayerTable, said: Said) -> None:
    table.setFocus()
    for key in (
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Up,
        Qt.Key.Key_End,
        Qt.Key.Key_Home,
        Qt.Key.Key_Up,
        Qt.Key.Key_Right,
    ):
        QTest.keyClick(table, key)
    assert said.keys == ["features.0", "features.3", "features.0", ROWS[LAST].key, "input"]


def test_a_choice_that_is_not_taken_can_be_put_back(table: LayerTable, said: Said) -> None:
    click(table, 2)
    table.show_chosen("input")
    assert marked(table) == [0]
    click(table, 2)
    assert said.keys == ["features.3", "features.3"]


def test_coming_by_tab_chooses_nothing_and_tab_leaves(table: LayerTable, said: Said) -> None:
    table.show_chosen("")
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert not table.tabKeyNavigation()
    assert said.keys == []


def test_it_has_a_name(table: LayerTable) -> None:
    assert table.accessibleName() == "Layers"


def test_the_same_steps_again_change_nothing(table: LayerTable) -> None:
    resets: list[None] = []
    table.model().modelReset.connect(lambda: resets.append(None))
    table.show_steps(NETWORK, tuple(Step(s.facts, s.before, s.after, s.activation) for s in steps(NETWORK)))
    assert resets == []
