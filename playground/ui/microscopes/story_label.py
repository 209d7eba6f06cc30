"""Rich text of a story: a label that sets its text once for each width, not ten times for every change."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QSize, Qt

from playground.ui.fonts import FontRole, font
from playground.ui.microscopes.worded_numbers import WordsLabel

_ROOM = 230
"""Pixels that every story has for a line: a text whose parts are all surely narrower can be as narrow as it likes."""
_CELL_GAP = 2  # letters' room between the columns of a table
_UNBROKEN = ("<img", "<pre", "nowrap", "white-space", "&nbsp;", "\u00a0")
_MARKUP = re.compile(r"<[^>]+>")


class StoryLabel(WordsLabel):
    """A wrapping label as wide as it is told to be.

    A `QLabel` lays rich text out at five widths whenever it changes, to find what it would like best. A story gives
    all its labels its own width, so only the height at that width counts.
    """

    def __init__(self, role: FontRole) -> None:
        super().__init__("", role, wrap=True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._role = role
        self._heights: tuple[str, dict[int, int]] = ("", {})
        self._measured = ("", 0)

    def set_role(self, role: FontRole) -> None:
        """Another size of letters."""
        if role != self._role:
            self._role = role
            self.setFont(font(role))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self._heights = ("", {})

    def heightForWidth(self, width: int) -> int:
        text = self.text()
        if self._heights[0] != text:
            self._heights = (text, {})
        known = self._heights[1]
        if width not in known:
            known[width] = super().heightForWidth(width)
        return known[width]

    def sizeHint(self) -> QSize:
        return self._least() or super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._least() or super().minimumSizeHint()

    def _least(self) -> QSize | None:
        """One line, however narrow; None where a part that cannot be broken may be too wide for that."""
        text = self.text()
        if text != self._measured[0]:
            self._measured = (text, longest_run(text))
        letters = self._measured[1]
        wide = 0.62 if self._role.startswith("mono") else 0.9
        if letters < 0 or letters * wide * self.font().pixelSize() > _ROOM:
            return None
        return QSize(1, self.fontMetrics().height())


def longest_run(text: str) -> int:
    """The letters of rich text that stand on one line however narrow it is; −1 where they cannot be counted."""
    if "<table" not in text:
        if any(mark in text for mark in _UNBROKEN):
            return -1
        return max(map(len, _MARKUP.sub("", text).split()), default=0)
    columns: list[int] = []
    for row in text.split("<tr")[1:]:
        for place, cell in enumerate(row.split("<td")[1:]):
            look, _, inside = cell.partition(">")
            words = _MARKUP.sub("", inside)
            longest = len(words) if "pre" in look else max(map(len, words.split()), default=0)
            columns += [0] * (place + 1 - len(columns))
            columns[place] = max(columns[place], longest + _CELL_GAP)
    return sum(columns)
