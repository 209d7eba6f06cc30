"""What the main window asks of a mode."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Mode(QWidget):
    """One of the ways to look at the network. The window tells it when it is shown."""

    build_requested = Signal()
    """Something has to be put right in Build first, and the user asked to go there."""

    def activate(self) -> None:
        """The mode is shown now."""

    def deactivate(self) -> None:
        """Another mode is shown now."""
