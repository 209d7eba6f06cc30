"""How closely the canvas is looked at; cards and wires paint accordingly."""

from __future__ import annotations

import time

FAR, FAR_IN_A_CROWD = 0.3, 0.42
"""Below this zoom cards are plain blocks, all painted in one go (see `poster`)."""
_CROWD = 300
"""So many cards are a crowd, of which about two hundred would have to be painted at once between the two zooms."""
_BUDGET = 0.006
"""Seconds of one frame that may go into painting cards for the first time; the others wait for the next frame."""


class Detail:
    """Shared by a view and the items of its scene: written by the view before it paints."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.crowd = 0
        """How many cards there are on the whole canvas."""
        self.device_ratio = 1.0
        self.is_zooming = False
        """Whether the zoom is just being changed: cards are then scaled roughly, in a tenth of the time."""
        self._deadline = 0.0
        self._has_painted = False
        self._is_spent = False
        self.is_unfinished = False
        """Whether there was no time for some card in this frame, so that there must be another."""

    @property
    def is_far(self) -> bool:
        """Whether cards are blocks."""
        return self.zoom < (FAR if self.crowd < _CROWD else FAR_IN_A_CROWD)

    @property
    def sharpness(self) -> float:
        """Pixels of a card's pixmap for each pixel at zoom 1: of a few steps the next one up, which is drawn down."""
        scale = self.zoom * self.device_ratio
        return next((step for step in (0.5, 0.75, 1.0, 1.5, 2.0, 3.0) if scale <= step * 1.05), 4.0)

    def begin_frame(self) -> None:
        """A frame is about to be painted."""
        self._deadline = time.perf_counter() + (0.0 if self._is_spent else _BUDGET)
        self._has_painted, self._is_spent, self.is_unfinished = False, False, False

    def spend_frame(self) -> None:
        """Much was done already for the next frame: hardly a card is painted for the first time in it."""
        self._is_spent = True

    @property
    def has_time(self) -> bool:
        """Whether another card may be painted for the first time in this frame; one always may, however slow it is."""
        has_time = not self._has_painted or time.perf_counter() < self._deadline
        self._has_painted = True
        self.is_unfinished = self.is_unfinished or not has_time
        return has_time
