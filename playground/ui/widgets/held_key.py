"""A key that is held down repeats at its own pace, whether or not what it does can keep up."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer
from PySide6.QtGui import QKeyEvent

_LATE_MS = 40


class HeldKey:
    """Tells repeats of a held key that had to wait for the work of those before them.

    Who follows them all still moves on when the key has long been let go.
    """

    def __init__(self) -> None:
        self._clock = QElapsedTimer()
        self._clock.start()
        self._usual = 0

    def is_late(self, event: QKeyEvent) -> bool:
        """Whether this repeat comes long after its time; never for a key that is only pressed."""
        behind = self._clock.elapsed() - event.timestamp()  # the clocks begin at different times
        if not event.isAutoRepeat():
            self._usual = behind
        return event.isAutoRepeat() and behind - self._usual > _LATE_MS
