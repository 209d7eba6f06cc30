"""Python's cycle collector, kept on the GUI thread.

Left alone it runs in whichever thread allocates, and a widget or scene that it finds unreachable would be destroyed in
the worker thread, which crashes Qt. So it is switched off, and a timer runs it here, by CPython's own thresholds.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_PERIOD_MS = 200
_START_MS = 5000
"""So long, or until `settle`, all that is made is there to stay, and looking through it would be in vain."""


class GuiThreadCollector(QObject):
    """Collects garbage on the thread that made it, until `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._collect)
        self._timer.start(_START_MS)

    def settle(self) -> None:
        """What is there now stays (torch's and Qt's modules): no collection, not even the first, looks through it."""
        gc.freeze()
        self._timer.start(_PERIOD_MS)

    def stop(self) -> None:
        """Give the collector back to Python."""
        self._timer.stop()
        gc.enable()

    def _collect(self) -> None:
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return
