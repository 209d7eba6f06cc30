"""The slider under the curves that goes back in time: what is looked at is the network as it was there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from playground.ui.theme import appearance
from playground.ui.train.chart.curves import place_of, position_at
from playground.ui.train.looking import when_of
from playground.ui.train.training_state import TrainingState
from playground.ui.widgets.headings import ElidedLabel
from playground.ui.widgets.numbers import bytes_, count

if TYPE_CHECKING:
    from playground.ui.train.chart.chart import LearningChart

_HEIGHT, _KNOB, _LINE = 22, 7.0, 4.0
_LEFT = 46
"""Where the curves begin, until the chart has said so."""
_TICKS_APART = 5
"""Pixels between two ticks, at least: closer ones would be a band."""

_STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}
_KEYS = {*_STEPS, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Escape}


class TimeSlider(QWidget):
    """The slider, and below it which moment is shown, with the way back to now."""

    def __init__(self, training: TrainingState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training, self._looking = training, training.looking
        self._chart: LearningChart | None = None
        self.track = TimeTrack(training)
        self.words = ElidedLabel("", "small", "muted")
        self.now = QPushButton("Back to now")
        self.now.setToolTip("Show the network as it is now, and follow the training again (End)")
        self.now.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.now.clicked.connect(self._looking.look_at_now)
        policy = self.now.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.now.setSizePolicy(policy)
        self._below = below = QHBoxLayout()
        below.setContentsMargins(_LEFT, 0, 0, 0)
        below.addWidget(self.words, 1)
        below.addWidget(self.now)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.track)
        column.addLayout(below)
        self._looking.changed.connect(self.refresh)
        self._looking.moments_changed.connect(self.refresh)
        training.history_changed.connect(self.refresh)
        training.state_changed.connect(self.refresh)
        self.refresh()

    def set_chart(self, chart: LearningChart) -> None:
        """The curves above: from now on the slider's ends are theirs, and the moment is marked on them."""
        self._chart = chart
        self.track.set_chart(chart)
        chart.view_changed.connect(self._mark)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show where in time the network is that is looked at."""
        looking = self._looking
        moment = looking.moment
        self.words.setText(self._words())
        self.words.set_tone("muted" if moment is None else "highlight")
        self.now.setVisible(moment is not None)
        self.track.setEnabled(looking.can_look_back)
        self.track.refresh()
        self._mark()

    @Slot()
    def _mark(self) -> None:
        moment = self._looking.moment
        if self._chart is not None:
            self._below.setContentsMargins(round(self._chart.span[0]), 0, 0, 0)
            self._chart.set_moment(None if moment is None else moment.position)

    def _words(self) -> str:
        looking, training = self._looking, self._training
        if looking.moment is not None:
            meanwhile = " Training goes on." if training.state == "running" else ""
            return f"As it was {when_of(looking.position)}.{meanwhile}"
        if looking.can_look_back:
            return f"Now, {when_of(looking.position)}. Drag to look back in time."
        if len(looking.moments) > 1:
            return "The network was edited since; its past is that of another one."
        moments = looking.moments
        if 2 * moments.bytes > moments.limit:
            return f"This network is too large to keep its past: one moment takes {bytes_(moments.bytes)}."
        if len(training.history):
            return "No earlier weights are kept of this run yet. Train on, then drag here to look back in time."
        return "While the network learns, drag here to look back in time."


class TimeTrack(QWidget):
    """The line with its knob. Left and Right go a moment back and on, Home to the first, End and Escape to now."""

    def __init__(self, training: TrainingState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training, self._looking = training, training.looking
        self._chart: LearningChart | None = None
        self._seen: tuple[object, ...] = ()
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Moment of the training that is shown")
        appearance.changed.connect(self.update)

    def set_chart(self, chart: LearningChart) -> None:
        """Stand under these curves."""
        self._chart = chart
        chart.view_changed.connect(self.update)
        self.update()

    def refresh(self) -> None:
        """Draw again if anything has changed."""
        looking = self._looking
        seen = (looking.position, looking.moment is None, len(looking.moments), self.isEnabled())
        if seen != self._seen:
            self._seen = seen
            self.setCursor(Qt.CursorShape.PointingHandCursor if self.isEnabled() else Qt.CursorShape.ArrowCursor)
            self.setAccessibleDescription(
                f"{'Now' if looking.moment is None else 'Earlier'}, {when_of(looking.position)}"
            )
            self.update()

    # ---- places

    @property
    def ends(self) -> tuple[float, float]:
        """The pixels at which the track begins and ends: those of the curves, if there are any yet."""
        return (float(_LEFT), self.width() - _KNOB) if self._chart is None else self._chart.span

    def x_of(self, position: float) -> float:
        """The pixel of a place on the epoch axis; one of the ends if the curves do not show that place."""
        (left, right), (first, last) = self.ends, self._axis()
        share = (place_of(position, self._is_logarithmic) - first) / max(last - first, 1e-9)
        return left + (right - left) * min(max(share, 0.0), 1.0)

    def position_at(self, x: float) -> float:
        """The place on the epoch axis that a pixel stands for."""
        (left, right), (first, last) = self.ends, self._axis()
        share = min(max((x - left) / max(right - left, 1.0), 0.0), 1.0)
        return position_at(first + (last - first) * share, self._is_logarithmic)

    @property
    def _is_logarithmic(self) -> bool:
        return self._chart is not None and self._chart.is_logarithmic_in_epochs

    def _axis(self) -> tuple[float, float]:
        """What the ends stand for, as the chart counts."""
        if self._chart is None:
            return 0.0, self._training.history.position
        first, last = self._chart.shown
        return place_of(first, self._is_logarithmic), place_of(last, self._is_logarithmic)

    def sizeHint(self) -> QSize:
        return QSize(300, _HEIGHT)

    # ---- the user

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._look(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event.position())

    def _look(self, place: QPointF) -> None:
        """At or beyond the newest moment lies the present."""
        newest, position = self._looking.moments.newest, self.position_at(place.x())
        if newest is None or position >= newest.position:
            self._looking.look_at_now()
        else:
            self._looking.look_at(position)

    def event(self, event: QEvent) -> bool:
        """The keys of the slider are not those of the training while it has the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in _KEYS and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                event.accept()
                return True
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.explanation(), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        looking, key = self._looking, Qt.Key(event.key())
        newest = looking.moments.newest
        if key in (Qt.Key.Key_End, Qt.Key.Key_Escape):
            looking.look_at_now()
        elif key == Qt.Key.Key_Home:
            looking.look_at(0.0)
        elif key in _STEPS:
            looking.step(_STEPS[key])
            if newest is not None and looking.position >= newest.position:
                looking.look_at_now()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def explanation(self) -> str:
        """What the slider does, and how much of the past is kept."""
        moments = self._looking.moments
        keys = "Drag, or press Left and Right, to see weights, filters, feature maps and mistakes as they were."
        if not len(moments):
            return keys
        kept = (
            f"{count(len(moments))} {'moment is' if len(moments) == 1 else 'moments are'} kept, in "
            f"{bytes_(moments.bytes)} of at most {bytes_(moments.limit)}, until you reset the network or close "
            "the document."
        )
        thinned = "When there is no room for more, every second one is let go."
        if moments.stride > 1:
            thinned += f" Of the latest, one in {moments.stride} is kept."
        return f"{keys}\n{kept}\n{thinned}"

    # ---- looks

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, looking = appearance.theme, self._looking
        left, right = self.ends
        middle = _HEIGHT / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.border))
        painter.drawRoundedRect(QRectF(left, middle - _LINE / 2, right - left, _LINE), 2, 2)
        positions = looking.moments.positions
        if self.isEnabled() and positions:
            knob, first = self.x_of(looking.position), self.x_of(positions[0])
            is_past = looking.moment is not None
            painter.setBrush(QColor(theme.highlight if is_past else theme.accent))
            painter.drawRoundedRect(QRectF(first, middle - _LINE / 2, max(0.0, knob - first), _LINE), 2, 2)
            self._paint_ticks(painter, positions, middle)
            painter.setBrush(QColor(theme.highlight if is_past else theme.accent))
            painter.setPen(QPen(QColor(theme.focus if self.hasFocus() else theme.canvas), 2))
            painter.drawEllipse(QPointF(knob, middle), _KNOB, _KNOB)
        painter.end()

    def _paint_ticks(self, painter: QPainter, positions: tuple[float, ...], middle: float) -> None:
        """Where there is a moment to look at, as far as they can be told apart."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(appearance.theme.border_strong))
        (left, right), (first, last) = self.ends, self._axis()
        places = np.array(positions)
        if self._is_logarithmic:
            places = np.log10(np.maximum(places, 1e-12))
        x = left + (right - left) * np.clip((places - first) / max(last - first, 1e-9), 0.0, 1.0)
        _, apart = np.unique(np.floor(x / _TICKS_APART), return_index=True)
        painter.drawRects([QRectF(each - 0.5, middle + 5, 1, 4) for each in x[apart].tolist()])
