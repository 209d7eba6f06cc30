"""A sweep from the form to the map: each cell is what that training gives on its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.graph import edits
from playground.train import History, split_for, train
from playground.train.runs.result import result_of
from playground.train.runs.store import RunStore
from playground.ui.train.runs.sweep_window import SweepWindow
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer


@pytest.fixture
def trainer(make_trainer: Callable[..., Trainer], tmp_path: Path) -> Trainer:
    return make_trainer(points(epochs=2), store=RunStore(tmp_path / "runs"))


@pytest.fixture
def window(trainer: Trainer, qtbot: QtBot) -> Iterator[SweepWindow]:
    shown = SweepWindow(trainer.session, trainer.controller)
    qtbot.addWidget(shown)
    shown.show()
    yield shown
    shown.close()


def fill(window: SweepWindow, first: tuple[str, str], second: tuple[str, str] | None = None) -> None:
    for form, wanted in ((window.form.first, first), (window.form.second, second or ("none", ""))):
        form.choice.setCurrentText(wanted[0])
        form.text.setText(wanted[1])


def test_each_cell_is_what_that_training_gives_on_its_own(window: SweepWindow, trainer: Trainer, qtbot: QtBot) -> None:
    fill(window, ("Learning rate", "0.001, 0.1"), ("Hidden units", "4, 8"))
    assert window.words.text() == "4 runs of 2 epochs each, 8 epochs in all."
    window.start_button.click()
    sweep, session = trainer.controller.sweep, trainer.session
    assert sweep.is_running
    assert window.cancel_button.isVisible()
    trainer.wait_for(lambda: not sweep.is_running)
    history, alone = History(), sweep.outcomes[2].point.experiment
    assert alone.training.learning_rate == 0.1
    for event in train(alone, split_for(alone)):
        history.add(event)
    assert sweep.outcomes[2].result == result_of(history)
    losses = [outcome.result.validation_loss for outcome in sweep.outcomes]
    trainer.wait_for(lambda: window.map.best == sweep.outcomes[losses.index(min(losses))].point.place)
    assert session.experiment == points(epochs=2), "the document stays as it is"
    assert trainer.controller.side_runs.runs == ()
    trainer.wait_for(lambda: len(trainer.controller.kept_runs.runs) == 4)
    spot = window.map.cell((1, 0)).center().toPoint()
    qtbot.mouseClick(window.map, Qt.MouseButton.LeftButton, pos=spot)
    assert "Learning rate 0.1, hidden units 4" in window.chosen.text()
    window.curves_button.click()
    assert [other.name for other in trainer.controller.shown_runs.others] == ["learning rate 0.1, hidden units 4"]
    window.take_button.click()
    assert session.experiment.training.learning_rate == 0.1
    assert session.graph.node("fc1").params["out_features"] == 4
    assert session.experiment.training.epochs == 2
    assert session.document.undo_label == "Take learning rate 0.1, hidden units 4"
    session.document.undo()
    assert session.experiment == points(epochs=2)


def test_one_setting_is_drawn_as_a_line_and_keys_move_along_it(
    window: SweepWindow, trainer: Trainer, qtbot: QtBot
) -> None:
    fill(window, ("Method", "Adam, SGD, RMSprop"))
    window.form.epochs.setValue(1)
    window.start_button.click()
    trainer.wait_for(lambda: not trainer.controller.sweep.is_running)
    trainer.wait_for(lambda: len(window.map.spots()) == 3)
    window.map.choose((0,))
    qtbot.keyClick(window.map, Qt.Key.Key_Right)
    assert window.map.place == (1,)
    assert "SGD" in window.chosen.text()
    window.metric_switch.set_current(1)
    accuracies = [outcome.result.validation_accuracy for outcome in trainer.controller.sweep.outcomes]
    assert window.map.best is not None
    assert accuracies[window.map.best[0]] == max(accuracies)
    window.grab()  # it can be painted


def test_cancel_ends_it_and_the_next_sweep_begins_anew(window: SweepWindow, trainer: Trainer) -> None:
    fill(window, ("Seed", "0 … 5"))
    window.form.epochs.setValue(100_000)
    window.start_button.click()
    sweep = trainer.controller.sweep
    trainer.wait_for(lambda: sweep.fraction > 0)
    window.cancel_button.click()
    assert not sweep.is_running
    assert trainer.controller.side_runs.runs == ()
    assert window.start_button.isVisible()
    window.form.epochs.setValue(1)
    fill(window, ("Seed", "7, 8"))
    window.start_button.click()
    trainer.wait_for(lambda: not sweep.is_running)
    assert [outcome.state for outcome in sweep.outcomes] == ["done", "done"]


def test_a_run_that_fails_is_said_in_its_cell(window: SweepWindow, trainer: Trainer) -> None:
    session = trainer.session
    session.apply("SGD", replace(session.experiment, training=replace(session.experiment.training, optimizer="sgd")))
    fill(window, ("Learning rate", "0.01, 1000"), ("Weight decay", "0, 100"))
    window.form.epochs.setValue(3)
    window.start_button.click()
    sweep = trainer.controller.sweep
    trainer.wait_for(lambda: not sweep.is_running)
    failed = sweep.outcome_at((1, 1))
    assert failed is not None
    assert failed.state == "failed"
    window.refresh()
    window.map.choose((1, 1))
    assert "smaller learning rate" in window.chosen.text()
    assert window.map.best != (1, 1)
    window.grab()


def test_what_cannot_be_swept_is_said_and_start_is_shut(window: SweepWindow, trainer: Trainer) -> None:
    for first, second, word in (
        (("Learning rate", "quick"), None, "no number"),
        (("Learning rate", "0.1, 0.2"), ("Learning rate", "0.1"), "same"),
        (("Seed", "0 … 99"), ("Batch size", "8, 16"), "at most 100"),
    ):
        fill(window, first, second)
        assert word in window.words.text() + window.form.first.words.text()
        assert not window.start_button.isEnabled()
    fill(window, ("Learning rate", "0.1, 0.2"))
    assert window.start_button.isEnabled()
    trainer.session.edit("Remove loss", edits.remove(trainer.session.graph, ["loss"]))
    trainer.wait_for(lambda: not window.start_button.isEnabled())
