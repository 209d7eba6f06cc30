"""A table of bars, a row for each class or output: score, power, share, target, and what is paid or blamed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.cells import paint_lit
from playground.ui.theme import Theme, appearance, translucent
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.painted_ahead import PaintedAhead

_HEAD = 30.0
_NAME = 104.0
_ROOM = 66.0
"""For the number behind each bar."""


@dataclass(frozen=True)
class BarColumn:
    """One column: `values` by row; `signed` bars grow from the middle in the colours of the signs.

    `sum` is what they add up to, where that says something; `tip` explains the column.
    """

    title: str
    values: Sequence[float]
    signed: bool = False
    role: str = "focus"
    digits: int = 4
    percent: bool = False
    sum: float | None = None
    tip: str = ""

    def text(self, value: float) -> str:
        """A number of the column as it is written."""
        if self.percent:
            return f"{short(100 * value, 3, letters=6)} %"
        return short(value, self.digits, letters=8)


class BarsView(PaintedAhead):
    """`clicked` sends row, column and the place on the screen; a click on a name has column −1.

    Where columns have sums they stand in a row of their own below, whose number is that of the rows.
    """

    clicked = Signal(int, int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._columns: tuple[BarColumn, ...] = ()
        self._has_sums = False
        self._together = ""
        self._marked = -1
        self._chosen = -1
        self._hover = -1
        self._lit: Mapping[tuple[int, int], str] = {}
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_bars(
        self,
        names: Sequence[str],
        columns: Sequence[BarColumn],
        marked: int,
        chosen: int,
        together: str = "together Σ",
    ) -> None:
        """`marked` is the row of the true class (−1: none), `chosen` the one in focus; `together` names the sums."""
        self._together = together
        self._names, self._columns = tuple(names), tuple(columns)
        self._has_sums = any(column.sum is not None for column in columns)
        self._marked, self._chosen = marked, chosen
        self._lit = {}
        self.update()

    def light(self, cells: Mapping[tuple[int, int], str]) -> None:
        """Frame numbers (row, column), each in a role of the theme; none of them ends it."""
        if self._lit or cells:
            self._lit = dict(cells)
            self.update()

    @property
    def lit(self) -> Mapping[tuple[int, int], str]:
        """The numbers that are framed."""
        return self._lit

    @property
    def columns(self) -> tuple[BarColumn, ...]:
        return self._columns

    def sizeHint(self) -> QSize:
        return QSize(760, 420)

    def minimumSizeHint(self) -> QSize:
        return QSize(380, 160)

    @property
    def _row_height(self) -> float:
        return min(44.0, (self.height() - _HEAD) / max(1, len(self._names) + self._has_sums))

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Where a bar and its number lie; column −1 is the name."""
        top = _HEAD + row * self._row_height
        if column < 0:
            return QRectF(0, top, _NAME, self._row_height)
        width = (self.width() - _NAME) / max(1, len(self._columns))
        return QRectF(_NAME + column * width, top, width - 18, self._row_height)

    def paint_contents(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in range(len(self._names)):
            self._paint_ground(painter, theme, row)
        self._paint_names(painter, theme)
        for number, column in enumerate(self._columns):
            self._paint_column(painter, theme, number, column)
        if self._has_sums:
            self._paint_sums(painter, theme)
        paint_lit(painter, ((self._number_rect(*cell), role) for cell, role in self._lit.items()))
        painter.end()

    def _number_rect(self, row: int, column: int) -> QRectF:
        """Where the number of a cell is written."""
        rect = self.cell_rect(row, column)
        high = min(rect.height() - 2, 24.0)
        return QRectF(rect.right() - _ROOM + 2, rect.center().y() - high / 2, _ROOM + 4, high)

    def _paint_sums(self, painter: QPainter, theme: Theme) -> None:
        row = len(self._names)
        top = _HEAD + row * self._row_height
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(QPointF(0, top + 0.5), QPointF(self.width(), top + 0.5))
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.cell_rect(row, -1).adjusted(12, 0, -6, 0), flags, self._together)
        painter.setFont(font("mono" if self._row_height >= 22 else "mono_small"))
        painter.setPen(QColor(theme.text))
        for number, column in enumerate(self._columns):
            if column.sum is not None:
                painter.drawText(self._number_rect(row, number).adjusted(5, 0, 8, 0), flags, column.text(column.sum))

    def _paint_ground(self, painter: QPainter, theme: Theme, row: int) -> None:
        line = QRectF(-1, _HEAD + row * self._row_height + 1, self.width() + 1, self._row_height - 2)
        if row == self._chosen:
            painter.setPen(QPen(QColor(theme.highlight_border), 1))
            painter.setBrush(QColor(theme.highlight_ground))
            painter.drawRoundedRect(line.adjusted(1.5, 0.5, -1.5, -0.5), 6, 6)
        elif row == self._hover:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(line.adjusted(1.5, 0.5, -1.5, -0.5), 6, 6)

    def _paint_names(self, painter: QPainter, theme: Theme) -> None:
        small = self._row_height < 20
        for row, name in enumerate(self._names):
            rect = self.cell_rect(row, -1).adjusted(12, 0, -6, 0)
            true = row == self._marked
            painter.setFont(font("tiny" if small else "body", font("title").weight() if true else None))
            painter.setPen(QColor(theme.success if true else theme.text))
            text = f"{name}  ✓" if true else name
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()))
            painter.drawText(rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_column(self, painter: QPainter, theme: Theme, number: int, column: BarColumn) -> None:
        head = QRectF(self.cell_rect(0, number).left(), 0, self.cell_rect(0, number).width(), _HEAD - 6)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, column.title)
        largest = max((abs(value) for value in column.values), default=0.0) or 1.0
        room = _ROOM
        mono = font("mono" if self._row_height >= 22 else "mono_small")
        if self._row_height < 16:
            mono.setPixelSize(9)
        for row, value in enumerate(column.values):
            rect = self.cell_rect(row, number)
            track = QRectF(
                rect.left(), rect.center().y() - min(6.0, rect.height() * 0.28), max(10.0, rect.width() - room), 0
            )
            track.setHeight(min(12.0, rect.height() * 0.56))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(translucent(theme.border_strong, 0.25))
            painter.drawRoundedRect(track, 3, 3)
            bar, colour = self._bar(theme, track, column, value, largest)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(bar, min(3.0, bar.width() / 2), 3)
            painter.setFont(mono)
            painter.setPen(QColor(theme.text))
            text = column.text(value)
            where = QRectF(track.right() + 7, rect.top(), room + 6, rect.height())
            painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    @staticmethod
    def _bar(theme: Theme, track: QRectF, column: BarColumn, value: float, largest: float) -> tuple[QRectF, str]:
        if column.percent:
            largest = 1.0
        share = min(1.0, abs(value) / largest)
        if not column.signed:
            return QRectF(track.left(), track.top(), track.width() * share, track.height()), getattr(theme, column.role)
        half = track.width() / 2
        left = track.center().x() - (half * share if value < 0 else 0)
        colour = theme.positive if value > 0 else theme.negative
        return QRectF(left, track.top(), half * share, track.height()), colour

    def _at(self, event: QMouseEvent) -> tuple[int, int] | None:
        return self._at_point(event.position())

    def _at_point(self, point: QPointF) -> tuple[int, int] | None:
        row = int((point.y() - _HEAD) // max(1.0, self._row_height))
        if not 0 <= row < len(self._names) + self._has_sums or point.y() < _HEAD:
            return None
        if point.x() < _NAME:
            return row, -1
        width = (self.width() - _NAME) / max(1, len(self._columns))
        return row, min(len(self._columns) - 1, int((point.x() - _NAME) // width))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event)
        row = found[0] if found is not None else -1
        if row != self._hover:
            self._hover = row
            self.setCursor(Qt.CursorShape.PointingHandCursor if row >= 0 else Qt.CursorShape.ArrowCursor)
            self.update()
        self.setToolTip(self._tip(event.position(), found))

    def _tip(self, point: QPointF, found: tuple[int, int] | None) -> str:
        """The exact number under the mouse; over a heading what the column is."""
        if found is not None and found[1] >= 0:
            value = self._value(*found)
            return "" if value is None else exact(value)
        if point.y() < _HEAD and point.x() > _NAME and self._columns:
            width = (self.width() - _NAME) / len(self._columns)
            return self._columns[min(len(self._columns) - 1, int((point.x() - _NAME) // width))].tip
        return ""

    def _value(self, row: int, column: int) -> float | None:
        held = self._columns[column]
        return held.values[row] if row < len(self._names) else held.sum

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        found = self._at_point(QPointF(event.pos()))
        value = None if found is None or found[1] < 0 else self._value(*found)
        if value is None:
            super().contextMenuEvent(event)
        else:
            offer_copy(self, value, event.globalPos())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event)
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(*found, event.globalPosition().toPoint())
        else:
            super().mousePressEvent(event)
