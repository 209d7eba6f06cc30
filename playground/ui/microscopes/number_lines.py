"""Lines of numbers in columns, each of which can be asked where it comes from, or clicked to do something."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QCursor
from PySide6.QtWidgets import QToolTip, QWidget

from playground.engine.arithmetic import Place
from playground.ui.fonts import FontRole
from playground.ui.microscopes.base import Explain
from playground.ui.microscopes.worded_numbers import WordsLabel
from playground.ui.theme import appearance, mix
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.symbol_text import symbol_html

_WIDE, _PADDING = 200, 4


@dataclass(frozen=True)
class Said:
    """One line: what it is, a number, and words behind it.

    `explain` says where the number comes from, `act` is what a click does instead. `place` is where the number stands,
    so that it can be lit; `sign` stands before it ("×", "+", "="); `role` colours the label, for which a `symbol` in
    LaTeX can stand.
    """

    label: str = ""
    number: float | None = None
    words: str = ""
    explain: Explain | None = None
    act: Callable[[], None] | None = None
    place: Place | None = None
    sign: str = ""
    role: str = "muted"
    digits: int = 6
    symbol: str = ""
    is_chosen: bool = False

    def text(self) -> str:
        """The line as plain text."""
        number = "" if self.number is None else short(self.number, self.digits)
        return " ".join(part for part in (self.label, self.sign, number, self.words) if part)


class NumberLines(WordsLabel):
    """`explain_requested` is sent for a number that was clicked. Tab and Enter reach them too.

    The exact number is said on hover, and a right click copies it.
    """

    explain_requested = Signal(object, QPoint)

    def __init__(self, size: FontRole = "mono_small", parent: QWidget | None = None) -> None:
        super().__init__("", size, wrap=True, parent=parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(links)
        self._lines: tuple[Said | str, ...] = ()
        self._lit: Mapping[Place, str] = {}
        self._under: int | None = None
        self.linkActivated.connect(self._on_link)
        self.linkHovered.connect(self._on_hovered)
        appearance.changed.connect(self._write)

    @property
    def lines(self) -> tuple[Said | str, ...]:
        return self._lines

    def show_lines(self, lines: Sequence[Said | str]) -> None:
        """Plain strings are lines of their own, across all columns."""
        self._lines, self._under = tuple(lines), None
        self._write()

    def sizeHint(self) -> QSize:
        """As high as a line for each: laying the table out for several widths to find the best one takes long."""
        return QSize(_WIDE, max(1, len(self._lines)) * (self.fontMetrics().height() + _PADDING))

    def minimumSizeHint(self) -> QSize:
        return QSize(1, 1)

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers that stand at these places."""
        if self._lit or places:
            self._lit = places
            self._write()

    def _write(self) -> None:
        rows = "".join(self._row(number, line) for number, line in enumerate(self._lines))
        self.setText(f'<table cellspacing="0" cellpadding="0">{rows}</table>')

    def _row(self, number: int, line: Said | str) -> str:
        theme = appearance.theme
        if isinstance(line, str):
            return f'<tr><td colspan="3" style="white-space:pre-wrap; padding:2px 0">{html.escape(line)}</td></tr>'
        lit = self._lit.get(line.place) if line.place is not None else None
        colour = getattr(theme, lit or line.role)
        ground = f"background:{mix(theme.raised, getattr(theme, lit), 0.28)};" if lit else ""
        if line.is_chosen:
            ground = f"background:{theme.highlight_ground};"
        if line.act is not None:
            whole = self._link(number, html.escape(line.text()), theme.link)
            return f'<tr><td colspan="3" style="padding:2px 0; {ground}">{whole}</td></tr>'
        value = "" if line.number is None else f"<b>{short(line.number, line.digits)}</b>"
        label, words = html.escape(line.label), html.escape(line.words)
        if line.symbol:
            label = f'<span style="font-size:15px">{symbol_html(line.symbol)}</span>'
        if line.explain is not None:
            label, value = self._link(number, label, colour), self._link(number, value, theme.link)
        first = f'<td style="color:{colour}; padding:2px 8px 2px 0; {ground}">{label}</td>'
        sign = f'<td style="color:{theme.muted}; padding:2px 5px 2px 0">{line.sign}</td>'
        rest = f'<td style="padding:2px 0; {ground}">{value} <span style="color:{theme.muted}">{words}</span></td>'
        return f"<tr>{first}{sign}{rest}</tr>"

    @staticmethod
    def _link(number: int, text: str, colour: str) -> str:
        return f'<a href="{number}" style="color:{colour}; text-decoration:none">{text}</a>' if text else ""

    def _on_link(self, key: str) -> None:
        line = self._lines[int(key)]
        if not isinstance(line, Said):
            return
        if line.act is not None:
            line.act()
        elif line.explain is not None:
            self.explain_requested.emit(line.explain, self._where())

    def _where(self) -> QPoint:
        """The mouse, if it is over the lines; else (the keyboard was used) the middle of them."""
        return QCursor.pos() if self.underMouse() else self.mapToGlobal(self.rect().center())

    def _on_hovered(self, key: str) -> None:
        line = self._lines[int(key)] if key and int(key) < len(self._lines) else None
        self._under = int(key) if isinstance(line, Said) and line.number is not None else None
        if isinstance(line, Said) and line.number is not None:
            how = "" if line.act is not None else "\nClick: where does it come from?"
            QToolTip.showText(QCursor.pos(), f"{exact(line.number)}{how}", self)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        line = self._lines[self._under] if self._under is not None else None
        if isinstance(line, Said) and line.number is not None:
            offer_copy(self, line.number, event.globalPos())
        else:
            super().contextMenuEvent(event)
