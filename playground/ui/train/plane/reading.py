"""What the maps of the plane say at one place, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.plane_grid import GRID, REACH
from playground.ui.train.plane.layout import Unit
from playground.ui.widgets.numbers import fixed, short

if TYPE_CHECKING:
    from playground.ui.train.plane.painter import Frame


def read_place(
    frame: Frame | None, unit: Unit | None, place: tuple[float, float] | None, classes: tuple[str, ...]
) -> str:
    """What the network (or the unit) answers at (x₁, x₂); empty where nothing is pointed at."""
    if frame is None or place is None:
        return ""
    across, up = place
    column = min(GRID - 1, max(0, int((across + REACH) / (2 * REACH) * GRID)))
    row = min(GRID - 1, max(0, int((REACH - up) / (2 * REACH) * GRID)))
    where = f"({fixed(across, 1)}, {fixed(up, 1)})"
    if unit is not None:
        maps = frame.features if unit.column == 0 else frame.maps.stages[unit.column - 1]
        return f"{where}: {short(maps[unit.number, row, column], 3)}"
    here = frame.maps.answer[:, row, column]
    if frame.maps.meaning == "value":
        return f"{where}: {short(here[0], 3)}"
    named = int(here.argmax())
    name = classes[named] if named < len(classes) else str(named)
    sure = f", {100 * float(here[named]):.0f} % sure" if frame.maps.are_chances else ""
    return f"{where}: {name}{sure}"
