"""The line below the grids of the window microscope: the sum, written out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from playground.ui.fonts import font
from playground.ui.microscopes.slide_painter import SlidePainter, SlideState
from playground.ui.microscopes.slide_pooling import slopes, steepest
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import fixed, short

FORMULA_WIDTH = 118.0
"""Room at the left of the result line for the typeset formula."""

Piece = tuple[str, str, str]
"""Text, role of its colour, and which number it is: "sum", "bias", "arriving", "result", or nothing."""


def result_parts(picture: SlidePainter, state: SlideState) -> tuple[str, list[Piece]]:
    """The label above the result line, and the line itself in pieces."""
    numbers, geometry, model = picture.numbers, picture.geometry, picture.model
    if numbers.direction == "backward":
        return _backward_parts(picture, state)
    value = model.value(state.place)
    digits = _digits(picture)
    count = geometry.kernel[0] * geometry.kernel[1] * model.plane_count
    outcome: list[Piece] = [(" = ", "muted", ""), (fixed(value, digits), "highlight_text", "result")]
    total = float(model.partial_sums(state.place).sum())
    planes = f" on {model.plane_count} {model.plane_noun}s" if model.plane_count > 1 else ""
    match geometry.kind:
        case "max":
            where = "" if geometry.whole else ", its place too: the switch (dots)"
            return f"the largest of them is kept{where}", outcome
        case "fixed":
            return f"sum of the {count:,} products", outcome
        case "sum":
            return f"sum of the {count:,} numbers", outcome
        case "norm":
            power = f"{model.power:g}"
            return f"the sum of all |x| to the power {power}, and of that the root", [
                (" = ", "muted", ""),
                (fixed(total, digits), "text", "sum"),
                (f" ^ (1/{power})", "muted", ""),
                *outcome,
            ]
        case "average" | "global":
            shares = geometry.counted(state.place)
            return f"the sum of {shares:,} equal shares: their mean" if shares > 1 else "the only number", outcome
        case _:
            if model.bias is None:
                return f"sum of the {count:,} products{planes}", outcome
            sign = "−" if model.bias < 0 else "+"
            return f"sum of the {count:,} products{planes}, plus bias", [
                (" = ", "muted", ""),
                (fixed(total, digits), "text", "sum"),
                (f" {sign} ", "muted", ""),
                (fixed(abs(model.bias), digits), "text", "bias"),
                *outcome,
            ]


def _digits(picture: SlidePainter) -> int:
    """Decimals of the line: none where everything is whole, else two more than in the cells."""
    formats = picture.numbers.formats
    bias = picture.model.bias
    whole = formats["output"].decimals == 0 and "products" in formats and formats["products"].decimals == 0
    return 0 if whole and (bias is None or float(bias).is_integer()) else 4


def _backward_parts(picture: SlidePainter, state: SlideState) -> tuple[str, list[Piece]]:
    geometry, model = picture.geometry, picture.model
    if geometry.kind != "conv":
        return _handed_parts(picture, state)
    row, column = state.weight
    total = float(model.accumulated(state.done)[row, column])
    places = geometry.places * geometry.slices
    done = min(state.done, places)
    many = f"all {places:,} windows" if done == places else f"the first {done:,} of {places:,} windows"
    cell = f"{column}" if geometry.dimensions == 1 else f"{row}, {column}"
    plane = f" of {model.plane_name(model.chosen)}" if model.plane_count > 1 else ""
    label = f"weight ({cell}){plane}: blame from {many}"
    return label, [(" = ", "muted", ""), (short(total, 6), "highlight_text", "result")]


def _handed_parts(picture: SlidePainter, state: SlideState) -> tuple[str, list[Piece]]:
    """Pooling: what the window hands to one pixel under it, the local slope times the blame that arrives."""
    geometry, model = picture.geometry, picture.model
    words = {
        "max": "only the winner is to blame",
        "sum": "every number takes the whole blame",
        "norm": "the number that dominates the window takes the most",
    }
    label = words.get(geometry.kind, "the blame is divided evenly")
    if any(step < reach for step, reach in zip(geometry.stride, geometry.reach, strict=True)) and not geometry.whole:
        label += "; where windows overlap, the parts add up"
    arriving = float(picture.numbers.shown[geometry.cell(state.place)])
    blame: Piece = (short(arriving, 6), "text", "arriving")
    slope = float(slopes(model, state.place)[steepest(model, state.place)])
    handed: Piece = (short(slope * arriving, 6), "highlight_text", "result")
    equals: Piece = (" = ", "muted", "")
    if geometry.kind in ("max", "sum"):
        return label, [equals, handed]
    written = short(slope, 4) if geometry.kind == "norm" else f"1/{geometry.counted(state.place)}"
    return label, [equals, (f"{written} · ", "muted", ""), blame, equals, handed]


def result_rects(picture: SlidePainter, state: SlideState) -> tuple[list[tuple[QRectF, Piece]], int]:
    """Where each piece of the result line stands, and the size of its letters."""
    layout = picture.layout
    _, parts = result_parts(picture, state)
    mono = font("mono")
    room = layout.result.width() - FORMULA_WIDTH - 8
    letters = sum(len(text) for text, *_ in parts)
    size = max(11, min(15, int(room / max(1, letters) / 0.6)))
    mono.setPixelSize(size)
    metrics = QFontMetricsF(mono)
    x = layout.result.left() + FORMULA_WIDTH
    found: list[tuple[QRectF, Piece]] = []
    for piece in parts:
        width = metrics.horizontalAdvance(piece[0])
        found.append((QRectF(x, layout.result.top(), width + 2, layout.result.height()), piece))
        x += width
    return found, size


def paint_result(painter: QPainter, picture: SlidePainter, state: SlideState) -> None:
    """The line with the sum; the formula at its left is a widget of its own."""
    theme, layout = appearance.theme, picture.layout
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    label, _ = result_parts(picture, state)
    if not layout.sum_label.isNull():
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        text = painter.fontMetrics().elidedText(label, Qt.TextElideMode.ElideRight, int(layout.sum_label.width()))
        painter.drawText(layout.sum_label, flags, text)
    pieces, size = result_rects(picture, state)
    mono = font("mono")
    mono.setPixelSize(size)
    painter.setFont(mono)
    for rect, (text, role, _) in pieces:
        painter.setPen(QColor(getattr(theme, role)))
        painter.drawText(rect, flags, text)
