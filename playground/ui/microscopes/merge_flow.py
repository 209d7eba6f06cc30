"""The branches that meet in a layer, with the number in focus on each; backwards the gradient that parts again."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.painted_ahead import PaintedAhead

_CARD, _LEAST_CARD, _HIGH, _NUMBER = 50.0, 36.0, 22.0, 74.0
_MOVES, _ASKS = (Qt.Key.Key_Up, Qt.Key.Key_Down), (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CENTER = Qt.AlignmentFlag.AlignCenter
RESULT = -1
"""The port of the result, for `asked`."""


@dataclass(frozen=True)
class Branch:
    """One way into the gate: cards (title, category), its number here, what it is handed back, and a remark."""

    cards: tuple[tuple[str, str], ...]
    value: float | None
    blame: float | None
    remark: str = ""
    is_lit: bool = True


@dataclass(frozen=True)
class Flow:
    """All of it; `fork` is the card that all branches come from."""

    symbol: str
    pattern: str
    fork: tuple[str, str] | None
    branches: tuple[Branch, ...]
    value: float
    blame: float | None
    chosen: int
    backward: bool


class MergeFlow(PaintedAhead):
    """`chosen` sends the port of a branch that was clicked; `asked` (port, "value" or "blame", where) a number.

    With Tab, Up and Down choose a branch; Enter asks for its number, Shift+Enter for its gradient.
    """

    chosen = Signal(int)
    asked = Signal(int, str, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow: Flow | None = None
        self._hover: tuple[int, str] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("The branches that meet")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_flow(self, flow: Flow) -> None:
        """Show the branches of a number."""
        if self._flow is None or len(self._flow.branches) != len(flow.branches):
            self._flow = flow
            self.updateGeometry()
        self._flow = flow
        self.update()

    @property
    def flow(self) -> Flow | None:
        return self._flow

    def sizeHint(self) -> QSize:
        rows = 2 if self._flow is None else min(4, len(self._flow.branches))
        return QSize(380, 26 + 56 * rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    # ---- geometry

    def _y(self, port: int) -> float:
        """The height of a branch."""
        assert self._flow is not None
        return (self.height() - 22) * (port + 0.5) / len(self._flow.branches)

    def _gate(self) -> QPointF:
        return QPointF(self.width() - _NUMBER - 26.0, (self.height() - 22) / 2)

    def number_rect(self, port: int, part: str) -> QRectF:
        """Where a number stands: above its wire the value, below it the gradient."""
        gate = self._gate()
        if port == RESULT:
            left, y = gate.x() + 22, gate.y()
        else:
            left, y = gate.x() - 30 - _NUMBER, self._y(port)
        return QRectF(left, y - 17 if part == "value" else y + 2, _NUMBER - 4, 15)

    def _part_at(self, point: QPointF) -> tuple[int, str] | None:
        if self._flow is None:
            return None
        for port in (RESULT, *range(len(self._flow.branches))):
            for part in ("value", "blame"):
                known = self._value(port) if part == "value" else self._blame(port)
                if known is not None and self.number_rect(port, part).contains(point):
                    return port, part
        for port in range(len(self._flow.branches)):
            if abs(point.y() - self._y(port)) < 20 and point.x() < self._gate().x():
                return port, "branch"
        return None

    def _blame(self, port: int) -> float | None:
        assert self._flow is not None
        return self._flow.blame if port == RESULT else self._flow.branches[port].blame

    def _value(self, port: int) -> float | None:
        assert self._flow is not None
        return self._flow.value if port == RESULT else self._flow.branches[port].value

    # ---- painting

    def paint_contents(self, event: QPaintEvent) -> None:
        flow = self._flow
        if flow is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for port, branch in enumerate(flow.branches):
            self._paint_wire(painter, flow, port, branch)
        self._paint_result(painter, flow)
        if flow.fork is not None:
            self._paint_card(painter, QPointF(_CARD / 2, self._gate().y()), flow.fork)
        for port, branch in enumerate(flow.branches):
            self._paint_cards(painter, port, branch)
        for port in (RESULT, *range(len(flow.branches))):
            self._paint_numbers(painter, flow, port)
        if self.hasFocus():
            painter.setPen(QPen(QColor(appearance.theme.focus), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            y = self._y(flow.chosen)
            painter.drawRoundedRect(QRectF(1, y - 21, self._gate().x() - 28, 42), 6, 6)
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        room = QRectF(0, self.height() - 20, self.width(), 18)
        text = painter.fontMetrics().elidedText(flow.pattern, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def _paint_wire(self, painter: QPainter, flow: Flow, port: int, branch: Branch) -> None:
        """From the fork through the branch into the gate; gold where something flows."""
        theme, gate, y = appearance.theme, self._gate(), self._y(port)
        lit = branch.is_lit and (port == flow.chosen or (flow.backward and bool(branch.blame)))
        painter.setPen(QPen(QColor(theme.highlight if lit else theme.wire), 2.2 if lit else 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        start = QPointF(_CARD if flow.fork is not None else 0.0, gate.y() if flow.fork is not None else y)
        path = QPainterPath(start)
        if flow.fork is not None:
            path.cubicTo(QPointF(start.x() + 22, start.y()), QPointF(start.x() + 4, y), QPointF(start.x() + 26, y))
        end = QPointF(gate.x() - 26, y)
        path.lineTo(end)
        path.cubicTo(QPointF(end.x() + 16, y), QPointF(gate.x() - 22, gate.y()), QPointF(gate.x() - 13, gate.y()))
        painter.drawPath(path)
        at, away = (start.x() + 26, -1) if flow.backward else (gate.x() - 30, 1)
        self._paint_arrow(painter, QPointF(at, y), away, painter.pen().color())

    @staticmethod
    def _paint_arrow(painter: QPainter, tip: QPointF, away: int, colour: QColor) -> None:
        head = QPainterPath(tip)
        head.lineTo(tip + QPointF(-7 * away, -3.5))
        head.lineTo(tip + QPointF(-7 * away, 3.5))
        head.closeSubpath()
        painter.fillPath(head, colour)

    def _paint_result(self, painter: QPainter, flow: Flow) -> None:
        theme, gate = appearance.theme, self._gate()
        painter.setPen(QPen(QColor(theme.highlight), 2.2))
        painter.drawLine(QPointF(gate.x() + 14, gate.y()), QPointF(self.width() - 2.0, gate.y()))
        tip = QPointF(gate.x() + 16, gate.y()) if flow.backward else QPointF(self.width() - 1.0, gate.y())
        self._paint_arrow(painter, tip, -1 if flow.backward else 1, QColor(theme.highlight))
        painter.setPen(QPen(QColor(theme.highlight), 2.0))
        painter.setBrush(QColor(theme.highlight_ground))
        painter.drawEllipse(gate, 15, 15)
        face = font("control", QFont.Weight.DemiBold)
        face.setPixelSize(17 if len(flow.symbol) == 1 else 10)
        painter.setFont(face)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(gate.x() - 20, gate.y() - 15, 40, 30), _CENTER, flow.symbol)

    def _paint_cards(self, painter: QPainter, port: int, branch: Branch) -> None:
        """As many cards as there is room for; of more the first and the last."""
        assert self._flow is not None
        left = _CARD + 28 if self._flow.fork is not None else 0.0
        room = self.number_rect(port, "value").left() - left - 2
        fits = max(1, int((room + 6) / (_CARD + 6)))
        cards = list(branch.cards)
        theme, y = appearance.theme, self._y(port)
        if not cards:
            painter.setFont(font("tiny"))
            painter.setPen(QColor(theme.muted))
            text = "straight on" if painter.fontMetrics().horizontalAdvance("straight on") < room else ""
            painter.drawText(QRectF(left, y - 16, max(0.0, room), 14), Qt.AlignmentFlag.AlignLeft, text)
        elif len(cards) > fits:
            some = [cards[0], (f"+ {len(cards) - 2}", ""), cards[-1]]
            cards = some if fits >= 3 else [cards[0], (f"+ {len(cards) - 1}", "")] if fits == 2 else []
            cards = cards or [(f"{len(branch.cards)} layers", branch.cards[-1][1])]
        wide = min(_CARD, max(_LEAST_CARD, room - 4)) if len(cards) == 1 else _CARD
        for place, card in enumerate(cards):
            self._paint_card(painter, QPointF(left + wide / 2 + place * (_CARD + 6), y), card, wide)
        if branch.remark:
            painter.setFont(font("tiny"))
            painter.setPen(QColor(theme.muted))
            rect = QRectF(left, y + 12, max(60.0, room), 14)
            shown = painter.fontMetrics().elidedText(branch.remark, Qt.TextElideMode.ElideRight, int(rect.width()))
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft, shown)

    def _paint_card(self, painter: QPainter, center: QPointF, card: tuple[str, str], wide: float = _CARD) -> None:
        theme, (title, category) = appearance.theme, card
        rect = QRectF(center.x() - wide / 2, center.y() - _HIGH / 2, wide, _HIGH)
        painter.setPen(QPen(QColor(theme.border_strong), 1.2))
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(rect, 5, 5)
        if category:
            bar = QRectF(rect.left() + 3, rect.top() + 1, rect.width() - 6, 2.5)
            painter.fillRect(bar, QColor(theme.category[category]))
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.text if category else theme.muted))
        text = painter.fontMetrics().elidedText(title, Qt.TextElideMode.ElideMiddle, int(wide - 4))
        painter.drawText(rect.adjusted(0, 2, 0, 0), _CENTER, text)

    def _paint_numbers(self, painter: QPainter, flow: Flow, port: int) -> None:
        theme = appearance.theme
        painter.setFont(font("mono_small"))
        for part, number in (("value", self._value(port)), ("blame", self._blame(port))):
            if number is None:
                continue
            rect = self.number_rect(port, part)
            if self._hover == (port, part):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.raised))
                painter.drawRoundedRect(rect, 3, 3)
            told = part == ("blame" if flow.backward else "value") and port == RESULT
            ink = theme.positive_text if number > 0 else theme.negative_text if number < 0 else theme.muted
            painter.setPen(QColor(theme.highlight_text if told else ink))
            text = short(number, 4, letters=9)
            painter.drawText(rect, _CENTER, text if part == "value" else f"∂{text}")

    # ---- the pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._part_at(event.position())
        if hover != self._hover:
            self._hover = hover
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover is not None else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._tip(hover))
            self.update()

    def _tip(self, part: tuple[int, str] | None) -> str:
        if part is None:
            return ""
        if part[1] == "branch":
            assert self._flow is not None
            way = " → ".join(title for title, _ in self._flow.branches[part[0]].cards)
            return f"{way or 'straight on'}\nClick: show the numbers of this branch"
        number = self._value(part[0]) if part[1] == "value" else self._blame(part[0])
        return f"{exact(number or 0.0)}. Click: where does it come from?"

    # ---- the keyboard

    def event(self, event: QEvent) -> bool:
        """Up and Down choose a branch while the keyboard is here."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and Qt.Key(event.key()) in (*_MOVES, *_ASKS):  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, flow = Qt.Key(event.key()), self._flow
        if flow is not None and key in _MOVES:
            port = flow.chosen + (1 if key == Qt.Key.Key_Down else -1)
            if 0 <= port < len(flow.branches):
                self.chosen.emit(port)
        elif flow is not None and key in _ASKS:
            part = "blame" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "value"
            known = self._value(flow.chosen) if part == "value" else self._blame(flow.chosen)
            if known is not None:
                at = self.number_rect(flow.chosen, part).center().toPoint()
                self.asked.emit(flow.chosen, part, self.mapToGlobal(at))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self._part_at(event.position())
        if part is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif part[1] == "branch":
            self.chosen.emit(part[0])
        else:
            self.asked.emit(part[0], part[1], event.globalPosition().toPoint())
