"""Layer by layer: its name and state, how its numbers are spread now, and how they were over the whole run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.train.events import Histogram
from playground.train.showing.over_time import ROWS, Strip
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.train.network.histograms import paint_bars
from playground.ui.widgets.numbers import short
from playground.ui.widgets.words_under import tell_words

_HEIGHT, _GAP, _FOOT = 58, 12, 20
_NAME, _BARS, _SPACE = 132, 150, 16
_NARROW = 560
"""Below this width the bars of now take less room."""
_DIM = 0.85
"""How strongly the middle step is drawn."""


@dataclass(frozen=True, eq=False)
class LayerRow:
    """One layer: its id, name, words below it, whether they warn, and its numbers now."""

    node: str
    title: str
    words: tuple[str, ...]
    warns: bool
    now: Histogram


class LayerStrips(QWidget):
    """Time runs to the right, values upwards; the more values lie at one, the stronger its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LayerRow, ...] = ()
        self._end = 1.0
        self._moment: float | None = None
        self._strip_of: Callable[[str], Strip | None] = _no_strip
        self._strips: dict[str, Strip | None] = {}
        self._images: dict[str, tuple[object, QImage]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        appearance.changed.connect(self._forget)

    def set_rows(
        self, rows: Sequence[LayerRow], strip_of: Callable[[str], Strip | None], end: float, moment: float | None
    ) -> None:
        """Show these over a run that has come to `end` epochs.

        `strip_of` gives how a layer was over the run; only rows in sight ask it. `moment` is the place that is looked
        at, if not now.
        """
        resized = len(rows) != len(self._rows)
        self._strip_of = strip_of
        self._strips.clear()
        self._rows, self._end, self._moment = tuple(rows), max(end, 1e-6), moment
        self.setAccessibleName("Layers over time: " + ", ".join(row.title for row in rows))
        if resized:
            self._forget()
            self.updateGeometry()
        self.update()

    @property
    def rows(self) -> tuple[LayerRow, ...]:
        """What is shown."""
        return self._rows

    def sizeHint(self) -> QSize:
        return QSize(600, len(self._rows) * (_HEIGHT + _GAP) + _FOOT if self._rows else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, self.sizeHint().height())

    def _forget(self) -> None:
        self._images.clear()
        self.update()

    def strip(self, node: str) -> Strip | None:
        """How a layer was over the run, as it is drawn."""
        if node not in self._strips:
            self._strips[node] = self._strip_of(node)
        return self._strips[node]

    # ---- places

    def _bars(self, number: int) -> QRectF:
        width = _BARS if self.width() >= _NARROW else 0.6 * _BARS
        return QRectF(_NAME, number * (_HEIGHT + _GAP), width, _HEIGHT)

    def _strip(self, number: int) -> QRectF:
        bars = self._bars(number)
        left = bars.right() + _SPACE + 34
        return QRectF(left, bars.top(), max(40.0, self.width() - left - 1), _HEIGHT)

    def words_at(self, place: QPoint) -> str:
        """What is to be said of the place under the pointer; empty where there is nothing."""
        for number, row in enumerate(self._rows):
            room = self._strip(number)
            strip = self.strip(row.node) if room.contains(QPointF(place)) else None
            if strip is not None and strip.reach > 0:
                position = (place.x() - room.left()) / room.width() * self._end
                index = max(0, int(np.searchsorted(strip.positions, position, side="right")) - 1)
                return f"{row.title} at epoch {strip.positions[index]:.3g}: {_middle(strip, index)}"
            if QRectF(0, room.top(), _NAME, _HEIGHT).contains(QPointF(place)):
                return "\n".join((row.title, *row.words))
        return ""

    def event(self, event: QEvent) -> bool:
        return tell_words(self, event, self.words_at) or super().event(event)

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for number, row in enumerate(self._rows):
            line = QRectF(0, number * (_HEIGHT + _GAP), self.width(), _HEIGHT + _GAP)
            if line.intersects(QRectF(event.rect())):
                self._paint_row(painter, number, row)
        if self._rows:
            self._paint_time(painter)
        painter.end()

    def _paint_row(self, painter: QPainter, number: int, row: LayerRow) -> None:
        theme = appearance.theme
        bars, room, strip = self._bars(number), self._strip(number), self.strip(row.node)
        name = QRectF(0, bars.top(), _NAME - 12, 18)
        painter.setFont(font("small", QFont.Weight.DemiBold))
        painter.setPen(QColor(theme.text))
        title = painter.fontMetrics().elidedText(row.title, Qt.TextElideMode.ElideRight, int(name.width()))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font("tiny"))
        for line, words in enumerate(row.words):
            painter.setPen(QColor(theme.warning if row.warns and line == 0 else theme.muted))
            below = name.translated(0, 18 + 15 * line)
            words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(name.width()))
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        paint_bars(painter, row.now, bars.adjusted(0, 0, 0, -14))
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        self._paint_range(painter, row.now, QRectF(bars.left(), bars.bottom() - 12, bars.width(), 12))
        if strip is None:
            return
        painter.drawImage(room, self._image(row, strip, room))
        painter.setPen(QColor(theme.border))
        painter.drawRect(room)
        painter.setPen(QColor(theme.muted))
        right = Qt.AlignmentFlag.AlignRight
        scale = QRectF(bars.right() + 4, room.top() - 1, room.left() - bars.right() - 8, _HEIGHT + 2)
        painter.drawText(scale, right | Qt.AlignmentFlag.AlignTop, short(strip.reach, 2))
        foot = "0" if strip.is_never_negative else short(-strip.reach, 2)
        painter.drawText(scale, right | Qt.AlignmentFlag.AlignBottom, foot)

    def _paint_range(self, painter: QPainter, now: Histogram, room: QRectF) -> None:
        if now.high > now.low:
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft, short(now.low, 2))
            painter.drawText(room, Qt.AlignmentFlag.AlignHCenter, "0")
            painter.drawText(room, Qt.AlignmentFlag.AlignRight, short(now.high, 2))

    def _paint_time(self, painter: QPainter) -> None:
        """The axis below all strips, and the moment that is looked at across them."""
        theme = appearance.theme
        last = self._strip(len(self._rows) - 1)
        foot = QRectF(last.left(), last.bottom() + 3, last.width(), 16)
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "0")
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, "epoch")
        painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{self._end:.3g}")
        painter.drawText(QRectF(self._bars(0).left(), foot.top(), self._bars(0).width(), 16), 4, "now")
        if self._moment is not None and 0 <= self._moment <= self._end:
            x = last.left() + self._moment / self._end * last.width()
            painter.setPen(QColor(theme.link))
            painter.drawLine(QPointF(x, 0), QPointF(x, last.bottom()))

    def _image(self, row: LayerRow, strip: Strip, room: QRectF) -> QImage:
        """The strip in colours, a column for each pixel; worked out again only when something has changed."""
        width = max(1, round(room.width()))
        version = (strip.positions.tobytes(), strip.reach, strip.shares[-1].tobytes(), width, self._end)
        known = self._images.get(row.node)
        if known is None or known[0] != version:
            known = self._images[row.node] = (version, _coloured(strip, width, self._end))
        return known[1]


def _coloured(strip: Strip, width: int, end: float) -> QImage:
    """Values upwards: positive ones in their colour above, negative ones below; the densest step is strongest."""
    theme = appearance.theme
    at = (np.arange(width) + 0.5) / width * end
    columns = np.searchsorted(strip.positions, at, side="right") - 1
    shares = strip.shares[np.maximum(columns, 0)]
    strength = np.sqrt(shares / np.maximum(shares.max(1, keepdims=True), 1e-9))
    strength[columns < 0] = 0.0
    strength = strength[:, ::-1].T  # (ROWS, width), large values at the top
    middle = ROWS // 2
    ground = _rgb(theme.canvas)
    colours = np.empty((ROWS, 1, 3))
    colours[:middle], colours[middle], colours[middle + 1 :] = (
        _rgb(theme.positive),
        _rgb(theme.muted),
        _rgb(theme.negative),
    )
    strength[middle] *= _DIM
    pixels = ground + (colours - ground) * strength[..., None]
    if strip.is_never_negative:
        pixels = pixels[: middle + 1]
    rgb = np.ascontiguousarray(pixels.round().astype(np.uint8))
    return QImage(rgb.data, width, len(rgb), 3 * width, QImage.Format.Format_RGB888).copy()


def _no_strip(_node: str) -> Strip | None:
    return None


def _rgb(colour: str) -> np.ndarray:
    there = QColor(colour)
    return np.array([there.red(), there.green(), there.blue()], dtype=np.float64)


def _middle(strip: Strip, index: int) -> str:
    """Between which values the middle half lies."""
    edges = np.linspace(-strip.reach, strip.reach, ROWS + 1)
    shares = np.concatenate([[0.0], np.cumsum(strip.shares[index])])
    low, high = np.interp([0.25, 0.75], shares / max(shares[-1], 1e-12), edges)
    return f"half of the values lie between {short(low, 2)} and {short(high, 2)}"
