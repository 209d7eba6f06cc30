"""Where everything of the window microscope lies for a given size: pictures left and right, the arithmetic between."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSizeF

from playground.ui.microscopes.window_geometry import WindowGeometry

LABEL = 20.0
CAPTION = 24.0
GUTTER = 34.0
PLANES = 50.0
_OPERATOR = 36.0
_LEAST_MIDDLE = 394.0
_LARGEST_CELL = 43.0
_SINGLE = 56.0
_LEAST_CARD = 58.0
_MOST_WINDOW = 12
"""Windows up to this side are drawn enlarged between the pictures; larger ones only on the picture."""


@dataclass(frozen=True)
class Box:
    """A grid of cells: its label above, its place, its rows and columns, the sign drawn left of it."""

    label: str
    rect: QRectF
    shape: tuple[int, int]
    operator: str = ""


@dataclass(frozen=True)
class SlideLayout:
    """The places of one arrangement. `sum_label` and `result` are the lines below the grids, `card` the free rest."""

    input: QRectF
    output: QRectF
    input_caption: QRectF
    output_caption: QRectF
    planes: QRectF
    gradient: QRectF = field(default_factory=QRectF)
    gradient_caption: QRectF = field(default_factory=QRectF)
    boxes: dict[str, Box] = field(default_factory=dict[str, Box])
    sum_label: QRectF = field(default_factory=QRectF)
    result: QRectF = field(default_factory=QRectF)
    card: QRectF = field(default_factory=QRectF)


def arrange(size: QSizeF, geometry: WindowGeometry, channels: int, *, backward: bool) -> SlideLayout:
    """Fit the parts into `size`; `channels` is how many input channels the unit looks at."""
    planes = PLANES if geometry.channels > 1 else 0.0
    left, middle_width, right = _columns(size, geometry, backward)
    height = size.height() - CAPTION
    rows, columns = geometry.padded
    between = 16.0
    cell = _cell((left - between) / 2 if backward else left, height - planes, rows, columns)
    picture = QRectF(0, 0, cell * columns, cell * rows)
    used = picture.right()
    gradient = QRectF()
    if backward:  # beside the input, without its padding
        corner = (picture.right() + between + cell * geometry.padding[1], cell * geometry.padding[0])
        gradient = QRectF(*corner, cell * geometry.picture[1], cell * geometry.picture[0])
        used += between + picture.width()
    out_rows, out_columns = geometry.output
    out_cell = min(_cell(right, height, out_rows, out_columns), 64.0 if geometry.kind == "global" else 1e9)
    output = QRectF(0, 0, out_cell * out_columns, out_cell * out_rows)
    spare = size.width() - used - middle_width - output.width() - 2 * GUTTER
    middle = QRectF(used + GUTTER + spare * 0.3, 0, middle_width + spare * 0.4, size.height())
    output.moveLeft(size.width() - output.width())
    below = picture.bottom() + CAPTION + planes + 8
    beside = backward and size.height() - below >= _LEAST_CARD
    share = 0.78 if backward else 0.6
    boxes, bottom = _boxes(middle, geometry, channels, backward, share)
    sum_label = QRectF(middle.left(), bottom, middle.width(), LABEL)
    result = QRectF(middle.left(), sum_label.bottom(), middle.width(), 32.0)
    free = middle.left() - 10
    card = QRectF(middle.left(), result.bottom() + 12, middle.width(), max(0.0, size.height() - result.bottom() - 12))
    if beside:  # the words stand below the pictures, where there is more room
        card = QRectF(0, below, used, size.height() - below)
    return SlideLayout(
        input=picture,
        output=output,
        input_caption=QRectF(0, picture.bottom() + 4, min(picture.width() + (8 if backward else 60), free), LABEL),
        output_caption=QRectF(
            min(output.left(), size.width() - 210), output.bottom() + 4, max(output.width(), 210.0), LABEL
        ),
        planes=QRectF(0, picture.bottom() + CAPTION + 2, min(max(picture.width(), 200.0), free), planes and planes - 8),
        gradient=gradient,
        gradient_caption=QRectF(gradient.left(), picture.bottom() + 4, picture.width() + 8, LABEL)
        if backward
        else QRectF(),
        boxes=boxes,
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
        return room - middle - right, middle, 90.0 if geometry.kind == "global" else right
    middle = min(500.0, max(_LEAST_MIDDLE, room * 0.38))
    if geometry.kind == "global":
        return min(room - middle - 90, size.height()), middle, 90.0
    left = (room - middle) * 0.53
    return left, middle, room - middle - left


def _cell(width: float, height: float, rows: int, columns: int) -> float:
    """Whole pixels where that fills well, so that the lines between cells are even."""
    exact = max(0.05, min(width / columns, height / rows, 64.0))
    whole = math.floor(exact)
    return float(whole) if whole >= 0.85 * exact else exact


def _boxes(
    middle: QRectF, geometry: WindowGeometry, channels: int, backward: bool, part: float
) -> tuple[dict[str, Box], float]:
    """The grids between the pictures, in that part of the height, and where they end."""
    kernel = geometry.kernel
    boxes: dict[str, Box] = {}
    if max(kernel) > _MOST_WINDOW:
        return boxes, 0.0
    two_rows = backward and geometry.kind == "conv"
    height = middle.height() * part - LABEL
    names = _names(geometry, backward)
    per_row = max(len(row) for row in names)
    singles = max(sum(shape == (1, 1) != kernel for *_, shape in row) for row in names)
    room = middle.width() - (per_row - 1) * _OPERATOR - singles * _SINGLE
    largest = 60.0 if per_row - singles == 1 else _LARGEST_CELL
    share = height / (2 if two_rows else 1) - (LABEL if two_rows else 0)
    cell = max(2.0, math.floor(min(largest, room / ((per_row - singles) * kernel[1]), share / kernel[0])))
    top = 0.0
    for row in names:
        left = middle.left()
        for key, label, operator, shape in row:
            side = _SINGLE if shape == (1, 1) != kernel else cell
            rect = QRectF(left, top + LABEL, side * shape[1], side * shape[0])
            if shape == (1, 1) and kernel[0] > 1:
                rect.moveTop(top + LABEL + (cell * kernel[0] - side) / 2)
            boxes[key] = Box(label, rect, shape, operator)
            left = rect.right() + _OPERATOR
        top += LABEL + cell * kernel[0] + 14
    if channels > 1 and geometry.kind == "conv" and not backward:
        top = _add_partial_sums(boxes, middle, channels, top)
    return boxes, top + 4


_Named = tuple[str, str, str, tuple[int, int]]


def _names(geometry: WindowGeometry, backward: bool) -> list[list[_Named]]:
    """Key, label, sign before it, and shape of each grid, row by row."""
    kernel = geometry.kernel
    patch: _Named = ("patch", "patch", "", kernel)
    if backward and geometry.kind == "conv":
        return [
            [patch, ("arriving", "blame", "×", (1, 1)), ("products", "adds", "=", kernel)],
            [("sofar", "gradient so far", "", kernel), ("filter", "filter", "", kernel)],
        ]
    if backward:
        return [[("arriving", "blame", "", (1, 1)), ("products", "handed back", "→", kernel)]]
    if geometry.kind == "max":
        return [[patch, ("kept", "the largest", "→", (1, 1))]]
    if geometry.kind in ("conv", "fixed"):
        return [[patch, ("filter", "filter", "×", kernel), ("products", "products", "=", kernel)]]
    return [[patch, ("filter", "equal shares", "×", kernel), ("products", "products", "=", kernel)]]


def _add_partial_sums(boxes: dict[str, Box], middle: QRectF, channels: int, top: float) -> float:
    """One cell for each input channel, in as few rows as keeps the numbers readable."""
    columns = channels if channels <= 8 else min(channels, max(8, int(middle.width() // 34)))
    if channels > 32:
        columns = min(channels, int(middle.width() // 8))
    rows = -(-channels // columns)
    side = min(44.0, math.floor(middle.width() / columns))
    height = min(side, 24.0) if rows * min(side, 24.0) <= 72 else 72.0 / rows
    rect = QRectF(middle.left(), top + LABEL, side * columns, height * rows)
    boxes["partial"] = Box("one sum for each channel", rect, (rows, columns))
    return rect.bottom() + 14
