"""Answers from the worker thread that come when the widget that asked is already gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import shiboken6
from PySide6.QtCore import QObject

T = TypeVar("T")


def while_alive(owner: QObject, call: Callable[[T], object]) -> Callable[[T], None]:
    """`call`, unless `owner` has been deleted meanwhile."""

    def guarded(value: T) -> None:
        if shiboken6.isValid(owner):
            call(value)

    return guarded
