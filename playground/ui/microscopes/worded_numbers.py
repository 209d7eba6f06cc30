"""Numbers within words and plots: exact under the pointer, and asked by a click where they come from, as all are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QTextDocument
from PySide6.QtWidgets import QToolTip, QWidget
from shiboken6 import isValid

from playground.ui.fonts import FontRole
from playground.ui.microscopes.meant_number import Written, numbers_in
from playground.ui.widgets.copying import offer_copy
from playground.ui.widgets.headings import TextLabel, Tone
from playground.ui.widgets.numbers import exact

Pointing = Callable[[float | None], None]
"""What is told which number is meant, once that is known; None where it is none of the recorded step."""


@runtime_checkable
class AsksWritten(Protocol):
    """A panel that knows where the numbers within its words come from."""

    def ask_written(self, written: Written, position: QPoint) -> None:
        """It was clicked: where does it come from?"""
        ...

    def point_at_written(self, written: Written, found: Pointing) -> None:
        """The pointer rests on it: say which number it is."""
        ...


def panel_around(widget: QWidget) -> AsksWritten | None:
    """The nearest panel around a widget that can be asked."""
    panel = widget.parentWidget()
    while panel is not None and not isinstance(panel, AsksWritten):
        panel = panel.parentWidget()
    return panel


class PointedNumber:
    """The written number under the pointer, if any: it is told exactly, asked by a click, copied by a right click.

    `at` gives, for a point of the widget, something that tells the number from others, and the number.
    """

    def __init__(self, widget: QWidget, at: Callable[[QPointF], tuple[object, Written] | None]) -> None:
        self._widget, self._at = widget, at
        self._under: tuple[object, Written] | None = None
        self._value: float | None = None
        self._other_tip = ""
        widget.setMouseTracking(True)

    def move(self, point: QPointF) -> None:
        """The pointer is there now."""
        found = self._at(point)
        if found == self._under:
            return
        self.leave()
        panel = panel_around(self._widget)
        if found is not None and panel is not None:
            self._under = found
            panel.point_at_written(found[1], lambda value: self._on_known(found, value))

    def _on_known(self, asked: tuple[object, Written], value: float | None) -> None:
        """Which number it is has been found out; the pointer may have gone on."""
        widget = self._widget
        if not isValid(widget) or asked != self._under or value is None:
            return
        self._value, self._other_tip = value, widget.toolTip()
        widget.setCursor(Qt.CursorShape.PointingHandCursor)
        widget.setToolTip(f"{exact(value)}\nClick: where does it come from?")
        if widget.underMouse():
            QToolTip.showText(widget.cursor().pos(), widget.toolTip(), widget)

    def leave(self) -> None:
        """The pointer is on no number any more."""
        if self._value is not None:
            self._widget.unsetCursor()
            self._widget.setToolTip(self._other_tip)
        self._under = self._value = None

    def press(self, event: QMouseEvent) -> bool:
        """Whether a number was clicked; then it is asked where it comes from."""
        found = self._at(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        panel = panel_around(self._widget)
        if found is None or panel is None:
            return False
        panel.ask_written(found[1], event.globalPosition().toPoint())
        return True

    def copy(self, event: QContextMenuEvent) -> bool:
        """Whether the pointer is on a number that is known; then it is offered for copying."""
        if self._value is None:
            return False
        offer_copy(self._widget, self._value, event.globalPos())
        return True


class PaintedNumbers(PointedNumber):
    """The numbers of texts that a widget paints itself: it writes them by `write`, after `begin`."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget, self._painted_at)
        self._texts: list[tuple[QRectF, Written]] = []

    def begin(self) -> None:
        """All of it is painted again."""
        self._texts = []

    def write(self, painter: QPainter, room: QRectF, flags: Qt.AlignmentFlag, text: str) -> None:
        """Paint a text."""
        painter.drawText(room, flags, text)
        rect = painter.boundingRect(room, int(flags), text)
        metrics, found = painter.fontMetrics(), tuple(numbers_in(text))
        if len(found) == 1:  # what it is called belongs to it
            self._texts.append((rect, found[0][2]))
            return
        for begins, ends, written in found:
            left = rect.left() + metrics.horizontalAdvance(text[:begins])
            width = metrics.horizontalAdvance(text[begins:ends])
            self._texts.append((QRectF(left, rect.top(), width, rect.height()), written))

    @property
    def texts(self) -> tuple[tuple[QRectF, Written], ...]:
        """Where each number is painted."""
        return tuple(self._texts)

    def _painted_at(self, point: QPointF) -> tuple[object, Written] | None:
        room = next(((rect, written) for rect, written in self._texts if rect.contains(point)), None)
        return None if room is None else ((room[0].x(), room[0].y()), room[1])


class WordsLabel(TextLabel):
    """A label whose numbers can be pointed at, clicked, and copied with the right button; links go before them."""

    def __init__(
        self,
        text: str = "",
        role: FontRole = "body",
        tone: Tone = "text",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, role, tone, wrap=wrap, parent=parent)
        self._laid_out: tuple[tuple[object, ...], QTextDocument] | None = None
        self._pointed = PointedNumber(self, self.number_at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._pointed.move(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._pointed.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._pointed.press(event):
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._pointed.copy(event):
            super().contextMenuEvent(event)

    # ---- which number lies under a point

    def number_at(self, point: QPointF) -> tuple[int, Written] | None:
        """Where in the text a number begins that is drawn under a point, and the number; None without one."""
        document = self._document()
        room = self.contentsRect()
        left = float(room.left())
        spare = max(0.0, room.height() - document.size().height())
        top = room.top() + (spare / 2 if self.alignment() & Qt.AlignmentFlag.AlignVCenter else 0.0)
        at = point - QPointF(left, top)
        layout = document.documentLayout()
        place = layout.hitTest(at, Qt.HitTestAccuracy.ExactHit)
        if place < 0 or layout.anchorAt(at):
            return None
        block = document.findBlock(place)
        within = place - block.position()
        for begins, ends, written in numbers_in(block.text()):
            if begins <= within < ends:
                return block.position() + begins, written
        return None

    def _document(self) -> QTextDocument:
        """The text as the label lays it out; kept as long as it looks the same."""
        width = self.contentsRect().width() if self.wordWrap() else -1
        key = (self.text(), width, self.font().key())
        if self._laid_out is None or self._laid_out[0] != key:
            document = QTextDocument()
            document.setDocumentMargin(0)
            document.setDefaultFont(self.font())
            if self.textFormat() == Qt.TextFormat.RichText:
                document.setHtml(self.text())
            else:
                document.setPlainText(self.text())
            document.setTextWidth(width)
            self._laid_out = (key, document)
        return self._laid_out[1]
