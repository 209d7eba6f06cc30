"""Steps of a small algorithm below each other: formula, numbers put in, result, and a little picture of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.engine.arithmetic import Place
from playground.ui.fonts import font
from playground.ui.microscopes.base import Explain
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.painted_ahead import PaintedAhead

_BINS = 41
_GAP = 6.0
_ROOMY = 58
"""Rows at least so high have name, formula and numbers on lines of their own."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often each size occurs among numbers, from −reach to reach, with a band and a line to look at."""

    amounts: np.ndarray[Any, Any]
    reach: float
    mean: float
    deviation: float
    focus: float | None = None

    @classmethod
    def of(cls, numbers: np.ndarray, reach: float, focus: float | None = None) -> Histogram:
        """Counted from the numbers themselves."""
        finite = numbers[np.isfinite(numbers)]
        amounts, _ = np.histogram(finite, bins=_BINS, range=(-reach, reach))
        if not finite.size:
            return cls(amounts, reach, 0.0, 0.0, focus)
        return cls(amounts, reach, float(finite.mean()), float(finite.std()), focus)


@dataclass(frozen=True, eq=False)
class Bar:
    """One amount with its sign, on a scale that all steps share; `before` is where it begins."""

    amount: float
    reach: float
    before: float = 0.0


@dataclass(frozen=True, eq=False)
class AlgorithmStep:
    """`formula` in symbols, `numbers` the same with numbers put in; `shows` says what its picture points out."""

    name: str
    formula: str
    numbers: str
    value: float
    explain: Explain | None = None
    picture: Histogram | Bar | None = None
    shows: str = ""
    places: tuple[Place, ...] = field(default=())


class StepsView(PaintedAhead):
    """`asked` sends the explanation of the step whose row was clicked, and the place on the screen."""

    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[AlgorithmStep, ...] = ()
        self._hover = -1
        self._lit: dict[int, str] = {}
        self._row = 66
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: Sequence[AlgorithmStep]) -> None:
        """From top to bottom."""
        self._steps, self._hover, self._lit = tuple(steps), -1, {}
        self.setFixedHeight(max(1, len(steps) * self._row))
        self.update()

    @property
    def steps(self) -> tuple[AlgorithmStep, ...]:
        return self._steps

    def set_row(self, height: int) -> None:
        """How high each step is."""
        self._row = height
        self.setFixedHeight(max(1, len(self._steps) * height))
        self.update()

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the steps whose result stands at one of these places."""
        lit = {
            number: places[place] for number, step in enumerate(self._steps) for place in step.places if place in places
        }
        if lit != self._lit:
            self._lit = lit
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, max(1, len(self._steps) * self._row))

    def row_rect(self, number: int) -> QRectF:
        """Where a step lies."""
        return QRectF(0.5, number * self._row + 0.5, self.width() - 1.0, self._row - _GAP)

    def paint_contents(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, step in enumerate(self._steps):
            self._paint_step(painter, number, step)
        painter.end()

    def _paint_step(self, painter: QPainter, number: int, step: AlgorithmStep) -> None:
        theme, row = appearance.theme, self.row_rect(number)
        is_under = number == self._hover and step.explain is not None
        painter.setPen(QPen(QColor(theme.focus if is_under else theme.border), 1))
        if number in self._lit:
            painter.setPen(QPen(QColor(getattr(theme, self._lit[number])), 2))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(row, 7, 7)
        inner = row.adjusted(11, 4, -10, -4)
        share = 1.0 if step.picture is None else 0.62 if self._row >= _ROOMY else 0.72
        words = QRectF(inner.left(), inner.top(), inner.width() * share, inner.height())
        if step.picture is not None:
            box = QRectF(words.right() + 8, inner.top() + 1, inner.right() - words.right() - 8, inner.height() - 2)
            if isinstance(step.picture, Histogram):
                _paint_histogram(painter, box, step.picture, step.shows)
            else:
                _paint_bar(painter, box, step.picture)
        self._paint_words(painter, words, step)

    @staticmethod
    def _paint_words(painter: QPainter, room: QRectF, step: AlgorithmStep) -> None:
        theme = appearance.theme
        lines = 3 if room.height() >= _ROOMY - _GAP - 8 else 2
        high = room.height() / lines
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        at = [QRectF(room.left(), room.top() + place * high, room.width(), high) for place in range(lines)]
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        counted = step.name[:1].isdigit()
        name = f"{step.name[0]}   " if lines == 2 and counted else f"{step.name}   "
        painter.drawText(at[0], left, name)
        past = painter.fontMetrics().horizontalAdvance(name)
        painter.setFont(font("mono_small"))
        metrics = painter.fontMetrics()
        rest = at[0].adjusted(past, 0, 0, 0)
        result = f"= {short(step.value, 6)}"
        formula = at[1] if lines == 3 else rest
        painter.setPen(QColor(theme.text))
        if lines == 3 or counted or metrics.horizontalAdvance(step.formula) <= formula.width():
            written = metrics.elidedText(step.formula, Qt.TextElideMode.ElideRight, int(formula.width()))
            painter.drawText(formula, left, written)
        last = at[-1]
        painter.setPen(QColor(theme.highlight_text))
        wide = metrics.horizontalAdvance(result) + 6
        numbers = metrics.elidedText(f"= {step.numbers} ", Qt.TextElideMode.ElideMiddle, int(last.width() - wide))
        if step.numbers and metrics.horizontalAdvance(numbers) > 24:
            painter.setPen(QColor(theme.muted))
            painter.drawText(last, left, numbers)
            last = last.adjusted(metrics.horizontalAdvance(numbers), 0, 0, 0)
        painter.setPen(QColor(theme.highlight_text))
        painter.drawText(last, left, result)

    # ---- the mouse

    def _at(self, point: QPointF) -> int:
        for number in range(len(self._steps)):
            if self.row_rect(number).contains(point):
                return number
        return -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found != self._hover:
            self._hover = found
            asked = found >= 0 and self._steps[found].explain is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if asked else Qt.CursorShape.ArrowCursor)
            step = self._steps[found] if found >= 0 else None
            how = "\nClick: where does it come from?" if asked else ""
            self.setToolTip("" if step is None else f"{step.name}: {step.formula}\n= {exact(step.value)}{how}")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        step = self._steps[found] if found >= 0 else None
        if step is not None and step.explain is not None and event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(step.explain, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self._at(QPointF(event.pos()))
        if found >= 0:
            offer_copy(self, self._steps[found].value, event.globalPos())


def _paint_histogram(painter: QPainter, box: QRectF, shown: Histogram, attention: str) -> None:
    """Bars from −reach to reach in the colours of the signs; the mean as a dashed line, the deviation as a band."""
    theme = appearance.theme
    bins = len(shown.amounts)
    tallest = max(1, int(shown.amounts.max()))

    def x_of(value: float) -> float:
        return box.left() + min(1.0, max(0.0, (value + shown.reach) / (2 * shown.reach))) * box.width()

    if attention == "deviation":
        left, right = x_of(shown.mean - shown.deviation), x_of(shown.mean + shown.deviation)
        painter.fillRect(QRectF(left, box.top(), max(1.0, right - left), box.height()), translucent(theme.focus, 0.22))
    width = box.width() / bins
    for place, amount in enumerate(shown.amounts):
        if amount:
            tall = max(1.0, (box.height() - 2) * float(np.sqrt(amount / tallest)))
            middle = place - (bins - 1) / 2
            colour = theme.positive if middle > 0 else theme.negative if middle < 0 else theme.muted
            painter.fillRect(
                QRectF(box.left() + place * width + 0.3, box.bottom() - tall, max(0.8, width - 0.6), tall),
                QColor(colour),
            )
    painter.setPen(QPen(QColor(theme.border_strong), 1))
    painter.drawLine(box.bottomLeft(), box.bottomRight())
    if attention in ("mean", "deviation"):
        painter.setPen(QPen(QColor(theme.text), 1.2, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x_of(shown.mean), box.top()), QPointF(x_of(shown.mean), box.bottom()))
    if shown.focus is not None:
        painter.setPen(QPen(QColor(theme.highlight), 2))
        painter.drawLine(QPointF(x_of(shown.focus), box.top() + 3), QPointF(x_of(shown.focus), box.bottom()))


def _paint_bar(painter: QPainter, box: QRectF, bar: Bar) -> None:
    """From where the step before has left off to where this one leads."""
    theme = appearance.theme

    def x_of(value: float) -> float:
        return box.center().x() + value / max(bar.reach, 1e-300) * box.width() / 2

    middle = box.center().y()
    painter.setPen(QPen(QColor(theme.border_strong), 1))
    painter.drawLine(QPointF(x_of(0), box.top() + 3), QPointF(x_of(0), box.bottom() - 3))
    start, end = x_of(bar.before), x_of(bar.before + bar.amount)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.positive if bar.amount > 0 else theme.negative))
    painter.drawRoundedRect(QRectF(min(start, end), middle - 6, max(1.5, abs(end - start)), 12), 2, 2)
