"""Where everything of the scatter microscope lies for a given size: pictures left and right, the stamp between."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSizeF

from playground.ui.microscopes.scatter_geometry import Pair, ScatterGeometry

Direction = Literal["forward", "backward"]

LABEL = 20.0
CAPTION = 24.0
GUTTER = 34.0
PLANES = 50.0
TERM = 24.0
MOST_PARTS = 6
"""Of so many maps each has a cell that says what it adds; of more only the shown one and all others together."""
_PARTS = 52.0
_PART = 44.0
"""A cell below each of the small maps."""
_OPERATOR = 34.0
_LEAST_MIDDLE, _MOST_MIDDLE = 404.0, 520.0
_SINGLE = 56.0
_LARGEST_CELL = 43.0
_LARGEST_INPUT = 46.0
_LEAST_BETWEEN = 124.0
"""Of a sequence: the height of the stamp and its sum."""
_MOST_WINDOW = 12
"""Kernels up to this side are drawn enlarged between the pictures; larger ones only on the picture."""


@dataclass(frozen=True)
class Box:
    """A grid of cells: its label above, its place, its rows and columns, the sign drawn left of it."""

    label: str
    rect: QRectF
    shape: Pair
    operator: str = ""


@dataclass(frozen=True)
class ScatterLayout:
    """Pictures and boxes by key.

    Pictures: "input", "gradient" (of the input), "switches", "output" (the canvas). Boxes: "number", "kernel", "stamp",
    "terms_x", "terms_w", "terms_p", "parts", "window", "patch", "handed", "added", "sofar". `lines` hold a label and a
    sum each.
    """

    pictures: dict[str, Box] = field(default_factory=dict[str, Box])
    captions: dict[str, QRectF] = field(default_factory=dict[str, QRectF])
    boxes: dict[str, Box] = field(default_factory=dict[str, Box])
    planes: QRectF = field(default_factory=QRectF)
    lines: tuple[QRectF, ...] = ()
    card: QRectF = field(default_factory=QRectF)

    @property
    def output(self) -> QRectF:
        return self.pictures["output"].rect


def arrange(size: QSizeF, geometry: ScatterGeometry, *, backward: bool) -> ScatterLayout:
    """Fit the parts into `size`."""
    if geometry.is_sequence:
        return _arrange_sequence(size, geometry, backward)
    room = size.width() - 2 * GUTTER
    middle_width = min(_MOST_MIDDLE, max(_LEAST_MIDDLE, room * 0.36))
    rest = room - middle_width
    keys = left_pictures(geometry, backward)
    planes = PLANES if len(geometry.channels_of(0)) > 1 else 0.0
    parts = _PARTS if shows_parts(geometry, backward=backward) else 0.0
    high = size.height() - CAPTION - planes - parts
    pictures = _stand(keys, geometry, rest * (0.4 if len(keys) > 1 else 0.36), high)
    used = max(picture.rect.right() for picture in pictures.values())
    below = max(picture.rect.bottom() for picture in pictures.values()) + CAPTION
    right = size.width() - used - middle_width - 2 * GUTTER
    cell = _whole(min(right / geometry.canvas[1], (size.height() - CAPTION) / geometry.canvas[0], 60.0))
    output = QRectF(0, 0, cell * geometry.canvas[1], cell * geometry.canvas[0])
    output.moveLeft(size.width() - output.width())
    spare = max(0.0, output.left() - used - 2 * GUTTER - middle_width)
    middle = QRectF(used + GUTTER + spare * 0.35, 0, middle_width + spare * 0.3, size.height())
    pictures["output"] = Box("", output, geometry.canvas)
    boxes, bottom = _boxes(middle, geometry, _rows(geometry, backward))
    lines, bottom = _lines(middle, bottom, 2 if backward and geometry.kind == "conv" else 1)
    planes_room = QRectF(0, below, min(max(used, 200.0), middle.left() - 10), planes and planes - 8)
    if parts:
        boxes["parts"] = _parts(geometry, QPointF(0, below + planes), middle.left() - 14)
    under = below + planes + parts + 4
    if parts:  # they flow together down to the line with the sum, past the words
        under = max(under, lines[0].bottom() + 4)
    left_card = QRectF(0, under, middle.left() - GUTTER, size.height() - under)
    card = QRectF(middle.left(), bottom + 10, middle.width(), size.height() - bottom - 10)
    larger = left_card.height() * left_card.width() > card.height() * card.width()
    if left_card.width() >= 220 and (larger or card.height() < 152 < left_card.height()):
        card = left_card
    captions = {
        key: QRectF(box.rect.left(), box.rect.bottom() + 4, max(box.rect.width() + 12, _room(key, pictures)), LABEL)
        for key, box in pictures.items()
    }
    wide = max(output.width(), size.width() - middle.right() - 8)
    captions["output"] = QRectF(size.width() - wide, output.bottom() + 4, wide, LABEL)
    for key in keys:
        captions[key].setRight(min(captions[key].right(), middle.left() - 8))
    return ScatterLayout(pictures, captions, boxes, planes_room, lines, card)


def shows_parts(geometry: ScatterGeometry, *, backward: bool) -> bool:
    """Whether what each map adds to the watched cell has a cell of its own."""
    return not backward and geometry.kind == "conv" and 1 < len(geometry.channels_of(0)) <= MOST_PARTS


def _parts(geometry: ScatterGeometry, corner: QPointF, room: float) -> Box:
    """What each map adds, a cell for each, from that corner on."""
    maps = len(geometry.channels_of(0))
    rect = QRectF(corner.x() + 3, corner.y() + LABEL, min(_PART, room / maps) * maps, 22.0)
    return Box("each map adds", rect, (1, maps))


def left_pictures(geometry: ScatterGeometry, backward: bool) -> tuple[str, ...]:
    """Which pictures stand on the left."""
    if geometry.kind == "unpool":
        return ("gradient", "switches") if backward else ("input", "switches")
    return ("input", "gradient") if backward else ("input",)


def _shape(key: str, geometry: ScatterGeometry) -> Pair:
    return geometry.output if key == "switches" else geometry.inputs


def _stand(keys: tuple[str, ...], geometry: ScatterGeometry, width: float, height: float) -> dict[str, Box]:
    """One picture, or two under or beside each other, whichever makes them larger; all with cells of one size."""
    shapes = [_shape(key, geometry) for key in keys]
    gap = 14.0
    beside = min(
        (width - gap * (len(keys) - 1)) / sum(columns for _, columns in shapes), height / max(r for r, _ in shapes)
    )
    stacked = min(
        width / max(columns for _, columns in shapes),
        (height - (CAPTION + 2) * (len(keys) - 1)) / sum(rows for rows, _ in shapes),
    )
    beside, stacked = min(beside, _LARGEST_INPUT), min(stacked, _LARGEST_INPUT)
    in_a_row = beside >= 0.75 * stacked and not beside < 25 <= stacked  # leaves room below, and numbers are written
    cell = _whole(beside if in_a_row else stacked)
    found: dict[str, Box] = {}
    corner = QPointF(0, 0)
    for key, shape in zip(keys, shapes, strict=True):
        rect = QRectF(corner.x(), corner.y(), cell * shape[1], cell * shape[0])
        found[key] = Box("", rect, shape)
        corner = QPointF(rect.right() + gap, 0) if in_a_row else QPointF(0, rect.bottom() + CAPTION + 2)
    return found


def _room(key: str, pictures: dict[str, Box]) -> float:
    """How wide a caption may be: up to the picture beside it."""
    mine = pictures[key].rect
    others = [
        box.rect.left()
        for other, box in pictures.items()
        if other not in (key, "output") and box.rect.left() > mine.right() and box.rect.top() == mine.top()
    ]
    return min(others) - mine.left() - 8 if others else 250.0


def _whole(cell: float) -> float:
    """Whole pixels where that fills well, so that the lines between cells are even."""
    exact = max(0.05, cell)
    return float(math.floor(exact)) if math.floor(exact) >= 0.85 * exact else exact


_Named = tuple[str, str, str, Pair]


def _rows(geometry: ScatterGeometry, backward: bool) -> list[list[_Named]]:
    """Key, label, sign before it, and shape of each grid, row by row."""
    kernel, one = geometry.kernel, (1, 1)
    if geometry.kind == "unpool" and backward:
        window = ("window", "pooled window", "at", kernel)
        return [[("patch", "blame", "", kernel), window, ("number", "back", "→", one)]]
    if geometry.kind == "unpool":
        return [[("number", "value", "", one), ("window", "pooled window", "→", kernel), ("stamp", "out", "=", kernel)]]
    if backward:
        return [
            [("patch", "blame", "", kernel), ("kernel", "kernel", "×", kernel), ("handed", "products", "=", kernel)],
            [("number", "number", "", one), ("added", "number × blame", "→", kernel), ("sofar", "summed", "Σ", kernel)],
        ]
    return [[("number", "number", "", one), ("kernel", "kernel", "×", kernel), ("stamp", "stamp", "=", kernel)]]


def _boxes(
    middle: QRectF, geometry: ScatterGeometry, rows: list[list[_Named]], *, with_terms: bool = True
) -> tuple[dict[str, Box], float]:
    """The grids between the pictures, and where they end."""
    boxes: dict[str, Box] = {}
    kernel = geometry.kernel
    if max(kernel) > _MOST_WINDOW:
        return boxes, middle.top()
    lines = 2 if len(rows) == 2 else 1
    has_terms = with_terms and geometry.kind == "conv" and rows[0][-1][0] == "stamp"
    terms = LABEL + TERM * min(4, most_meetings(geometry)) + 8 if has_terms else 0.0
    height = (middle.height() - lines * 52 - terms) / len(rows) - LABEL - 16
    height = min(height, middle.height() * 0.5 - LABEL)
    top = middle.top()
    for row in rows:
        singles = sum(shape == (1, 1) != kernel for *_, shape in row)
        room = middle.width() - (len(row) - 1) * _OPERATOR - singles * _SINGLE - 8
        side = min(_LARGEST_CELL if kernel[0] > 1 else 56.0, room / ((len(row) - singles) * kernel[1]))
        cell = max(2.0, math.floor(min(side, max(12.0, height / kernel[0]))))
        left = middle.left() + 4
        for key, label, operator, shape in row:
            single = shape == (1, 1) != kernel
            own = min(_SINGLE, max(24.0, cell * kernel[0])) if single else cell
            rect = QRectF(left, top + LABEL, _SINGLE if single else own * shape[1], own * shape[0])
            if single:
                rect.moveTop(top + LABEL + (cell * kernel[0] - own) / 2)
            boxes[key] = Box(label, rect, shape, operator)
            left = rect.right() + _OPERATOR
        top += LABEL + cell * kernel[0] + 16
    if has_terms:
        top = _add_terms(boxes, middle, most_meetings(geometry), top)
    return boxes, top


def most_meetings(geometry: ScatterGeometry) -> int:
    """At most so many stamps of one channel meet at a cell of the output."""
    rows, columns = (geometry.counts_along(axis)[geometry.inside[axis]] for axis in (0, 1))
    return int(rows.max(initial=0)) * int(columns.max(initial=0))


def _add_terms(boxes: dict[str, Box], middle: QRectF, most: int, top: float) -> float:
    """The numbers that meet at one cell, each with its weight and product, in a line of their own."""
    free = middle.height() - (top - middle.top()) - LABEL - 58
    rows = max(1, min(most, 8 if free > 320 else 6, int(free // TERM)))
    left = middle.left() + 4
    for key, label, operator in (("terms_x", "numbers", ""), ("terms_w", "weights", "×"), ("terms_p", "adds", "=")):
        rect = QRectF(left, top + LABEL, 80, TERM * rows)
        boxes[key] = Box(label, rect, (rows, 1), operator)
        left = rect.right() + 26
    return top + LABEL + TERM * rows + 6


def _lines(middle: QRectF, top: float, number: int) -> tuple[tuple[QRectF, ...], float]:
    """The lines with the sums: label (20) and formula with its value (30); backward one for each gradient."""
    lines = tuple(QRectF(middle.left(), top + 52 * row, middle.width(), 50) for row in range(number))
    return lines, top + 52 * number


def _arrange_sequence(size: QSizeF, geometry: ScatterGeometry, backward: bool) -> ScatterLayout:
    """A sequence lies across the whole width: what comes in on top, what comes out at the bottom."""
    keys = left_pictures(geometry, backward)
    planes = PLANES if len(geometry.channels_of(0)) > 1 else 0.0
    pictures: dict[str, Box] = {}
    captions: dict[str, QRectF] = {}
    cell = _whole(min(size.width() / geometry.canvas[1], 54.0))
    bars = len(keys) + 1
    room_for_bars = size.height() - CAPTION * bars - planes - 8 - _LEAST_BETWEEN
    high = min(max(min(cell, 54.0), 40.0 if size.height() > 420 else 22.0), max(14.0, room_for_bars / bars))
    top = 0.0
    for key in keys:
        pictures[key] = Box("", QRectF(0, top, cell * geometry.inputs[1], high), geometry.inputs)
        captions[key] = QRectF(0, top + high + 3, size.width() * 0.6, LABEL)
        top += high + CAPTION
    planes_room = QRectF(0, top + 2, size.width() * 0.6, planes and planes - 8)
    top += planes + 8
    bottom = size.height() - CAPTION - high
    pictures["output"] = Box("", QRectF(0, bottom, cell * geometry.canvas[1], high), geometry.canvas)
    captions["output"] = QRectF(0, bottom + high + 3, size.width() * 0.8, LABEL)
    room = QRectF(0, top, size.width(), bottom - top - 8)
    boxes, lines, card = (_halves if backward else _beside_words)(room, geometry)
    if shows_parts(geometry, backward=backward):  # beside the small maps
        left = _PART * len(geometry.channels_of(0)) + 40
        boxes["parts"] = _parts(geometry, QPointF(left, planes_room.top() - 2), size.width() * 0.6 - left)
    return ScatterLayout(pictures, captions, boxes, planes_room, lines, card if card.height() >= 50 else QRectF())


_Between = tuple[dict[str, Box], tuple[QRectF, ...], QRectF]


def _beside_words(room: QRectF, geometry: ScatterGeometry) -> _Between:
    """Of a sequence: the stamp on the left, the words on the right; where it is low, the terms in their stead."""
    low = room.height() < 220
    middle = QRectF(room.topLeft(), QSizeF(min(620.0, room.width() * 0.55), room.height()))
    boxes, end = _boxes(middle, geometry, _rows(geometry, backward=False), with_terms=not low)
    lines, _ = _lines(middle, end, 1)
    left = middle.right() + GUTTER
    beside = QRectF(left, room.top(), room.right() - left, room.height() - 4)
    if low and boxes:
        _add_terms(boxes, beside, most_meetings(geometry), room.top())
        return boxes, lines, QRectF()
    return boxes, lines, beside


def _halves(room: QRectF, geometry: ScatterGeometry) -> _Between:
    """Of a sequence, backward: the input's gradient on the left, the kernel's on the right, the words below."""
    boxes: dict[str, Box] = {}
    lines: list[QRectF] = []
    half, bottom = (room.width() - GUTTER) / 2, room.top()
    for number, row in enumerate(_rows(geometry, backward=True)):
        middle = QRectF(room.left() + number * (half + GUTTER), room.top(), half, room.height())
        found, end = _boxes(middle, geometry, [row])
        line, bottom = _lines(middle, end, 1)
        boxes |= found
        lines += line
    return boxes, tuple(lines), QRectF(room.left(), bottom + 8, room.width(), room.bottom() - bottom - 8)
