"""One cell of a recurrent layer drawn with its gates: the numbers of one unit at one place, each to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.recurrent_cells import FLOOR, PLANS, Box, CellPlan, Chip, Point
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import exact, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Factor

_LOW = 265
"""Below this height names and numbers share a line."""
_BACK, _ON = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)
_CENTER = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True)
class CellNumbers:
    """What stands in a cell: by letter the numbers, and backwards the blame of those that have one."""

    kind: str
    values: dict[str, Factor]
    blames: dict[str, Factor]
    read: str
    """What comes in from below, in words."""


class CellView(QWidget):
    """`asked` sends the factor that was clicked and where.

    With Tab the keyboard comes here: the arrows go from number to number, Enter asks.
    """

    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: CellNumbers | None = None
        self._hover = ""
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("The cell, number by number")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 190)

    def show_cell(self, numbers: CellNumbers | None) -> None:
        """Show one cell."""
        self._numbers = numbers
        self.update()

    # ---- geometry

    @property
    def _plan(self) -> CellPlan:
        assert self._numbers is not None
        return PLANS[self._numbers.kind]

    def _frame(self) -> QRectF:
        """The outline of the cell."""
        return QRectF(34, 6, self.width() - 68, self.height() - 30)

    def _point(self, at: Point) -> QPointF:
        frame = self._frame()
        return QPointF(frame.left() + at[0] * frame.width(), frame.top() + at[1] * frame.height())

    def box_rect(self, box: Box) -> QRectF:
        """A gate."""
        center, wide = self._point(box.at), min(96.0, self.width() * 0.13)
        high = 24.0 if self.is_low else min(50.0, self.height() * 0.17)
        return QRectF(center.x() - wide / 2, center.y() - high / 2, wide, high)

    def chip_rect(self, chip: Chip) -> QRectF:
        """A number beside a wire."""
        center, has_blame = self._point(chip.at), self._numbers is not None and chip.letter in self._numbers.blames
        wide, high = (84.0, 15.0) if self.is_low else (72.0, 30.0)
        high += 14.0 if has_blame else 0.0
        frame = self._frame()
        left = max(frame.left() + 3, min(frame.right() - wide - 3, center.x() - wide / 2))
        return QRectF(left, center.y() - high / 2, wide, high)

    @property
    def is_low(self) -> bool:
        """Whether there is little height."""
        return self.height() < _LOW

    def part_at(self, point: QPointF) -> str:
        """The letter of the number under a point; with "∂" before it for its blame. Empty where there is none."""
        if self._numbers is None:
            return ""
        for chip in self._plan.chips:
            rect = self.chip_rect(chip)
            if rect.contains(point):
                below = chip.letter in self._numbers.blames and point.y() > rect.bottom() - 14
                return f"∂{chip.letter}" if below else chip.letter
        for box in self._plan.boxes:
            if self.box_rect(box).contains(point):
                return box.letter
        return ""

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._numbers is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, plan = appearance.theme, self._plan
        painter.setPen(QPen(QColor(theme.border), 1.2))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(self._frame(), 12, 12)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for points in plan.wires:
            self._paint_way(painter, points, QPen(QColor(theme.wire), 1.6), arrow=True)
        for points in plan.lanes:
            self._paint_way(painter, points, QPen(QColor(theme.muted), 3.2), arrow=False)
        self._paint_read(painter)
        for joint in plan.joints:
            self._paint_joint(painter, self._point(joint.at), joint.symbol)
        for box in plan.boxes:
            self._paint_box(painter, box)
        for chip in plan.chips:
            self._paint_chip(painter, chip)
        painter.end()

    def _paint_way(self, painter: QPainter, points: tuple[Point, ...], pen: QPen, *, arrow: bool) -> None:
        path = QPainterPath(self._point(points[0]))
        for point in points[1:]:
            path.lineTo(self._point(point))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        if arrow:
            self._paint_arrow(painter, self._point(points[-2]), self._point(points[-1]), pen.color())

    @staticmethod
    def _paint_arrow(painter: QPainter, start: QPointF, end: QPointF, colour: QColor) -> None:
        away = end - start
        length = max(1.0, (away.x() ** 2 + away.y() ** 2) ** 0.5)
        along, across = away / length, QPointF(-away.y(), away.x()) / length
        head = QPainterPath(end)
        head.lineTo(end - along * 7 + across * 3.5)
        head.lineTo(end - along * 7 - across * 3.5)
        head.closeSubpath()
        painter.fillPath(head, colour)

    def _paint_read(self, painter: QPainter) -> None:
        """What is read comes in from below."""
        assert self._numbers is not None
        theme, end = appearance.theme, self._point(FLOOR[self._numbers.kind])
        start = QPointF(end.x(), self.height() - 14.0)
        painter.setPen(QPen(QColor(theme.wire), 1.6))
        painter.drawLine(start, end)
        self._paint_arrow(painter, start, end, QColor(theme.wire))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(start.x() + 8, self.height() - 22.0, self.width(), 20), flags, self._numbers.read)

    def _paint_joint(self, painter: QPainter, center: QPointF, symbol: str) -> None:
        theme, radius = appearance.theme, min(15.0, self.height() * 0.05)
        wide = radius * (1.7 if len(symbol) > 2 else 1.15 if len(symbol) == 2 else 1.0)
        painter.setPen(QPen(QColor(theme.border_strong), 1.4))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(QRectF(center.x() - wide, center.y() - radius, 2 * wide, 2 * radius), radius, radius)
        face = font("control", QFont.Weight.DemiBold)
        face.setPixelSize(max(9, int(radius * (1.15 if len(symbol) == 1 else 0.85))))
        painter.setFont(face)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(center.x() - 30, center.y() - radius, 60, 2 * radius), _CENTER, symbol)

    def _paint_box(self, painter: QPainter, box: Box) -> None:
        assert self._numbers is not None
        theme, rect = appearance.theme, self.box_rect(box)
        hovered = self._hover == box.letter
        painter.setPen(QPen(QColor(theme.focus if hovered else theme.border_strong), 1.5))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(rect, 7, 7)
        value = self._numbers.values[box.letter].value
        letter = "" if box.letter == "a" else f"{box.letter} · "
        name, number = QRectF(rect), QRectF(rect)
        if self.is_low:
            number = QRectF(rect.left(), rect.top(), rect.width(), rect.height() - 4)
        else:
            half = rect.height() / 2
            name = QRectF(rect.left(), rect.top() + 2, rect.width(), half - 2)
            number = QRectF(rect.left(), rect.top() + half - 2, rect.width(), half)
            painter.setFont(font("tiny"))
            painter.setPen(QColor(theme.muted))
            painter.drawText(name, _CENTER, f"{letter}{box.name}")
        painter.setFont(font("mono_small" if self.is_low else "mono"))
        painter.setPen(self._ink(value))
        text = f"{box.letter} {short(value, 3)}" if self.is_low and letter else self._text(value)
        painter.drawText(number, _CENTER, text)
        share = abs(value) if box.curve == "tanh" else value  # how far the gate is open
        bar = QRectF(rect.left() + 8, rect.bottom() - 5, (rect.width() - 16) * min(1.0, share), 2.5)
        painter.fillRect(bar, QColor(theme.positive if value >= 0 else theme.negative))

    def _paint_chip(self, painter: QPainter, chip: Chip) -> None:
        assert self._numbers is not None
        theme, rect = appearance.theme, self.chip_rect(chip)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(rect, 5, 5)
        if self._hover.lstrip("∂") == chip.letter:
            painter.setPen(QPen(QColor(theme.focus), 1.2))
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(rect, 5, 5)
        value = self._numbers.values[chip.letter].value
        blame = self._numbers.blames.get(chip.letter)
        self._paint_label(painter, rect, chip.label, value)
        if blame is not None:
            painter.setPen(self._ink(blame.value))
            text = f"∂{short(blame.value, 3, letters=8)}"
            painter.drawText(QRectF(rect.left(), rect.bottom() - 15, rect.width(), 15), _CENTER, text)

    def _paint_label(self, painter: QPainter, rect: QRectF, label: str, value: float) -> None:
        """What a number is called, and the number: below each other, or side by side."""
        painter.setFont(font("tiny"))
        painter.setPen(QColor(appearance.theme.muted))
        if self.is_low:
            wide = painter.fontMetrics().horizontalAdvance(label)
            mono = font("mono_small")
            number = QFontMetrics(mono).horizontalAdvance(short(value, 3))
            left = rect.center().x() - (wide + 5 + number) / 2
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(left, rect.top(), wide + 4, 15), flags, label)
            painter.setFont(mono)
            painter.setPen(self._ink(value))
            painter.drawText(QRectF(left + wide + 5, rect.top(), number + 4, 15), flags, short(value, 3))
            return
        painter.drawText(QRectF(rect.left(), rect.top(), rect.width(), 14), _CENTER, label)
        painter.setFont(font("mono_small"))
        painter.setPen(self._ink(value))
        painter.drawText(QRectF(rect.left(), rect.top() + 13, rect.width(), 15), _CENTER, self._text(value))

    @staticmethod
    def _text(value: float) -> str:
        return short(value, 4, letters=8)

    @staticmethod
    def _ink(value: float) -> QColor:
        theme = appearance.theme
        return QColor(theme.positive_text if value > 0 else theme.negative_text if value < 0 else theme.muted)

    # ---- the pointer

    def _factor(self, part: str) -> Factor | None:
        if self._numbers is None or not part:
            return None
        return self._numbers.blames.get(part[1:]) if part.startswith("∂") else self._numbers.values.get(part)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self.part_at(event.position())
        if hover != self._hover:
            self._hover = hover
            factor = self._factor(hover)
            self.setCursor(Qt.CursorShape.PointingHandCursor if factor is not None else Qt.CursorShape.ArrowCursor)
            self.setToolTip("" if factor is None else f"{exact(factor.value)}. Click: where does it come from?")
            self.update()

    # ---- the keyboard

    @property
    def parts(self) -> tuple[str, ...]:
        """All numbers, from left to right."""
        if self._numbers is None:
            return ()
        placed = sorted((*self._plan.boxes, *self._plan.chips), key=lambda part: (part.at[0], part.at[1]))
        letters = [part.letter for part in placed]
        return tuple(
            each
            for letter in letters
            for each in (letter, f"∂{letter}")
            if not each.startswith("∂") or letter in self._numbers.blames
        )

    def event(self, event: QEvent) -> bool:
        """The arrows move within the cell while the keyboard is here."""
        keys = (*_BACK, *_ON, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and Qt.Key(event.key()) in keys:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, parts = Qt.Key(event.key()), self.parts
        if key in (*_BACK, *_ON) and parts:
            at = parts.index(self._hover) if self._hover in parts else -1
            self._hover = parts[(at + (1 if key in _ON else -1)) % len(parts)]
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            factor = self._factor(self._hover)
            if factor is not None:
                self.asked.emit(factor, self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._hover = self._hover or (self.parts[0] if self.parts else "")
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._hover = ""
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = ""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        factor = self._factor(self.part_at(event.position()))
        if factor is not None and event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(factor, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)
