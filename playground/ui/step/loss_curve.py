"""The loss of every round of training as a small curve; a click goes to a round that is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix
from playground.ui.widgets.numbers import count, short

_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 12.0, 10.0, 20.0


class LossCurve(QWidget):
    """`chosen` sends the number of a kept round. Kept rounds stand on a brighter ground; the one on screen is gold.

    Left and Right go through the kept rounds while the curve has the keyboard.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._losses: list[tuple[int, float]] = []
        self._kept: tuple[int, ...] = ()
        self._current = 1
        self._hovered = -1
        self.setFixedHeight(132)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Loss of every round")
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(360, 132)

    def show_losses(self, losses: Mapping[int, float], kept: Sequence[int], current: int) -> None:
        """Show these losses by the number of the round; those that are no numbers are left out."""
        self._losses = sorted((number, loss) for number, loss in losses.items() if math.isfinite(loss))
        self._kept, self._current = tuple(kept), current
        self._hovered = -1
        self.update()

    @property
    def shown(self) -> tuple[tuple[int, float], ...]:
        """(round, loss) as drawn."""
        return tuple(self._losses)

    def _area(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def _last(self) -> int:
        return max([number for number, _ in self._losses] + list(self._kept) + [2])

    def x_of(self, number: float) -> float:
        """Where a round stands."""
        area = self._area()
        return area.left() + area.width() * (number - 1) / (self._last() - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, area = appearance.theme, self._area()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(area, QColor(theme.field))
        if self._kept:
            left, right = self.x_of(self._kept[0]), self.x_of(self._kept[-1])
            ground = QRectF(left - 2, area.top(), right - left + 4, area.height())
            painter.fillRect(ground, QColor(mix(theme.field, theme.focus, 0.14)))
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        last = f"round {count(self._last())}" if self._losses else ""
        bottom = QRectF(area.left(), area.bottom() + 3, area.width(), 15)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft, "round 1")
        painter.drawText(bottom, Qt.AlignmentFlag.AlignRight, last)
        if self._losses:
            self._paint_curve(painter, area)
        painter.end()

    def _paint_curve(self, painter: QPainter, area: QRectF) -> None:
        theme = appearance.theme
        top = max(loss for _, loss in self._losses) or 1.0
        low = min(0.0, min(loss for _, loss in self._losses))
        scale = area.height() * 0.94 / ((top - low) or 1.0)
        points = [QPointF(self.x_of(number), area.bottom() - (loss - low) * scale) for number, loss in self._losses]
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, points_top(points) - 8, _LEFT - 6, 16), side, short(top, 3))
        painter.drawText(QRectF(0, area.bottom() - 12, _LEFT - 6, 16), side, short(low, 3))
        painter.setPen(QPen(QColor(theme.focus), 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        for (number, _), point in zip(self._losses, points, strict=True):
            if number == self._current or number == self._hovered or len(points) <= 12:
                special = number == self._current
                painter.setBrush(QColor(theme.highlight if special else theme.focus))
                painter.drawEllipse(point, 4.0 if special else 3.0, 4.0 if special else 3.0)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(-1, -1, 1, 1))

    def _number_at(self, x: float) -> int:
        area = self._area()
        number = round(1 + (x - area.left()) / max(1.0, area.width()) * (self._last() - 1))
        return min(self._last(), max(1, number))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self._number_at(event.position().x())
        if number != self._hovered:
            self._hovered = number
            kept = number in self._kept
            self.setCursor(Qt.CursorShape.PointingHandCursor if kept else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._kept:
            number = self._number_at(event.position().x())
            if number in self._kept:
                self.chosen.emit(number)
            else:
                QToolTip.showText(event.globalPosition().toPoint(), self._about(number), self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        elif self._current + by in self._kept:
            self.chosen.emit(self._current + by)

    def _about(self, number: int) -> str:
        loss = dict(self._losses).get(number)
        what = f"Round {count(number)}" + ("" if loss is None else f": loss {short(loss, 6)}")
        return what if number in self._kept else f"{what}. It is no longer kept, so it cannot be gone back to."

    def event(self, event: QEvent) -> bool:
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):  # type: ignore[attr-defined]
            event.accept()
            return True
        if event.type() == QEvent.Type.ToolTip and self._hovered > 0:
            QToolTip.showText(event.globalPos(), self._about(self._hovered), self)  # type: ignore[attr-defined]
            return True
        return super().event(event)


def points_top(points: Sequence[QPointF]) -> float:
    """The height of the highest point."""
    return min(point.y() for point in points)
