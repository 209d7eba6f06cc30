from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from playground.ui.theme import appearance, mix
from playground.ui.widgets.tensor_grid import TensorGrid


@pytest.fixture
def grid(qtbot: QtBot) -> TensorGrid:
    widget = TensorGrid(tile=40, gap=10)
    qtbot.addWidget(widget)
    maps = np.ones((7, 2, 2))
    maps[1] = -1
    maps[2] = 0.5
    widget.set_maps(maps)
    widget.resize(140, widget.heightForWidth(140))  # three tiles in a line
    return widget


def colour(grid: TensorGrid, index: int) -> str:
    return grid.grab().toImage().pixelColor(grid.tile_rect(index).center()).name()


def near(found: str, wanted: str) -> bool:
    a, b = QColor(found), QColor(wanted)
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue())) <= 1


def test_tiles_wrap_and_the_height_follows(grid: TensorGrid) -> None:
    assert [grid.tile_rect(i).topLeft() for i in (0, 2, 3, 6)] == [
        QPoint(0, 0),
        QPoint(100, 0),
        QPoint(0, 50),
        QPoint(0, 100),
    ]
    assert grid.heightForWidth(140) == 140
    assert grid.heightForWidth(1000) == 40


def test_one_scale_for_all_or_one_for_each(grid: TensorGrid) -> None:
    theme = appearance.theme
    assert colour(grid, 0) == theme.positive
    assert colour(grid, 1) == theme.negative
    assert near(colour(grid, 2), mix(theme.zero, theme.positive, 0.5))
    maps = np.stack([np.full((2, 2), 1.0), np.full((2, 2), 0.5)])
    grid.set_maps(maps, scaling="each")
    assert colour(grid, 1) == theme.positive
    grid.set_maps(maps, scaling=2.0)
    assert near(colour(grid, 0), mix(theme.zero, theme.positive, 0.5))


def test_new_maps_and_a_new_theme_replace_the_cached_pictures(grid: TensorGrid) -> None:
    grid.grab()
    grid.set_maps(-np.ones((7, 2, 2)))
    assert colour(grid, 0) == appearance.theme.negative
    appearance.set_choice("light")
    assert colour(grid, 0) == appearance.theme.negative


def test_a_click_chooses_and_is_told_once(grid: TensorGrid, qtbot: QtBot) -> None:
    told: list[int] = []

    def note(index: int) -> None:
        told.append(index)

    grid.current_changed.connect(note)
    for index in (4, 4, 1):
        qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.tile_rect(index).center())
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(45, 5))  # between two tiles
    assert told == [4, 1]
    assert grid.current == 1


def test_the_keyboard_moves_through_lines_and_stops_at_the_ends(grid: TensorGrid, qtbot: QtBot) -> None:
    steps = [
        (Qt.Key.Key_Right, 0),
        (Qt.Key.Key_Left, 0),
        (Qt.Key.Key_Down, 3),
        (Qt.Key.Key_Right, 4),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_End, 6),
        (Qt.Key.Key_Right, 6),
        (Qt.Key.Key_Home, 0),
    ]
    for key, expected in steps:
        qtbot.keyClick(grid, key)
        assert grid.current == expected, key


def test_choosing_by_program_is_not_told_and_checked(grid: TensorGrid, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(grid.current_changed):
        grid.set_current(6)
    assert grid.current == 6
    with pytest.raises(IndexError, match="7 maps"):
        grid.set_current(7)
    grid.set_maps(np.zeros((3, 2, 2)))
    assert grid.current == -1, "the chosen map is gone"


def test_the_chosen_tile_is_outlined(grid: TensorGrid) -> None:
    edge = QPoint(0, 20)
    assert grid.grab().toImage().pixelColor(edge).name() != appearance.theme.focus
    grid.set_current(0)
    assert near(grid.grab().toImage().pixelColor(edge).name(), appearance.theme.focus)


def test_pointing_is_told(grid: TensorGrid, qtbot: QtBot) -> None:
    grid.show()
    told: list[int] = []

    def note(index: int) -> None:
        told.append(index)

    grid.hovered.connect(note)
    qtbot.mouseMove(grid, grid.tile_rect(5).center())
    qtbot.mouseMove(grid, QPoint(45, 5))
    assert told == [5, -1]


def test_colour_tiles_captions_and_no_maps(grid: TensorGrid) -> None:
    picture = np.zeros((2, 3, 4, 4))
    picture[:, 0] = 1
    plain = grid.heightForWidth(140)
    grid.set_maps(picture, "colour", captions=["first", "second"])
    assert colour(grid, 1) == "#ff0000"
    assert grid.heightForWidth(140) < plain
    assert grid.heightForWidth(140) > 40, "the captions have their room"
    grid.set_maps(None)
    grid.grab()
    assert len(grid) == 0
    with pytest.raises(ValueError, match=r"\(2, 3, 4, 4\)"):
        grid.set_maps(picture, "signed")
