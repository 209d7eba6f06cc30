"""Training as the window steers it: every command, refusals, failures, and a killed engine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from playground.graph import edits
from playground.train import split_for
from playground.train.bench import Bench
from playground.train.process import Engine, EngineProcess
from playground.ui.training_worker import TrainingWorker
from tests.train.toy_runs import finished, losses, points, run
from tests.ui.conftest import settle
from tests.ui.train.conftest import Trainer

MakeTrainer = Callable[..., Trainer]
ENDLESS = points(epochs=1_000_000)


def state_of(trainer: Trainer) -> dict[str, np.ndarray]:
    return dict(trainer.session.starting_state())


def equal(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[key], other[key]) for key in one)


def batch_losses(trainer: Trainer) -> list[float]:
    return trainer.controller.history.batch_column("loss").tolist()


# ---- commands


def test_play_trains_to_the_end_and_gives_the_session_what_was_learnt(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points())
    trainer.controller.play()
    trainer.wait_state("finished")
    assert trainer.states[:2] == ["preparing", "running"]
    expected = run(points(), split_for(points()))
    assert batch_losses(trainer) == losses(expected)
    assert equal(state_of(trainer), dict(finished(expected).checkpoint.state))
    assert trainer.controller.history.result is not None
    assert trainer.controller.history.result.accuracy == finished(expected).test_accuracy
    assert trainer.controller.is_complete
    assert trainer.session.is_modified


def test_pause_keeps_the_run_and_play_goes_on_exactly(make_trainer: MakeTrainer) -> None:
    experiment = points(epochs=400)
    trainer = make_trainer(experiment)
    trainer.train_until(1.5)
    steps = trainer.steps
    assert steps == len(batch_losses(trainer)) > 0
    trainer.bot.wait(120)
    assert len(batch_losses(trainer)) == steps
    trainer.controller.play()
    trainer.wait_state("finished")
    assert batch_losses(trainer) == losses(run(experiment, split_for(experiment)))


def test_stop_tries_the_test_examples_and_play_goes_on_from_there(make_trainer: MakeTrainer) -> None:
    experiment = points(epochs=500)
    trainer = make_trainer(experiment)
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.history.position > 1)
    trainer.controller.stop()
    assert trainer.controller.is_waiting
    trainer.wait_state("finished")
    assert trainer.controller.message.startswith("Stopped ")
    assert trainer.controller.history.result is not None
    assert not trainer.controller.is_complete
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.is_complete)
    assert batch_losses(trainer) == losses(run(experiment, split_for(experiment)))


def test_one_batch_and_one_epoch_pause_by_themselves(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points())
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert trainer.steps == 1
    assert trainer.controller.pictures is not None
    trainer.controller.one_batch()
    trainer.wait_for(lambda: trainer.steps == 2)
    trainer.controller.one_epoch()
    trainer.wait_for(lambda: trainer.steps == 8)  # 225 examples in batches of 32
    trainer.wait_state("paused")
    assert trainer.controller.history.epochs == 1
    assert trainer.controller.mistakes is not None


def test_when_all_epochs_are_done_play_adds_more_as_one_undoable_edit(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=2))
    trainer.controller.play()
    trainer.wait_state("finished")
    assert trainer.controller.more_epochs == 2
    trainer.controller.play()
    assert trainer.session.experiment.training.epochs == 4
    assert trainer.session.document.undo_label == "Train for 2 more epochs"
    trainer.wait_state("finished")
    expected = points(epochs=4)
    assert batch_losses(trainer) == losses(run(expected, split_for(expected)))


def test_one_batch_beyond_the_last_epoch_changes_no_setting(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=1))
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert trainer.steps == 9
    assert trainer.session.experiment == points(epochs=1)


def test_reset_returns_to_the_same_beginning(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.train_until(1)
    first = batch_losses(trainer)
    trainer.controller.play()
    trainer.wait_state("running")
    trainer.controller.reset()
    assert trainer.controller.state == "idle"
    assert len(trainer.controller.history) == 0
    assert state_of(trainer) == {}
    trainer.train_until(1)
    count = min(len(first), len(batch_losses(trainer)))
    assert batch_losses(trainer)[:count] == first[:count]


def test_a_new_seed_begins_another_run_and_can_be_undone(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points())
    trainer.controller.play()
    trainer.wait_state("finished")
    first = batch_losses(trainer)
    trainer.controller.new_seed()
    assert trainer.session.experiment.seed != 0
    assert len(trainer.controller.history) == 0
    trainer.controller.play()
    trainer.wait_state("finished")
    assert batch_losses(trainer)[0] != first[0]
    trainer.session.document.undo()
    assert trainer.session.experiment.seed == 0


def test_the_learning_rate_changes_while_it_runs_and_is_marked(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.history.position > 1)
    trainer.controller.set_learning_rate(0.002)
    trainer.wait_for(lambda: len(trainer.controller.history.changes) == 1)
    assert trainer.controller.state == "running"
    assert [words for _, words in trainer.controller.history.changes] == ["rate 0.002"]
    trainer.session.document.undo()
    trainer.wait_for(lambda: len(trainer.controller.history.changes) == 2)
    assert trainer.controller.history.changes[-1][1] == "rate 0.01"


def test_the_best_weights_can_be_taken_and_are_tried_on_the_test_examples(make_trainer: MakeTrainer) -> None:
    experiment = points(epochs=12, learning_rate=0.8)
    trainer = make_trainer(experiment)
    trainer.controller.play()
    trainer.wait_state("finished")
    best = trainer.controller.better_epoch
    assert 0 < best < 12
    trainer.controller.take_best()
    trainer.wait_for(lambda: f"epoch {best}, the best" in trainer.controller.message)
    short = replace(experiment, training=replace(experiment.training, epochs=best))
    expected = finished(run(short, split_for(short)))
    assert equal(state_of(trainer), dict(expected.checkpoint.state))
    assert trainer.controller.history.result is not None
    assert trainer.controller.history.result.accuracy == expected.test_accuracy
    assert trainer.controller.better_epoch == 0
    assert trainer.session.experiment == experiment


# ---- refusals and failures


def test_a_second_start_is_refused_with_a_message(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.wait_state("running")
    trainer.controller.play()
    assert trainer.said == [("warning", "Training is already running. Stop it before you start another run.")]
    trainer.wait_for(lambda: trainer.controller.history.position > 0.5)


def test_a_network_that_cannot_be_trained_says_why(make_trainer: MakeTrainer) -> None:
    broken = replace(points(), graph=edits.set_params(points().graph, "fc2", {"out_features": 3}))
    trainer = make_trainer(broken)
    assert trainer.controller.obstacle == "3 outputs, but Circle has 2 classes."
    trainer.controller.play()
    assert trainer.controller.state == "failed"
    assert trainer.said == [("error", trainer.controller.obstacle)]
    trainer.session.edit("mend", points().graph)
    settle(trainer.session, trainer.bot)
    assert trainer.controller.obstacle == ""
    trainer.controller.play()
    trainer.wait_state("finished")


def test_an_exception_inside_training_is_reported_and_nothing_is_lost(
    make_trainer: MakeTrainer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    learn = Bench.learn

    def break_at_step_12(bench: Bench, index: object, step: int) -> tuple[float, float]:
        if step == 12:
            raise ZeroDivisionError("float division by zero")
        return learn(bench, index, step)  # type: ignore[arg-type]

    monkeypatch.setattr(Bench, "learn", break_at_step_12)
    monkeypatch.setattr("playground.train.fused.dense_chain.MOST_NUMBERS", -1)  # this network would go the fast path
    trainer = make_trainer(ENDLESS)
    before = trainer.session.experiment
    trainer.controller.play()
    trainer.wait_state("failed")
    assert "ZeroDivisionError" in trainer.controller.message
    assert "break_at_step_12" in trainer.controller.details
    assert "break_at_step_12" in caplog.text
    assert trainer.said == [("error", trainer.controller.message)]
    assert trainer.session.experiment == before
    assert trainer.steps == len(batch_losses(trainer)) == 12
    monkeypatch.undo()
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert trainer.steps == 13
    assert trainer.controller.message == ""


def test_an_explosion_ends_in_a_failure_with_advice(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(learning_rate=1e38, optimizer="sgd"))
    trainer.controller.play()
    trainer.wait_state("failed")
    assert "Choose a smaller learning rate" in trainer.controller.message
    assert all(np.isfinite(tensor).all() for tensor in state_of(trainer).values())


def test_a_killed_engine_is_reported_and_play_goes_on_from_the_last_snapshot(make_trainer: MakeTrainer) -> None:
    processes: list[EngineProcess] = []

    def process() -> Engine:
        processes.append(EngineProcess())
        return processes[-1]

    trainer = make_trainer(ENDLESS, TrainingWorker(process))
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.steps > 0)
    os.kill(processes[0].pid, signal.SIGKILL)
    trainer.wait_state("failed")
    assert "memory runs out" in trainer.controller.message
    assert "Press Play to go on from there" in trainer.controller.message
    kept = trainer.steps
    assert trainer.controller.history.position == kept / 8  # the curves end where the weights are
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert trainer.steps == kept + 1
    trainer.controller.play()
    trainer.wait_state("running")
    trainer.controller.close()
    with pytest.raises(ProcessLookupError):
        os.kill(processes[1].pid, 0)


def test_settling_brings_in_what_has_arrived(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=2))
    trainer.controller.play()
    time.sleep(1.5)  # no event loop: nothing is taken
    trainer.controller.settle()
    assert trainer.controller.state == "finished"
    assert trainer.steps == 16


def test_speed_and_time_left_are_told_while_it_runs(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=2000))
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.progress.examples_per_second > 0)
    progress = trainer.controller.progress
    assert progress.epochs == 2000
    assert 0 < progress.fraction < 1
    assert progress.epoch == int(trainer.controller.history.position) + 1
    left = (2000 - trainer.controller.history.position) * 225 / progress.examples_per_second
    assert progress.seconds_left == pytest.approx(left)
    assert trainer.controller.device_text.startswith("CPU · ")
