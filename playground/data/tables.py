"""Data sets of tables, read from `assets/data/tabular.npz`: flowers, wines, tumours, patients and cars.

A row is an example, a column a feature. Features have units of their own (years, kilograms, millimetres), so each is
made a small number about zero by the mean and the spread of the training examples; the test examples play no part.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from playground.data._archive import Arrays, Damage, as_labels, read_archive, shipped
from playground.data._spec import DataSet, Inputs, Samples, Scale, register
from playground.data.split import stratified_order

FILE = "tabular.npz"
NORMALISATION = (
    "Each feature: minus its mean, divided by its spread (the standard deviation); both learnt from all examples "
    "but those for testing."
)
_TARGET_TOO = " The value to predict likewise."
_TEST_PART = 5
"""One example in so many is for the test, always the same ones."""

_ORIGINS = ("made in the USA", "made in Europe", "made in Japan")


@dataclass(frozen=True)
class _Table:
    """One table of the file: the beginning of its arrays' names, and how many columns and classes it has."""

    prefix: str
    columns: int
    classes: int = 0


def standardise(train: Inputs, test: Inputs) -> tuple[Inputs, Inputs]:
    """(value − mean) ÷ spread for each column, by the mean and spread of `train`; a column without spread becomes 0."""
    mean = train.mean(axis=0, dtype=np.float64)
    spread = train.std(axis=0, dtype=np.float64)
    divisor = np.where(spread > 0, spread, 1.0)
    parts = ((part.astype(np.float64) - mean) / divisor for part in (train, test))
    first, second = (part.astype(np.float32) for part in parts)
    return first, second


def _load(table: _Table, *, noise: float, samples: int, seed: int) -> Samples:
    """A Loader for one table. The options play no part."""

    def make(arrays: Arrays) -> Samples:
        x = _rows(arrays[f"{table.prefix}_x"], table.columns)
        if table.prefix == "auto_mpg":
            x = _origins_apart(x)
        targets = arrays[f"{table.prefix}_y"]
        if len(targets) != len(x):
            raise Damage("the numbers of rows and targets differ")
        rng = np.random.default_rng(0)
        if table.classes:
            labels = as_labels(targets, table.classes)
            test, train = _halves(stratified_order(labels, rng))
            x_train, x_test = standardise(x[train], x[test])
            return Samples(x_train, labels[train], x_test, labels[test])
        values = _values(targets)
        test, train = _halves(rng.permutation(len(x)))
        scale = Scale(float(values[train].mean()), float(values[train].std()))
        small = ((values - scale.mean) / scale.spread).astype(np.float32)
        x_train, x_test = standardise(x[train], x[test])
        return Samples(x_train, small[train], x_test, small[test], scale)

    return read_archive(shipped(FILE), (f"{table.prefix}_x", f"{table.prefix}_y"), make)


def _halves(order: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The positions of the test examples and of the others."""
    count = round(len(order) / _TEST_PART)
    return order[:count], order[count:]


def _rows(values: NDArray[np.generic], columns: int) -> Inputs:
    if values.dtype != np.float32 or values.shape[1:] != (columns,) or len(values) < 2 * _TEST_PART:
        raise Damage(f"instead of rows of {columns} numbers it holds {values.dtype} {values.shape}")
    rows: Inputs = values.astype(np.float32)
    if not np.isfinite(rows).all():
        raise Damage("a number of its table is missing")
    return rows


def _values(targets: NDArray[np.generic]) -> Inputs:
    if targets.dtype != np.float32 or targets.ndim != 1:
        raise Damage(f"instead of one value for each row it holds {targets.dtype} {targets.shape}")
    values: Inputs = targets.astype(np.float32)
    return values[:, np.newaxis]


def _origins_apart(x: Inputs) -> Inputs:
    """The last column names a continent by 1, 2 or 3. One column for each instead: Japan is not three times the USA."""
    origin = x[:, -1:]
    apart = (origin == np.arange(1, len(_ORIGINS) + 1)).astype(np.float32)
    return np.concatenate([x[:, :-1], apart], axis=1)


def _register(
    table: _Table,
    title: str,
    summary: str,
    source: str,
    features: tuple[str, ...],
    *,
    classes: tuple[str, ...] = (),
    unit: str = "",
) -> DataSet:
    return register(
        DataSet(
            key=table.prefix,
            title=title,
            summary=summary,
            sample_shape=(len(features),),
            classes=classes,
            target_shape=() if classes else (1,),
            options=(),
            source=source,
            loader=partial(_load, table),
            group="Tables",
            features=features,
            unit=unit,
            normalisation=NORMALISATION + ("" if classes else _TARGET_TOO),
        )
    )


_CELL_NUCLEUS = (
    *("radius", "texture", "perimeter", "area", "smoothness"),
    *("compactness", "concavity", "concave points", "symmetry", "fractal dimension"),
)

IRIS = _register(
    _Table("iris", 4, 3),
    "Iris flowers",
    "Four lengths of a flower, in centimetres, and which of three kinds it is: 120 to learn from, 30 to test.",
    "R. A. Fisher (1936), UCI; CC BY 4.0.",
    ("sepal length", "sepal width", "petal length", "petal width"),
    classes=("setosa", "versicolor", "virginica"),
)

WINE = _register(
    _Table("wine", 13, 3),
    "Wine",
    "Thirteen measurements of a wine, and which of three sorts of grapes it is of: 142 to learn from, 36 to test.",
    "S. Aeberhard and M. Forina (1991), UCI; CC BY 4.0.",
    (
        *("alcohol", "malic acid", "ash", "alkalinity of ash", "magnesium", "phenols", "flavanoids"),
        *("non-flavanoid phenols", "proanthocyanins", "colour intensity", "hue", "dilution (OD280/OD315)", "proline"),
    ),
    classes=("grape 1", "grape 2", "grape 3"),
)

BREAST_CANCER = _register(
    _Table("breast_cancer", 30, 2),
    "Breast tumours",
    "Thirty measurements of cell nuclei under a microscope: 455 to learn from, 114 to test. For learning only.",
    "W. Wolberg, O. Mangasarian and W. Street (1995), UCI (Wisconsin); CC BY 4.0.",
    tuple(f"{kind} {name}" for kind in ("mean", "uncertainty of", "worst") for name in _CELL_NUCLEUS),
    classes=("malignant", "benign"),
)

AUTO_MPG = _register(
    _Table("auto_mpg", 7),
    "Cars: Auto MPG",
    "Cars of 1970 to 1982, and how many miles they go on a gallon: 314 to learn from, 78 to test.",
    "R. Quinlan (1993), UCI; CC BY 4.0.",
    (*("cylinders", "displacement", "horsepower", "weight", "acceleration", "model year"), *_ORIGINS),
    unit="mpg",
)

DIABETES = _register(
    _Table("diabetes", 10),
    "Diabetes",
    "Ten measurements of a patient, and how far the illness went in a year: 354 to learn from, 88 to test.",
    "B. Efron and others (2004), Least Angle Regression; published with scikit-learn, no licence of its own.",
    (
        *("age", "sex", "body mass index", "blood pressure", "total cholesterol", "LDL", "HDL"),
        *("cholesterol ÷ HDL", "log of triglycerides", "blood sugar"),
    ),
    unit="points",
)
