"""Checkpoints on disk: a run goes on from one exactly, they are bounded, and a power cut leaves those before."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest

import playground.train.runs.checkpoint_files as checkpoint_files
from playground.graph import archive
from playground.graph.files import FileError, Saved
from playground.train import Checkpoint, Marked
from playground.train.runs.checkpoint_files import MOST, CheckpointFiles
from tests.train.toy_runs import finished, losses, noise, pictures, run


def marked(every: int, epochs: int) -> tuple[list[Checkpoint], list[float], Checkpoint]:
    """The checkpoints of a run, its losses, and how it ended."""
    events = run(pictures(epochs=epochs, checkpoint_every=every), noise())
    return [e.checkpoint for e in events if isinstance(e, Marked)], losses(events), finished(events).checkpoint


def saved(checkpoint: Checkpoint) -> Saved:
    return Saved(pictures(epochs=4), checkpoint.state, checkpoint.to_arrays())


def test_every_so_many_epochs_there_is_one_and_the_run_goes_on_from_it_exactly(tmp_path: Path) -> None:
    places, all_losses, end = marked(2, 5)
    assert [place.epoch for place in places] == [2, 4]
    files = CheckpointFiles(tmp_path, places[0].fingerprint)
    for place in places:
        files.keep(place.epoch, saved(place))
    (first, _) = files.kept()
    held = files.read(first)
    again = run(pictures(epochs=5), noise(), resume=Checkpoint.from_arrays(held.weights, held.optimizer))
    assert losses(again) == all_losses[first.epoch * len(all_losses) // 5 :]
    assert all(np.array_equal(end.state[key], finished(again).checkpoint.state[key]) for key in end.state)


def test_without_the_setting_there_is_none() -> None:
    assert marked(0, 2)[0] == []


def test_the_newest_few_are_kept(tmp_path: Path) -> None:
    files, place = CheckpointFiles(tmp_path, 7), Checkpoint(7, {"a": np.zeros(3, np.float32)})
    for epoch in range(1, MOST + 4):
        files.keep(epoch, saved(place))
    assert [kept.epoch for kept in files.kept()] == list(range(4, MOST + 4))
    files.begin_anew()
    assert files.kept() == ()


def test_other_runs_give_way_when_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Checkpoint(7, {"a": np.zeros(5000, np.float32)})
    runs = [CheckpointFiles(tmp_path, number) for number in (1, 2, 3)]
    for number, files in enumerate(runs[:2]):
        files.keep(1, saved(place))
        os.utime(files.kept()[0].path, (number, number))
    monkeypatch.setattr(checkpoint_files, "MOST_BYTES", 60_000)
    runs[2].keep(1, saved(place))
    assert [len(files.kept()) for files in runs] == [0, 1, 1]


@pytest.mark.parametrize("failing", ["write", "replace"])
def test_a_power_cut_while_one_is_written_leaves_those_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    files, place = CheckpointFiles(tmp_path, 7), Checkpoint(7, {"a": np.ones(3, np.float32)})
    files.keep(1, saved(place))

    def cut(*_: object) -> None:
        raise SystemExit("the power is gone")

    if failing == "write":
        monkeypatch.setattr("playground.graph.files.write_archive", cut)
    else:
        monkeypatch.setattr(archive.os, "replace", cut)
        monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(SystemExit):
        files.keep(2, saved(place))
    monkeypatch.undo()
    (left,) = CheckpointFiles(tmp_path, 7).kept()
    assert (left.epoch, files.read(left).weights["a"].tolist()) == (1, [1.0, 1.0, 1.0])


def test_a_full_disk_says_so_and_harms_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, place = CheckpointFiles(tmp_path, 7), Checkpoint(7, {"a": np.ones(3, np.float32)})
    files.keep(1, saved(place))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("playground.graph.files.write_archive", full)
    with pytest.raises(FileError, match="full"):
        files.keep(2, saved(place))
    assert [kept.epoch for kept in files.kept()] == [1]


def test_one_that_is_damaged_or_gone_is_refused_in_plain_words(tmp_path: Path) -> None:
    files, place = CheckpointFiles(tmp_path, 7), Checkpoint(7, {"a": np.ones(3, np.float32)})
    files.keep(1, saved(place))
    (kept,) = files.kept()
    kept.path.write_bytes(kept.path.read_bytes()[:200])
    with pytest.raises(FileError, match="cannot be opened"):
        files.read(kept)
    kept.path.unlink()
    with pytest.raises(FileError, match="cannot be opened"):
        files.read(kept)
