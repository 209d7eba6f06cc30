"""One example, large, with what is known of it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.data.example_painter import form_of, paint_curve, paint_example
from playground.ui.data.looked import Looked, Part
from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel, TitleLabel
from playground.ui.widgets.numbers import count, shape_text, short

_SIDE = 224


class ExampleCard(QWidget):
    """A picture, and under it class or value, place, and what the numbers are like."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(_SIDE)
        self.picture = _Picture()
        self.title = TitleLabel()
        self.title.setWordWrap(True)
        self.words = TextLabel("", tone="muted", wrap=True)
        self.wrong = TextLabel("", tone="danger", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.picture, self.title, self.wrong, self.words):
            column.addWidget(widget)
        column.addStretch(1)
        self.clear()

    def clear(self) -> None:
        """No example is chosen."""
        self.picture.show_array(None)
        for label in (self.title, self.words, self.wrong):
            label.setText("")
        self.wrong.hide()

    def show_example(self, looked: Looked, part: Part, row: int) -> None:
        """Show the example in a row of a part."""
        data, position = looked.data, int(part.positions[row])
        x, truth = part.x[position], part.truth[row]
        is_series = not data.classes and form_of(x.shape) == "curve" and truth.size > 1
        self.picture.show_array(x, truth.reshape(-1) if is_series else None)
        self.title.setText(
            data.classes[int(truth)]
            if data.classes and not data.is_gallery
            else data.label(position, _unit(looked, truth))
        )
        is_wrong = bool(part.is_wrong[row])
        self.wrong.setVisible(is_wrong)
        if is_wrong:
            self.wrong.setText(f"The network is told “{data.classes[int(part.labels[row])]}”.")
        source = "test" if part.name == "test" else "given for training"
        lines = [f"Number {count(position + 1)} of {count(len(part.x))} ({source})"]
        lines.append(f"{shape_text(x.shape)} numbers, from {short(x.min(), 3)} to {short(x.max(), 3)}")
        lines.append(f"mean {short(x.mean(), 3)}, spread {short(x.std(), 3)}")
        if is_series:
            lines.append("Grey: what is known. Orange: what is to be predicted.")
        self.words.setText("\n".join(lines))


class _Picture(QWidget):
    """The example in a frame; of a series also what follows."""

    def __init__(self) -> None:
        super().__init__()
        self._x: np.ndarray | None = None
        self._future: np.ndarray | None = None
        appearance.changed.connect(self.update)

    def show_array(self, x: np.ndarray | None, future: np.ndarray | None = None) -> None:
        self._x, self._future = x, future
        self.setFixedSize(_SIDE, _SIDE if x is None or form_of(x.shape) == "picture" else 140)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(QColor(appearance.theme.border), 1))
        painter.setBrush(QColor(appearance.theme.field))
        painter.drawRoundedRect(frame, 6, 6)
        inner = frame.adjusted(8, 8, -8, -8)
        if self._x is None:
            painter.setPen(QColor(appearance.theme.muted))
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, "No example is chosen")
        elif self._future is None:
            paint_example(painter, inner, self._x)
        else:
            self._paint_series(painter, inner, self._x[0], self._future)
        painter.end()

    def _paint_series(self, painter: QPainter, rect: QRectF, past: np.ndarray, future: np.ndarray) -> None:
        both = np.concatenate([past, future])
        limits = (float(both.min()), float(both.max()))
        step = rect.width() / max(1, len(both) - 1)
        border = rect.left() + step * (len(past) - 1)
        before = QRectF(rect.left(), rect.top(), border - rect.left(), rect.height())
        after = QRectF(border, rect.top(), rect.right() - border, rect.height())
        paint_curve(painter, before, past, "muted", limits)
        paint_curve(painter, after, np.concatenate([past[-1:], future]), "negative", limits)


def _unit(looked: Looked, target: np.ndarray) -> np.ndarray:
    return target if looked.data.classes else looked.samples.scale.in_unit(target)
