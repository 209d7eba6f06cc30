"""Tiles for many examples: only those in sight are painted, and keys lead through all of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.data.example_grid import ExampleGrid
from playground.ui.data.example_painter import paint_example
from playground.ui.theme import appearance


@pytest.fixture
def grid(qtbot: QtBot) -> ExampleGrid:
    grid = ExampleGrid()
    qtbot.addWidget(grid)
    grid.resize(430, 300)
    grid.show()
    return grid


def test_of_a_hundred_thousand_examples_only_those_in_sight_are_painted(grid: ExampleGrid) -> None:
    asked: list[int] = []
    x = np.broadcast_to(np.float32(0.5), (100_000, 1, 8, 8))

    def caption(place: int) -> str:
        asked.append(place)
        return f"number {place}"

    grid.show_examples(x, range(100_000), caption)
    grid.grab()
    assert 0 < len(set(asked)) <= 25
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.current == 99_999
    asked.clear()
    grid.grab()
    assert min(asked) > 99_900
    QTest.keyClick(grid, Qt.Key.Key_PageUp)
    QTest.keyClick(grid, Qt.Key.Key_Up)
    assert grid.current == 99_999 - (3 * grid.columns) - grid.columns


def test_a_click_chooses_the_tile_under_the_mouse(grid: ExampleGrid) -> None:
    chosen: list[int] = []
    grid.current_changed.connect(chosen.append)
    grid.show_examples(np.zeros((40, 1, 4, 4), np.float32), [7, 3, 9], str)
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.tile_rect(1).center())
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=grid.tile_rect(2).center() + QPoint(200, 0))
    assert chosen == [1], "there is nothing to choose beside the last one"
    assert grid.accessibleDescription() == "2 of 3: 1"


def test_a_long_curve_keeps_its_peaks_however_few_pixels_there_are(qtbot: QtBot) -> None:
    x = np.zeros((1, 8192), np.float32)
    x[0, 4000] = 1
    x[0, 6000] = -1
    pixmap = QPixmap(100, 60)
    pixmap.fill(QColor("black"))
    painter = QPainter(pixmap)
    paint_example(painter, QRectF(0, 0, 100, 60), x)
    painter.end()
    image, ink = pixmap.toImage(), QColor(appearance.theme.positive)

    def is_drawn(column: int, row: int) -> bool:
        return image.pixelColor(column, row).blue() > ink.blue() / 3

    assert any(is_drawn(column, 6) for column in range(46, 53)), "the one value that is 1"
    assert any(is_drawn(column, 53) for column in range(70, 77)), "the one value that is −1"
    assert not any(is_drawn(column, 6) for column in range(10))
