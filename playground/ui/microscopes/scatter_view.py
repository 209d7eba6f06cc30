"""Numbers that are stamped onto a growing picture, with the arithmetic of one stamp. One widget."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QPointF, QRectF, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.cells import cell_under
from playground.ui.microscopes.scatter_geometry import Pair
from playground.ui.microscopes.scatter_layout import Direction, ScatterLayout, arrange
from playground.ui.microscopes.scatter_lines import sums
from playground.ui.microscopes.scatter_marks import all_spots, paint_captions, paint_lines, paint_marks, rect_of
from playground.ui.microscopes.scatter_model import ScatterModel
from playground.ui.microscopes.scatter_numbers import ScatterNumbers, ScatterState
from playground.ui.microscopes.scatter_painter import ScatterPainter
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.spot_view import SpotView


class ScatterView(SpotView):
    """Shows a `ScatterModel`, one of its stamps and what is painted so far.

    `clicked` sends the `Spot` under the pointer and its place on the screen; `dragged` a spot over which the pointer
    was moved with the button down.
    """

    clicked = Signal(object, QPoint)
    dragged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: ScatterModel | None = None
        self._direction: Direction = "forward"
        self._grey = False
        self._source = ""
        self._state = ScatterState()
        self._picture: ScatterPainter | None = None

    # ---- what is shown

    def set_model(self, model: ScatterModel, direction: Direction, *, grey: bool, source: str) -> None:
        """Show one map of a layer. `grey`: its input is a picture of the data set. `source` names the input."""
        self._model, self._direction, self._grey, self._source = model, direction, grey, source
        geometry, state = model.geometry, self.state
        state.hover, state.lights = None, {}
        state.place = min(state.place, geometry.places - 1)
        state.cell = min(state.cell[0], geometry.output[0] - 1), min(state.cell[1], geometry.output[1] - 1)
        state.weight = min(state.weight[0], geometry.kernel[0] - 1), min(state.weight[1], geometry.kernel[1] - 1)
        self._rebuild()

    def set_place(self, place: int, filled: int, cell: Pair) -> None:
        """Lay the stamp of a place; so many stamps are done, and `cell` of the output is written out."""
        self.state.place, self.state.filled, self.state.cell = place, filled, cell
        self.update()

    def set_weight(self, row: int, column: int) -> None:
        """Backward: the weight whose gradient is written out."""
        self.state.weight = (row, column)
        self.update()

    def set_lights(self, lights: Mapping[Spot, str]) -> None:
        """Mark these spots in these roles of the theme."""
        self.state.lights = dict(lights)
        self.update()

    @property
    def state(self) -> ScatterState:
        return self._state

    @property
    def arrangement(self) -> ScatterLayout | None:
        """Where everything lies; None before the first model."""
        return None if self._picture is None else self._picture.layout

    @property
    def picture(self) -> ScatterPainter | None:
        """What is drawn; None before the first model."""
        return self._picture

    def sum_text(self, line: int = 0) -> str:
        """A line with a sum, as it is written."""
        if self._picture is None:
            return ""
        return "".join(text for text, _ in sums(self._picture.numbers, self.state)[line][1])

    def _rebuild(self) -> None:
        model = self._model
        if model is None or not self.has_room:
            return
        size = QRectF(self.rect()).size()
        layout = arrange(size, model.geometry, backward=self._direction == "backward")
        numbers = ScatterNumbers(model, self._direction, grey=self._grey)
        self._picture = ScatterPainter(numbers, layout, size, self.devicePixelRatioF())
        self.arranged.emit()
        self.update()

    def paint_contents(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is not None:
            painter.setClipRegion(event.region())
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._picture.paint(painter, self.state)
            paint_marks(painter, self._picture, self.state)
            paint_lines(painter, self._picture, self.state)
            paint_captions(painter, self._picture, self.state, self._source)
        painter.end()

    # ---- the pointer

    def spot_at(self, point: QPointF) -> Spot | None:
        if self._picture is None:
            return None
        for part, rect, shape in all_spots(self._picture):
            cell = cell_under(rect, shape, point)
            if cell is not None:
                return Spot(part, *cell)
        return None

    def spot_center(self, spot: Spot) -> QPointF:
        assert self._picture is not None
        rect = rect_of(self._picture, spot)
        assert rect is not None
        return rect.center()

    def number_at(self, spot: Spot) -> float | None:
        if self._picture is None or spot.part.startswith("result"):
            return None
        layout = self._picture.layout
        box = layout.pictures.get(spot.part) or layout.boxes[spot.part]
        return self._picture.numbers.value(spot, box.shape, self.state)

    def _press(self, spot: Spot, event: QMouseEvent) -> None:
        self.clicked.emit(spot, event.globalPosition().toPoint())

    def _drag(self, spot: Spot) -> None:
        self.dragged.emit(spot)
