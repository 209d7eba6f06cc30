"""What lies over the pictures of the window microscope: frames, what the pointer lights, and how the sums join."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from playground.ui.fonts import font
from playground.ui.microscopes.cells import cell_rect, frame_pen, paint_frozen, paint_lit
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState
from playground.ui.microscopes.slide_parts import Box
from playground.ui.microscopes.slide_result import result_parts, result_rects
from playground.ui.microscopes.spot import Spot
from playground.ui.theme import appearance, translucent

_NODE = 13.0
_MOST_LIT = 400
_LEAST_DOTTED, _NUMBERED = 4.0, 20.0


def paint_marks(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """Gold frames: the window, its pixel of the map, the way from one to the other, and what the pointer touches."""
    theme, layout, geometry = appearance.theme, picture.layout, picture.geometry
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_hover(painter, picture, state)
    _paint_bands(painter, picture, state)
    painter.setPen(frame_pen(width=2.0))
    for window in picture.windows(state.place, state.glide):
        painter.drawRect(window.intersected(picture.frames))
    if geometry.dilation != (1, 1):
        _paint_dilated(painter, picture, state)
    gradient_window = picture.gradient_window(state.place)
    if not gradient_window.isNull():
        painter.setPen(frame_pen(width=2.0))
        painter.drawRect(gradient_window)
    cursor = picture.cursor(state.place)
    painter.setPen(frame_pen(width=2.0))
    rim = 1 if cursor.width() >= 5 else 2
    painter.drawRect(cursor.adjusted(-rim, -rim, rim, rim).intersected(picture.frames))
    if layout.sigma is not None:
        _paint_fan(painter, picture, layout.sigma)
    else:
        _paint_funnel(painter, picture, state)
    if picture.numbers.direction == "forward":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(translucent(theme.highlight, 0.75), 1.5))
        painter.drawPath(picture.connector(state.place))
    _paint_switches(painter, picture, state)
    _paint_winner(painter, picture, state)
    _paint_chosen(painter, picture, state)
    paint_frozen(painter, frozen_cells(picture, state))
    paint_lit(painter, lit_frames(picture, state))


def _paint_chosen(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """The plane that is chosen among the sums, and the weight that is written out."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if picture.geometry.dimensions == 1 and picture.layout.is_stack and "patch" in picture.layout.boxes:
        box = picture.layout.pictures[f"input:{picture.model.chosen}"]
        painter.setPen(frame_pen("focus", 1.5))
        painter.drawRect(box.rect.adjusted(0.5, -0.5, -1, 0.5))
    if (box := picture.layout.boxes.get("partial")) is not None:
        painter.setPen(frame_pen(width=1.5))
        cell = cell_rect(box.rect, box.shape, *divmod(picture.model.chosen, box.shape[1]))
        painter.drawRect(cell.adjusted(0, 0, -1, -1))
    if (box := picture.find("sofar")) is not None:
        painter.setPen(frame_pen(width=2.0))
        painter.drawRect(cell_rect(box.rect, box.shape, *state.weight).adjusted(0, 0, -1, -1))


def _paint_fan(painter: QPainter, picture: SlidePainter, node: QPointF) -> None:
    """The planes' sums flow together in a node."""
    theme = appearance.theme
    painter.setPen(QPen(QColor(theme.border_strong), 1.5))
    for box in picture.layout.boxes.values():
        if box.part == "partial":
            start, end = QPointF(box.rect.center().x(), box.rect.bottom() + 1), node - QPointF(0, _NODE)
            bend = (end.y() - start.y()) * 0.7
            path = QPainterPath(start)
            path.cubicTo(start + QPointF(0, bend), end - QPointF(0, bend), end)
            painter.drawPath(path)
    _paint_sigma(painter, node)


def _paint_sigma(painter: QPainter, node: QPointF) -> None:
    """The node in which sums meet."""
    theme = appearance.theme
    painter.setPen(QPen(QColor(theme.border_strong), 1.5))
    painter.setBrush(QColor(theme.raised))
    painter.drawEllipse(node, _NODE, _NODE)
    painter.setPen(QColor(theme.text))
    painter.setFont(font("body"))
    room = QRectF(node.x() - _NODE, node.y() - _NODE, 2 * _NODE, 2 * _NODE)
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "Σ")
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _paint_funnel(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """Where one plane is shown large: the sums of all planes flow together, and into the sum that is written out."""
    box = picture.layout.boxes.get("partial")
    if box is None or box.plane is not None or "largest" in picture.layout.boxes:
        return
    rect, result = box.rect, picture.layout.result
    if picture.layout.sum_label.top() < rect.bottom():  # where it is low, the line stands beside the grids
        return
    pieces = [rect for rect, (_, _, part) in result_rects(picture, state)[0] if part in ("sum", "result")]
    label = QFontMetricsF(font("small")).horizontalAdvance(result_parts(picture, state)[0])
    x = max(rect.right() + 34, picture.layout.sum_label.left() + label + 20)
    node = QPointF(min(x, result.right() - _NODE), rect.bottom() - 4)
    painter.setPen(QPen(QColor(appearance.theme.border_strong), 1.3))
    planes = picture.model.plane_count
    for column in range(box.shape[1]):
        last = min(box.shape[0], -(-(planes - column) // box.shape[1])) - 1
        cell = cell_rect(rect, box.shape, last, column)
        path = QPainterPath(QPointF(cell.center().x(), cell.bottom() + 1))
        low = rect.bottom() + 11
        path.cubicTo(QPointF(cell.center().x(), low), QPointF(cell.center().x() + 6, low), QPointF(cell.right(), low))
        path.lineTo(node.x() - 26, low)
        path.quadTo(QPointF(node.x() - 16, low), node)
        painter.drawPath(path)
    if pieces:
        x, y = pieces[0].center().x(), result.top() + 2
        path = QPainterPath(node)
        path.quadTo(QPointF(node.x(), y), QPointF(node.x() - 14, y))
        path.lineTo(QPointF(x + 12, y))
        path.quadTo(QPointF(x, y), QPointF(x, y + 5))
        painter.drawPath(path)
    _paint_sigma(painter, node)


def _paint_bands(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """On the curves of sequences, where the window is and where its result."""
    ground = translucent(appearance.theme.highlight, 0.16)
    places = {"input": picture.window(state.place), "output": picture.cursor(state.place)}
    for key, rect in picture.layout.curves.items():
        place = places[key]
        painter.fillRect(QRectF(place.left(), rect.top(), max(1.0, place.width()), rect.height()), ground)


def _paint_dilated(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """The pixels that a spread-out window really touches."""
    rows, columns = picture.geometry.rows(state.place), picture.geometry.columns(state.place)
    painter.setPen(frame_pen(width=1.0))
    for box in picture.layout.inputs:
        for row in range(rows.start, rows.stop, rows.step):
            for column in range(columns.start, columns.stop, columns.step):
                painter.drawRect(cell_rect(box.rect, box.shape, row, column))


def _paint_switches(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """Max pooling: a dot on every number that was kept so far; these places are the switches of the way back."""
    geometry, box = picture.geometry, picture.layout.inputs[0]
    cell = cell_rect(box.rect, box.shape, 0, 0)
    if geometry.kind != "max" or geometry.whole or min(cell.width(), cell.height()) < _LEAST_DOTTED:
        return
    side = 0.28 * min(cell.width(), cell.height())
    top = cell.height() * (0.22 if cell.height() >= _NUMBERED else 0.5)  # above the number, if one is written there
    left = cell.width() * (0.86 if cell.height() >= _NUMBERED else 0.5)
    pen = QPen(translucent(appearance.theme.highlight, 0.85), min(5.0, side))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    corner = box.rect.topLeft() + QPointF(left, top)
    kept = picture.model.switches[: state.filled]
    painter.drawPoints([corner + QPointF(column * cell.width(), row * cell.height()) for row, column in kept.tolist()])


def _paint_winner(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """Max pooling: the number that was kept, on the picture and in the enlarged patch; backward it is the switch."""
    geometry = picture.geometry
    if geometry.kind != "max":
        return
    row, column = picture.model.winner(state.place)
    cells = [cell_rect(picture.layout.input, geometry.padded, row, column)]
    if not picture.layout.gradient.isEmpty():
        at = (row - geometry.padding[0], column - geometry.padding[1])
        cells.append(cell_rect(picture.layout.gradient, geometry.picture, *at))
    painter.setPen(frame_pen(width=1.5))
    painter.setBrush(translucent(appearance.theme.highlight, 0.35))
    for cell in cells:
        painter.drawRect(cell if cell.width() >= 3 else cell.adjusted(-1.5, -1.5, 1.5, 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for key in ("patch", "products"):
        box = picture.find(key)
        if box is not None:
            inside = cell_rect(box.rect, box.shape, *geometry.under_window(state.place, row, column))
            painter.setPen(frame_pen(width=2.5))
            painter.drawRoundedRect(inside.adjusted(0.5, 0.5, -1.5, -1.5), 3, 3)


# ---- the pointer


def _paint_hover(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """An output cell lights its patch, an input cell all outputs that it feeds, a weight all inputs that it meets."""
    spot, layout, geometry = state.hover, picture.layout, picture.geometry
    if spot is None:
        return
    pen = QPen(translucent(appearance.theme.highlight, 0.8), 1.2, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    match spot.part:
        case "output":
            place = geometry.place(spot.row, spot.column)
            painter.drawRect(cell_rect(layout.output, geometry.output, spot.row, spot.column))
            _fill(painter, picture.windows(place))
            _fill(painter, [picture.gradient_window(place)])
        case "input" | "gradient":
            row, column = spot.row, spot.column
            if spot.part == "gradient":
                row, column = row + geometry.padding[0], column + geometry.padding[1]
            for box in layout.inputs:
                painter.drawRect(cell_rect(box.rect, box.shape, row, column))
            if not layout.gradient.isEmpty() and spot.part == "gradient":
                painter.drawRect(cell_rect(layout.gradient, geometry.picture, spot.row, spot.column))
            cells = [cell_rect(layout.output, geometry.output, r, c) for r, c in geometry.feeds(row, column)]
            _fill(painter, cells[: _MOST_LIT * 10])
        case "patch" | "filter" | "products" | "sofar":
            _paint_hovered_cell(painter, picture, state, spot)
        case _:
            painter.drawRect(picture.spot_rect(spot))


def _paint_hovered_cell(painter: QPainter, picture: SlidePainter, state: SlideState, spot: Spot) -> None:
    """A cell of the arithmetic: its fellows in the other grids; of a weight also every number that it meets."""
    geometry = picture.geometry
    for part in ("patch", "filter", "products", "sofar"):
        box = picture.find(part, spot.plane)
        if box is not None and box.shape[0] > spot.row and box.shape[1] > spot.column:
            painter.drawRect(cell_rect(box.rect, box.shape, spot.row, spot.column).adjusted(0, 0, -1, -1))
    top, left = geometry.corner(state.place)
    row, column = top + spot.row * geometry.dilation[0], left + spot.column * geometry.dilation[1]
    for box in _pictures_of(picture, spot.plane):
        painter.drawRect(cell_rect(box.rect, box.shape, row, column))
        if spot.part in ("filter", "sofar"):
            rows, columns = geometry.met(spot.row, spot.column)
            lit = [
                cell_rect(box.rect, box.shape, r, c)
                for r in range(rows.start, rows.stop, rows.step)
                for c in range(columns.start, columns.stop, columns.step)
            ]
            if (rows.step, columns.step) == (1, 1):  # they lie side by side: one area
                lit = [lit[0].united(lit[-1])]
            _fill(painter, lit)


def _pictures_of(picture: SlidePainter, plane: int | None) -> list[Box]:
    """The pictures of a plane."""
    chosen = picture.model.chosen if plane is None else plane
    return [box for box in picture.layout.inputs if box.plane in (None, chosen)]


def _fill(painter: QPainter, cells: list[QRectF]) -> None:
    """Lay gold over these."""
    path = QPainterPath()
    for cell in cells:
        if not cell.isNull():
            path.addRect(cell)
    painter.fillPath(path, translucent(appearance.theme.highlight, 0.4 if len(cells) > 1 else 0.28))
    if len(cells) <= 2:  # an area on its own also gets an outline
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


# ---- what an explanation speaks of


def lit_frames(picture: SlidePainter, state: SlideState) -> list[tuple[QRectF, str]]:
    """The cells of the numbers that an open explanation speaks of, with their roles."""
    geometry, model = picture.geometry, picture.model
    top, left = geometry.corner(state.place)
    found: list[tuple[QRectF, str]] = []
    for place, role in list(state.lit.items())[:_MOST_LIT]:
        for spot in model.spots_of(place, picture.source):
            rects = [picture.spot_rect(spot)]
            if spot.part == "bias":
                rects = [rect for rect, (_, _, part) in result_rects(picture, state)[0] if part == "bias"]
            if spot.part == "input":  # it is shown enlarged too, where it lies under the window
                row, rest_row = divmod(spot.row - top, geometry.dilation[0])
                column, rest_column = divmod(spot.column - left, geometry.dilation[1])
                inside = 0 <= row < geometry.kernel[0] and 0 <= column < geometry.kernel[1]
                if inside and not rest_row and not rest_column:
                    rects.append(picture.spot_rect(Spot("patch", row, column, spot.plane)))
            found += [(rect.adjusted(0, 0, -1, -1), role) for rect in rects if not rect.isNull()]
    return found


def frozen_cells(picture: SlidePainter, state: SlideState) -> list[QRectF]:
    """The cells of the weights that are frozen one by one."""
    from playground.engine.arithmetic import Place

    frame = picture.model.frame
    if not frame.held:
        return []
    places = {Place(frame.node, "weight", index, name=name): "" for name, index in frame.held if name in frame.weights}
    return [rect for rect, _ in lit_frames(picture, replace(state, lit=places))]
