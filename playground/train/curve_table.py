"""The curves as a table that any program reads: exact numbers, a line for each epoch and each batch of each run."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence

from playground.train.history import Floats, History

HEADINGS = (
    *("run", "of", "epoch", "training_loss", "validation_loss", "training_accuracy", "validation_accuracy"),
    *("training_error", "validation_error", "learning_rate", "seconds"),
)

_EPOCH_COLUMNS = (
    *("epoch", "train_loss", "validation_loss", "train_accuracy", "validation_accuracy"),
    *("train_error", "validation_error", "", "seconds"),
)
_BATCH_COLUMNS = ("position", "loss", "", "accuracy", "", "error", "", "rate", "")


def as_csv(runs: Sequence[tuple[str, History]]) -> str:
    """The curves of named runs, separated by commas, under `HEADINGS`.

    `of` says whether a line is of an epoch or of a batch (the mean of a few, where a run had too many to keep);
    `epoch` is then how many epochs, or parts of them, were done. Accuracies are from 0 to 1, errors in the unit of the
    data; a number that is not known is left empty. Every other number has the digits that give it back exactly.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADINGS)
    for name, history in runs:
        for of, names, column in (
            ("epoch", _EPOCH_COLUMNS, history.epoch_column),
            ("batch", _BATCH_COLUMNS, history.batch_column),
        ):
            columns = [_cells(column(key)) if key else None for key in names]
            count = len(column(names[0]))
            for row in range(count):
                table.writerow([name, of, *("" if cells is None else cells[row] for cells in columns)])
    return text.getvalue()


def _cells(values: Floats) -> list[str]:
    return ["" if math.isnan(value) else repr(value) for value in values.tolist()]
