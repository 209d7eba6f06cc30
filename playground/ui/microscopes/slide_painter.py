"""Draws a sliding window: what stays is drawn once into pixmaps, and what moves with the window over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPixmap, QRegion

from playground.ui.fonts import font
from playground.ui.microscopes.cells import cell_rect, paint_cells
from playground.ui.microscopes.slide_curve import curve_of, paint_curves
from playground.ui.microscopes.slide_numbers import SlideNumbers, written_as
from playground.ui.microscopes.slide_paint import (
    letters_of,
    paint_empty_map,
    paint_hatching,
    paint_picture,
    shows_numbers,
)
from playground.ui.microscopes.slide_parts import Box, SlideLayout
from playground.ui.microscopes.spot import Spot, Touched
from playground.ui.theme import appearance, mix
from playground.ui.widgets.tensor_image import Pixels, signed_pixels

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_BEND = 12.0


@dataclass
class SlideState(Touched):
    """Where the window stands, how many places are done, which weight is written out, what the pointer is on.

    `filled` counts the places of the map that is shown, `done` those of all slices. `lit` are the numbers that an open
    explanation speaks of, with their roles. `glide` is how far the frame still is from its place, in rows and columns.
    """

    place: int = 0
    filled: int = 0
    done: int = 0
    weight: tuple[int, int] = (0, 0)
    lit: Mapping[Place, str] = field(default_factory=dict["Place", str])
    glide: tuple[float, float] = (0.0, 0.0)


class SlidePainter:
    """The picture of one `SlideNumbers` in one `SlideLayout`."""

    def __init__(
        self, numbers: SlideNumbers, layout: SlideLayout, size: QSizeF, ratio: float, source: str = ""
    ) -> None:
        """`source` is the id of the layer that feeds this one."""
        self.numbers, self.layout, self.source = numbers, layout, source
        self.model, self.geometry = numbers.model, numbers.model.geometry
        self._size, self._ratio = size, ratio

    # ---- what stays: drawn when it is first looked at, as many arrangements are gone before they are painted

    @cached_property
    def photograph(self) -> Pixels | None:
        """The input in colour, where it is a photograph of which one plane is shown."""
        return None if self.layout.is_stack else self.numbers.photograph()

    @cached_property
    def _static(self) -> QPixmap:
        pixmap = _blank(self._size, self._ratio)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_static(painter)
        painter.end()
        return pixmap

    @cached_property
    def _map(self) -> QPixmap:
        numbers, size = self.numbers, self.layout.output.size()
        pixmap = _blank(size, self._ratio)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        local = QRectF(QPointF(0, 0), size)
        written, grey = numbers.formats["output"], numbers.makes_picture
        paint_picture(painter, local, numbers.shown, numbers.output_pixels, written, grey=grey)
        painter.end()
        return pixmap

    @cached_property
    def _curve(self) -> QPainterPath:
        rect = self.layout.curves.get("output")
        return QPainterPath() if rect is None else curve_of(self.numbers.shown[0], rect, self.layout.output)

    def _paint_static(self, painter: QPainter) -> None:
        layout, numbers, geometry = self.layout, self.numbers, self.geometry
        for box in layout.inputs:
            self._paint_input(painter, box)
        gradient = self.model.input_gradient
        if not layout.gradient.isEmpty() and gradient is not None:
            paint_picture(painter, layout.gradient, gradient, signed_pixels(gradient), written_as(gradient))
        paint_empty_map(painter, layout.output, geometry.output)
        if (rect := layout.curves.get("input")) is not None:
            paint_curves(painter, rect, self.model, layout.inputs)
        for box in layout.boxes.values():
            self._paint_label(painter, box)
            if not self._moves(box.part):
                values, pixels, _ = numbers.cells(box, 0, 0)
                written = numbers.formats[box.part]
                paint_cells(painter, box.rect, values, pixels, written, letters=letters_of(written))

    def _paint_input(self, painter: QPainter, box: Box) -> None:
        numbers, model = self.numbers, self.model
        values = model.plane_at(model.chosen if box.plane is None else box.plane)
        pixels = self.input_pixels(box)
        outside = model.outside(box.plane)
        written = numbers.formats["patch"]
        paint_picture(painter, box.rect, values, pixels, written, grey=numbers.grey, outside=outside)
        if box.label:
            painter.setFont(font("small"))
            painter.setPen(QColor(appearance.theme.muted))
            room = QRectF(box.rect.left(), box.rect.top() - 20, max(120.0, box.rect.width()), 18)
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, box.label)

    def input_pixels(self, box: Box) -> Pixels:
        """The colours of one of the pictures; a photograph is in colour where its cells are too small for numbers."""
        letters = letters_of(self.numbers.formats["patch"])
        written = shows_numbers(box.rect.width() / box.shape[1], letters)
        if box.plane is None and not written and self.photograph is not None:
            return self.photograph
        return self.numbers.plane_pixels(box.plane)

    def _moves(self, part: str) -> bool:
        """Whether the numbers of a grid change from place to place: all but a filter's."""
        return part != "filter" or self.geometry.has_uneven_shares

    def _paint_label(self, painter: QPainter, box: Box) -> None:
        """What a grid is, above it, and the sign before it."""
        painter.setFont(font("small"))
        painter.setPen(QColor(appearance.theme.muted))
        single = box.shape == (1, 1)
        left = box.rect.center().x() - 60 if single else box.rect.left()
        side = Qt.AlignmentFlag.AlignHCenter if single else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter
        room = QRectF(left, box.rect.top() - 20, 120 if single else max(120.0, box.rect.width() + 30), 18)
        written = self.numbers.formats[box.part]
        note = written.note if shows_numbers(cell_of(box), letters_of(written)) else ""
        if box.part == "partial" and note:  # below it the sums flow together
            painter.drawText(room, flags, f"{box.label}  {note}")
        else:
            painter.drawText(room, flags, self._fitting(painter, box))
        last = box.plane is None or self.geometry.dimensions > 1 or box.plane == self.model.plane_count - 1
        if note and last and box.part != "partial":
            painter.setFont(font("tiny"))
            painter.drawText(QRectF(left, box.rect.bottom(), room.width(), 14), flags, note)
        painter.setPen(QColor(mix(appearance.theme.canvas, appearance.theme.border, 0.7)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.geometry.dimensions > 1 or box.plane is None:
            painter.drawRoundedRect(box.rect.adjusted(-2.5, -2.5, 1.5, 1.5), 3, 3)
        painter.setPen(QColor(appearance.theme.muted))
        if box.operator:
            painter.setFont(font("title", font("body").weight()))
            gap = 22.0 if box.plane is not None and self.geometry.dimensions > 1 else 36.0
            top, height = box.rect.top(), box.rect.height()
            if self.geometry.dimensions == 1 and box.plane is not None:
                height *= len([other for other in self.layout.boxes.values() if other.part == box.part])
            between = QRectF(box.rect.left() - gap, top, gap, height)
            painter.drawText(between, Qt.AlignmentFlag.AlignCenter, box.operator)

    def _fitting(self, painter: QPainter, box: Box) -> str:
        """The label of a grid, cut short where another one stands beside it."""
        if box.plane is None or self.geometry.dimensions == 1:
            return box.label
        return painter.fontMetrics().elidedText(box.label, Qt.TextElideMode.ElideRight, int(box.rect.width() + 20))

    # ---- where things are

    @property
    def frames(self) -> QRectF:
        """Within this the lines of a frame are not cut off by the edge of the picture."""
        return QRectF(QPointF(0, 0), self._size).adjusted(1, 1, -1, -1)

    def find(self, part: str, plane: int | None = None) -> Box | None:
        """The grid of a part; of several planes that of one, or of the chosen one."""
        for box in self.layout.grids:
            if box.part == part and (box.plane is None or box.plane == (self.model.chosen if plane is None else plane)):
                return box
        return None

    def spot_rect(self, spot: Spot) -> QRectF:
        """The cell of a spot; null where it is not shown."""
        box = self.find(spot.part, spot.plane)
        if box is None or (spot.plane is not None and box.plane is None and spot.plane != self.model.chosen):
            return QRectF()
        return cell_rect(box.rect, box.shape, spot.row, spot.column)

    def windows(self, place: int, glide: tuple[float, float] = (0.0, 0.0)) -> list[QRectF]:
        """The window on each of the pictures; one frame around the channels of a sequence."""
        top, left = self.geometry.corner(place)
        reach = self.geometry.reach
        found: list[QRectF] = []
        for box in self.layout.inputs:
            width, height = box.rect.width() / box.shape[1], box.rect.height() / box.shape[0]
            corner = box.rect.topLeft() + QPointF((left + glide[1]) * width, (top + glide[0]) * height)
            found.append(QRectF(corner, QSizeF(reach[1] * width, reach[0] * height)))
        if self.geometry.dimensions == 1:
            return [found[0].united(found[-1])]
        return found

    def window(self, place: int) -> QRectF:
        """The window on the (first) picture."""
        return self.windows(place)[0]

    def gradient_window(self, place: int) -> QRectF:
        """The same window on the input's gradient, which has no padding."""
        rect, geometry = self.layout.gradient, self.geometry
        if rect.isEmpty():
            return QRectF()
        width, height = rect.width() / geometry.picture[1], rect.height() / geometry.picture[0]
        top, left = (at - padding for at, padding in zip(geometry.corner(place), geometry.padding, strict=True))
        window = QRectF(left * width, top * height, geometry.reach[1] * width, geometry.reach[0] * height)
        return window.translated(rect.topLeft()).intersected(rect)

    def cursor(self, place: int) -> QRectF:
        """The cell of the map that belongs to a place."""
        place = min(place, self.geometry.places - 1)
        return cell_rect(self.layout.output, self.geometry.output, *self.geometry.cell(place))

    def connector(self, place: int) -> QPainterPath:
        """From the line with the sum to the pixel that it becomes."""
        layout = self.layout
        cursor = self.cursor(place)
        if self.geometry.dimensions == 1:
            end = QPointF(cursor.center().x(), cursor.top() - 2)
            start = QPointF(layout.result.left() + 60, layout.result.bottom())
            path = QPainterPath(start)
            bend = max(10.0, (end.y() - start.y()) * 0.5)
            path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)
            return path
        start = QPointF(layout.result.right() - 4, layout.result.center().y())
        end = QPointF(layout.output.left() - 4, cursor.center().y())
        path = QPainterPath(start)
        if layout.sigma is not None:  # up between the planes and the words, then across to the map
            corner = layout.card.left() - 16
            path.lineTo(corner - _BEND, start.y())
            path.quadTo(QPointF(corner, start.y()), QPointF(corner, start.y() - _BEND))
            path.lineTo(corner, end.y() + _BEND)
            path.quadTo(QPointF(corner, end.y()), QPointF(corner + _BEND, end.y()))
            path.lineTo(end)
            return path
        bend = max(12.0, (end.x() - start.x()) * 0.55)
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end)
        return path

    def region(self, state: SlideState) -> QRegion:
        """Everything that looks different when the window moves on from here."""
        layout = self.layout
        parts = [
            *self.windows(state.place),
            *self.windows(state.place, state.glide),
            self.cursor(state.place),
            self.gradient_window(state.place),
            layout.input_caption,
            layout.output_caption,
            layout.gradient_caption,
            layout.sum_label.united(layout.result),
            self.connector(state.place).boundingRect(),
            *layout.curves.values(),
            *(box.rect for box in layout.boxes.values() if self._moves(box.part)),
            *(box.rect.adjusted(-20, -20, 20, 0) for box in layout.boxes.values() if box.part == "largest"),
        ]
        region = QRegion()
        for part in parts:
            if not part.isNull():
                region += part.adjusted(-5, -5, 5, 5).toAlignedRect()
        return region

    # ---- what moves

    def paint(self, painter: QPainter, state: SlideState, region: QRegion) -> None:
        """The static picture, the part of the map that is done, and in `region` the grids at the present place."""
        painter.drawPixmap(0, 0, self._static)
        self._paint_map(painter, state.filled)
        for box in self.layout.boxes.values():
            if self._moves(box.part) and region.intersects(box.rect.adjusted(-6, -6, 6, 6).toAlignedRect()):
                values, pixels, faded = self.numbers.cells(box, state.place, state.done)
                written = self.numbers.formats[box.part]
                letters = letters_of(written)
                paint_cells(painter, box.rect, values, pixels, written, letters=letters, faded=faded)
                paint_hatching(painter, box.rect, faded)
                self._clear_unused(painter, box, values)
        if (box := self.layout.boxes.get("largest")) is not None:
            self._paint_names(painter, box, state)

    def _clear_unused(self, painter: QPainter, box: Box, values: np.ndarray) -> None:
        """The last row of the planes' sums may have more cells than there are planes."""
        if box.part == "partial" and box.plane is None:
            for place in range(self.model.plane_count, values.size):
                cell = cell_rect(box.rect, box.shape, *divmod(place, box.shape[1]))
                painter.fillRect(cell, QColor(appearance.theme.canvas))

    def _paint_names(self, painter: QPainter, box: Box, state: SlideState) -> None:
        """Below each of the largest sums, whose it is."""
        painter.setFont(font("tiny"))
        painter.setPen(QColor(appearance.theme.muted))
        for column, plane in enumerate(self.numbers.largest_planes(state.place, box.shape[1])):
            cell = cell_rect(box.rect, box.shape, 0, column)
            name = self.model.plane_name(plane).removeprefix("channel ").removeprefix("filter ")
            below = QRectF(cell.left() - 4, cell.bottom(), cell.width() + 8, 14)
            painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, f"no. {name}")

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
        if (curve := self.layout.curves.get("output")) is not None:
            painter.save()
            end = rect.width() * filled / columns
            shown = QRectF(curve.left(), curve.top() - 2, end, curve.height() + 4)
            painter.setClipRect(shown, Qt.ClipOperation.IntersectClip)
            painter.setPen(QColor(appearance.theme.text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._curve)
            painter.restore()


def cell_of(box: Box) -> float:
    """How wide a cell is to its number: one that is lower than wide counts as narrower."""
    return min(box.rect.width() / box.shape[1], 1.4 * box.rect.height() / box.shape[0])


def _blank(size: QSizeF, ratio: float) -> QPixmap:
    pixmap = QPixmap((size * ratio).toSize().expandedTo(QSizeF(1, 1).toSize()))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(QColor(appearance.theme.canvas))
    return pixmap
