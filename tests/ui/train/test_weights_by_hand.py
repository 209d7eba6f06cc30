"""Weights changed by hand beside a run of training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.arithmetic import Place
from playground.graph.by_hand import change_weights
from playground.graph.experiment import Experiment
from playground.ui.by_hand import ByHandError
from playground.ui.step.recording import Request, record_round
from tests.train.toy_runs import points
from tests.ui.conftest import settle
from tests.ui.train.conftest import Trainer

MakeTrainer = Callable[..., Trainer]
KEY = ("fc1", "weight", (0, 0))
PLACE = Place("fc1", "weight", (0, 0), name="weight")


def look(trainer: Trainer) -> None:
    """Record a round, as Step does, so that weights can be changed."""
    session = trainer.session
    analysis, example = session.analysis, session.example
    assert analysis is not None
    assert example is not None
    x, target = example.x[np.newaxis], example.target[np.newaxis]
    recorded = record_round(Request(analysis, session.experiment, x, target, dict(session.starting_state())))
    session.by_hand.look_at(recorded.trace, session.experiment, 1)


def test_while_training_runs_weights_cannot_be_changed(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=1_000_000))
    look(trainer)
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.history.position > 1)
    with pytest.raises(ByHandError, match="pause it first"):
        trainer.session.by_hand.change({PLACE: 0.5})
    trainer.controller.pause()
    trainer.wait_state("paused")
    settle(trainer.session, trainer.bot)
    look(trainer)
    trainer.session.by_hand.change({PLACE: 0.5})
    assert trainer.said[-1][1].startswith("The value of a weight changed, so training stopped.")
    trainer.wait_for(lambda: not trainer.controller.is_waiting)
    settle(trainer.session, trainer.bot)
    assert trainer.session.state["fc1.weight"][0, 0] == 0.5
    assert not trainer.controller.is_outdated, "the curves go on"


def test_the_run_begins_with_the_changed_weight(make_trainer: MakeTrainer) -> None:
    plain = points(epochs=1)
    still = replace(plain, training=replace(plain.training, learning_rate=0.0))
    trainer = make_trainer(still)
    was = float(trainer.session.state["fc1.weight"][0, 0])
    changed: Experiment = change_weights(trainer.session.experiment, {KEY: (was, 0.5)})
    trainer.session.apply("by hand", changed)
    settle(trainer.session, trainer.bot)
    trainer.controller.play()
    trainer.wait_state("finished")
    assert trainer.session.starting_state()["fc1.weight"][0, 0] == 0.5
