"""Where the numbers of a perceptron come from: a weighted sum, and a threshold that is not there on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic import neurons
from playground.engine.arithmetic._compose import compose, indexed, of, where, worked_out
from playground.engine.arithmetic._spec import Capability, Explanation, Index, Namer, Place, Term, unnamed, value_at
from playground.engine.arithmetic._text import joined, of_example, plain
from playground.engine.arithmetic.neurons import SUM, sum_parts

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = 1 if z > 0, else 0; index is (example, unit)."""
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    symbol = indexed(SUM, frame.output, index)
    total = of(lambda: explain_sum(frame, index, names), symbol)
    words = f"The weighted sum is {plain(total.value)}. "
    words += "That is positive, so the unit fires: 1." if value else "That is not positive, so the unit is silent: 0."
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=rf"{1 if value else 0} \quad \left({symbol} {'>' if value else chr(92) + 'leq'} 0\right)",
        terms=[Term((total,), "step")],
        words=words,
    )


def explain_sum(frame: Frame, index: Index, names: Namer = unnamed) -> Explanation:
    """z = Σ w x + b, before the threshold; index is (example, unit)."""
    symbol = indexed(SUM, frame.output, index)
    terms, bias, parts = sum_parts(frame, index, names)
    title = f"The sum of unit {index[1] + 1} of {frame.node}{of_example(len(frame.output), index[0])}"
    formula = joined([parts, bias.symbol] if bias else [parts])
    return worked_out(title, symbol, formula, terms, "Before the threshold.", offset=bias)


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """As if the weighted sum were the output."""
    return neurons.explain_grad_input(frame, port, index, names)


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """As if the weighted sum were the output: input × blame, the perceptron rule."""
    return neurons.explain_grad_weight(frame, name, index, names)


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
