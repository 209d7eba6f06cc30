"""Every field of every layer's form takes its ends and its default, and answers nonsense in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.edits import append
from playground.graph.experiment import Experiment
from playground.graph.model import Graph, Node
from playground.layers import LayerType, all_layer_types
from playground.ui.inspector.form import ParamForm, SizesField
from playground.ui.session import Session

OpenSession = Callable[[Experiment], Session]
NONSENSE = (
    "",
    "abc",
    "−",
    "1e999",
    "nan",
    "99999999999999999999",
    "1,2,3,4,5,6",
    "½",
    "0x10",
    "-5",
    "3.7",
    "<b>",
    "😀 7",
)
KINDS = [kind for kind in all_layer_types() if kind.params and kind.key != "input"]


def fields(form: QWidget) -> list[QWidget]:
    """What can be typed into, turned or chosen; the text fields inside spin boxes and lists are parts of these."""
    inputs = form.findChildren(QWidget)
    own = (QAbstractSpinBox, QComboBox, QCheckBox)
    texts = [w for w in inputs if isinstance(w, QLineEdit) and not isinstance(w.parentWidget(), own)]
    return [*(w for w in inputs if isinstance(w, own)), *texts]


def use(field: QWidget) -> None:
    """All that a field can be set to, to the ends."""
    if isinstance(field, QSpinBox | QDoubleSpinBox):
        for value in (field.minimum(), field.maximum(), field.minimum() + 1):
            field.setValue(value)  # type: ignore[arg-type]
    elif isinstance(field, QComboBox):
        for index in range(field.count()):
            field.setCurrentIndex(index)
    elif isinstance(field, QCheckBox):
        field.toggle()
        field.toggle()


def type_into(field: QWidget, text: str) -> None:
    """Typed over what is there, and finished with Enter."""
    edit = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
    if edit is not None:
        edit.selectAll()
        edit.insert(text)
        QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture(scope="module")
def graphs() -> dict[str, Graph]:
    """Each layer behind an input."""
    found: dict[str, Graph] = {}
    for kind in KINDS:
        start = Graph((Node("x", "input", {"shape": (4, 8, 8)}),))
        node = Node("layer", kind.key)
        found[kind.key] = append(start, node, "x") if kind.max_inputs else Graph((*start.nodes, node))
    return found


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
def test_no_value_breaks_a_form(
    open_session: OpenSession, qtbot: QtBot, graphs: dict[str, Graph], kind: LayerType
) -> None:
    session = open_session(Experiment(graphs[kind.key]))
    said: list[str] = []
    session.message.connect(lambda _level, text: said.append(text))
    form = ParamForm(session, [session.graph.node("layer")], kind)
    session.experiment_changed.connect(lambda: form.refresh(session.graph.node("layer")))
    qtbot.addWidget(form)
    form.show()
    for field in fields(form):
        use(field)
        for text in NONSENSE:
            type_into(field, text)
            kind.complete(session.graph.node("layer").params)  # what is in the document is always allowed
    assert all(text.endswith(".") and len(text) > 15 for text in said)
    while session.document.undo_label is not None:
        session.document.undo()
    assert session.graph == graphs[kind.key]


@pytest.mark.parametrize("text", ["abc", "3.7", "5 by 5", "½", ""])
def test_what_is_no_size_is_refused_in_words(open_session: OpenSession, qtbot: QtBot, text: str) -> None:
    session = open_session(Experiment(Graph((Node("layer", "conv2d"),))))
    said: list[str] = []
    session.message.connect(lambda _level, message: said.append(message))
    kind = next(kind for kind in KINDS if kind.key == "conv2d")
    form = ParamForm(session, list(session.graph.nodes), kind)
    qtbot.addWidget(form)
    form.show()
    field = form.findChild(SizesField)
    assert field is not None
    shown = field.text()
    type_into(field, text)
    assert session.graph.node("layer").params == {}
    assert field.text() == shown
    assert len(said) == 1
    assert "whole numbers" in said[0]
