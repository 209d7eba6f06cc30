"""Tool tips that a widget words by what lies under the pointer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip, QWidget


def tell_words(widget: QWidget, event: QEvent, words_at: Callable[[QPoint], str]) -> bool:
    """Whether the event asked for a tool tip; then the words at its place are shown, or none where there are none."""
    if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
        return False
    words = words_at(event.pos())
    if words:
        QToolTip.showText(event.globalPos(), words, widget)
    else:
        QToolTip.hideText()
    return True
