"""Data sets: what there is, loading one, and dividing it for training.

>>> from playground.data import load, split
>>> digits = load("mnist")
>>> parts = split(digits, validation_fraction=0.1, seed=0)
>>> parts.x_train.shape
(18000, 1, 28, 28)

Numpy, and Pillow for pictures: neither torch nor Qt is imported. A new data set is one `register(DataSet(...))` in a
file of this package; add the file's name to the imports below.
"""

from __future__ import annotations

from playground.data import pictures, archives, recordings, series, tables, toy, toy_classes, toy_values  # isort: skip
from playground.data import points, worked, gallery, own  # isort: skip  (the order within a group of the menu)
from playground.data._spec import (
    GROUPS,
    DataError,
    DataSet,
    Inputs,
    Loader,
    Samples,
    Scale,
    Targets,
    all_data_sets,
    data_set,
    register,
)
from playground.data.loading import NOISE_RANGE, SAMPLES_RANGE, load
from playground.data.photographs import fitted
from playground.data.split import Division, Split, divide, split

__all__ = [
    "GROUPS",
    "NOISE_RANGE",
    "SAMPLES_RANGE",
    "DataError",
    "DataSet",
    "Division",
    "Inputs",
    "Loader",
    "Samples",
    "Scale",
    "Split",
    "Targets",
    "all_data_sets",
    "archives",
    "data_set",
    "divide",
    "fitted",
    "gallery",
    "load",
    "own",
    "pictures",
    "points",
    "recordings",
    "register",
    "series",
    "split",
    "tables",
    "toy",
    "toy_classes",
    "toy_values",
    "worked",
]
