"""A small network drawn whole: neurons as circles, weights as wires and cards, blame as it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPainterPathStroker,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import FROZEN_SIGN, paint_frozen
from playground.ui.microscopes.chain_layout import ChainLayout, lay_out
from playground.ui.microscopes.chain_marks import ChainMarks, Number, numbers_of, target_room
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.chain_values import ChainValues, six, weight_text
from playground.ui.step.phases import phase_text_colour
from playground.ui.theme import Theme, appearance, translucent
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_CARD_LETTERS = 14
"""So many letters fit on a card."""


class ChainView(QWidget):
    """Shows `ChainValues`; `chosen` sends the `Target` that was clicked, `asked` the Place of a number, and where."""

    chosen = Signal(object)
    asked = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: ChainValues | None = None
        self._focus = Target("neuron", 0, 0)
        self._hover: Target | None = None
        self._layout: ChainLayout | None = None
        self._marks = ChainMarks()
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self.update)

    def show_values(self, values: ChainValues, focus: Target) -> None:
        """Show a moment with something in focus."""
        self._values, self._focus, self._hover = values, focus, None
        self._arrange()

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers at these places in these roles; none of them ends it."""
        self._marks.show(self._values, places)
        self.update()

    @property
    def lit(self) -> Mapping[Target, str]:
        """What is marked, and in which roles."""
        return self._marks.of

    def sizeHint(self) -> QSize:
        return QSize(900, 460)

    def minimumSizeHint(self) -> QSize:
        return QSize(420, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._values is not None and self.width() > 100:
            self._layout = lay_out(self._values.chain, QRectF(self.rect()).size(), self._focus)
            self.update()

    @property
    def arrangement(self) -> ChainLayout | None:
        """Where everything lies; None before the first scene."""
        return self._layout

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._values is not None and self._layout is not None:
            self._paint_titles(painter)
            self._paint_wires(painter)
            self._paint_cards(painter)
            self._paint_tags(painter)
            self._paint_neurons(painter)
            self._paint_targets(painter)
            self._marks.paint(painter, self._layout, self._target_rooms())
        painter.end()

    def _paint_titles(self, painter: QPainter) -> None:
        assert self._values is not None
        assert self._layout is not None
        chain, scene, theme = self._values.chain, self._values.scene, appearance.theme
        painter.setFont(font("small"))
        for number, column in enumerate(chain.columns):
            nodes = [node for node in (column.dense, column.activation) if node] or [chain.input]
            here = scene.phase != "update" and scene.node in nodes
            painter.setPen(QColor(theme.text if here else theme.muted))
            x = self._layout.centers[number, 0].x()
            room = QRectF(x - 110, 0, 220, 20)
            text = " · ".join(scene.title(node) for node in nodes)
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _paint_wires(self, painter: QPainter) -> None:
        values, layout = self._values, self._layout
        assert values is not None
        assert layout is not None
        theme, largest = appearance.theme, values.largest_weight or 1.0
        widest = max(2.0, min(6.0, layout.diameter / 10))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        last: list[tuple[Target, QPen]] = []
        for number in range(1, len(values.chain.columns)):
            for target in values.chain.weights_of(number):
                if target.kind != "weight":
                    continue
                weight = values.weight(target)
                width = 0.6 + widest * abs(weight) / largest
                dashes = Qt.PenStyle.DashLine if values.is_frozen(target) else Qt.PenStyle.SolidLine
                if target == self._focus:
                    last.append((target, QPen(QColor(theme.highlight), width + 1.2, dashes)))
                    continue
                colour = theme.positive if weight > 0 else theme.negative if weight < 0 else theme.border_strong
                feeds = self._focus.kind == "neuron" and (target.column, target.unit) == (
                    self._focus.column,
                    self._focus.unit,
                )
                strength = 0.85 if target == self._hover or feeds else 0.5
                painter.setPen(QPen(translucent(colour, strength), width, dashes))
                painter.drawPath(layout.wire(target))
        for target, pen in last:
            painter.setPen(pen)
            painter.drawPath(layout.wire(target))

    def _paint_cards(self, painter: QPainter) -> None:
        values, layout = self._values, self._layout
        assert values is not None
        assert layout is not None
        theme = appearance.theme
        for target, rect in layout.cards.items():
            self._paint_box(painter, target, rect)
            after, gradient = values.updated(target), values.gradient(target)
            weight = values.weight(target)
            name = values.chain.name(target)
            first = f"{name} {weight_text(weight, _CARD_LETTERS - len(name) - 1)}"
            second, role = "", theme.muted
            if after is not None and values.is_frozen(target):
                second = "frozen"
            elif after is not None:
                second, role = f"→ {weight_text(after, _CARD_LETTERS - 2)}", phase_text_colour(theme, "update")
            elif gradient is not None:
                second = f"∂E {six(gradient, plus=True, letters=_CARD_LETTERS - 3)}"
                role = phase_text_colour(theme, "backward")
            painter.setFont(font("mono_small"))
            painter.setPen(QColor(theme.text))
            upper = QRectF(rect.left(), rect.top() + 2, rect.width(), 15) if second else rect
            painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, first)
            if second:
                painter.setPen(QColor(role))
                lower = QRectF(rect.left(), rect.top() + 16, rect.width(), 15)
                painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, second)

    def _paint_box(self, painter: QPainter, target: Target, rect: QRectF) -> None:
        theme = appearance.theme
        chosen, hovered = target == self._focus, target == self._hover
        outline = theme.highlight if chosen else theme.border_strong if hovered else theme.border
        painter.setPen(QPen(QColor(outline), 1.4 if chosen else 1.0))
        painter.setBrush(QColor(theme.highlight_ground if chosen else theme.panel))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        if self._values is not None and self._values.is_frozen(target):
            paint_frozen(painter, (rect.adjusted(0, -FROZEN_SIGN / 2, FROZEN_SIGN / 2, 0),))

    def _paint_tags(self, painter: QPainter) -> None:
        values, layout = self._values, self._layout
        assert values is not None
        assert layout is not None
        theme = appearance.theme
        for target, rect in layout.tags.items():
            column = values.chain.columns[target.column]
            if column.shared_bias:
                circle = layout.circle(target.column, column.size - 1)
                painter.setPen(QPen(QColor(theme.border_strong), 1.5))
                painter.drawLine(QPointF(circle.center().x(), circle.bottom()), QPointF(rect.center().x(), rect.top()))
            self._paint_box(painter, target, rect)
            painter.setFont(font("mono_small"))
            painter.setPen(QColor(theme.text if column.shared_bias else theme.muted))
            text = f"{values.chain.name(target)} {short(values.weight(target), 4)}"
            if column.shared_bias:
                text = f"{values.chain.name(target)} {weight_text(values.weight(target))}"
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _in_focus(self, column: int, unit: int) -> bool:
        """The neuron in focus, or the two ends of the wire in focus."""
        focus = self._focus
        if focus.kind == "weight":
            return (column, unit) in ((focus.column, focus.unit), (focus.column - 1, focus.source))
        return (column, unit) == (focus.column, focus.unit)

    def _paint_neurons(self, painter: QPainter) -> None:
        values, layout = self._values, self._layout
        assert values is not None
        assert layout is not None
        theme = appearance.theme
        for column, unit in layout.centers:
            circle = layout.circle(column, unit)
            target = Target("neuron", column, unit)
            outline = theme.highlight if self._in_focus(column, unit) else theme.border_strong
            if target == self._hover and not self._in_focus(column, unit):
                outline = theme.focus
            painter.setPen(QPen(QColor(outline), 2.0 if layout.diameter > 30 else 1.4))
            painter.setBrush(QColor(theme.raised))
            painter.drawEllipse(circle)
            self._paint_neuron_text(painter, theme, column, unit, circle)

    def _paint_neuron_text(self, painter: QPainter, theme: Theme, column: int, unit: int, circle: QRectF) -> None:
        values = self._values
        assert values is not None
        side, name = circle.width(), values.chain.columns[column].names[unit]
        if side < 20:
            return
        found = values.neuron(column, unit)
        roomy = side >= 46
        title = font("small", font("title").weight())
        title.setPixelSize(13 if side >= 60 else 11 if side >= 30 else 9)
        painter.setFont(title)
        painter.setPen(QColor(theme.text if found is not None else theme.muted))
        top = QRectF(circle.left(), circle.top() + side * 0.22, side, side * 0.26) if roomy else circle
        painter.drawText(top, Qt.AlignmentFlag.AlignCenter, name)
        if not roomy:
            return
        mono = font("mono_small")
        mono.setPixelSize(11 if side >= 66 else 9)
        painter.setFont(mono)
        painter.setPen(QColor(theme.link if found is not None else theme.disabled))
        room = int(side / painter.fontMetrics().horizontalAdvance("0"))
        number = "?"
        if found is not None:
            is_given = side < 66 or column == 0
            number = weight_text(found[0], room) if is_given else six(found[0], letters=room)
        if side < 60 and found is not None:
            number = short(found[0], 3, letters=room)
        middle = QRectF(circle.left(), circle.top() + side * 0.48, side, side * 0.22)
        painter.drawText(middle, Qt.AlignmentFlag.AlignCenter, number)
        if found is not None and found[1] and side >= 66:
            painter.setFont(font("tiny"))
            painter.setPen(QColor(theme.muted))
            low = QRectF(circle.left(), circle.top() + side * 0.68, side, side * 0.2)
            painter.drawText(low, Qt.AlignmentFlag.AlignCenter, found[1])

    def _paint_targets(self, painter: QPainter) -> None:
        values, layout = self._values, self._layout
        assert values is not None
        assert layout is not None
        theme = appearance.theme
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for unit, room in self._target_rooms().items():
            first, second = values.target_lines(unit)
            small = layout.diameter / 0.76 < 38
            painter.setFont(font("small"))
            painter.setPen(QColor(theme.muted))
            painter.drawText(room, flags, first if not (small and second) else second)
            if second and not small:
                painter.setFont(font("mono"))
                painter.setPen(QColor(theme.danger))
                painter.drawText(room.translated(0, 18), flags, second)

    def _target_rooms(self) -> dict[int, QRectF]:
        """The first line beside each output neuron."""
        values, layout = self._values, self._layout
        assert values is not None
        assert layout is not None
        last, small = len(values.chain.columns) - 1, layout.diameter / 0.76 < 38
        return {
            unit: target_room(layout, last, unit, self.width(), two=bool(values.target_lines(unit)[1]) and not small)
            for unit in range(values.chain.columns[last].size)
        }

    # ---- the pointer

    def target_at(self, point: QPointF) -> Target | None:
        """The card, neuron or wire under a point."""
        values, layout = self._values, self._layout
        if values is None or layout is None:
            return None
        for boxes in (layout.cards, layout.tags):
            for target, rect in boxes.items():
                if rect.contains(point):
                    return target
        for column, unit in layout.centers:
            center = layout.centers[column, unit]
            away = point - center
            if away.x() ** 2 + away.y() ** 2 <= max(8.0, layout.diameter / 2) ** 2:
                return Target("neuron", column, unit)
        stroker = QPainterPathStroker()
        stroker.setWidth(9)
        for number in range(1, len(values.chain.columns)):
            for target in values.chain.weights_of(number):
                if target.kind == "weight" and stroker.createStroke(layout.wire(target)).contains(point):
                    return target
        return None

    def number_at(self, point: QPointF) -> Number | None:
        """The number that is written under a point."""
        if self._values is None or self._layout is None:
            return None
        found = numbers_of(self._values, self._layout, self.width())
        return next((number for number in found if number.rect.contains(point)), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover, number = self.target_at(event.position()), self.number_at(event.position())
        can = hover is not None or number is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
        self.setToolTip(self._tip(hover, number))
        if hover != self._hover:
            self._hover = hover
            self.update()

    def _tip(self, target: Target | None, number: Number | None) -> str:
        values = self._values
        if values is None or (target is None and number is None):
            return ""
        name = f"{values.chain.name(target)}: " if target is not None else ""
        if number is not None:
            return f"{name}{exact(number.value)}\nClick: where does it come from?"
        if target is not None and target.kind != "neuron":
            return f"{name}{exact(values.weight(target))}"
        return name.removesuffix(": ")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        number = self.number_at(QPointF(event.pos()))
        if number is not None:
            offer_copy(self, number.value, event.globalPos())
        else:
            super().contextMenuEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        target, number = self.target_at(event.position()), self.number_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or (target is None and number is None):
            super().mousePressEvent(event)
            return
        if target is not None:
            self.chosen.emit(target)
        if number is not None:
            self.asked.emit(number.place, event.globalPosition().toPoint())
