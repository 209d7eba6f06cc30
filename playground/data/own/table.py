"""A data set from a table of the user's own: which column is to be predicted, from which others."""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataError, DataSet, Inputs, Samples, Scale, Targets, register_family
from playground.data.own.table_reading import Column, Table, is_missing, read_table
from playground.data.split import stratified_order
from playground.data.tables import NORMALISATION, standardise

PREFIX = "table"
LONGEST_KEY = 200_000
FEWEST_ROWS = 4
MOST_CLASSES = 100
_FEW_NUMBERS = 10
"""A column of so few different whole numbers is likelier to name classes than to measure something."""
_TEST_PART = 5


class Feature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column that the network looks at; one of words becomes a 0-or-1 number for each of its `categories`."""

    name: str
    categories: tuple[str, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """What the numbers made of it are called."""
        return tuple(f"{self.name} = {category}" for category in self.categories) or (self.name,)


class TableChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to take from a table. `classes` are the names to tell apart, empty where `target` is a value to predict.

    `missing`: examples without one of the numbers are left out, or the column's mean stands in.
    """

    path: str
    target: str
    features: tuple[Feature, ...]
    classes: tuple[str, ...] = ()
    missing: Literal["leave out", "mean"] = "leave out"
    has_heading: bool = True


def likely_choice(table: Table, target: str = "", *, as_classes: bool | None = None) -> TableChoice:
    """What one would most likely want of a table: the last column that can be, predicted from all others.

    Raises:
        DataError: no column can be predicted, or there is none to predict it from.
    """
    fit = [column for column in table.columns if column.kind in ("number", "category")]
    if len(fit) < 2:
        raise DataError(
            f"{table.path.name} has {len(fit)} column{'s' if len(fit) != 1 else ''} of numbers or of a few words. "
            "Two are needed: one to predict, and one to predict it from."
        )
    chosen = table.column(target) if target else next((c for c in reversed(fit) if c.kind == "category"), fit[-1])
    classes = _classes(chosen) if as_classes is None else (chosen.categories if as_classes else ())
    features = tuple(
        Feature(column.name, column.categories if column.kind == "category" else ())
        for column in fit
        if column.name != chosen.name and not (column.kind == "category" and len(column.categories) < 2)
    )
    return TableChoice(
        str(table.path), chosen.name, features, classes if len(classes) > 1 else (), has_heading=table.has_heading
    )


def _classes(column: Column) -> tuple[str, ...]:
    if column.kind == "category":
        return column.categories
    known = column.numbers[np.isfinite(column.numbers)]
    is_whole = bool(np.all(known == np.round(known)))
    return column.categories if is_whole and len(column.categories) <= _FEW_NUMBERS else ()


def table_key(choice: TableChoice) -> str:
    """The key of the data set.

    Raises:
        DataError: its description is longer than a document can hold.
    """
    key = f"{PREFIX}:{msgspec.json.encode(choice).decode()}"
    if len(key) > LONGEST_KEY:
        raise DataError(
            f"{Path(choice.path).name} has too many columns, or too many words in them: {len(choice.features):,} "
            "columns go in. Leave out those of words with many different ones."
        )
    return key


@lru_cache(maxsize=32)
def _data_set(written: str) -> DataSet:
    try:
        choice = msgspec.json.decode(written, type=TableChoice)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise DataError(f"The description of the table cannot be read ({error}). Choose the table again.") from error
    names = tuple(name for feature in choice.features for name in feature.inputs)
    path = Path(choice.path)
    wanted = "which kind it is" if choice.classes else f"“{choice.target}”"
    return DataSet(
        key=f"{PREFIX}:{written}",
        title=path.name,
        summary=f"The table {path}: {len(names)} numbers for each example, and {wanted}.",
        sample_shape=(len(names),),
        classes=choice.classes,
        target_shape=() if choice.classes else (1,),
        options=(),
        source=f"Your own: {path}",
        loader=partial(_load, choice),
        group="Your own",
        features=names,
        normalisation=NORMALISATION + ("" if choice.classes else " The value to predict likewise."),
    )


register_family(PREFIX, _data_set)


def _load(choice: TableChoice, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader. A fifth of the rows, always the same ones, are for the test."""
    return samples_of(read_table(Path(choice.path), has_heading=choice.has_heading), choice)


def samples_of(table: Table, choice: TableChoice) -> Samples:
    """The examples of a table.

    Raises:
        DataError: a column is gone or holds other things than when it was chosen, or too few rows are left.
    """
    x = np.concatenate([_inputs(table, feature) for feature in choice.features], axis=1)
    targets, is_known = _targets(table, choice)
    if choice.missing == "leave out":
        is_known &= np.isfinite(x).all(axis=1)
    x, targets = x[is_known], targets[is_known]
    _check(table, choice, x, targets)
    rng = np.random.default_rng(0)
    order = stratified_order(targets, rng) if choice.classes else rng.permutation(len(x))
    held = max(1, round(len(x) / _TEST_PART))
    test, train = order[:held], order[held:]
    x_train, x_test = standardise(*_filled(x[train], x[test]))
    if choice.classes:
        return Samples(x_train, targets[train], x_test, targets[test])
    spread = float(targets[train].std())
    scale = Scale(float(targets[train].mean()), spread if spread > 0 else 1.0)
    small = ((targets - scale.mean) / scale.spread).astype(np.float32)[:, np.newaxis]
    return Samples(x_train, small[train], x_test, small[test], scale)


def _inputs(table: Table, feature: Feature) -> NDArray[np.float64]:
    column = table.column(feature.name)
    if not feature.categories:
        if column.kind != "number":
            raise DataError(
                f"The column “{column.name}” of {table.path.name} holds words where numbers are wanted"
                f"{_first_word(column)}. Mend the file, or choose the table again."
            )
        return column.numbers[:, np.newaxis]
    words = np.array(column.words, dtype=object)
    apart = np.stack([words == category for category in feature.categories], axis=1).astype(np.float64)
    apart[[is_missing(word) for word in column.words]] = np.nan
    return apart


def _first_word(column: Column) -> str:
    for row, word in enumerate(column.words, start=1):
        try:
            float(word)
        except ValueError:
            if not is_missing(word):
                return f" (“{word[:30]}” in row {row})"
    return ""


def _targets(table: Table, choice: TableChoice) -> tuple[Targets, NDArray[np.bool_]]:
    """What should come out for each row, and for which rows that is known."""
    column = table.column(choice.target)
    if not choice.classes:
        if column.kind != "number":
            raise DataError(
                f"“{column.name}” of {table.path.name} is to be predicted as a value, but holds words"
                f"{_first_word(column)}. Predict it as classes, or choose another column."
            )
        return column.numbers.astype(np.float32), np.isfinite(column.numbers)
    numbers = {name: number for number, name in enumerate(choice.classes)}
    labels = np.array([numbers.get(word, -1) for word in column.words], dtype=np.int64)
    return labels, labels >= 0


def _check(table: Table, choice: TableChoice, x: NDArray[np.float64], targets: Targets) -> None:
    if len(x) < FEWEST_ROWS:
        raise DataError(
            f"Of the {table.rows:,} rows of {table.path.name} only {len(x)} have all their values. "
            "Fill gaps with the column's mean, leave out the columns with most gaps, or mend the file."
        )
    if choice.classes and len(np.unique(targets)) < 2:
        only = choice.classes[int(targets[0])]
        raise DataError(
            f"All rows of {table.path.name} are of one class, “{only}”: there is nothing to tell apart. "
            "Choose another column to predict."
        )


def _filled(train: NDArray[np.float64], test: NDArray[np.float64]) -> tuple[Inputs, Inputs]:
    """Gaps filled with the means of the training rows' columns; 0 where a column has nothing else."""
    known = np.isfinite(train)
    counts = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, train, 0.0).sum(axis=0) / counts
    return tuple(np.where(np.isfinite(part), part, means).astype(np.float32) for part in (train, test))  # type: ignore[return-value]
