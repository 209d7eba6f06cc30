"""Draws stamped numbers: what stays is drawn once into a pixmap, the canvas and the grids at the stamp over it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPixmap

from playground.ui.fonts import font
from playground.ui.microscopes.cells import DARK_INK, cell_font, cell_rect, inks, paint_cells
from playground.ui.microscopes.scatter_layout import Box, ScatterLayout
from playground.ui.microscopes.scatter_numbers import ScatterNumbers, ScatterState
from playground.ui.microscopes.slide_paint import paint_empty_map, paint_picture
from playground.ui.theme import appearance, mix, translucent

_CROSSES_FROM = 8.0
_QUIET_INK = QColor("#c4cad6")
_COUNT_FROM = 30.0
"""Pixels of the smallest cell that has room for its overlap count."""
_FIXED = ("kernel",)
_BESIDE = 14.0
"""Left of the output the line runs that goes around the words."""


class ScatterPainter:
    """The picture of one `ScatterNumbers` in one `ScatterLayout`."""

    def __init__(self, numbers: ScatterNumbers, layout: ScatterLayout, size: QSizeF, ratio: float) -> None:
        self.numbers, self.layout = numbers, layout
        self.geometry = numbers.model.geometry
        self._ratio = ratio
        self._canvas: tuple[int, QPixmap] | None = None
        self._static = self._blank(size)
        painter = QPainter(self._static)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_static(painter)
        painter.end()
        self._rim = self._blank(layout.output.size())
        self._rim.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._rim)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_cut(painter, QRectF(QPointF(0, 0), layout.output.size()))
        self._paint_extra(painter, QRectF(QPointF(0, 0), layout.output.size()))
        painter.end()

    def _blank(self, size: QSizeF) -> QPixmap:
        pixmap = QPixmap((size * self._ratio).toSize().expandedTo(QSizeF(1, 1).toSize()))
        pixmap.setDevicePixelRatio(self._ratio)
        pixmap.fill(QColor(appearance.theme.canvas))
        return pixmap

    # ---- what stays

    def _paint_static(self, painter: QPainter) -> None:
        for key, picture in self.layout.pictures.items():
            if key != "output":
                values, pixels = self.numbers.picture(key, 0)
                grey = key == "input" and self.numbers.grey
                paint_picture(painter, picture.rect, values, pixels, self.numbers.formats[key], grey=grey)
        for key, box in self.layout.boxes.items():
            self._paint_label(painter, key, box)
            if key in _FIXED:
                values, pixels, _ = self.numbers.cells(key, box.shape, ScatterState())
                paint_cells(painter, box.rect, values, pixels, self.numbers.formats[key], letters=5)

    def _paint_label(self, painter: QPainter, key: str, box: Box) -> None:
        """What a grid is, above it, and the sign before it."""
        theme, single = appearance.theme, box.shape == (1, 1)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        left = box.rect.left() - 4 if single else box.rect.left()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        room = QRectF(left, box.rect.top() - 20, max(92.0, box.rect.width() + 30), 18)
        note = self.numbers.formats[key].note
        is_term = key.startswith("terms_")
        painter.drawText(room, flags, f"{box.label}  {note}" if note and is_term else box.label)
        if note and not is_term:
            painter.setFont(font("tiny"))
            painter.drawText(QRectF(left, box.rect.bottom() + 1, room.width(), 14), flags, note)
        if is_term:
            return
        painter.setPen(QColor(mix(theme.canvas, theme.border, 0.7)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.rect.adjusted(-2.5, -2.5, 1.5, 1.5), 3, 3)
        painter.setPen(QColor(theme.muted))
        if box.operator:
            painter.setFont(font("title", font("body").weight()))
            between = QRectF(box.rect.left() - 34, box.rect.top(), 34, box.rect.height())
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, box.operator)

    # ---- where things are

    def stamp(self, place: int) -> QRectF:
        """The stamp on the canvas."""
        rect, (rows, columns), reach = self.layout.output, self.geometry.canvas, self.geometry.reach
        top, left = self.geometry.corner(place)
        width, height = rect.width() / columns, rect.height() / rows
        return QRectF(rect.left() + left * width, rect.top() + top * height, reach[1] * width, reach[0] * height)

    def on_canvas(self, row: int, column: int) -> QRectF:
        """A cell of the canvas."""
        return cell_rect(self.layout.output, self.geometry.canvas, row, column)

    def of_output(self, row: int, column: int) -> QRectF:
        """A cell of the output."""
        return self.on_canvas(row + self.geometry.padding[0], column + self.geometry.padding[1])

    def of_picture(self, key: str, row: int, column: int) -> QRectF:
        """A cell of one of the other pictures."""
        picture = self.layout.pictures[key]
        return cell_rect(picture.rect, picture.shape, row, column)

    def connector(self, place: int) -> QPainterPath:
        """From the stamp between the pictures to where it lands (backward: the other way)."""
        key = "stamp" if "stamp" in self.layout.boxes else "patch"
        path = QPainterPath()
        if key == "stamp" and not self.geometry.is_sequence:
            box, there = self.layout.boxes[key].rect, self.stamp(place)
            start = QPointF(box.right() + 5, box.center().y())
            end = QPointF(self.layout.output.left() - 4, there.center().y())
            path.moveTo(start)
            if self.layout.card.right() > start.x() and self.layout.card.top() < max(start.y(), end.y()):
                corner, bend = end.x() - _BESIDE, min(10.0, abs(end.y() - start.y()) / 2)  # around the words
                down = bend if end.y() > start.y() else -bend
                path.lineTo(corner - bend, start.y())
                path.quadTo(QPointF(corner, start.y()), QPointF(corner, start.y() + down))
                path.lineTo(corner, end.y() - down)
                path.quadTo(QPointF(corner, end.y()), QPointF(corner + bend, end.y()))
                path.lineTo(end)
                return path
            bend = max(12.0, (end.x() - start.x()) * 0.5)
            path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path

    # ---- what moves

    def paint(self, painter: QPainter, state: ScatterState) -> None:
        """The static picture, the canvas as far as it is painted, and the grids at the present place."""
        painter.drawPixmap(0, 0, self._static)
        painter.drawPixmap(self.layout.output.topLeft(), self._painted(state.filled))
        for key, box in self.layout.boxes.items():
            if key in _FIXED:
                continue
            values, pixels, faded = self.numbers.cells(key, box.shape, state)
            if len(values) == 0:
                continue
            rect = QRectF(box.rect)
            rect.setHeight(rect.height() * len(values) / box.shape[0])
            paint_cells(painter, rect, values, pixels, self.numbers.formats[key], letters=5, faded=faded)
            if box.operator and key.startswith("terms_"):
                painter.setFont(font("small"))
                painter.setPen(QColor(appearance.theme.muted))
                for row in range(len(values)):
                    cell = cell_rect(box.rect, box.shape, row, 0)
                    between = QRectF(cell.left() - 26, cell.top(), 26, cell.height())
                    painter.drawText(between, Qt.AlignmentFlag.AlignCenter, box.operator)

    def _painted(self, filled: int) -> QPixmap:
        """The canvas after so many stamps."""
        if self.numbers.direction == "backward":
            filled = 0
        if self._canvas is None or self._canvas[0] != filled:
            size = self.layout.output.size()
            pixmap = self._blank(size)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(QPointF(0, 0), size)
            if self.numbers.direction == "forward" and filled == 0:
                paint_empty_map(painter, rect, self.geometry.canvas)
            else:
                values, pixels = self.numbers.picture("output", filled)
                paint_picture(painter, rect, values, pixels, self.numbers.formats["output"])
                if self.numbers.direction == "forward" and self.geometry.kind == "conv":
                    self._paint_counts(painter, rect, pixels, filled)
            painter.drawPixmap(0, 0, self._rim)
            painter.end()
            self._canvas = filled, pixmap
        return self._canvas[1]

    def _paint_counts(self, painter: QPainter, rect: QRectF, pixels: object, filled: int) -> None:
        """In the corner of each cell how many stamps of the shown channel have met there, from two on."""
        geometry, model = self.geometry, self.numbers.model
        width = rect.width() / geometry.canvas[1]
        if min(width, rect.height() / geometry.canvas[0]) < _COUNT_FROM:
            return
        counts = geometry.counts_after(filled - model.order * geometry.places)
        dark = inks(pixels)  # type: ignore[arg-type]
        painter.setFont(cell_font(9 if width >= 38 else 8))
        for row in range(geometry.canvas[0]):
            for column in range(geometry.canvas[1]):
                if counts[row, column] > 1 and not geometry.is_cut(row, column):
                    painter.setPen(DARK_INK if dark[row, column] else _QUIET_INK)
                    cell = cell_rect(rect, geometry.canvas, row, column).adjusted(0, 1, -3, 0)
                    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
                    painter.drawText(cell, flags, f"×{counts[row, column]}")

    def _paint_cut(self, painter: QPainter, rect: QRectF) -> None:
        """Cells that padding cuts off are pale, and crossed out."""
        geometry = self.geometry
        if not any((*geometry.padding, *geometry.beyond)):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        cell = rect.width() / geometry.canvas[1]
        if cell < _CROSSES_FROM:
            self._hatch_cut(painter, rect)
            return
        crosses: list[QLineF] = []
        for row in range(geometry.canvas[0]):
            for column in range(geometry.canvas[1]):
                if geometry.is_cut(row, column):
                    place = cell_rect(rect, geometry.canvas, row, column)
                    painter.fillRect(place, translucent(appearance.theme.canvas, 0.76))
                    inner = place.adjusted(2, 2, -3, -3)
                    crosses.append(QLineF(inner.topLeft(), inner.bottomRight()))
                    crosses.append(QLineF(inner.topRight(), inner.bottomLeft()))
        painter.setPen(QPen(translucent(appearance.theme.muted, 0.75), 1.0))
        painter.drawLines(crosses)

    def _hatch_cut(self, painter: QPainter, rect: QRectF) -> None:
        """The same where the cells are too small for a cross each."""
        last = self.of_output(self.geometry.output[0] - 1, self.geometry.output[1] - 1)
        inner = self.of_output(0, 0).united(last).translated(-self.layout.output.topLeft())
        rim = QPainterPath()
        rim.addRect(rect)
        kept = QPainterPath()
        kept.addRect(inner)
        rim = rim.subtracted(kept)
        painter.fillPath(rim, translucent(appearance.theme.canvas, 0.76))
        painter.fillPath(rim, QBrush(translucent(appearance.theme.muted, 0.75), Qt.BrushStyle.DiagCrossPattern))

    def _paint_extra(self, painter: QPainter, rect: QRectF) -> None:
        """A dashed line sets off what output padding has added."""
        geometry = self.geometry
        if not any(geometry.extra):
            return
        inner = self.of_output(0, 0).united(self.of_output(geometry.output[0] - 1, geometry.output[1] - 1))
        inner.translate(-self.layout.output.topLeft())
        width, height = rect.width() / geometry.canvas[1], rect.height() / geometry.canvas[0]
        painter.setPen(QPen(QColor(appearance.theme.success), 1.6, Qt.PenStyle.DashLine))
        if geometry.extra[0]:
            y = inner.bottom() - geometry.extra[0] * height
            painter.drawLine(QLineF(inner.left(), y, inner.right(), y))
        if geometry.extra[1]:
            x = inner.right() - geometry.extra[1] * width
            painter.drawLine(QLineF(x, inner.top(), x, inner.bottom()))
