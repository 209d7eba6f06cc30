"""Strokes on the input as undoable edits: one for each stroke, sent on in a rhythm that the network can follow."""

from __future__ import annotations

from itertools import count

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from playground.ui.by_hand import ByHandError
from playground.ui.session import Session

_SEND_EVERY = 30
"""Milliseconds between two edits of a stroke."""


class Strokes(QObject):
    """`refused` says why the example cannot be changed."""

    refused = Signal(str)

    _numbers = count()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._number = next(self._numbers)
        self._waiting: tuple[np.ndarray, str] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SEND_EVERY)
        self._soon.timeout.connect(self._send)

    def go_on(self, x: np.ndarray, label: str) -> None:
        """The example as it looks after another part of the stroke."""
        self._waiting = (x, label)
        if not self._soon.isActive():
            self._soon.start()

    def end(self) -> None:
        """The pen is lifted: what comes next is another stroke."""
        self._send()
        self._number = next(self._numbers)

    def drop(self) -> None:
        """Another example is shown: what was not sent yet has no place there."""
        self._soon.stop()
        self._waiting = None

    def _send(self) -> None:
        self._soon.stop()
        if self._waiting is None:
            return
        (x, label), self._waiting = self._waiting, None
        try:
            self._session.by_hand.change_input(x, label, merge=("stroke", self._number))
        except ByHandError as error:
            self.refused.emit(str(error))
