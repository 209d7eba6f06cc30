"""Copying numbers and texts: exactly, by menu or key, and said to have been done."""

from __future__ import annotations

from typing import SupportsFloat

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from playground.ui.widgets.numbers import MINUS, exact


def exact_for_copying(value: SupportsFloat) -> str:
    """All digits, in a form that a spreadsheet or a program reads: no real minus sign."""
    return exact(value).replace(MINUS, "-").replace("∞", "inf")


def copy_text(text: str, position: QPoint | None = None) -> None:
    """Put a text on the clipboard; at a position of the screen it is said what was copied."""
    QGuiApplication.clipboard().setText(text)
    if position is not None:
        first, *rest = text.splitlines() or [""]
        QToolTip.showText(position, f"Copied: {first if len(first) < 60 else first[:57] + '…'}{' …' if rest else ''}")


def offer_copy(parent: QWidget, value: SupportsFloat, position: QPoint) -> None:
    """The menu of a number, at a position of the screen."""
    text = exact_for_copying(value)
    menu = QMenu(parent)
    menu.addAction(f"Copy {text}", lambda: copy_text(text, position))
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(position)
