"""Fields for several numbers: what is typed or chosen arrives in the document, and nonsense is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.layers import all_layer_types
from playground.ui.inspector.form import ParamForm, SizesField
from playground.ui.inspector.number_fields import NumbersField, PaddingField, SpinsField
from playground.ui.inspector.panel import Inspector
from playground.ui.session import Session
from playground.ui.widgets.field_row import FieldRow
from playground.zoo import zoo_experiment

Open = Callable[[str, tuple[int, ...], dict[str, ParamValue]], Inspector]


@pytest.fixture
def open_panel(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Open:
    def open_(kind: str, shape: tuple[int, ...], params: dict[str, ParamValue]) -> Inspector:
        nodes = (Node("start", "input", {"shape": shape}), Node("layer", kind, params), Node("loss", "squared_error"))
        edges = tuple(Edge(a.id, b.id) for a, b in pairwise(nodes))
        panel = Inspector(open_session(Experiment(Graph(nodes, edges), DataSettings("mnist"))))
        qtbot.addWidget(panel)
        panel.resize(344, 800)
        panel.show()
        panel.show_nodes(["layer"])
        return panel

    return open_


def field(panel: Inspector, label: str) -> QWidget:
    return next(row.control for row in panel.findChildren(FieldRow) if row.label.text() == label)


def kept(panel: Inspector, key: str) -> ParamValue:
    return panel._session.graph.node("layer").params[key]


def test_a_kernel_for_volumes_has_three_boxes(open_panel: Open) -> None:
    panel = open_panel("conv3d", (1, 8, 8, 8), {"kernel_size": (3, 5, 7)})
    kernel = field(panel, "Kernel")
    assert isinstance(kernel, SpinsField)
    assert kernel.value == (3, 5, 7)
    kernel.spins[1].setValue(1)
    assert kept(panel, "kernel_size") == (3, 1, 7)
    assert panel._session.document.undo_label == "Set kernel of layer"
    panel._session.document.undo()
    assert kernel.value == (3, 5, 7)


def test_padding_is_given_in_words_or_in_numbers(open_panel: Open) -> None:
    panel = open_panel("conv2d", (1, 28, 28), {"padding": (1, 2)})
    padding = field(panel, "Padding")
    assert isinstance(padding, PaddingField)
    assert padding.choice.currentText() == "numbers"
    assert padding.numbers.value == (1, 2)
    padding.choice.setCurrentText("same")
    assert kept(panel, "padding") == "same"
    assert not padding.numbers.isVisible()
    padding.choice.setCurrentText("numbers")
    assert kept(panel, "padding") == (1, 2)
    assert padding.numbers.isVisible()
    padding.numbers.spins[0].setValue(3)
    assert kept(panel, "padding") == (3, 2)


@pytest.mark.parametrize(
    ("kind", "shape", "typed"), [("conv1d", (1, 40), 3), ("conv3d", (1, 8, 8, 8), (3, 0, 0))], ids=["1-D", "3-D"]
)
def test_padding_has_a_box_for_each_dimension(
    open_panel: Open, kind: str, shape: tuple[int, ...], typed: ParamValue
) -> None:
    panel = open_panel(kind, shape, {})
    padding = field(panel, "Padding")
    assert isinstance(padding, PaddingField)
    assert len(padding.numbers.spins) == len(shape) - 1
    padding.numbers.spins[0].setValue(3)
    assert kept(panel, "padding") == typed
    padding.choice.setCurrentText("valid")
    assert kept(panel, "padding") == "valid"


def test_the_fields_fit_beside_their_labels(open_panel: Open) -> None:
    panel = open_panel("conv3d", (1, 8, 8, 8), {"padding": (1024, 1024, 1024)})
    panel.grab()
    for row in panel.findChildren(FieldRow):
        assert row.label.fontMetrics().horizontalAdvance(row.label.text()) <= row.label.width(), row.label.text()


def write(numbers: NumbersField, text: str) -> None:
    numbers.setText(text)
    QTest.keyClick(numbers, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1, 2, 3", (1.0, 2.0, 3.0)),
        ("0 −1 0.5", (0.0, -1.0, 0.5)),
        ("[0; 1e-3]", (0.0, 0.001)),
        ("7", (7.0,)),
    ],
)
def test_numbers_are_read_as_they_are_written(open_panel: Open, typed: str, values: tuple[float, ...]) -> None:
    panel = open_panel("fixed_conv2d", (1, 28, 28), {"kernel": "own"})
    numbers = field(panel, "Own numbers")
    assert isinstance(numbers, NumbersField)
    assert numbers.text() == "0, −1, 0, −1, 5, −1, 0, −1, 0"
    write(numbers, typed)
    assert kept(panel, "values") == values
    shown = numbers.text()
    write(numbers, f"{shown} ")
    assert kept(panel, "values") == values
    assert numbers.text() == shown


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("1, two, 3", "“two” is not a number"),
        ("1, nan", "“nan” is not a number"),
        ("1, 1e999", "“1e999” is not a number"),
        ("", "No number is given"),
        (" , ", "No number is given"),
        ("1, 2000000", "Own numbers lies between"),
    ],
)
def test_what_is_no_list_of_numbers_is_refused_in_words(
    open_panel: Open, qtbot: QtBot, typed: str, complaint: str
) -> None:
    panel = open_panel("fixed_conv2d", (1, 28, 28), {"kernel": "own"})
    session, before = panel._session, panel._session.graph
    numbers = field(panel, "Own numbers")
    assert isinstance(numbers, NumbersField)
    shown = numbers.text()
    with qtbot.waitSignal(session.message) as told:
        write(numbers, typed)
    assert told.args is not None
    assert "Own numbers" in told.args[1]
    assert complaint in told.args[1]
    assert session.graph is before
    assert numbers.text() == shown


def test_every_layer_type_has_a_form_that_shows_its_values(
    open_session: Callable[[Experiment], Session], qtbot: QtBot
) -> None:
    session = open_session(zoo_experiment("mazur"))
    for kind in all_layer_types():
        form = ParamForm(session, [Node("layer", kind.key)], kind)
        qtbot.addWidget(form)
        form.resize(312, 40 * len(kind.params))
        form.show()
        form.grab()
        rows = form.findChildren(FieldRow)
        assert [row.label.text() for row in rows] == [param.title for param in kind.params]
        for row in rows:
            assert not row.control.property("invalid"), kind.key
            assert row.control.geometry().right() <= row.width(), f"{kind.key}: {row.label.text()} is cut off"


def test_an_open_extent_is_written_with_a_minus_sign(open_panel: Open) -> None:
    panel = open_panel("reshape", (1, 28, 28), {"shape": (4, -1)})
    shape = field(panel, "New size")
    assert isinstance(shape, SizesField)
    assert shape.text() == "4 × −1"
    shape.setText("−1 × 7")
    QTest.keyClick(shape, Qt.Key.Key_Return)
    assert kept(panel, "shape") == (-1, 7)
