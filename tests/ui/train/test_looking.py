"""Looking back in time: the weights, activations and mistakes of an earlier moment are those that the network had."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.train import split_for
from playground.train.events import Mistakes
from playground.train.loop import Training
from playground.train.showing.moments import Moment, Moments
from playground.ui.train.looking import when_of
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer

MakeTrainer = Callable[..., Trainer]
BATCHES = 8
"""Of an epoch of `points`."""


@pytest.fixture
def trained(make_trainer: MakeTrainer) -> Trainer:
    """A run of 60 epochs that has ended."""
    trainer = make_trainer(points(epochs=60))
    trainer.wait_for(lambda: bool(trainer.session.activations))
    trainer.controller.play()
    trainer.wait_state("finished")
    return trainer


def state_after(experiment: Experiment, steps: int) -> dict[str, np.ndarray]:
    """The oracle: the same training without a window, stopped after so many batches."""
    training = Training(experiment, split_for(experiment))
    for _ in training.events():
        if training.checkpoint().step == steps:
            break
    return dict(training.checkpoint().state)


def scores(state: Mapping[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    """The oracle: the network of `points` in numpy."""
    hidden = np.tanh(x @ state["fc1.weight"].T + state["fc1.bias"])
    return hidden @ state["fc2.weight"].T + state["fc2.bias"]


def middle(trainer: Trainer) -> Moment:
    """Look at a moment in the middle of the run."""
    positions = trainer.controller.looking.moments.positions
    trainer.controller.looking.look_at(positions[len(positions) // 2])
    moment = trainer.controller.looking.moment
    assert moment is not None
    return moment


def test_a_toy_run_can_be_looked_at_from_its_beginning(trained: Trainer) -> None:
    looking = trained.controller.looking
    assert looking.moments.positions[0] == 0.0
    assert looking.moments.positions[-1] == 60.0
    assert len(looking.moments) > 5
    assert looking.can_look_back
    looking.look_at(-3.0)
    assert looking.position == 0.0
    for name, tensor in state_after(trained.session.experiment, 0).items():
        np.testing.assert_array_equal(looking.state[name], tensor)


def test_weights_activations_and_mistakes_are_those_of_the_moment(trained: Trainer) -> None:
    looking, session = trained.controller.looking, trained.session
    looking.watch("fc2")
    moment = middle(trained)
    assert 0 < looking.position < 60
    expected = state_after(session.experiment, round(looking.position * BATCHES))
    for name, tensor in expected.items():
        np.testing.assert_array_equal(looking.state[name], tensor)
    assert session.example is not None
    answer = scores(expected, session.example.x)
    trained.wait_for(lambda: np.allclose(looking.activations.get("fc2", 0), answer, atol=1e-5))
    looking.watch("")
    assert looking.activations == {}
    trained.wait_for(lambda: looking.moment is not None and looking.moment.is_complete)
    split = split_for(session.experiment)
    named = scores(expected, split.x_validation).argmax(1)
    mistakes = looking.mistakes
    assert isinstance(mistakes, Mistakes)
    np.testing.assert_array_equal(mistakes.named, named)
    np.testing.assert_array_equal(mistakes.confusion.sum(1), np.bincount(split.y_validation, minlength=2))
    assert looking.mistakes_when == when_of(moment.position)


def test_another_example_goes_through_the_network_of_the_moment(trained: Trainer) -> None:
    looking, session = trained.controller.looking, trained.session
    looking.watch("fc1")
    moment = middle(trained)
    session.show_example(7)
    assert session.example is not None
    answer = scores(moment.state, session.example.x)
    trained.wait_for(lambda: np.allclose(looking.activations.get("fc2", 0), answer, atol=1e-5))


def test_now_is_the_session_and_what_follows_from_it(trained: Trainer) -> None:
    looking = trained.controller.looking
    middle(trained)
    looking.look_at_now()
    assert looking.moment is None
    assert looking.position == 60.0
    trained.wait_for(lambda: looking.state is trained.session.state)
    assert looking.activations is trained.session.activations
    assert looking.mistakes is trained.controller.mistakes
    assert looking.mistakes_when == ""


def test_the_past_stays_on_screen_while_training_goes_on(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=1_000_000))
    looking = trainer.controller.looking
    trainer.controller.play()
    trainer.wait_for(lambda: len(looking.moments) > 4)
    looking.look_at(0.0)
    at, kept = trainer.controller.history.position, len(looking.moments)
    trainer.wait_for(lambda: trainer.controller.history.position > at + 3 and len(looking.moments) > kept)
    assert looking.position == 0.0
    assert looking.moment is not None
    looking.look_at_now()
    newest = looking.moments.newest
    assert newest is not None
    assert looking.state is newest.state
    assert looking.position == trainer.controller.history.position > at + 3


def test_reset_and_a_new_run_forget_the_past(trained: Trainer) -> None:
    looking = trained.controller.looking
    middle(trained)
    trained.controller.reset()
    assert (looking.moment, len(looking.moments), looking.can_look_back) == (None, 0, False)
    looking.look_at(3.0)
    assert looking.moment is None
    trained.controller.one_batch()
    trained.wait_state("paused")
    assert looking.moments.positions == (0.0, 1 / BATCHES)


def test_the_past_of_another_network_cannot_be_looked_at_until_the_edit_is_undone(trained: Trainer) -> None:
    looking, session = trained.controller.looking, trained.session
    middle(trained)
    session.edit("Fewer units", edits.set_params(session.graph, "fc1", {"out_features": 4}))
    assert looking.moment is None
    assert not looking.can_look_back
    looking.look_at(0.0)
    assert looking.moment is None
    session.document.undo()
    assert looking.can_look_back
    looking.look_at(0.0)
    assert looking.position == 0.0


def test_weights_that_go_back_to_the_best_epoch_are_of_that_moment(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=300, learning_rate=0.05, patience=3))
    trainer.controller.play()
    trainer.wait_state("finished")
    looking, history = trainer.controller.looking, trainer.controller.history
    assert 0 < history.best_epoch < history.epochs
    looking.look_at(float(history.best_epoch))
    assert looking.position == history.best_epoch
    for name, tensor in trainer.session.starting_state().items():
        np.testing.assert_array_equal(looking.state[name], tensor)


def test_an_answer_that_nobody_waits_for_is_not_finished(trained: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moving on cancels the examples that are still to be sent through the network."""
    monkeypatch.setattr("playground.train.showing.looking_back._AT_ONCE", 1)
    looking = trained.controller.looking
    moment = middle(trained)
    trained.bot.wait(140)
    looking.look_at_now()
    trained.bot.wait(100)
    assert looking.moment is None
    kept = looking.moments.at(moment.position)
    assert kept is not None
    looking.look_at(moment.position)
    trained.wait_for(lambda: looking.moment is not None and looking.moment.is_complete)


def test_a_run_too_large_to_be_kept_has_a_present_only(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(points(epochs=20))
    looking = trainer.controller.looking
    looking.moments = Moments(limit=100)
    trainer.controller.play()
    trainer.wait_state("finished")
    assert len(looking.moments) == 1
    assert not looking.can_look_back


@pytest.mark.parametrize(
    ("position", "words"),
    [
        (0.0, "before the first batch"),
        (0.004, "after 0.004 epochs"),
        (1.0, "after 1 epoch"),
        (20.0, "after 20 epochs"),
        (1234.5, "after 1,234.5 epochs"),
    ],
)
def test_places_in_words(position: float, words: str) -> None:
    assert when_of(position) == words
