"""Where everything of the window microscope lies for a given size: pictures left and right, the arithmetic between."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSizeF

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_parts import BIAS_LABEL, CAPTION, GUTTER, LABEL, OPERATOR, PLANES, Box, SlideLayout
from playground.ui.microscopes.slide_signal_layout import arrange_signal
from playground.ui.microscopes.slide_stack_layout import arrange_stack
from playground.ui.microscopes.window_geometry import WindowGeometry

_LEAST_MIDDLE = 394.0
_LARGEST_CELL = 43.0
_SINGLE = 56.0
_LEAST_CARD = 58.0
_WORDS, _READABLE = 92.0, 25.0
_MOST_WINDOW = 12
"""Windows up to this side are drawn enlarged between the pictures; larger ones only on the picture."""
_SIGMA = 44.0
"""Room at the right of the planes' sums for the node in which they meet."""
_MOST_IN_CELLS = 32
"""So many planes have their sums written in cells; of more, the largest are listed."""
_LISTED = 6


def arrange(size: QSizeF, model: SlideModel, *, backward: bool, stacked: bool = False) -> SlideLayout:
    """Fit the parts into `size`; `stacked` shows all planes that the unit looks at, not only the chosen one."""
    if model.geometry.dimensions == 1:
        return arrange_signal(size, model, backward=backward)
    if stacked:
        return arrange_stack(size, model, backward=backward)
    return _arrange_pictures(size, model, backward)


def _arrange_pictures(size: QSizeF, model: SlideModel, backward: bool) -> SlideLayout:
    geometry = model.geometry
    planes = PLANES if model.plane_count > 1 else 0.0
    left, middle_width, right = _columns(size, geometry, backward)
    height = size.height() - CAPTION
    rows, columns = geometry.padded
    between = 16.0
    cell = _cell((left - between) / 2 if backward else left, height - planes, rows, columns)
    picture = QRectF(0, 0, cell * columns, cell * rows)
    used = picture.right()
    pictures = {"input": Box("", picture, geometry.padded, part="input")}
    if backward:  # beside the input, without its padding
        corner = (picture.right() + between + cell * geometry.padding[1], cell * geometry.padding[0])
        gradient = QRectF(*corner, cell * geometry.picture[1], cell * geometry.picture[0])
        pictures["gradient"] = Box("", gradient, geometry.picture, part="gradient")
        used += between + picture.width()
    out_rows, out_columns = geometry.output
    out_cell = min(_cell(right, height, out_rows, out_columns), 64.0 if geometry.whole else 1e9)
    output = QRectF(0, 0, out_cell * out_columns, out_cell * out_rows)
    spare = size.width() - used - middle_width - output.width() - 2 * GUTTER
    middle = QRectF(used + GUTTER + spare * 0.3, 0, middle_width + spare * 0.4, size.height())
    output.moveLeft(size.width() - output.width() - 3)
    pictures["output"] = Box("", output, geometry.output, part="output")
    below = picture.bottom() + CAPTION + planes + 8
    beside = backward and size.height() - below >= _LEAST_CARD
    boxes, bottom = _boxes(middle, model, backward, 0.78 if backward else 0.6)
    sum_label = QRectF(middle.left(), bottom, middle.width(), LABEL)
    result = QRectF(middle.left(), sum_label.bottom(), middle.width(), 32.0)
    free = middle.left() - 10
    card = QRectF(middle.left(), result.bottom() + 12, middle.width(), max(0.0, size.height() - result.bottom() - 12))
    if beside:  # the words stand below the pictures, where there is more room
        card = QRectF(0, below, used, size.height() - below)
    gradient_caption = QRectF()
    if backward:
        gradient_caption = QRectF(pictures["gradient"].rect.left(), picture.bottom() + 4, picture.width() + 8, LABEL)
    return SlideLayout(
        pictures,
        boxes,
        input_caption=QRectF(0, picture.bottom() + 4, min(picture.width() + (8 if backward else 60), free), LABEL),
        output_caption=QRectF(
            min(output.left(), size.width() - 210), output.bottom() + 4, max(output.width(), 210.0), LABEL
        ),
        gradient_caption=gradient_caption,
        planes=QRectF(0, picture.bottom() + CAPTION + 2, min(max(picture.width(), 200.0), free), planes and planes - 8),
        sum_label=sum_label,
        result=result,
        card=card,
    )


def _columns(size: QSizeF, geometry: WindowGeometry, backward: bool) -> tuple[float, float, float]:
    """The widths of the left, the middle and the right part."""
    room = size.width() - 2 * GUTTER
    if backward:
        middle = min(440.0, max(_LEAST_MIDDLE, room * 0.34))
        right = min(room * 0.22, size.height())
        return room - middle - right, middle, 90.0 if geometry.whole else right
    middle = min(500.0, max(_LEAST_MIDDLE, room * 0.38))
    if geometry.whole:
        return min(room - middle - 90, size.height()), middle, 90.0
    left = (room - middle) * 0.53
    return left, middle, room - middle - left


def _cell(width: float, height: float, rows: int, columns: int) -> float:
    """Whole pixels where that fills well, so that the lines between cells are even."""
    exact = max(0.05, min(width / columns, height / rows, 64.0))
    whole = math.floor(exact)
    return float(whole) if whole >= 0.85 * exact else exact


def _boxes(middle: QRectF, model: SlideModel, backward: bool, part: float) -> tuple[dict[str, Box], float]:
    """The grids between the pictures, in that part of the height, and where they end."""
    geometry, kernel = model.geometry, model.geometry.kernel
    boxes: dict[str, Box] = {}
    if max(kernel) > _MOST_WINDOW:
        return boxes, 0.0
    two_rows = backward and geometry.kind == "conv"
    below = 66.0  # the line with the result
    if model.plane_count > 1 and not backward:
        below += 58.0 if model.plane_count <= _MOST_IN_CELLS else 104.0
    height = min(middle.height() * part, middle.height() - below) - LABEL
    names = _names(model, backward)
    per_row = max(len(row) for row in names)
    singles = max(sum(shape == (1, 1) != kernel for *_, shape in row) for row in names)
    room = middle.width() - (per_row - 1) * OPERATOR - singles * _SINGLE
    largest = 60.0 if per_row - singles == 1 else _LARGEST_CELL
    share = height / (2 if two_rows else 1) - (LABEL if two_rows else 0)
    widest = min(largest, room / ((per_row - singles) * kernel[1]))
    cell = max(2.0, math.floor(min(widest, share / kernel[0])))
    if not backward:  # smaller, if the words have room then and the numbers can still be read
        beside_words = math.floor(min(widest, (middle.height() - below - 2 * LABEL - _WORDS) / kernel[0]))
        cell = min(cell, float(beside_words)) if beside_words >= _READABLE else cell
    top = 0.0
    for row in names:
        left = middle.left()
        for key, label, operator, shape in row:
            side = _SINGLE if shape == (1, 1) != kernel else cell
            rect = QRectF(left, top + LABEL, side * shape[1], side * shape[0])
            if shape == (1, 1) and kernel[0] > 1:
                rect.moveTop(top + LABEL + (cell * kernel[0] - side) / 2)
            boxes[key] = Box(label, rect, shape, operator, key)
            left = rect.right() + OPERATOR
        top += LABEL + cell * kernel[0] + 14
    if model.plane_count > 1 and not backward:
        top = _add_partial_sums(boxes, middle, model, top)
    return boxes, top + 4


_Named = tuple[str, str, str, tuple[int, int]]


def _names(model: SlideModel, backward: bool) -> list[list[_Named]]:
    """Key, label, sign before it, and shape of each grid, row by row."""
    geometry, kernel = model.geometry, model.geometry.kernel
    patch: _Named = ("patch", "blame" if model.is_way_back else "patch", "", kernel)
    if backward and geometry.kind == "conv":
        bias: list[_Named] = [] if model.bias is None else [("bias_sofar", BIAS_LABEL, "", (1, 1))]
        return [
            [patch, ("arriving", "blame", "×", (1, 1)), ("products", "adds", "=", kernel)],
            [("sofar", model.gradient_name, "", kernel), *bias, ("filter", "filter", "", kernel)],
        ]
    if backward:
        return [[("arriving", "blame", "", (1, 1)), ("products", "handed back", "→", kernel)]]
    if geometry.kind == "max":
        return [[patch, ("kept", "the largest", "→", (1, 1))]]
    if geometry.kind == "sum":
        return [[patch, ("kept", "their sum", "→", (1, 1))]]
    if geometry.kind == "norm":
        return [[patch, ("products", "powers", "→", kernel), ("kept", "root of the sum", "→", (1, 1))]]
    if geometry.kind in ("conv", "fixed"):
        return [[patch, ("filter", model.filter_name, "×", kernel), ("products", "products", "=", kernel)]]
    return [[patch, ("filter", "equal shares", "×", kernel), ("products", "products", "=", kernel)]]


def _add_partial_sums(boxes: dict[str, Box], middle: QRectF, model: SlideModel, top: float) -> float:
    """One cell for each plane, in as few rows as keeps the numbers readable; of very many the largest in numbers."""
    planes = model.plane_count
    width = middle.width() - (_SIGMA if planes <= _MOST_IN_CELLS else 0.0)
    columns = planes if planes <= 8 else min(planes, max(8, int(width // 34)))
    if planes > _MOST_IN_CELLS:
        columns = min(planes, int(middle.width() // 8))
    rows = -(-planes // columns)
    columns = -(-planes // rows)
    side = min(44.0, math.floor(width / columns))
    most = 72.0 if planes <= _MOST_IN_CELLS else 40.0
    height = min(side, 24.0) if rows * min(side, 24.0) <= most else most / rows
    rect = QRectF(middle.left(), top + LABEL, side * columns, height * rows)
    label = f"one sum for each {model.plane_noun}"
    boxes["partial"] = Box(label, rect, (rows, columns), part="partial")
    if planes <= _MOST_IN_CELLS:
        return rect.bottom() + 14
    width = min(62.0, middle.width() / _LISTED)
    listed = QRectF(middle.left(), rect.bottom() + LABEL + 4, width * _LISTED, 22.0)
    boxes["largest"] = Box("the largest of them", listed, (1, _LISTED), part="largest")
    return listed.bottom() + 10
