"""Windows of which there is one at a time: asked for again, the one that is open comes to the front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def show_one(kind: type[W], parent: QWidget, make: Callable[[], W]) -> W:
    """The window of this kind over `parent`, in front: the one that is open, or what `make` gives.

    It is deleted when it is closed.
    """
    found = next((window for window in parent.findChildren(kind) if window.isVisible()), None)
    if found is None:
        found = make()
        found.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    found.show()
    found.raise_()
    found.activateWindow()
    return found
