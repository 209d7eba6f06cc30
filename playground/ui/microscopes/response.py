"""The microscope of local response norm: at one place the channels beside each other, which hold each other down."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.number_lines import Said
from playground.ui.microscopes.pair import PairMicroscope
from playground.ui.theme import appearance, translucent
from playground.ui.widgets.numbers import exact, short

_HEAD = 24.0


class ChannelBars(QWidget):
    """A bar for each channel at one place, before (hollow) and after (full); the neighbours that count are shaded."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._before = np.zeros(1)
        self._after = np.zeros(1)
        self._span = (0, 1)
        self._unit = 0
        self._title = ""
        self.setMouseTracking(True)
        self.setMinimumHeight(170)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_channels(
        self, before: np.ndarray, after: np.ndarray, unit: int, span: tuple[int, int], title: str
    ) -> None:
        """The numbers of all channels at the place; channels `span[0]` up to `span[1]` hold channel `unit` down."""
        self._before, self._after = np.ravel(before).astype(float), np.ravel(after).astype(float)
        self._unit, self._span, self._title = unit, span, title
        self.update()

    @property
    def span(self) -> tuple[int, int]:
        """The channels that count, from … to."""
        return self._span

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def _column(self, channel: int) -> QRectF:
        plot = QRectF(self.rect()).adjusted(12, _HEAD + 4, -12, -20)
        wide = plot.width() / len(self._before)
        return QRectF(plot.left() + channel * wide, plot.top(), wide, plot.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setFont(font("small"))
        painter.setPen(QColor(theme.muted))
        head = QRectF(12, 4, self.width() - 24, _HEAD - 4)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._title)
        first, last = self._column(self._span[0]), self._column(self._span[1] - 1)
        block = QRectF(first.left(), first.top(), last.right() - first.left(), first.height())
        painter.fillRect(block, translucent(theme.focus, 0.18))
        reach = max(float(np.abs(self._before).max()), float(np.abs(self._after).max()), 1e-12)
        signed = bool((self._before < 0).any() or (self._after < 0).any())
        for channel, (before, after) in enumerate(zip(self._before, self._after, strict=True)):
            self._paint_channel(painter, channel, before / reach, after / reach, signed)
        painter.setFont(font("tiny"))
        painter.setPen(QColor(theme.muted))
        foot = QRectF(12, self.height() - 18, self.width() - 24, 14)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"channels 1 to {len(self._before)}")
        painter.end()

    def _paint_channel(self, painter: QPainter, channel: int, before: float, after: float, signed: bool) -> None:
        theme, column = appearance.theme, self._column(channel)
        zero = column.center().y() if signed else column.bottom()
        tall = column.height() / 2 if signed else column.height()
        wide = max(1.0, min(26.0, column.width() * 0.7))
        left = column.center().x() - wide / 2

        def bar(value: float) -> QRectF:
            return QRectF(left, zero - max(0.0, value) * tall, wide, max(1.0, abs(value) * tall))

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.positive if after >= 0 else theme.negative))
        painter.drawRect(bar(after))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        own = channel == self._unit
        painter.setPen(QPen(QColor(theme.highlight if own else theme.border_strong), 1.8 if own else 1))
        painter.drawRect(bar(before))

    def _channel_at(self, point: QPointF) -> int | None:
        found = [channel for channel in range(len(self._before)) if self._column(channel).contains(point)]
        return found[0] if found else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        channel = self._channel_at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if channel is None else Qt.CursorShape.PointingHandCursor)
        self.setToolTip(
            ""
            if channel is None
            else f"channel {channel + 1}: {exact(self._before[channel])} → {exact(self._after[channel])}"
        )

    def leaveEvent(self, event: QEvent) -> None:
        self.setToolTip("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        channel = self._channel_at(event.position())
        if channel is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(channel)


class ResponseMicroscope(PairMicroscope):
    """Between the maps all channels at the place in focus; those that hold it down are shaded."""

    def make_middle(self) -> QWidget:
        self.channels = ChannelBars()
        self.channels.chosen.connect(self.select_unit)
        return self.channels

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.channels.setMinimumHeight(max(140, min(220, round(0.34 * self.height()))))

    def _span(self) -> tuple[int, int]:
        """The channels whose squares stand below the number in focus, as PyTorch counts them."""
        frame, channel = self.scene.frame, self._index()[1]
        size = int(str(frame.params["size"]))
        return max(0, channel - size // 2), min(frame.inputs[0].shape[1], channel + (size - 1) // 2 + 1)

    def show_element(self) -> None:
        frame, index = self.scene.frame, self._index()
        first, last = self._span()
        here = (SHOWN, slice(None), *index[2:])
        title = "all channels at this place: hollow before, full after"
        self.channels.show_channels(frame.inputs[0][here], frame.output[here], index[1], (first, last), title)
        size = int(str(frame.params["size"]))
        self.subtitle.setText(f"a number is held down by {size} neighbouring channels at its place, itself included")
        self.set_card(self.card.words, "The numbers", self._lines(first, last))
        self.explain_focus()

    def _lines(self, first: int, last: int) -> list[Said | str]:
        from playground.engine.arithmetic import Place
        from playground.engine.arithmetic.response import explain_divided_by, explain_divisor, explain_squares

        frame, index, node = self.scene.frame, self._index(), self.scene.node
        alpha, beta, base = (float(str(frame.params[key])) for key in ("alpha", "beta", "k"))
        size = int(str(frame.params["size"]))
        squares, inside, below = (
            explain(frame, index) for explain in (explain_squares, explain_divisor, explain_divided_by)
        )
        formula = f"k + α/n · Σ = {short(base)} + {short(alpha)}/{size} · Σ"
        lines: list[Said | str] = [
            self.say("x, what comes in", float(frame.inputs[0][index]), Place(node, "input", index)),
            Said(f"squares of channels {first + 1} to {last}", squares.value, explain=lambda: squares, sign="Σ"),
            Said(formula, inside.value, explain=lambda: inside, sign="=", digits=8),
            Said(f"to the power β = {short(beta)}", below.value, explain=lambda: below, sign="=", digits=8),
            self.say("y = x over that", float(frame.output[index]), Place(node, "output", index), sign="="),
        ]
        return [*lines, *self._blame_lines()] if self.backward else lines

    def _blame_lines(self) -> list[Said]:
        """The two ways on which blame comes back, and what they are together."""
        from playground.engine.arithmetic import Place
        from playground.engine.arithmetic.response import explain_way

        frame, index, node = self.scene.frame, self._index(), self.scene.node
        assert frame.grad_output is not None
        straight, around = (explain_way(frame, index, way) for way in (0, 1))
        arriving, handed = Place(node, "grad_output", index), Place(node, "grad_input", index)
        return [
            self.say("blame that arrives", float(frame.grad_output[index]), arriving, role="factor_blame"),
            Said("straight through", straight.value, explain=lambda: straight),
            Said("through the divisors", around.value, explain=lambda: around, sign="+"),
            self.say("blame handed back", float(frame.grad_inputs[0][index]), handed, sign="="),
        ]
