"""Numbers over time, one band below the other along the same axis, with the unrolled cells above and a cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import format_for, frame_pen, paint_cells, paint_lit
from playground.ui.microscopes.recurrent_model import Band
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.tensor_image import image_of, magnitude, signed_pixels

_NAMES, _CELLS, _TITLE, _BARS = 42.0, 26.0, 17.0, 46.0
_SMALL = 7.0
"""Cells smaller than this have no gaps between them, and no numbers in them: they are drawn as one picture."""
_LABEL = 12.0
"""The height from which a row's name is written beside it."""

Spot = tuple[int, int, int]
"""A number: band, row, place."""


class TimeBands(QWidget):
    """`picked` sends a place; `clicked` (band, row, place) and where on the screen."""

    picked = Signal(int)
    clicked = Signal(int, int, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: tuple[Band, ...] = ()
        self._sizes: np.ndarray[Any, Any] | None = None
        self._place, self._unit, self._backward = 0, 0, False
        self._direction = 1
        self._hover: Spot | None = None
        self._lit: Mapping[Spot, str] = {}
        self._pictures: list[QPixmap] = []
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self._redraw)

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 170)

    def show_bands(self, bands: Sequence[Band], direction: int, sizes: np.ndarray | None = None) -> None:
        """Other numbers; `direction` is 1 or −1, the way in which they are read; `sizes` are drawn as bars on top."""
        self._bands, self._direction, self._sizes, self._lit = tuple(bands), direction, sizes, {}
        self._redraw()

    def set_cursor(self, place: int, unit: int, *, backward: bool) -> None:
        """Frame a place, and in the second band the row of a unit."""
        self._place, self._unit, self._backward = place, unit, backward
        self.update()

    def light(self, spots: Mapping[Spot, str]) -> None:
        """Frame numbers in roles of the theme."""
        if self._lit or spots:
            self._lit = dict(spots)
            self.update()

    @property
    def lit(self) -> Mapping[Spot, str]:
        return self._lit

    @property
    def bands(self) -> tuple[Band, ...]:
        return self._bands

    @property
    def count(self) -> int:
        """How many places there are."""
        return self._bands[0].values.shape[1] if self._bands else 1

    # ---- geometry

    def _span(self) -> tuple[float, float]:
        """Where the axis begins, and how wide a place is."""
        return _NAMES, min(64.0, max(1.0, (self.width() - _NAMES - 2) / self.count))

    @property
    def _top(self) -> float:
        return _CELLS + (_BARS if self._sizes is not None else 0.0)

    def band_rect(self, number: int) -> QRectF:
        """Where the cells of a band lie."""
        shares = [self._share(band) for band in range(len(self._bands))]
        room = self.height() - self._top - len(shares) * (_TITLE + 3)
        unit = min(26.0, max(0.6, room / sum(shares)))
        top = self._top + number * (_TITLE + 3) + unit * sum(shares[:number]) + _TITLE
        left, wide = self._span()
        high = unit * shares[number]
        return QRectF(left, top, wide * self.count, high)

    def _share(self, number: int) -> float:
        """How much of the height a band gets: the few rows of the last, which are named one by one, most for each."""
        rows = float(len(self._bands[number].rows))
        return 1.5 * rows if number == len(self._bands) - 1 else min(9.0, rows)

    def cell(self, spot: Spot) -> QRectF:
        """Where one number lies."""
        band, row, place = spot
        rect = self.band_rect(band)
        wide, high = rect.width() / self.count, rect.height() / len(self._bands[band].rows)
        return QRectF(rect.left() + place * wide, rect.top() + row * high, wide, high)

    def _spot_at(self, point: QPointF) -> Spot | None:
        for number, band in enumerate(self._bands):
            rect = self.band_rect(number)
            if rect.contains(point):
                row = min(len(band.rows) - 1, int((point.y() - rect.top()) / rect.height() * len(band.rows)))
                return number, row, self._place_at(point)
        return None

    def _place_at(self, point: QPointF) -> int:
        left, wide = self._span()
        return max(0, min(self.count - 1, int((point.x() - left) / wide)))

    # ---- painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        """Paint the bands once; the cursor moves over them."""
        self._pictures = []
        ratio = self.devicePixelRatioF()
        for number, band in enumerate(self._bands):
            rect = self.band_rect(number)
            picture = QPixmap(max(1, int(rect.width() * ratio) + 1), max(1, int(rect.height() * ratio) + 1))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            pixels = signed_pixels(band.values, magnitude(band.values) or 1.0)
            local = QRectF(0, 0, rect.width(), rect.height())
            if min(rect.width() / self.count, rect.height() / len(band.rows)) < _SMALL:
                painter.drawImage(local, image_of(pixels))
            else:
                paint_cells(painter, local, band.values, pixels, format_for(band.values))
            painter.end()
            self._pictures.append(picture)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._bands:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_unrolled(painter)
        if self._sizes is not None:
            self._paint_sizes(painter, self._sizes)
        for number, band in enumerate(self._bands):
            self._paint_band(painter, number, band)
        self._paint_cursor(painter)
        paint_lit(painter, ((self.cell(spot), role) for spot, role in self._lit.items()))
        painter.end()

    def _paint_unrolled(self, painter: QPainter) -> None:
        """The same cell, once for each place, and the way in which the places are read."""
        theme, (left, wide) = appearance.theme, self._span()
        painter.setFont(font("tiny"))
        every = max(1, int(np.ceil(20 / wide)))
        middle = _CELLS / 2 - 1
        painter.setPen(QPen(QColor(theme.wire), 1.4))
        painter.drawLine(QPointF(left, middle), QPointF(left + wide * self.count, middle))
        for place in range(self.count):
            chosen = place == self._place
            if wide < 14 and not chosen:
                continue
            side = min(wide - 4, 26.0) if wide >= 14 else 22.0
            rect = QRectF(left + (place + 0.5) * wide - side / 2, middle - 9, side, 18)
            painter.setPen(QPen(QColor(theme.highlight if chosen else theme.border_strong), 1.8 if chosen else 1.2))
            painter.setBrush(QColor(theme.highlight_ground if chosen else theme.raised))
            painter.drawRoundedRect(rect, 5, 5)
            if chosen or place % every == 0:
                painter.setPen(QColor(theme.highlight_text if chosen else theme.muted))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(place))
        painter.setPen(QColor(theme.muted))
        goes_right = (self._direction > 0) != self._backward
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, middle - 9, _NAMES, 18), flags, "time →" if goes_right else "← time")

    def _paint_sizes(self, painter: QPainter, sizes: np.ndarray) -> None:
        """How large the gradient is at each place, on a scale in which every ten times is a step."""
        theme, (left, wide) = appearance.theme, self._span()
        floor = _CELLS + _BARS - 3
        largest = float(sizes.max()) or 1.0
        painter.setPen(QColor(theme.muted))
        painter.setFont(font("tiny"))
        for place, size in enumerate(sizes):
            part = 1 + np.log10(max(float(size) / largest, 1e-6)) / 6 if size > 0 else 0.0
            high = max(1.0, (_BARS - 16) * float(part))
            bar = QRectF(left + place * wide + 0.12 * wide, floor - high, max(1.0, 0.76 * wide), high)
            painter.fillRect(bar, QColor(theme.highlight if place == self._place else theme.negative))
        said = "size of ∂E/∂h at each place (a sixth of the height: ten times as large)"
        painter.drawText(QRectF(left, _CELLS - 1, self.width() - left, 14), Qt.AlignmentFlag.AlignLeft, said)

    def _paint_band(self, painter: QPainter, number: int, band: Band) -> None:
        theme, rect = appearance.theme, self.band_rect(number)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        note = format_for(band.values).note
        title = f"{band.title}   {note}" if note else band.title
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(rect.left(), rect.top() - _TITLE, self.width() - rect.left(), _TITLE), flags, title)
        painter.drawPixmap(rect.topLeft(), self._pictures[number])
        high = rect.height() / len(band.rows)
        painter.setFont(font("tiny"))
        every = max(1, int(np.ceil(_LABEL / high)))
        for row, name in enumerate(band.rows):
            is_unit = number == 1 and row == self._unit
            if row % every and not is_unit:
                continue
            if not is_unit and number == 1 and abs(row - self._unit) < every:
                continue
            painter.setPen(QColor(theme.highlight_text if is_unit else theme.muted))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            middle = rect.top() + (row + 0.5) * high
            painter.drawText(QRectF(0, middle - 8, _NAMES - 5, 16), flags, name)

    def _paint_cursor(self, painter: QPainter) -> None:
        left, wide = self._span()
        top, bottom = self.band_rect(0).top() - 2, self.band_rect(len(self._bands) - 1).bottom() + 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(translucent(appearance.theme.highlight, 0.85), 1.4))
        painter.drawRect(QRectF(left + self._place * wide, top, wide, bottom - top))
        if len(self._bands) > 1:
            painter.setPen(frame_pen())
            painter.drawRect(self.cell((1, self._unit, self._place)))
        if self._hover is not None:
            painter.setPen(QPen(translucent(appearance.theme.highlight, 0.8), 1.2, Qt.PenStyle.DashLine))
            painter.drawRect(self.cell(self._hover))

    # ---- the pointer

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and event.position().y() < self._top:
            self.picked.emit(self._place_at(event.position()))
        hover = self._spot_at(event.position())
        if hover != self._hover:
            self._hover = hover
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover is not None else Qt.CursorShape.ArrowCursor)
            self.setToolTip("" if hover is None else self._tip(hover))
            self.update()

    def _tip(self, spot: Spot) -> str:
        band, row, place = spot
        value = self._bands[band].values[row, place]
        return f"{self._bands[band].rows[row]} at place {place} = {short(value, 5)} ({exact(value)})"

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._bands:
            super().mousePressEvent(event)
            return
        spot = self._spot_at(event.position())
        if spot is not None:
            self.clicked.emit(*spot, event.globalPosition().toPoint())
        elif event.position().y() < self._top and event.position().x() >= _NAMES:
            self.picked.emit(self._place_at(event.position()))
