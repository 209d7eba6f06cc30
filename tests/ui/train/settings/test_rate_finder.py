"""The window that looks for a learning rate."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget

from playground.graph.experiment import Experiment
from playground.train.preparation import split_for
from playground.train.rate_finder import RateFound, RateTried, try_rates
from playground.ui.train.settings.form import SettingsForm
from playground.ui.train.settings.rate_finder import RateFinder
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer


@pytest.fixture
def find(make_trainer: Callable[..., Trainer]) -> Callable[..., tuple[RateFinder, Trainer]]:
    windows: list[QWidget] = []

    def find_(experiment: Experiment) -> tuple[RateFinder, Trainer]:
        trainer = make_trainer(experiment)
        trainer.wait_for(lambda: trainer.session.analysis is not None)
        window = QWidget()
        trainer.bot.addWidget(window)
        windows.append(window)
        finder = RateFinder(trainer.session, trainer.controller, window)
        finder.open()
        return finder, trainer

    return find_


Find = Callable[..., tuple[RateFinder, Trainer]]


def test_one_click_takes_what_was_found_and_leaves_the_weights_alone(find: Find) -> None:
    finder, trainer = find(points())
    trainer.wait_for(lambda: finder.found is not None)
    events = list(try_rates(points(), split_for(points())))
    assert finder.found == events[-1]
    assert finder.found is not None
    assert finder.found.rate is not None
    assert finder.words.text() == finder.found.words
    x, y = finder.curve
    assert y.tolist() == [event.loss for event in events if isinstance(event, RateTried)]
    assert x[0] == pytest.approx(-6)
    assert not trainer.session.starting_state(), "nothing was learnt by the network itself"
    finder.take.click()
    assert trainer.session.experiment.training.learning_rate == finder.found.rate
    assert not finder.isVisible()
    trainer.session.document.undo()
    assert trainer.session.experiment.training.learning_rate == 0.01


def test_closing_it_ends_the_test_and_changes_nothing(find: Find) -> None:
    finder, trainer = find(points())
    finder.leave.click()
    ended: list[bool] = []
    trainer.session.background.run("after it", lambda: True, ended.append)
    trainer.wait_for(lambda: bool(ended))
    assert finder.found is None
    assert trainer.session.experiment == points()


def test_what_cannot_be_trained_is_said_there(find: Find) -> None:
    finder, trainer = find(points(optimizer="luck"))
    trainer.wait_for(lambda: finder.leave.text() == "Close")
    assert "no optimizer “luck”" in finder.words.text()
    assert not finder.take.isEnabled()


def test_where_no_rate_helps_none_can_be_taken(find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_helps(*_: object) -> list[RateFound]:
        return [RateFound(None, "The loss fell at none of the rates.")]

    monkeypatch.setattr("playground.ui.train.settings.rate_finder.try_rates", none_helps)
    finder, trainer = find(points())
    trainer.wait_for(lambda: finder.found is not None)
    assert not finder.take.isEnabled()
    assert finder.leave.text() == "Close"


def test_it_is_not_offered_while_training_runs(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points(epochs=1_000_000))
    form = SettingsForm(trainer.session, trainer.controller)
    trainer.bot.addWidget(form)
    assert form.finder.isEnabled()
    trainer.controller.play()
    trainer.wait_state("running")
    assert not form.finder.isEnabled()
    trainer.controller.pause()
    trainer.wait_state("paused")
    assert form.finder.isEnabled()
