"""Edits, undo, other settings and other documents while training runs, and what becomes of the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from playground.graph import blocks, edits
from playground.graph.experiment import DataSettings, Experiment
from playground.train import split_for
from playground.ui.session import Progress
from tests.train.toy_runs import losses, points, run
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


def test_an_edit_of_the_network_ends_the_run_and_keeps_what_was_learnt(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.history.position > 1)
    trainer.session.edit("wider", edits.set_params(trainer.session.graph, "fc1", {"out_features": 9}))
    assert trainer.controller.state == "idle"
    assert trainer.said[0][0] == "info"
    assert trainer.said[0][1].startswith("The network changed, so training stopped.")
    trainer.wait_for(lambda: not trainer.controller.is_waiting)
    settle(trainer.session, trainer.bot)
    assert trainer.steps > 8
    assert trainer.controller.is_outdated
    trainer.session.document.undo()
    settle(trainer.session, trainer.bot)
    assert not trainer.controller.is_outdated
    steps = trainer.steps
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert trainer.steps == steps + 1


def test_after_an_edit_play_begins_new_curves_with_the_weights_that_still_fit(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points())
    trainer.controller.play()
    trainer.wait_state("finished")
    learnt = state_of(trainer)
    trainer.session.edit("other", edits.insert_on_edge(points().graph, *_relu_before_last()))
    settle(trainer.session, trainer.bot)
    assert equal({key: state_of(trainer)[key] for key in learnt}, learnt)
    trainer.controller.play()
    trainer.wait_state("finished")
    first = losses(run(trainer.session.experiment, split_for(points()), state=learnt))
    assert batch_losses(trainer) == first


def _relu_before_last() -> tuple[edits.Node, edits.Edge]:
    edge = next(edge for edge in points().graph.edges if edge.target == "fc2")
    return edits.Node("relu1", "relu"), edge


def test_moving_or_renaming_a_card_does_not_disturb_training(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.wait_state("running")
    trainer.session.edit("move", blocks.move(trainer.session.graph, {"fc1": (500.0, 80.0)}))
    trainer.session.edit("rename", edits.rename(trainer.session.graph, "fc1", "hidden"))
    position = trainer.controller.history.position
    trainer.wait_for(lambda: trainer.controller.history.position > position + 1)
    assert trainer.said == []
    trainer.controller.pause()
    trainer.wait_state("paused")
    settle(trainer.session, trainer.bot)
    assert not trainer.controller.is_outdated
    assert state_of(trainer).keys() == {"fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias"}


@pytest.mark.parametrize("settings", [{"batch_size": 20}, {"optimizer": "sgd"}])
def test_settings_that_need_a_new_start_are_taken_over_without_losing_the_run(
    make_trainer: MakeTrainer, settings: dict[str, object]
) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.history.position > 1)
    training = replace(trainer.session.experiment.training, **settings)  # type: ignore[arg-type]
    trainer.session.apply("change", replace(trainer.session.experiment, training=training))
    assert trainer.controller.state == "preparing"
    trainer.wait_state("running")
    position = trainer.controller.history.position
    trainer.wait_for(lambda: trainer.controller.history.position > position + 1)
    assert trainer.said == []
    positions = trainer.controller.history.epoch_column("epoch")
    np.testing.assert_array_equal(positions, np.arange(1, len(positions) + 1))


def test_another_data_set_ends_the_run(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.wait_state("running")
    data = DataSettings("gauss")
    trainer.session.apply("data", replace(trainer.session.experiment, data=data))
    assert trainer.said[0][1].startswith("The data changed")
    trainer.wait_state("idle")


def test_another_document_takes_the_place_of_the_run(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.train_until(2)
    state, progress, steps = state_of(trainer), trainer.session.progress, trainer.steps
    shown = batch_losses(trainer)
    trainer.controller.play()
    trainer.wait_state("running")
    trainer.session.replace_document(points(), None, {}, Progress())
    assert trainer.controller.state == "idle"
    assert len(trainer.controller.history) == 0
    settle(trainer.session, trainer.bot)
    assert state_of(trainer) == {}
    trainer.session.replace_document(ENDLESS, None, state, progress)
    settle(trainer.session, trainer.bot)
    assert batch_losses(trainer) == shown
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    assert trainer.steps == steps + 1
    assert batch_losses(trainer)[:-1] == shown
    assert trainer.said == []


def test_a_file_whose_training_state_is_damaged_opens_and_says_so(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points())
    damaged = Progress({"position": np.zeros(2)}, {"epochs": np.zeros(2)})
    trainer.session.replace_document(points(), None, {}, damaged)
    settle(trainer.session, trainer.bot)
    assert trainer.said[0] == (
        "warning",
        "The curves in the file are damaged. Network and weights are good; the curves start anew.",
    )
    trainer.controller.play()
    trainer.wait_state("finished")
    assert any("training starts counting from 0" in text for _, text in trainer.said)


def test_play_before_the_network_is_known_waits_for_it(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(Experiment())
    trainer.session.replace_document(points(), None, {}, Progress())
    trainer.controller.play()
    assert trainer.controller.state == "preparing"
    trainer.wait_state("finished")


def test_preparing_can_be_called_off(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(ENDLESS)
    trainer.controller.play()
    trainer.controller.toggle()
    assert trainer.controller.state == "idle"
    trainer.bot.wait(300)
    assert trainer.controller.state == "idle"
    assert len(trainer.controller.history) == 0
    trainer.train_until(1)
