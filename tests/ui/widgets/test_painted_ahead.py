"""What is painted ahead comes on screen, and only as long as it is what there is to see."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.ui.widgets.painted_ahead import PaintedAhead


class Field(PaintedAhead):
    """Fills itself with a colour, and counts how often."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.colour, self.painted = "#ff0000", 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paint_contents(self, event: QPaintEvent) -> None:
        self.painted += 1
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.colour))
        painter.end()

    def show_colour(self, colour: str) -> None:
        self.colour = colour
        self.update()


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(200, 100)
    return page


@pytest.fixture
def field(page: QWidget) -> Field:
    field = Field(page)
    field.setGeometry(10, 10, 60, 40)
    field.hide()
    page.show()
    field.paint_ahead()
    assert field.painted == 1
    return field


def seen(page: QWidget) -> str:
    return page.grab().toImage().pixelColor(30, 30).name()


def test_it_is_not_painted_again_when_it_is_shown(page: QWidget, field: Field) -> None:
    field.show()
    assert seen(page) == "#ff0000"
    assert field.painted == 1
    assert field.is_painted_ahead


def test_what_looks_otherwise_by_then_is_painted_anew(page: QWidget, field: Field) -> None:
    field.show_colour("#00ff00")
    assert not field.is_painted_ahead
    field.show()
    assert seen(page) == "#00ff00"


def test_what_looks_otherwise_later_is_painted_anew(page: QWidget, field: Field) -> None:
    field.show()
    assert seen(page) == "#ff0000"
    field.show_colour("#00ff00")
    assert seen(page) == "#00ff00"


def test_another_size_is_painted_anew(page: QWidget, field: Field) -> None:
    field.resize(QSize(80, 40))
    field.show()
    assert seen(page) == "#ff0000"
    assert field.painted > 1
    assert not field.is_painted_ahead


def test_with_the_keyboard_it_paints_itself(page: QWidget, field: Field, qtbot: QtBot) -> None:
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    before = field.painted
    seen(page)
    assert field.painted > before


def test_of_what_is_on_screen_or_sticks_out_nothing_is_painted_ahead(page: QWidget, field: Field) -> None:
    field.show()
    field.show_colour("#00ff00")
    field.paint_ahead()
    assert not field.is_painted_ahead
    field.hide()
    field.resize(400, 40)
    field.paint_ahead()
    assert not field.is_painted_ahead
