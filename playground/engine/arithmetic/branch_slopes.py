"""What each input of a layer with several inputs is handed back from a single place of the result."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Place, Term, value_at
from playground.engine.arithmetic._text import blame
from playground.engine.arithmetic.merge import source_index, source_of

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def slope_for(frame: Frame, port: int, index: Index) -> float:
    """How far the number of the result at a place moves for each 1 that the input's number there moves."""
    if frame.type == "concat":
        return 1.0 if source_of(frame, index)[0] == port else 0.0
    values = [float(array[source_index(frame, each, index)]) for each, array in enumerate(frame.inputs)]
    match frame.type:
        case "add":
            return 1.0
        case "multiply":
            return math.prod(value for each, value in enumerate(values) if each != port)
        case "maximum":
            winners = values.count(max(values))
            return 1 / winners if values[port] == max(values) else 0.0
        case _:
            kept = [each for each in range(len(values)) if frame.mask is None or frame.mask[index[0], each]]
            return 1 / len(kept) if port in kept else 0.0


def explain_handed_back(frame: Frame, port: int, index: Index) -> Explanation:
    """Local slope × what arrives at one place of the result: one term of the gradient of an input used at several."""
    place = Place(frame.node, "grad_output", index)
    slope = Factor(r"\frac{\partial y}{\partial x}", slope_for(frame, port, index))
    arriving = Factor(blame("y"), value_at(frame, place), place)
    words = "Local slope times what arrives at this place. The number is used at other places too; all of it adds up."
    title = f"Handed back to input {port + 1} from this place"
    return worked_out(title, "g", rf"{slope.symbol} \cdot {arriving.symbol}", [Term((slope, arriving))], words)
