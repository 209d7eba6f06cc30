"""Every run that ends or is replaced is kept by itself, once, with what it had learnt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.graph.files import load
from playground.train.runs.store import KeptRun, RunStore
from playground.ui.session import Progress
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer

Make = Callable[..., Trainer]


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def kept(trainer: Trainer, number: int) -> list[KeptRun]:
    """The runs, newest first, once there are so many."""
    trainer.wait_for(lambda: len(trainer.controller.kept_runs.runs) == number)
    return list(trainer.controller.kept_runs.runs)


def test_a_finished_run_is_kept_and_going_on_with_it_makes_no_second_one(make_trainer: Make, store: RunStore) -> None:
    trainer = make_trainer(points(epochs=2), store=store)
    trainer.controller.play()
    trainer.wait_state("finished")
    (run,) = kept(trainer, 1)
    assert (run.name, run.history.epochs, run.message) == ("Run 1", 2, "Finished after 2 epochs.")
    assert run.experiment == points(epochs=2)
    assert run.key == trainer.controller.kept_runs.main_key
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: trainer.controller.kept_runs.runs[0].history.epochs == 4)
    (run,) = kept(trainer, 1)
    file = load(run.path)
    for name, tensor in trainer.session.starting_state().items():
        np.testing.assert_array_equal(file.weights[name], tensor)


def test_reset_another_network_and_another_document_keep_what_was_before(make_trainer: Make, store: RunStore) -> None:
    trainer = make_trainer(points(epochs=100_000), store=store)
    session, controller = trainer.session, trainer.controller
    trainer.train_until(1)
    controller.reset()
    (first,) = kept(trainer, 1)
    assert first.message.startswith("Left after")
    controller.one_batch()
    trainer.wait_state("paused")
    controller.reset()  # a run of one batch is not worth keeping
    trainer.train_until(1)
    session.apply("Change the seed", replace(session.experiment, seed=4))
    trainer.wait_state("idle")
    trainer.train_until(1)
    runs = kept(trainer, 2)
    assert [run.experiment.seed for run in runs] == [0, 0]
    session.replace_document(points(), None, {}, Progress())
    runs = kept(trainer, 3)
    assert [run.experiment.seed for run in runs] == [4, 0, 0]
    assert controller.kept_runs.main_key == ""


def test_what_is_under_way_is_kept_when_the_window_closes(make_trainer: Make, store: RunStore) -> None:
    trainer = make_trainer(points(epochs=100_000), store=store)
    trainer.train_until(2)
    epochs = trainer.controller.history.epochs
    assert store.runs().runs == ()
    trainer.controller.close()
    (run,) = store.runs().runs
    assert run.history.epochs == epochs


def test_side_runs_are_kept_under_their_title_and_give_their_weights_back(make_trainer: Make, store: RunStore) -> None:
    trainer = make_trainer(points(epochs=1), store=store)
    controller = trainer.controller
    side = controller.side_runs.start("dropout 0.5", points(epochs=2))
    (run,) = kept(trainer, 1)
    assert (run.name, run.key, run.history.epochs) == ("dropout 0.5", side.key, 2)
    assert side.checkpoint is None
    assert controller.kept_runs.is_shown(run.key)
    controller.kept_runs.show(run.key, False)
    assert not side.is_shown
    controller.kept_runs.rename(run.key, "better")
    trainer.wait_for(lambda: controller.kept_runs.runs[0].name == "better")
    assert side.title == "better"
    controller.kept_runs.delete([run.key])
    assert kept(trainer, 0) == []
    assert controller.side_runs.runs == ()


def test_kept_runs_are_drawn_in_colours_of_their_own_and_not_over_other_data(
    make_trainer: Make, store: RunStore
) -> None:
    for number in range(3):
        trained = make_trainer(points(epochs=1), store=store)
        trained.controller.side_runs.start(f"run {number}", points(epochs=1))
        kept(trained, number + 1)
    trainer = make_trainer(points(epochs=1), store=store)
    runs = trainer.controller.kept_runs
    runs.refresh()
    kept(trainer, 3)
    for run in runs.runs:
        runs.show(run.key, True)
    roles = [role for _, role in runs.shown]
    assert len(set(roles)) == 3
    assert {other.role for other in trainer.controller.shown_runs.others} == set(roles)
    other = points()
    trainer.session.replace_document(replace(other, data=replace(other.data, name="xor")), None, {}, Progress())
    assert trainer.controller.shown_runs.others == ()


def test_a_disk_that_cannot_be_written_costs_a_warning_and_no_more(make_trainer: Make, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    trainer = make_trainer(points(epochs=1), store=RunStore(tmp_path / "file"))
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: bool(trainer.said))
    level, text = trainer.said[0]
    assert level == "warning"
    assert "cannot be kept" in text
    assert trainer.controller.history.epochs == 1
