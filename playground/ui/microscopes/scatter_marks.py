"""What lies over the pictures of the scatter microscope: frames, what the pointer touches, lights, sums, captions."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from playground.ui.fonts import font
from playground.ui.microscopes.caption_text import fitted
from playground.ui.microscopes.cells import cell_rect, frame_pen, paint_frozen, paint_lit
from playground.ui.microscopes.scatter_lines import caption, sums
from playground.ui.microscopes.scatter_numbers import ScatterState, shown_terms
from playground.ui.microscopes.scatter_origin import spots_of
from playground.ui.microscopes.scatter_painter import ScatterPainter
from playground.ui.microscopes.slide_paint import shows_numbers
from playground.ui.microscopes.spot import Spot
from playground.ui.theme import appearance, translucent

FORMULA_WIDTH = 136.0
"""Room at the left of a line for its typeset formula."""
_CAPTION_GAP = 8


def paint_marks(painter: QPainter, picture: ScatterPainter, state: ScatterState) -> None:
    """Gold frames: the number, its stamp and the cell that is written out; then the pointer's and the lights."""
    theme, layout, geometry = appearance.theme, picture.layout, picture.geometry
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_hover(painter, picture, state)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(translucent(theme.highlight, 0.75), 1.5))
    painter.drawPath(picture.connector(state.place))
    painter.setPen(frame_pen(width=2.0))
    for key in ("input", "gradient"):
        if key in layout.pictures:
            painter.drawRect(_framed(picture.of_picture(key, *geometry.cell(state.place))))
    painter.drawRect(picture.stamp(state.place))
    if geometry.dilation != (1, 1):
        painter.setPen(frame_pen(width=1.0))
        for i in range(geometry.kernel[0]):
            for j in range(geometry.kernel[1]):
                painter.drawRect(picture.on_canvas(*geometry.landing(state.place, i, j)))
    if geometry.kind == "unpool":
        _paint_switch(painter, picture, state)
    elif picture.numbers.direction == "forward":
        painter.setPen(frame_pen("text", 2.0))
        painter.drawRect(_framed(picture.of_output(*state.cell)))
    _paint_parts(painter, picture, state)
    if (box := layout.boxes.get("sofar")) is not None:
        painter.setPen(frame_pen(width=2.0))
        painter.drawRect(cell_rect(box.rect, box.shape, *state.weight).adjusted(0, 0, -1, -1))
    lit = [(rect_of(picture, spot), role) for spot, role in state.lights.items()]
    paint_frozen(painter, frozen_cells(picture))
    paint_lit(painter, [(_framed(rect), role) for rect, role in lit if rect is not None])


def _paint_parts(painter: QPainter, picture: ScatterPainter, state: ScatterState) -> None:
    """What the maps add flows together, into the sum; that of the shown map is framed."""
    box = picture.layout.boxes.get("parts")
    if box is None:
        return
    line = picture.layout.lines[0]
    end = QPointF(line.left() - 6, line.top() + 35)
    painter.setPen(QPen(QColor(appearance.theme.border_strong), 1.3))
    for column in range(0 if picture.geometry.is_sequence else box.shape[1]):
        cell = cell_rect(box.rect, box.shape, 0, column)
        start = QPointF(cell.center().x(), cell.bottom() + 2)
        path = QPainterPath(start)
        path.cubicTo(start + QPointF(0, 26), QPointF(min(end.x() - 30, start.x() + 40), end.y()), end)
        painter.drawPath(path)
    painter.setPen(frame_pen(width=1.5))
    order = picture.numbers.model.order
    painter.drawRect(cell_rect(box.rect, box.shape, 0, order).adjusted(0, 0, -1, -1))


def _framed(cell: QRectF) -> QRectF:
    return cell.adjusted(0.5, 0.5, -1.5, -1.5) if cell.width() >= 8 else cell.adjusted(-2, -2, 2, 2)


def rect_of(picture: ScatterPainter, spot: Spot) -> QRectF | None:
    """Where a spot lies; None if it is not drawn now."""
    layout = picture.layout
    found = layout.pictures.get(spot.part) or layout.boxes.get(spot.part)
    if found is not None:
        inside = 0 <= spot.row < found.shape[0] and 0 <= spot.column < found.shape[1]
        return cell_rect(found.rect, found.shape, spot.row, spot.column) if inside else None
    place = {"result": 0, "result2": 1}.get(spot.part, 9)
    return layout.lines[place] if place < len(layout.lines) else None


def _paint_switch(painter: QPainter, picture: ScatterPainter, state: ScatterState) -> None:
    """Unpooling: where the window's largest number stood, in every picture and grid."""
    geometry, layout = picture.geometry, picture.layout
    i, j = picture.numbers.model.winner(state.place)
    row, column = geometry.landing(state.place, i, j)
    painter.setPen(frame_pen(width=2.5))
    painter.setBrush(translucent(appearance.theme.highlight, 0.15))
    painter.drawRect(_framed(picture.on_canvas(row, column)))
    switches = row - geometry.padding[0], column - geometry.padding[1]
    painter.drawRect(_framed(picture.of_picture("switches", *switches)))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for key in ("window", "stamp", "patch"):
        if (box := layout.boxes.get(key)) is not None:
            painter.drawRoundedRect(cell_rect(box.rect, box.shape, i, j).adjusted(0.5, 0.5, -1.5, -1.5), 3, 3)
    painter.setPen(frame_pen(width=1.5))
    top, left = geometry.corner(state.place)
    first = picture.of_picture("switches", top - geometry.padding[0], left - geometry.padding[1])
    size = first.width() * geometry.reach[1], first.height() * geometry.reach[0]
    window = QRectF(first.topLeft(), first.topLeft()).adjusted(0, 0, *size)
    painter.drawRect(window.intersected(layout.pictures["switches"].rect))


def _paint_hover(painter: QPainter, picture: ScatterPainter, state: ScatterState) -> None:
    """A cell lights the numbers and weights that feed it, a number its stamp, a weight every cell it falls on."""
    spot = state.hover
    rect = None if spot is None else rect_of(picture, spot)
    if spot is None or rect is None or spot.part.startswith("result"):
        return
    lit, outlined = _touched(picture, state, spot)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(translucent(appearance.theme.highlight, 0.38))
    for cell in lit:
        painter.drawRect(cell)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(translucent(appearance.theme.highlight, 0.85), 1.3, Qt.PenStyle.DashLine))
    painter.drawRect(rect)
    for cell in outlined:
        painter.drawRect(cell)


def _touched(picture: ScatterPainter, state: ScatterState, spot: Spot) -> tuple[list[QRectF], list[QRectF]]:
    """What lights up, and what is outlined."""
    geometry, layout = picture.geometry, picture.layout
    left = next(key for key in ("input", "gradient") if key in layout.pictures)
    if spot.part == "output":
        meetings = geometry.meetings(spot.row, spot.column)
        lit = [picture.of_picture(left, r, c) for r, c, _, _ in meetings]
        kernel = layout.boxes.get("kernel")
        if kernel is not None:
            lit += [cell_rect(kernel.rect, kernel.shape, i, j) for i, j in {(i, j) for _, _, i, j in meetings}]
        return lit, []
    if spot.part in ("input", "gradient"):
        return [], [picture.stamp(geometry.place(spot.row, spot.column))]
    if spot.part in ("kernel", "sofar"):
        rows, columns = geometry.landings(spot.row, spot.column)
        cells = [(r, c) for r in range(geometry.canvas[0])[rows] for c in range(geometry.canvas[1])[columns]]
        return [picture.on_canvas(*cell) for cell in cells], [layout.pictures[left].rect]  # it meets every number
    if spot.part in ("stamp", "patch", "handed", "added", "window"):
        return [picture.on_canvas(*geometry.landing(state.place, spot.row, spot.column))], []
    if spot.part.startswith("terms_"):
        return _touched_term(picture, state, spot.row, left), []
    return [], []


def _touched_term(picture: ScatterPainter, state: ScatterState, row: int, left: str) -> list[QRectF]:
    layout = picture.layout
    terms = shown_terms(picture.numbers.model.reached(state.cell, state.filled), layout.boxes["terms_x"].shape[0])
    if row >= len(terms):
        return []
    kernel, term = layout.boxes["kernel"], terms[row]
    return [
        picture.of_picture(left, term.row, term.column),
        cell_rect(kernel.rect, kernel.shape, term.i, term.j),
        picture.of_output(*state.cell),
    ]


def paint_lines(painter: QPainter, picture: ScatterPainter, state: ScatterState) -> None:
    """The sums; the formulas at their left are widgets of their own. And where each of the terms comes from."""
    theme, layout = appearance.theme, picture.layout
    left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    for rect, (label, parts) in zip(layout.lines, sums(picture.numbers, state), strict=True):
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        room = QRectF(rect.left(), rect.top(), rect.width(), 20)
        painter.drawText(room, left, _elided(painter, label, room.width()))
        mono = font("mono")
        wide = rect.width() - FORMULA_WIDTH - 8
        letters = sum(len(text) for text, _ in parts)
        mono.setPixelSize(max(11, min(15, int(wide / max(1, letters) / 0.6))))
        painter.setFont(mono)
        x = rect.left() + FORMULA_WIDTH
        for text, role in parts:
            width = painter.fontMetrics().horizontalAdvance(text)
            painter.setPen(QColor(getattr(theme, role)))
            painter.drawText(QRectF(x, rect.top() + 20, width + 2, 30), left, text)
            x += width
    _paint_terms(painter, picture, state)


def _paint_terms(painter: QPainter, picture: ScatterPainter, state: ScatterState) -> None:
    """Beside each term where its number stands and which weight it came by; below them what there is no room for."""
    box = picture.layout.boxes.get("terms_p")
    if box is None:
        return
    everything = picture.numbers.model.reached(state.cell, state.filled)
    terms = shown_terms(everything, box.shape[0])
    painter.setFont(font("small"))
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    line = picture.layout.lines[0]
    end = line.right() if line.right() > box.rect.right() else picture.layout.output.right()
    for row, term in enumerate(terms):
        cell = cell_rect(box.rect, box.shape, row, 0)
        text = f"({term.row}, {term.column}) × weight ({term.i}, {term.j})"
        if picture.geometry.is_sequence:
            text = f"({term.column}) × weight ({term.j})"
        text += "" if term.done else " — to come"
        if row == len(terms) - 1 and len(everything) > len(terms):
            text += f"  (and {len(everything) - len(terms)} smaller)"
        painter.setPen(QColor(appearance.theme.muted if term.done else appearance.theme.disabled))
        room = QRectF(cell.right() + 12, cell.top(), max(10.0, end - cell.right() - 12), cell.height())
        painter.drawText(room, flags, _elided(painter, text, room.width()))
    if not terms:
        painter.setPen(QColor(appearance.theme.muted))
        room = QRectF(picture.layout.boxes["terms_x"].rect.left(), box.rect.top(), 320, 22)
        painter.drawText(room, flags, "no stamp reaches this cell")


def paint_captions(painter: QPainter, picture: ScatterPainter, state: ScatterState, source: str) -> None:
    """Below the pictures: what they are, or the number under the pointer."""
    layout, numbers = picture.layout, picture.numbers
    painter.setFont(font("small"))
    painter.setPen(QColor(appearance.theme.muted))
    for key, rect in layout.captions.items():
        box = layout.pictures[key]
        note = numbers.formats[key].note if shows_numbers(box.rect.width() / box.shape[1]) else ""
        text = caption(numbers, key, state, source)
        side = Qt.AlignmentFlag.AlignLeft
        if key == "output" and not picture.geometry.is_sequence:
            side = Qt.AlignmentFlag.AlignRight if box.rect.width() < rect.width() else Qt.AlignmentFlag.AlignLeft
        room = rect.width() - (0 if key == "output" else _CAPTION_GAP)
        painter.drawText(rect, side | Qt.AlignmentFlag.AlignVCenter, fitted(painter.fontMetrics(), text, note, room))


def _elided(painter: QPainter, text: str, width: float) -> str:
    return painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(width))


def all_spots(picture: ScatterPainter) -> Iterable[tuple[str, QRectF, tuple[int, int]]]:
    """Every picture, grid and line: its key, its place and its cells."""
    for key, box in (*picture.layout.pictures.items(), *picture.layout.boxes.items()):
        yield key, box.rect, box.shape
    for key, rect in zip(("result", "result2"), picture.layout.lines, strict=False):
        yield key, rect, (1, 1)


def frozen_cells(picture: ScatterPainter) -> list[QRectF]:
    """The cells of the kernel's weights that are frozen one by one."""
    from playground.engine.arithmetic import Place

    model = picture.numbers.model
    places = (Place(model.frame.node, "weight", index, name=name) for name, index in model.frame.held)
    spots = (spot for place in places for spot in spots_of(model, place, (), backward=False))
    return [rect for spot in spots if (rect := rect_of(picture, spot)) is not None]
