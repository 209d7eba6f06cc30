"""A window sliding over a picture, with the arithmetic of its place. One widget; only the window moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from playground.ui.microscopes.cells import cell_under, frame_pen
from playground.ui.microscopes.glide import Glide
from playground.ui.microscopes.slide_canvas import paint_slide
from playground.ui.microscopes.slide_curve import range_of
from playground.ui.microscopes.slide_layout import arrange
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_numbers import Direction, SlideNumbers
from playground.ui.microscopes.slide_paint import letters_of, shows_numbers
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState, cell_of
from playground.ui.microscopes.slide_parts import SlideLayout
from playground.ui.microscopes.slide_result import result_parts, result_rects
from playground.ui.microscopes.slide_stack_layout import can_stack, stack_is_readable
from playground.ui.microscopes.spot import Spot
from playground.ui.microscopes.spot_view import SpotView

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place

_FORMATS = {"input": "patch"}
"""Which grid is written like another one."""


class SlideView(SpotView):
    """Shows a `SlideModel` at one place of its window; the first `filled` places of its map are computed.

    `place_chosen` sends a place that the user pointed to, `plane_chosen` the number of a plane, `number_clicked` a cell
    as a `Spot`, with its place on the screen: where no digits are written only if the window stands there already.
    After `set_painting` the pointer paints: `stroke` sends the cells of the input that it passed.
    """

    place_chosen = Signal(int)
    plane_chosen = Signal(int)
    number_clicked = Signal(object, QPoint)
    stroke = Signal(object)
    stroke_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: SlideModel | None = None
        self._direction: Direction = "forward"
        self._grey = False
        self._source, self._source_id = "", ""
        self._stacked: bool | None = None
        self._state = SlideState()
        self._picture: SlidePainter | None = None
        self._numbers: SlideNumbers | None = None
        self._painting = False
        self._asked: Spot | None = None
        self._heights = (0.0, 1.0)
        self._last_cell: tuple[float, float] | None = None
        self._glide = Glide(self)
        self._glide.changed.connect(self._on_glide)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("The window and its arithmetic")

    # ---- what is shown

    def set_model(
        self,
        model: SlideModel,
        direction: Direction,
        *,
        grey: bool,
        source: str,
        source_id: str = "",
        stacked: bool | None = None,
    ) -> None:
        """Show one unit of a layer. `grey`: its input is a picture of the data set. `source` names the input.

        `stacked`: all planes at once, where they are few; None: where their numbers can be read.
        """
        self._glide.stop()
        self._state.glide = self._glide.offset
        self._model, self._direction, self._grey, self._stacked = model, direction, grey, stacked
        self._source, self._source_id = source, source_id
        self._state.place = min(self._state.place, model.geometry.places - 1)
        self._state.hover = None
        kernel = model.geometry.kernel
        row, column = self._state.weight
        self._state.weight = (min(row, kernel[0] - 1), min(column, kernel[1] - 1))
        self._renew()

    def show_input(self, model: SlideModel) -> None:
        """The same unit over an input that has just been painted on: only the pictures are drawn anew."""
        self._model = model
        self._renew()

    @property
    def is_stacked(self) -> bool:
        """Whether all planes are shown."""
        return self._picture is not None and self._picture.layout.is_stack

    def set_place(self, place: int, filled: int, done: int | None = None) -> None:
        """Move the window; `filled` places of the map are computed, `done` (default: as many) of all slices."""
        picture, state = self._picture, self._state
        done = filled if done is None else done
        if picture is None:
            state.place, state.filled, state.done = place, filled, done
            return
        region = picture.region(state)
        before, came_from = state.filled, state.place
        state.place, state.filled, state.done = place, filled, done
        self._glide_from(came_from)
        region += picture.region(state)
        if abs(filled - before) > 1:
            region += picture.layout.output.adjusted(-4, -4, 4, 4).toAlignedRect()
            if picture.geometry.kind == "max":  # with the dots where the switches are
                region += picture.layout.input.toAlignedRect()
        elif filled != before:
            region += picture.cursor(min(filled, before)).toAlignedRect()
        self.update(region)

    def set_weight(self, row: int, column: int) -> None:
        """Backward: the weight of the filter whose gradient is written out."""
        self._state.weight = (row, column)
        self.update()

    def light(self, places: Mapping[Place, str]) -> None:
        """Frame the cells of these numbers in these roles; none of them ends it."""
        if places or self._state.lit:
            self._state.lit = dict(places)
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
        if self._picture is None:
            return ""
        return "".join(text for text, *_ in result_parts(self._picture, self._state)[1])

    def _renew(self) -> None:
        """Other numbers, or other colours."""
        self._numbers = None
        self._rebuild()

    def _rebuild(self) -> None:
        model = self._model
        if model is None or not self.has_room:
            return
        size = QRectF(self.rect()).size()
        backward = self._direction == "backward"
        stacked = False
        if can_stack(model) and self._stacked is not False:
            stacked = self._stacked is True or stack_is_readable(size, model, backward=backward)
        layout = arrange(size, model, backward=backward, stacked=stacked)
        if self._numbers is None:
            self._numbers = SlideNumbers(model, self._direction, grey=self._grey)
        self._picture = SlidePainter(self._numbers, layout, size, self.devicePixelRatioF(), self._source_id)
        self.arranged.emit()
        self.update()

    def paint_contents(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is not None:
            paint_slide(painter, self._picture, self._state, self._source, event.region())
            if self.hasFocus():  # Enter asks where the result comes from
                painter.setPen(frame_pen("focus", 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(self._picture.layout.result.adjusted(-2, 0, -2, 0), 4, 4)
        painter.end()

    # ---- the frame glides to the next place

    def _glide_from(self, place: int) -> None:
        """Let the frame glide if the window made one step along its row."""
        assert self._model is not None
        geometry = self._model.geometry
        places = geometry.places - 1
        (row, column), (was_row, was_column) = (geometry.corner(min(at, places)) for at in (self._state.place, place))
        is_step = row == was_row and abs(column - was_column) <= geometry.stride[1] and self.isVisible()
        self._glide.begin(0.0, float(was_column - column) if is_step else 0.0)
        self._state.glide = self._glide.offset

    def _on_glide(self) -> None:
        picture = self._picture
        if picture is None:
            return
        region = QRegion()
        for glide in (self._state.glide, self._glide.offset):
            self._state.glide = glide
            for window in picture.windows(self._state.place, glide):
                region += window.adjusted(-4, -4, 4, 4).toAlignedRect()
        self.update(region)

    # ---- the pointer

    def spot_at(self, point: QPointF) -> Spot | None:
        picture = self._picture
        if picture is None:
            return None
        for box in picture.layout.grids:
            cell = cell_under(box.rect, box.shape, point)
            if cell is not None:
                return Spot(box.part, *cell, box.plane)
        if picture.layout.result.contains(point):
            pieces = result_rects(picture, self._state)[0]
            parts = [part for rect, (_, _, part) in pieces if part and rect.contains(point)]
            return Spot(parts[0] if parts else "result")
        return None

    def spot_center(self, spot: Spot) -> QPointF:
        picture = self._picture
        assert picture is not None
        if spot.part in ("result", "sum", "bias"):
            pieces = result_rects(picture, self._state)[0]
            found = [rect for rect, (_, _, part) in pieces if part == spot.part]
            return (found or [picture.layout.result])[0].center()
        return picture.spot_rect(spot).center()

    def number_at(self, spot: Spot) -> float | None:
        picture, state = self._picture, self._state
        if picture is None:
            return None
        model = picture.model
        match spot.part:
            case "input":
                plane = model.chosen if spot.plane is None else spot.plane
                return model.plane_at(plane)[spot.row, spot.column]
            case "output":
                is_there = picture.geometry.place(spot.row, spot.column) < state.filled
                is_there = is_there or self._direction == "backward"
                return picture.numbers.shown[spot.row, spot.column] if is_there else None
            case "gradient":
                gradient = model.input_gradient
                return None if gradient is None else gradient[spot.row, spot.column]
            case "bias":
                return model.bias
            case "sum":
                return float(model.partial_sums(state.place).sum())
            case "result":
                return None if self._direction == "backward" else model.value(state.place)
            case _:
                box = picture.find(spot.part, spot.plane)
                if box is None:
                    return None
                return picture.numbers.cells(box, state.place, state.done)[0][spot.row, spot.column]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._draws_at(event.position()) and event.button() == Qt.MouseButton.LeftButton:
            self._begin_stroke(event.position())
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._painting and event.buttons() & Qt.MouseButton.LeftButton and self._last_cell is not None:
            self._stroke_to(event.position())
        else:
            super().mouseMoveEvent(event)
            if self._draws_at(event.position()):
                self.setCursor(Qt.CursorShape.CrossCursor)

    def _cursor(self, spot: Spot | None) -> Qt.CursorShape:
        paints = self._paints(spot)
        return Qt.CursorShape.CrossCursor if paints else super()._cursor(spot)

    def _drag(self, spot: Spot) -> None:
        self._asked = None
        self._go_to(spot)

    def _press(self, spot: Spot, event: QMouseEvent) -> None:
        if self._paints(spot):
            self._begin_stroke(event.position())
        elif not self._go_to(spot):
            self.number_clicked.emit(spot, event.globalPosition().toPoint())
        elif self._is_written(spot):  # it is asked when the button goes up, unless the pointer is dragged on
            self._asked = spot

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._picture is not None:
            middle = self._picture.layout.result.center().toPoint()
            self.number_clicked.emit(Spot("result"), self.mapToGlobal(middle))
        else:
            super().keyPressEvent(event)

    def _is_written(self, spot: Spot) -> bool:
        """Whether the number at a spot stands there in digits."""
        picture = self._picture
        box = None if picture is None else picture.find(spot.part, spot.plane)
        if picture is None or box is None:
            return False
        return shows_numbers(cell_of(box), letters_of(picture.numbers.formats[_FORMATS.get(box.part, box.part)]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self._asked is not None:
            spot, self._asked = self._asked, None
            self.number_clicked.emit(spot, event.globalPosition().toPoint())
        if self._last_cell is not None:
            self._last_cell = None
            self.stroke_ended.emit()

    def _go_to(self, spot: Spot) -> bool:
        """Move the window to a pixel of a picture, or show another plane; False where that is so already."""
        picture = self._picture
        assert picture is not None
        geometry = picture.geometry
        place = {"input": geometry.nearest, "output": geometry.place}.get(spot.part)
        if place is not None:
            there = place(spot.row, spot.column)
            other = self._other_row(spot)
            if there == self._state.place and other is None:
                return False
            if other is not None:
                self.plane_chosen.emit(other)
            self.place_chosen.emit(there)
            return True
        plane = self._plane_under(spot)
        if plane is None or plane == picture.model.chosen:
            return False
        self.plane_chosen.emit(plane)
        return True

    def _other_row(self, spot: Spot) -> int | None:
        """The channel of a sequence that was clicked, if the grids show one channel and it is another."""
        picture = self._picture
        assert picture is not None
        one_in_grids = picture.geometry.dimensions == 1 and "patch" in picture.layout.boxes
        return spot.plane if one_in_grids and spot.plane not in (None, picture.model.chosen) else None

    def _plane_under(self, spot: Spot) -> int | None:
        """The plane whose sum lies there."""
        picture = self._picture
        assert picture is not None
        if spot.part == "largest":
            return picture.numbers.largest_planes(self._state.place)[spot.column]
        if spot.part != "partial" or spot.plane is not None:
            return None
        plane = spot.row * picture.layout.boxes["partial"].shape[1] + spot.column
        return plane if plane < picture.model.plane_count else None

    # ---- painting

    def set_painting(self, on: bool) -> None:
        """Whether the pointer paints on the input instead of moving the window."""
        self._painting, self._last_cell = on, None

    def _paints(self, spot: Spot | None) -> bool:
        """Whether a stroke begins there: on a picture; sequences are drawn on their curve."""
        is_sequence = self._model is not None and self._model.geometry.dimensions == 1
        return self._painting and not is_sequence and spot is not None and spot.part == "input"

    def _draws_at(self, point: QPointF) -> bool:
        """Whether a point lies on the curve of a sequence that is drawn anew."""
        curve = None if self._picture is None else self._picture.layout.curves.get("input")
        return self._painting and curve is not None and curve.contains(point)

    def _begin_stroke(self, point: QPointF) -> None:
        picture = self._picture
        assert picture is not None
        self._last_cell = None
        if "input" in picture.layout.curves:  # the scale stays while the curve is drawn
            self._heights = range_of(picture.model, picture.layout.inputs)
        self._stroke_to(point)

    def _stroke_to(self, point: QPointF) -> None:
        """Send the cells between the last point of a stroke and this one, as fractions of a cell.

        On the curve of a sequence the number at the pointer stands in place of the row.
        """
        picture = self._picture
        assert picture is not None
        box = next((box for box in picture.layout.inputs if box.rect.contains(point)), picture.layout.inputs[0])
        row = (point.y() - box.rect.top()) / box.rect.height() * box.shape[0] - picture.geometry.padding[0]
        if (curve := picture.layout.curves.get("input")) is not None:
            (low, high), share = self._heights, (curve.bottom() - point.y()) / curve.height()
            row = low + (high - low) * min(1.0, max(0.0, share))
        column = (point.x() - box.rect.left()) / box.rect.width() * box.shape[1] - picture.geometry.padding[1]
        before = self._last_cell or (row, column)
        self._last_cell = (row, column)
        self.stroke.emit((before, (row, column)))
