"""The box that says in words what the numbers show, and below lists them, each to be asked where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.engine.arithmetic import Place
from playground.ui.microscopes.number_lines import NumberLines, Said
from playground.ui.widgets.headings import SectionHeading, TextLabel

Section = tuple[str, Sequence[Said | str]]
"""A heading and the lines below it."""
_RIM = 1


class AskingCard(QFrame):
    """SAY IT IN WORDS with a sentence or two, and below it sections of numbers. It scrolls where there is no room."""

    explain_requested = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heights: dict[int, int] = {}
        self._lit: Mapping[Place, str] = {}
        self.setProperty("card", True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._words = TextLabel(wrap=True)
        self._words.setTextFormat(Qt.TextFormat.RichText)
        self._sections: list[tuple[SectionHeading, NumberLines]] = []
        self._own: list[QWidget] = []
        inside = self._inside = QWidget()
        column = self._column = QVBoxLayout(inside)
        column.setContentsMargins(14, 10, 14, 9)
        column.setSpacing(6)
        column.addWidget(SectionHeading("Say it in words"))
        column.addWidget(self._words)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(_RIM, _RIM, _RIM, _RIM)
        outer.addWidget(scroll)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height_for(max(200, self.width())))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 64)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def _fit(self) -> None:
        """No higher than its words."""
        self._heights.clear()
        self.setMaximumHeight(max(64, self.height_for(max(200, self.width()))))
        self.updateGeometry()

    def height_for(self, width: int) -> int:
        """The height at which all of it is visible."""
        if width not in self._heights:
            self._heights[width] = self._inside.heightForWidth(width - 2 * _RIM) + 6
        return self._heights[width]

    def add_widget(self, widget: QWidget) -> None:
        """Put a widget of one's own below the numbers."""
        self._column.insertWidget(self._column.count() - 1, widget)

    def set_words(self, words: str) -> None:
        """A sentence or two; rich text."""
        if words != self._words.text():
            self._words.setText(words)
            self._fit()

    @property
    def words(self) -> str:
        return self._words.text()

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
        self._fit()

    def _add_section(self) -> None:
        title, rows = SectionHeading(""), NumberLines()
        rows.explain_requested.connect(self.explain_requested)
        place = 2 + 2 * len(self._sections)
        self._column.insertWidget(place, title)
        self._column.insertWidget(place + 1, rows)
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
