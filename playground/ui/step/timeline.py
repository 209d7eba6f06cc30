"""The timeline of a training step: a segment for each station, forward, loss, backward, update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.ui.fonts import font
from playground.ui.step.phases import PhaseName, phase_colour
from playground.ui.theme import Theme, appearance, mix

_BAR = 7.0
_GAP = 3.0
_WIDEST = 88.0
_END = 6.0  # room behind the last segment, into which its label may lean
_LABEL_FROM = 25.0  # labels under segments at least this wide
_ROUNDED_FROM = 6.0  # round corners of segments at least this wide


@dataclass(frozen=True)
class Station:
    """One stop of the timeline."""

    label: str
    phase: PhaseName


class Timeline(QWidget):
    """`clicked` sends the index of a station; dragging along the bar scrubs. Stations passed are bright, others dim.

    `pointed_at` sends the station that would be clicked, −1 if none.
    """

    clicked = Signal(int)
    pointed_at = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations: tuple[Station, ...] = ()
        self._current = 0
        self._hovered = -1
        self._pitch = _WIDEST + _GAP
        self._labels: list[tuple[str, float, float]] = []
        self.setMouseTracking(True)
        self.setFont(font("tiny"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Timeline of the training step")
        appearance.changed.connect(self.update)

    def set_stations(self, stations: Sequence[Station]) -> None:
        self._stations = tuple(stations)
        self._current = min(self._current, max(0, len(self._stations) - 1))
        self._hovered = -1
        self._measure()
        self.update()

    def set_current(self, index: int) -> None:
        before, self._current = self._current, index
        if 0 <= index < len(self._stations):
            station = self._stations[index]
            self.setAccessibleDescription(f"{station.phase}: {station.label}, {index + 1} of {len(self._stations)}")
        self.update(self._around(min(before, index), max(before, index)))

    def _around(self, first: int, last: int) -> QRect:
        """What may look otherwise when these stations do: their segments, and labels that come to lie beside them."""
        aside = self._pitch + max((natural for _, _, natural in self._labels), default=0.0) * 2
        left, right = self.segment_rect(first).left() - aside, self.segment_rect(last).right() + aside
        return QRectF(left, 0, right - left, self.height()).toAlignedRect()

    @property
    def stations(self) -> tuple[Station, ...]:
        return self._stations

    @property
    def current(self) -> int:
        return self._current

    def sizeHint(self) -> QSize:
        return QSize(400, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 30)

    def segment_rect(self, index: int) -> QRectF:
        """Where the bar of a station lies."""
        return QRectF(index * self._pitch, 4, max(1.0, self._pitch - self._gap), _BAR)

    @property
    def _gap(self) -> float:
        return _GAP if self._pitch >= 3 * _GAP else self._pitch * 0.2

    def _index_at(self, x: float) -> int:
        index = int(x // self._pitch) if self._stations else -1
        return index if 0 <= index < len(self._stations) else -1

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._stations:
            return
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours: dict[tuple[PhaseName, bool, bool], QColor] = {}
        for index in self._seen(event.rect()):
            station = self._stations[index]
            key = (station.phase, index <= self._current, index == self._hovered)
            if key not in colours:
                colours[key] = QColor(self._colour(theme, index, station.phase))
            rect = self.segment_rect(index)
            if index == self._current:
                rect.adjust(0, -1.5, 0, 1.5)
            if self._pitch < _ROUNDED_FROM:
                painter.fillRect(rect, colours[key])
                continue
            painter.setBrush(colours[key])
            painter.drawRoundedRect(rect, min(3.0, rect.width() / 2), 3.0)
        self._paint_phases(painter, theme)
        self._paint_labels(painter, theme, QRectF(event.rect()))
        painter.end()

    def _seen(self, rect: QRect) -> range:
        """The stations whose segments lie in a part of the widget."""
        first, last = int((rect.left() - 2) // self._pitch), int((rect.right() + 2) // self._pitch)
        return range(max(0, first), min(len(self._stations), last + 1))

    def _paint_phases(self, painter: QPainter, theme: Theme) -> None:
        """Where a phase begins stands a mark; in a long timeline the present station has a handle."""
        for index in range(1, len(self._stations)):
            if self._stations[index].phase != self._stations[index - 1].phase:
                middle = self.segment_rect(index).left() - self._gap / 2
                painter.fillRect(QRectF(middle - 0.75, 0, 1.5, _BAR + 8), QColor(theme.muted))
        if self._pitch < 3 * _GAP:
            x = self.segment_rect(self._current).center().x()
            painter.setBrush(QColor(theme.highlight))
            painter.drawRoundedRect(QRectF(x - 2, 1, 4, _BAR + 6), 2, 2)

    def _colour(self, theme: Theme, index: int, phase: PhaseName) -> str:
        bright = phase_colour(theme, phase)
        if index <= self._current:
            return bright
        return mix(theme.window, bright, 0.5 if index == self._hovered else 0.28)

    def _fit_labels(self) -> None:
        """Shorten every label to the room under its segment, once for each width."""
        metrics = QFontMetricsF(self.font())
        natural = [metrics.horizontalAdvance(station.label) + 1 for station in self._stations]
        self._labels = []
        for index, station in enumerate(self._stations):
            beside = max(natural[max(0, index - 1) : index] + natural[index + 1 : index + 2], default=0.0)
            text, width = station.label, natural[index]
            aside = _END if index == len(self._stations) - 1 else 0.0
            if (width + beside) / 2 + 1 - aside > self._pitch:  # it would touch its neighbour
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(1.0, self._pitch - 3))
                width = metrics.horizontalAdvance(text) + 1
            self._labels.append((text, width, natural[index]))

    def _paint_labels(self, painter: QPainter, theme: Theme, seen: QRectF) -> None:
        painter.setFont(self.font())
        named = [index for index in (self._current, self._hovered) if 0 <= index < len(self._stations)]
        taken: list[QRectF] = []
        for index in named:
            rect = self._label_rect(index, self._labels[index][2])
            if not any(rect.intersects(other) for other in taken):
                taken.append(rect)
                painter.setPen(QColor(theme.text if index == self._current else theme.muted))
                painter.drawText(
                    rect, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._stations[index].label
                )
        if self._pitch < _LABEL_FROM:
            return
        painter.setPen(QColor(theme.muted))
        for index, (text, width, _) in enumerate(self._labels):
            rect = self._label_rect(index, width)
            if (
                index not in named
                and rect.intersects(seen)
                and not any(rect.adjusted(1, 0, -1, 0).intersects(other) for other in taken)
            ):
                painter.drawText(rect, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)

    def _label_rect(self, index: int, width: float) -> QRectF:
        center = (index + 0.5) * self._pitch - _GAP / 2
        if index == len(self._stations) - 1:
            center += _END / 2
        return QRectF(min(max(0.0, center - width / 2), self.width() - width), 14, width, 15)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        self._pitch = min(_WIDEST + _GAP, (self.width() - _END) / max(1, len(self._stations)))
        self._fit_labels()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self.clicked.emit(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        dragged = bool(event.buttons() & Qt.MouseButton.LeftButton)
        index = self._index_at(event.position().x())
        if dragged and self._stations:  # the pointer may slip past the ends
            index = min(len(self._stations) - 1, max(0, int(event.position().x() // self._pitch)))
        if index >= 0 and event.buttons() & Qt.MouseButton.LeftButton and index != self._current:
            self.clicked.emit(index)
        self._point_at(index, dragged=dragged)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def _point_at(self, index: int, *, dragged: bool = False) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()
            if not dragged:
                self.pointed_at.emit(index)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            index = self._index_at(QPointF(event.pos()).x())  # type: ignore[attr-defined]
            if index >= 0:
                station = self._stations[index]
                QToolTip.showText(event.globalPos(), f"{station.phase}: {station.label}", self)  # type: ignore[attr-defined]
                return True
        return super().event(event)
