"""The user's own data: a table, a folder of pictures, a file of arrays.

Such a data set is described by its key alone ("table:{…}"), so that a document can name it: where the file is, what to
take from it, and what the classes are called. The file is only read when examples are wanted.
"""

from __future__ import annotations

from playground.data.own.arrays import ArraysChoice, arrays_key, look_into
from playground.data.own.pictures import FolderChoice, Found, folder_key, survey
from playground.data.own.table import TableChoice, likely_choice, table_key
from playground.data.own.table_reading import Column, Table, read_table

POINTS = "own:points"

ENTRIES = (
    ("own:table", "A table (CSV)…", "A text file with a line for each example; choose what is predicted from what."),
    ("own:folder", "A folder of pictures…", "A folder for each class, with its pictures in it."),
    ("own:arrays", "Arrays (.npz)…", "What numpy.savez has written: inputs “x”, and targets “y”."),
    (POINTS, "Points by hand…", "Place points in the plane with the mouse, in two to nine classes."),
)
"""What a list of data sets offers under "Your own": (key, title, summary). These ask something first."""

__all__ = [
    "ENTRIES",
    "POINTS",
    "ArraysChoice",
    "Column",
    "FolderChoice",
    "Found",
    "Table",
    "TableChoice",
    "arrays_key",
    "folder_key",
    "likely_choice",
    "look_into",
    "read_table",
    "survey",
    "table_key",
]
