"""What lies over the pictures of the window microscope: frames, the line with the result, captions."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from playground.ui.fonts import font
from playground.ui.microscopes.cells import cell_rect, format_for, frame_pen
from playground.ui.microscopes.slide_paint import shows_numbers
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState, Spot
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import fixed, short

FORMULA_WIDTH = 118.0
"""Room at the left of the result line for the typeset formula."""


def paint_marks(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """Gold frames: the window, its pixel of the map, the way from one to the other, and what the pointer touches."""
    theme, layout, geometry = appearance.theme, picture.layout, picture.geometry
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _paint_hover(painter, picture, state)
    painter.setPen(frame_pen(width=2.0))
    painter.drawRect(picture.window(state.place))
    if geometry.dilation != (1, 1):
        _paint_dilated(painter, picture, state)
    gradient_window = picture.gradient_window(state.place)
    if not gradient_window.isNull():
        painter.drawRect(gradient_window)
    cursor = picture.cursor(state.place)
    painter.drawRect(cursor.adjusted(-1, -1, 1, 1) if cursor.width() >= 5 else cursor.adjusted(-2, -2, 2, 2))
    if picture.numbers.direction == "forward":
        painter.setPen(QPen(translucent(theme.highlight, 0.75), 1.5))
        painter.drawPath(picture.connector(state.place))
    _paint_winner(painter, picture, state)
    if (box := layout.boxes.get("partial")) is not None:
        chosen = picture.numbers.model.channel - picture.numbers.model.channels.start
        painter.setPen(frame_pen(width=1.5))
        painter.drawRect(cell_rect(box.rect, box.shape, *divmod(chosen, box.shape[1])).adjusted(0, 0, -1, -1))
    if (box := layout.boxes.get("sofar")) is not None:
        painter.setPen(frame_pen(width=2.0))
        painter.drawRect(cell_rect(box.rect, box.shape, *state.weight).adjusted(0, 0, -1, -1))


def _paint_dilated(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """The pixels that a spread-out window really touches."""
    rows, columns = picture.geometry.rows(state.place), picture.geometry.columns(state.place)
    painter.setPen(frame_pen(width=1.0))
    for row in range(rows.start, rows.stop, rows.step):
        for column in range(columns.start, columns.stop, columns.step):
            painter.drawRect(cell_rect(picture.layout.input, picture.geometry.padded, row, column))


def _paint_winner(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """Max pooling: the pixel that was kept, on the picture and in the enlarged patch."""
    geometry = picture.geometry
    if geometry.kind != "max":
        return
    row, column = picture.numbers.model.winner(state.place)
    cell = cell_rect(picture.layout.input, geometry.padded, row, column)
    painter.setPen(frame_pen(width=1.5))
    painter.setBrush(translucent(appearance.theme.highlight, 0.35))
    painter.drawRect(cell)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    top, left = geometry.corner(state.place)
    for key in ("patch", "products"):
        box = picture.layout.boxes.get(key)
        if box is not None:
            inside = cell_rect(box.rect, box.shape, row - top, column - left)
            painter.setPen(frame_pen(width=2.5))
            painter.drawRoundedRect(inside.adjusted(0.5, 0.5, -1.5, -1.5), 3, 3)


def _paint_hover(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """An output cell lights its patch; an input cell lights the outputs that it feeds."""
    spot, layout, geometry = state.hover, picture.layout, picture.geometry
    if spot is None:
        return
    pen = QPen(translucent(appearance.theme.highlight, 0.8), 1.2, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    if spot.part == "output":
        painter.drawRect(picture.window(geometry.place(spot.row, spot.column)))
        painter.drawRect(cell_rect(layout.output, geometry.output, spot.row, spot.column))
    elif spot.part == "input":
        painter.drawRect(cell_rect(layout.input, geometry.padded, spot.row, spot.column))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(appearance.theme.highlight, 0.45))
        for row, column in geometry.feeds(spot.row, spot.column):
            painter.drawRect(cell_rect(layout.output, geometry.output, row, column))
        painter.setBrush(Qt.BrushStyle.NoBrush)


def result_parts(picture: SlidePainter, state: SlideState) -> tuple[str, list[tuple[str, str]]]:
    """The label above the result line, and the line itself as (text, role of its colour)."""
    numbers, geometry, model = picture.numbers, picture.geometry, picture.numbers.model
    if numbers.direction == "backward":
        return _backward_parts(picture, state)
    value = model.value(state.place)
    count = geometry.kernel[0] * geometry.kernel[1] * len(model.channels)
    outcome = [(" = ", "muted"), (fixed(value, 4), "highlight_text")]
    if geometry.kind == "max":
        return "the largest of them is kept", outcome
    total = float(model.partial_sums(state.place).sum())
    if geometry.kind == "fixed":
        return f"sum of the {count:,} products", outcome
    if geometry.kind != "conv":
        shares = geometry.counted(state.place)
        return f"the sum of {shares:,} equal shares: their mean" if shares > 1 else "the only number", outcome
    channels = f" on {len(model.channels)} channels" if len(model.channels) > 1 else ""
    if model.bias is None:
        return f"sum of the {count:,} products{channels}", outcome
    sign = "−" if model.bias < 0 else "+"
    label = f"sum of the {count:,} products{channels}, plus bias"
    return label, [
        (" = ", "muted"),
        (fixed(total, 4), "text"),
        (f" {sign} ", "muted"),
        (fixed(abs(model.bias), 4), "text"),
        *outcome,
    ]


def _backward_parts(picture: SlidePainter, state: SlideState) -> tuple[str, list[tuple[str, str]]]:
    numbers, geometry, model = picture.numbers, picture.geometry, picture.numbers.model
    arriving = float(numbers.shown[geometry.cell(state.place)])
    if geometry.kind != "conv":
        words = {"max": "only the winner is to blame", "fixed": "every pixel takes its weight’s part"}
        return words.get(geometry.kind, "every pixel takes an equal share"), [
            (" = ", "muted"),
            (short(arriving, 5), "highlight_text"),
        ]
    total = model.accumulated(state.filled)
    row, column = state.weight
    done = "all" if state.filled >= geometry.places else f"the first {state.filled:,} of"
    label = f"row {row}, column {column} of the filter: the blame from {done} {geometry.places:,} windows"
    return label, [(" = ", "muted"), (short(total[row, column], 6), "highlight_text")]


def paint_result(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """The line with the sum; the formula at its left is a widget of its own."""
    theme, layout = appearance.theme, picture.layout
    label, parts = result_parts(picture, state)
    painter.setFont(font("small"))
    painter.setPen(QColor(theme.muted))
    painter.drawText(layout.sum_label, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, label)
    mono = font("mono")
    room = layout.result.width() - FORMULA_WIDTH - 8
    letters = sum(len(text) for text, _ in parts)
    mono.setPixelSize(max(11, min(15, int(room / max(1, letters) / 0.6))))
    painter.setFont(mono)
    x = layout.result.left() + FORMULA_WIDTH
    for text, role in parts:
        width = painter.fontMetrics().horizontalAdvance(text)
        painter.setPen(QColor(getattr(theme, role)))
        place = QRectF(x, layout.result.top(), width + 2, layout.result.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        x += width


def paint_captions(painter: QPainter, picture: SlidePainter, state: SlideState, source: str) -> None:
    """Below the pictures: what they are, or the number under the pointer."""
    layout = picture.layout
    painter.setFont(font("small"))
    painter.setPen(QColor(appearance.theme.muted))
    lines = [(layout.input_caption, _input_caption(picture, state.hover, source))]
    lines.append((layout.output_caption, _output_caption(picture, state)))
    if not layout.gradient.isEmpty():
        lines.append((layout.gradient_caption, _gradient_caption(picture, state.hover)))
    metrics = painter.fontMetrics()
    narrow = layout.output.left() > layout.output_caption.left()
    lines = [(rect, f"{text}  {note}" if (note := _note(picture, rect)) else text) for rect, text in lines]
    for rect, text in lines:
        side = Qt.AlignmentFlag.AlignRight if narrow and rect == layout.output_caption else Qt.AlignmentFlag.AlignLeft
        flags = side | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect, flags, metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width())))


def _note(picture: SlidePainter, caption: QRectF) -> str:
    """The common power of ten of the numbers in the picture above a caption; empty where none are written."""
    layout, numbers = picture.layout, picture.numbers
    if caption == layout.output_caption and shows_numbers(layout.output.width() / picture.geometry.output[1]):
        return numbers.formats["output"].note
    cell = layout.input.width() / picture.geometry.padded[1]
    if caption == layout.input_caption and shows_numbers(cell):
        return numbers.formats["patch"].note
    gradient = numbers.model.input_gradient
    if caption == layout.gradient_caption and gradient is not None and shows_numbers(cell):
        return format_for(gradient).note
    return ""


def _input_caption(picture: SlidePainter, hover: Spot | None, source: str) -> str:
    geometry, model = picture.geometry, picture.numbers.model
    if hover is not None and hover.part == "input":
        row, column = hover.row - geometry.padding[0], hover.column - geometry.padding[1]
        if not (0 <= row < geometry.picture[0] and 0 <= column < geometry.picture[1]):
            counts = geometry.kind != "max" and geometry.is_counted(hover.row, hover.column)
            never = "padding: never wins" if geometry.kind == "max" else "beyond the edge: does not count"
            return "padding: counts as 0" if counts else never
        return f"row {row}, column {column} = {short(model.plane[hover.row, hover.column], 6)}"
    height, width = geometry.picture
    channel = f" · map {model.channel + 1} of {geometry.channels}" if geometry.channels > 1 else ""
    hint = "" if picture.numbers.direction == "backward" else " — click a pixel to move the window"
    return f"{source} {height} × {width}{channel}{hint}"


def _gradient_caption(picture: SlidePainter, hover: Spot | None) -> str:
    gradient = picture.numbers.model.input_gradient
    if hover is not None and hover.part == "gradient" and gradient is not None:
        return f"row {hover.row}, column {hover.column} = {short(gradient[hover.row, hover.column], 6)}"
    return "Blame handed back — click one to see why"


def _output_caption(picture: SlidePainter, state: SlideState) -> str:
    geometry, hover, shown = picture.geometry, state.hover, picture.numbers.shown
    if hover is not None and hover.part == "output":
        place = geometry.place(hover.row, hover.column)
        if place < state.filled or picture.numbers.direction == "backward":
            return f"row {hover.row}, column {hover.column} = {short(shown[hover.row, hover.column], 6)}"
        return f"row {hover.row}, column {hover.column}: not computed yet"
    height, width = geometry.output
    if picture.numbers.direction == "backward":
        return f"Blame that arrives here, {height} × {width}"
    name = "Mean" if geometry.kind == "global" else f"Feature map {height} × {width}"
    return f"{name} — {min(state.filled, geometry.places):,} of {geometry.places:,} computed"
