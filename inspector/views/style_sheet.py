"""The one style sheet: what Qt's palette cannot say."""

from collections.abc import Mapping
from string import Template

SMALL, LARGE = 0.85, 1.2  # text sizes relative to the font of the application

_SHEET = Template("""
QLabel[role="heading"] { color: $muted; font-size: ${small}pt; font-weight: 600; }
QLabel[role="muted"] { color: $muted; font-size: ${small}pt; }
QLabel[role="warning"] { color: $warning; font-size: ${small}pt; }
QLabel[role="title"] { font-size: ${large}pt; font-weight: 600; }
QPushButton, QToolButton {
    background: $raised; border: 1px solid $line; border-radius: 4px; padding: 3px 8px; min-height: 18px; }
QPushButton#compact { padding: 0 8px; min-height: 0; }
QToolButton { padding: 3px 4px; }
QToolButton[popupMode="2"] { padding-right: 12px; }
QPushButton:hover, QToolButton:hover { border-color: $muted; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:pressed, QToolButton:pressed { background: $field; }
QPushButton:checked, QToolButton:checked { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton:checked:focus, QToolButton:checked:focus { border-color: $text; }
QPushButton:disabled, QToolButton:disabled { background: $panel; }
QPushButton:checked:disabled, QToolButton:checked:disabled { background: $line; color: $text; border-color: $line; }
QLineEdit, QPlainTextEdit, QListView, QTableView {
    background: $field; border: 1px solid $line; border-radius: 4px; }
QFrame#messageBar { background: $raised; border: 1px solid $muted; border-radius: 4px; }
QFrame#messageBar[severity="error"] { border-color: $warning; }
QLabel#kernelPicture { background: $field; border: 1px solid $line; border-radius: 4px; }
Tiles, WeightGrid { background: transparent; border: none; }
QLineEdit { padding: 3px 6px; min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QListView:focus, QTableView:focus { border-color: $accent; }
QLineEdit:disabled { background: $panel; }
QLineEdit[invalid="true"] { color: $warning; border-color: $warning; }
QLineEdit#cell { padding: 0; min-height: 0; border-width: 2px; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px; }
""")


def style_sheet(colours: Mapping[str, str], points: float) -> str:
    """The sheet in ``colours`` (the fields of ``theme.Palette``) around a text size of ``points``."""
    return _SHEET.substitute(colours, small=f"{points * SMALL:.1f}", large=f"{points * LARGE:.1f}")
