"""The box that says in words what the numbers show, and below lists them, each to be asked where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.number_lines import NumberLines, Said
from playground.ui.microscopes.reading_card import ReadingCard
from playground.ui.widgets.headings import SectionHeading

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

Section = tuple[str, Sequence[Said | str]]
"""A heading and the lines below it."""


class AskingCard(ReadingCard):
    """Below the words sections of numbers."""

    explain_requested = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sections: list[tuple[SectionHeading, NumberLines]] = []

    def set_lines(self, heading: str, lines: Sequence[Said | str]) -> None:
        """One section below the words; nothing without lines."""
        self.set_sections([(heading, lines)])

    def set_sections(self, sections: Sequence[Section]) -> None:
        """What stands below the words; sections without lines are left out."""
        filled = [(heading, lines) for heading, lines in sections if lines]
        while len(self._sections) < len(filled):
            self._add_section()
        for (title, rows), (heading, lines) in zip(self._sections, filled, strict=False):
            title.setText(heading)
            rows.show_lines(lines)
        for number, (title, rows) in enumerate(self._sections):
            title.setVisible(number < len(filled) and bool(filled[number][0]))
            rows.setVisible(number < len(filled))
            if number >= len(filled):
                rows.show_lines(())
        self.fit()

    def _add_section(self) -> None:
        title, rows = SectionHeading(""), NumberLines()
        rows.explain_requested.connect(self.explain_requested)
        place = 2 + 2 * len(self._sections)
        self.column.insertWidget(place, title)
        self.column.insertWidget(place + 1, rows)
        self._sections.append((title, rows))

    @property
    def said(self) -> tuple[Said | str, ...]:
        """All lines of all sections."""
        return tuple(line for _, rows in self._sections for line in rows.lines)

    @property
    def lines(self) -> str:
        """The same as plain text."""
        return "\n".join(line if isinstance(line, str) else line.text() for line in self.said)

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers that stand at these places."""
        for _, rows in self._sections:
            rows.light(places)
