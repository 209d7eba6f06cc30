"""The coach: offers what fits the verdict, trains twins beside the run, and says what came of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.train.advice.reading import Reading
from playground.ui.train.coach.card import Coach
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer

SHORT = points(epochs=3)
OVERFITTING = Reading("overfitting", "Overfitting since epoch 2.", since=2)


@pytest.fixture
def show(make_trainer: Callable[..., Trainer]) -> Callable[..., tuple[Coach, Trainer]]:
    def show_(epochs: int = 3) -> tuple[Coach, Trainer]:
        trainer = make_trainer(points(epochs=epochs))
        coach = Coach(trainer.session, trainer.controller)
        trainer.bot.addWidget(coach)
        coach.resize(700, 300)
        trainer.controller.play()
        trainer.wait_state("finished")
        coach.show_reading(OVERFITTING)
        trainer.wait_for(lambda: bool(coach.buttons))
        coach.show()
        return coach, trainer

    return show_


Show = Callable[..., tuple[Coach, Trainer]]


def click(coach: Coach, words: str) -> None:
    (button,) = (each for each in coach.buttons if words in each.text())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for_twins(trainer: Trainer) -> None:
    trainer.wait_for(lambda: all(run.is_over for run in trainer.controller.side_runs.runs))


def test_it_says_where_the_curves_part_and_offers_the_ways_of_the_lectures(show: Show) -> None:
    coach, _ = show()
    assert coach.title.text() == "Six ways to close the gap"
    assert "part after epoch 2" in coach.text.text()
    assert [button.text() for button in coach.buttons] == [
        *("Try 2,000 points instead of 500", "Try dropout 0.2", "Try weight decay 0.001", "Try L1 0.0001"),
        *("Try batch norm", "Try half as many units", "Try early stopping after 5 epochs"),
    ]
    assert all(button.toolTip() for button in coach.buttons)


def test_a_right_fit_needs_no_coach(show: Show) -> None:
    coach, _ = show()
    coach.show_reading(Reading("right", "A right fit."))
    assert coach.isHidden()


def test_another_verdict_brings_other_ways(show: Show) -> None:
    coach, trainer = show()
    coach.show_reading(Reading("diverging", "Diverging since epoch 1."))
    trainer.wait_for(lambda: bool(coach.buttons))
    assert coach.buttons[0].text() == "Try learning rate 0.001 instead of 0.01"
    assert coach.title.text().endswith("to keep it from diverging")


def test_a_loss_beyond_all_numbers_is_offered_smaller_steps(make_trainer: Callable[..., Trainer]) -> None:
    """It can happen within the first epoch, before there is any curve to read."""
    trainer = make_trainer(points(optimizer="sgd", learning_rate=1e20, weight_decay=1.0))
    coach = Coach(trainer.session, trainer.controller)
    trainer.bot.addWidget(coach)
    trainer.controller.play()
    trainer.wait_state("failed")
    trainer.wait_for(lambda: bool(coach.buttons))
    assert coach.buttons[0].text() == "Try learning rate 1e+19 instead of 1e+20"
    assert not coach.isHidden()


def test_a_twin_begins_with_the_same_weights_and_ends_in_words(show: Show) -> None:
    coach, trainer = show()
    before = trainer.session.experiment
    click(coach, "weight decay")
    (run,) = trainer.controller.side_runs.runs
    assert run.experiment == replace(before, training=replace(before.training, weight_decay=0.001))
    wait_for_twins(trainer)
    main, twin = trainer.controller.history, run.history
    assert twin.batch_column("loss")[0] == main.batch_column("loss")[0], "the first batch, before any update"
    assert twin.epoch_column("train_loss")[-1] != main.epoch_column("train_loss")[-1]
    (row,) = coach.rows
    assert "validation loss" in row.words.text()
    assert "instead of" in row.words.text()
    assert trainer.session.experiment is before, "the document is not touched"


def test_from_the_best_epoch_it_goes_on_from_there(show: Show) -> None:
    coach, trainer = show()
    best = trainer.controller.history.best_epoch
    assert coach.begins.items[1] == f"from epoch {best}"
    coach.begins.set_current(1)
    by_text = {button.text(): button.isEnabled() for button in coach.buttons}
    assert not by_text["Try half as many units"]
    assert not by_text["Try batch norm"]
    assert by_text["Try dropout 0.2"]
    click(coach, "L1")
    (run,) = trainer.controller.side_runs.runs
    wait_for_twins(trainer)
    assert run.state == "finished"
    assert run.history.epoch_column("epoch")[0] == best + 1
    assert run.history.epochs > best


def test_what_helped_can_be_taken_over_and_taken_back(show: Show) -> None:
    coach, trainer = show()
    click(coach, "dropout")
    wait_for_twins(trainer)
    (row,) = coach.rows
    before = trainer.session.experiment
    QTest.mouseClick(row.take, Qt.MouseButton.LeftButton)
    assert any(node.type == "dropout" for node in trainer.session.graph)
    assert trainer.session.document.undo_label == "Take over dropout 0.2"
    trainer.session.document.undo()
    assert trainer.session.experiment == before


def test_a_twin_can_be_stopped_and_taken_away(show: Show) -> None:
    coach, trainer = show(epochs=2)
    trainer.session.apply("more", points(epochs=1_000_000))
    click(coach, "weight decay")
    (run,) = trainer.controller.side_runs.runs
    trainer.wait_for(lambda: run.history.epochs > 0)
    (row,) = coach.rows
    trainer.wait_for(lambda: "epoch" in row.words.text())
    QTest.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    wait_for_twins(trainer)
    assert not row.stop.isVisibleTo(row)
    QTest.mouseClick(row.close_button, Qt.MouseButton.LeftButton)
    assert not coach.rows
    assert not trainer.controller.side_runs.runs


def test_another_document_has_no_twins_of_this_one(show: Show) -> None:
    coach, trainer = show()
    click(coach, "L1")
    wait_for_twins(trainer)
    from playground.ui.session import Progress

    trainer.session.replace_document(SHORT, None, {}, Progress())
    assert coach.isHidden()
    assert not coach.rows
    assert not trainer.controller.side_runs.runs


def test_a_remedy_that_changes_nothing_yet_gives_the_same_curve(show: Show) -> None:
    """Early stopping after 5 epochs, in a run of 3: the twin began with what the run began with."""
    coach, trainer = show()
    click(coach, "early stopping")
    (run,) = trainer.controller.side_runs.runs
    wait_for_twins(trainer)
    main = trainer.controller.history
    assert np.array_equal(run.history.epoch_column("train_loss"), main.epoch_column("train_loss"))
