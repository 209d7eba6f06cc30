"""The doors to the windows of runs and sweeps, which are imported when they are first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.ui.session import Session
    from playground.ui.train.controller import TrainingController


def show_runs(session: Session, training: TrainingController, window: QWidget) -> None:
    """Show all runs in a window of their own."""
    from playground.ui.train.runs.window import RunsWindow

    RunsWindow.show_over(session, training, window)


def show_sweep(session: Session, training: TrainingController, window: QWidget) -> None:
    """Choose what to sweep over in a window of its own."""
    from playground.ui.train.runs.sweep_window import SweepWindow

    SweepWindow.show_over(session, training, window)
