"""The network from afar: every card a block and every wire a line, painted in a few calls however many there are."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.ui.canvas.card import Card
from playground.ui.canvas.wire import Wire
from playground.ui.theme import appearance

_STRIPE = 0.28
"""The part of a block that bears its category's colour."""


class Poster:
    """Lists of rectangles and lines by colour, made when something has changed and painted at every frame."""

    def __init__(self) -> None:
        self._blocks: dict[str, list[QRectF]] = {}
        self._lines: dict[str, list[QLineF]] = {}
        self._is_current = False

    def invalidate(self) -> None:
        """Something has changed: make the lists anew before the next frame."""
        self._is_current = False

    def paint(self, painter: QPainter, cards: Iterable[Card], wires: Iterable[Wire]) -> None:
        """Paint everything, in scene coordinates."""
        if not self._is_current:
            self._collect(cards, wires)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for colour, lines in self._lines.items():
            pen = QPen(QColor(colour), 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines(lines)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, blocks in self._blocks.items():
            painter.setBrush(QColor(colour))
            painter.drawRects(blocks)

    def _collect(self, cards: Iterable[Card], wires: Iterable[Wire]) -> None:
        theme = appearance.theme
        self._blocks, self._lines = {}, {}
        for wire in wires:
            colour = theme.danger_border if wire.is_wrong else theme.focus if wire.isSelected() else theme.wire
            self._lines.setdefault(colour, []).append(QLineF(*wire.ends))
        bodies: dict[str, list[QRectF]] = {}
        for card in cards:
            box = card.box.translated(card.pos())
            state = card.look.state
            ground = theme.danger_border if state == "problem" else theme.focus if card.isSelected() else theme.raised
            bodies.setdefault(ground, []).append(box)
            stripe = QRectF(box.left(), box.top(), box.width(), box.height() * _STRIPE)
            self._blocks.setdefault(theme.category[card.look.category], []).append(stripe)
        self._blocks = bodies | self._blocks
        self._is_current = True
