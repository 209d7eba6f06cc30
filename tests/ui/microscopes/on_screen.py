"""A microscope in a window of its own, without Step mode around it."""

from __future__ import annotations

from typing import TypeVar

from pytestqt.qtbot import QtBot

from playground.ui.microscopes.base import Microscope, Scene

M = TypeVar("M", bound=Microscope)


def on_screen(scope: M, scene: Scene, qtbot: QtBot) -> M:
    """Show a scene in it, as large as in a window of 1440 × 900."""
    qtbot.addWidget(scope)
    scope.resize(1400, 690)
    scope.show()
    scope.show_scene(scene)
    scope.grab()
    return scope
