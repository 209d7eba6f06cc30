"""The window that looks for a learning rate: loss over rate as it is tried, a suggestion, one click takes it."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from playground.data import DataError
from playground.train.errors import TrainError
from playground.train.preparation import split_for
from playground.train.rate_finder import HIGHEST, LOWEST, RateFound, RateTried, try_rates
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.train.controller import TrainingController
from playground.ui.train.plot_look import dress_plot
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import short

_LOOK = 60
"""Milliseconds between two looks at what was tried."""


class RateFinder(QDialog):
    """Begins at once, on a copy of the network in the background; closing it ends the test after the present batch."""

    def __init__(self, session: Session, controller: TrainingController, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._controller = session, controller
        self._cancelled = threading.Event()
        self._tried: deque[RateTried] = deque()
        self.found: RateFound | None = None
        self.setWindowTitle("Find a learning rate")
        self.resize(720, 480)
        self.plot = pg.PlotWidget()
        self._line = pg.PlotCurveItem()
        self._suggested = pg.InfiniteLine(angle=90, movable=False)
        self.words = TextLabel("", wrap=True)
        self.take = QPushButton("Take it")
        self.take.setProperty("primary", True)
        self.take.setEnabled(False)
        self.take.clicked.connect(self._on_take)
        self.leave = QPushButton("Cancel")
        self.leave.clicked.connect(self.reject)
        self._lay_out()
        self._dress()
        appearance.changed.connect(self._dress)
        self.finished.connect(self._cancelled.set)
        self.destroyed.connect(self._cancelled.set)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self._draw)
        self._begin()

    def _lay_out(self) -> None:
        item = self.plot.getPlotItem()
        assert item is not None
        item.hideButtons()
        item.setMenuEnabled(False)
        box = item.getViewBox()
        box.setMouseEnabled(False, False)
        powers = range(round(np.log10(LOWEST)), round(np.log10(HIGHEST)) + 1)
        item.getAxis("bottom").setTicks([[(power, _power_of_ten(power)) for power in powers]])
        item.getAxis("left").enableAutoSIPrefix(False)
        item.setLabel("bottom", "learning rate")
        item.setLabel("left", "loss")
        box.setXRange(np.log10(LOWEST), np.log10(HIGHEST))
        for part in (self._line, self._suggested):
            self.plot.addItem(part)
        self._suggested.hide()
        self.plot.setAccessibleName("Loss over learning rate")
        explained = TextLabel(
            "A copy of the network learns from one batch after the other, each with a larger learning rate. The curve "
            "is the loss on a few hundred training examples after each batch. Your network stays as it is.",
            "small",
            "muted",
            wrap=True,
        )
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.leave)
        buttons.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(explained)
        column.addWidget(self.plot, 1)
        column.addWidget(self.words)
        column.addLayout(buttons)

    def _dress(self) -> None:
        theme = appearance.theme
        dress_plot(self.plot)
        self._line.setPen(pg.mkPen(QColor(theme.positive), width=2))
        self._suggested.setPen(pg.mkPen(QColor(theme.success), width=1, style=Qt.PenStyle.DashLine))

    @property
    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """What is drawn: the logarithm of the rate, and the loss."""
        x, y = self._line.getData()
        return np.asarray(x), np.asarray(y)

    # ---- the test

    def _begin(self) -> None:
        experiment, state = self._session.experiment, dict(self._session.starting_state())
        cancelled, arrived = self._cancelled, self._tried

        def work() -> RateFound | None:
            for event in try_rates(experiment, split_for(experiment), state):
                if isinstance(event, RateFound):
                    return event
                arrived.append(event)
                if cancelled.is_set():
                    break
            return None

        self.words.setText("Trying …")
        self._timer.start()
        self._session.background.run("learning rates", work, self._on_found, self._on_failed)

    @Slot()
    def _draw(self) -> None:
        points = list(self._tried)
        if not points:
            return
        logarithms = np.log10([point.rate for point in points])
        losses = np.array([point.loss for point in points])
        self._line.setData(logarithms, losses)
        top = float(losses[: max(1, len(losses) // 2)].max())
        self.plot.getPlotItem().getViewBox().setRange(yRange=(0, 1.5 * top), padding=0)  # type: ignore[union-attr]
        self.words.setText(f"Trying {short(points[-1].rate, 1)} …")

    def _on_found(self, found: RateFound | None) -> None:
        if self._cancelled.is_set() or found is None:
            return
        self._timer.stop()
        self._draw()
        self.found = found
        self.words.setText(found.words)
        self.leave.setText("Close" if found.rate is None else "Leave it as it is")
        if found.rate is not None:
            self._suggested.setValue(np.log10(found.rate))
            self._suggested.show()
            self.take.setText(f"Take {found.rate:g}")
            self.take.setEnabled(True)
            self.take.setDefault(True)

    def _on_failed(self, error: Exception) -> None:
        if self._cancelled.is_set():
            return
        self._timer.stop()
        if not isinstance(error, TrainError | DataError | MemoryError):
            raise error
        self.words.setText(str(error) or "There is not enough memory for this. Choose a smaller batch size.")
        self.leave.setText("Close")

    def _on_take(self) -> None:
        if self.found is not None and self.found.rate is not None:
            self._controller.set_learning_rate(self.found.rate)
        self.accept()


def _power_of_ten(power: int) -> str:
    """0.01, and 10⁻⁶ where zeros would have to be counted."""
    if -4 <= power <= 4:
        return f"{10.0**power:g}"
    return "10" + str(power).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
