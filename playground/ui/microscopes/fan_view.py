"""A dense layer with few units and many inputs: inputs as a strip, units as neurons, the strongest wires drawn."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import FROZEN_SIGN, frame_pen, paint_frozen
from playground.ui.microscopes.dense_marks import NOTHING
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.neuron_view import NeuronView
from playground.ui.step.phases import phase_text_colour
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.tensor_image import magnitude, signed_pixels

WIRED = 12
"""So many of the strongest wires are drawn and labelled."""
_STRIP = 34.0
_TAG = 84.0
_TOP = 26.0


class FanView(NeuronView):
    """`unit_chosen` sends a neuron, `feature_chosen` an input; `asked` a number: "unit", "feature" or "weight".

    The strongest wires bear their weights, backwards their gradients.
    """

    unit_chosen = Signal(int)
    feature_chosen = Signal(int)
    asked = Signal(str, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weights: dict[int, QRectF] = {}

    def show_numbers(self, numbers: DenseNumbers, unit: int, feature: int) -> None:
        """Wires into `unit`; `feature` is the input in focus."""
        self._numbers, self._unit, self._feature, self._lit = numbers, unit, feature, NOTHING
        self._place_weights()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 220)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_weights()

    # ---- where things are

    def feature_rect(self, feature: int) -> QRectF:
        """The cell of an input in the strip."""
        assert self._numbers is not None
        height = (self.height() - _TOP - 4) / self._numbers.features
        return QRectF(96, _TOP + feature * height, _STRIP, height)

    def neuron_rect(self, unit: int) -> QRectF:
        """The circle of a unit."""
        assert self._numbers is not None
        units = self._numbers.units
        pitch = min(120.0, (self.height() - _TOP - 4) / units)
        side = max(12.0, min(66.0, pitch * 0.82))
        top = _TOP + (self.height() - _TOP - 4 - pitch * units) / 2
        center = QPointF(self.width() - 150.0, top + (unit + 0.5) * pitch)
        return QRectF(center.x() - side / 2, center.y() - side / 2, side, side)

    def _wire(self, feature: int, unit: int) -> QPainterPath:
        start = QPointF(self.feature_rect(feature).right() + 3, self.feature_rect(feature).center().y())
        end = QPointF(self.neuron_rect(unit).left(), self.neuron_rect(unit).center().y())
        path = QPainterPath(start)
        bend = (end.x() - start.x()) * 0.5
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path

    # ---- painting

    def _paint_all(self, painter: QPainter) -> None:
        self._paint_heads(painter)
        self._paint_wires(painter)
        self._paint_strip(painter)
        self._paint_neurons(painter)

    def _paint_lit(self, painter: QPainter) -> None:
        """Wires, cells of the strip and neurons that an open explanation speaks of, in their roles."""
        theme, lit = appearance.theme, self._lit
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(lit.weights) <= WIRED * 2:
            for (unit, feature), role in lit.weights.items():
                painter.setPen(QPen(QColor(getattr(theme, role)), 2.0))
                painter.drawPath(self._wire(feature, unit))
        for feature, role in lit.features.items():
            cell = self.feature_rect(feature)
            painter.setPen(QPen(QColor(getattr(theme, role)), 2.0))
            painter.drawRect(cell.adjusted(-1, 0, 1, 0))
        for unit, role in lit.units.items():
            painter.setPen(QPen(QColor(getattr(theme, role)), 2.4))
            painter.drawEllipse(self.neuron_rect(unit).adjusted(-4, -4, 4, 4))

    def _paint_heads(self, painter: QPainter) -> None:
        assert self._numbers is not None
        scene = self._numbers.scene
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        flags = Qt.AlignmentFlag.AlignVCenter
        source = scene.title(scene.source())
        painter.drawText(QRectF(0, 0, 260, 20), flags, f"{self._numbers.features} inputs from {source}")
        circle = self.neuron_rect(0)
        room = QRectF(circle.center().x() - 130, 0, 260, 20)
        painter.drawText(
            room, flags | Qt.AlignmentFlag.AlignHCenter, f"{self._numbers.units} neurons of {scene.title()}"
        )

    def _paint_wires(self, painter: QPainter) -> None:
        numbers, theme = self._numbers, appearance.theme
        assert numbers is not None
        amounts = numbers.strength(self._unit)
        largest = magnitude(amounts) or 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        fan = self._wire(0, self._unit)  # all the other wires, as one faint shape
        fan.connectPath(self._wire(numbers.features - 1, self._unit).toReversed())
        painter.fillPath(fan, translucent(theme.border_strong, 0.13))
        for feature in reversed(numbers.strongest(self._unit, WIRED)):
            amount = float(amounts[feature])
            colour = theme.positive if amount > 0 else theme.negative
            width = 0.8 + 5.0 * abs(amount) / largest
            if feature == self._feature:
                painter.setPen(QPen(QColor(theme.highlight), width + 1))
            else:
                painter.setPen(QPen(translucent(colour, 0.65), width))
            painter.drawPath(self._wire(feature, self._unit))
        if self._feature >= 0 and self._feature not in numbers.strongest(self._unit, WIRED):
            painter.setPen(QPen(QColor(theme.highlight), 1.5))
            painter.drawPath(self._wire(self._feature, self._unit))

    def _paint_strip(self, painter: QPainter) -> None:
        numbers, theme = self._numbers, appearance.theme
        assert numbers is not None
        shown = numbers.handed_back if numbers.backward else numbers.x
        pixels = signed_pixels(shown)
        gap = 1.0 if self.feature_rect(0).height() >= 4 else 0.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        first = self.feature_rect(0)
        left, top, width, pitch = first.left(), first.top(), first.width(), first.height()
        height = max(1.0, pitch - gap)
        for feature, pixel in enumerate(pixels.tolist()):
            painter.fillRect(QRectF(left, top + feature * pitch, width, height), QColor.fromRgb(pixel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setFont(font("mono_small"))
        if self._feature >= 0:
            painter.setPen(frame_pen(width=2))
            painter.drawRect(self.feature_rect(self._feature).adjusted(-2, -1.5, 2, 1.5))
        for feature, tag in self._weights.items():
            painter.setPen(QColor(theme.highlight_text if feature == self._feature else theme.muted))
            text = f"{feature + 1}: {short(float(shown[feature]), 3, letters=7)}"
            where = QRectF(0, tag.center().y() - 8, 90, 16)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
            self._paint_weight(painter, feature, tag)

    def _place_weights(self) -> None:
        """Beside the strip, where strong wires begin, stands what they weigh; of those too close together the first."""
        numbers = self._numbers
        self._weights = {}
        if numbers is None:
            return
        first = [self._feature] if self._feature >= 0 else []
        for feature in first + numbers.strongest(self._unit, WIRED):
            cell = self.feature_rect(feature)
            y = cell.center().y()
            if feature not in self._weights and all(abs(y - tag.center().y()) >= 15 for tag in self._weights.values()):
                self._weights[feature] = QRectF(cell.right() + 12, y - 7.5, _TAG, 15)

    def weight_rect(self, feature: int) -> QRectF:
        """The number on the wire from an input to the unit in focus; empty where none is written."""
        return self._weights.get(feature, QRectF())

    def _weight_value(self, feature: int) -> float:
        numbers = self._numbers
        assert numbers is not None
        return float((numbers.gradients(self._unit) if numbers.backward else numbers.weights[self._unit])[feature])

    def _paint_weight(self, painter: QPainter, feature: int, tag: QRectF) -> None:
        numbers, theme = self._numbers, appearance.theme
        assert numbers is not None
        chosen = feature == self._feature
        painter.setPen(QPen(QColor(theme.highlight if chosen else theme.border), 1))
        painter.setBrush(QColor(theme.highlight_ground if chosen else theme.panel))
        painter.drawRoundedRect(tag, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(phase_text_colour(theme, "backward") if numbers.backward else theme.text))
        name = "∂E " if numbers.backward else "w "
        value = short(self._weight_value(feature), 3, plus=numbers.backward, letters=8)
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, f"{name}{value}")
        if numbers.is_frozen(self._unit, feature):
            paint_frozen(painter, (tag.adjusted(0, -2, FROZEN_SIGN, 0),))

    def _paint_neurons(self, painter: QPainter) -> None:
        numbers, theme = self._numbers, appearance.theme
        assert numbers is not None
        shown = numbers.blame if numbers.backward else numbers.z
        largest = magnitude(shown) or 1.0
        for unit in range(numbers.units):
            circle = self.neuron_rect(unit)
            chosen = unit == self._unit
            outline = (
                theme.highlight if chosen else theme.focus if self._hover == ("unit", unit) else theme.border_strong
            )
            painter.setPen(QPen(QColor(outline), 2.0))
            painter.setBrush(QColor(theme.raised))
            painter.drawEllipse(circle)
            side = circle.width()
            name = font("small", font("title").weight())
            name.setPixelSize(max(8, min(14, int(side * 0.36))))
            painter.setFont(name)
            painter.setPen(QColor(theme.text))
            text = numbers.unit_name(unit)
            if len(text) * name.pixelSize() * 0.6 < side or side < 24:
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, text)
            value = float(shown[unit])
            right = QRectF(circle.right() + 10, circle.center().y() - 9, 92, 18)
            bar = QRectF(right.left(), circle.center().y() + 8, 86 * abs(value) / largest, 3)
            painter.setFont(font("mono" if side >= 22 else "mono_small"))
            painter.setPen(QColor(theme.text if chosen else theme.muted))
            text = short(value, 4, letters=12)
            painter.drawText(right, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            if numbers.fires and numbers.out[unit] and not numbers.backward:
                painter.setPen(QPen(QColor(theme.success), 2.0))
                painter.drawEllipse(circle.adjusted(4, 4, -4, -4))
            if side >= 26:
                painter.fillRect(bar, QColor(theme.positive if value > 0 else theme.negative))

    # ---- the pointer

    def _at(self, point: QPointF) -> tuple[str, int] | None:
        numbers = self._numbers
        if numbers is None:
            return None
        for feature, tag in self._weights.items():
            if tag.contains(point):
                return "weight", feature
        strip = self.feature_rect(0)
        if 0 <= point.x() <= strip.right() + 6 and strip.top() <= point.y() <= self.height() - 4:
            return "feature", min(numbers.features - 1, int((point.y() - strip.top()) / strip.height()))
        for unit in range(numbers.units):
            circle = self.neuron_rect(unit)
            away = point - circle.center()
            if math.hypot(away.x(), away.y()) <= circle.width() / 2 or circle.adjusted(0, 0, 100, 0).contains(point):
                return "unit", unit
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self._at(event.position())
        if hover != self._hover:
            self._hover = hover
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover is not None else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._tip(hover))
            self.update()

    def _tip(self, spot: tuple[str, int] | None) -> str:
        numbers = self._numbers
        if spot is None or numbers is None:
            return ""
        if spot[0] == "unit":
            return f"{self._value_name} {exact(self._value_of(spot))}\nClick: where does it come from?"
        if spot[0] == "weight":
            said = "gradient of the weight" if numbers.backward else "weight"
            value = exact(self._value_of(spot))
            return f"{said} from input {spot[1] + 1} = {value}\nClick: where does it come from?"
        weight = float(numbers.weights[self._unit, spot[1]])
        first = f"input {spot[1] + 1} = {exact(numbers.x[spot[1]])}\nweight = {exact(weight)}"
        return f"{first}\nblame = {exact(numbers.handed_back[spot[1]])}" if numbers.backward else first

    @property
    def _value_name(self) -> str:
        assert self._numbers is not None
        return "∂E/∂z =" if self._numbers.backward else "z ="

    def _value_of(self, spot: tuple[str, int]) -> float:
        """The number on screen: of a neuron its sum or its blame, of a cell the input or what it is handed back."""
        numbers, (what, place) = self._numbers, spot
        assert numbers is not None
        if what == "weight":
            return self._weight_value(place)
        if what == "unit":
            return float((numbers.blame if numbers.backward else numbers.z)[place])
        return float((numbers.handed_back if numbers.backward else numbers.x)[place])

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        spot = self._at(QPointF(event.pos()))
        if spot is None:
            super().contextMenuEvent(event)
        else:
            offer_copy(self, self._value_of(spot), event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self._at(event.position())
        if spot is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        (self.unit_chosen if spot[0] == "unit" else self.feature_chosen).emit(spot[1])
        self.asked.emit(spot[0], spot[1], event.globalPosition().toPoint())
