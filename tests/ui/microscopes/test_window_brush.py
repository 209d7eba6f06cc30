"""Drawing on a sequence where a window slides over it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.slide_view import SlideView
from playground.ui.microscopes.window import WindowMicroscope
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step


def drag(view: SlideView, points: list[QPoint]) -> None:
    """Draw a line with the left button down."""
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, button, none, points[0])
    for point in points[1:]:
        at = QPointF(point)
        view.mouseMoveEvent(
            QMouseEvent(QEvent.Type.MouseMove, at, view.mapToGlobal(at), Qt.MouseButton.NoButton, button, none)
        )
    QTest.mouseRelease(view, button, none, points[-1])


def test_a_curve_is_drawn_anew_in_one_edit_and_the_maps_follow(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("heartbeat-cnn"))
    mode = open_step(session, qtbot)
    go(mode, "conv1")
    scope = mode.microscope
    assert isinstance(scope, WindowMicroscope)
    before = scope.scene.frame
    scope.toggle_pen()
    assert scope.view.arrangement is not None
    curve = scope.view.arrangement.curves["input"]
    top = round(curve.top()) + 1
    drag(scope.view, [QPoint(x, top) for x in range(500, 640, 20)])
    qtbot.waitUntil(lambda: scope.scene.frame is not before, timeout=30_000)
    after = scope.scene.frame
    changed = np.flatnonzero(after.inputs[0][0, 0] != before.inputs[0][0, 0])
    assert len(changed) >= 20
    assert changed.tolist() == list(range(changed[0], changed[-1] + 1)), "no place is left out"
    drawn = after.inputs[0][0, 0, changed]
    assert drawn.min() > 0.9 * before.inputs[0][0, 0].max()
    assert np.any(after.output[0] != before.output[0])
    scope.head.tools.hold("eraser")
    drag(scope.view, [QPoint(x, top) for x in range(500, 640, 20)])
    qtbot.waitUntil(lambda: not scope.scene.frame.inputs[0][0, 0, changed[2:-2]].any(), timeout=30_000)
    session.document.undo()
    session.document.undo()
    assert not session.experiment.examples_by_hand
