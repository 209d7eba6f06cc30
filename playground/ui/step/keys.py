"""The keys of a mode: they act while the keyboard is anywhere within it, but not in a field that needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QSlider, QWidget


def bind_keys(owner: QWidget, actions: Mapping[Qt.Key | QKeySequence, Callable[[], object]]) -> None:
    """Let keys act while `owner` or a widget within it has the keyboard."""
    for key, action in actions.items():
        shortcut = QShortcut(QKeySequence(key), owner)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(action)


def has_field_focus() -> bool:
    """Whether the keyboard is in a field, where arrows, Space, Home and End have a meaning of their own."""
    return isinstance(QApplication.focusWidget(), QComboBox | QAbstractSpinBox | QLineEdit | QSlider)
