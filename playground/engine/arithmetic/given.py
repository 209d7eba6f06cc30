"""Where the numbers of the input come from: from the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, indexed, read, where
from playground.engine.arithmetic._spec import Capability, Explanation, Index, Namer, Place, Term, value_at

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """x is given; index is (example, …)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    symbol = indexed("x", frame.output, index)
    factor = read(frame, place, symbol, names)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=factor.symbol,
        formula=r"\mathrm{given}",
        terms=[Term((factor,))],
        words="This number is part of the example itself: it comes from the data set.",
    )


CAPABILITY = Capability(explain_output)
