"""New from an expression: what is typed becomes numbers with fields, a drawing, and a network that opens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.expression_dialog import EXAMPLES, ExpressionDialog
from playground.ui.main_window import MainWindow
from playground.ui.microscopes.circuit import CircuitMicroscope
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode
from playground.ui.widgets.fields import ChoiceField


@pytest.fixture
def dialog(qtbot: QtBot) -> ExpressionDialog:
    made = ExpressionDialog()
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_begins_empty_and_cannot_be_opened(dialog: ExpressionDialog) -> None:
    assert dialog.message.text() == "Type an expression, such as (x + y)*z."
    assert not dialog.open_button.isEnabled()


def test_its_numbers_get_fields(dialog: ExpressionDialog, qtbot: QtBot) -> None:
    qtbot.keyClicks(dialog.text, "w*x + y")
    assert list(dialog.values.fields) == ["w", "x", "y"]
    assert dialog.values.roles == {"w": "learnt", "x": "given", "y": "given"}
    assert "Its value is 6.5. 2 gates." in dialog.message.text()
    dialog.values.fields["x"][0].setValue(-4)
    assert "Its value is −7.5" in dialog.message.text()
    assert dialog.experiment is not None
    assert dialog.experiment.data.name == "given:-4,0.5"


def test_values_are_kept_while_the_text_changes(dialog: ExpressionDialog) -> None:
    dialog.text.setPlainText("x*y")
    dialog.values.fields["y"][0].setValue(7.25)
    dialog.text.setPlainText("x*y +")
    assert not dialog.open_button.isEnabled()
    dialog.text.setPlainText("x*y + z")
    assert dialog.values.fields["y"][0].value() == 7.25


def test_what_is_learnt_can_be_chosen(dialog: ExpressionDialog) -> None:
    dialog.text.setPlainText("x*y")
    role = dialog.values.fields["y"][1]
    role.setCurrentText("learnt")
    role.activated.emit(1)
    assert dialog.experiment is not None
    assert dialog.experiment.graph.node("y").type == "parameter"
    other = dialog.values.fields["x"][1]
    other.setCurrentText("learnt")
    other.activated.emit(1)
    assert "At least one number has to be an input" in dialog.message.text()
    assert not dialog.open_button.isEnabled()


def test_a_fault_is_told_and_marked(dialog: ExpressionDialog) -> None:
    dialog.text.setPlainText("x^2 + y")
    assert dialog.message.text() == "Write ** for powers: x**2."
    (mark,) = dialog.text.extraSelections()
    assert mark.cursor.selectedText() == "^"  # type: ignore[attr-defined]
    dialog.text.setPlainText("x**2 + y")
    assert dialog.text.extraSelections() == []


def test_values_without_a_result_are_told(dialog: ExpressionDialog) -> None:
    dialog.text.setPlainText("y/(x - 2)")
    dialog.values.fields["x"][0].setValue(2)
    assert "divided by 0" in dialog.message.text()
    assert not dialog.open_button.isEnabled()


def test_values_in_the_text_hold_their_fields(dialog: ExpressionDialog) -> None:
    dialog.text.setPlainText("x = -2; y = 5\nf = x*y*z")
    assert dialog.values.fields["x"][0].value() == -2
    assert not dialog.values.fields["x"][0].isEnabled()
    assert dialog.values.fields["z"][0].isEnabled()


@pytest.mark.parametrize("text", [text for _, text in EXAMPLES])
def test_every_example_can_be_opened(text: str, dialog: ExpressionDialog, qtbot: QtBot) -> None:
    dialog.text.setPlainText(text)
    with qtbot.waitSignal(dialog.chosen) as sent:
        qtbot.mouseClick(dialog.open_button, Qt.MouseButton.LeftButton)
    assert sent.args is not None
    experiment = sent.args[0]
    assert isinstance(experiment, Experiment)
    assert experiment.graph.order[-1] == "loss"
    assert not dialog.isVisible()


def test_the_menu_leads_to_the_gates_in_step(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    QSettings().clear()
    monkeypatch.setattr(QMessageBox, "exec", lambda _box: QMessageBox.StandardButton.Discard)
    window = MainWindow(Session())
    qtbot.addWidget(window)
    window.show()
    window.start_page.expression_chosen.emit()
    dialog = window.findChild(ExpressionDialog)
    assert dialog is not None
    dialog.text.setPlainText(EXAMPLES[0][1])
    dialog.open_button.click()
    assert window.mode == "Step"
    assert window.session.experiment.data.name == "given:-2,5,-4"
    mode = window.findChild(StepMode)
    assert mode is not None
    qtbot.waitUntil(lambda: isinstance(mode.microscope, CircuitMicroscope), timeout=30_000)
    window.show_mode("Train")
    window.show_mode("Build")
    window.close()


def test_numbers_that_were_typed_are_named_where_data_sets_are_chosen(qtbot: QtBot) -> None:
    field = ChoiceField(("MNIST", "Circle"))
    qtbot.addWidget(field)
    field.show_text("Given: 1, 2")
    assert (field.currentIndex(), field.placeholderText()) == (-1, "Given: 1, 2")
    field.show_text("Circle")
    assert field.currentText() == "Circle"
