"""All planes at once: each with its part of the filter and its sum, which flow together into one number."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_numbers import written_as
from playground.ui.microscopes.slide_paint import letters_of
from playground.ui.microscopes.slide_parts import BIAS_LABEL, CAPTION, GUTTER, LABEL, Box, SlideLayout

MOST_PLANES = 8
_MOST_WITH_PATCH = 4
_BETWEEN = 26.0
_SIGN = 22.0
_PARTIAL = 26.0
_FAN = 30.0
_RESULT = 32.0
_LARGEST = 40.0
_LOW = 380.0
"""In a view lower than this the planes' sums stand beside their products, not below them."""
_LOW_FAN = 16.0
_SUM = 46.0
_LINE = 400.0
"""Room for the line with the result."""
_EDGE = 3.0
"""Left of the first column, for its frame."""
_READABLE = {3: 16.0, 5: 25.0}
"""Cells from this size have numbers that can be read, by the letters that their numbers have."""


def can_stack(model: SlideModel) -> bool:
    """Whether the planes are few enough to stand side by side."""
    return 2 <= model.plane_count <= MOST_PLANES and model.geometry.dimensions > 1 and model.kernels is not None


def stack_is_readable(size: QSizeF, model: SlideModel, *, backward: bool) -> bool:
    """Whether the numbers can be read when all planes are shown."""
    layout = arrange_stack(size, model, backward=backward)
    least = min(box.rect.width() / box.shape[1] for box in layout.boxes.values() if box.part == "products")
    return least >= _readable(model)


def _readable(model: SlideModel) -> float:
    """From which size on a cell holds its number: whole ones need less room."""
    assert model.kernels is not None
    letters = max(letters_of(written_as(model.plane)), letters_of(written_as(model.kernels)))
    return _READABLE[letters]


def arrange_stack(size: QSizeF, model: SlideModel, *, backward: bool) -> SlideLayout:
    """A column for each plane; what they make together stands at the right."""
    geometry, planes = model.geometry, model.plane_count
    is_low = size.height() < _LOW and not backward
    right = min(max(260.0 if is_low else 300.0, size.width() * (0.25 if is_low else 0.3)), 420.0)
    room = size.width() - right - GUTTER - _EDGE
    width = (room - (planes - 1) * _BETWEEN) / planes
    below = LABEL + (0.0 if backward else LABEL + _PARTIAL + _FAN + _RESULT)
    if is_low:
        below = _LOW_FAN + _RESULT - 2
    height = size.height() - below - CAPTION - 2 * LABEL - 6
    rows, columns = geometry.padded
    kernel_rows, kernel_columns = geometry.kernel
    both = min(width / columns, height / (rows + kernel_rows))  # planes and filters with cells of one size
    readable = both >= _readable(model)
    names = _names(model, backward, readable)
    if planes > _MOST_WITH_PATCH and not backward:  # what lies under the window is seen on the plane
        names = [("products", "products", "")] if is_low else names[-2:]
    beside = _SIGN + _SUM if is_low else 0.0
    across = (width - beside - _SIGN * (len(names) - 1)) / (kernel_columns * len(names))
    small = max(2.0, math.floor(min(across, _LARGEST, height * 0.42 / kernel_rows)))
    if readable and names[0][0] == "filter":
        small = min(small, math.floor(both))
    cell = max(0.05, min(width / columns, (height - small * kernel_rows) / rows))
    cell = math.floor(cell) if cell >= 4 else cell
    pictures: dict[str, Box] = {}
    boxes: dict[str, Box] = {}
    top = LABEL + cell * rows + LABEL + 6
    content = max(cell * columns, small * kernel_columns * len(names) + _SIGN * (len(names) - 1) + beside)
    step = min(width, content) + _BETWEEN + min(40.0, max(0.0, width - content) * 0.6)
    for plane in range(planes):
        left = _EDGE + plane * step
        rect = QRectF(left, LABEL, cell * columns, cell * rows)
        label = f"blame of {model.plane_name(plane)}" if model.is_way_back else model.plane_name(plane)
        pictures[f"input:{plane}"] = Box(label, rect, geometry.padded, "", "input", plane)
        at = left
        for part, label, sign in names:
            grid = QRectF(at, top, small * kernel_columns, small * kernel_rows)
            boxes[f"{part}:{plane}"] = Box(label, grid, geometry.kernel, sign, part, plane)
            at = grid.right() + _SIGN
    bottom = top + small * kernel_rows + (0.0 if is_low else LABEL)
    used = _EDGE + (planes - 1) * step + content
    if not backward:
        _add_sums(boxes, planes, bottom, small, is_low)
    return _with_the_whole(size, model, backward, pictures, boxes, (bottom, used, small))


def _add_sums(boxes: dict[str, Box], planes: int, bottom: float, cell: float, is_low: bool) -> None:
    """The sum of each plane, below its products or beside them."""
    width = _SUM if is_low else max(_SUM, cell)
    for plane in range(planes):
        products = boxes[f"products:{plane}"].rect
        rect = QRectF(products.center().x() - width / 2, bottom, width, _PARTIAL)
        if is_low:
            rect.moveTopLeft(QPointF(products.right() + _SIGN, products.center().y() - _PARTIAL / 2))
        boxes[f"partial:{plane}"] = Box("", rect, (1, 1), "Σ", "partial", plane)


def _names(model: SlideModel, backward: bool, numbers: bool) -> list[tuple[str, str, str]]:
    """Part, label and sign of the grids under a plane; the patch only where the plane has no numbers itself."""
    if backward:
        return [("products", "adds", ""), ("sofar", model.gradient_name, "")]
    patch = [] if numbers else [("patch", "blame" if model.is_way_back else "patch", "")]
    return [*patch, ("filter", model.filter_name, "×" if patch else ""), ("products", "products", "=")]


def _with_the_whole(
    size: QSizeF,
    model: SlideModel,
    backward: bool,
    pictures: dict[str, Box],
    boxes: dict[str, Box],
    measures: tuple[float, float, float],
) -> SlideLayout:
    """Below the columns their sums and the sum of these; at the right the map and the words."""
    geometry = model.geometry
    bottom, used, _ = measures
    sigma, result, sum_label = None, QRectF(), QRectF()
    left = used + GUTTER + 14
    if not backward:
        is_low = size.height() < _LOW
        node_y = bottom + _RESULT / 2 + (_LOW_FAN if is_low else _PARTIAL + _FAN)
        middles = [boxes[f"partial:{plane}"].rect.center().x() for plane in range(model.plane_count)]
        sigma = QPointF(max(middles[0], min(sum(middles) / len(middles), used - _LINE)), node_y)
        result = QRectF(sigma.x() + 20, node_y - _RESULT / 2, used - sigma.x() - 14, _RESULT)
    room = size.width() - left
    top = LABEL
    if backward:
        boxes["arriving"] = Box("blame", QRectF(left, LABEL + 6, 56, 56), (1, 1), "", "arriving")
        if model.bias is not None and size.height() >= _LOW:
            boxes["bias_sofar"] = Box(BIAS_LABEL, QRectF(left, LABEL + 110, 56, 56), (1, 1), "", "bias_sofar")
        top += 6
    out_left = left + (90 if backward else 0)
    rows, columns = geometry.output
    cell = max(0.05, min((size.width() - 3 - out_left) / columns, size.height() * 0.42 / rows, 56.0))
    cell = math.floor(cell) if cell >= 4 else cell
    output = QRectF(size.width() - 3 - cell * columns, top, cell * columns, cell * rows)
    pictures["output"] = Box("", output, geometry.output, part="output")
    caption = QRectF(left, output.bottom() + 4, room, LABEL)
    card_top = caption.bottom() + 8
    if backward:
        sum_label = QRectF(left, card_top, room, LABEL)
        result = QRectF(left, sum_label.bottom(), room, _RESULT)
        card_top = result.bottom() + 8
    return SlideLayout(
        pictures,
        boxes,
        input_caption=QRectF(0, size.height() - CAPTION, used, LABEL),
        output_caption=caption,
        sum_label=sum_label,
        result=result,
        card=QRectF(left, card_top, room, max(0.0, size.height() - card_top)),
        sigma=sigma,
    )
