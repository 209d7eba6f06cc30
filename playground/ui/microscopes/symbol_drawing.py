"""Symbols with small letters below and above the line, drawn quickly: for lists of thousands of numbers."""

from __future__ import annotations

import html
import re
from functools import lru_cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from playground.ui.fonts import font

_GAP = 5.0
_TAG = re.compile(r"(</?su[bp]>)")
_SMALL, _LIFT = 9, 3.5


def paint_symbol(painter: QPainter, rect: QRectF, rich: str) -> float:
    """Draw a symbol at the left of `rect` in the painter's pen; how much room it took, with the gap behind it."""
    left = rect.left()
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for text, level, width in _segments(rich):
        painter.setFont(_symbol_font(level))
        painter.drawText(QRectF(left, rect.top() - _LIFT * level, width + 4, rect.height()), flags, text)
        left += width
    return left - rect.left() + (_GAP if rich else 0.0)


def symbol_width(rich: str) -> float:
    """The room of a symbol (rich text, as `symbol_html` gives it) and the gap before its number."""
    return sum(width for _, _, width in _segments(rich)) + _GAP if rich else 0.0


@lru_cache(maxsize=4096)
def _segments(rich: str) -> tuple[tuple[str, int, float], ...]:
    """A symbol in pieces of text: −1 below the line, 1 above it, 0 on it, and how wide each is."""
    found: list[tuple[str, int, float]] = []
    level = 0
    for part in _TAG.split(rich):
        if _TAG.fullmatch(part):
            level += {"<sub>": -1, "</sub>": 1, "<sup>": 1, "</sup>": -1}[part]
        elif part:
            text, at = html.unescape(part), max(-1, min(1, level))
            found.append((text, at, QFontMetricsF(_symbol_font(at)).horizontalAdvance(text)))
    return tuple(found)


@lru_cache(maxsize=3)
def _symbol_font(level: int) -> QFont:
    face = font("small")
    if level:
        face.setPixelSize(_SMALL)
    return face
