"""Reading a CSV file as a table: what divides its cells, whether it has a heading, and what each column holds."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import DataError

MOST_BYTES = 500_000_000
MOST_CATEGORIES = 100
"""A column of words with more different ones than this is text, of which a network can make nothing."""

_FEW_WORDS = 3
"""More different words than this must come twice on average, else they are names or remarks."""

_MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", ".", "inf", "-inf", "+inf", "infinity"})
"""What stands for a number that nobody knows, in small letters."""
_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 50
_COMMA_NUMBER = re.compile(r"[+-]?\d+(,\d+)?([eE][+-]?\d+)?$")

Kind = Literal["number", "category", "text", "empty"]


@dataclass(frozen=True, eq=False)
class Column:
    """One column. `numbers` are its values if it is one of numbers, with NaN where there is none; `words` its cells.

    `categories` are the different words, sorted, or the different numbers as they are written, if there are few.
    """

    name: str
    kind: Kind
    words: tuple[str, ...]
    numbers: NDArray[np.float64]
    categories: tuple[str, ...]
    missing: int


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was read. `ragged` are the numbers of the lines that have another number of cells; they are out."""

    path: Path
    columns: tuple[Column, ...]
    rows: int
    has_heading: bool
    separator: str
    ragged: tuple[int, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name. Raises DataError, listing those that exist."""
        for column in self.columns:
            if column.name == name:
                return column
        names = ", ".join(column.name for column in self.columns)
        raise DataError(f"{self.path.name} has no column “{name}”. It has: {names}.")


def read_table(path: Path, *, has_heading: bool | None = None) -> Table:
    """Read a CSV file. `has_heading` None: found out from the first lines.

    Raises:
        DataError: it is missing, too large, not text, or has no rows.
    """
    text = _text(path)
    separator = _separator(text.splitlines()[:_SAMPLE_LINES])
    try:
        lines = [(number, cells) for number, cells in enumerate(_cells(text, separator), start=1) if any(cells)]
    except csv.Error as error:
        raise DataError(f"{path.name} cannot be read as a table: {error}. Save it again as CSV (UTF-8).") from error
    if not lines:
        raise DataError(f"{path.name} is empty. A table needs a line for each example and a column for each number.")
    width = Counter(len(cells) for _, cells in lines).most_common(1)[0][0]
    whole = [cells for _, cells in lines if len(cells) == width]
    ragged = tuple(number for number, cells in lines if len(cells) != width)
    heading = _looks_like_heading(whole) if has_heading is None else has_heading
    rows = whole[1:] if heading else whole
    if not rows:
        raise DataError(f"{path.name} has a heading, but no rows below it. Each example needs a line.")
    names = _names(whole[0]) if heading else [f"column {number}" for number in range(1, width + 1)]
    columns = tuple(
        _column(name, [row[place].strip() for row in rows], comma=separator == ";") for place, name in enumerate(names)
    )
    return Table(path, columns, len(rows), heading, separator, ragged)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DataError(f"{path.name} is larger than {MOST_BYTES // 10**6} MB. Take a part of its rows.")
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"The table {path} cannot be read ({error.strerror or error}). Put it back there, or choose it again."
        ) from error
    if b"\0" in content[:4096]:
        raise DataError(f"{path.name} is not a text file. Save the table as CSV (UTF-8) and choose that file.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _separator(lines: Sequence[str]) -> str:
    """The sign that cuts most lines into the same number of cells, more than one."""
    best, most = ",", 0
    for sign in _SEPARATORS:
        counts = Counter(line.count(sign) for line in lines if line.strip())
        cuts, agreeing = counts.most_common(1)[0] if counts else (0, 0)
        if cuts and agreeing * 1000 + cuts > most:
            best, most = sign, agreeing * 1000 + cuts
    return best


def _cells(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines(), delimiter=separator, skipinitialspace=True, strict=False))


def _looks_like_heading(rows: Sequence[Sequence[str]]) -> bool:
    """Words above numbers; or, where all is words, a first line of which no word comes again below it."""
    first, rest = rows[0], rows[1 : _SAMPLE_LINES + 1]
    if any(_is_number(cell) for cell in first):
        return False
    if any(_is_number(cell) for row in rest for cell in row):
        return True
    below = [{row[place].strip() for row in rest} for place in range(len(first))]
    return all(cell.strip() not in words for cell, words in zip(first, below, strict=True))


def _names(cells: Sequence[str]) -> list[str]:
    """The heading's words, each once: a second “size” is called “size (2)”."""
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = stem = cell.strip() or f"column {number}"
        again = 2
        while name in names:
            name, again = f"{stem} ({again})", again + 1
        names.append(name)
    return names


def _column(name: str, words: list[str], *, comma: bool) -> Column:
    known = [word for word in words if word.lower() not in _MISSING]
    missing = len(words) - len(known)
    nothing = np.full(len(words), np.nan)
    if not known:
        return Column(name, "empty", tuple(words), nothing, (), missing)
    if comma and all(_COMMA_NUMBER.match(word) for word in known):
        words = [word.replace(",", ".") for word in words]
    numbers = _numbers(words)
    different = set(known) if numbers is None else {word for word in words if word.lower() not in _MISSING}
    categories = _sorted(different) if len(different) <= MOST_CATEGORIES else ()
    if numbers is not None:
        return Column(name, "number", tuple(words), numbers, categories, missing)
    repeats = len(different) <= max(_FEW_WORDS, len(known) // 2)
    kind: Kind = "category" if categories and repeats else "text"
    return Column(name, kind, tuple(words), nothing, categories, missing)


def _numbers(words: Sequence[str]) -> NDArray[np.float64] | None:
    """The cells as numbers, NaN for what is missing; None if a cell is neither."""
    found = np.full(len(words), np.nan)
    for place, word in enumerate(words):
        if word.lower() in _MISSING:
            continue
        try:
            found[place] = float(word)
        except ValueError:
            return None
    found[~np.isfinite(found)] = np.nan
    return found


def _is_number(word: str) -> bool:
    try:
        float(word.strip().replace(",", "."))
    except ValueError:
        return False
    return True


def _sorted(words: set[str]) -> tuple[str, ...]:
    """Numbers by their size, words by the alphabet."""
    if all(_is_number(word) for word in words):
        return tuple(sorted(words, key=lambda word: float(word.replace(",", "."))))
    return tuple(sorted(words, key=lambda word: (word.lower(), word)))


def is_missing(word: str) -> bool:
    """Whether a cell stands for a value that nobody knows."""
    return word.lower() in _MISSING
