"""The doors to the loss landscape and the optimizer race, whose windows are imported when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.ui.session import Session
    from playground.ui.train.controller import TrainingController


def show_landscape(session: Session, controller: TrainingController, window: QWidget) -> None:
    """Open the window of the loss landscape, or show the one that is open."""
    from playground.ui.train.relief.landscape_window import open_landscape

    open_landscape(session, controller, window)


def show_race(session: Session, controller: TrainingController, window: QWidget) -> None:
    """Open the window of the optimizer race, or show the one that is open."""
    from playground.ui.train.relief.race_window import open_race

    open_race(session, controller, window)
