"""A sequence lies: its curve, its channels as rows of cells, the arithmetic below, and the sequence that comes out."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSizeF

from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.slide_parts import BIAS_LABEL, CAPTION, LABEL, OPERATOR, Box, SlideLayout

MOST_IN_GRIDS = 12
"""So many channels may have their own row in the grids of the arithmetic; of more only the chosen one."""
MOST_ROWS = 64
"""So many channels are shown as rows of the picture; of more only the chosen one."""
_SMALLEST = 16.0
_LARGEST = 40.0
_SINGLE = 50.0
_MOST_WINDOW = 24
_LINE = 318.0
"""Room for the line with the result, where it stands beside the grids."""
_SUMS = 40.0


def arrange_signal(size: QSizeF, model: SlideModel, *, backward: bool) -> SlideLayout:
    """Everything in three bands; the grids have all channels where their numbers can be read, else the chosen one."""
    planes = model.plane_count
    if 1 < planes <= MOST_IN_GRIDS:
        together = _arrange(size, model, backward, list(range(planes)))
        boxes = [box for box in together.boxes.values() if box.part in ("patch", "products")]
        if boxes and min(box.rect.height() for box in boxes) >= _SMALLEST:
            return together
    return _arrange(size, model, backward, [None])


def _arrange(size: QSizeF, model: SlideModel, backward: bool, in_grids: list[int | None]) -> SlideLayout:
    width, geometry = size.width(), model.geometry
    planes: list[int | None] = list(range(model.plane_count)) if 1 < model.plane_count <= MOST_ROWS else [None]
    curve = min(84.0, max(30.0, size.height() * 0.12))
    row = max(2.0, min(26.0, size.height() * (0.17 if len(planes) > 1 else 0.08) / len(planes)))
    pictures: dict[str, Box] = {}
    curves = {"input": QRectF(0, 0, width, curve)}
    top = curve + 2
    for number, plane in enumerate(planes):
        rect = QRectF(0, top + number * row, width, row)
        pictures[_key("input", plane)] = Box("", rect, geometry.padded, "", "input", plane)
    top += len(planes) * row
    caption = QRectF(0, top + 3, width, LABEL)
    top += CAPTION
    gradient_caption = QRectF()
    if backward:
        cell = width / geometry.padded[1]
        rect = QRectF(cell * geometry.padding[1], top, cell * geometry.picture[1], max(14.0, min(22.0, row)))
        pictures["gradient"] = Box("", rect, geometry.picture, part="gradient")
        gradient_caption = QRectF(0, rect.bottom() + 3, width, LABEL)
        top = rect.bottom() + CAPTION
    out_row = 26.0 if size.height() > 380 else 20.0
    bottom = size.height() - CAPTION - out_row
    out_width = min(width, 64.0) if geometry.whole else width * geometry.output[1] / geometry.padded[1]
    out_width = min(width, max(out_width, min(width, 26.0 * geometry.output[1])))
    pictures["output"] = Box("", QRectF(0, bottom, out_width, out_row), geometry.output, part="output")
    if not geometry.whole:
        curves["output"] = QRectF(0, bottom - curve - 2, out_width, curve)
    middle = QRectF(0, top + 2, width, bottom - (0 if geometry.whole else curve) - top - 8)
    boxes, sums, result, card = _middle(middle, model, backward, in_grids)
    return SlideLayout(
        pictures,
        boxes,
        input_caption=caption,
        output_caption=QRectF(0, bottom + out_row + 3, width, LABEL),
        gradient_caption=gradient_caption,
        sum_label=sums,
        result=result,
        card=card,
        curves=curves,
    )


def _key(part: str, plane: int | None) -> str:
    return part if plane is None else f"{part}:{plane}"


def _middle(
    middle: QRectF, model: SlideModel, backward: bool, planes: list[int | None]
) -> tuple[dict[str, Box], QRectF, QRectF, QRectF]:
    """The grids with a row for each channel, then the line with the result, then the words."""
    count = len(planes)
    names = _names(model, backward)
    has_sums = count == 1 and model.plane_count > 1 and not backward and bool(names)
    words = min(330.0, middle.width() * 0.3)
    beside = middle.height() < LABEL + _SMALLEST * count + 56 + (_SUMS if has_sums else 0) + 20
    boxes: dict[str, Box] = {}
    left, below = 0.0, middle.top()
    if names:
        wide = sum(columns for *_, columns in names if columns > 1)
        room = middle.width() - 20 - (len(names) - 1) * OPERATOR
        room -= _SINGLE * sum(columns == 1 for *_, columns in names) + (_LINE if beside else 0)
        height = middle.height() - LABEL - (_SUMS if has_sums else 0) - (0 if beside else 66)
        if height / count >= _SMALLEST * 1.2 > (room - words) / max(1, wide):
            words = 0.0  # the numbers come first
        cell = max(2.0, math.floor(min(_LARGEST, (room - words) / max(1, wide), height / count)))
        left, below = _add_grids(boxes, middle.top(), names, planes, cell)
    if has_sums:
        below = _add_partial(boxes, model, below, max(300.0, left - OPERATOR))
    line = middle.width() - words - 30
    sums = QRectF(0, below, line, LABEL)
    if beside:
        sums = QRectF(left, middle.top() + 6, max(_LINE, line - left), LABEL)
    result = QRectF(sums.left(), sums.bottom(), sums.width(), 30.0)
    edge = max(middle.width() - words, result.right() + 16)
    return boxes, sums, result, QRectF(edge, middle.top(), max(0.0, middle.width() - edge), middle.height())


def _add_grids(
    boxes: dict[str, Box], top: float, names: list[tuple[str, str, str, int]], planes: list[int | None], cell: float
) -> tuple[float, float]:
    """The grids side by side; where they end on the right and below."""
    left, count = 3.0, len(planes)
    for part, label, sign, columns in names:
        side = cell if columns > 1 or part not in ("arriving", "kept", "partial", "bias_sofar") else _SINGLE
        of_all = part in ("arriving", "kept", "bias_sofar")
        for number, plane in enumerate([None] if of_all else planes):
            at = top + LABEL + number * cell + ((count - 1) * cell / 2 if of_all else 0)
            rect = QRectF(left, at, side * columns, cell)
            first = number == 0
            box = Box(label if first else "", rect, (1, columns), sign if first else "", part, plane)
            boxes[_key(part, plane)] = box
        left += side * columns + OPERATOR
    return left, top + LABEL + cell * count + 18


def _names(model: SlideModel, backward: bool) -> list[tuple[str, str, str, int]]:
    """Part, label, sign before it and columns of each grid; none where the window is too wide."""
    kind, window = model.geometry.kind, model.geometry.kernel[1]
    if window > _MOST_WINDOW:
        return []
    patch = ("patch", "blame" if model.is_way_back else "patch", "", window)
    if backward and kind == "conv":
        return [
            patch,
            ("arriving", "blame", "×", 1),
            ("products", "adds", "=", window),
            ("sofar", model.gradient_name, "", window),
            *([] if model.bias is None else [("bias_sofar", BIAS_LABEL, "", 1)]),
        ]
    if backward:
        return [("arriving", "blame", "", 1), ("products", "handed back", "→", window)]
    if kind == "max":
        return [patch, ("kept", "the largest", "→", 1)]
    label = model.filter_name if kind == "conv" else "equal shares"
    names = [patch, ("filter", label, "×", window), ("products", "products", "=", window)]
    return [*names, ("partial", "sums", "→", 1)] if 1 < model.plane_count <= MOST_IN_GRIDS else names


def _add_partial(boxes: dict[str, Box], model: SlideModel, top: float, width: float) -> float:
    """A cell for each channel, where only the chosen one is shown."""
    boxes.pop("partial", None)
    planes = model.plane_count
    columns = min(planes, int(width // (30 if planes <= 16 else 8)))
    rows = -(-planes // columns)
    columns = -(-planes // rows)
    side = min(44.0, width / columns)
    rect = QRectF(3, top + LABEL - 4, side * columns, (18.0 if rows == 1 else max(4.0, 22.0 / rows)) * rows)
    boxes["partial"] = Box(f"one sum for each {model.plane_noun}", rect, (rows, columns), part="partial")
    return rect.bottom() + 12
