"""Points placed by hand, with the mouse and with keys: each is an undoable edit, and a network learns from them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.data.points import MOST_POINTS, HandPoints, Point, hand_points
from playground.graph.experiment import Experiment
from playground.train import split_for
from playground.ui.data.hand_canvas import HandCanvas
from playground.ui.data.points_page import PointsPage
from playground.ui.session import Session
from playground.zoo import zoo_experiment

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.fixture
def page(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> PointsPage:
    page = PointsPage(open_session(zoo_experiment("circle")))
    qtbot.addWidget(page)
    page.resize(760, 520)
    page.show()
    return page


def click(
    canvas: HandCanvas, x: float, y: float, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE
) -> None:
    QTest.mouseClick(canvas, button, keys, canvas.at(x, y).toPoint())


def session_of(page: PointsPage) -> Session:
    return page._session  # pyright: ignore[reportPrivateUsage]


def test_clicks_place_points_and_the_network_learns_from_them(page: PointsPage, qtbot: QtBot) -> None:
    session, canvas = session_of(page), page.canvas
    assert "in place of “Circle”" in page.words.text()
    click(canvas, -2, 1)
    assert session.experiment.data.name.startswith("points:2:")
    click(canvas, 3, 3, keys=SHIFT)
    page.purpose.set_current(1)
    click(canvas, 0, -4)
    held = page.held
    assert [(round(p.x), round(p.y), p.colour, p.is_test) for p in held.points] == [
        (-2, 1, 0, False),
        (3, 3, 1, False),
        (0, -4, 0, True),
    ]
    qtbot.waitUntil(lambda: session.samples is not None and len(session.samples.x_train) == 2, timeout=10_000)
    parts = split_for(session.experiment)
    assert len(parts.x_train) + len(parts.x_validation) == 2
    assert session.graph.node(session.graph.order[0]).params["shape"] == (2,)


def test_a_point_is_dragged_taken_away_and_had_back(page: PointsPage) -> None:
    session, canvas = session_of(page), page.canvas
    for x in (-3, 0, 3):
        click(canvas, x, 0)
    QTest.mousePress(canvas, LEFT, NONE, canvas.at(0, 0).toPoint())
    for step in range(1, 5):
        QTest.mouseMove(canvas, canvas.at(0, step).toPoint())
    QTest.mouseRelease(canvas, LEFT, NONE, canvas.at(0, 4).toPoint())
    assert page.held.points[1].y == pytest.approx(4, abs=0.05)
    session.document.undo()
    assert page.held.points[1].y == pytest.approx(0, abs=0.05), "a drag is one step"
    click(canvas, 3, 0, RIGHT)
    click(canvas, -3, 0, keys=CTRL)
    assert len(page.held.points) == 1
    page.clear.click()
    assert page.held.points == ()
    assert not page.clear.isEnabled()
    assert page.words.text() == "There are no points yet."
    session.document.undo()
    assert len(page.held.points) == 1


def test_keys_choose_classes_and_place_points_too(page: PointsPage) -> None:
    canvas = page.canvas
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_3)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert page.held == HandPoints((Point(0.25, 0.25, 2),), 3)
    assert page.buttons[2].isChecked()
    assert page.classes.value() == 3
    page.classes.setValue(5)
    assert page.held.classes == 5
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert page.held == HandPoints((), 5)


def test_the_points_of_the_present_set_can_be_gone_on_from(page: PointsPage) -> None:
    assert page.go_on.isVisible()
    page.go_on.click()
    assert len(page.held.points) == 500
    assert not page.go_on.isVisible()
    click(page.canvas, 5.9, 5.9)
    assert len(page.held.points) == 501


def test_there_can_be_only_so_many(page: PointsPage) -> None:
    full = HandPoints(tuple(Point(0, 0, 0) for _ in range(MOST_POINTS)))
    session_of(page).choose_data(full.key)
    click(page.canvas, 5, 5)
    assert hand_points(session_of(page).experiment.data.name) == full
    assert "no more can be placed" in page.words.text()
