"""Numbers are short on screen, and exact under the pointer and on the clipboard."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.chain_layout import Target
from playground.ui.microscopes.curve import CurveMicroscope
from playground.ui.microscopes.neurons import DenseMicroscope
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.step.stage import go, open_step

OpenSession = Callable[[Experiment], Session]


def told(view: QWidget, at: QPoint) -> float:
    """The number that stands under the pointer, with all of its digits."""
    QTest.mouseMove(view, at + QPoint(2, 1))
    QTest.mouseMove(view, at)
    said = view.toolTip().splitlines()[0].rpartition(" ")[2]
    return float(said.replace("−", "-"))


def copied(view: QWidget, at: QPoint) -> float:
    """The number that the menu of a right click puts on the clipboard."""
    QApplication.sendEvent(view, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.mapToGlobal(at)))
    menu = view.findChildren(QMenu)[-1]
    menu.actions()[0].trigger()
    menu.hide()
    return float(QGuiApplication.clipboard().text())


def test_in_the_drawing_of_a_small_network(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot)
    go(mode, "dense2", "backward")
    assert isinstance(mode.microscope, ChainMicroscope)
    assert mode.round is not None
    view, target = mode.microscope.view, Target("weight", 2, 1, 1)
    qtbot.waitUntil(lambda: view.arrangement is not None and target in view.arrangement.cards)  # it has its size
    assert view.arrangement is not None
    card = view.arrangement.cards[target].center().toPoint()
    assert told(view, card) == mode.round.trace.frames["dense2"].grad_weights["weight"][1, 1]


def test_on_the_maps_of_a_convolution(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "conv1")
    assert isinstance(mode.microscope, WindowMicroscope)
    mode.microscope.select_unit(2)
    mode.microscope.finish()
    frame, view = mode.microscope.scene.frame, mode.microscope.view
    for spot, number in (
        (Spot("output", 9, 17), frame.output[0, 2, 9, 17]),
        (Spot("filter", 1, 3), frame.weights["weight"][2, 0, 1, 3]),
    ):
        at = view.spot_center(spot).toPoint()
        assert told(view, at) == float(str(number))
        assert copied(view, at) == float(str(number))


def test_in_a_layer_of_neurons(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "fc3")
    assert isinstance(mode.microscope, DenseMicroscope)
    mode.microscope.select_unit(4)
    fan, output = mode.microscope.fan, mode.microscope.scene.frame.output
    at = fan.neuron_rect(4).center().toPoint()
    assert told(fan, at) == float(str(output[0, 4]))
    assert copied(fan, at) == float(str(output[0, 4]))


def test_on_a_map(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "relu1")
    assert isinstance(mode.microscope, CurveMicroscope)
    mode.microscope.select_unit(1)
    after, output = mode.microscope.after, mode.microscope.scene.frame.output
    brightest = divmod(int(output[0, 1].argmax()), output.shape[3])
    at = after.cell_center(*brightest).toPoint()
    assert told(after, at) == float(str(output[0, 1].max())) > 0
    assert copied(after, at) == float(str(output[0, 1].max()))
