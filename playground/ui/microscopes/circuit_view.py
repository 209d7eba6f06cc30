"""A graph of gates drawn whole, as in the figures of the cs231n notes: value above each wire, gradient below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.circuit_layout import CircuitLayout, Part, lay_out
from playground.ui.microscopes.circuit_model import Circuit, Spot, Wire
from playground.ui.microscopes.circuit_shares import Share, share_font, shares_of
from playground.ui.microscopes.circuit_values import CircuitValues, wire_text
from playground.ui.step.phases import phase_text_colour
from playground.ui.theme import appearance
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short

_CENTER = Qt.AlignmentFlag.AlignCenter
_AROUND = 4.0
"""What lies so near to what is painted is painted too, in pixels."""
_TOLD = 3
"""Of so many gates the tool tip of a gradient says what they hand back."""


class CircuitView(QWidget):
    """Shows `CircuitValues`; `chosen` sends the gate that was clicked, `asked` the number (node, which, where).

    `share_asked` sends a gate, one of its inputs, and where: what the gate hands back to it was clicked.
    """

    chosen = Signal(str)
    asked = Signal(str, str, QPoint)
    share_asked = Signal(str, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: CircuitValues | None = None
        self._focus, self._port = "", 0
        self._hover: tuple[str, Part] | None = None
        self._layout: CircuitLayout | None = None
        self._arranged: tuple[Circuit, QSizeF] | None = None
        self._lit: Mapping[tuple[str, Part], str] = {}
        self._shares: tuple[Share, ...] | None = None
        self._hover_share: Share | None = None
        self._room = QSizeF(600, 300)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self.update)

    def forget(self) -> None:
        """There is nothing to show."""
        self._values, self._shares = None, None

    def show_values(self, values: CircuitValues, focus: str, port: int) -> None:
        """Show a moment, with a gate in focus and one of its inputs."""
        self._values, self._focus, self._port = values, focus, port
        self._shares = self._hover_share = None
        self._arrange()

    def light(self, parts: Mapping[tuple[str, Part], str]) -> None:
        """Frame numbers, by the node whose wire they stand at, each in a role; none of them ends it."""
        self._lit = dict(parts)
        self.update()

    @property
    def lit(self) -> Mapping[tuple[str, Part], str]:
        """What is framed, and in which roles."""
        return self._lit

    def fit(self, room: QSize) -> None:
        """So much room there is; the picture may need more."""
        self._room = QSizeF(room)
        self._arrange()

    def _arrange(self) -> None:
        """Where everything lies is worked out again for another graph, or another room."""
        if self._values is None:
            return
        circuit, room = self._values.circuit, self._room
        if self._arranged is None or self._arranged[0] is not circuit or self._arranged[1] != room:
            self._arranged, self._shares = (circuit, QSizeF(room)), None
            self._layout = self.lay_out(circuit, room)
            self.setFixedSize(self._layout.size.toSize())
        self.update()

    def lay_out(self, circuit: Circuit, room: QSizeF) -> CircuitLayout:
        """How such graphs are laid out here."""
        return lay_out(circuit, room)

    @property
    def arrangement(self) -> CircuitLayout | None:
        """Where everything lies; None before the first scene."""
        return self._layout

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._values is not None and self._layout is not None:
            layout, seen = self._layout, QRectF(event.rect()).adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
            spots = [spot for spot in self._values.circuit.spots if seen.intersects(layout.rooms[spot])]
            wires = [wire for wire in self._values.circuit.placed[1] if seen.intersects(layout.bounds[wire])]
            self._paint_wires(painter, self._values, layout, spots, wires)
            for spot in spots:
                self._paint_spot(painter, self._values, layout, spot)
                self._paint_numbers(painter, self._values, layout, spot)
            self._paint_shares(painter)
        painter.end()

    def _paint_wires(
        self,
        painter: QPainter,
        values: CircuitValues,
        layout: CircuitLayout,
        spots: Sequence[Spot],
        wires: Sequence[Wire],
    ) -> None:
        circuit, theme = values.circuit, appearance.theme
        painter.setBrush(Qt.BrushStyle.NoBrush)
        plain, gold = QPen(QColor(theme.wire), 1.6), QPen(QColor(theme.highlight), 2.4)
        lit = {wire for wire in circuit.placed[1] if wire.target == self._focus and self._is_lit(values, wire.port)}
        bright = {wire.source for wire in lit} | {self._focus}
        for is_lit in (False, True):
            painter.setPen(gold if is_lit else plain)
            for wire in wires:
                if (wire in lit) == is_lit:
                    painter.drawPath(layout.paths[wire])
            for spot in spots:
                if (spot.node in bright) == is_lit:
                    painter.drawLine(*layout.stub(spot))
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        end = layout.stub(circuit.by_node[circuit.result])[1]
        painter.drawText(QRectF(end.x() + 4, end.y() - 8, 60, 16), Qt.AlignmentFlag.AlignVCenter, "result")

    def _is_lit(self, values: CircuitValues, port: int) -> bool:
        """Backwards only the wire to the input in focus is bright."""
        return values.scene.phase != "backward" or port == self._port

    def _paint_spot(self, painter: QPainter, values: CircuitValues, layout: CircuitLayout, spot: Spot) -> None:
        theme, box = appearance.theme, layout.circle(spot)
        chosen, known = spot.node == self._focus, values.value(spot.node) is not None
        hovered = self._hover == (spot.node, "gate")
        if spot.kind == "leaf":
            bold = font("control", QFont.Weight.DemiBold)
            painter.setFont(bold)
            painter.setPen(QColor(theme.highlight_text if chosen else theme.link if hovered else theme.text))
            name = painter.fontMetrics().elidedText(spot.name, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, name)
            return
        outline = theme.highlight if chosen else theme.focus if hovered else theme.border_strong
        painter.setPen(QPen(QColor(outline), 2.2 if chosen else 1.5))
        painter.setBrush(QColor(theme.highlight_ground if chosen else theme.raised))
        painter.drawEllipse(box)
        symbol = font("control", QFont.Weight.DemiBold)
        symbol.setPixelSize(
            int(layout.radius * (1.0 if len(spot.symbol) == 1 else 0.66 if len(spot.symbol) < 4 else 0.5))
        )
        painter.setFont(symbol)
        painter.setPen(QColor(theme.text if known else theme.muted))
        painter.drawText(box, _CENTER, spot.symbol)
        if spot.name:
            painter.setFont(font("small"))
            painter.setPen(QColor(theme.muted))
            room = layout.name(spot)
            painter.drawText(room.adjusted(-12, 0, 12, 0), _CENTER, spot.name)

    def _paint_numbers(self, painter: QPainter, values: CircuitValues, layout: CircuitLayout, spot: Spot) -> None:
        number, gradient, after = values.value(spot.node), values.gradient(spot.node), values.updated(spot.node)
        mono = self._number_font(layout)
        if number is not None:
            self._paint_number(painter, layout.number(spot, "value"), wire_text(number), number, mono, (spot, "value"))
        if after is not None:
            room = layout.number(spot, "gradient")
            self._paint_number(painter, room, f"→ {self._after_text(number, after)}", after, mono, (spot, "gradient"))
        elif gradient is not None:
            room = layout.number(spot, "gradient")
            self._paint_number(painter, room, f"∂{wire_text(gradient)}", gradient, mono, (spot, "gradient"))

    @staticmethod
    def _after_text(before: float | None, after: float) -> str:
        """A number behind the update, in as many digits as tell it from the one before."""
        text = wire_text(after)
        return text if before is None or text != wire_text(before) else short(after, 5, letters=9)

    @staticmethod
    def _number_font(layout: CircuitLayout) -> QFont:
        mono = font("mono_small")
        if layout.is_narrow:
            mono.setPixelSize(10)
        return mono

    @property
    def shares(self) -> tuple[Share, ...]:
        """What gates hand back along wires that part, and where it is written."""
        if self._shares is None and self._values is not None and self._layout is not None:
            self._shares = shares_of(self._values, self._layout, self._number_font(self._layout))
        return self._shares or ()

    def _paint_shares(self, painter: QPainter) -> None:
        theme = appearance.theme
        painter.setFont(share_font())
        for share in self.shares:
            is_hovered = self._hover_share == share
            painter.fillRect(share.rect, QColor(theme.raised if is_hovered else theme.canvas))
            painter.setPen(QColor(theme.link if is_hovered else theme.muted))
            painter.drawText(share.rect, _CENTER, share.text)

    def _paint_number(
        self, painter: QPainter, room: QRectF, text: str, number: float, face: QFont, what: tuple[Spot, Part]
    ) -> None:
        """In the colour of its sign; the one that the panel tells about stands in a gold box."""
        theme, (spot, part) = appearance.theme, what
        colour = theme.positive_text if number > 0 else theme.negative_text if number < 0 else theme.muted
        if text.startswith("→"):
            colour = phase_text_colour(theme, "update")
        painter.setFont(face)
        wide = painter.fontMetrics().horizontalAdvance(text) + 8
        box = QRectF(room.center().x() - wide / 2, room.top(), wide, room.height())
        role = self._lit.get((spot.node, part))
        if role is not None:
            painter.setPen(QPen(QColor(getattr(theme, role)), 2.0))
            painter.setBrush(QColor(theme.canvas))
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 4, 4)
        elif self._is_told(spot, part):
            painter.setPen(QPen(QColor(theme.highlight_border), 1.0))
            painter.setBrush(QColor(theme.highlight_ground))
            painter.drawRoundedRect(box, 3, 3)
        elif self._hover == (spot.node, part):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(box, 3, 3)
        painter.setPen(QColor(colour))
        painter.drawText(room, _CENTER, text)

    def _is_told(self, spot: Spot, part: Part) -> bool:
        values = self._values
        assert values is not None
        if values.scene.phase == "forward":
            return part == "value" and spot.node == self._focus
        focus = values.circuit.by_node.get(self._focus)
        if values.scene.phase == "update" or focus is None:
            return False
        told = focus.sources[self._port] if self._port < len(focus.sources) else focus.node
        return part == "gradient" and spot.node == told

    # ---- the pointer

    def part_at(self, point: QPointF) -> tuple[str, Part] | None:
        """The gate or the number under a point."""
        values, layout = self._values, self._layout
        if values is None or layout is None:
            return None
        for spot in values.circuit.spots:
            if layout.circle(spot).contains(point):
                return spot.node, "gate"
        for spot in values.circuit.spots:
            if values.value(spot.node) is not None and layout.number(spot, "value").contains(point):
                return spot.node, "value"
            has_below = values.gradient(spot.node) is not None or values.updated(spot.node) is not None
            if has_below and layout.number(spot, "gradient").contains(point):
                return spot.node, "gradient"
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self.part_at(event.position())
        share = self.share_at(event.position()) if hover is None else None
        if (hover, share) != (self._hover, self._hover_share):
            self._hover, self._hover_share = hover, share
            at_all = hover is not None or share is not None
            self.setCursor(Qt.CursorShape.PointingHandCursor if at_all else Qt.CursorShape.ArrowCursor)
            self.setToolTip(self._tip(hover) if share is None else self._tip_of_share(share))
            self.update()

    def share_at(self, point: QPointF) -> Share | None:
        """What is handed back along a wire, if it is written under a point."""
        return next((share for share in self.shares if share.rect.contains(point)), None)

    def _tip_of_share(self, share: Share) -> str:
        values, wire = self._values, share.wire
        assert values is not None
        return f"{self._handed(values, wire.target, wire.port)}\nClick: where does it come from?"

    @staticmethod
    def _handed(values: CircuitValues, node: str, port: int) -> str:
        """Local slope × what arrives, of one gate, in a line."""
        arriving, handed = values.gradient(node) or 0.0, values.handed(node, port) or 0.0
        slope = f"{short(handed / arriving, 5)} × {short(arriving, 5)} = " if arriving else ""
        return f"{values.circuit.title(node)} hands back local slope × what arrives: {slope}{exact(handed)}"

    def _tip(self, part: tuple[str, Part] | None) -> str:
        values = self._values
        if part is None or values is None or part[1] == "gate":
            return ""
        title, after = values.circuit.title(part[0]), values.updated(part[0])
        said = title if part[1] == "value" else f"∂E/∂{title}" if after is None else f"{title} after the step"
        found = f"{said} = {exact(self._number(part))}"
        if part[1] == "gradient" and after is None:
            users = values.circuit.users[part[0]]
            found = "\n".join([found, *(self._handed(values, *user) for user in users[:_TOLD])])
        return f"{found}\nClick: where does it come from?"

    def _number(self, part: tuple[str, Part]) -> float:
        values, (node, which) = self._values, part
        assert values is not None
        after = values.updated(node)
        number = values.value(node) if which == "value" else values.gradient(node) if after is None else after
        return number or 0.0

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        part = self.part_at(QPointF(event.pos()))
        if part is None or part[1] == "gate":
            super().contextMenuEvent(event)
        else:
            offer_copy(self, self._number(part), event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = self._hover_share = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        part = self.part_at(event.position())
        share = self.share_at(event.position()) if part is None else None
        if share is not None and event.button() == Qt.MouseButton.LeftButton:
            self.share_asked.emit(share.wire.target, share.wire.port, event.globalPosition().toPoint())
        elif part is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif part[1] == "gate":
            self.chosen.emit(part[0])
        else:
            self.asked.emit(part[0], part[1], event.globalPosition().toPoint())
