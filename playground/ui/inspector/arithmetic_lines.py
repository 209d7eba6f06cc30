"""The arithmetic of a layer's size and counts, line by line; each result can be asked why it is what it is."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor

from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel

Line = tuple[str, str]
"""(question, text): what is asked (`engine.why.Question`), and the calculation, such as "5·5·1·6 + 6 = 156"."""


class ArithmeticLines(TextLabel):
    """Calculations under each other; their results are links."""

    asked = Signal(str, QPoint)
    """(question, point of the screen)"""

    def __init__(self) -> None:
        super().__init__("", "mono", wrap=True)
        self._lines: tuple[Line, ...] = ()
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.linkActivated.connect(self._on_link)
        self.linkHovered.connect(lambda link: self.setToolTip("Why this number?" if link else ""))
        appearance.changed.connect(self._write)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these calculations."""
        self._lines = tuple(lines)
        self._write()

    @property
    def plain(self) -> str:
        """The lines without their links."""
        return "\n".join(text for _, text in self._lines)

    def _write(self) -> None:
        self.setText("<br>".join(_with_link(*line) for line in self._lines))
        self.setAccessibleName(self.plain)

    def _on_link(self, question: str) -> None:
        at = QCursor.pos() if self.underMouse() else self.mapToGlobal(self.rect().center())
        self.asked.emit(question, at)


def _with_link(question: str, text: str) -> str:
    """The result, behind the equals sign or the arrow, as a link; where there is neither, the whole line."""
    sign = next((sign for sign in (" = ", " → ") if sign in text), "")
    before, _, result = text.rpartition(sign) if sign else ("", "", text)
    number, space, unit = result.partition(" ")
    style = f'style="color:{appearance.theme.link}; text-decoration:none"'
    link = f'<a href="{html.escape(question)}" {style}>{html.escape(number)}</a>'
    return f"{html.escape(before)}{sign}{link}{space}{html.escape(unit)}"
