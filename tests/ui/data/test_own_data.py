"""The user's own data: from a file to a chosen data set, by the fields and buttons of the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.data import data_set, load
from playground.ui.data.arrays_page import ArraysPage
from playground.ui.data.files import is_own_data
from playground.ui.data.folder_page import FolderPage
from playground.ui.data.own_data import OwnDataDialog
from playground.ui.data.table_page import TablePage


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Thirty rows: two numbers (one with gaps), a word to predict, and text."""
    file = tmp_path / "things.csv"
    rows = [f"{n},{'' if n % 10 == 0 else n * 2},{('small', 'large')[n // 15]},remark {n}" for n in range(30)]
    file.write_text("\n".join(["size,weight,kind,note", *rows]))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of six pictures, and a broken one."""
    for name, colour in (("dark", "#101010"), ("bright", "#f0f0f0")):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(6):
            Image.new("RGB", (20, 20), colour).save(tmp_path / "pictures" / name / f"{number}.png")
    (tmp_path / "pictures" / "dark" / "broken.png").write_bytes(b"?")
    return tmp_path / "pictures"


def _open(qtbot: QtBot, path: Path) -> tuple[OwnDataDialog, list[str]]:
    dialog = OwnDataDialog(path)
    qtbot.addWidget(dialog)
    sent: list[str] = []
    dialog.chosen.connect(sent.append)
    dialog.show()
    return dialog, sent


def test_a_table_is_offered_as_one_would_likely_want_it(qtbot: QtBot, table: Path) -> None:
    dialog, sent = _open(qtbot, table)
    qtbot.waitUntil(lambda: "examples" in dialog.summary.text())
    assert dialog.summary.text() == "27 examples: 22 to learn from, 5 to test. 2 classes: large 14, small 13."
    assert "3 of 30 rows are left out" in dialog.remarks.text()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert data_set(sent[0]).classes == ("large", "small")
    assert load(sent[0]).x_train.shape == (22, 2)


def test_another_column_can_be_predicted_gaps_filled_and_columns_left_out(qtbot: QtBot, table: Path) -> None:
    dialog, sent = _open(qtbot, table)
    page = dialog.page
    assert isinstance(page, TablePage)
    qtbot.waitUntil(lambda: page.choice is not None)
    page.target.setCurrentText("size")
    page.target.activated.emit(0)
    page.gaps.setCurrentIndex(1)
    page.gaps.activated.emit(1)
    row = next(n for n in range(page.model.rowCount()) if page.model.item(n, 1).text() == "kind")
    page.model.item(row).setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: "30 examples" in dialog.summary.text())
    assert not dialog.remarks.isVisible()
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert data_set(sent[0]).features == ("weight",)
    assert data_set(sent[0]).target_shape == (1,)


def test_a_table_without_any_column_going_in_cannot_be_used(qtbot: QtBot, table: Path) -> None:
    dialog, _ = _open(qtbot, table)
    page = dialog.page
    assert isinstance(page, TablePage)
    qtbot.waitUntil(lambda: page.choice is not None)
    for row in range(page.model.rowCount()):
        page.model.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert not dialog.use.isEnabled()
    assert "tick at least one column" in dialog.summary.text()


def test_a_folder_shows_pictures_reads_them_when_wanted_and_names_the_broken(qtbot: QtBot, folder: Path) -> None:
    dialog, sent = _open(qtbot, folder)
    page = dialog.page
    assert isinstance(page, FolderPage)
    qtbot.waitUntil(lambda: len(page.pictures) == 12)
    assert "13 pictures of 2 classes" in page.classes.text()
    page.colour.setCurrentText("grey")
    page.colour.activated.emit(1)
    page.side.setCurrentText("8")
    page.side.activated.emit(0)
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(sent))
    assert data_set(sent[0]).sample_shape == (1, 8, 8)
    assert "1 file could not be read: broken.png" in dialog.remarks.text()
    assert load(sent[0]).x_train.shape == (10, 1, 8, 8)


def test_arrays_are_matched_and_can_be_chosen_otherwise(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "data.npz"
    np.savez(file, x=np.ones((20, 4, 4)), y=np.arange(20) % 4, other=np.linspace(0, 1, 20))
    dialog, sent = _open(qtbot, file)
    page = dialog.page
    assert isinstance(page, ArraysPage)
    qtbot.waitUntil(lambda: "4 classes" in dialog.summary.text())
    page.targets.setCurrentIndex(page.targets.findData("other"))
    page.targets.activated.emit(0)
    qtbot.waitUntil(lambda: "values to predict" in page.words.text() and dialog.use.isEnabled())
    qtbot.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert data_set(sent[0]).target_shape == (1,)


def test_what_cannot_be_used_is_said_and_nothing_can_be_taken(qtbot: QtBot, tmp_path: Path) -> None:
    for name, content in (("empty.csv", b""), ("no.npz", b"?")):
        (tmp_path / name).write_bytes(content)
        dialog, _ = _open(qtbot, tmp_path / name)
        qtbot.waitUntil(lambda shown=dialog: name in shown.summary.text())  # noqa: B023
        assert not dialog.use.isEnabled()
        dialog.reject()


def test_what_can_be_dropped_on_the_window(tmp_path: Path) -> None:
    assert is_own_data(tmp_path)
    assert is_own_data(Path("a.CSV"))
    assert is_own_data(Path("a.npz"))
    assert not is_own_data(Path("a.playground"))
