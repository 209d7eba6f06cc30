"""Where a training stands, in a file and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.graph.files import Saved, load, save
from playground.train import Checkpoint, TrainError
from playground.train.checkpoints import fingerprint_in
from tests.train.toy_runs import finished, losses, noise, pictures, run, stopping_after


def test_a_file_brings_everything_back(tmp_path: Path) -> None:
    experiment, split = pictures(), noise()
    stopped = finished(stopping_after(7, experiment, split)).checkpoint
    save(tmp_path / "run.playground", Saved(experiment, stopped.state, stopped.to_arrays()))
    saved = load(tmp_path / "run.playground")
    again = Checkpoint.from_arrays(saved.weights, saved.optimizer)
    assert again is not None
    rest, other = run(experiment, split, resume=stopped), run(saved.experiment, split, resume=again)
    assert losses(rest) == losses(other)
    one, two = finished(rest).checkpoint, finished(other).checkpoint
    assert all(np.array_equal(one.state[key], two.state[key]) for key in one.state)


def test_no_arrays_are_no_checkpoint() -> None:
    assert Checkpoint.from_arrays({}, {}) is None
    assert fingerprint_in({}) is None


def test_the_fingerprint_can_be_read_alone() -> None:
    checkpoint = Checkpoint(fingerprint=2**63 - 1, state={})
    assert fingerprint_in(checkpoint.to_arrays()) == 2**63 - 1


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("position", np.zeros(3, dtype=np.int64)),
        ("position", np.zeros(6)),
        ("position", np.array([1, -1, 0, 0, 1, 0])),
        ("position", np.array([1, 0, 0, 0, 0, 0])),
        ("sums", np.zeros((2, 2))),
        ("method", np.array([255, 254], dtype=np.uint8)),
        ("best", np.array([1.0])),
    ],
)
def test_damaged_arrays_are_refused_in_plain_words(key: str, value: np.ndarray) -> None:
    arrays = Checkpoint(fingerprint=1, state={}, method="adam").to_arrays()
    with pytest.raises(TrainError, match=r"training (starts|stands)"):
        Checkpoint.from_arrays({}, {**arrays, key: value})


def test_optimizer_arrays_that_do_not_fit_are_left_out() -> None:
    split = noise()
    stopped = finished(run(pictures(epochs=1), split)).checkpoint
    wrong = {key: value[..., :1] if value.ndim else value for key, value in stopped.optimizer.items()}
    fresh = replace(stopped, optimizer={})
    one = run(pictures(), split, resume=replace(stopped, optimizer=wrong))
    two = run(pictures(), split, resume=fresh)
    assert len(losses(one)) == 5
    assert losses(one)[0] == losses(two)[0]
