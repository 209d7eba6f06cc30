from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.ui.widgets.number_style import DigitsButton, digits_menu, number_style
from playground.ui.widgets.numbers import chosen_digits


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    kept = QSettings().value("digits")
    yield
    number_style.set_digits(0, remember=False)
    if kept is None:
        QSettings().remove("digits")
    else:
        QSettings().setValue("digits", kept)


def test_the_choice_is_told_remembered_and_taken_up_again(qtbot: QtBot) -> None:
    with qtbot.waitSignal(number_style.changed):
        number_style.set_digits(7)
    assert chosen_digits() == 7
    number_style.set_digits(0, remember=False)
    number_style.recall()
    assert number_style.digits == 7


@pytest.mark.parametrize("nonsense", ["many", "99", "", "2"])
def test_nonsense_in_the_settings_is_passed_over(nonsense: str) -> None:
    QSettings().setValue("digits", nonsense)
    number_style.recall()
    assert number_style.digits == 0


def test_the_menu_offers_three_to_ten_and_ticks_the_one_in_force(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = digits_menu("Digits of numbers", parent)
    actions = {action.data(): action for action in menu.actions()}
    assert list(actions) == [0, 3, 4, 5, 6, 7, 8, 9, 10]
    actions[6].trigger()
    menu.aboutToShow.emit()
    assert number_style.digits == 6
    assert [data for data, action in actions.items() if action.isChecked()] == [6]


def test_the_button_says_what_is_chosen(qtbot: QtBot) -> None:
    button = DigitsButton()
    qtbot.addWidget(button)
    assert button.text() == "Digits as fits"
    number_style.set_digits(5, remember=False)
    assert button.text() == "5 digits"
