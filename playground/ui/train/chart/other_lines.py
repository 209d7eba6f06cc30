"""Other runs beside the one in the chart: validation as a line, training dashed and thin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from playground.ui.theme import appearance
from playground.ui.train.chart.curves import Curves, Metric, Other, curves_of
from playground.ui.train.chart.pens import cosmetic_pen

_DEPTH = 2.5
"""Above the shaded gap, below the lines of the run itself."""

Look = tuple[Metric, bool, bool, float]
"""What is drawn of each run: see `curves_of`."""


class OtherLines:
    """Draws runs into a view box. What has not changed since it was worked out is not worked out again."""

    def __init__(self, box: pg.ViewBox) -> None:
        self._box = box
        self._runs: tuple[Other, ...] = ()
        self._known: dict[int, tuple[object, Curves]] = {}
        self._curves: tuple[Curves, ...] = ()
        self._items: list[tuple[pg.PlotCurveItem, pg.PlotCurveItem]] = []

    @property
    def runs(self) -> tuple[Other, ...]:
        """What is drawn."""
        return self._runs

    @property
    def curves(self) -> tuple[Curves, ...]:
        """The lines of each, in the units of the chart."""
        return self._curves

    def set_runs(self, runs: Sequence[Other]) -> None:
        """Draw these from the next `redraw` on."""
        self._runs = tuple(runs)
        self._known = {key: known for key, known in self._known.items() if key in {id(run.history) for run in runs}}
        while len(self._items) < len(self._runs):
            items = pg.PlotCurveItem(connect="finite"), pg.PlotCurveItem(connect="finite")
            for item in items:
                item.setZValue(_DEPTH)
                self._box.addItem(item, ignoreBounds=True)
            self._items.append(items)
        while len(self._items) > len(self._runs):
            for item in self._items.pop():
                self._box.removeItem(item)
        self.dress()

    def redraw(self, look: Look) -> None:
        """Draw the histories as they are now."""
        self._curves = tuple(self._curves_of(run, look) for run in self._runs)
        for (solid, dashed), curves in zip(self._items, self._curves, strict=True):
            has_validation = bool(np.isfinite(curves.validation).any())
            solid.setData(*((curves.epoch_x, curves.validation) if has_validation else _training(curves)))
            dashed.setData(*(_training(curves) if has_validation else ([], [])))

    def _curves_of(self, run: Other, look: Look) -> Curves:
        history = run.history
        version = (len(history), history.position, look)
        known = self._known.get(id(history))
        if known is None or known[0] != version:
            known = self._known[id(history)] = (version, curves_of(history, *look))
        return known[1]

    def dress(self) -> None:
        """Colours of the theme as it is now."""
        for (solid, dashed), run in zip(self._items, self._runs, strict=True):
            colour = QColor(getattr(appearance.theme, run.role))
            solid.setPen(cosmetic_pen(colour, 2))
            dashed.setPen(cosmetic_pen(colour, 1, Qt.PenStyle.DashLine))


def _training(curves: Curves) -> tuple[object, object]:
    """Before there is an epoch, the line per batch stands for it."""
    if len(curves.training_x):
        return curves.training_x, curves.training
    return curves.batch_x, curves.batch_y
