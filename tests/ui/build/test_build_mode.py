"""Palette, summary, problems and history around the canvas."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget, QPushButton, QTabBar
from pytestqt.qtbot import QtBot

from playground.graph.edits import set_params
from playground.graph.experiment import Experiment
from playground.graph.model import Edge
from playground.layers import all_layer_types
from playground.ui.build.build_mode import BuildMode
from playground.ui.build.chip import Chip
from playground.ui.build.history import HistoryList
from playground.ui.build.network_list import NetworkList
from playground.ui.build.problems import ProblemList
from playground.ui.build.summary import SummaryTable
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

OpenSession = Callable[[Experiment], Session]


@pytest.fixture
def build(open_session: OpenSession, qtbot: QtBot) -> Callable[[Experiment], BuildMode]:
    modes: list[BuildMode] = []  # keeps them until the test is over

    def open_(experiment: Experiment) -> BuildMode:
        mode = BuildMode(open_session(experiment))
        modes.append(mode)
        qtbot.addWidget(mode)
        mode.resize(1440, 850)
        mode.show()
        settle(mode._session, qtbot)
        return mode

    return open_


def chips(mode: BuildMode) -> list[Chip]:
    return [chip for chip in mode.findChildren(Chip) if chip.isVisibleTo(mode)]


def test_the_palette_holds_every_layer_type(build: Callable[[Experiment], BuildMode]) -> None:
    presets = {f"{kind.key}+{preset.key}" for kind in all_layer_types() for preset in kind.presets}
    assert {chip.key for chip in chips(build(Experiment()))} == {kind.key for kind in all_layer_types()} | presets


def test_searching_the_palette_and_enter_build_a_network(build: Callable[[Experiment], BuildMode]) -> None:
    mode = build(Experiment())
    search = mode.palette_panel._layers.search
    for text in ("input", "flat", "dense", "cross"):
        search.setText(text)
        QTest.keyClick(search, Qt.Key.Key_Return)
    edges = mode._session.graph.edges
    assert edges == (Edge("input", "flatten"), Edge("flatten", "fc1"), Edge("fc1", "loss"))
    search.setText("nothing like it")
    assert chips(mode) == []


def test_an_empty_canvas_says_what_to_do_first(build: Callable[[Experiment], BuildMode]) -> None:
    mode = build(Experiment())
    assert mode._hint.isVisibleTo(mode)
    mode.view.editing.add_layer("input")
    assert not mode._hint.isVisibleTo(mode)


def test_the_hint_stays_in_the_middle_whatever_was_scrolled_before(build: Callable[[Experiment], BuildMode]) -> None:
    mode = build(zoo_experiment("lenet-5"))
    mode.view.set_zoom(2.0)
    mode.view.horizontalScrollBar().setValue(mode.view.horizontalScrollBar().value() + 300)
    mode.scene.select([node.id for node in mode._session.graph])
    mode.view.editing.delete()
    mode.view.fit()
    middle = mode._hint.mapTo(mode.view, mode._hint.rect().center()) - mode.view.rect().center()
    assert middle.manhattanLength() < 4


def test_the_summary_has_a_line_for_each_layer_and_selects_it(
    build: Callable[[Experiment], BuildMode], qtbot: QtBot
) -> None:
    mode = build(zoo_experiment("lenet-5"))
    table = mode.findChild(SummaryTable)
    assert table is not None
    model = table.model()
    qtbot.waitUntil(lambda: model.rowCount() == 14)
    rows = [[model.index(r, c).data() for c in range(model.columnCount())] for r in range(model.rowCount())]
    assert rows[1] == ["conv1", "Conv 2D", "6×28×28", "156", "0.12 M", "18.8 kB", "5×5"]
    table.clicked.emit(model.index(1, 0))
    assert mode.scene.selected_ids == ["conv1"]
    text = mode._below._totals.text()
    assert "61,706 parameters" in text
    assert "activations 63.1 kB (×32: 2.02 MB)" in text


def test_problems_are_counted_listed_and_repaired(build: Callable[[Experiment], BuildMode], qtbot: QtBot) -> None:
    mode = build(zoo_experiment("lenet-5"))
    session = mode._session
    session.edit("wrong", set_params(session.graph, "fc3", {"out_features": 12}))
    settle(session, qtbot)
    tabs, problems = mode.findChild(QTabBar), mode.findChild(ProblemList)
    assert tabs is not None
    assert problems is not None
    assert tabs.tabText(1) == "Problems (1)"
    button = next(b for b in problems.findChildren(QPushButton) if b.text() == "Set units of fc3 to 10")
    button.click()
    settle(session, qtbot)
    assert tabs.tabText(1) == "Problems"
    assert session.analysis is not None
    assert session.analysis.can_train


def test_the_history_goes_to_any_step(build: Callable[[Experiment], BuildMode]) -> None:
    mode = build(Experiment())
    for key in ("input", "flatten", "dense"):
        mode.view.editing.add_layer(key)
    history = mode.findChild(HistoryList)
    assert isinstance(history, QListWidget)
    assert [history.item(row).text() for row in range(history.count())] == [
        "Add Dense",
        "Add Flatten",
        "Add Input",
        "Opened",
    ]
    history.itemActivated.emit(history.item(2))
    assert [node.id for node in mode._session.graph] == ["input"]
    history.itemActivated.emit(history.item(0))
    assert len(mode._session.graph) == 3


def test_a_network_of_the_list_is_asked_for(build: Callable[[Experiment], BuildMode], qtbot: QtBot) -> None:
    mode = build(Experiment())
    mode.palette_panel.show_page(2)
    networks = mode.palette_panel.findChild(NetworkList)
    assert networks is not None
    networks.search.setText("mazur")
    shown = [card for card in networks.cards if not card.isHidden()]
    assert [card.network.key for card in shown] == ["mazur"]
    with qtbot.waitSignal(mode.network_chosen) as asked:
        QTest.keyClick(shown[0], Qt.Key.Key_Return)
    assert asked.args == ["mazur"]
