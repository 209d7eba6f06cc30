from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject

from playground.ui import qt_guard
from playground.ui.qt_guard import check_qt


def test_qt_here_keeps_its_hands_off_none() -> None:
    """PySide6 6.12.0 on Python 3.11 gives back one reference to None at every call of a method that returns nothing."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(500):
        thing.setObjectName("x")
    assert sys.getrefcount(None) > before - 100


def test_what_is_installed_here_is_accepted() -> None:
    check_qt()


@pytest.mark.parametrize(
    ("qt", "python"),
    [("6.10.0", (3, 11)), ("6.11.3", (3, 11)), ("6.10.2", (3, 12)), ("6.12.0", (3, 12)), ("6.12.1", (3, 13))],
)
def test_sound_combinations_are_accepted(qt: str, python: tuple[int, int]) -> None:
    check_qt(qt, python)


@pytest.mark.parametrize(("qt", "python"), [("6.12.0", (3, 11)), ("6.12.0", (3, 10)), ("6.13.0", (3, 11))])
def test_the_combination_that_crashes_is_refused_with_the_remedy(qt: str, python: tuple[int, int]) -> None:
    with pytest.raises(SystemExit, match=r"crashes on Python 3\.1\d.*pip install \"PySide6-Essentials>=6\.10,<6\.12\""):
        check_qt(qt, python)


def test_an_old_qt_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"6\.8\.1 is too old"):
        check_qt("6.8.1", (3, 12))


def test_a_missing_qt_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(qt_guard, "_installed_version", lambda: None)
    with pytest.raises(SystemExit, match=r"not installed here.*pip install"):
        check_qt()
