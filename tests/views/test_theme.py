"""Colours that can be read, and icons that exist."""

import re
from dataclasses import asdict
from itertools import product

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from inspector.core import resources
from inspector.core.state import Theme
from inspector.views import theme
from inspector.views.icons import icon
from inspector.views.style_sheet import style_sheet
from inspector.views.widgets.icon_button import IconButton
from inspector.views.widgets.weight_cell import tint

PALETTES = pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
READABLE = 4.5  # WCAG 2.2, 1.4.3


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.fixture
def app(qapp):
    before = qapp.palette(), qapp.font(), qapp.styleSheet()
    yield qapp
    qapp.setPalette(before[0])
    qapp.setFont(before[1])
    qapp.setStyleSheet(before[2])


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@PALETTES
def test_every_text_can_be_read_on_every_background(palette):
    worst = min((contrast(text, ground), text, ground) for text, ground in product(palette.texts, palette.backgrounds))
    assert worst[0] >= READABLE, worst
    assert contrast(palette.on_accent, palette.accent) >= READABLE


@PALETTES
@pytest.mark.parametrize("share", [-1, -0.5, 0, 0.5, 1])
def test_weights_can_be_read_on_their_tint(palette, share):
    assert contrast(palette.text, tint(palette, share).name()) >= READABLE


@PALETTES
def test_the_greys_are_neutral(palette):
    for colour in palette.backgrounds:
        channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert max(channels) - min(channels) <= 8


def test_three_text_sizes_and_no_colour_of_its_own():
    sheet = style_sheet(asdict(theme.DARK), 10)
    assert set(re.findall(r"font-size: (\S+)pt", sheet)) == {"8.5", "12.0"}  # and the application's own
    assert set(re.findall(r"#[0-9a-f]{6}", sheet)) <= set(asdict(theme.DARK).values())


@pytest.mark.parametrize(
    ("chosen", "scheme", "palette"),
    [
        (Theme.LIGHT, Qt.ColorScheme.Dark, theme.LIGHT),
        (Theme.DARK, Qt.ColorScheme.Light, theme.DARK),
        (Theme.SYSTEM, Qt.ColorScheme.Dark, theme.DARK),
        (Theme.SYSTEM, Qt.ColorScheme.Light, theme.LIGHT),
        (Theme.SYSTEM, Qt.ColorScheme.Unknown, theme.LIGHT),
    ],
)
def test_the_system_counts_only_where_it_was_asked(chosen, scheme, palette):
    assert theme.resolved(chosen, scheme) is palette


@pytest.mark.parametrize(("chosen", "palette"), [(Theme.LIGHT, theme.LIGHT), (Theme.DARK, theme.DARK)])
def test_applying_colours_the_application(app, qtbot, chosen, palette):
    assert theme.apply(app, chosen) is palette
    assert QApplication.palette().color(QPalette.ColorRole.Window).name() == palette.panel
    assert palette.accent in app.styleSheet()
    assert app.font().featureValue(QFont.Tag("tnum")) == 1
    widget = QWidget()
    qtbot.addWidget(widget)
    assert theme.colours_of(widget) is palette


def test_applying_twice_changes_nothing_more(app):
    theme.apply(app, Theme.DARK)
    font, sheet = app.font(), app.styleSheet()
    theme.apply(app, Theme.DARK)
    assert (app.font(), app.styleSheet()) == (font, sheet)


def strongest(drawn: QColor, colour: str) -> bool:
    wanted = QColor(colour)
    return all(abs(a - b) <= 2 for a, b in zip(drawn.getRgb()[:3], wanted.getRgb()[:3], strict=True))


@pytest.mark.parametrize("size", [16, 24, 32, 64])
def test_an_icon_is_drawn_in_the_colour_asked_for_at_every_size(qapp, size):
    image = icon("plus", "#ff0000").pixmap(QSize(size, size), 1.0).toImage()
    assert (image.width(), image.height()) == (size, size)
    opaque = [image.pixelColor(x, y) for x in range(size) for y in range(size) if image.pixelColor(x, y).alpha() > 200]
    assert opaque
    assert all(strongest(colour, "#ff0000") for colour in opaque)


def test_every_icon_of_the_project_can_be_drawn(qapp):
    for path in sorted(resources.folder().glob("icons/*.svg")):
        image = icon(path.stem, "#000000").pixmap(32).toImage()
        assert any(image.pixelColor(x, y).alpha() for x in range(32) for y in range(32)), path.stem


def test_an_icon_that_does_not_exist_is_an_error(qapp):
    with pytest.raises(ValueError, match="no icon 'nothing'"):
        icon("nothing", "#000000")


def test_a_button_follows_the_theme(app, qtbot):
    theme.apply(app, Theme.LIGHT)
    button = IconButton("plus", "More")
    qtbot.addWidget(button)
    before = button.icon().pixmap(16).toImage()
    theme.apply(app, Theme.DARK)
    assert button.icon().pixmap(16).toImage() != before
