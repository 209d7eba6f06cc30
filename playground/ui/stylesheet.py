"""The short style sheet on top of Fusion: fields, buttons, menus, bars and headers as in the mockups.

Properties that a widget may carry to choose a variant (set them before the widget is shown):

- ``primary``, ``quiet``, ``danger`` (QPushButton): the one call to action; no ground until hovered; does harm.
- ``invalid`` (fields): red outline. ``prose`` (QLineEdit, QComboBox): text instead of numbers.
- ``bare`` (QCheckBox): it has no text.
- ``card``, ``well`` (QFrame): a raised box, a sunken box. ``hairline`` (QFrame): a line.
- ``ground`` (QWidget): "window", "panel" or "canvas"; a plain QWidget needs WA_StyledBackground too.
- ``tone`` (QLabel): the role of its colour, one of `TONES`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from playground.assets import MissingAsset, asset
from playground.ui.fonts import MONO_FAMILIES, TEXT_FAMILIES, size

if TYPE_CHECKING:
    from playground.ui.theme import Theme

log = logging.getLogger(__name__)

FIELD_HEIGHT = 26
RADIUS = 6
TONES = {  # what a label's colour says: the theme's role that gives it
    "muted": "muted",
    "disabled": "disabled",
    "link": "link",
    "success": "success",
    "warning": "warning",
    "danger": "danger",
    "highlight": "highlight_text",
    "positive": "positive_text",
    "negative": "negative_text",
}


def style_sheet(theme: Theme) -> str:
    """The whole style sheet in the colours of `theme`."""
    parts = (_grounds, _labels, _fields, _choices, _buttons, _checks, _sliders, _menus, _tabs, _tables, _scrolling)
    return "\n".join(part(theme) for part in parts)


def _picture(theme: Theme, name: str) -> str:
    try:
        return f'url("{asset(f"icons/controls/{name}-{theme.name}.svg").as_posix()}")'
    except MissingAsset as missing:  # an arrow less is no reason not to open the window
        log.warning("%s", missing)
        return "none"


def _families(families: list[str]) -> str:
    return ", ".join(f'"{family}"' for family in families)


def _grounds(theme: Theme) -> str:
    return f"""
    QWidget[ground="window"] {{ background: {theme.window}; }}
    QWidget[ground="panel"] {{ background: {theme.panel}; }}
    QWidget[ground="canvas"] {{ background: {theme.canvas}; }}
    QMainWindow, QDialog {{ background: {theme.panel}; }}
    QMainWindow::separator {{ background: {theme.border}; width: 1px; height: 1px; }}
    QFrame[card="true"] {{ background: {theme.raised}; border: 1px solid {theme.border}; border-radius: 8px; }}
    QFrame[well="true"] {{ background: {theme.field}; border: 1px solid {theme.border}; border-radius: 8px; }}
    QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border_strong};
        padding: 5px 7px; font-size: {size("small")}px; }}
    QFrame[hairline="true"] {{ background: {theme.border}; border: none; }}
    QSplitter::handle {{ background: {theme.border}; }}
    QSplitter::handle:hover {{ background: {theme.focus}; }}
    QSplitter::handle:horizontal {{ width: 1px; }}
    QSplitter::handle:vertical {{ height: 1px; }}
    QGroupBox {{ border: 1px solid {theme.border}; border-radius: 8px; margin-top: 14px; padding: 10px; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 10px; color: {theme.muted}; }}
    QStatusBar {{ background: {theme.window}; color: {theme.muted}; border-top: 1px solid {theme.border}; }}
    QStatusBar::item {{ border: none; }}
    """


def _labels(theme: Theme) -> str:
    tones = [f'QLabel[tone="{tone}"] {{ color: {getattr(theme, role)}; }}' for tone, role in TONES.items()]
    disabled = f"QLabel:disabled {{ color: {theme.disabled}; }}"
    return "\n".join(["QLabel { background: transparent; }", *tones, disabled])


def _fields(theme: Theme) -> str:
    mono = f"font-family: {_families(MONO_FAMILIES)}; font-size: {size('mono')}px"
    prose = f"font-family: {_families(TEXT_FAMILIES)}; font-size: {size('body')}px"
    return f"""
    QLineEdit, QSpinBox, QDoubleSpinBox, QAbstractSpinBox {{
        background: {theme.field}; color: {theme.text}; border: 1px solid {theme.border}; border-radius: {RADIUS}px;
        padding: 0 8px; min-height: {FIELD_HEIGHT - 2}px; {mono};
        selection-background-color: {theme.accent}; selection-color: {theme.accent_text}; }}
    QLineEdit[prose="true"] {{ {prose}; }}
    QLineEdit:hover, QAbstractSpinBox:hover {{ border-color: {theme.border_strong}; }}
    QLineEdit:focus, QAbstractSpinBox:focus {{ border-color: {theme.focus}; }}
    QLineEdit:disabled, QAbstractSpinBox:disabled {{ background: transparent; color: {theme.disabled}; }}
    QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QComboBox[invalid="true"] {{
        border-color: {theme.danger_border}; background: {theme.danger_ground}; }}
    QAbstractSpinBox {{ padding-right: 4px; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{
        subcontrol-origin: border; width: 17px; border: none; background: transparent; margin-right: 2px; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; margin-top: 2px; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; margin-bottom: 2px; }}
    QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{
        background: {theme.button}; border-radius: 3px; }}
    QAbstractSpinBox::up-arrow {{ image: {_picture(theme, "up")}; width: 9px; height: 9px; }}
    QAbstractSpinBox::down-arrow {{ image: {_picture(theme, "down")}; width: 9px; height: 9px; }}
    QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::down-arrow:off,
    QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::down-arrow:disabled {{ image: none; }}
    QPlainTextEdit, QTextEdit, QTextBrowser {{
        background: {theme.field}; color: {theme.text}; border: 1px solid {theme.border}; border-radius: {RADIUS}px;
        selection-background-color: {theme.accent}; selection-color: {theme.accent_text}; padding: 4px; }}
    QPlainTextEdit:focus, QTextEdit:focus {{ border-color: {theme.focus}; }}
    """


def _choices(theme: Theme) -> str:
    mono = f"font-family: {_families(MONO_FAMILIES)}; font-size: {size('mono')}px"
    prose = f"font-family: {_families(TEXT_FAMILIES)}; font-size: {size('body')}px"
    return f"""
    QComboBox {{ background: {theme.field}; color: {theme.text}; border: 1px solid {theme.border};
        border-radius: {RADIUS}px; padding: 0 4px 0 10px; min-height: {FIELD_HEIGHT - 2}px; {mono};
        combobox-popup: 0; }}
    QComboBox[prose="true"] {{ {prose}; }}
    QComboBox:hover {{ border-color: {theme.border_strong}; }}
    QComboBox:focus, QComboBox:on {{ border-color: {theme.focus}; }}
    QComboBox:disabled {{ color: {theme.disabled}; background: transparent; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: {_picture(theme, "down")}; width: 9px; height: 9px; }}
    QComboBox::down-arrow:disabled {{ image: none; }}
    QComboBox QAbstractItemView {{ background: {theme.raised}; color: {theme.text}; outline: none;
        border: 1px solid {theme.border_strong}; padding: 4px;
        selection-background-color: {theme.selection}; selection-color: {theme.text}; }}
    QComboBox QAbstractItemView::item {{ min-height: 24px; padding: 0 6px; border-radius: 4px; }}
    """


def _buttons(theme: Theme) -> str:
    return f"""
    QPushButton {{ background: {theme.button}; color: {theme.text}; border: 1px solid {theme.button};
        border-radius: {RADIUS}px; padding: 0 12px; min-height: {FIELD_HEIGHT}px; outline: none; }}
    QPushButton:hover {{ background: {theme.button_hover}; border-color: {theme.button_hover}; }}
    QPushButton:pressed, QPushButton:checked {{ background: {theme.selection}; border-color: {theme.selection}; }}
    QPushButton:focus {{ border-color: {theme.focus}; }}
    QPushButton:disabled {{ color: {theme.disabled}; background: transparent; border-color: {theme.border}; }}
    QPushButton[primary="true"] {{ background: {theme.accent}; border-color: {theme.accent};
        color: {theme.accent_text}; font-weight: 500; }}
    QPushButton[primary="true"]:hover {{ background: {theme.accent_hover}; border-color: {theme.accent_hover}; }}
    QPushButton[primary="true"]:focus {{ border-color: {theme.highlight}; }}
    QPushButton[primary="true"]:disabled {{ background: {theme.button}; border-color: {theme.button};
        color: {theme.disabled}; }}
    QPushButton[danger="true"] {{ background: {theme.danger_ground}; border-color: {theme.danger_border};
        color: {theme.danger}; }}
    QPushButton[quiet="true"] {{ background: transparent; border-color: transparent; color: {theme.muted}; }}
    QPushButton[quiet="true"]:hover {{ background: {theme.button}; color: {theme.text}; }}
    QPushButton[quiet="true"]:focus {{ border-color: {theme.focus}; color: {theme.text}; }}
    QPushButton::menu-indicator {{ image: {_picture(theme, "down")}; width: 9px; height: 9px;
        subcontrol-origin: padding; subcontrol-position: center right; right: 6px; }}
    QToolButton {{ background: transparent; color: {theme.text}; border: 1px solid transparent;
        border-radius: {RADIUS}px; padding: 4px; }}
    QToolButton:hover {{ background: {theme.button}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {theme.selection}; }}
    QToolButton:focus {{ border-color: {theme.focus}; }}
    QToolButton:disabled {{ color: {theme.disabled}; }}
    QToolButton::menu-indicator {{ image: none; }}
    """


def _checks(theme: Theme) -> str:
    return f"""
    QCheckBox, QRadioButton {{ color: {theme.text}; spacing: 8px; outline: none; min-height: 20px; }}
    QCheckBox[bare="true"] {{ spacing: 0; }}
    QCheckBox:disabled, QRadioButton:disabled {{ color: {theme.disabled}; }}
    QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {{ width: 15px; height: 15px;
        background: {theme.field}; border: 1px solid {theme.border_strong}; border-radius: 4px; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:hover, QRadioButton::indicator:hover,
    QCheckBox::indicator:focus, QRadioButton::indicator:focus {{ border-color: {theme.focus}; }}
    QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {{ background: {theme.accent};
        border-color: {theme.accent}; image: {_picture(theme, "check")}; }}
    QCheckBox::indicator:indeterminate {{ background: {theme.accent}; border-color: {theme.accent};
        image: {_picture(theme, "dash")}; }}
    QRadioButton::indicator:checked {{ background: {theme.accent}; border-color: {theme.accent};
        image: {_picture(theme, "dot")}; }}
    QCheckBox::indicator:checked:focus, QRadioButton::indicator:checked:focus {{ border-color: {theme.text}; }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {theme.panel};
        border-color: {theme.border}; }}
    QCheckBox::indicator:checked:disabled, QRadioButton::indicator:checked:disabled {{
        background: {theme.border_strong}; }}
    """


def _sliders(theme: Theme) -> str:
    knob = "#ffffff"
    return f"""
    QSlider {{ min-height: 20px; border: none; }}
    QSlider:vertical {{ min-width: 20px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {theme.button}; }}
    QSlider::groove:vertical {{ width: 4px; border-radius: 2px; background: {theme.button}; }}
    QSlider::sub-page:horizontal, QSlider::add-page:vertical {{ background: {theme.accent}; border-radius: 2px; }}
    QSlider::handle {{ background: {knob}; border: 1px solid {theme.border_strong}; border-radius: 7px;
        width: 12px; height: 12px; }}
    QSlider::handle:horizontal {{ margin: -5px 0; }}
    QSlider::handle:vertical {{ margin: 0 -5px; }}
    QSlider::handle:hover, QSlider::handle:focus {{ border: 2px solid {theme.focus};
        width: 10px; height: 10px; }}
    QSlider::sub-page:horizontal:disabled, QSlider::add-page:vertical:disabled {{ background: {theme.border_strong}; }}
    QSlider::handle:disabled {{ background: {theme.disabled}; }}
    QProgressBar {{ background: {theme.button if not theme.is_dark else theme.field}; border: none; border-radius: 3px;
        min-height: 6px; max-height: 6px; text-align: center; color: transparent; }}
    QProgressBar::chunk {{ background: {theme.accent}; border-radius: 3px; }}
    """


def _menus(theme: Theme) -> str:
    return f"""
    QMenuBar {{ background: {theme.window}; color: {theme.text}; }}
    QMenuBar::item {{ padding: 4px 9px; border-radius: {RADIUS}px; background: transparent; }}
    QMenuBar::item:selected {{ background: {theme.button}; }}
    QMenu {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border_strong};
        padding: 5px; }}
    QMenu::item {{ padding: 5px 26px 5px 10px; border-radius: 4px; background: transparent; }}
    QMenu::item:selected {{ background: {theme.selection}; }}
    QMenu::item:disabled {{ color: {theme.disabled}; }}
    QMenu::separator {{ height: 1px; background: {theme.border}; margin: 5px 8px; }}
    QMenu::icon {{ padding-left: 8px; }}
    QMenu::indicator {{ width: 13px; height: 13px; left: 6px; }}
    QMenu::indicator:checked {{ image: {_picture(theme, "tick")}; }}
    QMenu::right-arrow {{ image: {_picture(theme, "right")}; width: 9px; height: 9px; }}
    """


def _tabs(theme: Theme) -> str:
    return f"""
    QTabWidget::pane {{ border: none; }}
    QTabBar {{ background: transparent; qproperty-drawBase: 0; qproperty-expanding: 0; font-size: {size("body")}px; }}
    QTabBar::tab {{ background: transparent; color: {theme.muted}; border: none; outline: none;
        border-bottom: 2px solid transparent; padding: 5px 3px; margin-right: 16px; }}
    QTabBar::tab:hover {{ color: {theme.text}; }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}
    QTabBar::tab:selected:focus {{ border-bottom-color: {theme.highlight}; }}
    QTabBar::tab:disabled {{ color: {theme.disabled}; }}
    """


def _tables(theme: Theme) -> str:
    return f"""
    QAbstractItemView {{ background: transparent; color: {theme.text}; border: none; outline: none;
        alternate-background-color: transparent; gridline-color: {theme.border};
        selection-background-color: {theme.selection}; selection-color: {theme.text}; }}
    QTableView, QTreeView, QListView {{ border: 1px solid transparent; border-radius: {RADIUS}px; }}
    QTableView:focus, QTreeView:focus, QListView:focus {{ border-color: {theme.focus}; }}
    QTableView::item {{ padding: 0 6px; border: none; }}
    QTreeView::item {{ min-height: 24px; }}
    QAbstractItemView::item:hover {{ background: {theme.raised}; }}
    QAbstractItemView::item:selected {{ background: {theme.selection}; color: {theme.text}; }}
    QHeaderView {{ background: transparent; border: none; }}
    QHeaderView::section {{ background: {theme.panel}; color: {theme.muted}; border: none;
        border-bottom: 1px solid {theme.border}; padding: 4px 6px; font-weight: 500;
        font-size: {size("small")}px; }}
    QTableCornerButton::section {{ background: {theme.panel}; border: none; }}
    """


def _scrolling(theme: Theme) -> str:
    return f"""
    QScrollArea {{ border: none; background: transparent; }}
    QScrollArea > QWidget > QWidget[ground=""] {{ background: transparent; }}
    QScrollBar {{ background: transparent; border: none; margin: 0; }}
    QScrollBar:vertical {{ width: 10px; }}
    QScrollBar:horizontal {{ height: 10px; }}
    QScrollBar::handle {{ background: {theme.button_hover}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 28px; }}
    QScrollBar::handle:horizontal {{ min-width: 28px; }}
    QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {theme.border_strong}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; background: none; border: none; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QAbstractScrollArea::corner {{ background: transparent; }}
    """
