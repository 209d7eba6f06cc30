"""The inspector with a block, or with several layers, selected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from playground.graph import blocks
from playground.graph.experiment import Experiment
from playground.ui.canvas import block_commands
from playground.ui.inspector.panel import Inspector
from playground.ui.session import Session
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import IntegerField
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle


@pytest.fixture
def panel(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Inspector:
    inspector = Inspector(open_session(zoo_experiment("lenet-5")))
    qtbot.addWidget(inspector)
    inspector.resize(344, 800)
    inspector.show()
    return inspector


def texts(panel: QWidget) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if not label.isHidden())


def rows(panel: Inspector) -> dict[str, QWidget]:
    return {row.label.text(): row.control for row in panel.findChildren(FieldRow) if not row.isHidden()}


def test_several_layers_of_one_type_are_set_in_one_undoable_edit(panel: Inspector) -> None:
    session = panel._session
    panel.show_nodes(["conv1", "conv2"])
    assert "2 Conv 2D" in texts(panel)
    assert "Not the same everywhere yet: Filters, Padding." in texts(panel)
    filters = rows(panel)["Filters"]
    assert isinstance(filters, IntegerField)
    filters.setValue(9)
    assert [session.graph.node(key).params["out_channels"] for key in ("conv1", "conv2")] == [9, 9]
    assert session.document.undo_label == "Set filters of 2 layers"
    session.document.undo()
    assert [session.graph.node(key).params["out_channels"] for key in ("conv1", "conv2")] == [6, 16]


def test_layers_of_different_types_share_what_both_have(panel: Inspector) -> None:
    panel.show_nodes(["conv1", "fc1"])
    assert list(rows(panel)) == ["Bias", "Frozen", "Times the learning rate"], "and whether they learn, and how fast"
    panel.show_nodes(["conv1", "relu1"])
    assert "no setting in common" in texts(panel)


def test_the_totals_are_those_of_the_selection(panel: Inspector) -> None:
    panel.show_nodes(["fc1", "fc2"])
    assert "58,284 parameters" in texts(panel)


def test_a_block_shows_what_goes_in_and_out(panel: Inspector, qtbot: QtBot) -> None:
    session = panel._session
    block = block_commands.group(session, ["conv1", "relu1", "pool1"], "Strokes")
    assert block is not None
    settle(session, qtbot)
    panel.show_nodes([block])
    assert "3 layers" in texts(panel)
    assert "1×28×28 → 6×14×14\n156 parameters" in texts(panel)
    button = next(button for button in panel.findChildren(QPushButton) if button.text() == "Close block")
    button.click()
    assert not session.graph.block(block).is_open
    assert button.text() == "Open block"


def test_the_number_of_copies_can_be_set(panel: Inspector, qtbot: QtBot) -> None:
    session = panel._session
    block = block_commands.group(session, ["fc2", "relu4"])
    assert block is not None
    assert "Copies in a row" not in rows(panel)
    holder = block_commands.repeat(session, block, 2)
    assert holder is not None
    panel.show_nodes([holder])
    copies = rows(panel)["Copies in a row"]
    assert isinstance(copies, IntegerField)
    copies.setValue(4)
    assert len([b for b in session.graph.blocks if b.parent == holder]) == 4
    assert session.graph.block(holder).kind == blocks.REPEATED
