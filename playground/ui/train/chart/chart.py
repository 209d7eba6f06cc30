"""The chart of the curves: training and validation per epoch, a thin line per batch, the gap between them shaded.

pyqtgraph takes more than half a second to import, so only what is shown first imports this module. Two of its traps are
avoided here: no antialiasing for lines with many points, and no more points than a screen can show.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QGraphicsPathItem, QVBoxLayout, QWidget

from playground.train.history import Floats, History
from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.train.chart.box import ChartBox, ChartPlot, LogarithmicAxis
from playground.ui.train.chart.curves import Curves, Metric, Other, curves_of, gap, place_of, position_at
from playground.ui.train.chart.labels import EndLabel, EndLabels, end_of
from playground.ui.train.chart.marks import ChartMarks
from playground.ui.train.chart.other_lines import Look, OtherLines
from playground.ui.train.chart.pens import cosmetic_pen
from playground.ui.train.chart.reading import ChartReading
from playground.ui.train.chart.values import values_at
from playground.ui.widgets.numbers import short

_SMOOTH_BELOW = 250
"""Lines with fewer points than this are antialiased."""
_MOST_LINES = 12
"""Of the grid."""
_LABELS_OVER = 20


class LearningChart(QWidget):
    """Draws a history, and others beside it.

    Dragging zooms in, so does the wheel with Ctrl; a double click shows everything again; hovering reads exact values.
    """

    view_changed = Signal()
    """Another part of the run is seen, or in another size: see `span` and `shown`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._metric: Metric = "loss"
        self._unit = ""
        self._logarithmic = self._log_x = self._is_zoomed = False
        self._smoothing = 0.0
        self._limits: tuple[float, ...] = ()
        self._labelled: tuple[object, ...] = ()
        self._curves = curves_of(self._history, self._metric)
        self.setMinimumHeight(220)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = ChartBox()
        self._plot = ChartPlot(self._box)
        self._item = cast(pg.PlotItem, self._plot.getPlotItem())
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.setLabel("bottom", "epoch")
        self._box.sigRangeChangedManually.connect(self._on_zoom)
        self._box.double_clicked.connect(self.show_all)
        self._make_items()
        self.others = OtherLines(self._box)
        self._marks = ChartMarks(self._box)
        self._labels = EndLabels(self._box, _LABELS_OVER)
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
        self._raw = [pg.PlotCurveItem(connect="finite") for _ in range(3)]
        self._batches = pg.PlotCurveItem(connect="finite")
        self._training = pg.PlotCurveItem(connect="finite")
        self._validation = pg.PlotCurveItem(connect="finite")
        self._dots = pg.ScatterPlotItem(size=6, pen=None, pxMode=True)
        lines = (self._batches, self._training, self._validation)
        for depth, item in enumerate((self._grid, self._gap, *self._raw, *lines, self._dots)):
            item.setZValue(depth if depth < 2 else depth + 1)  # other runs lie between
            self._box.addItem(item, ignoreBounds=True)

    # ---- what is shown

    def set_history(self, history: History) -> None:
        """Draw this history as it is now; what was zoomed stays zoomed unless the curves begin anew."""
        if history is not self._history:
            self._is_zoomed, self._limits, self._labelled = False, (), ()
        self._history = history
        self.redraw()

    def set_others(self, others: Sequence[Other]) -> None:
        """Draw these runs beside; call it again when they have grown, or with none to take them away."""
        self.others.set_runs(others)
        self._labelled = ()
        self.redraw()

    def set_metric(self, metric: Metric, logarithmic: bool = False, unit: str = "") -> None:
        """Draw loss, accuracy, mean absolute error in `unit`, or learning rate; or the logarithm of it."""
        self._metric, self._logarithmic = metric, logarithmic and metric != "accuracy"
        self._unit = f" {unit}" if unit and metric == "error" else ""
        self.show_all()

    def set_logarithmic_epochs(self, log_x: bool) -> None:
        """Give the first epochs as much room as the many later ones."""
        self._log_x = log_x
        self.show_all()

    def set_smoothing(self, weight: float) -> None:
        """Draw moving averages (0: none, up to 0.99; see `curves.smooth`); the lines as they are stay faint."""
        self._smoothing, self._labelled = weight, ()
        self.redraw()

    def set_moment(self, position: float | None) -> None:
        """Mark the place on the epoch axis that is looked at; None: the present."""
        self._marks.show_moment(None if position is None else place_of(position, self._log_x), position)

    @property
    def history(self) -> History:
        """Whose curves are drawn."""
        return self._history

    @property
    def metric(self) -> Metric:
        """What of it is drawn."""
        return self._metric

    @property
    def curves(self) -> Curves:
        """What is drawn."""
        return self._curves

    @property
    def is_zoomed(self) -> bool:
        """Whether the user chose what part to see."""
        return self._is_zoomed

    @property
    def labels(self) -> list[str]:
        """What is written at the ends of the lines."""
        return self._labels.texts

    @property
    def span(self) -> tuple[float, float]:
        """Where the axis of the epochs begins and ends, in the chart's pixels from the left."""
        room = self._plot.mapFromScene(self._box.sceneBoundingRect()).boundingRect()
        return float(self._plot.x() + room.left()), float(self._plot.x() + room.right())

    @property
    def shown(self) -> tuple[float, float]:
        """The places on the epoch axis at both ends of the span; see `is_logarithmic_in_epochs`."""
        (left, right), _ = self._box.viewRange()
        return position_at(left, self._log_x), position_at(right, self._log_x)

    @property
    def is_logarithmic_in_epochs(self) -> bool:
        """Whether the axis of the epochs is one of logarithms."""
        return self._log_x

    @property
    def canvas(self) -> QWidget:
        """What to paint for a picture of the chart."""
        return self._plot

    def show_all(self) -> None:
        """Show everything, and follow the curves as they grow."""
        self._is_zoomed, self._limits, self._labelled = False, (), ()
        self.redraw()
        self.view_changed.emit()

    # ---- drawing

    def redraw(self) -> None:
        """Draw the history again. Axes, grid and labels cost more than lines, so they follow only when they must."""
        look: Look = (self._metric, self._logarithmic, self._log_x, self._smoothing)
        curves = self._curves = curves_of(self._history, *look)
        smooth = len(curves.epoch_x) < _SMOOTH_BELOW and self._metric != "rate"
        self._batches.setData(curves.batch_x, curves.batch_y)
        self._training.setData(curves.training_x, curves.training, antialias=smooth)
        self._validation.setData(curves.epoch_x, curves.validation, antialias=smooth)
        raws = (curves.raw_batch_y, curves.raw_training, curves.raw_validation)
        for item, x, y in zip(self._raw, (curves.batch_x, curves.training_x, curves.epoch_x), raws, strict=True):
            item.setData(x[: len(y)], y)
        self.others.redraw(look)
        self._gap.setPath(_between(*gap(curves, worse_above=self._metric != "accuracy")))
        if not self._is_zoomed:
            self._fit()
        labelled = (len(curves.epoch_x), curves.best, curves.changes, len(self.others.runs), *look)
        if labelled != self._labelled or self._metric == "rate" or self.others.runs:
            self._labelled = labelled
            for side, logarithmic in (("left", self._logarithmic), ("bottom", self._log_x)):
                cast(LogarithmicAxis, self._item.getAxis(side)).set_logarithmic(logarithmic)
            self._marks.set_changes(curves.changes)
            self._place_dots()
            self._place_labels()

    def _fit(self) -> None:
        drawn = [self._curves, *(other for other in self.others.curves if len(other.training_x))]
        low, high = min(each.low for each in drawn), max(each.high for each in drawn)
        left, right = min(each.left for each in drawn), max(each.right for each in drawn)
        edge, foot = 0.01 * (right - left), 0.01 * (high - low)
        limits = (left - edge, right + 1.5 * edge, low - foot, high)
        if limits != self._limits:
            self._limits = limits
            self._box.setRange(xRange=limits[:2], yRange=limits[2:], padding=0)

    def _place_dots(self) -> None:
        """A dot at the end of each line per epoch; it is all that there is after the first."""
        curves, theme = self._curves, appearance.theme
        ends = (
            (end_of(curves.training_x, curves.training), theme.positive),
            (end_of(curves.epoch_x, curves.validation), theme.negative),
        )
        spots = [(*place, colour) for place, colour in ends if place is not None]
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
        for y in places if len(places) <= _MOST_LINES or not levels else levels[0][1]:
            path.moveTo(left, y)
            path.lineTo(right, y)
        self._grid.setPath(path)
        self._place_labels()
        self.view_changed.emit()

    def _place_labels(self) -> None:
        """The names of the lines at their ends; the best epoch's beside its line."""
        curves = self._curves
        named = "learning rate" if self._metric == "rate" else "training"
        lines = [
            (named, "positive", curves.training_x, curves.training, curves.raw_training),
            ("validation", "negative", curves.epoch_x, curves.validation, curves.raw_validation),
        ]
        for run, other in zip(self.others.runs, self.others.curves, strict=False):
            if np.isfinite(other.validation).any():
                lines.append((run.name, run.role, other.epoch_x, other.validation, other.raw_validation))
            else:
                lines.append((run.name, run.role, other.training_x, other.training, other.raw_training))
        labels: list[EndLabel] = []
        for name, role, x, y, raw in lines:
            place = end_of(x, y)
            if place is not None:
                value = end_of(x, raw) or place  # the number is the one that was measured, smoothed or not
                labels.append(EndLabel(f"{name} {self._value_text(value[1])}", *place, role))
        # Losses are drawn low in the chart and accuracies high, so their names stand above and below them.
        above = self._metric != "accuracy"
        self._labels.place(labels, above)
        self._marks.place(curves.best, place_of(curves.best, self._log_x) if curves.best else 0.0, above)

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
        self._item.getAxis("left").setWidth(52)
        bottom = self._item.getAxis("bottom")
        bottom.label.setFont(font("small"))
        bottom.setHeight(38)
        positive, negative = QColor(theme.positive), QColor(theme.negative)
        self._batches.setPen(cosmetic_pen(translucent(theme.positive, 0.3), 1))
        self._training.setPen(cosmetic_pen(positive, 2))
        self._validation.setPen(cosmetic_pen(negative, 2))
        for item, colour, opacity in zip(self._raw, (positive, positive, negative), (0.12, 0.35, 0.35), strict=True):
            item.setPen(cosmetic_pen(translucent(colour.name(), opacity), 1))
        self._grid.setPen(cosmetic_pen(translucent(theme.border, 0.6), 1))
        self._gap.setPen(QPen(Qt.PenStyle.NoPen))
        self._gap.setBrush(translucent(theme.negative, 0.14))
        self.others.dress()
        self._marks.dress()
        self._place_dots()
        self._place_labels()

    # ---- the mouse

    def _on_zoom(self) -> None:
        self._is_zoomed = True
        self.view_changed.emit()

    def _on_mouse(self, place: QPointF) -> None:
        drawn = len(self._history) or self.others.runs
        if not (self._box.sceneBoundingRect().contains(place) and drawn):
            self._leave()
            return
        there = self._box.mapSceneToView(place)
        position = position_at(there.x(), self._log_x)
        found = values_at(self._history, self.others.runs, self._metric, position, self._unit)
        if found is None:
            self._leave()
            return
        at, lines = found
        self._marks.show_cross(place_of(at, self._log_x), there.y())
        self.reading.show_lines(lines, self._plot.mapFromScene(place))

    def _leave(self) -> None:
        self._marks.hide_cross()
        self.reading.hide()

    def leaveEvent(self, event: QEvent) -> None:
        self._leave()
        super().leaveEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._leave()


def _between(x: Floats, lower: Floats, upper: Floats) -> QPainterPath:
    """The area between two lines over the same x."""
    path = QPainterPath()
    if len(x) > 1:
        there = [QPointF(a, b) for a, b in zip(x.tolist(), lower.tolist(), strict=True)]
        back = [QPointF(a, b) for a, b in zip(x[::-1].tolist(), upper[::-1].tolist(), strict=True)]
        path.addPolygon(QPolygonF([*there, *back]))
        path.closeSubpath()
    return path
