"""Checkpoints while the window trains: they are kept, listed, gone back to, and gone on from exactly."""

from __future__ import annotations

import errno
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from playground.train import split_for
from playground.ui.train.transport import Transport
from tests.train.toy_runs import losses, points, run
from tests.ui.train.conftest import Trainer

MakeTrainer = Callable[..., Trainer]
EXPERIMENT = points(epochs=6, checkpoint_every=2)


def epochs(trainer: Trainer) -> list[int]:
    return [kept.epoch for kept in trainer.controller.going_back.kept]


def test_a_run_goes_on_from_a_checkpoint_as_if_nothing_had_been(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(EXPERIMENT, checkpoints=tmp_path)
    transport = Transport(trainer.controller)
    trainer.bot.addWidget(transport)
    transport.show()
    assert not transport.back.isVisible()
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: 6 in epochs(trainer))
    assert transport.back.isVisible()
    first = trainer.controller.going_back.kept[0]
    menu = transport.back.menu()
    menu.actions()[-1].trigger()
    trainer.wait_for(lambda: trainer.controller.history.epochs == first.epoch)
    trainer.controller.play()
    trainer.wait_state("finished")
    expected = losses(run(EXPERIMENT, split_for(EXPERIMENT)))
    assert trainer.controller.history.batch_column("loss").tolist() == expected


def test_the_same_document_finds_them_again_and_another_does_not(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(EXPERIMENT, checkpoints=tmp_path)
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: 6 in epochs(trainer))
    again = make_trainer(EXPERIMENT, checkpoints=tmp_path)
    again.wait_for(lambda: epochs(again) == epochs(trainer))
    again.session.apply("Change the seed", replace(EXPERIMENT, seed=7))
    again.wait_for(lambda: not epochs(again))
    again.session.document.undo()
    again.wait_for(lambda: bool(epochs(again)))


def test_reset_and_play_begin_with_none(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(points(epochs=3, checkpoint_every=3), checkpoints=tmp_path)
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: epochs(trainer) == [3])
    trainer.controller.reset()
    trainer.controller.one_batch()
    trainer.wait_state("paused")
    trainer.wait_for(lambda: epochs(trainer) == [])


def test_a_full_disk_is_told_once_and_training_goes_on(
    make_trainer: MakeTrainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("playground.graph.files.write_archive", full)
    trainer = make_trainer(EXPERIMENT, checkpoints=tmp_path)
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: bool(trainer.said))
    assert trainer.controller.history.epochs == 6
    (said,) = [text for level, text in trainer.said if level == "warning"]
    assert "full" in said
    assert "Training goes on without new checkpoints" in said


def test_one_that_is_gone_gets_a_message_and_the_document_stays(make_trainer: MakeTrainer, tmp_path: Path) -> None:
    trainer = make_trainer(EXPERIMENT, checkpoints=tmp_path)
    trainer.controller.play()
    trainer.wait_state("finished")
    trainer.wait_for(lambda: 6 in epochs(trainer))
    kept = trainer.controller.going_back.kept[0]
    kept.path.unlink()
    trainer.controller.going_back.go_back(kept)
    trainer.wait_for(lambda: bool(trainer.said))
    assert "Choose another checkpoint" in trainer.said[-1][1]
    assert trainer.controller.history.epochs == 6
