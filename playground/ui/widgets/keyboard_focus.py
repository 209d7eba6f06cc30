"""Where the keyboard goes when a panel is entered by a key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QTabBar, QWidget

_FIELDS = (QAbstractSpinBox, QComboBox, QLineEdit, QAbstractButton, QTabBar)


def first_field(panel: QWidget) -> QWidget | None:
    """The first field, button or row of tabs in a panel that the Tab key would reach; None if there is none."""
    current = panel.nextInFocusChain()
    while current is not None and current is not panel:
        if isinstance(current, _FIELDS) and panel.isAncestorOf(current) and _can_be_reached(current):
            return current
        current = current.nextInFocusChain()
    return None


def _can_be_reached(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
    return by_tab and widget.isVisible() and widget.isEnabled()
