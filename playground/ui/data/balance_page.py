"""The page of the data browser that says how many examples there are of each class, part by part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from playground.data.statistics import class_counts
from playground.ui.data.looked import PARTS, ROLES, Looked
from playground.ui.data.number_bars import NumberBars, bars_of
from playground.ui.data.part_legend import PartLegend
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import count

MOST_ROWS = 100
"""Of a set with more classes the most frequent ones are shown."""
_ROW, _ROW_TWICE, _BAR, _THIN = 34, 44, 16, 7
_NAME, _COUNT = 120, 70
_UNBALANCED = 1.5
"""Where the most frequent class has so many times the examples of the rarest, it is said."""


class BalancePage(QWidget):
    """Bars for classes; for values to predict their histograms instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = TextLabel("", wrap=True)
        self.legend = PartLegend()
        self.bars = ClassBars()
        self.heading = SectionHeading("Values to predict")
        self.values = NumberBars()
        self._area = QScrollArea()
        self._area.setWidget(self.bars)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.legend)
        column.addWidget(self._area, 1)
        column.addWidget(self.heading)
        column.addWidget(self.values, 1)

    def show_looked(self, looked: Looked) -> None:
        """Show the balance of a data set."""
        has_classes = bool(looked.data.classes)
        self._area.setVisible(has_classes)
        self.heading.setVisible(not has_classes)
        self.values.setVisible(not has_classes)
        names = tuple(name for name in PARTS if name in looked.parts and len(looked.parts[name]))
        labelled = len(looked.parts["training"]) if looked.division is not None and len(looked.division.wrong) else 0
        self.legend.show_parts({name: len(looked.parts[name]) for name in names}, labelled, "training as labelled")
        if has_classes:
            rows = _rows(looked)
            self.words.setText(_verdict(looked, rows))
            self.bars.show_rows(rows)
            return
        self.words.setText("There are no classes: the network predicts values.")
        scale = looked.samples.scale
        parts = {name: scale.in_unit(looked.parts[name].truth.astype(np.float32)) for name in names}
        self.values.show_bars(bars_of({name: values.reshape(-1) for name, values in parts.items()}, ROLES))
        self.values.set_unit(looked.data.unit)


@dataclass(frozen=True)
class Row:
    """One class: how many examples each part has of it, and how many are labelled so for training."""

    name: str
    counts: dict[str, int]
    labelled: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def _rows(looked: Looked) -> list[Row]:
    classes = len(looked.data.classes)
    counts = {name: class_counts(part.truth, classes) for name, part in looked.parts.items()}
    training = looked.parts.get("training")
    labelled = np.zeros(classes, np.int64) if training is None else class_counts(training.labels, classes)
    rows = [
        Row(name, {part: int(number[place]) for part, number in counts.items()}, int(labelled[place]))
        for place, name in enumerate(looked.data.classes)
    ]
    if len(rows) > MOST_ROWS:
        rows = sorted(rows, key=lambda row: -row.total)[:MOST_ROWS]
    return rows


def _verdict(looked: Looked, rows: list[Row]) -> str:
    part = "training" if "training" in looked.parts else "test"
    ordered = sorted(rows, key=lambda row: row.counts[part])
    least, most = ordered[0], ordered[-1]
    low, high = least.counts[part], most.counts[part]
    more = f" Of {count(len(looked.data.classes))} classes the most frequent {MOST_ROWS} are shown." * (
        len(looked.data.classes) > len(rows)
    )
    if len(rows) == 1:
        return f"There is one class only, {least.name}: nothing can be told from anything else."
    if not low:
        return f"There is nothing of {least.name} to learn from.{more}"
    if high / low >= _UNBALANCED:
        return (
            f"Unbalanced: {most.name} has {high / low:.1f} times as many examples to learn from as {least.name}. A "
            "network may do well by guessing the frequent ones; look at each class in the confusion matrix, or give "
            f"rare classes more weight (“Class weights” in Train).{more}"
        )
    each = count(low) if low == high else f"{count(low)} to {count(high)}"
    return f"Balanced: each class has {each} examples to learn from.{more}"


class ClassBars(QWidget):
    """A row for each class: its name, a bar of its examples by part, and below it, where labels are wrong, as told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._is_noisy = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setMouseTracking(True)
        appearance.changed.connect(self.update)

    def show_rows(self, rows: list[Row]) -> None:
        """Show these classes."""
        self._rows = rows
        self._is_noisy = any(row.labelled != row.counts.get("training", row.labelled) for row in rows)
        self.setMinimumHeight(len(rows) * self._pitch + 4)
        self.update()

    @property
    def _pitch(self) -> int:
        return _ROW_TWICE if self._is_noisy else _ROW

    def sizeHint(self) -> QSize:
        return QSize(480, len(self._rows) * self._pitch + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = max(40, self.width() - _NAME - _COUNT)
        largest = max((max(row.total, row.labelled) for row in self._rows), default=1) or 1
        for number, row in enumerate(self._rows):
            top = number * self._pitch + 4
            painter.setFont(font("small"))
            painter.setPen(QColor(theme.text))
            name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, _NAME - 12)
            painter.drawText(QRectF(0, top, _NAME - 12, _BAR), Qt.AlignmentFlag.AlignRight | _MIDDLE, name)
            left = float(_NAME)
            painter.setPen(Qt.PenStyle.NoPen)
            for part in PARTS:
                width = room * row.counts.get(part, 0) / largest
                painter.setBrush(QColor(getattr(theme, ROLES[part])))
                painter.drawRect(QRectF(left, top, width, _BAR))
                left += width
            if self._is_noisy:
                painter.setBrush(QColor(theme.danger))
                painter.drawRect(QRectF(_NAME, top + _BAR + 3, room * row.labelled / largest, _THIN))
            painter.setFont(font("mono_small"))
            painter.setPen(QColor(theme.muted))
            painter.drawText(
                QRectF(left + 8, top, _COUNT, _BAR), Qt.AlignmentFlag.AlignLeft | _MIDDLE, count(row.total)
            )
        painter.end()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(event.pos()), self)
            return True
        return super().event(event)

    def _tip(self, position: QPoint) -> str:
        number = position.y() // self._pitch
        if not 0 <= number < len(self._rows):
            return ""
        row = self._rows[number]
        lines = [row.name, *(f"{part}: {count(row.counts[part])}" for part in PARTS if row.counts.get(part))]
        if self._is_noisy:
            lines.append(f"labelled so for training (red): {count(row.labelled)}")
        return "\n".join(lines)


_MIDDLE = Qt.AlignmentFlag.AlignVCenter
