"""The network as a strip of small cards: where in the network the step has got to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QToolTip, QWidget

from playground.graph.freezing import frozen_in_words
from playground.layers import layer_type
from playground.ui.fonts import font
from playground.ui.step.by_hand_marks import by_hand_words
from playground.ui.theme import Theme, appearance, mix
from playground.ui.widgets.icons import paint_icon
from playground.ui.widgets.numbers import shape_text

if TYPE_CHECKING:
    from playground.engine.trace import Trace

HEIGHT = 74
_CARD_HEIGHT = 42.0
_TOP = 14.0
_MARGIN = 22
_HALO = 4.0
_PENCIL = 12.0
_WIDEST, _NARROWEST = 100.0, 72.0


@dataclass(frozen=True)
class StripCard:
    """One layer on the strip.

    `sources` are the places on the strip of the layers that feed it, `frozen` says what of it does not learn.
    """

    node: str
    title: str
    category: str
    shape: str
    sources: tuple[int, ...] = ()
    frozen: str = ""


class LayerStrip(QScrollArea):
    """Cards in the order of computation; `clicked` sends the node's id. The current card is kept in view.

    `pointed_at` sends the node whose card would be clicked, "" if none.
    """

    clicked = Signal(str)
    pointed_at = Signal(str)
    menu_wanted = Signal(str, QPoint)
    """The right button on a card: (node, place on the screen)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setWidgetResizable(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.row = _Row(self)
        self.row.clicked.connect(self.clicked)
        self.row.menu_wanted.connect(self.menu_wanted)
        self.row.pointed_at.connect(self.pointed_at)
        self.setWidget(self.row)

    def set_cards(self, cards: Sequence[StripCard]) -> None:
        self.row.set_cards(tuple(cards), self.viewport().width())

    def set_progress(self, current: str, reached: frozenset[str]) -> None:
        """Frame `current`; layers that the phase has not `reached` are dimmed."""
        self.row.set_progress(current, reached)
        self.show_current()

    def set_marks(self, marks: Mapping[str, int]) -> None:
        """A pencil on the cards of these layers, of which so many numbers were changed by hand."""
        self.row.set_marks(marks)

    def show_current(self) -> None:
        rect = self.row.card_rect(self.row.current_index).toAlignedRect()
        if not rect.isEmpty():
            self.ensureVisible(rect.center().x(), rect.center().y(), self.viewport().width() // 3, 0)

    @property
    def cards(self) -> tuple[StripCard, ...]:
        return self.row.cards

    @property
    def current(self) -> str:
        return self.row.current

    def card_center(self, node: str) -> QPointF:
        """The middle of a card in the strip's own coordinates, wherever it is scrolled to."""
        index = next(i for i, card in enumerate(self.cards) if card.node == node)
        return self.row.card_rect(index).center() - QPointF(self.horizontalScrollBar().value(), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.row.fit(self.viewport().width())
        self.show_current()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - turn)
        event.accept()


class _Row(QWidget):
    """All the cards, painted by one widget."""

    clicked = Signal(str)
    pointed_at = Signal(str)
    menu_wanted = Signal(str, QPoint)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards: tuple[StripCard, ...] = ()
        self.current = ""
        self._reached: frozenset[str] = frozenset()
        self._hovered = -1
        self._card_width = _WIDEST
        self._marks: Mapping[str, int] = {}
        self._looks: dict[tuple[int, bool, bool, bool], QPixmap] = {}
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self._forget_looks)

    def set_cards(self, cards: tuple[StripCard, ...], room: int) -> None:
        self.cards = cards
        self.fit(room)
        self._forget_looks()

    def set_progress(self, current: str, reached: frozenset[str]) -> None:
        changed = self._reached ^ reached
        if current != self.current:
            changed |= {current, self.current}
        self.current, self._reached = current, reached
        if changed:
            self.setAccessibleDescription(f"Layer shown: {current}")
            self.update(self._around(changed))

    def _around(self, nodes: frozenset[str]) -> QRect:
        """Where the cards of these layers are, and all wires to and from them."""
        dirty = QRectF()
        for index, card in enumerate(self.cards):
            touched = card.node in nodes
            if touched:
                dirty |= self.card_rect(index)
            for source in card.sources:
                if touched or self.cards[source].node in nodes:
                    dirty |= self.card_rect(source) | self.card_rect(index)
        return QRectF(dirty.left() - _HALO, 0, dirty.width() + 2 * _HALO, HEIGHT).toAlignedRect()

    def set_marks(self, marks: Mapping[str, int]) -> None:
        looks_otherwise = marks.keys() != self._marks.keys()
        self._marks = dict(marks)
        if looks_otherwise:
            self._forget_looks()

    @property
    def current_index(self) -> int:
        return next((i for i, card in enumerate(self.cards) if card.node == self.current), -1)

    @property
    def _gap(self) -> float:
        return max(10.0, self._card_width * 0.17)

    def fit(self, room: int) -> None:
        """Cards as wide as the room allows; below the narrowest the strip scrolls."""
        count = max(1, len(self.cards))
        each = (room - 2 * _MARGIN) / (count + (count - 1) * 0.17)
        width = min(_WIDEST, max(_NARROWEST, each))
        if width != self._card_width:
            self._card_width = width
            self._forget_looks()
        width = count * self._card_width + (count - 1) * self._gap + 2 * _MARGIN
        self.resize(max(room, int(width + 0.5)), HEIGHT)

    def sizeHint(self) -> QSize:
        return self.size()

    def card_rect(self, index: int) -> QRectF:
        if not 0 <= index < len(self.cards):
            return QRectF()
        return QRectF(_MARGIN + index * (self._card_width + self._gap), _TOP, self._card_width, _CARD_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        visible = QRectF(event.rect()).adjusted(-200, 0, 200, 0)
        pitch = self._card_width + self._gap
        first, last = int((visible.left() - _MARGIN) // pitch), int((visible.right() - _MARGIN) // pitch)
        seen = range(max(0, first), min(len(self.cards), last + 1))
        for index in seen:
            for source in self.cards[index].sources:
                self._paint_wire(painter, theme, source, index)
        for index in seen:
            painter.drawPixmap(self.card_rect(index).topLeft() - QPointF(_HALO, _HALO), self._look(index))
        painter.end()

    def _look(self, index: int) -> QPixmap:
        """A card as a picture, drawn once for each state that it comes to be in."""
        card = self.cards[index]
        chosen, reached = card.node == self.current, card.node in self._reached
        key = (index, chosen, reached or chosen, index == self._hovered)
        if key not in self._looks:
            ratio = self.devicePixelRatioF()
            rect = QRectF(_HALO, _HALO, self._card_width, _CARD_HEIGHT)
            pixmap = QPixmap((rect.adjusted(-_HALO, -_HALO, _HALO, _HALO).size() * ratio).toSize())
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_card(painter, appearance.theme, card, rect, index)
            painter.end()
            self._looks[key] = pixmap
        return self._looks[key]

    def _forget_looks(self) -> None:
        self._looks.clear()
        self.update()

    def _paint_wire(self, painter: QPainter, theme: Theme, source: int, target: int) -> None:
        start, end = self.card_rect(source), self.card_rect(target)
        reached = self.cards[source].node in self._reached and self.cards[target].node in self._reached
        painter.setPen(QPen(QColor(theme.wire if reached else mix(theme.window, theme.wire, 0.5)), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if target == source + 1:
            painter.drawLine(QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y()))
            return
        path = QPainterPath(QPointF(start.center().x() + 12, start.bottom()))  # a wire past other cards goes below
        low = start.bottom() + 9
        path.cubicTo(
            start.center().x() + 22, low + 4, end.center().x() - 22, low + 4, end.center().x() - 12, end.bottom()
        )
        painter.drawPath(path)

    def _paint_card(self, painter: QPainter, theme: Theme, card: StripCard, rect: QRectF, index: int) -> None:
        chosen, reached = card.node == self.current, card.node in self._reached
        strength = 1.0 if reached or chosen else 0.5
        ground = theme.raised if reached or chosen else mix(theme.window, theme.raised, 0.6)
        if chosen:
            painter.setPen(QPen(QColor(mix(theme.window, theme.focus, 0.35)), 4.0))
            painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 7.5, 7.5)
        outline = theme.focus if chosen else theme.border_strong if index == self._hovered else theme.border
        painter.setPen(QPen(QColor(outline), 1.5 if chosen else 1.0))
        painter.setBrush(QColor(mix(ground, theme.focus, 0.07) if chosen else ground))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setClipPath(clip)
        stripe = mix(ground, theme.category[card.category], 0.55 + 0.45 * (strength == 1.0))
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 3), QColor(stripe))
        painter.restore()
        inner = rect.adjusted(9, 6, -7, -5)
        bold = font("small", font("title").weight()) if reached or chosen else font("small")
        painter.setFont(bold)
        painter.setPen(QColor(theme.text if reached or chosen else theme.muted))
        is_id = "_" in card.title  # its end tells more
        side = Qt.TextElideMode.ElideLeft if is_id else Qt.TextElideMode.ElideRight
        room = inner.width()
        if card.node in self._marks:
            room -= _PENCIL + 2
            at = QRectF(inner.left() + room + 3, inner.top() + 1, _PENCIL, _PENCIL)
            paint_icon(painter, "rename", at, theme.highlight)
        if card.frozen:
            room -= _PENCIL + 2
            at = QRectF(inner.left() + room + 3, inner.top() + 1, _PENCIL, _PENCIL)
            paint_icon(painter, "frozen", at, theme.link if reached or chosen else theme.disabled)
        title = painter.fontMetrics().elidedText(card.title, side, int(room))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        small = font("mono_small")
        small.setPixelSize(10)
        painter.setFont(small)
        painter.setPen(QColor(theme.muted if reached or chosen else theme.disabled))
        shape = painter.fontMetrics().elidedText(card.shape, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, shape)

    def _index_at(self, point: QPointF) -> int:
        return next((i for i in range(len(self.cards)) if self.card_rect(i).contains(point)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        self._point_at(index)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def _point_at(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.setCursor(Qt.CursorShape.PointingHandCursor if index >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()
            self.pointed_at.emit(self.cards[index].node if index >= 0 else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.clicked.emit(self.cards[index].node)
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self._index_at(QPointF(event.pos()))
        if index >= 0:
            self.menu_wanted.emit(self.cards[index].node, event.globalPos())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            index = self._index_at(QPointF(self.mapFromGlobal(event.globalPos())))  # type: ignore[attr-defined]
            if index >= 0:
                card = self.cards[index]
                changed = by_hand_words(self._marks.get(card.node, 0))
                frozen = f"\nFrozen: {card.frozen}" if card.frozen else ""
                QToolTip.showText(event.globalPos(), f"{card.title}: gives {card.shape}{frozen}{changed}", self)  # type: ignore[attr-defined]
                return True
        return super().event(event)


def cards_of(trace: Trace) -> list[StripCard]:
    """Every recorded layer, in the order of computation."""
    places = {key: place for place, key in enumerate(trace.frames)}
    return [
        StripCard(
            key,
            trace.graph.node(key).title,
            layer_type(frame.type).category.value,
            shape_text(frame.output.shape[1:]),
            tuple(places[source] for source in trace.graph.sources(key) if source in places),
            frozen_in_words(trace.graph.node(key)),
        )
        for key, frame in trace.frames.items()
    ]
