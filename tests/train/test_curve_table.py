"""The curves as a table: every number comes back exactly."""

from __future__ import annotations

import csv
import io

import numpy as np

from playground.train import BatchDone, EpochDone, History
from playground.train.curve_table import HEADINGS, as_csv


def test_every_number_comes_back_exactly_and_unknown_ones_are_empty() -> None:
    rng, history = np.random.default_rng(0), History()
    for step in range(1, 41):
        history.add(BatchDone(step, (step - 1) // 10, step / 10, rng.random(), None, 0.1 / step, error=rng.random()))
        if step % 10 == 0:
            history.add(EpochDone(step // 10, rng.random(), None, rng.random(), None, 0.1, 1.5, 9.0, True, 0.25, 0.5))
    rows = list(csv.DictReader(io.StringIO(as_csv([("this run", history), ("dropout, 0.5", History())]))))
    assert tuple(rows[0]) == HEADINGS
    epochs, batches = ([row for row in rows if row["of"] == of] for of in ("epoch", "batch"))
    assert (len(epochs), len(batches)) == (4, 40)
    assert [float(row["validation_loss"]) for row in epochs] == history.epoch_column("validation_loss").tolist()
    assert [float(row["training_loss"]) for row in batches] == history.batch_column("loss").tolist()
    assert [float(row["learning_rate"]) for row in batches] == [0.1 / step for step in range(1, 41)]
    assert {row["training_accuracy"] for row in rows} == {""}
    assert {row["validation_loss"] for row in batches} == {""}


def test_names_with_commas_are_one_cell() -> None:
    history = History()
    history.add(BatchDone(1, 0, 0.1, 0.5, 0.5, 0.1))
    [row] = csv.DictReader(io.StringIO(as_csv([('dropout, "0.5"', history)])))
    assert row["run"] == 'dropout, "0.5"'
