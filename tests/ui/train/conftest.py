"""A session with a training controller whose engine runs in a thread, so that no test waits for a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.train.process import EngineThread
from playground.train.runs.store import RunStore
from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.training_worker import TrainingWorker

LIMIT = 30_000


@dataclass
class Trainer:
    """What a test of training has in hand."""

    session: Session
    controller: TrainingController
    bot: QtBot
    said: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    states: list[str] = field(default_factory=list[str])

    def hear(self, level: str, text: str) -> None:
        self.said.append((level, text))

    def wait_for(self, done: Callable[[], bool]) -> None:
        self.bot.waitUntil(done, timeout=LIMIT)

    def wait_state(self, *states: str) -> None:
        self.wait_for(lambda: self.controller.state in states and not self.controller.is_waiting)

    def train_until(self, position: float) -> None:
        """Play until so many epochs have gone by, then pause."""
        self.controller.play()
        self.wait_for(lambda: self.controller.history.position >= position)
        self.controller.pause()
        self.wait_state("paused")

    @property
    def steps(self) -> int:
        """How many batches the session's checkpoint is on."""
        position = self.session.progress.optimizer.get("position")
        return 0 if position is None else int(position[3])


@pytest.fixture
def make_trainer(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Iterator[Callable[..., Trainer]]:
    made: list[TrainingController] = []

    def make(
        experiment: Experiment,
        worker: TrainingWorker | None = None,
        checkpoints: Path | None = None,
        store: RunStore | None = None,
    ) -> Trainer:
        session = open_session(experiment)
        worker = worker or TrainingWorker(EngineThread)
        controller = TrainingController(session, worker, checkpoints=checkpoints, store=store)
        made.append(controller)
        trainer = Trainer(session, controller, qtbot)
        session.message.connect(trainer.hear)
        controller.state_changed.connect(trainer.states.append)
        return trainer

    yield make
    for controller in made:
        controller.close()
