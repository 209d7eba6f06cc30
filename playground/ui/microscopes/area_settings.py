"""The settings of a layer that pools into a grid of areas: how many of them, how they follow, and the speed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.window_settings import WindowSettings

if TYPE_CHECKING:
    from playground.engine.trace import Frame

_AREAS = "area i of m: from ⌊i·n / m⌋ to ⌈(i + 1)·n / m⌉ − 1"


class AreaSettings(WindowSettings):
    """Edits the layer in the document, as those of a sliding window do."""

    keys = (("output_size", "Output size"), ("kernel_size", "Kernel"), ("stride", "Stride"), ("padding", "Padding"))
    speed_words = "How fast the area moves on while Play is on."

    def formula(self, frame: Frame) -> str:
        return _AREAS if "output_size" in frame.params else ""
