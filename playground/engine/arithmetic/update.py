"""Where a weight after a step comes from: the weight before, its gradient, and what the optimizer remembers.

The methods as torch computes them; `_update_terms` says of each whose it is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._spec import (
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import blame, plain, subscript, sum_of_symbols
from playground.engine.arithmetic._update_memory import Memory, memory_at
from playground.engine.arithmetic._update_terms import step_terms

if TYPE_CHECKING:
    from playground.engine.trace import Frame
    from playground.engine.update_rule import UpdateRule


def explain_update(
    before: float,
    gradient: float,
    rule: UpdateRule,
    memory: Memory | None = None,
    weight: Factor | None = None,
    blamed: Factor | None = None,
) -> Explanation:
    """The weight after one step.

    Args:
        before: the weight before it.
        gradient: ∂E/∂w.
        rule: the optimizer and its settings.
        memory: what the optimizer remembers; nothing, before the first step.
        weight: how the weight before is written; w by default.
        blamed: how the gradient is written; ∂E/∂w by default.
    """
    weight = weight or Factor("w", before)
    blamed = blamed or Factor(blame(weight.symbol), gradient)
    memory = memory or Memory()
    steps = step_terms(weight, blamed, rule, memory)
    terms = [Term((weight,)), *steps]
    change = sum(step.value for step in steps)
    words = _in_words(before, change, rule)
    return worked_out("The weight after this step", f"{weight.symbol}^{{+}}", sum_of_symbols(terms), terms, words)


def explain_recorded_update(
    frame: Frame, rule: UpdateRule | None, name: str, index: Index, names: Namer = unnamed
) -> Explanation:
    """The same for a parameter element of a recorded step: `frame.updated[name][index]`.

    Raises:
        ExplanationError: there was no step, its rule cannot be explained, or there is no such weight.
    """
    old, new = Place(frame.node, "weight", index, name=name), Place(frame.node, "updated", index, name=name)
    slope = Place(frame.node, "grad_weight", index, name=name)
    usual = subscript("b" if name == "bias" else "w", *(position + 1 for position in index))
    weight = Factor(names(old) or usual, value_at(frame, old), old)
    value = value_at(frame, new)
    if frame.holds(name, index):
        words = "This weight is frozen: training leaves it as it is, whatever its gradient."
        held = worked_out("A frozen weight", f"{weight.symbol}^{{+}}", weight.symbol, [Term((weight,))], words)
        return replace(held, value=value, place=new)
    if rule is None:
        raise ExplanationError("No step was made here, or by an optimizer whose rule is not written out yet.")
    rule = rule.at_rate(frame.rate)
    blamed = Factor(names(slope) or blame(weight.symbol), value_at(frame, slope), slope)
    memory = memory_at(frame.memory.get(name, {}), index)
    return replace(explain_update(weight.value, blamed.value, rule, memory, weight, blamed), value=value, place=new)


_AGAINST = {
    "sgd": "against the slope of the error",
    "adam": "against the average slope of late",
    "adamw": "against the average slope of late",
    "rmsprop": "against the slope, divided by its usual size of late",
    "adagrad": "against the slope, divided by the size of all slopes so far",
    "adadelta": "against the slope, by as much as such slopes moved it of late",
}


def _in_words(before: float, change: float, rule: UpdateRule) -> str:
    if change == 0:
        return "Neither blame nor memory of earlier blame, so the weight stays as it is."
    way = "down" if change < 0 else "up"
    manner = _AGAINST[rule.optimizer]
    return f"The weight goes {way} by {plain(abs(change))}, from {plain(before)}: {manner}."
