"""The weights of a dense layer as a table that scrolls: numbers, inputs above, units beside, a row in focus."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import frame_pen, paint_frozen, paint_lit
from playground.ui.microscopes.dense_marks import NOTHING, Lit, Spot
from playground.ui.microscopes.dense_numbers import DenseNumbers
from playground.ui.microscopes.kept_picture import KeptPictures
from playground.ui.microscopes.number_boxes import paint_number_boxes
from playground.ui.theme import appearance
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import count, exact, short
from playground.ui.widgets.tensor_image import magnitude, signed_pixels

Array = np.ndarray[Any, Any]

CELL, ROW = 66, 22
_LEFT, _RIGHT = 62, 78
_HEAD, _FOOT = 44, 44


class WeightTable(QAbstractScrollArea):
    """`pressed` sends a `Spot` and where on the screen; `scrolled`: another part is in sight."""

    pressed = Signal(object, QPoint)
    scrolled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: DenseNumbers | None = None
        self._unit, self._feature = 0, -1
        self._order: Array = np.arange(0)
        self._by_strength = False
        self._scale = 1.0
        self._hover: Spot | None = None
        self._lit: Lit = NOTHING
        self._pictures, self._bodies = KeptPictures(), KeptPictures()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        for bar, step in ((self.horizontalScrollBar(), CELL), (self.verticalScrollBar(), ROW)):
            bar.setSingleStep(step)
            bar.valueChanged.connect(lambda _value: self.scrolled.emit())
        appearance.changed.connect(self.viewport().update)

    # ---- what is shown

    def show_numbers(self, numbers: DenseNumbers, unit: int, feature: int) -> None:
        """The row `unit` and the column of the input `feature` in focus, and in sight."""
        fresh = self._numbers is None or self._numbers.scene is not numbers.scene
        moved = fresh or (unit, feature) != (self._unit, self._feature)
        self._numbers, self._unit, self._feature, self._lit = numbers, unit, feature, NOTHING
        if fresh or self._by_strength:
            self._sort()
        self._set_range()
        if moved:
            self.reveal(unit, feature)
        self.viewport().update()

    def set_scale(self, scale: float) -> None:
        """The magnitude at full colour in the table."""
        self._scale = scale
        self.viewport().update()

    def forget(self) -> None:
        """There is nothing to show."""
        self._numbers = None

    def set_by_strength(self, on: bool) -> None:
        """Whether the inputs that matter most to the row in focus come first; else they are in their order."""
        self._by_strength = on
        if self._numbers is not None:
            self._sort()
            if on:
                self.horizontalScrollBar().setValue(0)
            else:
                self.reveal(self._unit, self._feature)
            self.viewport().update()
            self.scrolled.emit()

    def light(self, lit: Lit) -> None:
        """Frame what an open explanation speaks of."""
        self._lit = lit
        self.viewport().update()

    @property
    def lit(self) -> Lit:
        return self._lit

    def _sort(self) -> None:
        assert self._numbers is not None
        if self._by_strength:
            self._order = np.argsort(-np.abs(self._numbers.strength(self._unit)), kind="stable")
        else:
            self._order = np.arange(self._numbers.features)

    def sizeHint(self) -> QSize:
        return QSize(820, 360)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, _HEAD + _FOOT + 3 * ROW + 12)

    # ---- where things are

    def _body(self) -> QRectF:
        size = self.viewport().size()
        return QRectF(_LEFT, _HEAD, max(CELL, size.width() - _LEFT - _RIGHT), max(ROW, size.height() - _HEAD - _FOOT))

    def _set_range(self) -> None:
        numbers, body = self._numbers, self._body()
        if numbers is None:
            return
        self.horizontalScrollBar().setRange(0, max(0, numbers.features * CELL - int(body.width())))
        self.verticalScrollBar().setRange(0, max(0, numbers.units * ROW - int(body.height())))
        self.horizontalScrollBar().setPageStep(int(body.width()))
        self.verticalScrollBar().setPageStep(int(body.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_range()
        self.scrolled.emit()

    def reveal(self, unit: int, feature: int) -> None:
        """Bring a row and a column into sight; what is in sight stays where it is."""
        body = self._body()
        columns = np.flatnonzero(self._order == feature)
        for bar, at, step, room in (
            (self.verticalScrollBar(), unit, ROW, body.height()),
            (self.horizontalScrollBar(), int(columns[0]) if columns.size else 0, CELL, body.width()),
        ):
            if at * step < bar.value() or (at + 1) * step > bar.value() + room:
                bar.setValue(int(at * step - (room - step) / 2))

    def visit(self, row: float, column: float) -> None:
        """Bring the place at these shares of the whole into the middle."""
        numbers, body = self._numbers, self._body()
        if numbers is not None:
            self.verticalScrollBar().setValue(int(row * numbers.units * ROW - body.height() / 2))
            self.horizontalScrollBar().setValue(int(column * numbers.features * CELL - body.width() / 2))

    def window_in_shares(self) -> QRectF:
        """What is in sight, as shares of the whole; nothing that has a place there while the inputs are sorted."""
        numbers, body = self._numbers, self._body()
        if numbers is None or self._by_strength:
            return QRectF()
        wide, high = numbers.features * CELL, numbers.units * ROW
        left, top = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        return QRectF(left / wide, top / high, min(1.0, body.width() / wide), min(1.0, body.height() / high))

    def _columns(self) -> Iterator[tuple[int, float]]:
        """Inputs in sight, each with the left end of its column."""
        offset, body = self.horizontalScrollBar().value(), self._body()
        first = offset // CELL
        last = min(len(self._order), int((offset + body.width()) // CELL) + 1)
        for column in range(first, last):
            yield int(self._order[column]), body.left() + column * CELL - offset

    def _rows(self) -> Iterator[tuple[int, float]]:
        """Units in sight, each with the top of its row."""
        assert self._numbers is not None
        offset, body = self.verticalScrollBar().value(), self._body()
        for unit in range(offset // ROW, min(self._numbers.units, int((offset + body.height()) // ROW) + 1)):
            yield unit, body.top() + unit * ROW - offset

    def _above(self) -> Array:
        """The numbers over the columns: forward what came in, backward too, for the gradients are made of it."""
        assert self._numbers is not None
        return self._numbers.x

    def _beside(self) -> Array:
        assert self._numbers is not None
        return self._numbers.blame if self._numbers.backward else self._numbers.z

    def _below(self) -> Array:
        """Under the columns: the products of the row in focus; backward what each input is handed back."""
        assert self._numbers is not None
        return self._numbers.handed_back if self._numbers.backward else self._numbers.products(self._unit)

    def _matrix(self) -> Array:
        assert self._numbers is not None
        return self._numbers.frame.grad_weights["weight"] if self._numbers.backward else self._numbers.weights

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._numbers is None:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scene = self._numbers.scene
        place = (scene.node, scene.phase, scene.classes, self._unit, self._feature, *self._part())
        self._pictures.paint(painter, self.viewport().rect(), scene.trace, place, self._paint_all)
        self._paint_lit(painter)
        painter.end()

    def _part(self) -> tuple[Hashable, ...]:
        """Which numbers of the matrix are in sight, and their colours."""
        order = self._unit if self._by_strength else -1
        return order, self._scale, self.horizontalScrollBar().value(), self.verticalScrollBar().value()

    def _paint_all(self, painter: QPainter) -> None:
        self._bodies.paint(painter, self._body().toRect(), self._matrix(), self._part(), self._paint_body)
        self._paint_focus(painter)
        self._paint_bands(painter)
        self._paint_labels(painter)

    def _paint_body(self, painter: QPainter) -> None:
        columns, rows, matrix = list(self._columns()), list(self._rows()), self._matrix()
        if not columns or not rows:
            return
        part = matrix[np.ix_([unit for unit, _ in rows], [feature for feature, _ in columns])]
        painter.save()
        painter.setClipRect(self._body())
        pixels = signed_pixels(part, self._scale)
        for at, (_, top) in enumerate(rows):
            boxes = [QRectF(left, top, CELL - 1, ROW - 1) for _, left in columns]
            paint_number_boxes(painter, boxes, part[at], pixels[at])
        painter.restore()

    def _paint_focus(self, painter: QPainter) -> None:
        """A frame around the row in focus."""
        columns, top = list(self._columns()), dict(self._rows()).get(self._unit)
        if not columns or top is None:
            return
        painter.save()
        painter.setClipRect(self._body())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(appearance.theme.highlight), 2.0))
        painter.drawRect(QRectF(columns[0][1] - 4, top - 1, CELL * len(columns) + 8, ROW + 1))
        painter.restore()

    def _paint_bands(self, painter: QPainter) -> None:
        """The numbers above, beside and below the table."""
        columns, rows, body = list(self._columns()), list(self._rows()), self._body()
        features = [feature for feature, _ in columns]
        painter.save()
        painter.setClipRect(QRectF(body.left(), 0, body.width(), self.viewport().height()))
        for values, top in ((self._above(), body.top() - ROW - 2), (self._below(), body.bottom() + 4)):
            boxes = [QRectF(left, top, CELL - 1, ROW - 1) for _, left in columns]
            paint_number_boxes(painter, boxes, values[features], signed_pixels(values[features], magnitude(values)))
        painter.setFont(font("tiny"))
        for feature, left in columns:
            chosen = feature == self._feature
            painter.setPen(QColor(appearance.theme.highlight_text if chosen else appearance.theme.muted))
            box = QRectF(left, body.top() - ROW - 16, CELL, 13)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), count(feature + 1))
            if chosen:
                painter.setPen(frame_pen(width=1.6))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(left, body.top() - ROW - 2, CELL - 1, ROW - 1))
        painter.restore()
        painter.save()
        painter.setClipRect(QRectF(0, body.top(), self.viewport().width(), body.height()))
        units, beside = [unit for unit, _ in rows], self._beside()
        boxes = [QRectF(body.right() + 8, top, _RIGHT - 10, ROW - 1) for _, top in rows]
        paint_number_boxes(painter, boxes, beside[units], signed_pixels(beside[units], magnitude(beside)))
        self._paint_names(painter, rows)
        painter.restore()

    def _paint_names(self, painter: QPainter, rows: list[tuple[int, float]]) -> None:
        assert self._numbers is not None
        painter.setFont(font("small"))
        flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for unit, top in rows:
            painter.setPen(QColor(appearance.theme.highlight_text if unit == self._unit else appearance.theme.muted))
            name = self._numbers.unit_name(unit)
            text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _LEFT - 10)
            painter.drawText(QRectF(0, top, _LEFT - 8, ROW - 1), flags, text)

    def _paint_labels(self, painter: QPainter) -> None:
        assert self._numbers is not None
        body, back = self._body(), self._numbers.backward
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        middle = int(Qt.AlignmentFlag.AlignCenter)
        painter.drawText(QRectF(0, body.top() - ROW - 2, _LEFT - 8, ROW), right, "input")
        painter.drawText(QRectF(0, body.top() - ROW - 18, _LEFT - 8, 16), right, "unit ↓")
        painter.drawText(QRectF(0, body.bottom() + 4, _LEFT - 8, ROW), right, "back" if back else "product")
        side = QRectF(body.right() + 8, body.top() - ROW - 2, _RIGHT - 10, ROW)
        painter.drawText(side, middle, "blame" if back else "sum z")
        foot = QRectF(body.left(), body.bottom() + ROW + 4, body.width(), 18)
        text = "handed back to each input, from all units together"
        if not back:
            name, bias = self._numbers.unit_name(self._unit), self._numbers.bias(self._unit)
            also = "" if bias is None else f", with the bias {short(bias)}"
            total = short(float(self._numbers.z[self._unit]), 6)
            text = f"input × weight of unit {name}: they add up{also} to {total}"
        painter.drawText(foot, int(Qt.AlignmentFlag.AlignVCenter), text)

    def _paint_lit(self, painter: QPainter) -> None:
        body, lit = self._body(), self._lit
        frames: list[tuple[QRectF, str]] = []
        columns, rows = dict(self._columns()), dict(self._rows())
        for feature, left in columns.items():
            if feature in lit.features:
                frames.append((QRectF(left, body.top() - ROW - 2, CELL - 1, ROW - 1), lit.features[feature]))
        for unit, top in rows.items():
            if unit in lit.units:
                frames.append((QRectF(body.right() + 8, top, _RIGHT - 10, ROW - 1), lit.units[unit]))
        for (unit, feature), role in lit.weights.items():
            if unit in rows and feature in columns:
                frames.append((QRectF(columns[feature], rows[unit], CELL - 1, ROW - 1), role))
        held = self._numbers.frame.held if self._numbers is not None else ()
        cells = [index for name, index in held if name == "weight" and index[0] in rows and index[1] in columns]
        painter.setClipRect(QRectF(body.left() - 2, 0, body.width() + _RIGHT, self.viewport().height()))
        paint_frozen(painter, (QRectF(columns[index[1]], rows[index[0]], CELL - 1, ROW - 1) for index in cells))
        paint_lit(painter, ((rect.adjusted(1, 1, -1, -1), role) for rect, role in frames))

    # ---- the pointer

    def spot_at(self, point: QPointF) -> Spot | None:
        """The number under a point of the viewport."""
        numbers, body = self._numbers, self._body()
        if numbers is None:
            return None
        column = int((point.x() - body.left() + self.horizontalScrollBar().value()) // CELL)
        unit = int((point.y() - body.top() + self.verticalScrollBar().value()) // ROW)
        across = body.left() <= point.x() < body.right() and 0 <= column < len(self._order)
        down = body.top() <= point.y() < body.bottom() and 0 <= unit < numbers.units
        feature = int(self._order[column]) if across else self._feature
        if across and down:
            return Spot("body", unit, feature, float(self._matrix()[unit, feature]))
        if across and body.top() - ROW - 2 <= point.y() < body.top():
            return Spot("head", self._unit, feature, float(self._above()[feature]))
        if across and body.bottom() + 4 <= point.y() < body.bottom() + 4 + ROW:
            return Spot("foot", self._unit, feature, float(self._below()[feature]))
        if down and (point.x() >= body.right() + 6 or point.x() < body.left()):
            return Spot("side", unit, self._feature, float(self._beside()[unit]))
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if spot else Qt.CursorShape.ArrowCursor)
        if spot != self._hover:
            self._hover = spot
            self.viewport().setToolTip(self._tip(spot))

    def _tip(self, spot: Spot | None) -> str:
        numbers = self._numbers
        if spot is None or numbers is None:
            return ""
        unit, feature = numbers.unit_name(spot.unit), count(spot.feature + 1)
        back = numbers.backward
        said = {
            "head": f"input {feature}",
            "side": f"blame of unit {unit}" if back else f"sum of unit {unit}",
            "body": f"{'gradient of the weight' if back else 'weight'} from input {feature} to unit {unit}",
            "foot": f"blame handed back to input {feature}" if back else f"input {feature} × its weight to unit {unit}",
        }[spot.zone]
        return f"{said}: {exact(spot.value)}\nClick: where does it come from?"

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot is not None and event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit(spot, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        spot = self.spot_at(QPointF(self.viewport().mapFromGlobal(event.globalPos())))
        if spot is not None:
            offer_copy(self, spot.value, event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Shift turns the wheel sideways, where the platform does not."""
        turn = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and turn.y() and not turn.x():
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - turn.y() * CELL // 60)
        else:
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover = None
