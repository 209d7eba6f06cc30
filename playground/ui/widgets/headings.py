"""Labels with a role: headings and titles, text of any size and tone, paragraphs, text that elides; and hairlines."""

from __future__ import annotations

import html
import re
from typing import Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from playground.ui.fonts import FontRole, font

Tone = Literal["text", "muted", "disabled", "link", "success", "warning", "danger", "highlight", "positive", "negative"]


_LINE_HEIGHT = 125  # % of the font's own


class TextLabel(QLabel):
    """A label in one of the named fonts and tones; it follows the theme."""

    def __init__(
        self,
        text: str = "",
        role: FontRole = "body",
        tone: Tone = "text",
        *,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setFont(font(role))
        self.setWordWrap(wrap)
        self.setProperty("tone", tone)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    @property
    def tone(self) -> str:
        return str(self.property("tone"))

    def set_tone(self, tone: Tone) -> None:
        if tone != self.tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


class SectionHeading(TextLabel):
    """A heading above a section of a panel, in small spaced capitals: SHAPE."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "heading", "muted", parent=parent)
        capitals = self.font()
        capitals.setCapitalization(QFont.Capitalization.AllUppercase)
        self.setFont(capitals)


class TitleLabel(TextLabel):
    """The name of what a panel shows."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, "title", parent=parent)


class Paragraph(TextLabel):
    """Text of several lines, set with the space between them that reading needs.

    `rich` text may use HTML (<b>, <i>, <a href>); other text is shown as it is, an empty line starts a new paragraph.
    """

    def __init__(
        self,
        text: str = "",
        role: FontRole = "body",
        tone: Tone = "text",
        *,
        rich: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", role, tone, wrap=True, selectable=True, parent=parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.set_paragraphs(text, rich=rich)

    def set_paragraphs(self, text: str, *, rich: bool = False) -> None:
        """Replace the text; see the class for `rich`."""
        source = text if rich else html.escape(text)
        parts = [part.strip().replace("\n", "<br>") for part in source.split("\n\n") if part.strip()]
        style = f"line-height:{_LINE_HEIGHT}%; margin:0"
        gaps = ["; margin-top:0.6em" if index else "" for index in range(len(parts))]
        self.setText("".join(f'<p style="{style}{gap}">{part}</p>' for part, gap in zip(parts, gaps, strict=True)))
        self.setAccessibleName(text if not rich else re.sub("<[^>]+>", "", text))


_SHORTEST = 3
"""A text that is cut to so few letters says nothing any more."""


class ElidedLabel(TextLabel):
    """One line that gives way: what does not fit ends in "…", and the tooltip then holds the whole text.

    Where there is no room for a word it is "…" alone, or nothing at all if it `vanishes`.
    """

    def __init__(
        self,
        text: str = "",
        role: FontRole = "body",
        tone: Tone = "text",
        *,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        vanishes: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, role, tone, parent=parent)
        self._mode = mode
        self._least = "" if vanishes else "…"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance("…") * 2, super().minimumSizeHint().height())

    @property
    def is_elided(self) -> bool:
        return self._shown() != self.text()

    def _shown(self) -> str:
        shown = self.fontMetrics().elidedText(self.text(), self._mode, self.contentsRect().width())
        return self._least if shown != self.text() and len(shown) <= _SHORTEST else shown

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        painter.drawText(self.contentsRect(), int(self.alignment()), self._shown())
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and not self.toolTip():
            if not self.is_elided:
                return False
            self.setToolTip(self.text())
            handled = super().event(event)
            self.setToolTip("")
            return handled
        return super().event(event)


class Separator(QFrame):
    """A hairline between two sections."""

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("hairline", True)
        if orientation == Qt.Orientation.Horizontal:
            self.setFixedHeight(1)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        else:
            self.setFixedWidth(1)
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
