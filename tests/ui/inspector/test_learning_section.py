"""The inspector's section on how layers learn, and the canvas' keys and menu for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu
from pytestqt.qtbot import QtBot

from playground.graph.blocks import group, set_open
from playground.graph.experiment import Experiment
from playground.graph.freezing import hold
from playground.ui.build.build_mode import BuildMode
from playground.ui.canvas.menus import card_menu
from playground.ui.inspector.learning_section import LearningSection
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

ALL = ("weight", "bias")


@pytest.fixture
def build(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> BuildMode:
    experiment = zoo_experiment("lenet-5")
    mode = BuildMode(open_session(experiment))
    qtbot.addWidget(mode)
    mode.resize(1300, 800)
    mode.show()
    return mode


def section(build: BuildMode, *selected: str) -> LearningSection:
    build.scene.select(list(selected))
    found = build.inspector.findChildren(LearningSection)
    assert len(found) == 1
    return found[0]


def frozen(build: BuildMode) -> set[str]:
    return {node.id for node in build.scene.session.graph if node.frozen}


def look(build: BuildMode, card: str) -> tuple[bool, str]:
    shown = build.scene.cards[card].look
    return shown.is_frozen, shown.rate


def action(menu: QMenu, text: str):
    return next(action for action in menu.actions() if action.text().startswith(text))


def test_a_click_freezes_a_layer_and_its_card_says_so(build: BuildMode, qtbot: QtBot) -> None:
    session = build.scene.session
    shown = section(build, "conv2")
    QTest.mouseClick(shown.frozen, Qt.MouseButton.LeftButton)
    settle(session, qtbot)
    assert session.graph.node("conv2").frozen == ALL
    assert look(build, "conv2") == (True, "")
    assert not shown.rate.isVisible(), "what is frozen has no rate"
    assert session.document.undo_label == "Freeze conv2"
    QTest.mouseClick(shown.frozen, Qt.MouseButton.LeftButton)
    settle(session, qtbot)
    assert frozen(build) == set()
    assert look(build, "conv2") == (False, "")


def test_the_rate_is_typed_as_one_step_and_stands_on_the_card(build: BuildMode, qtbot: QtBot) -> None:
    session = build.scene.session
    shown = section(build, "conv2")
    shown.rate.setFocus()
    shown.rate.selectAll()
    QTest.keyClicks(shown.rate, "0.25")
    QTest.keyClick(shown.rate, Qt.Key.Key_Return)
    settle(session, qtbot)
    assert session.graph.node("conv2").rate == 0.25
    assert look(build, "conv2") == (False, "×0.25")
    session.document.undo()
    settle(session, qtbot)
    assert shown.rate.value() == 1.0


def test_everything_before_a_layer_is_frozen_by_its_button(build: BuildMode, qtbot: QtBot) -> None:
    shown = section(build, "fc2")
    QTest.mouseClick(shown.before, Qt.MouseButton.LeftButton)
    settle(build.scene.session, qtbot)
    assert frozen(build) == {"conv1", "conv2", "fc1"}
    assert not shown.before.isVisible(), "there is nothing left to freeze before it"
    assert not section(build, "conv1").before.isVisible()


def test_several_layers_are_frozen_together_and_what_differs_is_said(build: BuildMode, qtbot: QtBot) -> None:
    section(build, "conv1").frozen.click()
    settle(build.scene.session, qtbot)
    shown = section(build, "conv1", "conv2", "relu1")
    assert shown.frozen.checkState() == Qt.CheckState.PartiallyChecked
    assert "1 of 2 layers with weights are frozen" in shown._mixed.text()
    shown.frozen.click()
    settle(build.scene.session, qtbot)
    assert frozen(build) == {"conv1", "conv2"}


def test_single_frozen_weights_are_counted(build: BuildMode, qtbot: QtBot) -> None:
    session = build.scene.session
    session.edit("freeze", hold(session.graph, "conv1", ("weight", (0, 0, 1, 1)), on=True))
    settle(session, qtbot)
    shown = section(build, "conv1")
    assert shown.frozen.checkState() == Qt.CheckState.PartiallyChecked
    assert shown._mixed.text() == "Frozen: 1 single number."
    assert session.analysis is not None
    assert session.analysis.frozen_parameters(session.graph) == 1


def test_layers_without_weights_have_no_such_section(build: BuildMode) -> None:
    assert not section(build, "relu1").isVisible()
    assert not section(build, "input").isVisible()


def test_a_block_is_frozen_as_a_whole(build: BuildMode, qtbot: QtBot) -> None:
    session = build.scene.session
    graph, block = group(session.graph, ["conv2", "relu2", "pool2"])
    session.edit("group", set_open(graph, block, is_open=False))
    settle(session, qtbot)
    section(build, block).frozen.click()
    settle(session, qtbot)
    assert frozen(build) == {"conv2"}
    assert look(build, block) == (True, "")
    build.view.editing.learning.freeze()
    section(build, block).rate.setValue(0.5)
    settle(session, qtbot)
    assert look(build, block) == (False, "×0.5")


def test_the_cards_menu_freezes_it_and_everything_before(build: BuildMode, qtbot: QtBot) -> None:
    build.scene.select(["fc1"])
    menu = card_menu(build.view, build.scene.cards["fc1"])
    action(menu, "Freeze everything before this").trigger()
    settle(build.scene.session, qtbot)
    assert frozen(build) == {"conv1", "conv2"}
    action(card_menu(build.view, build.scene.cards["fc1"]), "Freeze\t").trigger()
    settle(build.scene.session, qtbot)
    assert frozen(build) == {"conv1", "conv2", "fc1"}
    action(card_menu(build.view, build.scene.cards["fc1"]), "Unfreeze\t").trigger()
    settle(build.scene.session, qtbot)
    assert frozen(build) == {"conv1", "conv2"}
    build.scene.select(["relu1"])
    assert not action(card_menu(build.view, build.scene.cards["relu1"]), "Freeze\t").isEnabled()
    build.scene.select(["input"])
    menu = card_menu(build.view, build.scene.cards["input"])
    assert not action(menu, "Freeze everything before this").isEnabled()


def test_the_page_of_the_network_says_how_many_weights_are_frozen(build: BuildMode, qtbot: QtBot) -> None:
    section(build, "conv1").frozen.click()
    settle(build.scene.session, qtbot)
    build.scene.select([])
    shown = "\n".join(label.text() for label in build.inspector.findChildren(QLabel))
    assert "61,706 parameters, 156 frozen" in shown
