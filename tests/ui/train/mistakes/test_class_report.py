"""Class by class: the table and the curve, and the pictures behind a cell of the matrix."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.train.events import Mistakes
from playground.ui.train.mistakes.class_report import ClassReport, scores_of
from playground.ui.train.mistakes.confusion import ConfusionMatrix

CONFUSION = np.array([[8, 2, 0], [1, 9, 0], [0, 5, 0]])


def _mistakes(epoch: int = 3) -> Mistakes:
    true = np.repeat([0, 1, 2], [10, 10, 5])
    named = np.array([0] * 8 + [1] * 2 + [0] + [1] * 9 + [1] * 5)
    nothing = np.zeros(0)
    roc = np.linspace(0, 1, 101)[np.newaxis] ** np.array([[0.2], [0.5], [1.0]])
    worst = np.zeros((0, 1), np.float32), nothing.astype(int), nothing.astype(int), nothing
    return Mistakes(epoch, CONFUSION, *worst, true, named, roc, np.array([0.83, 0.67, 0.5]))


def test_precision_recall_and_f1_are_counted_from_the_matrix() -> None:
    precision, recall, f1 = scores_of(CONFUSION)
    np.testing.assert_allclose(precision[:2], (8 / 9, 9 / 16))
    assert np.isnan(precision[2]), "nothing was taken for it"
    np.testing.assert_allclose(recall, (0.8, 0.9, 0.0))
    np.testing.assert_allclose(f1, (16 / 19, 18 / 26, 0.0))


def test_the_report_lists_the_classes_and_draws_the_chosen_curve(qtbot: QtBot) -> None:
    report = ClassReport()
    qtbot.addWidget(report)
    report.show()
    assert "something to judge" in report.words.text()
    report.show_mistakes(_mistakes(), ("cat", "dog", "bird"))
    rows = [[report.model.item(r, c).text().strip() for c in range(6)] for r in range(3)]
    assert sorted(rows) == [
        ["bird", "5", "—", "0.000", "0.000", "0.500"],
        ["cat", "10", "0.889", "0.800", "0.842", "0.830"],
        ["dog", "10", "0.562", "0.900", "0.692", "0.670"],
    ]
    assert "68.0% of 25" in report.words.text()
    row = next(r for r in range(3) if report.model.item(r).text() == "dog")
    report.table.selectRow(row)
    assert "dog" in report.heading.text()
    np.testing.assert_allclose(np.asarray(report._chosen.getData()[1]), np.linspace(0, 1, 101) ** 0.5)
    report.show_mistakes(_mistakes(4), ("cat", "dog", "bird"))
    assert "epoch 4" in report.words.text()
    assert "dog" in report.heading.text(), "the chosen class stays chosen"


def test_a_matrix_of_other_classes_is_not_shown(qtbot: QtBot) -> None:
    report = ClassReport()
    qtbot.addWidget(report)
    report.show_mistakes(_mistakes(), ("yes", "no"))
    assert report.model.rowCount() == 0


@pytest.mark.parametrize(("row", "column", "is_sent"), [(0, 1, True), (0, 2, False)])
def test_a_click_on_a_cell_with_examples_is_sent(qtbot: QtBot, row: int, column: int, is_sent: bool) -> None:
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(200, 160)
    matrix.set_counts(CONFUSION, ("cat", "dog", "bird"))
    matrix.show()
    sent: list[tuple[int, int]] = []
    matrix.cell_clicked.connect(lambda true, named: sent.append((true, named)))
    points = (QPoint(x, y) for x in range(0, 200, 3) for y in range(0, 150, 3))
    spot = next(point for point in points if matrix.cell_at(point) == (row, column))
    qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=spot + QPoint(4, 4))
    assert sent == ([(row, column)] if is_sent else [])
