"""The summary table under the hand: order, folding, copying; and the panel that says why a number is what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from playground.graph.blocks import set_open
from playground.graph.edits import set_params
from playground.graph.experiment import Experiment
from playground.ui.build.build_mode import BuildMode
from playground.ui.build.summary import SummaryTable, totals
from playground.ui.build.why_popup import WhyPopup
from playground.ui.inspector.arithmetic_lines import ArithmeticLines
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

OpenSession = Callable[[Experiment], Session]
Opened = tuple[Session, SummaryTable]


@pytest.fixture
def opened(open_session: OpenSession, qtbot: QtBot) -> Callable[[str], Opened]:
    def open_(key: str) -> Opened:
        session = open_session(zoo_experiment(key))
        table = SummaryTable(session)
        session.analysis_changed.connect(table.show_analysis)
        qtbot.addWidget(table)
        table.resize(900, 300)
        assert session.analysis is not None
        table.show_analysis(session.analysis)
        table.show()
        qtbot.waitUntil(lambda: table.model().rowCount() > 0)
        return session, table

    return open_


def column(table: SummaryTable, number: int) -> list[str]:
    model = table.model()
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


def at(table: SummaryTable, item: str, number: int = 0) -> QModelIndex:
    ids = [row.id for row in table._model.rows]
    return table.model().index(ids.index(item), number)


# Filling.


def test_a_hidden_table_is_filled_when_it_is_shown(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    table = SummaryTable(session)
    qtbot.addWidget(table)
    assert session.analysis is not None
    table.show_analysis(session.analysis)
    settle(session, qtbot)
    assert table.model().rowCount() == 0
    table.show()
    qtbot.waitUntil(lambda: table.model().rowCount() == 14)


def test_it_follows_an_edit_and_keeps_the_chosen_row(opened: Callable[[str], Opened], qtbot: QtBot) -> None:
    session, table = opened("lenet-5")
    table.setCurrentIndex(at(table, "fc1", 3))
    session.edit("wider", set_params(session.graph, "fc1", {"out_features": 130}))
    qtbot.waitUntil(lambda: "52,130" in column(table, 3))
    assert table.currentIndex() == at(table, "fc1", 3)


# Order.


def test_headers_order_by_number_then_backwards_then_as_the_network(opened: Callable[[str], Opened]) -> None:
    _, table = opened("lenet-5")
    before, header = column(table, 0), table.horizontalHeader()
    header.sectionClicked.emit(3)
    assert column(table, 3)[:5] == ["48,120", "10,164", "2,416", "850", "156"]
    assert table.model().headerData(3, Qt.Orientation.Horizontal).endswith("▾")
    header.sectionClicked.emit(3)
    assert column(table, 3)[-5:] == ["156", "850", "2,416", "10,164", "48,120"]
    header.sectionClicked.emit(3)
    assert column(table, 0) == before
    header.sectionClicked.emit(0)
    assert column(table, 0) == sorted(before)


def test_another_document_is_shown_in_its_own_order(opened: Callable[[str], Opened]) -> None:
    session, table = opened("lenet-5")
    table.sort_next(3)
    session.document_opened.emit()
    assert column(table, 0)[:2] == ["input", "conv1"]


# Blocks.


def test_closed_blocks_are_folded_and_unfold_with_a_click_on_the_arrow(opened: Callable[[str], Opened]) -> None:
    session, table = opened("resnet-18")
    blocks = [block for block in session.graph.blocks if not block.parent]
    first = at(table, blocks[0].id)
    assert str(first.data()).startswith("▸ ")
    assert str(first.siblingAtColumn(1).data()) == f"{len(session.graph.members[blocks[0].id])} layers"
    rows = table.model().rowCount()
    point = table.visualRect(first).topLeft() + QPoint(9, 11)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=point)
    inner = [block for block in session.graph.blocks if block.parent == blocks[0].id]
    assert table.model().rowCount() == rows + len(inner)
    assert str(at(table, inner[0].id).data()).startswith("\N{NO-BREAK SPACE}" * 3 + "▸ ")
    QTest.keyClick(table, Qt.Key.Key_Space)
    assert table.model().rowCount() == rows


def test_unfolding_all_shows_every_layer_and_survives_an_edit(opened: Callable[[str], Opened], qtbot: QtBot) -> None:
    session, table = opened("resnet-18")
    everything = len(session.graph.nodes) + len(session.graph.blocks)
    folded = table.model().rowCount()
    table.fold_all(False)
    assert table.model().rowCount() == everything
    session.edit("no bias", set_params(session.graph, "fc", {"bias": False}))
    qtbot.waitUntil(lambda: "512,000" in column(table, 3))
    assert table.model().rowCount() == everything
    table.fold_all(True)
    assert table.model().rowCount() == folded


def test_a_block_that_is_opened_on_the_canvas_unfolds(opened: Callable[[str], Opened], qtbot: QtBot) -> None:
    session, table = opened("resnet-18")
    rows, block = table.model().rowCount(), next(block for block in session.graph.blocks if not block.parent)
    session.edit("open", set_open(session.graph, block.id, True))
    qtbot.waitUntil(lambda: table.model().rowCount() > rows)


# Copying.


@pytest.fixture
def clipboard() -> Iterator[Callable[[], str]]:
    board = QGuiApplication.clipboard()
    before = board.text()
    yield board.text
    board.setText(before)


def test_copying_says_so(opened: Callable[[str], Opened], qtbot: QtBot, clipboard: Callable[[], str]) -> None:
    session, table = opened("lenet-5")
    with qtbot.waitSignal(session.message) as message:
        QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert message.args == ["info", "Copied the summary as Markdown: 14 rows."]
    assert "| conv1 | Conv 2D | 6×28×28 | 156 |" in clipboard()
    with qtbot.waitSignal(session.message) as message:
        next(act for act in table.menu(QModelIndex()).actions() if act.text() == "Copy as CSV").trigger()
    assert message.args == ["info", "Copied the summary as CSV: 14 layers."]
    assert clipboard().splitlines()[2].startswith("conv1,,Conv 2D,6×28×28,156,117600,18816")


def test_copies_are_in_the_order_on_show(opened: Callable[[str], Opened], clipboard: Callable[[], str]) -> None:
    _, table = opened("lenet-5")
    table.sort_next(3)
    table.copy("Markdown")
    assert clipboard().splitlines()[2].startswith("| fc1 |")
    table.copy("CSV")
    assert clipboard().splitlines()[1].startswith("fc1,")


# Why this number?


def test_double_click_and_enter_ask_about_the_cell(opened: Callable[[str], Opened], qtbot: QtBot) -> None:
    _, table = opened("lenet-5")
    with qtbot.waitSignal(table.why_asked) as asked:
        table.doubleClicked.emit(at(table, "conv1", 4))
    assert (asked.args or [])[:2] == ["conv1", "multiply-adds"]
    table.setCurrentIndex(at(table, "conv2", 6))
    with qtbot.waitSignal(table.why_asked) as asked:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert (asked.args or [])[:2] == ["conv2", "receptive field"]
    with qtbot.waitSignal(table.why_asked) as asked:
        table.menu(at(table, "fc1", 3)).actions()[0].trigger()
    assert (asked.args or [])[:2] == ["fc1", "parameters"]


@pytest.fixture
def mode(open_session: OpenSession, qtbot: QtBot) -> BuildMode:
    mode = BuildMode(open_session(zoo_experiment("lenet-5")))
    qtbot.addWidget(mode)
    mode.resize(1440, 850)
    mode.show()
    settle(mode._session, qtbot)
    return mode


@pytest.mark.parametrize("question", ["shape", "parameters", "multiply-adds", "activation memory", "receptive field"])
def test_the_panel_answers_within_the_window(mode: BuildMode, qtbot: QtBot, question: str) -> None:
    popup = mode.findChild(WhyPopup)
    assert popup is not None
    popup.ask("conv2", question, mode.mapToGlobal(QPoint(1400, 840)))
    qtbot.waitUntil(popup.isVisible)
    answer = popup.answer
    assert answer is not None
    assert answer.title.endswith("of conv2")
    qtbot.waitUntil(lambda: all(formula.is_typeset for formula in popup._well.formulas if formula.latex))
    assert mode.rect().contains(popup.geometry())
    for formula in popup._well.formulas:
        if formula.latex:
            bottom = formula.mapTo(popup._well, formula.rect().bottomLeft()).y()
            assert bottom <= popup._well.height()
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not popup.isVisible())


def test_a_long_comparison_is_scrolled_in_a_small_window(mode: BuildMode) -> None:
    mode.resize(1000, 480)
    mode.why_popup.ask("conv2", "parameters", mode.mapToGlobal(QPoint(300, 300)))
    assert mode.why_popup.height() <= mode.height()
    assert mode.why_popup._comparison.text().count("<table>") == 3


def test_a_click_on_a_result_in_the_inspector_asks(mode: BuildMode) -> None:
    mode.view.reveal("conv1")
    lines = mode.inspector.findChild(ArithmeticLines)
    assert lines is not None
    assert lines.plain.splitlines() == [
        "(28 − 5 + 2·2) / 1 + 1 = 28",
        "5·5·1·6 + 6 = 156 parameters",
        "28·28·6·5·5·1 = 117,600 multiply-adds",
    ]
    lines.linkActivated.emit("parameters")
    assert mode.why_popup.isVisible()
    assert mode.why_popup.answer is not None
    assert mode.why_popup.answer.value == "156"


def test_the_button_beside_the_tabs_copies(mode: BuildMode, clipboard: Callable[[], str], qtbot: QtBot) -> None:
    table = mode.findChild(SummaryTable)
    assert table is not None
    qtbot.waitUntil(lambda: table.model().rowCount() == 14)
    button = next(b for b in mode._below.findChildren(QToolButton) if b.accessibleName() == "Copy the summary")
    button.menu().actions()[1].trigger()
    assert clipboard().startswith("layer,block,type,output")


def test_the_totals_follow_the_batch_size(open_session: OpenSession) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    assert session.analysis is not None
    text, meaning = totals(session.analysis, 64)
    assert text == "61,706 parameters (247 kB) · 0.42 M multiply-adds · activations 63.1 kB (×64: 4.04 MB)"
    assert "4.04 MB for a batch of 64" in meaning
    assert "(×1: 63.1 kB)" in totals(session.analysis, 1)[0]
