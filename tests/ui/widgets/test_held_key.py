from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from playground.ui.widgets.held_key import HeldKey


def key(at: int, *, repeat: bool) -> QKeyEvent:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, "", repeat)
    event.setTimestamp(at)
    return event


def test_repeats_that_waited_are_late_and_those_in_time_are_not() -> None:
    held = HeldKey()
    assert not held.is_late(key(10_000, repeat=False))
    assert not held.is_late(key(10_000, repeat=True))
    assert held.is_late(key(9_900, repeat=True))  # it was to come 100 ms ago


def test_a_key_that_is_pressed_anew_is_never_late() -> None:
    held = HeldKey()
    held.is_late(key(10_000, repeat=False))
    assert not held.is_late(key(9_000, repeat=False))
    assert not held.is_late(key(9_000, repeat=True))
