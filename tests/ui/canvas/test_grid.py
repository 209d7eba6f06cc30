"""The dots behind the cards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF

from playground.ui.canvas.grid import PITCH, dots, pitch

WINDOW = (1440.0, 900.0)


@pytest.mark.parametrize("zoom", [0.3, 0.35, 0.5, 0.8, 1.0, 1.7, 4.0])
def test_dots_cover_the_view_without_crowding_it(zoom: float) -> None:
    width, height = WINDOW[0] / zoom, WINDOW[1] / zoom
    found = dots(QRectF(-333.3, 77.7, width, height), zoom)
    step = pitch(zoom)
    assert step % PITCH == 0
    assert 12 <= step * zoom <= PITCH * max(2.0, zoom)
    assert len(found) < 5000
    assert all(dot.x() % step == 0 and dot.y() % step == 0 for dot in found)
    assert min(dot.x() for dot in found) <= -333.3
    assert max(dot.x() for dot in found) >= width - 333.3 - step
    assert max(dot.y() for dot in found) >= height + 77.7 - step


def test_from_near_every_dot_of_the_grid_is_there() -> None:
    assert pitch(1.0) == PITCH
    assert pitch(0.5) == 2 * PITCH
