"""The window of all runs and the pills above the curves, used as a user uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from playground.train.runs.store import KeptRun, RunStore
from playground.ui.train.learning_view import LearningView
from playground.ui.train.runs.table import COLUMNS
from playground.ui.train.runs.window import RunsWindow
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer

HEADINGS = [column.heading for column in COLUMNS]


@pytest.fixture
def trainer(make_trainer: Callable[..., Trainer], tmp_path: Path) -> Trainer:
    """A run of the document and two beside it, all of them kept."""
    made = make_trainer(points(epochs=2), store=RunStore(tmp_path / "runs"))
    controller = made.controller
    controller.play()
    controller.side_runs.start("fast", points(epochs=3, learning_rate=0.1))
    controller.side_runs.start("seed 5", replace(points(epochs=2), seed=5))
    made.wait_for(lambda: len(controller.kept_runs.runs) == 3)
    return made


@pytest.fixture
def window(trainer: Trainer, qtbot: QtBot) -> Iterator[RunsWindow]:
    shown = RunsWindow(trainer.session, trainer.controller)
    qtbot.addWidget(shown)
    shown.show()
    trainer.wait_for(lambda: len(shown.table.runs.rows) == 3)
    yield shown
    shown.close()


def cell(window: RunsWindow, name: str, heading: str) -> str:
    row = next(row for row in window.table.runs.rows if row.name == name)
    return COLUMNS[HEADINGS.index(heading)].text(row)


def lines(window: RunsWindow) -> dict[str, dict[str, str]]:
    """The table of the comparison: by label the value of each run."""
    table = window.comparison.table

    def text(row: int, column: int) -> str:
        item = table.item(row, column) if row >= 0 else table.horizontalHeaderItem(column)
        return "" if item is None else item.text()

    runs = range(1, table.columnCount())
    return {text(row, 0): {text(-1, c): text(row, c) for c in runs} for row in range(table.rowCount())}


def choose(window: RunsWindow, *names: str) -> None:
    keys = {row.key for row in window.table.runs.rows if row.name in names}
    window.table.select(keys, next(iter(keys)))


def test_the_table_says_what_each_run_is_and_came_to(window: RunsWindow, trainer: Trainer) -> None:
    assert {row.name for row in window.table.runs.rows} == {"Run 1", "fast", "seed 5"}
    assert cell(window, "fast", "Differs in") == "learning rate 0.1, epochs 3"
    assert cell(window, "Run 1", "Differs in") == "nothing"
    assert cell(window, "seed 5", "Network") == "2 dense"
    assert cell(window, "fast", "Epochs") == "3"
    history = trainer.controller.history
    best = max(history.epoch_column("validation_accuracy"))
    assert cell(window, "Run 1", "Best accuracy") == f"{100 * best:.2f} %"
    assert history.result is not None
    assert cell(window, "Run 1", "Test") == f"{100 * history.result.accuracy:.2f} %"
    window.table.sortByColumn(HEADINGS.index("Epochs"), Qt.SortOrder.DescendingOrder)
    assert window.table.model().index(0, 0).data() == "fast"
    assert "200 runs" in window.words.text()


def test_two_runs_are_compared_by_curves_results_and_settings(window: RunsWindow) -> None:
    choose(window, "fast", "Run 1")
    chart = window.comparison.chart
    assert chart is not None
    assert {other.name for other in chart.others.runs} == {"fast", "Run 1"}
    assert list(lines(window))[-2:] == ["Learning rate", "Epochs"]
    assert lines(window)["Learning rate"] == {"fast": "0.1", "Run 1": "0.01"}
    choose(window, "seed 5")
    assert list(lines(window))[-1] == "Seed"
    assert lines(window)["Seed"] == {"seed 5": "5", "open document": "0"}


def test_f2_renames_and_a_tick_draws(window: RunsWindow, trainer: Trainer) -> None:
    kept = trainer.controller.kept_runs
    choose(window, "seed 5")
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_F2)
    editor = window.table.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, "another start")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    trainer.wait_for(lambda: any(run.name == "another start" for run in kept.runs))
    trainer.wait_for(lambda: any(row.name == "another start" for row in window.table.runs.rows))
    model, row = window.table.runs, [row.name for row in window.table.runs.rows].index("another start")
    model.setData(model.index(row, 0), Qt.CheckState.Unchecked.value, Qt.ItemDataRole.CheckStateRole)
    assert "another start" not in [other.name for other in trainer.controller.shown_runs.others]
    trainer.wait_for(lambda: not window.table.runs.rows[row].role)
    model.setData(model.index(row, 0), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole)
    assert "another start" in [other.name for other in trainer.controller.shown_runs.others]


def test_delete_asks_first(window: RunsWindow, trainer: Trainer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Yes]

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return answers[len(asked) - 1]

    monkeypatch.setattr(QMessageBox, "exec", answer)
    choose(window, "fast", "seed 5")
    window.table.setFocus()
    QTest.keyClick(window.table, Qt.Key.Key_Delete)
    assert len(trainer.controller.kept_runs.runs) == 3
    QTest.keyClick(window.table, Qt.Key.Key_Delete)
    trainer.wait_for(lambda: [row.name for row in window.table.runs.rows] == ["Run 1"])
    assert asked == ["Delete these 2 runs?"] * 2
    assert trainer.controller.side_runs.runs == ()


def test_a_run_asks_to_become_the_document(window: RunsWindow, trainer: Trainer) -> None:
    wanted: list[KeptRun] = []
    trainer.controller.kept_runs.open_requested.connect(wanted.append)
    choose(window, "fast", "seed 5")
    assert not window.open_button.isEnabled()
    choose(window, "fast")
    window.open_button.click()
    assert [run.name for run in wanted] == ["fast"]


def test_the_pills_hide_show_stop_and_open(trainer: Trainer, qtbot: QtBot) -> None:
    controller = trainer.controller
    view = LearningView(trainer.session, controller)
    qtbot.addWidget(view)
    view.resize(760, 900)
    view.show()
    view.watch(watching=True)
    trainer.wait_for(lambda: view.chart is not None)
    assert view.chart is not None
    assert [pill.text() for pill in view.runs.pills] == ["fast", "seed 5"]
    assert view.runs.this_run.isVisible()
    fast = view.runs.pills[0]
    assert {other.name for other in view.chart.others.runs} == {"fast", "seed 5"}
    qtbot.mouseClick(fast, Qt.MouseButton.LeftButton)
    assert {other.name for other in view.chart.others.runs} == {"seed 5"}
    assert not fast.isChecked()
    long = controller.side_runs.start("long", points(epochs=100_000))
    trainer.wait_for(lambda: long.history.epochs > 0)
    pill = view.runs.pills[-1]
    trainer.wait_for(lambda: "%" in pill.text())
    controller.side_runs.stop(long)
    trainer.wait_for(lambda: pill.text() == "long")
    trainer.wait_for(lambda: pill.width() == pill.sizeHint().width())
    view.runs.all_runs.click()
    opened = view.findChildren(RunsWindow)
    assert len(opened) == 1
    view.runs.all_runs.click()
    assert view.findChildren(RunsWindow) == opened
    opened[0].close()
