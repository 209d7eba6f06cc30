"""Clicks on the pictures of a sliding window: what moves, and what is asked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.slide_view import SlideView
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step


def scope_at(mode: StepMode, node: str) -> tuple[WindowMicroscope, list[Spot]]:
    go(mode, node)
    scope, asked = mode.microscope, list[Spot]()
    assert isinstance(scope, WindowMicroscope)
    scope.view.number_clicked.connect(lambda spot, _at: asked.append(spot))
    return scope, asked


def click(view: SlideView, spot: Spot) -> None:
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.spot_center(spot).toPoint())


def test_a_number_in_digits_is_asked_by_the_click_that_moves_the_window(
    open_session: OpenSession, qtbot: QtBot
) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    scope, asked = scope_at(mode, "conv2")
    click(scope.view, Spot("output", 2, 3))
    assert (scope.step, asked) == (2 * 10 + 3, [Spot("output", 2, 3)])
    start, end = (scope.view.spot_center(Spot("output", 4, column)) for column in (1, 6))
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(scope.view, left, none, start.toPoint())
    at = QPointF(end)
    move = QEvent.Type.MouseMove
    scope.view.mouseMoveEvent(QMouseEvent(move, at, scope.view.mapToGlobal(at), Qt.MouseButton.NoButton, left, none))
    QTest.mouseRelease(scope.view, left, none, end.toPoint())
    assert (scope.step, len(asked)) == (4 * 10 + 6, 1), "dragging only moves the window"
    scope, asked = scope_at(mode, "conv1")  # its cells have no room for digits
    click(scope.view, Spot("output", 20, 3))
    assert (scope.step, asked) == (20 * 28 + 3, [])
    click(scope.view, Spot("output", 20, 3))
    assert asked == [Spot("output", 20, 3)]


def test_six_planes_stand_side_by_side_and_flow_together(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    scope, _ = scope_at(mode, "conv2")
    assert not scope.view.is_stacked, "the numbers of one plane can be read"
    scope.head.stack.set_current(1)
    assert scope.view.is_stacked
    for size in ((1390, 690), (1050, 490)):
        scope.resize(*size)
        layout = scope.view.arrangement
        assert layout is not None
        assert layout.sigma is not None
        assert len([box for box in layout.boxes.values() if box.part == "partial"]) == 6
        boxes = [box.rect for box in layout.grids]
        for number, box in enumerate(boxes):
            assert scope.view.rect().adjusted(-1, -1, 1, 1).contains(box.toAlignedRect())
            assert not any(box.intersects(other) for other in boxes[number + 1 :])
    sums = [scope.view.number_at(Spot("partial", 0, 0, plane)) or 0.0 for plane in range(6)]
    model = scope.model
    assert abs(sum(sums) + (model.bias or 0.0) - model.value(scope.local)) < 1e-9


def test_switches_stay_marked_as_the_window_moves_on(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    scope, _ = scope_at(mode, "pool1")
    scope.begin()
    without = scope.view.grab().toImage()
    scope.go_to_step(40)
    kept = scope.view.grab().toImage()
    row, column = scope.model.winner(5)
    at: QPoint = scope.view.spot_center(Spot("input", row, column)).toPoint()
    assert kept.pixelColor(at) != without.pixelColor(at)
