"""The list of the terms of an explanation: only what is in sight is drawn, and every factor can be pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.coloured_formula import USUAL_DIGITS
from playground.ui.microscopes.factor_roles import MEANING
from playground.ui.microscopes.symbol_drawing import paint_symbol, symbol_width
from playground.ui.microscopes.term_rows import Piece, Row, TermRows
from playground.ui.theme import appearance
from playground.ui.widgets.copying import copy_text, exact_for_copying, offer_copy
from playground.ui.widgets.numbers import count, exact, short

ROW = 24
FEW = 6
"""So many rows are shown until all are asked for."""
_MOST_IN_SIGHT = 12
_EDGE = 6.0
_BAR = 44.0


@dataclass(frozen=True)
class _Placed:
    piece: Piece
    rect: QRectF
    with_symbol: bool


class TermsList(QAbstractScrollArea):
    """Shows `TermRows`. `pointed` sends the factor under the pointer or the keys, or None; `chosen` a clicked one."""

    pointed = Signal(object)
    chosen = Signal(object)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: TermRows | None = None
        self._is_whole = False
        self._cursor = (0, 0)
        self._hover: tuple[int, int] | None = None
        self._room = _MOST_IN_SIGHT
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(ROW)
        appearance.changed.connect(self.viewport().update)

    # ---- what is shown

    def show_rows(self, rows: TermRows) -> None:
        """Other terms; the first factor that leads on is in focus."""
        self._rows, self._is_whole, self._hover = rows, False, None
        self._cursor = next(
            (
                (row, place)
                for row in range(self.shown)
                for place, piece in enumerate(rows.row(row).factors)
                if piece.can_be_asked
            ),
            (0, 0),
        )
        self.verticalScrollBar().setValue(0)
        self._fit()

    @property
    def rows(self) -> TermRows | None:
        return self._rows

    @property
    def shown(self) -> int:
        """How many rows there are to be seen or scrolled to, without the line that offers more."""
        total = len(self._rows) if self._rows is not None else 0
        return total if self._is_whole or total <= FEW + 1 else FEW

    @property
    def hidden(self) -> int:
        """How many terms are not shown."""
        return (len(self._rows) if self._rows is not None else 0) - self.shown

    def show_all(self) -> None:
        """Open the list whole."""
        if not self._is_whole:
            self._is_whole = True
            self._fit()

    def set_room(self, rows: int) -> None:
        """At most so many rows are in sight at once."""
        if rows != self._room:
            self._room = max(3, min(_MOST_IN_SIGHT, rows))
            self._fit()

    def _fit(self) -> None:
        lines = self.shown + bool(self.hidden)
        self.setFixedHeight(max(1, min(lines, self._room)) * ROW + 2)
        self._set_range()
        self.viewport().update()
        self._describe()
        self.resized.emit()

    def _set_range(self) -> None:
        lines = self.shown + bool(self.hidden)
        self.verticalScrollBar().setRange(0, max(0, lines * ROW + 2 - self.viewport().height()))
        self.verticalScrollBar().setPageStep(max(ROW, self.viewport().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_range()

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    # ---- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first = self.verticalScrollBar().value() // ROW
        last = min(self.shown, first + self.viewport().height() // ROW + 2)
        for number in range(first, last):
            self._paint_row(painter, number)
        if self.hidden and last == self.shown:
            self._paint_more(painter)
        painter.end()

    def _top(self, number: int) -> float:
        return number * ROW - self.verticalScrollBar().value() + 1.0

    def _row(self, number: int) -> Row:
        assert self._rows is not None
        return self._rows.row(number)

    def _placed(self, number: int) -> tuple[list[_Placed], float]:
        """The pieces of a row with their places, and where they end; symbols are left out where they do not fit."""
        row, top, metrics = self._row(number), self._top(number), _metrics()
        limit = self.viewport().width() - self._tail(row) - _EDGE
        for with_symbols in (True, False):
            placed: list[_Placed] = []
            x = _EDGE
            for piece in row.pieces:
                width = metrics.horizontalAdvance(piece.text if piece.factor is None else piece.number)
                width += symbol_width(piece.symbol_html) if with_symbols else 0.0
                placed.append(_Placed(piece, QRectF(x, top + 2, width, ROW - 4), with_symbols))
                x += width
            if x <= limit:
                break
        return placed, x

    def _tail(self, row: Row) -> float:
        """The room that a row's value needs at the right end."""
        if row.value is None:
            return 0.0
        return _metrics().horizontalAdvance(f"= {short(row.value, USUAL_DIGITS)}") + _BAR + 16

    def _paint_row(self, painter: QPainter, number: int) -> None:
        theme, row = appearance.theme, self._row(number)
        placed, _ = self._placed(number)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setFont(font("mono_small"))
        painter.save()
        painter.setClipRect(QRectF(0, self._top(number), self.viewport().width() - self._tail(row) - 2, ROW))
        place = -1
        for item in placed:
            if item.piece.factor is None:
                painter.setPen(QColor(theme.muted))
                painter.drawText(item.rect, flags, item.piece.text)
                continue
            place += 1
            self._paint_factor(painter, item, (number, place))
        painter.restore()
        if row.value is not None:
            self._paint_value(painter, row.value, self._top(number))

    def _paint_factor(self, painter: QPainter, item: _Placed, where: tuple[int, int]) -> None:
        theme, piece = appearance.theme, item.piece
        in_focus = self.hasFocus() and where == self._cursor
        if where == self._hover or in_focus:
            painter.setPen(QPen(QColor(theme.focus), 1.4) if in_focus else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection))
            painter.drawRoundedRect(item.rect.adjusted(-3, 0.5, 3, -0.5), 4, 4)
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        painter.setPen(QColor(theme.muted))
        left = item.rect.left()
        if item.with_symbol:
            left += paint_symbol(painter, item.rect, piece.symbol_html)
        painter.setFont(font("mono_small"))
        painter.setPen(QColor(getattr(theme, piece.role)))
        painter.drawText(QRectF(left, item.rect.top(), 400, item.rect.height()), flags, piece.number)

    def _paint_value(self, painter: QPainter, value: float, top: float) -> None:
        """What the row comes to, and a bar as long as it is large beside the largest."""
        theme, right = appearance.theme, self.viewport().width() - _EDGE
        assert self._rows is not None
        text = f"= {short(value, USUAL_DIGITS)}"
        painter.setPen(QColor(theme.text))
        room = QRectF(right - _BAR - 8 - 200, top, 200, ROW)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
        share = abs(value) / self._rows.largest if self._rows.largest else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(right - _BAR, top + ROW / 2 - 3, _BAR, 6), 3, 3)
        painter.setBrush(QColor(theme.positive if value > 0 else theme.negative))
        if share > 0:
            painter.drawRoundedRect(QRectF(right - _BAR, top + ROW / 2 - 3, max(3.0, _BAR * share), 6), 3, 3)

    def _paint_more(self, painter: QPainter) -> None:
        theme, on_it = appearance.theme, self._hover == (self.shown, 0)
        in_focus = self.hasFocus() and self._cursor == (self.shown, 0)
        text = f"and {count(self.hidden)} more"
        rect = self._more_rect(text)
        if on_it or in_focus:
            painter.setPen(QPen(QColor(theme.focus), 1.4) if in_focus else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selection))
            painter.drawRoundedRect(rect, 4, 4)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.link))
        painter.drawText(rect.adjusted(4, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), text)

    def _more_rect(self, text: str) -> QRectF:
        width = QFontMetricsF(font("small")).horizontalAdvance(text) + 10
        return QRectF(_EDGE - 4, self._top(self.shown) + 2, width, ROW - 4)

    # ---- the pointer

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        """Row and factor under a point; the line that offers more is the row after the last."""
        number = int(point.y() - 1 + self.verticalScrollBar().value()) // ROW
        if self._rows is None or number < 0:
            return None
        if number >= self.shown:
            return (self.shown, 0) if self.hidden and number == self.shown else None
        factors = [item for item in self._placed(number)[0] if item.piece.factor is not None]
        for place, item in enumerate(factors):
            if item.rect.adjusted(-4, -2, 4, 2).contains(point):
                return number, place
        return None

    def piece_at(self, where: tuple[int, int] | None) -> Piece | None:
        """The factor in a row."""
        if where is None or self._rows is None or where[0] >= self.shown:
            return None
        factors = self._row(where[0]).factors
        return factors[where[1]] if where[1] < len(factors) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        where = self._at(event.position())
        if where == self._hover:
            return
        self._hover = where
        piece = self.piece_at(where)
        can = where is not None and (piece is None or piece.can_be_asked)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if can else Qt.CursorShape.ArrowCursor)
        self.viewport().setToolTip(_tip(piece))
        self.viewport().update()
        self.pointed.emit(None if piece is None else piece.factor)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave and self._hover is not None:
            self._hover = None
            self.viewport().update()
            self.pointed.emit(None)
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        where = self._at(event.position())
        if where is not None and event.button() == Qt.MouseButton.LeftButton:
            self._cursor = where
            self._choose(where)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        piece = self.piece_at(self._at(QPointF(self.viewport().mapFromGlobal(event.globalPos()))))
        if piece is not None and piece.factor is not None:
            offer_copy(self, piece.factor.value, event.globalPos())

    def _choose(self, where: tuple[int, int]) -> None:
        piece = self.piece_at(where)
        if where == (self.shown, 0) and self.hidden:
            self.show_all()
        elif piece is not None and piece.can_be_asked:
            self.chosen.emit(piece.factor)

    # ---- the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, place = self._cursor
        last = self.shown - 1 + bool(self.hidden)
        match event.key():
            case Qt.Key.Key_Up if row > 0:
                self._move((row - 1, place))
            case Qt.Key.Key_Down if row < last:
                self._move((row + 1, place))
            case Qt.Key.Key_PageUp:
                self._move((max(0, row - self._room + 1), place))
            case Qt.Key.Key_PageDown:
                self._move((min(last, row + self._room - 1), place))
            case Qt.Key.Key_Home:
                self._move((0, 0))
            case Qt.Key.Key_End:
                self._move((last, 0))
            case Qt.Key.Key_Left if not event.modifiers():
                self._step(-1)
            case Qt.Key.Key_Right if not event.modifiers():
                self._step(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self._choose(self._cursor)
            case Qt.Key.Key_C if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
                self._copy()
            case Qt.Key.Key_Up | Qt.Key.Key_Down:
                pass
            case _:
                event.ignore()  # the panel around it may know the key

    def _step(self, by: int) -> None:
        """The next factor, in this row or beyond its end."""
        row, place = self._cursor
        here = len(self._row(row).factors) if row < self.shown else 1
        last = self.shown - 1 + bool(self.hidden)
        if 0 <= place + by < here:
            self._move((row, place + by))
        elif by > 0 and row < last:
            self._move((row + 1, 0))
        elif by < 0 and row > 0:
            self._move((row - 1, 1_000))

    def _move(self, where: tuple[int, int]) -> None:
        row = where[0]
        here = len(self._row(row).factors) if row < self.shown else 1
        self._cursor = (row, max(0, min(where[1], here - 1)))
        bar, top = self.verticalScrollBar(), row * ROW
        if top < bar.value():
            bar.setValue(top)
        elif top + ROW + 2 > bar.value() + self.viewport().height():
            bar.setValue(top + ROW + 2 - self.viewport().height())
        self._on_cursor()

    def _on_cursor(self) -> None:
        self.viewport().update()
        self._describe()
        piece = self.piece_at(self._cursor)
        self.pointed.emit(None if piece is None else piece.factor)

    def _describe(self) -> None:
        piece = self.piece_at(self._cursor)
        self.setAccessibleName("Numbers in it")
        self.setAccessibleDescription("" if piece is None else f"{piece.symbol} {piece.number}".strip())

    def _copy(self) -> None:
        piece = self.piece_at(self._cursor)
        if piece is not None and piece.factor is not None:
            where = QPoint(20, int(self._top(self._cursor[0])) + ROW)
            copy_text(exact_for_copying(piece.factor.value), self.viewport().mapToGlobal(where))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._on_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()


def _tip(piece: Piece | None) -> str:
    if piece is None or piece.factor is None:
        return ""
    name = f"{piece.symbol} = " if piece.symbol else ""
    asked = "\nClick: where does it come from?" if piece.can_be_asked else ""
    return f"{name}{exact(piece.factor.value)} · {MEANING[piece.role]}{asked}"


@lru_cache(maxsize=1)
def _metrics() -> QFontMetricsF:
    return QFontMetricsF(font("mono_small"))
