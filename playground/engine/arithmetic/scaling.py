"""Two ways to make up for what dropout drops: larger numbers while training, or smaller ones in use.

With the first (inverted dropout, PyTorch's) the network in use is the plain one; the second is that of the paper
(Srivastava et al. 2014), whose weights are scaled down by 1 − p for use. On average both give the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import indexed, input_factor, read, worked_out
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Place, Term, unnamed
from playground.engine.arithmetic._text import number, sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame


@dataclass(frozen=True)
class Scaling:
    """One way: what becomes of a number while training (with the recorded mask) and in use."""

    title: str
    training: Explanation
    use: Explanation


def dropout_ways(frame: Frame, index: Index) -> tuple[Scaling, Scaling]:
    """Inverted scaling, and scaling in use, for the number at `index`; without a recorded mask it counts as kept."""
    part = float(str(frame.params["p"]))
    x = input_factor(frame, 0, index, unnamed)
    symbol = indexed("m", frame.output, index)
    mask = Factor(symbol, 1.0)
    if frame.mask is not None:
        mask = read(frame, Place(frame.node, "mask", index), symbol, unnamed)
    larger = Factor(r"\frac{1}{1 - p}", 1 / (1 - part), written=rf"\frac{{1}}{{1 - {number(part)}}}")
    smaller = Factor(r"\left(1 - p\right)", 1 - part, written=rf"\left(1 - {number(part)}\right)")

    def told(title: str, words: str, *factors: Factor) -> Explanation:
        term = Term(factors)
        return worked_out(title, "y", sum_of_symbols([term]), [term], words)

    return (
        Scaling(
            "larger while training",
            told("While training, scaled up", "What is kept is made larger, so that the sum stays.", mask, x, larger),
            told("In use, as it is", "Nothing is dropped and nothing is scaled.", x),
        ),
        Scaling(
            "smaller in use",
            told("While training, not scaled", "What is kept passes as it is.", mask, x),
            told("In use, scaled down", "Nothing is dropped, so every number is made smaller instead.", smaller, x),
        ),
    )
