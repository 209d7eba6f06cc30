"""The band in which one number is built up, term by term: 0.15 · 0.05 + 0.20 · 0.10 + … = 0.0275."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.ui.fonts import font
from playground.ui.step.sum_parts import Part
from playground.ui.theme import Theme, appearance, mix
from playground.ui.widgets.numbers import exact, short

HEIGHT = 62
_MARGIN = 22.0
_LINE = 38.0
_DIGITS = 6
_READ = 12
"""So many terms are read out."""


class TermBand(QWidget):
    """`clicked` sends the index of a term. Terms that are in the sum are bright, the present one gold, others dim."""

    clicked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._parts: tuple[Part, ...] = ()
        self._at = -1
        self._spots: list[tuple[int, QRectF]] = []
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("The number in focus, term by term")
        appearance.changed.connect(self.update)
        self.hide()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    @property
    def at(self) -> int:
        """The term that was added last, −1 before the first."""
        return self._at

    @property
    def line(self) -> str:
        """The sum as far as it is built, as text; of a long one its end."""
        first = max(0, self._at + 1 - _READ)
        body = "… " if first else ""
        body += " ".join(f"{part.sign} {part.text}".strip() for part in self._parts[first : self._at + 1])
        dots = " …" if self._at < len(self._parts) - 1 else ""
        running = short(self._parts[self._at].running, _DIGITS) if self._at >= 0 else "0"
        return f"{body}{dots} = {running}".strip()

    def show_parts(self, title: str, parts: Sequence[Part], at: int) -> None:
        """Show the number called `title` with the parts up to `at` in it."""
        self._title, self._parts, self._at = title, tuple(parts), at
        self.setAccessibleDescription(f"{title}: {self.line}")
        self.update()

    def spot(self, index: int) -> QRectF:
        """Where a term stands; empty while it is out of view."""
        return next((rect for place, rect in self._spots if place == index), QRectF())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(QRectF(0, 0, self.width(), 1), QColor(theme.border))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        count = len(self._parts)
        where = f"term {self._at + 1} of {count}" if self._at >= 0 else f"{count} terms"
        head = f"{self._title}   ·   {where}"
        head = painter.fontMetrics().elidedText(head, Qt.TextElideMode.ElideMiddle, int(self.width() - 2 * _MARGIN))
        painter.drawText(QRectF(_MARGIN, 8, self.width() - 2 * _MARGIN, 18), Qt.AlignmentFlag.AlignLeft, head)
        if self._parts:
            self._paint_sum(painter, theme)
        painter.end()

    def _paint_sum(self, painter: QPainter, theme: Theme) -> None:
        plain, bold = _fonts()
        metrics, strong = QFontMetricsF(plain), QFontMetricsF(bold)
        running = short(self._parts[self._at].running, _DIGITS) if self._at >= 0 else "0"
        result = f"=  {running}"
        room = self.width() - 2 * _MARGIN - strong.horizontalAdvance(result) - 24
        dots = metrics.horizontalAdvance("… ")
        measure = partial(self._width, metrics, strong)
        first, last = _in_view(measure, len(self._parts), max(0, self._at), room - 2 * dots)
        x = _MARGIN
        self._spots = []
        if first > 0:
            x = self._draw(painter, plain, theme.muted, x, "… ")
        for index in range(first, last + 1):
            start = x
            part = self._parts[index]
            current = index == self._at
            tone = theme.highlight_text if current else theme.text if index < self._at else theme.disabled
            if part.sign:
                x = self._draw(painter, plain, theme.muted if index <= self._at else theme.disabled, x, f"{part.sign} ")
            text_width = (strong if current else metrics).horizontalAdvance(part.text)
            if current:
                ground = QRectF(x - 4, _LINE - 10, text_width + 8, 22)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(mix(theme.panel, theme.highlight, 0.16)))
                painter.drawRoundedRect(ground, 4, 4)
            x = self._draw(painter, bold if current else plain, tone, x, part.text)
            self._spots.append((index, QRectF(start, _LINE - 12, x - start, 24)))
            x += metrics.horizontalAdvance(" ")
        if last < len(self._parts) - 1:
            x = self._draw(painter, plain, theme.muted, x, "… ")
        self._draw(painter, bold, theme.text, x + 8, result)

    def _width(self, metrics: QFontMetricsF, strong: QFontMetricsF, index: int) -> float:
        part = self._parts[index]
        sign = metrics.horizontalAdvance(f"{part.sign} ") if part.sign else 0.0
        return sign + strong.horizontalAdvance(part.text) + metrics.horizontalAdvance(" ")

    @staticmethod
    def _draw(painter: QPainter, face: QFont, colour: str, x: float, text: str) -> float:
        painter.setFont(face)
        painter.setPen(QColor(colour))
        width = QFontMetricsF(face).horizontalAdvance(text)
        painter.drawText(QRectF(x, _LINE - 12, width + 4, 24), Qt.AlignmentFlag.AlignVCenter, text)
        return x + width

    def _index_at(self, event: QMouseEvent) -> int:
        return next((index for index, rect in self._spots if rect.contains(event.position())), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._index_at(event) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event)
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.clicked.emit(index)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._at >= 0:
            tip = f"So far: {exact(self._parts[self._at].running)}. Click a term to go to it."
            QToolTip.showText(event.globalPos(), tip, self)  # type: ignore[attr-defined]
            return True
        return super().event(event)


def _fonts() -> tuple[QFont, QFont]:
    plain = font("mono")
    plain.setPixelSize(15)
    bold = font("mono", QFont.Weight.Bold)
    bold.setPixelSize(15)
    return plain, bold


def _in_view(width: Callable[[int], float], count: int, at: int, room: float) -> tuple[int, int]:
    """Which terms are shown: as many as there is room for around the present one, twice as many before as behind."""
    first = last = at
    room -= width(at)
    before, behind = first > 0, last < count - 1
    while before or behind:
        if before and (at - first <= 2 * (last - at) or not behind):
            room -= width(first - 1)
            first, before = (first - 1, first > 1) if room >= 0 else (first, False)
        elif behind:
            room -= width(last + 1)
            last, behind = (last + 1, last + 2 < count) if room >= 0 else (last, False)
        else:
            break
        if room < 0:
            break
    return first, last
