"""A frame that glides to the next place of a picture, at 60 frames a second whatever the speed of the walk."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QObject, QVariantAnimation, Signal

_LONGEST = 140  # milliseconds; after an unhurried step the frame arrives, and the numbers are read while it stands
_SHORTEST = 24  # steps that follow each other faster come with every frame already


class Glide(QObject):
    """`offset` is how far the frame still is from its place, in rows and columns; `changed` says that it came nearer.

    A glide takes as long as the step before it took to come, so that steps at a steady pace make one even movement.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.offset = (0.0, 0.0)
        self._from = (0.0, 0.0)
        self._since = QElapsedTimer()
        self._animation = QVariantAnimation(self)
        self._animation.setStartValue(1.0)
        self._animation.setEndValue(0.0)
        self._animation.valueChanged.connect(self._on_share)

    def begin(self, rows: float, columns: float) -> None:
        """The frame was that far from where it is now."""
        since = self._since.restart() if self._since.isValid() else _LONGEST
        if not self._since.isValid():
            self._since.start()
        self._animation.stop()
        self.offset = (0.0, 0.0)
        if since >= _SHORTEST and (rows or columns):
            self.offset = self._from = (rows, columns)
            self._animation.setDuration(min(_LONGEST, since))
            self._animation.start()

    def stop(self) -> None:
        """The frame is where it belongs."""
        self._animation.stop()
        self.offset = (0.0, 0.0)

    def _on_share(self, share: object) -> None:
        assert isinstance(share, float)
        self.offset = (self._from[0] * share, self._from[1] * share)
        self.changed.emit()
