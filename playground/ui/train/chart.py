"""The chart of the curves: training and validation per epoch, a thin line per batch, the gap between them shaded.

pyqtgraph takes more than half a second to import, so only what is shown first imports this module. Two of its traps are
avoided here: no antialiasing for lines with many points, and no more points than a screen can show.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QGraphicsPathItem, QVBoxLayout, QWidget

from playground.train.history import Floats, History
from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.train.chart_reading import ChartReading
from playground.ui.train.curves import Curves, Metric, curves_of, gap
from playground.ui.widgets.numbers import short

_SMOOTH_BELOW = 250
"""Lines with fewer points than this are antialiased."""
_LABEL_HEIGHT = 17
_MOST_LINES = 12
"""Of the grid."""


class LearningChart(QWidget):
    """Draws a history. Dragging zooms in, a double click shows everything again, hovering reads the exact values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._metric: Metric = "loss"
        self._unit = ""
        self._logarithmic = False
        self._is_zoomed = False
        self._limits: tuple[float, ...] = ()
        self._labelled: tuple[object, ...] = ()
        self._curves = curves_of(self._history, self._metric)
        self.setMinimumHeight(220)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = _ZoomBox()
        self._plot = _Plot(self._box)
        self._item = cast(pg.PlotItem, self._plot.getPlotItem())
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.setLabel("bottom", "epoch")
        self._box.sigRangeChangedManually.connect(self._on_zoom)
        self._box.double_clicked.connect(self.show_all)
        self._make_items()
        self._box.sigResized.connect(self._on_range)
        self._box.sigRangeChanged.connect(self._on_range)
        self.reading = ChartReading(self._plot)
        cast(pg.GraphicsScene, self._plot.scene()).sigMouseMoved.connect(self._on_mouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._plot)
        appearance.changed.connect(self._dress)
        self._dress()
        self.show_all()

    def _make_items(self) -> None:
        self._grid, self._gap = QGraphicsPathItem(), QGraphicsPathItem()
        self._batches = pg.PlotCurveItem(connect="finite")
        self._training = pg.PlotCurveItem(connect="finite")
        self._validation = pg.PlotCurveItem(connect="finite")
        self._dots = pg.ScatterPlotItem(size=6, pen=None, pxMode=True)
        self._best = pg.InfiniteLine(angle=90, movable=False)
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._best_label = pg.TextItem()
        self._training_label, self._validation_label = pg.TextItem(anchor=(1, 1)), pg.TextItem(anchor=(1, 1))
        self._changes: list[tuple[pg.InfiniteLine, pg.TextItem]] = []
        lines = (
            self._grid,
            self._gap,
            self._batches,
            self._training,
            self._validation,
            self._dots,
            self._best,
            self._cursor,
        )
        labels = (self._best_label, self._training_label, self._validation_label)
        for depth, item in enumerate((*lines, *labels)):
            item.setZValue(depth)
            self._box.addItem(item, ignoreBounds=True)
        for label in labels:
            label.textItem.setFont(font("small"))

    # ---- what is shown

    def set_history(self, history: History) -> None:
        """Draw this history as it is now; what was zoomed stays zoomed unless the curves begin anew."""
        if history is not self._history:
            self._is_zoomed, self._limits, self._labelled = False, (), ()
        self._history = history
        self.redraw()

    def set_metric(self, metric: Metric, logarithmic: bool = False, unit: str = "") -> None:
        """Draw loss, its logarithm, accuracy, or the mean absolute error in `unit`."""
        self._metric, self._logarithmic = metric, logarithmic and metric == "loss"
        self._unit = f" {unit}" if unit and metric == "error" else ""
        self.show_all()

    @property
    def curves(self) -> Curves:
        """What is drawn."""
        return self._curves

    @property
    def is_zoomed(self) -> bool:
        """Whether the user chose what part to see."""
        return self._is_zoomed

    def show_all(self) -> None:
        """Show everything, and follow the curves as they grow."""
        self._is_zoomed, self._limits = False, ()
        self.redraw()

    def redraw(self) -> None:
        """Draw the history again. Axes, grid and labels cost more than lines, so they follow only when they must."""
        curves = self._curves = curves_of(self._history, self._metric, self._logarithmic)
        smooth = len(curves.epoch_x) < _SMOOTH_BELOW
        self._batches.setData(curves.batch_x, curves.batch_y)
        self._training.setData(curves.training_x, curves.training, antialias=smooth)
        self._validation.setData(curves.epoch_x, curves.validation, antialias=smooth)
        self._gap.setPath(_between(*gap(curves, worse_above=self._metric != "accuracy")))
        if not self._is_zoomed:
            low, high, right = curves.low, curves.high, curves.right
            limits = (-0.01 * right, 1.015 * right, low - 0.01 * (high - low), high)
            if limits != self._limits:
                self._limits = limits
                self._box.setRange(xRange=limits[:2], yRange=limits[2:], padding=0)
        labelled = (len(curves.epoch_x), curves.best, curves.changes, self._metric, self._logarithmic)
        if labelled != self._labelled:
            self._labelled = labelled
            self._item.getAxis("left").setLogMode(y=self._logarithmic)
            self._mark_changes()
            self._place_dots()
            self._place_labels()

    def _place_dots(self) -> None:
        """A dot at the end of each line per epoch; it is all that there is after the first."""
        curves, theme = self._curves, appearance.theme
        ends = (
            (curves.training_x, curves.training, theme.positive),
            (curves.epoch_x, curves.validation, theme.negative),
        )
        spots = [(x[-1], y[-1], colour) for x, y, colour in ends if len(x) and np.isfinite(y[-1])]
        self._dots.setData(
            x=[x for x, _, _ in spots], y=[y for _, y, _ in spots], brush=[pg.mkBrush(colour) for _, _, colour in spots]
        )

    def _on_range(self) -> None:
        """Another part is seen, or in another size: grid and labels follow."""
        (left, right), (low, high) = self._box.viewRange()
        axis = self._item.getAxis("left")
        levels = axis.tickValues(low, high, max(1.0, self._box.height()))
        path = QPainterPath()
        places = [y for _, level in levels[:2] for y in level]
        for y in places if len(places) <= _MOST_LINES else levels[0][1]:
            path.moveTo(left, y)
            path.lineTo(right, y)
        self._grid.setPath(path)
        self._mark_changes()
        self._place_labels()

    def _mark_changes(self) -> None:
        """A dotted line and the new value wherever learning rate, L1 or L2 was changed."""
        changes = self._curves.changes[-20:]
        while len(self._changes) < len(changes):
            line, label = pg.InfiniteLine(angle=90, movable=False), pg.TextItem(anchor=(0, 1))
            label.textItem.setFont(font("tiny"))
            for item in (line, label):
                self._box.addItem(item, ignoreBounds=True)
            self._changes.append((line, label))
            self._dress_change(line, label)
        while len(self._changes) > len(changes):
            for item in self._changes.pop():
                self._box.removeItem(item)
        bottom = self._box.viewRange()[1][0]
        for (line, label), (x, words) in zip(self._changes, changes, strict=True):
            line.setValue(x)
            label.setText(words)
            label.setPos(x, bottom)

    def _place_labels(self) -> None:
        """The names of the lines above their ends, apart from each other; the best epoch's beside its line."""
        curves = self._curves
        pixel = self._box.viewPixelSize()[1]
        lines = (
            ("training", curves.training_x, curves.training, self._training_label),
            ("validation", curves.epoch_x, curves.validation, self._validation_label),
        )
        ends = sorted(
            (float(y[-1]), name, float(x[-1]), label) for name, x, y, label in lines if len(y) and np.isfinite(y[-1])
        )
        self._training_label.setVisible(False)
        self._validation_label.setVisible(False)
        # Losses are drawn low in the chart and accuracies high, so their names stand above and below them.
        above = self._metric != "accuracy"
        free_from = -math.inf if above else math.inf
        for y, name, x, label in ends if above else reversed(ends):
            edge = max(y + 2 * pixel, free_from) if above else min(y - 2 * pixel, free_from)
            free_from = edge + (_LABEL_HEIGHT if above else -_LABEL_HEIGHT) * pixel
            label.setAnchor((1, 1 if above else 0))
            label.setText(f"{name} {self._value_text(y)}")
            label.setPos(x, edge)
            label.setVisible(True)
        self._best.setVisible(bool(curves.best))
        self._best_label.setVisible(bool(curves.best))
        if curves.best:
            (left, right), (bottom, top) = self._box.viewRange()
            on_left = curves.best > left + 0.5 * (right - left)
            self._best.setValue(curves.best)
            self._best_label.setText(f"best validation · epoch {curves.best:,}")
            self._best_label.setAnchor((1 if on_left else 0, 0 if above else 1))
            self._best_label.setPos(curves.best, top if above else bottom + _LABEL_HEIGHT * pixel)

    def _value_text(self, y: float, digits: int = 3) -> str:
        """A value on the chart, in words."""
        if self._metric == "accuracy":
            return f"{y:.{max(1, digits - 2)}f} %"
        return short(10**y if self._logarithmic else y, digits) + self._unit

    # ---- looks

    def _dress(self) -> None:
        theme = appearance.theme
        self._plot.setBackground(theme.canvas)
        for side in ("left", "bottom"):
            axis = self._item.getAxis(side)
            axis.setPen(QColor(theme.border))
            axis.setTextPen(QColor(theme.muted))
            axis.setTickFont(font("mono_small"))
            axis.setStyle(tickTextOffset=6, maxTickLevel=1, hideOverlappingLabels=True)
        self._item.getAxis("left").setWidth(46)
        bottom = self._item.getAxis("bottom")
        bottom.label.setFont(font("small"))
        bottom.setHeight(38)
        self._batches.setPen(_pen(translucent(theme.positive, 0.3), 1))
        self._training.setPen(_pen(QColor(theme.positive), 2))
        self._validation.setPen(_pen(QColor(theme.negative), 2))
        self._grid.setPen(_pen(translucent(theme.border, 0.6), 1))
        self._gap.setPen(QPen(Qt.PenStyle.NoPen))
        self._gap.setBrush(translucent(theme.negative, 0.14))
        self._best.setPen(_pen(QColor(theme.success), 1, Qt.PenStyle.DashLine))
        self._place_dots()
        self._cursor.setPen(_pen(QColor(theme.muted), 1))
        self._cursor.setVisible(False)
        for label in (self._best_label, self._training_label, self._validation_label):
            label.fill = pg.mkBrush(translucent(theme.canvas, 0.6))
        self._best_label.setColor(theme.success)
        self._training_label.setColor(theme.positive_text)
        self._validation_label.setColor(theme.negative_text)
        for line, label in self._changes:
            self._dress_change(line, label)

    def _dress_change(self, line: pg.InfiniteLine, label: pg.TextItem) -> None:
        line.setPen(_pen(QColor(appearance.theme.highlight), 1, Qt.PenStyle.DotLine))
        label.setColor(appearance.theme.highlight_text)
        label.fill = pg.mkBrush(translucent(appearance.theme.canvas, 0.6))

    # ---- the mouse

    def _on_zoom(self) -> None:
        self._is_zoomed = True

    def _on_mouse(self, place: QPointF) -> None:
        inside = self._box.sceneBoundingRect().contains(place) and len(self._history)
        if not inside:
            self._leave()
            return
        x = self._box.mapSceneToView(place).x()
        found = self._read(x)
        if found is None:
            self._leave()
            return
        at, lines = found
        self._cursor.setValue(at)
        self._cursor.setVisible(True)
        self.reading.show_lines(lines, self._plot.mapFromScene(place))

    def _read(self, x: float) -> tuple[float, list[tuple[str, str, str]]] | None:
        """The nearest epoch, or before the first one the nearest batch: its place and its values."""
        epochs, batches = self._history.epoch_column("epoch"), self._history.batch_column("position")
        lines: list[tuple[str, str, str]] = []
        at = x
        if len(batches):
            batch = int(np.abs(batches - x).argmin())
            at = float(batches[batch])
            lines.append(("batch", self._exact(self._history.batch_column(self._metric)[batch]), "muted"))
        if len(epochs) and (x >= 0.5 or not len(batches)):
            epoch = int(np.abs(epochs - x).argmin())
            at = float(epochs[epoch])
            for name, role in (("validation", "negative_text"), ("training", "positive_text")):
                column = (
                    f"{name.removesuffix('ing')}_{self._metric}" if name == "training" else f"{name}_{self._metric}"
                )
                value = self._history.epoch_column(column)[epoch]
                if np.isfinite(value):
                    lines.insert(0, (name, self._exact(value), role))
            lines.insert(0, (f"epoch {epochs[epoch]:,.0f}", "", "text"))
        elif lines:
            lines.insert(0, (f"epoch {at:.2f}", "", "text"))
        return (at, lines) if lines else None

    def _exact(self, value: float) -> str:
        return f"{100 * value:.2f} %" if self._metric == "accuracy" else short(value, 6) + self._unit

    def _leave(self) -> None:
        self._cursor.setVisible(False)
        self.reading.hide()

    def leaveEvent(self, event: QEvent) -> None:
        self._leave()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._leave()


class _Plot(pg.PlotWidget):
    """A plot that leaves the wheel to the page around it."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(viewBox=box)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(self.Shape.NoFrame)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _ZoomBox(pg.ViewBox):
    """A view whose left button draws the rectangle to zoom into."""

    double_clicked = pg.QtCore.Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.setMouseMode(pg.ViewBox.RectMode)
        self.disableAutoRange()
        self.setDefaultPadding(0)

    def mouseDoubleClickEvent(self, event: QEvent) -> None:
        self.double_clicked.emit()
        event.accept()


def _pen(colour: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(colour, width, style)
    pen.setCosmetic(True)
    return pen


def _between(x: Floats, lower: Floats, upper: Floats) -> QPainterPath:
    """The area between two lines over the same x."""
    path = QPainterPath()
    if len(x) > 1:
        there = [QPointF(a, b) for a, b in zip(x.tolist(), lower.tolist(), strict=True)]
        back = [QPointF(a, b) for a, b in zip(x[::-1].tolist(), upper[::-1].tolist(), strict=True)]
        path.addPolygon(QPolygonF([*there, *back]))
        path.closeSubpath()
    return path
