"""Push buttons with an icon, in the four kinds that the window uses."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from playground.ui.widgets.icons import icon

ButtonKind = Literal["plain", "primary", "quiet", "danger"]

_ICON_ROLES = {"plain": "text", "primary": "accent_text", "quiet": "muted", "danger": "danger"}


class IconButton(QPushButton):
    """A push button with an icon before its text, or with the icon alone; `tip` is the tooltip and the spoken name."""

    def __init__(
        self,
        icon_name: str,
        text: str = "",
        tip: str = "",
        kind: ButtonKind = "plain",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind: ButtonKind = kind
        if kind != "plain":
            self.setProperty(kind, True)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(15, 15))
        self.set_look(icon_name, text)

    def set_look(self, icon_name: str, text: str = "", tip: str = "") -> None:
        """Change icon, text and (if given) tooltip at once: Play becomes Pause."""
        self.setIcon(icon(icon_name, _ICON_ROLES[self._kind]))
        self.setText(f"\N{THIN SPACE}{text}" if text else "")  # the style leaves too little room after the icon
        if tip:
            self.setToolTip(tip)
        self.setAccessibleName(text or self.toolTip())


def icon_tool_button(icon_name: str, tip: str, size: int = 16, parent: QWidget | None = None) -> QToolButton:
    """A flat button with an icon alone, for tool bars and corners; `tip` is the tooltip and the spoken name."""
    button = QToolButton(parent)
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(size, size))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    return button
