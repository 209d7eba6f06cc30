"""Formulas from LaTeX to vector pictures, on a worker thread, each only once.

A picture is made once for each formula; size and colour are put in when it is drawn, so that a change of theme needs no
typesetting. ziamath is imported on the worker, when the first formula is asked for.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, QRectF, QSizeF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgRenderer

from playground.ui.widgets.formula_ink import dyed, part_of

log = logging.getLogger(__name__)

_SIZE = 24.0  # the size in which formulas are set; they are drawn in any other
_EDGE = 1.0  # room for the smoothing of edges
_INK = "#010203"  # stands for the colour that is put in later
_FRAME = re.compile(r'width="[^"]*" height="[^"]*" viewBox="[^"]*"')
_PATH = re.compile(r' d="([^"]*)"')
_RECTANGLE = re.compile(r'<rect x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)"')
_ELEMENT = re.compile(r'<(?:path|rect) [^>]*?fill="(#[0-9a-f]{6})"[^>]*>')
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


@dataclass(frozen=True)
class Typeset:
    """A formula as SVG in the colour `_INK`; lengths are for a font size of 1."""

    svg: str
    width: float
    height: float
    parts: tuple[tuple[int, QRectF], ...] = ()  # where each coloured part is drawn, see `formula_ink`

    def size(self, font_size: float) -> QSizeF:
        return QSizeF(self.width * font_size, self.height * font_size)


class Typesetter(QObject):
    """Sets formulas on one thread of its own; `ready` sends the LaTeX when its picture is there or is impossible."""

    ready = Signal(str)
    _finished = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._done: dict[str, Typeset | None] = {}
        self._waiting: set[str] = set()
        self._worker: ThreadPoolExecutor | None = None
        self._finished.connect(self._receive)  # a method of an object of this thread: runs here, not on the worker

    def get(self, latex: str) -> Typeset | None:
        """The picture, or None while it is being made (then `ready` follows) or if the LaTeX is wrong."""
        if latex not in self._done and latex not in self._waiting:
            self._waiting.add(latex)
            if self._worker is None:
                self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="formulas")
                app = QCoreApplication.instance()
                if app is not None:
                    app.aboutToQuit.connect(self.stop)
            self._worker.submit(self._work, latex)
        return self._done.get(latex)

    def is_ready(self, latex: str) -> bool:
        """Whether `get` has its final answer."""
        return latex in self._done

    def stop(self) -> None:
        """Give up what waits; a later request starts a new worker."""
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)
            self._worker = None
            self._waiting.clear()

    def _work(self, latex: str) -> None:
        result: Typeset | None = None
        try:
            result = typeset(latex)
        except Exception as problem:  # noqa: BLE001 - ziamath and latex2mathml raise of many kinds, some private
            log.warning("The formula %r cannot be typeset: %s %s", latex, type(problem).__name__, problem)
        try:
            self._finished.emit(latex, result)
        except RuntimeError:  # the window is already gone
            return

    def _receive(self, latex: str, result: Typeset | None) -> None:
        self._waiting.discard(latex)
        self._done[latex] = result
        self.ready.emit(latex)


def typeset(latex: str) -> Typeset:
    """Set a formula now, on this thread (10–90 ms). Raises what ziamath raises where the LaTeX is wrong."""
    import ziamath

    # QtSvg draws the <symbol> elements of ziamath's default wrongly.
    ziamath.config.svg2 = False  # pyright: ignore[reportPrivateImportUsage]
    svg = ziamath.Latex(latex, size=_SIZE, color=_INK).svg()  # pyright: ignore[reportPrivateImportUsage]
    svg = svg.replace('fill="black"', f'fill="{_INK}"')  # bars over letters
    left, top, right, bottom = _extent(svg)
    width, height = right - left, bottom - top
    frame = f'width="{width}" height="{height}" viewBox="{left} {top} {width} {height}"'
    parts = tuple(_parts(svg, left, top))
    return Typeset(_FRAME.sub(frame, svg, count=1), width / _SIZE, height / _SIZE, parts)


def _parts(svg: str, left: float, top: float) -> Iterator[tuple[int, QRectF]]:
    """Each coloured part and the rectangle that its neighbouring strokes fill."""
    before, boxes = -1, QRectF()
    for element in _ELEMENT.finditer(svg):
        part = part_of(element[1])
        if part != before and before >= 0:
            yield before, boxes
        if part >= 0:
            x0, y0, x1, y1 = _extent(element[0])
            box = QRectF((x0 - left) / _SIZE, (y0 - top) / _SIZE, (x1 - x0) / _SIZE, (y1 - y0) / _SIZE)
            boxes = boxes.united(box) if part == before else box
        before = part
    if before >= 0:
        yield before, boxes


def _extent(svg: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn: ziamath's own frame cuts off accents and the ends of roots.

    Its paths hold absolute coordinates only (M, L, Q, C and Z), so that all numbers are pairs of x and y.
    """
    numbers = [float(number) for path in _PATH.findall(svg) for number in _NUMBER.findall(path)]
    xs, ys = numbers[0::2], numbers[1::2]
    for x, y, width, height in (map(float, groups) for groups in _RECTANGLE.findall(svg)):
        xs += [x, x + width]
        ys += [y, y + height]
    if not xs:
        raise ValueError("nothing is drawn")
    return min(xs) - _EDGE, min(ys) - _EDGE, max(xs) + _EDGE, max(ys) + _EDGE


@lru_cache(maxsize=256)
def _renderer(svg: str, colour: str, colours: tuple[str, ...]) -> QSvgRenderer:
    dressed = dyed(svg, lambda role: colours[role] if role < len(colours) else colour)
    return QSvgRenderer(QByteArray(dressed.replace(_INK, colour).encode()))


def paint_typeset(
    painter: QPainter, formula: Typeset, rect: QRectF, colour: str, colours: tuple[str, ...] = ()
) -> None:
    """Draw a formula into `rect` in a colour ``#rrggbb``; `Typeset.size` says which rect keeps its proportions.

    `colours` are those of its coloured parts, by the place of their role.
    """
    _renderer(formula.svg, colour, colours).render(painter, rect)


@lru_cache(maxsize=1)
def typesetter() -> Typesetter:
    """The one typesetter of the program. Call it from the thread of the window."""
    return Typesetter()
