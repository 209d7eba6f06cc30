"""A window sliding over a picture, with the arithmetic of its place. One widget; only the window moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.microscopes.cells import cell_under
from playground.ui.microscopes.slide_layout import SlideLayout, arrange
from playground.ui.microscopes.slide_marks import paint_captions, paint_marks, paint_result, result_parts
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_numbers import Direction, SlideNumbers
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState, Spot
from playground.ui.theme import appearance

_SIZE = QSize(1000, 480)


class SlideView(QWidget):
    """Shows a `SlideModel` at one place of its window; the first `filled` places of its map are computed.

    `place_chosen` sends a place that the user pointed to, `channel_chosen` an input channel, `number_clicked` any other
    cell as a `Spot`, with its place on the screen. `arranged` is sent when widgets that stand on this one have to move.
    """

    place_chosen = Signal(int)
    channel_chosen = Signal(int)
    number_clicked = Signal(object, QPoint)
    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: SlideModel | None = None
        self._direction: Direction = "forward"
        self._grey = False
        self._source = ""
        self._state = SlideState()
        self._picture: SlidePainter | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        appearance.changed.connect(self._rebuild)

    # ---- what is shown

    def set_model(self, model: SlideModel, direction: Direction, *, grey: bool, source: str) -> None:
        """Show one unit of a layer. `grey`: its input is a picture of the data set. `source` names the input."""
        self._model, self._direction, self._grey, self._source = model, direction, grey, source
        self._state.place = min(self._state.place, model.geometry.places - 1)
        self._state.hover = None
        if direction == "backward" and model.geometry.kind == "conv":
            kernel = model.geometry.kernel
            row, column = self._state.weight
            self._state.weight = (min(row, kernel[0] - 1), min(column, kernel[1] - 1))
        self._rebuild()

    def set_place(self, place: int, filled: int) -> None:
        """Move the window; `filled` places are computed."""
        picture, state = self._picture, self._state
        if picture is None:
            state.place, state.filled = place, filled
            return
        region = picture.region(state)
        before, state.place, state.filled = state.filled, place, filled
        region += picture.region(state)
        if abs(filled - before) > 1:
            region += picture.layout.output.adjusted(-4, -4, 4, 4).toAlignedRect()
        elif filled != before:
            region += picture.cursor(min(filled, before)).toAlignedRect()
        self.update(region)

    def set_weight(self, row: int, column: int) -> None:
        """Backward: the weight of the filter whose gradient is written out."""
        self._state.weight = (row, column)
        self.update()

    @property
    def state(self) -> SlideState:
        return self._state

    @property
    def arrangement(self) -> SlideLayout | None:
        """Where everything lies; None before the first model."""
        return None if self._picture is None else self._picture.layout

    @property
    def picture(self) -> SlidePainter | None:
        """What is drawn; None before the first model."""
        return self._picture

    def result_text(self) -> str:
        """The line with the sum, as it is written."""
        return "" if self._picture is None else "".join(text for text, _ in result_parts(self._picture, self._state)[1])

    def sizeHint(self) -> QSize:
        return _SIZE

    def minimumSizeHint(self) -> QSize:
        return QSize(640, 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rebuild()

    def _rebuild(self) -> None:
        model = self._model
        if model is None or self.width() < 100 or self.height() < 60:
            return
        size = QRectF(self.rect()).size()
        layout = arrange(size, model.geometry, len(model.channels), backward=self._direction == "backward")
        numbers = SlideNumbers(model, self._direction, grey=self._grey)
        self._picture = SlidePainter(numbers, layout, size, self.devicePixelRatioF())
        self.arranged.emit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is not None:
            painter.setClipRegion(event.region())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._picture.paint(painter, self._state)
            paint_marks(painter, self._picture, self._state)
            paint_result(painter, self._picture, self._state)
            paint_captions(painter, self._picture, self._state, self._source)
        painter.end()

    # ---- the pointer

    def spot_at(self, point: QPointF) -> Spot | None:
        """What lies under a point of the widget."""
        picture = self._picture
        if picture is None:
            return None
        layout, geometry = picture.layout, picture.geometry
        parts = [("input", layout.input, geometry.padded), ("output", layout.output, geometry.output)]
        parts += [("gradient", layout.gradient, geometry.picture), ("result", layout.result, (1, 1))]
        parts += [(key, box.rect, box.shape) for key, box in layout.boxes.items()]
        for part, rect, shape in parts:
            cell = cell_under(rect, shape, point)
            if cell is not None:
                return Spot(part, *cell)
        return None

    def spot_center(self, spot: Spot) -> QPointF:
        """The middle of a cell, in the widget's coordinates."""
        picture = self._picture
        assert picture is not None
        layout, geometry = picture.layout, picture.geometry
        rects = {
            "input": (layout.input, geometry.padded),
            "output": (layout.output, geometry.output),
            "gradient": (layout.gradient, geometry.picture),
            "result": (layout.result, (1, 1)),
            **{key: (box.rect, box.shape) for key, box in layout.boxes.items()},
        }
        rect, shape = rects[spot.part]
        return QPointF(
            rect.left() + (spot.column + 0.5) * rect.width() / shape[1],
            rect.top() + (spot.row + 0.5) * rect.height() / shape[0],
        )

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot != self._state.hover:
            self._state.hover = spot
            self.setCursor(Qt.CursorShape.PointingHandCursor if spot is not None else Qt.CursorShape.ArrowCursor)
            self.update()
            if spot is not None and event.buttons() & Qt.MouseButton.LeftButton:
                self._go_to(spot)

    def leaveEvent(self, event: QEvent) -> None:
        if self._state.hover is not None:
            self._state.hover = None
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = self.spot_at(event.position())
        if spot is None or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
        elif not self._go_to(spot):
            self.number_clicked.emit(spot, event.globalPosition().toPoint())

    def _go_to(self, spot: Spot) -> bool:
        """Move the window to a pixel of a picture, or show another channel; False for other spots."""
        picture = self._picture
        assert picture is not None
        geometry = picture.geometry
        if spot.part == "input":
            self.place_chosen.emit(geometry.nearest(spot.row, spot.column))
        elif spot.part == "output":
            self.place_chosen.emit(geometry.place(spot.row, spot.column))
        elif spot.part == "partial":
            box = picture.layout.boxes["partial"]
            channel = spot.row * box.shape[1] + spot.column
            if channel < len(picture.numbers.model.channels):
                self.channel_chosen.emit(picture.numbers.model.channels.start + channel)
        else:
            return False
        return True
