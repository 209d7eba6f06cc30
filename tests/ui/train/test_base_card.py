"""Train with a base: what it says, freezing while it learns, and the run from scratch beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.engine.transfer import Source, Wish, use_as_base
from playground.graph import freezing
from playground.graph.experiment import TrainingSettings
from playground.ui.train.base_card import BaseCard
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle
from tests.ui.train.conftest import Trainer


@pytest.fixture
def trainer(make_trainer: Callable[..., Trainer], qtbot: QtBot) -> Trainer:
    """LeNet-5 with its convolutions frozen, begun with other weights, on a few small digits."""
    experiment = zoo_experiment("lenet-5")
    made = make_trainer(experiment)
    source = Source("Base", experiment, compile_network(analyse(experiment.graph), 4).state())
    found = use_as_base(source, Wish("mnist", frozen="pool2"))
    settings = TrainingSettings(batch_size=25, epochs=2, device="cpu")
    data = replace(found.experiment.data, train_size=100)
    wanted = replace(found.experiment, training=settings, data=data)
    made.session.bases.start_from("Use Base as base", wanted, found.tensors)
    settle(made.session, qtbot)
    return made


def test_it_says_what_the_network_begins_with_and_hides_without_a_base(trainer: Trainer, qtbot: QtBot) -> None:
    card = BaseCard(trainer.session, trainer.controller)
    qtbot.addWidget(card)
    assert "Starts from what Base has learnt" in card.words.text()
    assert "2 of 5 layers with weights are frozen." in card.words.text()
    trainer.session.document.undo()
    assert card.isHidden()


def test_training_leaves_what_is_frozen_alone_and_reset_leads_back_to_the_base(trainer: Trainer) -> None:
    session = trainer.session
    first = dict(session.state)
    trainer.controller.play()
    trainer.wait_state("finished")
    np.testing.assert_array_equal(session.starting_state()["conv1.weight"], first["conv1.weight"])
    assert (session.starting_state()["fc1.weight"] != first["fc1.weight"]).any()
    trainer.controller.reset()
    np.testing.assert_array_equal(session.starting_state()["fc1.weight"], first["fc1.weight"])


def test_thawing_while_it_learns_goes_on_with_the_same_curve(trainer: Trainer, qtbot: QtBot) -> None:
    session, controller = trainer.session, trainer.controller
    controller.one_batch()
    trainer.wait_state("paused")
    done, frozen = trainer.steps, session.starting_state()["conv1.weight"]
    session.edit("Unfreeze", freezing.set_rate(freezing.thaw(session.graph, ["conv1", "conv2"]), ["conv1"], 0.1))
    trainer.wait_state("idle")
    settle(session, qtbot)
    controller.play()
    trainer.wait_state("finished")
    assert trainer.steps == 8
    assert 0 < done < 8
    assert controller.history.epochs == 2
    assert (session.starting_state()["conv1.weight"] != frozen).any()


def test_the_same_network_from_scratch_learns_beside_it(trainer: Trainer, qtbot: QtBot) -> None:
    card = BaseCard(trainer.session, trainer.controller)
    qtbot.addWidget(card)
    card.scratch.click()
    (run,) = trainer.controller.side_runs.runs
    assert run.title == "From scratch"
    assert run.experiment.base is None
    assert not any(node.frozen or node.rate != 1 for node in run.experiment.graph)
    trainer.wait_for(lambda: run.is_over)
    assert run.state == "finished", run.message
    assert run.history.epochs == 2
    assert run.checkpoint is not None
    mine = compile_network(analyse(run.experiment.graph), run.experiment.seed).state()
    assert (run.checkpoint.state["conv1.weight"] != mine["conv1.weight"]).any(), "everything learns"
    assert trainer.session.experiment.base is not None, "the document is as it was"
