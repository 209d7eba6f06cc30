"""A switch between the pages of a microscope that works by keyboard, and does not keep the keys after a click."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from playground.ui.widgets.segmented import SegmentedSwitch

_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


class PageSwitch(SegmentedSwitch):
    """Who comes to it by Tab chooses with the arrows; after a click the arrows step through the network again."""

    def __init__(self, items: Sequence[str], name: str, parent: QWidget | None = None) -> None:
        super().__init__(items, name, parent)
        for segment in self.findChildren(QAbstractButton):
            segment.clicked.connect(self._give_keyboard_back)

    def _give_keyboard_back(self) -> None:
        owner = self.parentWidget()
        while owner is not None and owner.focusPolicy() == Qt.FocusPolicy.NoFocus:
            owner = owner.parentWidget()
        if owner is not None:
            owner.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """The arrows are for the switch while the keyboard is on it, not for the mode around it."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and Qt.Key(event.key()) in _KEYS:
            event.accept()
            return True
        return super().event(event)
