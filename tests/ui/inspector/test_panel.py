"""The inspector shows and edits the selected layer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.inspector.form import ParamForm, SizesField
from playground.ui.inspector.panel import Inspector
from playground.ui.session import Session
from playground.ui.widgets.field_row import FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle


@pytest.fixture
def panel(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Inspector:
    inspector = Inspector(open_session(zoo_experiment("lenet-5")))
    qtbot.addWidget(inspector)
    inspector.resize(344, 800)
    inspector.show()
    return inspector


def field(panel: Inspector, label: str) -> QWidget:
    """The control beside that label."""
    return next(row.control for row in panel.findChildren(FieldRow) if row.label.text() == label)


def texts(panel: Inspector) -> str:
    """All that can be read, without the tags of links."""
    shown = (label.text() for label in panel.findChildren(QLabel) if not label.isHidden())
    return re.sub("<br>", "\n", re.sub("<(?!br)[^>]+>", "", "\n".join(shown)))


def test_the_form_is_the_layers_own_parameter_list(panel: Inspector) -> None:
    panel.show_nodes(["conv1"])
    form = panel.findChild(ParamForm)
    assert form is not None
    labels = [row.label.text() for row in form.findChildren(FieldRow)]
    assert labels == ["Filters", "Kernel", "Stride", "Padding", "Dilation", "Groups", "Bias"]
    kernel = field(panel, "Kernel")
    assert isinstance(kernel, SizesField)
    assert kernel.text() == "5 × 5"


def test_the_arithmetic_is_shown_in_numbers(panel: Inspector) -> None:
    panel.show_nodes(["conv1"])
    assert "(28 − 5 + 2·2) / 1 + 1 = 28" in texts(panel)
    assert "5·5·1·6 + 6 = 156 parameters" in texts(panel)


def test_editing_a_field_is_one_undoable_edit(panel: Inspector, qtbot: QtBot) -> None:
    session = panel._session
    panel.show_nodes(["conv1"])
    filters = field(panel, "Filters")
    assert isinstance(filters, IntegerField)
    filters.setValue(8)
    assert session.graph.node("conv1").params["out_channels"] == 8
    assert session.document.undo_label == "Set filters of conv1"
    settle(session, qtbot)
    assert "5·5·1·8 + 8 = 208 parameters" in texts(panel)
    session.document.undo()
    assert filters.value() == 6


def test_one_number_stands_for_both_sides_of_a_kernel(panel: Inspector) -> None:
    panel.show_nodes(["conv1"])
    kernel = field(panel, "Kernel")
    assert isinstance(kernel, SizesField)
    kernel.setText("3")
    QTest.keyClick(kernel, Qt.Key.Key_Return)
    assert panel._session.graph.node("conv1").params["kernel_size"] == (3, 3)
    assert kernel.text() == "3 × 3"


@pytest.mark.parametrize("typed", ["0", "5 × 5 × 5", "-3", "99999"])
def test_a_value_that_cannot_be_is_refused_in_words(panel: Inspector, qtbot: QtBot, typed: str) -> None:
    session = panel._session
    panel.show_nodes(["conv1"])
    kernel, before = field(panel, "Kernel"), session.graph
    assert isinstance(kernel, SizesField)
    kernel.setText(typed)
    with qtbot.waitSignal(session.message) as told:
        QTest.keyClick(kernel, Qt.Key.Key_Return)
    assert told.args is not None
    assert "Kernel" in told.args[1]
    assert session.graph is before
    assert kernel.text() == "5 × 5"


def test_letters_in_a_size_change_nothing(panel: Inspector) -> None:
    panel.show_nodes(["conv1"])
    kernel, before = field(panel, "Kernel"), panel._session.graph
    assert isinstance(kernel, SizesField)
    kernel.setText("big")
    QTest.keyClick(kernel, Qt.Key.Key_Return)
    assert panel._session.graph is before
    assert kernel.text() == "5 × 5"


def test_a_problem_is_told_beside_the_form(panel: Inspector, qtbot: QtBot) -> None:
    panel.show_nodes(["conv1"])
    kernel = field(panel, "Kernel")
    assert isinstance(kernel, SizesField)
    kernel.setText("40")
    QTest.keyClick(kernel, Qt.Key.Key_Return)
    settle(panel._session, qtbot)
    assert "40×40 window is larger than the picture" in texts(panel)


def test_the_input_chooses_data_and_looks_through_examples(panel: Inspector, qtbot: QtBot) -> None:
    session = panel._session
    panel.show_nodes(["input"])
    assert "Example 1 of 2,000: 7" in texts(panel)
    sets = field(panel, "Data set")
    assert isinstance(sets, ChoiceField)
    sets.setCurrentText("Spiral")
    sets.activated.emit(sets.currentIndex())
    settle(session, qtbot)
    assert session.experiment.data.name == "spiral"
    noise = field(panel, "Noise")
    assert isinstance(noise, DecimalField)
    noise.setValue(0.25)
    assert session.experiment.data.noise == 0.25
    settle(session, qtbot)


def test_a_deleted_layer_leaves_the_network_in_view(panel: Inspector) -> None:
    from playground.graph.edits import remove

    session = panel._session
    panel.show_nodes(["conv1"])
    session.edit("delete", remove(session.graph, ["conv1"]))
    assert "The network" in texts(panel)
