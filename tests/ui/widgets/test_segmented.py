from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from playground.ui.theme import Choice, appearance
from playground.ui.widgets.segmented import SegmentedSwitch

BOTH: tuple[Choice, ...] = ("dark", "light")


@pytest.fixture
def switch(qtbot: QtBot) -> SegmentedSwitch:
    widget = SegmentedSwitch(["Build", "Step", "Train"], name="Mode")
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def segments(switch: SegmentedSwitch) -> list[QAbstractButton]:
    return switch.findChildren(QAbstractButton)


def test_the_first_is_chosen_at_the_start(switch: SegmentedSwitch) -> None:
    assert switch.items == ("Build", "Step", "Train")
    assert switch.current == 0


def test_a_click_chooses_and_is_told_once(switch: SegmentedSwitch, qtbot: QtBot) -> None:
    told: list[int] = []

    def note(index: int) -> None:
        told.append(index)

    switch.currentChanged.connect(note)
    for index in (2, 2, 1):
        qtbot.mouseClick(segments(switch)[index], Qt.MouseButton.LeftButton)
    assert told == [2, 1]


def test_the_keyboard_moves_the_choice_and_skips_what_is_disabled(switch: SegmentedSwitch, qtbot: QtBot) -> None:
    switch.activateWindow()
    segments(switch)[0].setFocus()
    switch.set_item_enabled(1, False, "Nothing to step through yet: add a layer.")
    told: list[int] = []

    def note(index: int) -> None:
        told.append(index)

    switch.currentChanged.connect(note)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_End, Qt.Key.Key_Home):
        qtbot.keyClick(QApplication.focusWidget() or segments(switch)[switch.current], key)
    assert told == [2, 0, 2, 0]
    assert segments(switch)[1].toolTip().startswith("Nothing to step")


def test_tab_reaches_the_chosen_segment_only(switch: SegmentedSwitch) -> None:
    switch.set_current(2)
    by_tab = [bool(s.focusPolicy() & Qt.FocusPolicy.TabFocus.value) for s in segments(switch)]
    assert by_tab == [False, False, True]


def test_names_are_spoken(switch: SegmentedSwitch) -> None:
    assert switch.accessibleName() == "Mode"
    assert [segment.accessibleName() for segment in segments(switch)] == ["Build", "Step", "Train"]


def test_choosing_by_program_is_told_and_checked(switch: SegmentedSwitch, qtbot: QtBot) -> None:
    with qtbot.waitSignal(switch.currentChanged) as signal:
        switch.set_current(1)
    assert signal.args == [1]
    with pytest.raises(IndexError):
        switch.set_current(3)


def test_new_items_replace_the_old_ones(switch: SegmentedSwitch, qtbot: QtBot) -> None:
    switch.set_current(2)
    with qtbot.assertNotEmitted(switch.currentChanged):
        switch.set_items(["A", "B"])
    assert (switch.items, switch.current) == (("A", "B"), 0)


def test_the_chosen_segment_stands_out_in_both_themes(switch: SegmentedSwitch) -> None:
    for choice in BOTH:
        appearance.set_choice(choice)
        image = switch.grab().toImage()
        places = [segment.geometry() for segment in segments(switch)]
        colours = [image.pixelColor(place.left() + 4, place.center().y()).name() for place in places]
        assert colours[0] != colours[1] == colours[2]
