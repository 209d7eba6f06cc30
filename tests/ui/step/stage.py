"""Opens Step mode on a network and waits until its step is recorded."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode

OpenSession = Callable[[Experiment], Session]


def open_step(session: Session, qtbot: QtBot, width: int = 1440, height: int = 854) -> StepMode:
    """Step mode on screen, with the first round recorded."""
    mode = StepMode(session)
    qtbot.addWidget(mode)
    mode.resize(width, height)
    mode.show()
    mode.activate()
    qtbot.waitUntil(lambda: mode.round is not None, timeout=30_000)
    return mode


def go(mode: StepMode, node: str | None, phase: str = "forward") -> None:
    """Show the station of a layer, laid out."""
    assert mode.round is not None
    moments = mode.round.trace.moments
    mode.go_to(next(i for i, moment in enumerate(moments) if (moment.node, moment.phase) == (node, phase)))
    QCoreApplication.sendPostedEvents()


def shown(mode: StepMode) -> tuple[str, str | None]:
    """Phase and layer of the station on screen."""
    assert mode.round is not None
    moment = mode.round.trace.moments[mode.index]
    return moment.phase, moment.node
