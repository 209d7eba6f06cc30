"""The way from number to number that led to the explanation on screen, as crumbs: ∂E/∂w5 → ∂E/∂out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from playground.ui.theme import appearance
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.icons import icon
from playground.ui.widgets.symbol_text import symbol_html

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.ui.microscopes.base import Explain

_MOST = 5
"""Of a longer trail the first and the last numbers are shown."""


@dataclass(frozen=True)
class Crumb:
    """A number that was asked: how its origin is worked out, its symbol in LaTeX, and where it stands, if anywhere."""

    explain: Explain
    symbol: str = ""
    place: Place | None = None


class Trail(QWidget):
    """`gone_back` sends the place of a crumb that was clicked."""

    gone_back = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crumbs: tuple[Crumb, ...] = ()
        self._back = QToolButton()
        self._back.setIcon(icon("arrow-left", "muted"))
        self._back.setIconSize(QSize(14, 14))
        self._back.setToolTip("Back to the number before (Alt+Left or Backspace)")
        self._back.setAccessibleName("Back to the number before")
        self._back.clicked.connect(lambda: self.gone_back.emit(len(self._crumbs) - 2))
        self._heading = SectionHeading("Where does this come from?")
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setToolTip("Drag the panel aside to see what it lights up")
        self._line = TextLabel("", "body", wrap=True)
        self._line.setTextFormat(Qt.TextFormat.RichText)
        self._line.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._line.linkActivated.connect(lambda key: self.gone_back.emit(int(key)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._back, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._heading)
        row.addWidget(self._line, 1)
        appearance.changed.connect(self._write)
        self._write()

    def show_crumbs(self, crumbs: tuple[Crumb, ...]) -> None:
        """The numbers asked so far; the last is the one on screen."""
        self._crumbs = crumbs
        self._write()

    @property
    def text(self) -> str:
        """The crumbs as they are written, rich text."""
        return self._line.text()

    def _write(self) -> None:
        several = len(self._crumbs) > 1
        self._back.setVisible(several)
        self._heading.setVisible(not several)
        self._line.setVisible(several)
        theme, last = appearance.theme, len(self._crumbs) - 1
        shown = [place for place in range(len(self._crumbs)) if place == 0 or place > last - _MOST + 1]
        parts: list[str] = []
        for place in shown:
            if parts and place - 1 not in shown:
                parts.append(f'<span style="color:{theme.muted}">…</span>')
            text = symbol_html(self._crumbs[place].symbol) or "?"
            if place == last:
                parts.append(f'<span style="color:{theme.highlight_text}">{text}</span>')
            else:
                parts.append(f'<a href="{place}" style="color:{theme.link}; text-decoration:none">{text}</a>')
        self._line.setText(f' <span style="color:{theme.muted}">→</span> '.join(parts))
