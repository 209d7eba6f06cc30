"""What stands across the curves: the best epoch, changes by hand, the moment that is looked at, and the crosshair."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from playground.ui.fonts import font
from playground.ui.theme import appearance, translucent
from playground.ui.train.chart.pens import cosmetic_pen

_DEPTH = 12
_LABEL_HEIGHT = 17
_MOST_CHANGES = 20


class ChartMarks:
    """Draws lines and their words into a view box."""

    def __init__(self, box: pg.ViewBox) -> None:
        self._box = box
        self._best, self._cursor, self._moment = (pg.InfiniteLine(angle=90, movable=False) for _ in range(3))
        self._level = pg.InfiniteLine(angle=0, movable=False)
        self._best_label, self._moment_label = pg.TextItem(), pg.TextItem(anchor=(0.5, 1))
        self._moment_label.textItem.setFont(font("tiny"))
        self._best_label.textItem.setFont(font("small"))
        items = (self._best, self._cursor, self._level, self._moment, self._best_label, self._moment_label)
        for depth, item in enumerate(items):
            item.setZValue(_DEPTH + depth)
            item.setVisible(False)
            box.addItem(item, ignoreBounds=True)
        self._changes: list[tuple[pg.InfiniteLine, pg.TextItem]] = []
        self._words: tuple[tuple[float, str], ...] = ()
        self._moment_x = 0.0

    # ---- what is marked

    def set_changes(self, changes: Sequence[tuple[float, str]]) -> None:
        """A dotted line and the new value wherever learning rate, L1 or L2 was changed, from the next `place` on."""
        self._words = tuple(changes[-_MOST_CHANGES:])
        while len(self._changes) < len(self._words):
            line, label = pg.InfiniteLine(angle=90, movable=False), pg.TextItem(anchor=(0, 1))
            label.textItem.setFont(font("tiny"))
            for item in (line, label):
                item.setZValue(_DEPTH - 0.5)
                self._box.addItem(item, ignoreBounds=True)
            self._changes.append((line, label))
            self._dress_change(line, label)
        while len(self._changes) > len(self._words):
            for item in self._changes.pop():
                self._box.removeItem(item)

    def place(self, epoch: int, x: float, above: bool) -> None:
        """Mark the best epoch (0: none) at x, its words at the top or (not `above`) at the foot; and the changes."""
        (left, right), (bottom, top) = self._box.viewRange()
        pixel = self._box.viewPixelSize()[1]
        seen = bool(epoch) and left <= x <= right
        self._best.setVisible(seen)
        self._best_label.setVisible(seen)
        if seen:
            on_left = x > left + 0.5 * (right - left)
            self._best.setValue(x)
            self._best_label.setText(f"best validation · epoch {epoch:,}")
            self._best_label.setAnchor((1 if on_left else 0, 0 if above else 1))
            self._best_label.setPos(x, top if above else bottom + _LABEL_HEIGHT * pixel)
        for (line, label), (at, words) in zip(self._changes, self._words, strict=True):
            line.setValue(at)
            label.setText(words)
            label.setPos(at, bottom)
        if self._moment.isVisible():
            self._moment_label.setPos(self._moment_x, bottom)

    def show_moment(self, x: float | None, position: float | None) -> None:
        """Mark the moment that is looked at; None: there is none."""
        self._moment.setVisible(x is not None)
        self._moment_label.setVisible(x is not None)
        if x is not None and position is not None:
            (left, right), (bottom, _) = self._box.viewRange()
            self._moment_x = x
            self._moment.setValue(x)
            self._moment_label.setText(f"epoch {position:.3g}")
            self._moment_label.setAnchor((1 if x > left + 0.9 * (right - left) else 0, 1))
            self._moment_label.setPos(x, bottom)

    def show_cross(self, x: float, y: float) -> None:
        """The crosshair."""
        self._cursor.setValue(x)
        self._level.setValue(y)
        self._cursor.setVisible(True)
        self._level.setVisible(True)

    def hide_cross(self) -> None:
        """The pointer is elsewhere."""
        self._cursor.setVisible(False)
        self._level.setVisible(False)

    # ---- looks

    def dress(self) -> None:
        """Colours of the theme as it is now."""
        theme = appearance.theme
        self._best.setPen(cosmetic_pen(QColor(theme.success), 1, Qt.PenStyle.DashLine))
        self._cursor.setPen(cosmetic_pen(QColor(theme.muted), 1))
        self._level.setPen(cosmetic_pen(translucent(theme.muted, 0.5), 1, Qt.PenStyle.DotLine))
        self._moment.setPen(cosmetic_pen(QColor(theme.highlight), 1))
        for label, colour in ((self._best_label, theme.success), (self._moment_label, theme.highlight_text)):
            label.fill = pg.mkBrush(translucent(theme.canvas, 0.6))
            label.setColor(colour)
        for line, label in self._changes:
            self._dress_change(line, label)

    def _dress_change(self, line: pg.InfiniteLine, label: pg.TextItem) -> None:
        line.setPen(cosmetic_pen(QColor(appearance.theme.highlight), 1, Qt.PenStyle.DotLine))
        label.setColor(appearance.theme.highlight_text)
        label.fill = pg.mkBrush(translucent(appearance.theme.canvas, 0.6))
