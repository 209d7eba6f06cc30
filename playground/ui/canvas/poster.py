"""The network from afar: every card a block and every wire a line, painted in a few calls however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.ui.canvas.card import Card
from playground.ui.canvas.wire import Wire
from playground.ui.theme import appearance, mix

_STRIPE, _TINT = 0.32, 0.36
"""The part of a block that bears its category's colour, and how much of it is in the rest."""


class Poster:
    """Lists of rectangles and lines by colour, made when something has changed and painted at every frame."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, list[QRectF]]] = []
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
        for colour, blocks in self._blocks:
            painter.setBrush(QColor(colour))
            painter.drawRects(blocks)

    def _collect(self, cards: Iterable[Card], wires: Iterable[Wire]) -> None:
        theme = appearance.theme
        self._lines = {}
        tints = {key: mix(theme.raised, colour, _TINT) for key, colour in theme.category.items()}
        for wire in wires:
            colour = theme.danger_border if wire.is_wrong else theme.focus if wire.isSelected() else theme.wire
            corners = wire.corners
            self._lines.setdefault(colour, []).extend(QLineF(a, b) for a, b in pairwise(corners))
        bodies: dict[str, list[QRectF]] = {}
        stripes: dict[str, list[QRectF]] = {}
        for card in cards:
            box = card.box.translated(card.pos())
            state = card.look.state
            ground = theme.danger_border if state == "problem" else tints[card.look.category]
            ground = theme.focus if card.isSelected() else ground
            bodies.setdefault(ground, []).append(box)
            stripe = QRectF(box.left(), box.top(), box.width(), box.height() * _STRIPE)
            stripes.setdefault(theme.category[card.look.category], []).append(stripe)
        self._blocks = [*bodies.items(), *stripes.items()]
        self._is_current = True
