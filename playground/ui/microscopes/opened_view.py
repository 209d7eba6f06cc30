"""An opened layer drawn as gates: as graphs of gates are, with more room for the names of what comes in, and keys."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import paint_lit
from playground.ui.microscopes.circuit_layout import CircuitLayout
from playground.ui.microscopes.circuit_model import Circuit, Spot
from playground.ui.microscopes.circuit_view import CircuitView

_RIGHT, _TOP = 52.0, 38.0
_LEAST_COLUMN, _MOST_COLUMN, _MOST_PARTING = 72.0, 150.0, 190.0
"""Columns are wider where a number goes to several gates: what each hands back stands on its wire."""
_LEAST_ROW, _MOST_ROW = 36.0, 104.0
_MOST_NAME = 150.0
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class OpenedLayout(CircuitLayout):
    """As of a circuit, but the names of numbers from outside are as wide as they need."""

    def circle(self, spot: Spot) -> QRectF:
        if spot.kind != "leaf":
            return super().circle(spot)
        center = self.center(spot.node)
        return QRectF(center.x() - 4 - _MOST_NAME, center.y() - 11, _MOST_NAME, 22)


def lay_out_opened(circuit: Circuit, room: QSizeF) -> OpenedLayout:
    """Fill the room, within reason; what does not fit makes the picture larger."""
    rows, wires = circuit.placed
    high = max([*rows.values(), *(row for wire in wires for row in wire.rows)], default=0.0)
    wide = max(circuit.columns.values()) + 1
    metrics = QFontMetrics(font("control", QFont.Weight.DemiBold))
    names = [metrics.horizontalAdvance(spot.name) for spot in circuit.spots if spot.kind == "leaf"]
    left = min(_MOST_NAME, max(names, default=40)) + 14
    most = _MOST_PARTING if any(len(users) > 1 for users in circuit.users.values()) else _MOST_COLUMN
    column = min(most, max(_LEAST_COLUMN, (room.width() - left - _RIGHT) / wide))
    row = min(_MOST_ROW, max(_LEAST_ROW, (room.height() - 2 * _TOP) / max(1.0, high)))
    size = QSizeF(left + wide * column + _RIGHT, 2 * _TOP + high * row)
    spare = QPointF(max(0.0, (room.width() - size.width()) / 2), max(0.0, (room.height() - size.height()) / 2))
    radius = min(24.0, 0.2 * column, 0.42 * row)
    return OpenedLayout(circuit, size.expandedTo(room), column, row, QPointF(left, _TOP) + spare, radius)


class OpenedView(CircuitView):
    """`chosen` and `asked` as of a circuit.

    The arrows move from gate to gate; Enter asks for the value, Shift+Enter for the gradient.
    """

    left = Signal()
    """Escape was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marked: Mapping[str, str] = {}
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def light(self, keys: Mapping[str, str]) -> None:
        """Frame the values of these gates, each in a role of the theme."""
        if self._marked or keys:
            self._marked = dict(keys)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        layout = self._layout
        if layout is None or not self._marked:
            return
        painter = QPainter(self)
        spots = layout.circuit.by_node
        paint_lit(
            painter,
            ((layout.number(spots[key], "value"), role) for key, role in self._marked.items() if key in spots),
        )
        painter.end()

    def lay_out(self, circuit: Circuit, room: QSizeF) -> CircuitLayout:
        return lay_out_opened(circuit, room)

    def event(self, event: QEvent) -> bool:
        """The arrows move within the picture, not through the step."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and Qt.Key(event.key()) in (*_ARROWS, Qt.Key.Key_Escape):  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in _ARROWS:
            target = self.neighbour(key)
            if target:
                self.chosen.emit(target)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._layout is not None:
            part = "gradient" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "value"
            spot = self._layout.circuit.by_node[self._focus]
            center = self._layout.number(spot, part).center().toPoint()
            self.asked.emit(self._focus, part, self.mapToGlobal(center + QPoint(0, 8)))
        else:
            super().keyPressEvent(event)

    def neighbour(self, key: Qt.Key) -> str:
        """The gate that an arrow leads to; empty if there is none."""
        layout = self._layout
        if layout is None:
            return ""
        circuit, focus = layout.circuit, self._focus
        if key == Qt.Key.Key_Left:
            sources = circuit.by_node[focus].sources
            return sources[0] if sources else ""
        if key == Qt.Key.Key_Right:
            users = circuit.users[focus]
            return users[0][0] if users else ""
        rows, _ = circuit.placed
        column = sorted((rows[node], node) for node, at in circuit.columns.items() if at == circuit.columns[focus])
        place = column.index((rows[focus], focus)) + (1 if key == Qt.Key.Key_Down else -1)
        return column[place][1] if 0 <= place < len(column) else ""
