"""How fast Step mode plays: one setting, shared by the transport and by every microscope that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True)
class Speed:
    """`rate` steps a second; `rows`: that many whole rows of a picture a second instead. Infinite: all at once."""

    rate: float
    rows: bool = False

    def label(self, noun: str) -> str:
        """As the choice reads: "12 windows/s"."""
        if self.rows:
            return f"{self.rate:g} rows/s"
        if self.rate == inf:
            return "at once"
        return f"{self.rate:g} {noun}{'s' if self.rate != 1 else ''}/s"


DWELLS = (3.0, 2.0, 1.0, 0.5, 0.25)
"""Seconds that a finished layer stays on screen while Play is on."""
SPEEDS = (Speed(1), Speed(3), Speed(12), Speed(30), Speed(60), Speed(6, rows=True), Speed(inf))
DEFAULT = 3
DEFAULT_DWELL = 2


class Pace(QObject):
    """The chosen speed of inner animations, and `dwell`, the seconds that a finished layer stays.

    `changed` is sent when another speed is chosen anywhere.
    """

    changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._index = DEFAULT
        self.dwell = DWELLS[DEFAULT_DWELL]

    @property
    def index(self) -> int:
        return self._index

    @property
    def speed(self) -> Speed:
        return SPEEDS[self._index]

    def choose(self, index: int) -> None:
        """Take one of `SPEEDS`."""
        if index != self._index and 0 <= index < len(SPEEDS):
            self._index = index
            self.changed.emit(index)
