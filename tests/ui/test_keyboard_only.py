"""From the start page to a trained network without ever touching the mouse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.model import Edge
from playground.ui.canvas.quick_add import QuickAdd
from playground.ui.canvas.rename_field import RenameField
from playground.ui.main_window import MainWindow
from playground.ui.session import Session
from tests.ui.conftest import settle
from tests.ui.test_main_window import Answer, answers

KEY = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Keys, each sent to whatever has the keyboard."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot

    @property
    def focus(self) -> QWidget:
        popup = QApplication.activePopupWidget()
        inner = None if popup is None else popup.focusWidget() or popup
        return inner or QApplication.focusWidget() or self.window

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.focus, key, modifiers)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focus, text)

    def add(self, name: str) -> None:
        """A layer behind the selected one, by name."""
        self.press(KEY.Key_K, CTRL)
        assert isinstance(QApplication.activePopupWidget(), QuickAdd)
        self.write(name)
        self.press(KEY.Key_Return)
        settle(self.window.session, self.qtbot)

    def set(self, *values: str) -> None:
        """The first settings of the selected card, then back to the canvas."""
        self.press(KEY.Key_Return)
        for value in values:
            self.press(KEY.Key_A, CTRL)
            self.write(value)
            self.press(KEY.Key_Tab)
        self.press(KEY.Key_Escape)
        assert self.focus is self.window.build.view
        settle(self.window.session, self.qtbot)


@pytest.fixture
def keyboard(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyboard]:
    QSettings().clear()
    answers(monkeypatch, Answer.Discard)
    window = MainWindow(Session())
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.waitUntil(lambda: window.session.analysis is not None, timeout=30_000)
    yield Keyboard(window, qtbot)
    answers(monkeypatch, Answer.Discard)
    window.close()


@pytest.mark.timeout(180)
def test_from_the_start_page_to_a_trained_network(keyboard: Keyboard, qtbot: QtBot) -> None:
    session, training = keyboard.window.session, keyboard.window.training
    keyboard.press(KEY.Key_N, CTRL)
    assert keyboard.window.mode == "Build"
    keyboard.add("input")
    for kernel in ("6", "16"):
        keyboard.add("conv 2d")
        keyboard.set(kernel, "5×5")
        for name in ("relu", "max pool"):
            keyboard.add(name)
    keyboard.add("flatten")
    for units in ("120", "84"):
        keyboard.add("dense")
        keyboard.set(units)
        keyboard.add("relu")
    keyboard.add("dense")
    keyboard.set("10")
    keyboard.add("cross-entropy")
    types = [node.type for node in session.graph]
    block = ["conv2d", "relu", "max_pool2d"]
    assert types == ["input", *block, *block, "flatten", *["dense", "relu"] * 2, "dense", "cross_entropy"]
    assert session.analysis is not None
    assert session.analysis.problems == ()
    assert session.analysis.can_train
    assert session.analysis.parameters == 44_426

    keyboard.press(KEY.Key_3, CTRL)
    assert keyboard.window.mode == "Train"
    keyboard.press(KEY.Key_Space)
    qtbot.waitUntil(lambda: len(training.history.batch_column("loss")) > 60, timeout=120_000)
    keyboard.press(KEY.Key_Space)
    qtbot.waitUntil(lambda: training.state == "paused", timeout=30_000)
    losses = training.history.batch_column("loss").tolist()
    assert sum(losses[-10:]) < 0.7 * sum(losses[:10])


def test_cards_are_wired_and_unwired_by_keys(keyboard: Keyboard) -> None:
    session, view = keyboard.window.session, keyboard.window.build.view
    keyboard.press(KEY.Key_N, CTRL)
    keyboard.add("input")
    keyboard.add("conv 2d")
    keyboard.add("relu")
    keyboard.press(KEY.Key_Escape)
    keyboard.add("add")
    keyboard.press(KEY.Key_F2)
    assert isinstance(keyboard.focus, RenameField)
    keyboard.press(KEY.Key_A, CTRL)
    keyboard.write("Sum")
    keyboard.press(KEY.Key_Return)
    assert keyboard.focus is view
    for source in ("conv1", "relu1"):
        keyboard.press(KEY.Key_Escape)
        keyboard.press(KEY.Key_F, CTRL)
        keyboard.write(source)
        keyboard.press(KEY.Key_Escape)
        assert keyboard.focus is view
        keyboard.press(KEY.Key_C)
        keyboard.write("sum")
        keyboard.press(KEY.Key_Return)
    total = next(node.id for node in session.graph if node.title == "Sum")
    wires = {Edge("conv1", total, 0, 0), Edge("relu1", total, 0, 1)}
    assert wires <= set(session.graph.edges)
    keyboard.press(KEY.Key_C, SHIFT)
    keyboard.write("from conv1")
    keyboard.press(KEY.Key_Return)
    assert Edge("conv1", total, 0, 0) not in session.graph.edges
    keyboard.press(KEY.Key_Z, CTRL)
    assert wires <= set(session.graph.edges)


def test_two_selected_cards_are_wired_the_way_that_makes_no_circle(keyboard: Keyboard) -> None:
    session, scene = keyboard.window.session, keyboard.window.build.scene
    keyboard.press(KEY.Key_N, CTRL)
    keyboard.add("add")
    keyboard.press(KEY.Key_Escape)
    keyboard.add("input")
    keyboard.press(KEY.Key_Up, SHIFT)
    keyboard.press(KEY.Key_Down, SHIFT)
    assert len(scene.selected_ids) == 2
    keyboard.press(KEY.Key_C)
    assert [(edge.source, edge.target) for edge in session.graph.edges] == [("input", "add1")]


def test_f6_goes_round_the_panels_and_escape_comes_back(keyboard: Keyboard) -> None:
    build = keyboard.window.build
    keyboard.press(KEY.Key_N, CTRL)
    keyboard.add("dense")
    places: list[QWidget] = []
    for _ in range(4):
        keyboard.press(KEY.Key_F6)
        places.append(keyboard.focus)
    inspector, below, palette, canvas = places
    assert build.inspector.isAncestorOf(inspector)
    assert build.palette_panel.isAncestorOf(palette)
    assert isinstance(palette, QLineEdit) or palette.focusProxy() is None
    assert not any(panel.isAncestorOf(below) for panel in (build.inspector, build.palette_panel, build.view))
    assert canvas is build.view
    keyboard.press(KEY.Key_F6, SHIFT)
    assert build.palette_panel.isAncestorOf(keyboard.focus)
