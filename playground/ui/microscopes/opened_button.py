"""The button that opens the layer on screen into its gates."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget


class GatesButton(QPushButton):
    """In the header of every microscope. Where nothing can be opened it is off, and says why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Open into gates", parent)
        self.setProperty("quiet", True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.allow("")

    def allow(self, why_not: str) -> None:
        """Let it be pressed, unless there is a reason against it."""
        self.setEnabled(not why_not)
        self.setToolTip(
            why_not or "Draw how the number in focus is made of single gates, with the gradient on every wire (G)"
        )
        self.setAccessibleName("Open into gates" if not why_not else f"Open into gates: {why_not}")
