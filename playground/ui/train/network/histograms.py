"""Weights and gradients, layer by layer, as histograms: side by side, as many in a row as there is room for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.train.events import Histogram, LayerPicture
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.numbers import short

_WIDTH, _GAP = 112, 16
_TITLE, _WORD, _BARS, _SCALE, _FOOT = 20, 14, 54, 16, 16
_HEIGHT = _TITLE + 2 * (_WORD + _BARS + _SCALE) + _FOOT
_ROW_GAP = 14
_CUT = 2
"""How many times as high as all others the middle bar may be."""


class LayerHistograms(QWidget):
    """One column per layer: its weights above, their gradients below, and how large the last update was."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layers: tuple[LayerPicture, ...] = ()
        self._titles: Mapping[str, str] = {}
        self._title_font, self._small_font = font("small", QFont.Weight.DemiBold), font("tiny")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(
            "How often each value occurs among a layer’s weights (above) and among their gradients (below).\n"
            "update/weight compares the size of the last step with the size of the weights: about 0.001 is healthy,\n"
            "much more is restless, much less hardly learns."
        )
        appearance.changed.connect(self.update)

    def set_layers(self, layers: tuple[LayerPicture, ...], titles: Mapping[str, str]) -> None:
        """Show these; `titles` names the layers by id."""
        resized = len(layers) != len(self._layers)
        self._layers, self._titles = layers, titles
        self.setAccessibleName("Weights and gradients of " + ", ".join(titles.get(x.node, x.node) for x in layers))
        if resized:
            self.updateGeometry()
        self.update()

    @property
    def layers(self) -> tuple[LayerPicture, ...]:
        """What is shown."""
        return self._layers

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._layers) // self._columns(width))
        return max(1, rows * (_HEIGHT + _ROW_GAP) - _ROW_GAP)

    def sizeHint(self) -> QSize:
        width = max(self.width(), _WIDTH)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(_WIDTH, self.heightForWidth(max(self.width(), _WIDTH)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _columns(self, width: int) -> int:
        return max(1, (width + _GAP) // (_WIDTH + _GAP))

    def paintEvent(self, event: QPaintEvent) -> None:
        columns = min(self._columns(self.width()), max(1, len(self._layers)))
        width = min((self.width() - (columns - 1) * _GAP) / columns, 1.5 * _WIDTH)
        painter = QPainter(self)
        for index, layer in enumerate(self._layers):
            row, column = divmod(index, columns)
            place = QRectF(column * (width + _GAP), row * (_HEIGHT + _ROW_GAP), width, _HEIGHT)
            if place.intersects(QRectF(event.rect())):
                self._paint_layer(painter, layer, place)
        painter.end()

    def _paint_layer(self, painter: QPainter, layer: LayerPicture, place: QRectF) -> None:
        painter.setPen(QColor(appearance.theme.text))
        painter.setFont(self._title_font)
        name = self._titles.get(layer.node, layer.node)
        title = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(QRectF(place.left(), place.top(), place.width(), _TITLE), Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QColor(appearance.theme.muted))
        painter.setFont(self._small_font)
        middle = Qt.AlignmentFlag.AlignVCenter
        top = place.top() + _TITLE
        for histogram, word in ((layer.weights, "weights"), (layer.gradients, "gradients")):
            said = word if word == "weights" or histogram.counts.any() else "no gradients: it is frozen"
            painter.drawText(QRectF(place.left(), top, place.width(), _WORD), middle, said)
            top += _WORD
            paint_bars(painter, histogram, QRectF(place.left(), top, place.width(), _BARS))
            paint_scale(painter, histogram, QRectF(place.left(), top + _BARS, place.width(), _SCALE))
            top += _BARS + _SCALE
        if layer.update_ratio is not None:
            text = f"update/weight {short(layer.update_ratio, 2)}"
            painter.drawText(QRectF(place.left(), top, place.width(), _FOOT), middle, text)


def paint_bars(painter: QPainter, histogram: Histogram, room: QRectF) -> None:
    """Bars from a common ground: negative values to the left in their colour, positive ones to the right in theirs.

    A middle bar that would dwarf all others (gradients are often exactly 0) is cut, and a gap near its top says so.
    """
    theme, counts = appearance.theme, histogram.counts
    if not counts.any():
        return
    middle = len(counts) // 2
    others = int(max(counts[:middle].max(), counts[middle + 1 :].max()))
    most = min(int(counts[middle]), _CUT * others) if others else int(counts[middle])
    most = max(most, others)
    pitch = room.width() / len(counts)
    heights = np.where(counts > 0, np.maximum(1.0, np.minimum(1.0, counts / most) * (room.height() - 4)), 0.0)
    bars = [
        QRectF(room.left() + index * pitch, room.bottom() - height, max(1.0, pitch - 1), height)
        for index, height in enumerate(heights.tolist())
    ]
    for colour, part in (
        (theme.negative, bars[:middle]),
        (theme.muted, bars[middle : middle + 1]),
        (theme.positive, bars[middle + 1 :]),
    ):
        for bar in part:
            painter.fillRect(bar, QColor(colour))
    if counts[middle] > most:
        cut = bars[middle]
        painter.fillRect(QRectF(cut.left() - 1, cut.top() + 5, cut.width() + 2, 2), QColor(theme.canvas))
    painter.fillRect(QRectF(room.left(), room.bottom(), room.width(), 1), QColor(theme.border))


def paint_scale(painter: QPainter, histogram: Histogram, room: QRectF) -> None:
    """Below the bars: the least and the greatest value, and 0 between them."""
    if histogram.high <= histogram.low:
        return
    inside = room.adjusted(0, 2, 0, 0)
    for text, side in (
        (short(histogram.low, 2), Qt.AlignmentFlag.AlignLeft),
        ("0", Qt.AlignmentFlag.AlignHCenter),
        (short(histogram.high, 2), Qt.AlignmentFlag.AlignRight),
    ):
        painter.drawText(inside, side | Qt.AlignmentFlag.AlignTop, text)
