from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from playground.ui.theme import appearance
from playground.ui.widgets.tensor_view import TensorView, cell_size


@pytest.fixture
def view(qtbot: QtBot) -> TensorView:
    widget = TensorView()
    qtbot.addWidget(widget)
    widget.resize(200, 160)
    widget.set_array(np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]))
    return widget


def centre(view: TensorView, row: int, column: int) -> QPoint:
    return view.cells_rect(QRect(column, row, 1, 1)).center().toPoint()


def test_each_cell_has_its_colour_where_it_says_it_is(view: TensorView) -> None:
    image, theme = view.grab().toImage(), appearance.theme
    assert image.pixelColor(centre(view, 0, 0)).name() == theme.positive
    assert image.pixelColor(centre(view, 0, 1)).name() == theme.negative
    assert image.pixelColor(centre(view, 0, 2)).name() == theme.zero
    assert image.pixelColor(centre(view, 1, 3)).name() == theme.positive


def test_it_follows_the_theme(view: TensorView) -> None:
    view.grab()
    appearance.set_choice("light")
    assert view.grab().toImage().pixelColor(centre(view, 0, 2)).name() == appearance.theme.zero


def test_cells_are_square_and_the_picture_is_in_the_middle(view: TensorView) -> None:
    rect = view.picture_rect()
    assert rect.width() / 4 == rect.height() / 2 == 50
    assert abs(rect.center().y() - 80) <= 1


@pytest.mark.parametrize(
    ("rows", "columns", "room", "side"),
    [(28, 28, 280, 10.0), (28, 28, 300, 10.0), (24, 24, 92, 92 / 24), (3, 3, 50, 16.0), (500, 500, 100, 0.2)],
)
def test_cells_are_whole_pixels_unless_that_wastes_the_room(rows: int, columns: int, room: int, side: float) -> None:
    assert cell_size(rows, columns, room, room) == pytest.approx(side)


def test_pointing_tells_the_cell_and_leaving_tells_none(view: TensorView, qtbot: QtBot) -> None:
    view.show()
    told: list[object] = []

    def note(cell: object) -> None:
        told.append(cell)

    view.hovered.connect(note)
    qtbot.mouseMove(view, centre(view, 1, 2))
    qtbot.mouseMove(view, centre(view, 1, 2) + QPoint(2, 2))
    qtbot.mouseMove(view, QPoint(1, 1))  # above the picture
    assert told == [(1, 2), None]


def test_a_click_tells_row_and_column(view: TensorView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.clicked) as signal:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre(view, 1, 3))
    assert signal.args == [1, 3]


def test_the_arrow_keys_walk_and_enter_clicks(view: TensorView, qtbot: QtBot) -> None:
    told: list[object] = []

    def note(cell: object) -> None:
        told.append(cell)

    view.hovered.connect(note)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
    assert told == [(0, 0), (0, 1), (1, 1), (1, 0)]
    with qtbot.waitSignal(view.clicked) as signal:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert signal.args == [1, 0]
    assert "Row 1, column 0: 0" in view.accessibleDescription()


def test_highlighted_cells_are_framed_in_gold(view: TensorView) -> None:
    view.set_highlight(QRect(1, 0, 2, 1))
    image = view.grab().toImage()
    frame = view.cells_rect(QRect(1, 0, 2, 1))
    assert image.pixelColor(frame.topLeft().toPoint()).name() == appearance.theme.highlight
    view.set_highlight(None)
    assert view.grab().toImage().pixelColor(frame.topLeft().toPoint()).name() != appearance.theme.highlight


def test_colour_pictures_and_nothing_at_all(view: TensorView) -> None:
    picture = np.zeros((3, 4, 4))
    picture[1] = 1
    view.set_array(picture, "colour")
    assert (view.rows, view.columns) == (4, 4)
    assert view.grab().toImage().pixelColor(centre(view, 2, 2)).name() == "#00ff00"
    view.set_array(None)
    view.grab()
    assert view.cell_at(QPoint(50, 50)) is None


def test_an_array_of_the_wrong_shape_is_refused(view: TensorView) -> None:
    with pytest.raises(ValueError, match=r"\(5,\)"):
        view.set_array(np.zeros(5))


def test_a_picture_larger_than_the_widget_is_shrunk_into_it(view: TensorView) -> None:
    view.set_array(np.ones((1000, 1000)))
    rect = view.picture_rect()
    assert (round(rect.width()), round(rect.height())) == (160, 160)
    assert view.grab().toImage().pixelColor(rect.center().toPoint()).name() == appearance.theme.positive
