"""A relief from above or in space, as the user chooses, with its scale, its legend, and what is under the pointer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from playground.train.relief.surfaces import Point
from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.train.relief.colours import ramp
from playground.ui.train.relief.contour_view import ContourView
from playground.ui.train.relief.relief import Relief, Trail
from playground.ui.train.relief.surface_view import SurfaceView
from playground.ui.widgets.headings import ElidedLabel, TextLabel, Tone
from playground.ui.widgets.numbers import short
from playground.ui.widgets.pill import Pill
from playground.ui.widgets.segmented import SegmentedSwitch

_STEEP = 8.0
"""Where the highest is so many times further above the lowest than the median is, the logarithm is drawn at first."""


class ReliefPanel(QWidget):
    """Contour map and surface of one relief; `chosen` sends a point that was clicked on the map."""

    chosen = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relief: Relief | None = None
        self._trails: tuple[Trail, ...] = ()
        self._start: Point | None = None
        self.switch = SegmentedSwitch(("Contour", "Surface"), "How the heights are drawn")
        self.logarithmic = Pill("log scale", checkable=True)
        self.logarithmic.setToolTip("Stretch what lies near the lowest point, so that flat valleys can be seen")
        self.reading = ElidedLabel("", "mono_small", "muted")
        self.reading.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.contour, self.surface = ContourView(), SurfaceView()
        self.legend = HeightLegend()
        self._pages = QStackedWidget()
        self._pages.addWidget(self.contour)
        self._pages.addWidget(self.surface)
        self.note = TextLabel("", tone="muted", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setMargin(40)
        self._pages.addWidget(self.note)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.switch)
        head.addWidget(self.logarithmic)
        head.addWidget(self.reading, 1)
        head.addWidget(self.legend)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        self.switch.currentChanged.connect(self._on_switch)
        self.logarithmic.toggled.connect(self._on_scale)
        self.contour.chosen.connect(self.chosen)
        self.contour.read.connect(self.reading.setText)

    @property
    def relief(self) -> Relief | None:
        """What is shown."""
        return self._relief

    def show_relief(self, relief: Relief | None, *, is_new: bool = False) -> None:
        """Draw this ground; for one that `is_new` the scale is chosen that suits it."""
        if relief is not None and is_new:
            middle = float(np.median(relief.filled))
            is_steep = relief.high - relief.low > _STEEP * (middle - relief.low)
            self.logarithmic.blockSignals(True)
            self.logarithmic.setChecked(is_steep)
            self.logarithmic.blockSignals(False)
        self._relief = None if relief is None else replace(relief, logarithmic=self.logarithmic.isChecked())
        self._show()

    def show_note(self, text: str, tone: Tone = "muted") -> None:
        """Say this in the place of a relief."""
        self.show_relief(None)
        self.note.setText(text)
        self.note.set_tone(tone)
        self._pages.setCurrentWidget(self.note)

    def show_trails(self, trails: tuple[Trail, ...], start: Point | None = None) -> None:
        """Draw these tracks over it, and where a race begins."""
        self._trails, self._start = trails, start
        self._shown.show_trails(trails, start)

    @property
    def _shown(self) -> ContourView | SurfaceView:
        return self.contour if self.switch.current == 0 else self.surface

    def _on_switch(self) -> None:
        self.reading.setText("")
        self._show()

    def _on_scale(self) -> None:
        self.show_relief(self._relief)

    def _show(self) -> None:
        if self._relief is not None:
            self._pages.setCurrentIndex(self.switch.current)
        self.legend.show_relief(self._relief)
        self._shown.show_relief(self._relief)
        self._shown.show_trails(self._trails, self._start)


class HeightLegend(QWidget):
    """The colours from the lowest to the highest, with both numbers and the one in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relief: Relief | None = None
        self.setFont(font("mono_small"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(216, 30)

    def show_relief(self, relief: Relief | None) -> None:
        """Say what these colours stand for."""
        self._relief = relief
        if relief is not None:
            self.setToolTip(f"The {relief.word} from the lowest to the highest point in view")
            self.setAccessibleName(f"{relief.word} from {short(relief.low, 3)} to {short(relief.high, 3)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        relief, theme = self._relief, appearance.theme
        if relief is None:
            return
        painter = QPainter(self)
        bar = QRectF(8, 3, self.width() - 16, 8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        colours = ramp(theme)
        for place in range(0, 256, 51):
            gradient.setColorAt(place / 255, QColor(*(int(part) for part in colours[place])))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.border))
        painter.setBrush(gradient)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(QColor(theme.muted))
        row = QRectF(0, 13, self.width(), 16)
        places = (
            (Qt.AlignmentFlag.AlignLeft, 0.0),
            (Qt.AlignmentFlag.AlignHCenter, 0.5),
            (Qt.AlignmentFlag.AlignRight, 1.0),
        )
        for side, height in places:
            painter.drawText(row, side | Qt.AlignmentFlag.AlignVCenter, short(relief.value_of(height), 3))
        painter.end()


def fit_on_screen(window: QWidget, width: int, height: int) -> None:
    """Give a window this size, or what the screen has room for."""
    room = window.screen().availableSize()
    window.resize(min(width, room.width() - 40), min(height, room.height() - 60))
