"""Draws a sliding window: what stays is drawn once into pixmaps, and what moves with the window over them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap, QRegion

from playground.ui.fonts import font
from playground.ui.microscopes.cells import cell_rect, format_for, paint_cells
from playground.ui.microscopes.slide_layout import Box, SlideLayout
from playground.ui.microscopes.slide_numbers import SlideNumbers
from playground.ui.microscopes.slide_paint import paint_empty_map, paint_padding, paint_picture
from playground.ui.theme import appearance, mix
from playground.ui.widgets.tensor_image import signed_pixels


@dataclass(frozen=True)
class Spot:
    """A cell of one of the parts: "input", "gradient", "output", or the key of a grid; "result" is the line below."""

    part: str
    row: int = 0
    column: int = 0


@dataclass
class SlideState:
    """Where the window stands, how many places are done, which weight is written out, what the pointer is on."""

    place: int = 0
    filled: int = 0
    weight: tuple[int, int] = (0, 0)
    hover: Spot | None = None


class SlidePainter:
    """The picture of one `SlideNumbers` in one `SlideLayout`."""

    def __init__(self, numbers: SlideNumbers, layout: SlideLayout, size: QSizeF, ratio: float) -> None:
        self.numbers, self.layout = numbers, layout
        self.geometry = numbers.model.geometry
        self._static = _blank(size, ratio)
        painter = QPainter(self._static)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_static(painter)
        painter.end()
        self._map = _blank(layout.output.size(), ratio)
        painter = QPainter(self._map)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        local = QRectF(QPointF(0, 0), layout.output.size())
        paint_picture(painter, local, numbers.shown, numbers.output_pixels, numbers.formats["output"])
        painter.end()

    # ---- what stays

    def _paint_static(self, painter: QPainter) -> None:
        layout, numbers, geometry = self.layout, self.numbers, self.geometry
        model = numbers.model
        paint_picture(
            painter, layout.input, model.plane, numbers.input_pixels, numbers.formats["patch"], grey=numbers.grey
        )
        paint_padding(painter, layout.input, geometry.padded, geometry.padding, geometry.beyond)
        gradient = model.input_gradient
        if not layout.gradient.isEmpty() and gradient is not None:
            paint_picture(painter, layout.gradient, gradient, signed_pixels(gradient), format_for(gradient))
        paint_empty_map(painter, layout.output, geometry.output)
        for key, box in layout.boxes.items():
            self._paint_label(painter, key, box)
            if not self._moves(key):
                values, pixels, _ = numbers.cells(key, box.shape, 0, 0)
                paint_cells(painter, box.rect, values, pixels, numbers.formats[key], letters=5)

    def _moves(self, key: str) -> bool:
        """Whether the numbers of a grid change from place to place: all but a filter's."""
        return key != "filter" or self.geometry.has_uneven_shares

    def _paint_label(self, painter: QPainter, key: str, box: Box) -> None:
        """What a grid is, above it, and the sign before it."""
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        single = box.shape == (1, 1)
        left = box.rect.center().x() - 60 if single else box.rect.left()
        side = Qt.AlignmentFlag.AlignHCenter if single else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter
        room = QRectF(left, box.rect.top() - 20, 120 if single else max(120.0, box.rect.width() + 30), 18)
        painter.drawText(room, flags, box.label)
        note = self.numbers.formats[key].note
        if note:
            painter.setFont(font("tiny"))
            painter.drawText(QRectF(left, box.rect.bottom(), room.width(), 14), flags, note)
        painter.setPen(QColor(mix(appearance.theme.canvas, appearance.theme.border, 0.7)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.rect.adjusted(-2.5, -2.5, 1.5, 1.5), 3, 3)
        painter.setPen(QColor(appearance.theme.muted))
        if box.operator:
            painter.setFont(font("title", font("body").weight()))
            between = QRectF(box.rect.left() - 36, box.rect.top(), 36, box.rect.height())
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, box.operator)

    # ---- where things are

    def window(self, place: int) -> QRectF:
        """The window on the input picture."""
        rect, padded, reach = self.layout.input, self.geometry.padded, self.geometry.reach
        top, left = self.geometry.corner(place)
        cell = rect.width() / padded[1]
        return QRectF(rect.left() + left * cell, rect.top() + top * cell, reach[1] * cell, reach[0] * cell)

    def gradient_window(self, place: int) -> QRectF:
        """The same window on the input's gradient, which has no padding."""
        layout, geometry = self.layout, self.geometry
        if layout.gradient.isEmpty():
            return QRectF()
        cell = layout.input.width() / geometry.padded[1]
        origin = layout.gradient.topLeft() - QPointF(geometry.padding[1] * cell, geometry.padding[0] * cell)
        return self.window(place).translated(origin - layout.input.topLeft()).intersected(layout.gradient)

    def cursor(self, place: int) -> QRectF:
        """The cell of the map that belongs to a place."""
        place = min(place, self.geometry.places - 1)
        return cell_rect(self.layout.output, self.geometry.output, *self.geometry.cell(place))

    def connector(self, place: int) -> QPainterPath:
        """From the line with the sum to the pixel that it becomes."""
        layout = self.layout
        start = QPointF(layout.result.right() - 4, layout.result.center().y())
        end = QPointF(layout.output.left() - 4, self.cursor(place).center().y())
        path = QPainterPath(start)
        bend = max(12.0, (end.x() - start.x()) * 0.55)
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path

    def region(self, state: SlideState) -> QRegion:
        """Everything that looks different when the window moves on from here."""
        layout = self.layout
        parts = [
            self.window(state.place),
            self.cursor(state.place),
            self.gradient_window(state.place),
            layout.input_caption,
            layout.output_caption,
            layout.sum_label.united(layout.result),
            self.connector(state.place).boundingRect(),
            *(box.rect for key, box in layout.boxes.items() if self._moves(key)),
        ]
        region = QRegion()
        for part in parts:
            if not part.isNull():
                region += part.adjusted(-5, -5, 5, 5).toAlignedRect()
        return region

    # ---- what moves

    def paint(self, painter: QPainter, state: SlideState) -> None:
        """The static picture, the part of the map that is done, and the grids at the present place."""
        painter.drawPixmap(0, 0, self._static)
        self._paint_map(painter, state.filled)
        for key, box in self.layout.boxes.items():
            if self._moves(key):
                values, pixels, faded = self.numbers.cells(key, box.shape, state.place, state.filled)
                paint_cells(painter, box.rect, values, pixels, self.numbers.formats[key], letters=5, faded=faded)

    def _paint_map(self, painter: QPainter, filled: int) -> None:
        rect, (rows, columns) = self.layout.output, self.geometry.output
        ratio = self._map.devicePixelRatio()
        if self.numbers.direction == "backward" and filled < rows * columns:  # it has arrived, but is not used yet
            painter.setOpacity(0.25)
            painter.drawPixmap(rect.topLeft(), self._map)
            painter.setOpacity(1.0)
        full, rest = divmod(filled, columns)
        height, width = rect.height() / rows, rect.width() / columns
        done = QRectF(0, 0, rect.width(), full * height)
        begun = QRectF(0, full * height, rest * width, height)
        for part in (done, begun):
            if not part.isEmpty():
                source = QRectF(part.topLeft() * ratio, part.size() * ratio)
                painter.drawPixmap(part.translated(rect.topLeft()), self._map, source)


def _blank(size: QSizeF, ratio: float) -> QPixmap:
    pixmap = QPixmap((size * ratio).toSize().expandedTo(QSizeF(1, 1).toSize()))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(appearance.theme.canvas))
    return pixmap
