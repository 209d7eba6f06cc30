"""A dense layer with few inputs and few units: circles, a weighted wire between any two, numbers on those in focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import FROZEN_SIGN, paint_frozen
from playground.ui.microscopes.dense_marks import NOTHING
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.neuron_view import NeuronView
from playground.ui.microscopes.wires_layout import NAMED, WireNumber, WiresLayout
from playground.ui.step.phases import phase_text_colour
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact
from playground.ui.widgets.tensor_image import magnitude

_WIDEST = 6.0
Wire = tuple[int, int]
"""The row of the input (the last one may be the bias's) and the unit."""


class WiresView(NeuronView):
    """`unit_chosen` sends a unit; `wire_chosen` the unit and the input of a wire, −1 for the bias.

    `asked` sends a `WireNumber` and where it is on the screen.
    """

    unit_chosen = Signal(int)
    wire_chosen = Signal(int, int)
    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout: WiresLayout | None = None

    def forget(self) -> None:
        super().forget()
        self._layout = None

    def show_numbers(self, numbers: DenseNumbers, unit: int, feature: int) -> None:
        """The wires into `unit` bear their numbers; that from the input `feature` is in focus, −1 is the bias."""
        self._numbers, self._unit, self._feature, self._lit, self._hover = numbers, unit, feature, NOTHING, None
        self._arrange()

    def _arrange(self) -> None:
        if self._numbers is not None and self.width() > 100:
            self._layout = WiresLayout(self._numbers, QSizeF(self.size()), self._unit)
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @property
    def arrangement(self) -> WiresLayout | None:
        """Where everything lies; None before the first scene."""
        return self._layout

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 200)

    # ---- painting

    def paint_contents(self, event: QPaintEvent) -> None:
        if self._layout is not None:
            super().paint_contents(event)

    def _paint_all(self, painter: QPainter) -> None:
        self._paint_heads(painter)
        self._paint_wires(painter)
        self._paint_circles(painter)
        self._paint_cards(painter)
        self._paint_numbers(painter)

    def _paint_heads(self, painter: QPainter) -> None:
        numbers, layout = self._numbers, self._layout
        assert numbers is not None
        assert layout is not None
        scene = numbers.scene
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        for circle, text in (
            (layout.input_circle(0), f"from {scene.title(scene.source())}"),
            (layout.neuron_circle(0), scene.title()),
        ):
            room = QRectF(circle.center().x() - 130, 0, 260, 20)
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, text)

    def _weight(self, row: int, unit: int) -> float:
        assert self._numbers is not None
        if row == self._numbers.features:
            return self._numbers.bias(unit) or 0.0
        return float(self._numbers.weights[unit, row])

    @property
    def _row(self) -> int:
        """The row of the wire in focus."""
        assert self._numbers is not None
        return self._numbers.features if self._feature < 0 else self._feature

    def _paint_wires(self, painter: QPainter) -> None:
        """Those into the unit in focus, and the one under the pointer, are strong; the others stand behind them."""
        numbers, layout, theme = self._numbers, self._layout, appearance.theme
        assert numbers is not None
        assert layout is not None
        largest = max(magnitude(numbers.weights), abs(numbers.bias(self._unit) or 0.0)) or 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        wires = [(row, unit) for unit in range(numbers.units) for row in layout.rows]
        for row, unit in sorted(wires, key=lambda wire: wire[1] == self._unit):
            weight = self._weight(row, unit)
            width = 0.7 + _WIDEST * min(1.0, abs(weight) / largest)
            colour = theme.positive if weight > 0 else theme.negative if weight < 0 else theme.border_strong
            strength = 0.85 if unit == self._unit or (row, unit) == self._hover else 0.24
            dashes = Qt.PenStyle.DashLine if self._is_frozen(row, unit) else Qt.PenStyle.SolidLine
            pen = QPen(translucent(colour, strength), width, dashes)
            if (row, unit) == (self._row, self._unit):
                pen = QPen(QColor(theme.highlight), width + 1.2, dashes)
            painter.setPen(pen)
            painter.drawPath(layout.wire(row, unit))

    def _paint_circles(self, painter: QPainter) -> None:
        numbers, layout, theme = self._numbers, self._layout, appearance.theme
        assert numbers is not None
        assert layout is not None
        for row in layout.rows:
            circle = layout.input_circle(row)
            name = f"x{row + 1}" if circle.width() >= NAMED else ""
            self._paint_circle(painter, circle, "1" if row == numbers.features else name, row == self._row)
        for unit in range(numbers.units):
            circle = layout.neuron_circle(unit)
            names = (numbers.unit_name(unit), str(unit + 1)) if circle.width() >= NAMED else ("", "")
            self._paint_circle(painter, circle, names[0], unit == self._unit, names[1])
            if numbers.fires and numbers.out[unit] and circle.width() >= 20:
                painter.setPen(QPen(QColor(theme.success), 2.0))
                painter.drawEllipse(circle.adjusted(4, 4, -4, -4))

    @staticmethod
    def _paint_circle(painter: QPainter, circle: QRectF, name: str, chosen: bool, in_short: str = "") -> None:
        """A circle with its name, or what stands for it where it is too long."""
        theme, side = appearance.theme, circle.width()
        painter.setPen(QPen(QColor(theme.highlight if chosen else theme.border_strong), 2.0))
        painter.setBrush(QColor(theme.raised))
        painter.drawEllipse(circle)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        written = font("small", font("title").weight())
        largest = max(8, min(14, int(side * 0.36)))
        painter.setPen(QColor(theme.text))
        for text, pixels in ((name, largest), (name, 10), (in_short, largest)):
            written.setPixelSize(min(largest, pixels))
            painter.setFont(written)
            if text and painter.fontMetrics().horizontalAdvance(text) <= side - 6:
                painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, text)
                return

    def _paint_cards(self, painter: QPainter) -> None:
        layout, theme = self._layout, appearance.theme
        assert layout is not None
        for row in layout.rows:
            chosen = row == self._row
            painter.setPen(QPen(QColor(theme.highlight if chosen else theme.border), 1.4 if chosen else 1.0))
            painter.setBrush(QColor(theme.highlight_ground if chosen else theme.panel))
            painter.drawRoundedRect(layout.card(row).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        frozen = (layout.card(row) for row in layout.rows if self._is_frozen(row, self._unit))
        paint_frozen(painter, (card.adjusted(0, -FROZEN_SIGN / 2, FROZEN_SIGN / 2, 0) for card in frozen))
        painter.setBrush(Qt.BrushStyle.NoBrush)

    def _is_frozen(self, row: int, unit: int) -> bool:
        """Whether training leaves the weight of a wire alone."""
        assert self._numbers is not None
        return self._numbers.is_frozen(unit, -1 if row == self._numbers.features else row)

    def _paint_numbers(self, painter: QPainter) -> None:
        layout, theme = self._layout, appearance.theme
        assert layout is not None
        painter.setFont(font("mono_small"))
        backward = QColor(phase_text_colour(theme, "backward"))
        for number in layout.numbers_on_screen:
            on_card = number.kind in ("weight", "grad_weight", "bias", "grad_bias")
            chosen = on_card or (number.unit == self._unit and number.kind in ("output", "sum"))
            plain = QColor(theme.text if chosen else theme.muted)
            painter.setPen(backward if number.kind.startswith("grad") else plain)
            left = number.kind in ("output", "grad_output", "sum")
            flag = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            flag = Qt.AlignmentFlag.AlignHCenter if on_card else flag
            painter.drawText(number.rect, flag | Qt.AlignmentFlag.AlignVCenter, number.text)

    def _paint_lit(self, painter: QPainter) -> None:
        """Circles and cards that an open explanation speaks of, in their roles."""
        layout, theme, lit = self._layout, appearance.theme, self._lit
        assert layout is not None
        assert self._numbers is not None
        painter.setBrush(Qt.BrushStyle.NoBrush)
        last = self._numbers.features
        for (unit, row), role in {**lit.weights, **{(unit, last): role for unit, role in lit.biases.items()}}.items():
            painter.setPen(QPen(QColor(getattr(theme, role)), 2.4))
            if unit == self._unit:
                painter.drawRoundedRect(layout.card(row).adjusted(-2, -2, 2, 2), 6, 6)
            else:
                painter.drawPath(layout.wire(row, unit))
        circles = [(layout.input_circle(feature), role) for feature, role in lit.features.items()]
        named = {unit: role for unit, role in lit.units.items() if lit.biases.get(unit) != role}
        circles += [(layout.neuron_circle(unit), role) for unit, role in named.items()]
        for circle, role in circles:
            painter.setPen(QPen(QColor(getattr(theme, role)), 2.4))
            painter.drawEllipse(circle.adjusted(-4, -4, 4, 4))

    # ---- the pointer

    def number_at(self, point: QPointF) -> WireNumber | None:
        """The number under a point: one that is written there, or that of the circle or the wire."""
        layout = self._layout
        if layout is None:
            return None
        written = next((number for number in layout.numbers_on_screen if number.rect.contains(point)), None)
        if written is not None:
            return written
        for number in layout.numbers_on_screen:
            circle = QRectF()
            if number.kind in ("input", "grad_input"):
                circle = layout.input_circle(number.feature)
            elif number.kind in ("output", "grad_output"):
                circle = layout.neuron_circle(number.unit)
            if circle.contains(point):
                return number
        wire = layout.wire_at(point)
        return None if wire is None else self._number_of(wire)

    def _number_of(self, wire: Wire) -> WireNumber:
        """The weight that a wire has, or the bias."""
        assert self._numbers is not None
        row, unit = wire
        is_bias = row == self._numbers.features
        kind, feature = ("bias", -1) if is_bias else ("weight", row)
        return WireNumber(kind, unit, feature, self._weight(row, unit), "", QRectF())  # type: ignore[arg-type]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        number = self.number_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if number is None else Qt.CursorShape.PointingHandCursor)
        self.setToolTip("" if number is None else self._tip(number))
        wire = self._layout.wire_at(event.position()) if number is not None and self._layout is not None else None
        if wire != self._hover:
            self._hover = wire
            self.update()

    def _tip(self, number: WireNumber) -> str:
        numbers = self._numbers
        assert numbers is not None
        unit, feature = numbers.unit_name(number.unit), number.feature + 1
        said = {
            "input": f"input {feature} =",
            "grad_input": f"blame handed back to input {feature} =",
            "weight": f"weight from input {feature} to neuron {unit} =",
            "grad_weight": f"∂E by the weight from input {feature} to neuron {unit} =",
            "bias": f"bias of neuron {unit} =",
            "grad_bias": f"∂E by the bias of neuron {unit} =",
            "output": f"{'y' if numbers.fires else 'z'} =",
            "grad_output": f"∂E/∂{'y' if numbers.fires else 'z'} =",
            "sum": "z =",
        }[number.kind]
        return f"{said} {exact(number.value)}\nClick: where does it come from?"

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        number = self.number_at(QPointF(event.pos()))
        if number is None:
            super().contextMenuEvent(event)
        else:
            offer_copy(self, number.value, event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.number_at(event.position())
        if number is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        if number.kind in ("output", "grad_output", "sum"):
            self.unit_chosen.emit(number.unit)
        elif number.kind in ("input", "grad_input"):
            self.wire_chosen.emit(self._unit, number.feature)
        else:
            self.wire_chosen.emit(number.unit, number.feature)
        self.asked.emit(number, event.globalPosition().toPoint())
