"""The page of the data browser about the numbers themselves: mean, spread and range, feature by feature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from playground.data.statistics import Numbers, class_means, numbers_of, per_feature
from playground.ui.data.example_painter import form_of
from playground.ui.data.looked import Looked
from playground.ui.data.number_bars import Bars, NumberBars
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count, shape_text, short
from playground.ui.widgets.tensor_grid import TensorGrid

MOST_MEANS = 60
"""Of a set with more classes no mean pictures are made."""
_COLOURS = ("red", "green", "blue")


@dataclass(frozen=True, eq=False)
class Summary:
    """What the worker found out: of all numbers, of each feature or colour by name, and the mean of each class."""

    whole: Numbers
    features: tuple[tuple[str, Numbers], ...]
    means: np.ndarray | None


def summarise(looked: Looked) -> Summary:
    """Work through all examples that are given for training (of a gallery: those that there are). Slow."""
    x, shape = looked.samples.x_train, looked.data.sample_shape
    features: tuple[tuple[str, Numbers], ...] = ()
    if len(shape) == 1 and shape[0] <= 200:
        names = looked.data.features or (("x₁", "x₂") if shape == (2,) else tuple(f"{n + 1}" for n in range(shape[0])))
        features = tuple(zip(names, per_feature(x), strict=True))
    elif len(shape) == 3 and shape[0] == 3:
        features = tuple((name, numbers_of(np.ascontiguousarray(x[:, n]))) for n, name in enumerate(_COLOURS))
    classes = len(looked.data.classes)
    means = None
    if 0 < classes <= MOST_MEANS and form_of(shape) == "picture" and not looked.data.is_gallery:
        means = class_means(x, looked.samples.y_train, classes)
    return Summary(numbers_of(x), features, means)


class NumbersPage(QWidget):
    """It shows what `summarise` found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = TextLabel("", wrap=True)
        self.normalisation = TextLabel("", tone="muted", wrap=True)
        self.bars = NumberBars(is_root=True)
        self.bars.setFixedHeight(150)
        self.features_heading = SectionHeading()
        self.features = FeatureRows()
        self.means_heading = SectionHeading("The mean of each class")
        self.means = TensorGrid(72, 8)
        self.means.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        for widget in (self.words, self.normalisation, self.bars, self.features_heading, self.features):
            column.addWidget(widget)
        column.addWidget(self.means_heading)
        column.addWidget(self.means)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidget(inner)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def show_waiting(self) -> None:
        """The numbers are being worked through."""
        self.words.setText("Working through the numbers …")
        for widget in (self.normalisation, self.bars, self.features_heading, self.features):
            widget.hide()
        self.means_heading.hide()
        self.means.hide()

    def show_summary(self, looked: Looked, found: Summary) -> None:
        """Show what was found."""
        whole, data = found.whole, looked.data
        examples = len(looked.samples.y_train)
        self.words.setText(
            f"{count(examples)} examples given for training, each {shape_text(data.sample_shape)}: "
            f"{count(whole.count)} numbers from {short(whole.least)} to {short(whole.most)}, mean "
            f"{short(_mean(whole))}, spread (standard deviation) {short(whole.spread)}."
        )
        self.normalisation.setText(normalisation_of(looked))
        self.normalisation.show()
        self.bars.show()
        self.bars.show_bars(Bars(whole.least, whole.most, (("positive", whole.counts),)))
        is_colour = form_of(data.sample_shape) == "picture"
        self.features_heading.setText("Colours" if is_colour else "Features")
        self.features_heading.setVisible(bool(found.features))
        self.features.setVisible(bool(found.features))
        self.features.show_rows(found.features)
        self.means_heading.setVisible(found.means is not None)
        self.means.setVisible(found.means is not None)
        if found.means is not None:
            is_rgb = found.means.shape[1] == 3
            maps = found.means if is_rgb else found.means[:, 0]
            self.means.set_maps(maps, "colour" if is_rgb else "grey", 1.0, data.classes)


def normalisation_of(looked: Looked) -> str:
    """How the numbers were made small, in a sentence."""
    data = looked.data
    if data.normalisation:
        return f"Normalisation. {data.normalisation}"
    if form_of(data.sample_shape) == "picture":
        return "Normalisation. Each number is divided by the brightest that there can be: all lie from 0 to 1."
    return "Normalisation. None: the numbers are as they are."


def _mean(found: Numbers) -> float:
    """The mean, 0 where it differs from that by rounding only."""
    return 0.0 if abs(found.mean) < 1e-6 * found.spread else found.mean


class FeatureRows(QWidget):
    """A line for each feature: its name, mean, spread and range, and a small histogram."""

    _ROW = 26
    _COLUMNS = (("mean", 80), ("spread", 80), ("least", 80), ("largest", 80))

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, Numbers], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_rows(self, rows: tuple[tuple[str, Numbers], ...]) -> None:
        """Show these features."""
        self._rows = rows
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, (len(self._rows) + 1) * self._ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        name_width = 180
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        left = name_width
        for title, width in self._COLUMNS:
            painter.drawText(QRectF(left, 0, width - 8, self._ROW), _RIGHT, title)
            left += width
        for number, (name, found) in enumerate(self._rows, start=1):
            top = number * self._ROW
            if top > event.rect().bottom() or top + self._ROW < event.rect().top():
                continue
            painter.setPen(QColor(theme.text))
            painter.setFont(font("small"))
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, name_width - 8)
            painter.drawText(QRectF(0, top, name_width - 8, self._ROW), _LEFT, shown)
            painter.setFont(font("mono_small"))
            left = name_width
            values = (_mean(found), found.spread, found.least, found.most)
            for value, (_, width) in zip(values, self._COLUMNS, strict=True):
                painter.drawText(QRectF(left, top, width - 8, self._ROW), _RIGHT, short(value, 4))
                left += width
            bars = QRectF(left + 16, top + 3, max(40, min(240, self.width() - left - 24)), self._ROW - 6)
            self._paint_bars(painter, bars, found)
        painter.end()

    def _paint_bars(self, painter: QPainter, rect: QRectF, found: Numbers) -> None:
        largest, side = int(found.counts.max()) or 1, rect.width() / len(found.counts)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(appearance.theme.positive))
        for place in np.flatnonzero(found.counts).tolist():
            height = max(1.0, rect.height() * float(found.counts[place]) / largest)
            painter.drawRect(QRectF(rect.left() + place * side, rect.bottom() - height, max(1.0, side - 0.5), height))
        painter.restore()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
