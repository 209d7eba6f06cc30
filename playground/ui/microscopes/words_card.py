"""The box that says in words what the numbers show."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.reading_card import ReadingCard
from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.widgets.headings import SectionHeading


class WordsCard(ReadingCard):
    """Below the words a heading with a few lines of numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._second = SectionHeading("")
        self._lines = WordsLabel("", "mono", wrap=True)
        self._lines.setTextFormat(Qt.TextFormat.PlainText)
        self._second.hide()
        self._lines.hide()
        self.column.insertSpacing(2, 2)
        self.column.insertWidget(3, self._second)
        self.column.insertWidget(4, self._lines)

    def set_lines(self, heading: str, lines: Sequence[str]) -> None:
        """What stands below the words; nothing without lines."""
        text = "\n".join(lines)
        if (heading, text) == (self._second.text(), self._lines.text()):
            return
        self._second.setText(heading)
        self._second.setVisible(bool(lines))
        self._lines.setVisible(bool(lines))
        self._lines.setText(text)
        self.fit()

    @property
    def lines(self) -> str:
        return self._lines.text()
