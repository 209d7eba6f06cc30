from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from playground.ui.widgets.field_row import FIELD_WIDTH, FieldRow
from playground.ui.widgets.fields import ChoiceField, DecimalField, IntegerField


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "0.001"), (0.1, "0.1"), (1.0, "1"), (0.0, "0"), (1e-7, "1e−7"), (0.05, "0.05"), (128.0, "128")],
)
def test_decimals_are_written_without_trailing_zeros(qtbot: QtBot, value: float, text: str) -> None:
    field = DecimalField(0, 1000, value)
    qtbot.addWidget(field)
    assert field.text() == text
    assert field.value() == value


@pytest.mark.parametrize(("typed", "value"), [("0.02", 0.02), ("0,02", 0.02), ("1e-4", 1e-4), ("3", 3.0), (".5", 0.5)])
def test_a_number_can_be_typed_in_the_usual_ways(qtbot: QtBot, typed: str, value: float) -> None:
    field = DecimalField(0, 10, 1.0)
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == value


def test_a_number_with_a_real_minus_sign_can_be_pasted(qtbot: QtBot) -> None:
    field = DecimalField(-10, 10, 1.0)
    qtbot.addWidget(field)
    QGuiApplication.clipboard().setText("−2e−4")
    field.selectAll()
    field.lineEdit().paste()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == -2e-4


def test_what_is_no_number_cannot_be_typed_and_what_is_unfinished_leaves_the_old_one(qtbot: QtBot) -> None:
    field = DecimalField(0, 10, 1.5)
    qtbot.addWidget(field)
    field.selectAll()
    qtbot.keyClicks(field, "abc")
    assert field.text() == "1.5"
    field.selectAll()
    qtbot.keyClicks(field, "1e-")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.value() == 1.5


def test_typing_is_told_once_when_it_is_finished(qtbot: QtBot) -> None:
    field = IntegerField(1, 100, 6)
    qtbot.addWidget(field)
    told: list[int] = []

    def note(value: int) -> None:
        told.append(value)

    field.valueChanged.connect(note)
    field.selectAll()
    qtbot.keyClicks(field, "32")
    assert told == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert told == [32]


@pytest.mark.parametrize(
    ("start", "steps", "end"),
    [(0.001, 1, 0.002), (0.009, 1, 0.01), (0.001, -1, 0.0009), (0.03, 1, 0.04), (0.0, 1, 0.1), (2.0, -1, 1.0)],
)
def test_arrows_step_the_leading_digit(qtbot: QtBot, start: float, steps: int, end: float) -> None:
    field = DecimalField(0, 10, start)
    qtbot.addWidget(field)
    field.stepBy(steps)
    assert field.value() == pytest.approx(end, rel=1e-9)


def turn_wheel(widget: QWidget) -> None:
    place = QPointF(widget.rect().center())
    none = Qt.KeyboardModifier.NoModifier
    event = QWheelEvent(
        place,
        QPointF(widget.mapToGlobal(place.toPoint())),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        none,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_changes_a_field_only_if_it_has_the_keyboard(qtbot: QtBot) -> None:
    choice = ChoiceField(("a", "b", "c"))
    choice.setCurrentIndex(1)
    fields = [IntegerField(0, 10, 5), DecimalField(0, 10, 5), choice]

    def states() -> list[str]:
        return [f.currentText() if isinstance(f, QComboBox) else f.text() for f in fields]

    for field in fields:
        qtbot.addWidget(field)
        field.show()
    before = states()
    for field in fields:
        field.clearFocus()
        turn_wheel(field)
    assert states() == before
    for field in fields:
        field.activateWindow()
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        turn_wheel(field)
    assert all(now != then for now, then in zip(states(), before, strict=True))


def test_a_choice_is_drawn_to_the_right_and_prose_to_the_left(qtbot: QtBot) -> None:
    block = "\N{FULL BLOCK}"
    found: list[bool] = []
    for prose in (False, True):
        field = ChoiceField((block,), prose=prose)
        qtbot.addWidget(field)
        field.resize(160, 28)
        image = field.grab().toImage()
        middle = image.height() // 2
        bright = [x for x in range(40, 130) if image.pixelColor(x, middle).lightness() > 200]
        early = [x for x in range(8, 40) if image.pixelColor(x, middle).lightness() > 200]
        found += [bool(bright), bool(early)]
    assert found == [True, False, False, True]


def test_a_row_gives_its_control_name_help_and_one_width(qtbot: QtBot) -> None:
    field = IntegerField(1, 9, 3)
    row = FieldRow("Filters", field, "How many pictures come out.", "out_channels")
    line = QLineEdit()
    other = FieldRow("Kernel", line)
    for each in (row, other):
        qtbot.addWidget(each)
        each.resize(320, each.height())
        each.show()
    assert field.accessibleName() == "Filters"
    assert field.toolTip() == row.label.toolTip() == "How many pictures come out.\nIn PyTorch: out_channels"
    assert field.accessibleDescription() == "How many pictures come out. In PyTorch: out_channels"
    assert field.width() == line.width() == FIELD_WIDTH
    assert field.geometry().right() == line.geometry().right() == 319
    assert row.height() == other.height()


def test_a_problem_outlines_the_control_and_goes_again(qtbot: QtBot) -> None:
    field = IntegerField(1, 9, 3)
    row = FieldRow("Kernel", field, "Side of the window.")
    qtbot.addWidget(row)
    plain = row.grab().toImage()
    row.set_problem("The window is larger than the picture.")
    assert row.grab().toImage() != plain
    assert field.toolTip() == "The window is larger than the picture."
    row.set_problem("")
    assert row.grab().toImage() == plain
    assert field.toolTip() == "Side of the window."


def test_a_box_without_text_stands_at_the_right_edge(qtbot: QtBot) -> None:
    box = QCheckBox()
    row = FieldRow("Bias", box)
    qtbot.addWidget(row)
    row.resize(300, row.height())
    row.show()
    assert box.geometry().right() == 299
    assert box.width() < 24
