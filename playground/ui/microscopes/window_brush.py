"""Painting on the network's input where a window slides over it: pen and eraser, and strokes as undoable edits."""

from __future__ import annotations

from itertools import count

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.ui.by_hand import ByHandError
from playground.ui.microscopes.base import SHOWN, Scene
from playground.ui.microscopes.slide_brush import Point, brushed
from playground.ui.session import Session
from playground.ui.widgets.pill import Pill

_SEQUENCES, _PICTURES = 3, 4  # examples, channels, and places, or rows and columns
_SEND_EVERY = 40
"""Milliseconds between two edits of a stroke: the network follows, and is not asked more often than it can answer."""


class BrushTools(QWidget):
    """Two buttons of which at most one is down; `changed` sends "pen", "eraser" or ""."""

    changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.pen = self._pill("Pen", "pen", "Paint on the input: drag over the picture, or over the curve (P)")
        self.eraser = self._pill("Eraser", "eraser", "Rub out: drag over the input")
        row.addWidget(self.pen)
        row.addWidget(self.eraser)

    def _pill(self, text: str, tool: str, tip: str) -> Pill:
        pill = Pill(text, role="text", checkable=True)
        pill.setToolTip(tip)
        pill.setAccessibleDescription(tip)
        pill.toggled.connect(lambda on: self._on_toggled(tool, on))
        return pill

    @property
    def tool(self) -> str:
        return "pen" if self.pen.isChecked() else "eraser" if self.eraser.isChecked() else ""

    def toggle_pen(self) -> None:
        """Take the pen, or lay both away."""
        if self.tool:
            self.put_away()
        else:
            self.pen.setChecked(True)

    def hold(self, tool: str) -> None:
        """Take "pen" or "eraser", or lay both away."""
        self.pen.setChecked(tool == "pen")
        self.eraser.setChecked(tool == "eraser")

    def put_away(self) -> None:
        """No tool is held."""
        self.hold("")

    def _on_toggled(self, tool: str, on: bool) -> None:
        if on:
            (self.eraser if tool == "pen" else self.pen).setChecked(False)
        self.changed.emit(self.tool)


class Painting(QObject):
    """Strokes on the shown example.

    `painted` sends the whole input as it looks now, before the network has followed; `refused` says why it cannot be
    painted on.
    """

    painted = Signal(object)
    refused = Signal(str)

    _strokes = count()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._node = ""
        self._x: np.ndarray | None = None
        self._full = 1.0
        self._empty = 0.0
        self._is_stroking = False
        self._waiting: dict[tuple[int, ...], float] = {}
        self._number = next(self._strokes)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SEND_EVERY)
        self._soon.timeout.connect(self._send)

    def look_at(self, scene: Scene) -> bool:
        """Whether what enters the layer on screen is a picture or a sequence of the data set that one can paint on."""
        from playground.engine.arithmetic import Place

        node, array = scene.source(), scene.frame.inputs[0]
        is_input = scene.analysis.graph.node(node).type == "input"
        if scene.phase != "forward" or array.ndim not in (_SEQUENCES, _PICTURES) or not is_input:
            return False
        self._node = node
        if self.stroked is None:  # else what is on screen is ahead of what was recorded
            x = array[SHOWN]
            self._x = np.array(x)
            self._empty = float(min(0.0, x.min()))
            self._full = float(x.max()) if float(x.max()) > self._empty else 1.0
        return self._session.by_hand.can_change(Place(node, "output", (SHOWN,) * array.ndim))

    @property
    def stroked(self) -> np.ndarray | None:
        """The whole input as it looks in the middle of a stroke; None between strokes."""
        return self._x if self._is_stroking else None

    def stroke(self, tool: str, start: Point, end: Point, plane: int = 0) -> None:
        """Part of a stroke: brighter with the pen, towards nothing with the eraser; all channels together.

        Of a sequence the points are numbers with their places, and one channel is drawn anew.
        """
        if self._x is None:
            return
        self._is_stroking = True
        if self._x.ndim == _SEQUENCES - 1:
            self._draw(tool, start, end, plane)
        else:
            self._brush(tool, start, end)
        if self._waiting:
            self.painted.emit(self._x)
            if not self._soon.isActive():
                self._soon.start()

    def _draw(self, tool: str, start: Point, end: Point, channel: int) -> None:
        """The curve from point to point; the eraser leaves zeros."""
        assert self._x is not None
        (first, start_at), (last, end_at) = sorted((start, end), key=lambda point: point[1])
        places = range(max(0, int(start_at)), min(self._x.shape[1] - 1, int(end_at)) + 1)
        for place in places:
            share = min(1.0, max(0.0, (place + 0.5 - start_at) / (end_at - start_at))) if end_at > start_at else 1.0
            value = 0.0 if tool == "eraser" else first + (last - first) * share
            if value != float(self._x[channel, place]):
                self._x[channel, place] = value
                self._waiting[0, channel, place] = value

    def _brush(self, tool: str, start: Point, end: Point) -> None:
        assert self._x is not None
        for (row, column), share in brushed(start, end, (self._x.shape[1], self._x.shape[2])).items():
            for channel in range(len(self._x)):
                before = float(self._x[channel, row, column])
                aim = self._full if tool == "pen" else self._empty
                wanted = aim * share + self._empty * (1 - share) if tool == "pen" else before + (aim - before) * share
                value = max(before, wanted) if tool == "pen" else wanted
                if value != before:
                    self._x[channel, row, column] = value
                    self._waiting[0, channel, row, column] = value

    def end(self) -> None:
        """The stroke is at its end: the next one is an edit of its own."""
        self._soon.stop()
        self._send()
        self._is_stroking = False
        self._number = next(self._strokes)

    def _send(self) -> None:
        from playground.engine.arithmetic import Place

        if not self._waiting:
            return
        changes = {Place(self._node, "output", index): value for index, value in self._waiting.items()}
        self._waiting = {}
        title = self._session.graph.node(self._node).title
        try:
            self._session.by_hand.change(changes, f"Paint on {title}", merge=("paint", self._node, self._number))
        except ByHandError as error:
            self.refused.emit(str(error))
