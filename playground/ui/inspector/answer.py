"""What the network says of the shown example: its likeliest classes."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import fixed

_MOST, _ROW = 5, 26


def likeliest(scores: np.ndarray, is_probability: bool, most: int = _MOST) -> list[tuple[int, float]]:
    """The classes with the highest scores and their probabilities; scores become probabilities by softmax."""
    values = scores.astype(np.float64).ravel()
    if not is_probability:
        values = np.exp(values - values.max())
        values /= values.sum()
    order = np.argsort(-values, kind="stable")[:most]
    return [(int(index), float(values[index])) for index in order]


class Answer(QWidget):
    """Bars for the likeliest classes; hidden where the network does not choose between classes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._truth = TextLabel("", tone="muted", wrap=True)
        self._bars = ClassBars()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(SectionHeading("What it says"))
        column.addWidget(self._truth)
        column.addWidget(self._bars)
        self.refresh()

    def refresh(self) -> None:
        """Bring the bars up to date with the session."""
        analysis, example, classes = self._session.analysis, self._session.example, self._session.data_set.classes
        prediction = None if analysis is None else analysis.prediction
        scores = None if prediction is None else self._session.activations.get(prediction)
        is_there = scores is not None and scores.shape == (len(classes),) and bool(np.isfinite(scores).all())
        self.setVisible(is_there and example is not None)
        if not is_there or analysis is None or prediction is None or scores is None or example is None:
            return
        found = likeliest(scores, analysis.graph.node(prediction).type == "softmax")
        self._truth.setText(f"The example: {example.label}")
        target = int(example.target) if example.target.ndim == 0 else -1
        self._bars.show_rows([(short_name(classes[index]), share, index == target) for index, share in found])


def short_name(name: str) -> str:
    """A class without its synonyms: "tabby" of "tabby, tabby cat"."""
    return name.split(",")[0].strip()


class ClassBars(QWidget):
    """A line each: the bar, the name on it, the share in percent. `clicked` sends the line and the point on screen."""

    clicked = Signal(int, QPoint)

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, float, bool]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_rows(self, rows: list[tuple[str, float, bool]]) -> None:
        """(name, share, whether it is the true one)."""
        self._rows = rows
        said = ", ".join(f"{name} {fixed(100 * share, 1)} %" for name, share, _ in rows)
        self.setAccessibleName(f"The likeliest classes: {said}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW * len(self._rows))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // _ROW
        if event.button() == Qt.MouseButton.LeftButton and row < len(self._rows):
            self.clicked.emit(row, event.globalPosition().toPoint())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = appearance.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for index, (name, share, is_true) in enumerate(self._rows):
            box = QRectF(0, index * _ROW + 2, self.width(), _ROW - 5)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.field))
            painter.drawRoundedRect(box, 5, 5)
            painter.setBrush(QColor(theme.success if is_true else theme.selection))
            painter.setOpacity(0.45 if is_true else 1.0)
            painter.drawRoundedRect(QRectF(box.left(), box.top(), max(4.0, box.width() * share), box.height()), 5, 5)
            painter.setOpacity(1.0)
            painter.setPen(QColor(theme.text))
            painter.setFont(font("mono_small"))
            painter.drawText(
                box.adjusted(0, 0, -8, 0),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                f"{fixed(100 * share, 1)} %",
            )
            face = font("body")
            painter.setFont(face)
            text = QFontMetricsF(face).elidedText(name, Qt.TextElideMode.ElideRight, box.width() - 80)
            painter.drawText(box.adjusted(9, 0, -70, 0), Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
