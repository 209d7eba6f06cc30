"""The list of data sets: under headings that cannot be taken, and every set sends its own key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from playground.data import GROUPS, all_data_sets
from playground.data.own import ENTRIES
from playground.ui.widgets.data_choice import DataChoice


def test_every_set_stands_under_the_heading_of_its_group(qtbot: QtBot) -> None:
    choice = DataChoice()
    qtbot.addWidget(choice)
    lines = [choice.itemText(index) for index in range(choice.count())]
    expected: list[str] = []
    for group in GROUPS:
        expected += [group]
        expected += [title for _, title, _ in ENTRIES] if group == "Your own" else []
        expected += [*(data.title for data in all_data_sets() if data.group == group)]
    assert lines == expected


def test_a_set_sends_its_key_and_headings_cannot_be_reached(qtbot: QtBot) -> None:
    choice = DataChoice()
    qtbot.addWidget(choice)
    sent: list[str] = []
    choice.chosen.connect(sent.append)
    choice.show_text("Doodles")
    assert not sent
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_End)
    assert choice.currentText() == all_data_sets()[-1].title
    qtbot.keyClick(choice, Qt.Key.Key_Home)
    assert choice.currentText() == "MNIST digits"
    assert sent == [all_data_sets()[-1].key, "mnist"]


def test_entries_that_ask_first_are_only_in_the_open_list_and_do_not_stay_on_show(qtbot: QtBot) -> None:
    choice = DataChoice()
    qtbot.addWidget(choice)
    sent: list[str] = []
    choice.chosen.connect(sent.append)
    choice.show_text("Doodles")
    row = choice.findData("own:table")
    assert not choice.model().flags(choice.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
    choice.show()
    choice.showPopup()
    assert choice.model().flags(choice.model().index(row, 0)) & Qt.ItemFlag.ItemIsEnabled
    view = choice.view()
    view.setCurrentIndex(choice.model().index(row, 0))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert sent == ["own:table"]
    assert choice.currentText() == "Doodles"
