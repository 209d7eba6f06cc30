"""The drawer of worked examples: every printed number beside the one computed here, with notes on those that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.published_list import NOTE_SIGNS, Live, PublishedList
from playground.ui.theme import appearance
from playground.ui.widgets.buttons import icon_tool_button
from playground.ui.widgets.headings import SectionHeading, TextLabel

if TYPE_CHECKING:
    from playground.zoo import Publication, Published

WIDTH = 360
"""Of the drawer, in pixels."""


class _ColumnNames(QWidget):
    """What the two columns of numbers are called, above them."""

    def __init__(self, rows: PublishedList) -> None:
        super().__init__()
        self._rows = rows
        self.theirs = "published"
        self.setFixedHeight(16)
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(font("tiny"))
        painter.setPen(appearance.theme.muted)
        for left, text in ((self._rows.printed_column, self.theirs), (self._rows.live_column, "live")):
            painter.drawText(QRect(int(left), 0, 120, 16), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()


class PublishedPanel(QFrame):
    """Shows a publication; `chosen` and `pointed` are those of its rows."""

    chosen = Signal(object, QPoint)
    pointed = Signal(object)
    fold_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.heading = SectionHeading("")
        self.title = TextLabel("", "control", wrap=True)
        self.idea = TextLabel("", "small", "muted", wrap=True, selectable=True)
        self.count = TextLabel("", "small", "muted")
        self.message = TextLabel("", "small", "warning", wrap=True)
        self.message.hide()
        self.list = PublishedList()
        self.notes = TextLabel("", "small", "muted", wrap=True, selectable=True)
        self.list.chosen.connect(self.chosen)
        self.list.pointed.connect(self.pointed)
        self.list.current_changed.connect(self._bring_into_sight)
        self._names = _ColumnNames(self.list)
        self._fold = icon_tool_button("right", "Fold away (B)")
        self._fold.clicked.connect(self.fold_asked)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.heading, 1)
        top.addWidget(self._fold)
        self._inside = inside = QWidget()
        inside.setProperty("ground", "panel")
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.setSpacing(0)
        rows.addWidget(self.list)
        rows.addSpacing(10)
        rows.addWidget(self.notes)
        rows.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 6, 10)
        column.setSpacing(5)
        column.addLayout(top)
        for label in (self.title, self.idea):
            column.addWidget(label)
        column.addSpacing(5)
        column.addWidget(self.count)
        column.addWidget(self.message)
        column.addWidget(self._names)
        column.addWidget(self._scroll, 1)

    def _bring_into_sight(self, row: QRect) -> None:
        at = self.list.mapTo(self._inside, row.center())
        self._scroll.ensureVisible(20, at.y(), 0, row.height())

    # ---- what is shown

    def introduce(self, title: str, idea: str) -> None:
        """What the example is, and what it is there to show."""
        self.title.setText(title)
        self.idea.setText(idea)

    def show_comparison(self, publication: Publication, live: Live, *, is_whole: bool = False) -> None:
        """The printed numbers, and those live ones that are known so far; `is_whole`: there will be no more."""
        if self.heading.text() != publication.heading or self.list.numbers != publication.numbers:
            self._scroll.verticalScrollBar().setValue(0)
        self.heading.setText(publication.heading)
        self._names.theirs = publication.theirs
        self.list.show_numbers(publication.numbers, live, is_whole=is_whole)
        same, known = self.list.agreement
        total = len(publication.numbers)
        is_whole = is_whole or known == total
        text = f"{same} of {known} rows agree to the last digit" if is_whole else f"{known} of {total} compared …"
        self.count.setText(text)
        self.count.set_tone("success" if same == known == total else "muted")
        self._write_notes(publication)

    def mark(self, here: Sequence[Published], focus: Sequence[Published]) -> bool:
        """These rows belong to the station on screen, those to the number in focus; whether they are others now.

        They are brought into sight, unless the pointer is on the rows.
        """
        are_others = self.list.mark(here, focus)
        if are_others and self.isVisible() and not self.list.underMouse():
            self._show_marked()
        return are_others

    def _show_marked(self) -> None:
        for row in self.list.marked_rows:
            self._bring_into_sight(row)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._show_marked)  # once it is laid out

    def _write_notes(self, publication: Publication) -> None:
        """The footnotes in the order of their signs, then what holds for all, then the source."""
        parts = [f"{sign} {note}" for sign, note in zip(NOTE_SIGNS, self.list.notes, strict=False)]
        parts += [publication.remark] if publication.remark else []
        is_printed = publication.theirs == "published"
        parts.append(f"{'Printed in' if is_printed else 'The rule is printed in'}: {publication.source}.")
        self.notes.setText("\n\n".join(parts))

    def say(self, text: str) -> None:
        """What to know about the comparison just now; an empty text is nothing."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    @property
    def summary(self) -> str:
        """The comparison in a few words, for where there is no room for more."""
        same, known = self.list.agreement
        return f"{self.heading.text()}  ·  {same} of {known} agree"
