"""Runs on disk: what is kept comes back, the folder stays within its bounds, and damage harms nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.graph.files import FileError, Saved, load
from playground.train import EpochDone, History
from playground.train.runs.result import result_of
from playground.train.runs.store import RunStore
from tests.train.toy_runs import points


def saved(seed: int = 0, numbers: int = 10, optimizer: int = 0) -> Saved:
    history = History()
    history.add(EpochDone(1, 0.9, 0.5, 0.8, 0.6, 0.01, 1.0, 100.0, is_best=True))
    history.add(EpochDone(2, 0.5, 0.7, 0.85, 0.7, 0.01, 1.0, 100.0, is_best=False))
    weights = {"fc1.weight": np.arange(numbers, dtype=np.float32)}
    kept = {"exp_avg/fc1.weight": np.zeros(optimizer, np.float32)} if optimizer else {}
    return Saved(replace(points(), seed=seed), weights, kept, history.to_arrays())


def names(store: RunStore) -> list[str]:
    return [run.name for run in store.runs().runs]


def test_a_run_comes_back_with_settings_curves_and_weights(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs")
    key = store.new_key()
    assert store.runs().runs == ()
    store.keep(key, saved(seed=7), message="Finished after 2 epochs.", ended=1000.0)
    (run,) = RunStore(tmp_path / "runs").runs().runs
    assert (run.key, run.name, run.message, run.ended) == (key, "Run 1", "Finished after 2 epochs.", 1000.0)
    assert run.experiment == replace(points(), seed=7)
    result = result_of(run.history)
    assert (result.epochs, result.validation_loss, result.validation_accuracy) == (2, 0.8, 0.7)
    np.testing.assert_array_equal(load(run.path).weights["fc1.weight"], np.arange(10))


def test_the_newest_is_first_and_numbers_go_on(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    for number in range(3):
        store.keep(store.new_key(), saved(), ended=100.0 + number)
    assert names(store) == ["Run 3", "Run 2", "Run 1"]
    store.delete(store.runs().runs[1].key)
    store.keep(store.new_key(), saved(), name="dropout 0.5", ended=200.0)
    store.keep(store.new_key(), saved(), ended=201.0)
    assert names(store) == ["Run 4", "dropout 0.5", "Run 3", "Run 1"]


def test_a_name_of_ones_own_stays_when_the_run_goes_on(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    key = store.new_key()
    store.keep(key, saved())
    store.rename(key, "  the   good one ")
    store.keep(key, saved(seed=1), message="Finished.")
    (run,) = store.runs().runs
    assert (run.name, run.is_named, run.experiment.seed, run.message) == ("the good one", True, 1, "Finished.")
    with pytest.raises(FileError, match="name"):
        store.rename(key, "   ")


def test_beyond_the_bound_the_oldest_goes_and_named_ones_go_last(tmp_path: Path) -> None:
    store = RunStore(tmp_path, most_runs=3)
    keys = [store.new_key() for _ in range(5)]
    for number, key in enumerate(keys[:3]):
        store.keep(key, saved(), ended=float(number + 1))
    store.rename(keys[0], "mine")
    assert store.keep(keys[3], saved(), ended=4.0) == (keys[1],)
    assert store.keep(keys[4], saved(), ended=5.0) == (keys[2],)
    assert names(store) == ["Run 5", "Run 4", "mine"]
    for key in keys[3:]:
        store.rename(key, key)
    newest = store.new_key()
    assert store.keep(newest, saved(), ended=6.0) == (keys[0],)
    assert len(list(tmp_path.iterdir())) == 6, "three runs and their notes, and nothing left of the others"


def test_the_folder_is_bounded_in_bytes_and_one_large_run_does_not_push_out_the_others(tmp_path: Path) -> None:
    store = RunStore(tmp_path, most_bytes=40_000)
    first = store.new_key()
    store.keep(first, saved(), ended=1.0)
    store.keep(store.new_key(), saved(numbers=2_000, optimizer=2_000), ended=2.0)
    store.keep(store.new_key(), saved(numbers=20_000), ended=3.0)
    huge, large, small = store.runs().runs
    assert small.key == first
    assert (small.has_weights, large.has_weights, huge.has_weights) == (True, True, False)
    assert load(large.path).weights
    assert not load(large.path).optimizer
    assert huge.history.epochs == 2
    for number in range(5):
        store.keep(store.new_key(), saved(numbers=2_400), ended=10.0 + number)
    assert 2 <= len(store.runs().runs) <= 4
    assert sum(run.size for run in store.runs().runs) <= 40_000


def test_what_is_damaged_is_passed_over_with_a_word(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    good, cut, unnamed = store.new_key(), store.new_key(), store.new_key()
    for key in (good, cut, unnamed):
        store.keep(key, saved())
    whole = store.path(cut).read_bytes()
    store.path(cut).write_bytes(whole[: len(whole) // 2])
    (tmp_path / f"{unnamed}.json").write_bytes(b"\xff{")
    (tmp_path / "stray.playground").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("not ours")
    found = store.runs()
    assert {run.key for run in found.runs} == {good, unnamed}
    assert unnamed in names(store), "a run whose note is damaged is called by its file"
    assert len(found.complaints) == 2
    assert all("cannot be opened" in complaint for complaint in found.complaints)
    store.keep(store.new_key(), saved())
    assert len(store.runs().runs) == 3


def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="cannot be kept"):
        RunStore(tmp_path / "file").keep("key", saved())
    assert RunStore(tmp_path / "file").runs().runs == ()
