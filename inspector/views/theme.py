"""The colours and text sizes of the window: neutral greys, one accent, light and dark."""

from dataclasses import asdict, dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from inspector.core.state import Theme
from inspector.views.style_sheet import style_sheet

GRID = 8  # pixels; margins and gaps are this or half of it


@dataclass(frozen=True)
class Palette:
    """Colours as ``#rrggbb``. Every text colour reads on every background (WCAG contrast 4.5 at least)."""

    window: str  # background: behind everything
    panel: str  # background: the side columns
    raised: str  # background: buttons, tiles
    field: str  # background: what can be typed into
    line: str  # borders
    text: str  # text
    muted: str  # text: labels and explanations
    accent: str  # what is chosen, and the keyboard focus
    on_accent: str  # text on the accent
    positive: str  # text: positive numbers
    negative: str  # text: negative numbers
    warning: str  # text: what needs attention
    picture: str  # behind pictures

    @property
    def texts(self) -> tuple[str, ...]:
        """The colours that text is written in."""
        return self.text, self.muted, self.positive, self.negative, self.warning

    @property
    def backgrounds(self) -> tuple[str, ...]:
        """The colours that text stands on."""
        return self.window, self.panel, self.raised, self.field, self.picture


LIGHT = Palette(
    window="#f0f0f2", panel="#f8f8f9", raised="#e9e9ec", field="#ffffff", line="#c6c8cd",
    text="#1d1e21", muted="#5a5e66", accent="#3d6fb4", on_accent="#ffffff",
    positive="#b3261e", negative="#1f5fae", warning="#855000", picture="#dedfe3",
)  # fmt: skip
DARK = Palette(
    window="#1a1b1e", panel="#232428", raised="#2e3036", field="#17181b", line="#43464d",
    text="#e6e7ea", muted="#a6aab2", accent="#3d6fb4", on_accent="#ffffff",
    positive="#ff8a80", negative="#82b1ff", warning="#f2b35e", picture="#111214",
)  # fmt: skip


def resolved(theme: Theme, scheme: Qt.ColorScheme) -> Palette:
    """The colours of ``theme``; the system's choice counts for ``Theme.SYSTEM`` and is light where unknown."""
    dark = theme is Theme.DARK or (theme is Theme.SYSTEM and scheme is Qt.ColorScheme.Dark)
    return DARK if dark else LIGHT


def apply(app: QApplication, theme: Theme) -> Palette:
    """Colour the whole application and return the colours that were taken.

    To follow the system while the program runs, call it again at ``styleHints().colorSchemeChanged``.
    """
    _tell_system(theme)
    palette = resolved(theme, QGuiApplication.styleHints().colorScheme())
    if not app.styleSheet():  # the first time; afterwards Qt's own style hides behind the sheet
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setPalette(qt_palette(palette))
    app.setFont(tabular(app.font()))
    sheet = style_sheet(asdict(palette), app.font().pointSizeF())
    if sheet != app.styleSheet():  # Qt styles every widget anew, which takes a tenth of a second
        app.setStyleSheet(sheet)
    return palette


def _tell_system(theme: Theme) -> None:
    """Let the frame and the menus that the system draws follow the theme too."""
    scheme = {Theme.LIGHT: Qt.ColorScheme.Light, Theme.DARK: Qt.ColorScheme.Dark, Theme.SYSTEM: Qt.ColorScheme.Unknown}
    QGuiApplication.styleHints().setColorScheme(scheme[theme])


def tabular(font: QFont) -> QFont:
    """The same font with figures of one width, so that numbers do not jitter."""
    font = QFont(font)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def qt_palette(colours: Palette) -> QPalette:
    """The colours in the roles that Qt's own widgets read."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in {
        role.Window: colours.panel, role.WindowText: colours.text,
        role.Base: colours.field, role.AlternateBase: colours.raised, role.Text: colours.text,
        role.Button: colours.raised, role.ButtonText: colours.text, role.BrightText: colours.warning,
        role.Mid: colours.line, role.Midlight: colours.raised, role.Dark: colours.line, role.Light: colours.raised,
        role.Highlight: colours.accent, role.HighlightedText: colours.on_accent, role.Accent: colours.accent,
        role.Link: colours.negative, role.PlaceholderText: colours.muted,
        role.ToolTipBase: colours.raised, role.ToolTipText: colours.text,
    }.items():  # fmt: skip
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, _faded(colours))
    return palette


def _faded(colours: Palette) -> QColor:
    """The text of what cannot be used now: half way between muted text and its background."""
    near, far = QColor(colours.muted), QColor(colours.panel)
    return QColor((near.red() + far.red()) // 2, (near.green() + far.green()) // 2, (near.blue() + far.blue()) // 2)


def colours_of(widget: QWidget) -> Palette:
    """The colours that ``widget`` is drawn in, for those that paint themselves."""
    text = widget.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)  # a style sheet may clear the grounds
    return DARK if text.lightness() > 128 else LIGHT
