"""Painting grids of numbers: a coloured cell for each, with the number in it as long as it is readable."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QStaticText

from playground.ui.fonts import font
from playground.ui.theme import appearance, mix
from playground.ui.widgets.icons import paint_icon
from playground.ui.widgets.numbers import MINUS, chosen_digits, fixed

Pixels = np.ndarray[Any, np.dtype[np.uint32]]

SMALLEST_NUMBER = 8
"""Pixels of the smallest letters in a cell."""
_WIDE_FRAMES_FROM = 36.0  # pixels of a cell
_SIGNS_FROM = 22.0  # pixels of a cell
FROZEN_SIGN = 9.0
_MONO_ADVANCE = 0.6  # the width of a letter of JetBrains Mono, over its size


@dataclass(frozen=True)
class NumberFormat:
    """How all numbers of a grid are written: decimals, after dividing by 10 to the power of `exponent`."""

    decimals: int = 2
    exponent: int = 0

    def text(self, value: float) -> str:
        return fixed(value / 10.0**self.exponent, self.decimals)

    @property
    def note(self) -> str:
        """What to write beside the grid: "× 10⁻⁴"; empty without an exponent."""
        if not self.exponent:
            return ""
        return "× 10" + str(self.exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def format_for(*grids: np.ndarray) -> NumberFormat:
    """One format for grids that are read together: two decimals where that says enough, else a common power of ten."""
    largest = 0.0
    for grid in grids:
        finite = grid[np.isfinite(grid)]
        largest = max(largest, float(np.abs(finite).max()) if finite.size else 0.0)
    more = max(0, chosen_digits() - 3)  # two decimals of numbers up to ten are three digits
    if largest == 0.0 or 0.095 <= largest < 99.5:
        return NumberFormat(more + (2 if largest < 9.995 else 1))
    if 99.5 <= largest < 9_999.5:
        return NumberFormat(max(0, more - (1 if largest >= 999.5 else 0)))
    return NumberFormat(2 + more, math.floor(math.log10(largest * 1.0005)))  # 9.998 is written 10.00: then rather 1.00


def number_size(side: float, letters: int) -> int:
    """The letter size (pixels) at which so many letters fit into a cell of that width; 0 if none is readable."""
    margin = 1 if side < 30 else 6
    size = min(13, math.floor((side - margin) / (letters * _MONO_ADVANCE)), math.floor(side * 0.5))
    return size if size >= SMALLEST_NUMBER else 0


def shortened(value: float, written: NumberFormat) -> str:
    """A number in four letters at most: .30, −.17, 1.0, −1.3."""
    text = written.text(value) if value else "0"
    if text.startswith(("0.", f"{MINUS}0.")):
        return text.replace("0.", ".", 1)
    return text if len(text) <= 4 else NumberFormat(max(0, written.decimals - 1), written.exponent).text(value)


@lru_cache(maxsize=16)
def cell_font(size: int) -> QFont:
    """The font of numbers in that size."""
    result = font("mono")
    result.setPixelSize(size)
    return result


LIGHT_INK, DARK_INK = QColor("#f4f5f8"), QColor("#16181d")
"""Of numbers on the colour of their cell, whatever the theme; see `inks`."""


def inks(pixels: Pixels) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """For each ground whether dark letters are easier to read on it than light ones."""
    red, green, blue = (pixels >> 16 & 0xFF), (pixels >> 8 & 0xFF), (pixels & 0xFF)
    return (0.299 * red + 0.587 * green + 0.114 * blue) > 140


def paint_cells(
    painter: QPainter,
    rect: QRectF,
    values: np.ndarray,
    pixels: Pixels,
    written: NumberFormat,
    *,
    letters: int = 0,
    faded: np.ndarray | None = None,
    ground: bool = True,
) -> None:
    """Draw `values` (rows, columns) into `rect`, each on its colour; numbers only where they are readable.

    `letters` is the room to leave for the longest number (0: as long as the longest here). `faded` cells are pale.
    Without `ground` only the numbers are drawn.
    """
    rows, columns = values.shape
    width, height = rect.width() / columns, rect.height() / rows
    gap = 1.0 if min(width, height) >= 7 else 0.0
    radius = 2.0 if min(width, height) >= 20 else 0.0
    painter.setPen(Qt.PenStyle.NoPen)
    for row in range(rows if ground else 0):
        for column in range(columns):
            cell = QRectF(rect.left() + column * width, rect.top() + row * height, width - gap, height - gap)
            colour = QColor.fromRgb(int(pixels[row, column]))
            if faded is not None and faded[row, column]:
                colour = QColor(mix(colour.name(), appearance.theme.canvas, 0.55))
            if radius:
                painter.setBrush(colour)
                painter.drawRoundedRect(cell, radius, radius)
            else:
                painter.fillRect(cell, colour)
    texts, size = _readable(values, written, letters, min(width, height * 1.5)) if min(width, height) >= 16 else ([], 0)
    if size:
        painter.setFont(cell_font(size))
        pens, last = _pens(inks(pixels), values, faded), None
        for row, (row_texts, row_pens) in enumerate(zip(texts, pens, strict=True)):
            middle = rect.top() + row * height + (height - gap) / 2
            for column, (written_out, pen) in enumerate(zip(row_texts, row_pens, strict=True)):
                if pen is not last:
                    painter.setPen(pen)
                    last = pen
                text, half_width, half_height = _laid_out(written_out, size)
                left = rect.left() + column * width
                if 2 * half_width <= width - gap:
                    painter.drawStaticText(QPointF(left + (width - gap) / 2 - half_width, middle - half_height), text)
                else:  # cut off at the edges of its cell
                    cell = QRectF(left, rect.top() + row * height, width - gap, height - gap)
                    painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, written_out)
        painter.setPen(Qt.PenStyle.NoPen)


def _readable(values: np.ndarray, written: NumberFormat, letters: int, side: float) -> tuple[list[list[str]], int]:
    """The numbers with as many of their digits as there is room for, and the letter size; 0 if none is readable."""
    while True:
        texts = grid_texts(values, written)
        size = number_size(side, max(letters, max(len(text) for row in texts for text in row)))
        if size or written.decimals <= 2:
            break
        written = NumberFormat(written.decimals - 1, written.exponent)
    if not size:  # there is room for four letters: .30, −.17, 1.0
        texts = [[shortened(float(value), written) for value in row] for row in values]
        size = number_size(side, 4)
    return texts, size


def grid_texts(values: np.ndarray, written: NumberFormat) -> list[list[str]]:
    """All numbers of a grid as `written` says; exact zeros are a mere 0."""
    if not np.isfinite(values).all():
        return [[written.text(float(value)) if value else "0" for value in row] for row in values]
    power, how = 10.0**written.exponent, f",.{written.decimals}f"
    nothing = format(0.0, how)

    def text(value: float) -> str:
        if not value:
            return "0"
        found = format(value / power, how)
        return nothing if found == f"-{nothing}" else found.replace("-", MINUS)

    return [[text(value) for value in row] for row in values.astype(np.float64).tolist()]


@lru_cache(maxsize=4096)
def _laid_out(text: str, size: int) -> tuple[QStaticText, float, float]:
    """A number in letters of that size, and half of its width and height: laying letters out takes half of drawing."""
    letters = cell_font(size)
    laid = QStaticText(text)
    laid.setTextFormat(Qt.TextFormat.PlainText)
    laid.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    laid.prepare(font=letters)
    return laid, laid.size().width() / 2, QFontMetricsF(letters).height() / 2


def _pens(dark: np.ndarray, values: np.ndarray, faded: np.ndarray | None) -> list[list[QColor]]:
    """The colour of each number: readable on its ground; exact zeros, and what is faded, are quiet."""
    theme = appearance.theme
    pens = (LIGHT_INK, DARK_INK, QColor(mix(theme.zero, theme.muted, 0.6)), QColor(theme.muted))
    which = np.where((values == 0) & (dark != theme.is_dark), 2, dark.astype(np.int8))
    if faded is not None:
        which[faded] = 3
    return [[pens[pen] for pen in row] for row in which.tolist()]


def cell_rect(rect: QRectF, shape: tuple[int, int], row: int, column: int) -> QRectF:
    """Where one cell of a grid of that shape lies."""
    width, height = rect.width() / shape[1], rect.height() / shape[0]
    return QRectF(rect.left() + column * width, rect.top() + row * height, width, height)


def cell_under(rect: QRectF, shape: tuple[int, int], point: QPointF) -> tuple[int, int] | None:
    """Row and column of the cell under a point; None outside the grid."""
    if not rect.contains(point) or not rect.width() or not rect.height():
        return None
    row = min(shape[0] - 1, int((point.y() - rect.top()) / rect.height() * shape[0]))
    column = min(shape[1] - 1, int((point.x() - rect.left()) / rect.width() * shape[1]))
    return row, column


def frame_pen(role: str = "highlight", width: float = 2.0) -> QPen:
    """The pen for frames around cells."""
    pen = QPen(QColor(getattr(appearance.theme, role)), width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def paint_lit(painter: QPainter, frames: Iterable[tuple[QRectF, str]]) -> None:
    """Frame the numbers that an open explanation speaks of, each in its role, on a rim against any ground.

    Small cells are full of their number to the edge: their frames are finer, and cover no letter.
    """
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for rect, role in frames:
        width = 2.0 if rect.width() >= _WIDE_FRAMES_FROM else 1.4
        painter.setPen(frame_pen("canvas", 2 * width))
        painter.drawRect(rect)
        painter.setPen(frame_pen(role, width))
        painter.drawRect(rect)


def paint_frozen(painter: QPainter, cells: Iterable[QRectF]) -> None:
    """The sign of a frozen number in the corner of these cells; where they are too small for it a thin frame."""
    theme = appearance.theme
    for rect in cells:
        if rect.width() < _SIGNS_FROM:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(frame_pen("link", 1.4))
            painter.drawRect(rect)
            continue
        sign = QRectF(rect.right() - FROZEN_SIGN - 1.5, rect.top() + 0.5, FROZEN_SIGN, FROZEN_SIGN)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        painter.drawEllipse(sign.adjusted(-1, -1, 1, 1))
        paint_icon(painter, "frozen", sign, theme.link)
