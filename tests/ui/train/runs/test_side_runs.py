"""Runs beside the main one: they compute what the same training does on its own, two at a time, and touch nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from playground.graph import edits
from playground.graph.model import Node
from playground.train import Finished, History, split_for, train
from playground.train.process import EngineThread
from playground.ui.train.runs.side_runs import AT_A_TIME, SideRuns
from playground.ui.training_worker import TrainingWorker
from tests.train.toy_runs import points
from tests.ui.train.conftest import LIMIT, Trainer


@pytest.fixture
def side_runs(qtbot: QtBot) -> Iterator[SideRuns]:
    runs = SideRuns(lambda: TrainingWorker(EngineThread))
    yield runs
    runs.close()


def wait(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(done, timeout=LIMIT)


def test_they_learn_what_the_same_training_learns_on_its_own(side_runs: SideRuns, qtbot: QtBot) -> None:
    experiment = points(epochs=3)
    run = side_runs.start("twin", experiment)
    wait(qtbot, lambda: run.is_over)
    alone = History()
    last = None
    for last in train(experiment, split_for(experiment)):
        alone.add(last)
    assert isinstance(last, Finished)
    assert (run.state, run.message, run.fraction) == ("finished", last.message, 1.0)
    np.testing.assert_array_equal(run.history.epoch_column("train_loss"), alone.epoch_column("train_loss"))
    np.testing.assert_array_equal(run.history.epoch_column("validation_loss"), alone.epoch_column("validation_loss"))
    assert run.checkpoint is not None
    for name, tensor in last.checkpoint.state.items():
        np.testing.assert_array_equal(run.checkpoint.state[name], tensor)


def test_two_at_a_time_and_the_others_wait(side_runs: SideRuns, qtbot: QtBot) -> None:
    runs = [side_runs.start("run", points(epochs=100_000), group="all") for _ in range(AT_A_TIME + 1)]
    assert [run.title for run in runs] == ["run", "run (2)", "run (3)"]
    assert len({run.role for run in runs}) == 3
    wait(qtbot, lambda: all(run.history.epochs for run in runs[:2]))
    assert runs[2].state == "waiting"
    side_runs.stop(runs[0])
    wait(qtbot, lambda: runs[2].history.epochs > 0)
    assert (runs[0].state, runs[0].reason) == ("finished", "stopped")
    ended: list[object] = []
    side_runs.ended.connect(ended.append)
    side_runs.remove(runs[1])
    assert ended == [runs[1]]
    assert side_runs.runs == (runs[0], runs[2])
    last = side_runs.start("last", points(epochs=100_000), group="others")
    third = side_runs.start("third", points())
    side_runs.stop(third)
    assert third.state == "stopped"
    side_runs.stop_all("all")
    wait(qtbot, lambda: runs[2].is_over and last.state == "running")
    assert side_runs.is_busy


def test_a_twin_goes_on_from_the_same_point_with_another_network(side_runs: SideRuns, qtbot: QtBot) -> None:
    experiment = points(epochs=3)
    first = side_runs.start("first", experiment)
    wait(qtbot, lambda: first.is_over)
    assert first.checkpoint is not None
    wire = next(edge for edge in experiment.graph.edges if edge.source == "tanh1")
    graph = edits.insert_on_edge(experiment.graph, Node("dropout1", "dropout", {"p": 0.2}), wire)
    longer = replace(experiment.training, epochs=5)
    twin = side_runs.start("twin", replace(experiment, graph=graph, training=longer), resume=first.checkpoint)
    plain = side_runs.start("plain", replace(experiment, training=longer), resume=first.checkpoint)
    whole = side_runs.start("whole", replace(experiment, training=longer))
    wait(qtbot, lambda: not side_runs.is_busy)
    assert list(twin.history.epoch_column("epoch")) == [4, 5]
    assert twin.history.best_epoch in (4, 5)
    lead = abs(twin.history.epoch_column("validation_loss")[0] - whole.history.epoch_column("validation_loss")[2])
    assert lead < 0.1, "it begins with what the first had learnt"
    np.testing.assert_array_equal(
        plain.history.epoch_column("train_loss"), whole.history.epoch_column("train_loss")[3:]
    )


def test_the_same_initial_weights_can_be_given(side_runs: SideRuns, qtbot: QtBot) -> None:
    experiment = points(epochs=1, learning_rate=1e-12)
    weight = np.full((8, 2), 0.25, np.float32)
    run = side_runs.start("given", replace(experiment, seed=5), state={"fc1.weight": weight})
    wait(qtbot, lambda: run.is_over)
    assert run.checkpoint is not None
    np.testing.assert_allclose(run.checkpoint.state["fc1.weight"], weight, atol=1e-6)


def test_what_fails_says_why_and_makes_room_for_the_next(side_runs: SideRuns, qtbot: QtBot) -> None:
    broken = points()
    broken = replace(broken, graph=edits.remove(broken.graph, ["loss"]))
    diverging = points(optimizer="sgd", learning_rate=1e39)
    runs = [side_runs.start(name, each) for name, each in (("broken", broken), ("diverging", diverging))]
    good = side_runs.start("good", points(epochs=1))
    wait(qtbot, lambda: not side_runs.is_busy)
    assert [run.state for run in (*runs, good)] == ["failed", "failed", "finished"]
    assert "has no loss" in runs[0].message
    assert "smaller learning rate" in runs[1].message


def test_the_document_and_its_run_stay_as_they_are(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points(epochs=3))
    controller, session = trainer.controller, trainer.session
    controller.play()
    run = controller.side_runs.start("beside", replace(points(epochs=4), seed=9))
    trainer.wait_for(lambda: run.is_over and controller.state == "finished")
    assert controller.history.epochs == 3
    assert run.history.epochs == 4
    assert session.experiment == points(epochs=3)
    assert not session.document.is_modified
    assert [other.name for other in controller.shown_runs.others] == ["beside"]
    controller.side_runs.show(run, False)
    assert controller.shown_runs.others == ()


def test_an_engine_without_work_is_ended_and_the_next_run_gets_another(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.ui.train.runs.side_runs._IDLE_SECONDS", 0.0)
    made: list[TrainingWorker] = []

    def make() -> TrainingWorker:
        made.append(TrainingWorker(EngineThread))
        return made[-1]

    runs = SideRuns(make)
    runs.start("one", points(epochs=1))
    wait(qtbot, lambda: not runs.is_busy)
    wait(qtbot, lambda: not isValid(made[0]))
    again = runs.start("two", points(epochs=1))
    wait(qtbot, lambda: again.state == "finished")
    assert len(made) == 2
    runs.close()
