"""From afar cards and wires draw nothing themselves. Qt is told so of a few hundred at a time, for it takes a while."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from playground.ui.canvas.card import Card
from playground.ui.canvas.detail import Detail
from playground.ui.canvas.wire import Wire

_NO_CONTENTS = QGraphicsItem.GraphicsItemFlag.ItemHasNoContents
_AT_A_TIME, _PERIOD_MS = 250, 16


class Curtain(QObject):
    """Marks items that have nothing to draw, so that not even their `paint` is called; they can still be found."""

    def __init__(self, scene: QGraphicsScene, detail: Detail) -> None:
        super().__init__(scene)
        self._scene, self._detail = scene, detail
        self._waiting: list[QGraphicsItem] = []
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self.go_on)

    def hang(self, item: QGraphicsItem) -> None:
        """An item is new."""
        item.setFlag(_NO_CONTENTS, self._detail.is_far)

    def turn(self, items: Iterable[QGraphicsItem], shown: QRectF) -> None:
        """Cards became blocks or blocks cards: of all these items those must be drawn now that are within `shown`."""
        self._waiting = list(items)
        if not self._detail.is_far:
            for item in self._scene.items(shown, Qt.ItemSelectionMode.IntersectsItemBoundingRect):
                if isinstance(item, Card | Wire):
                    item.setFlag(_NO_CONTENTS, False)
        self._timer.start()

    def go_on(self) -> None:
        """Mark the next few hundred."""
        for item in self._waiting[-_AT_A_TIME:]:
            item.setFlag(_NO_CONTENTS, self._detail.is_far)
        del self._waiting[-_AT_A_TIME:]
        if not self._waiting:
            self._timer.stop()
