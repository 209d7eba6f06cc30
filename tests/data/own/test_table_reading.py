"""Reading CSV files as people make them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.data import DataError
from playground.data.own import Table, read_table


def _read(folder: Path, text: str | bytes) -> Table:
    file = folder / "table.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(file)


def test_a_heading_is_seen_and_columns_know_what_they_hold(tmp_path: Path) -> None:
    table = _read(tmp_path, "length,kind,note\n1.5,a,first one\n2.5,b,\n3.5,a,third\n")
    assert table.has_heading
    assert [(column.name, column.kind) for column in table.columns] == [
        ("length", "number"),
        ("kind", "category"),
        ("note", "category"),
    ]
    assert table.column("length").numbers.tolist() == [1.5, 2.5, 3.5]
    assert table.column("kind").categories == ("a", "b")
    assert table.column("note").missing == 1


def test_without_a_heading_columns_are_numbered(tmp_path: Path) -> None:
    table = _read(tmp_path, "1,2\n3,4\n")
    assert not table.has_heading
    assert [column.name for column in table.columns] == ["column 1", "column 2"]
    assert table.rows == 2


def test_a_heading_can_be_said_to_be_there_or_not(tmp_path: Path) -> None:
    file = tmp_path / "words.csv"
    file.write_text("yes,no\nyes,no\nno,yes\n")
    assert not read_table(file).has_heading
    assert read_table(file, has_heading=True).rows == 2


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_other_separators(tmp_path: Path, sign: str) -> None:
    table = _read(tmp_path, sign.join(["a", "b"]) + "\n" + sign.join(["1", "2"]) + "\n")
    assert [column.name for column in table.columns] == ["a", "b"]
    assert table.separator == sign


def test_decimal_commas_between_semicolons(tmp_path: Path) -> None:
    table = _read(tmp_path, "weight;size\n1,5;2\n-2,25;3\n")
    assert table.column("weight").numbers.tolist() == [1.5, -2.25]


def test_cells_in_quotes_may_hold_the_separator(tmp_path: Path) -> None:
    table = _read(tmp_path, 'name,value\n"Smith, Ann",1\n"Roe, Tom",2\n')
    assert table.column("name").words == ("Smith, Ann", "Roe, Tom")


def test_what_stands_for_nothing_is_missing_and_infinite_numbers_are_too(tmp_path: Path) -> None:
    column = _read(tmp_path, "a,b\n1,1\nNA,2\n?,3\ninf,4\n").column("a")
    assert column.kind == "number"
    assert column.missing == 3
    assert np.isnan(column.numbers).tolist() == [False, True, True, True]


def test_lines_of_another_length_are_left_out_and_named(tmp_path: Path) -> None:
    table = _read(tmp_path, "a,b\n1,2\n3\n4,5\n6,7,8\n")
    assert table.rows == 2
    assert table.ragged == (3, 5)


def test_names_used_twice_are_told_apart(tmp_path: Path) -> None:
    assert [c.name for c in _read(tmp_path, "a,a,\n1,2,3\n").columns] == ["a", "a (2)", "column 3"]


def test_files_of_old_windows_programs_can_be_read(tmp_path: Path) -> None:
    assert _read(tmp_path, "gr\xf6\xdfe,b\n1,2\n".encode("cp1252")).columns[0].name == "größe"


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (b"a,b\n", "no rows"), (b"PK\0\0\0", "not a text file")],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(DataError, match=said):
        _read(tmp_path, content)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone\.csv cannot be read"):
        read_table(tmp_path / "gone.csv")
