"""What a sweep found, drawn: a heat map for two settings, a line for one. A click chooses a run."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.train.runs.sweep import Axis
from playground.ui.fonts import font
from playground.ui.theme import Theme, appearance, mix
from playground.ui.train.runs.sweep_runs import Outcome

Place = tuple[int, ...]

_GAP, _ROOM, _MOST_WIDE, _MOST_HIGH = 4.0, 12.0, 180.0, 84.0
_TITLE, _LABEL = 22.0, 22.0
_WEAKEST, _STRONGEST = 0.12, 0.85
_WIDE_RANGE = 20.0
"""Losses that differ by more than so many times are drawn on a logarithmic scale."""

_EMPTY = "Choose on the left what to sweep over, and press Start.\nEvery run becomes a cell of a map here."


class SweepMap(QWidget):
    """Shows the outcomes of a sweep. `value` of an outcome is what is drawn, `better` −1 where less is better.

    Arrow keys move the choice, as a click does.
    """

    chosen = Signal(object)
    """The place of a run that was chosen: the number of its value on each axis."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes: tuple[Axis, ...] = ()
        self._outcomes: dict[Place, Outcome] = {}
        self._values: dict[Place, float] = {}
        self._words: Callable[[float], str] = str
        self._better = -1
        self.place: Place | None = None
        """The run that is chosen."""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 200)
        appearance.changed.connect(self.update)

    def show_outcomes(
        self,
        axes: Sequence[Axis],
        outcomes: Sequence[Outcome],
        value: Callable[[Outcome], float],
        words: Callable[[float], str],
        better: int,
    ) -> None:
        """Draw these; `words` says a value, and more is better where `better` is 1."""
        self._axes, self._words, self._better = tuple(axes), words, better
        self._outcomes = {outcome.point.place: replace(outcome) for outcome in outcomes}
        self._values = {place: value(outcome) for place, outcome in self._outcomes.items()}
        if self.place not in self._outcomes:
            self.place = None
        best = self.best
        said = "" if best is None else f", best {self._said(best)} at {self._outcomes[best].point.title}"
        self.setAccessibleName(f"Sweep of {len(outcomes)} runs{said}")
        self.update()

    @property
    def best(self) -> Place | None:
        """The best run so far, None while there is none."""
        known = {place: value for place, value in self._values.items() if self._counts(place) and math.isfinite(value)}
        return max(known, key=lambda place: self._better * known[place]) if known else None

    def choose(self, place: Place | None) -> None:
        """Choose the run at this place."""
        if place in self._outcomes:
            self.place = place
            self.update()
            self.chosen.emit(place)

    def _counts(self, place: Place) -> bool:
        return self._outcomes[place].state in ("done", "training", "cancelled")

    def _said(self, place: Place) -> str:
        """What stands in the cell of a run."""
        outcome, value = self._outcomes[place], self._values[place]
        if outcome.state == "failed":
            return "failed"
        if math.isfinite(value):
            return self._words(value)
        return {"waiting": "", "training": "…", "cancelled": "–"}.get(outcome.state, "–")

    def _share(self, place: Place) -> float:
        """How good a run is among all, 0 (worst) to 1 (best); losses are compared by their logarithms."""
        known = [self._weight(v) for p, v in self._values.items() if self._counts(p) and math.isfinite(v)]
        value = self._values[place]
        if not known or not math.isfinite(value) or not self._counts(place):
            return 0.0
        low, high = min(known), max(known)
        part = 1.0 if high == low else (self._weight(value) - low) / (high - low)
        return part if self._better > 0 else 1 - part if high > low else 1.0

    def _weight(self, value: float) -> float:
        return math.log(max(value, 1e-12)) if self._better < 0 else value

    # ---- where things are

    @property
    def _is_line(self) -> bool:
        return len(self._axes) == 1

    def _grid(self) -> tuple[QRectF, int, int]:
        """The place of all cells, how many rows and how many columns."""
        rows = 1 if self._is_line else len(self._axes[0].values)
        columns = len(self._axes[-1].values)
        left = 58.0 if self._is_line else self._label_width() + _TITLE + _ROOM
        area = QRectF(self.rect()).adjusted(left, 6, -8, -(_LABEL + _TITLE))
        if not self._is_line:
            area.setWidth(min(area.width(), columns * _MOST_WIDE))
            area.setHeight(min(area.height(), rows * _MOST_HIGH))
        return area, rows, columns

    def _label_width(self) -> float:
        metrics, axis = QFontMetricsF(font("small")), self._axes[0]
        return max(metrics.horizontalAdvance(axis.setting.in_words(value)) for value in axis.values)

    def cell(self, place: Place) -> QRectF:
        """Where the cell of a run is, in this widget."""
        area, rows, columns = self._grid()
        row, column = (0, place[0]) if self._is_line else (place[0], place[1])
        wide, high = area.width() / columns, area.height() / rows
        found = QRectF(area.left() + column * wide, area.top() + row * high, wide, high)
        return found if self._is_line else found.adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)

    def place_at(self, point: QPointF) -> Place | None:
        """The run at a point of this widget, None outside."""
        if not self._axes:
            return None
        return next((place for place in self._outcomes if self.cell(place).contains(point)), None)

    # ---- painting

    def sizeHint(self) -> QSize:
        return QSize(560, 340)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = appearance.theme
        if not self._axes:
            painter.setPen(QColor(theme.muted))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), _EMPTY)
        elif self._is_line:
            self._paint_line(painter, theme)
        else:
            for place in self._outcomes:
                self._paint_cell(painter, theme, place)
        if self._axes:
            self._paint_axes(painter, theme)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.focus), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()

    def _paint_cell(self, painter: QPainter, theme: Theme, place: Place) -> None:
        cell, outcome = self.cell(place), self._outcomes[place]
        share = _WEAKEST + _STRONGEST * self._share(place)
        is_known = math.isfinite(self._values[place]) and self._counts(place)
        ground = mix(theme.field, theme.accent, share) if is_known else theme.field
        if outcome.state == "failed":
            ground = theme.danger_ground
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(cell, 4, 4)
        if outcome.state == "training":
            bar = QRectF(cell.left() + 4, cell.bottom() - 6, (cell.width() - 8) * outcome.fraction, 3)
            painter.fillRect(bar, QColor(theme.highlight))
        if place == self.best:
            painter.setPen(QPen(QColor(theme.success), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)
        if place == self.place:
            painter.setPen(QPen(QColor(theme.highlight), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell, 4, 4)
        painter.setPen(QColor(theme.danger if outcome.state == "failed" else _readable(ground)))
        painter.setFont(font("mono_small"))
        if QFontMetricsF(font("mono_small")).horizontalAdvance(self._said(place)) <= cell.width() - 2:
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, self._said(place))

    def _paint_axes(self, painter: QPainter, theme: Theme) -> None:
        area, rows, columns = self._grid()
        painter.setFont(font("small"))
        across, metrics = self._axes[-1], QFontMetricsF(font("small"))
        wide = area.width() / columns
        painter.setPen(QColor(theme.muted))
        for column, value in enumerate(across.values):
            spot = QRectF(area.left() + column * wide, area.bottom() + 2, wide, _LABEL)
            words = metrics.elidedText(across.setting.in_words(value), Qt.TextElideMode.ElideRight, wide)
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, words)
        painter.setPen(QColor(theme.text))
        painter.drawText(
            QRectF(area.left(), area.bottom() + _LABEL, area.width(), _TITLE),
            Qt.AlignmentFlag.AlignCenter,
            across.setting.title,
        )
        if self._is_line:
            return
        down, high = self._axes[0], area.height() / rows
        painter.setPen(QColor(theme.muted))
        for row, value in enumerate(down.values):
            spot = QRectF(0, area.top() + row * high, area.left() - _ROOM / 2, high)
            painter.drawText(
                spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, down.setting.in_words(value)
            )
        painter.setPen(QColor(theme.text))
        painter.save()
        painter.translate(2, area.center().y())
        painter.rotate(-90)
        half = max(area.height() / 2, 80)
        painter.drawText(QRectF(-half, 0, 2 * half, _TITLE), Qt.AlignmentFlag.AlignCenter, down.setting.title)
        painter.restore()

    def _paint_line(self, painter: QPainter, theme: Theme) -> None:
        """One setting: a point for each value, joined; the best one ringed."""
        area, _, _ = self._grid()
        spots = self.spots()
        low, high = self._limits()
        painter.setFont(font("mono_small"))
        for step in range(5):
            y = area.bottom() - area.height() * step / 4
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            level = low + (high - low) * step / 4
            words = self._words(10**level if self._is_logarithmic else level)
            side = QRectF(0, y - 8, area.left() - 6, 16)
            painter.drawText(side, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        painter.setPen(QPen(QColor(theme.accent), 2))
        order = [spots[place] for place in sorted(spots)]
        painter.drawPolyline(order)
        for place, outcome in self._outcomes.items():
            cell = self.cell(place)
            if place == self.place:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(theme.selection))
                painter.setOpacity(0.5)
                painter.drawRoundedRect(cell.adjusted(4, 0, -4, 0), 4, 4)
                painter.setOpacity(1.0)
            if place in spots:
                is_best = place == self.best
                painter.setPen(QPen(QColor(theme.success if is_best else theme.accent), 2))
                painter.setBrush(QColor(theme.highlight if place == self.place else theme.accent))
                painter.drawEllipse(spots[place], 6 if is_best else 4, 6 if is_best else 4)
                painter.setPen(QColor(theme.text))
                label = QRectF(cell.left() - 10, spots[place].y() - 24, cell.width() + 20, 16)
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._said(place))
            elif outcome.state in ("failed", "training", "cancelled"):
                painter.setPen(QColor(theme.danger if outcome.state == "failed" else theme.muted))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, self._said(place))

    def spots(self) -> dict[Place, QPointF]:
        """Where the points of a line are, of those runs that have a value."""
        area, _, _ = self._grid()
        low, high = self._limits()
        scale = area.height() / max(1e-12, high - low)
        return {
            place: QPointF(self.cell(place).center().x(), area.bottom() - scale * (self._height(value) - low))
            for place, value in self._values.items()
            if math.isfinite(value) and self._counts(place)
        }

    @property
    def _is_logarithmic(self) -> bool:
        known = [value for place, value in self._values.items() if math.isfinite(value) and self._counts(place)]
        return self._better < 0 and bool(known) and min(known) > 0 and max(known) > _WIDE_RANGE * min(known)

    def _height(self, value: float) -> float:
        """Where a value stands on the axis of the line."""
        return math.log10(value) if self._is_logarithmic else value

    def _limits(self) -> tuple[float, float]:
        """What the line's height goes from and to, with room for the numbers above the points."""
        known = [
            self._height(value) for place, value in self._values.items() if math.isfinite(value) and self._counts(place)
        ]
        if not known:
            return 0.0, 1.0
        low, high = min(known), max(known)
        room = (high - low) or max(abs(high), 1e-6) * 0.2
        bottom = low - 0.15 * room
        return bottom if self._is_logarithmic else max(0.0, bottom), high + 0.25 * room

    # ---- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.choose(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._axes:
            super().keyPressEvent(event)
            return
        if self.place is None:
            self.choose(self.best or next(iter(self._outcomes), None))
        elif self._is_line:
            self.choose((self.place[0] + step[1],))
        else:
            self.choose((self.place[0] + step[0], self.place[1] + step[1]))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.place_at(QPointF(event.pos()))
            if place is not None:
                outcome = self._outcomes[place]
                words = "\n".join(filter(None, (outcome.point.title, outcome.message)))
                QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


def _readable(ground: str) -> str:
    """Black or white, whichever is easier to read on this ground (relative luminance, WCAG 2)."""
    colour = QColor(ground)
    parts = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return "#ffffff" if luminance < 0.179 else "#101218"
