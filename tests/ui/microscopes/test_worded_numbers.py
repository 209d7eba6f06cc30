"""Numbers within words and captions answer as those of the picture do: by pointer, click and right click."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.graph.experiment import Experiment
from playground.graph.model import ParamValue
from playground.ui.microscopes.base import Microscope
from playground.ui.microscopes.curve import CurveMicroscope
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.input import InputMicroscope
from playground.ui.microscopes.meant_number import numbers_in
from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.session import Session
from playground.ui.step.pace import Pace
from playground.ui.widgets.numbers import short
from playground.zoo import zoo_experiment
from tests.ui.microscopes.on_screen import on_screen
from tests.ui.microscopes.recordings import chain, scene_of
from tests.ui.step.stage import go, open_step

OpenSession = Callable[[Experiment], Session]
Settings = dict[str, ParamValue]
NONE: Settings = {}
START: tuple[str, str, Settings] = ("input", "input", {"shape": (12,)})


def where(label: WordsLabel, text: str) -> QPoint:
    """A point of the label under which that number is drawn."""
    QCoreApplication.sendPostedEvents()
    for y in range(1, label.height(), 3):
        for x in range(1, label.width(), 3):
            found = label.number_at(QPointF(x, y))
            if found is not None and found[1].text == text:
                return QPoint(x, y)
    raise AssertionError(f"{text} is not drawn in “{label.text()}”")


def sentences(scope: Microscope) -> list[WordsLabel]:
    """The labels on screen that say something with numbers in it."""
    shown = [label for label in scope.findChildren(WordsLabel) if label.isVisibleTo(scope) and len(label.text()) > 24]
    return [label for label in shown if "<table" not in label.text() and any(True for _ in numbers_in(label.text()))]


@pytest.mark.parametrize(
    ("kind", "params", "phase"),
    [
        ("relu", {}, "forward"),
        ("tanh", {}, "backward"),
        ("batch_norm1d", {}, "forward"),
        ("softmax", {}, "forward"),
        ("adaline", {"out_features": 3}, "forward"),
        ("adaline", {"out_features": 3}, "update"),
        ("rbf", {}, "forward"),
    ],
)
def test_every_number_of_a_sentence_is_one_of_the_step(
    kind: str, params: Settings, phase: str, open_session: OpenSession, qtbot: QtBot
) -> None:
    scene = scene_of(chain((START, ("layer", kind, params), ("loss", "squared_error", NONE))), "layer", phase, batch=4)
    gallery = Gallery(open_session(zoo_experiment("mazur")), Pace())
    scope = on_screen(gallery.get(gallery.key_for(scene))[0], scene, qtbot)
    asked: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
    qtbot.waitUntil(lambda: bool(sentences(scope)), timeout=10_000)
    label = sentences(scope)[0]
    for _, _, written in numbers_in(label.text()):
        if written.text == "0.1 %":
            continue  # what is usual elsewhere
        asked.clear()
        QTest.mouseClick(label, Qt.MouseButton.LeftButton, pos=where(label, written.text))
        assert written.is_its_size(asked[0]().value), label.text()


def test_under_the_pointer_it_is_exact_and_a_right_click_copies_it(open_session: OpenSession, qtbot: QtBot) -> None:
    scene = scene_of(chain((START, ("layer", "tanh", NONE), ("loss", "squared_error", NONE))), "layer")
    scope = on_screen(CurveMicroscope(open_session(zoo_experiment("mazur"))), scene, qtbot)
    label = scope.card._words
    qtbot.waitUntil(lambda: any(True for _ in numbers_in(label.text())), timeout=10_000)
    written = next(written for _, _, written in numbers_in(label.text()))
    at = where(label, written.text)
    QTest.mouseMove(label, at)
    qtbot.waitUntil(lambda: bool(label.toolTip()), timeout=10_000)
    value = float(label.toolTip().splitlines()[0].replace("−", "-"))
    assert value in (*scene.frame.inputs[0][0], *scene.frame.output[0])
    assert label.cursor().shape() == Qt.CursorShape.PointingHandCursor
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, label.mapToGlobal(at))
    QApplication.sendEvent(label, event)
    menu = label.findChildren(QMenu)[-1]
    menu.actions()[0].trigger()
    menu.hide()
    assert float(QGuiApplication.clipboard().text()) == value


def test_the_number_below_a_map_is_asked_too(open_session: OpenSession, qtbot: QtBot) -> None:
    scene = scene_of(chain((START, ("layer", "tanh", NONE), ("loss", "squared_error", NONE))), "layer")
    scope = on_screen(CurveMicroscope(open_session(zoo_experiment("mazur"))), scene, qtbot)
    asked: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
    scope.select_unit(7)
    for picture, array in ((scope.before, scene.frame.inputs[0]), (scope.after, scene.frame.output)):
        asked.clear()
        at = picture.caption_rect().center().toPoint()
        QTest.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
        assert asked[0]().value == array[0, 7]


def test_the_loss_and_the_shares_of_the_classes_are_asked_too(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    scope = mode.microscope
    assert isinstance(scope, InputMicroscope)
    asked: list[Callable[[], Explanation]] = []
    scope.explain_requested.connect(lambda explain, _position: asked.append(explain))
    bars, trace = scope.answer.bars, scope.scene.trace
    QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() - 20, 12))
    share = asked.pop()()
    scores = np.exp(trace.frames["fc3"].output[0])
    assert share.total() == pytest.approx(share.value)
    assert share.value == pytest.approx(scores.max() / scores.sum())
    QTest.mouseClick(
        scope.answer.words, Qt.MouseButton.LeftButton, pos=where(scope.answer.words, short(trace.loss or 0, 5))
    )
    assert asked.pop()().value == trace.loss


def test_the_numbers_in_what_is_said_of_a_gate_are_asked_too(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot)
    go(mode, "sigmoid2", "backward")
    mode.gates.open()
    gates = mode.gates.gates
    qtbot.waitUntil(lambda: gates.isVisible() and bool(gates.story.blocks), timeout=10_000)
    asked: list[Callable[[], Explanation]] = []
    gates.explain_requested.connect(lambda explain, _position: asked.append(explain))
    known: list[float | None] = []
    (_, _, written), *_ = numbers_in("1.105906")
    gates.ask_written(written, QPoint())
    gates.point_at_written(written, known.append)
    assert mode.round is not None
    net = mode.round.trace.frames["dense2"].output[0, 0]
    assert asked[0]().value == net
    qtbot.waitUntil(lambda: known == [net], timeout=10_000)
