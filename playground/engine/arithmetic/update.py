"""Where a weight after a step comes from: the weight before, its gradient, and what the optimizer remembers.

SGD and Adam as torch computes them (Adam: Kingma & Ba 2015, algorithm 1, with L2 decay added to the gradient).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import of, worked_out
from playground.engine.arithmetic._functions import enclosed, power_base
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
from playground.engine.arithmetic._text import blame, number, plain, subscript, sum_of_symbols

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from playground.engine.trace import Frame
    from playground.engine.update_rule import UpdateRule


@dataclass(frozen=True)
class Memory:
    """What the optimizer remembers of one weight before the step; all zero before the first.

    `velocity` is SGD's momentum buffer (None before the first step); `mean` and `square` are Adam's running averages of
    the gradient and of its square; `steps` counts the steps made so far.
    """

    velocity: float | None = None
    mean: float = 0.0
    square: float = 0.0
    steps: int = 0


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
    steps = _sgd(weight, blamed, rule, memory) if rule.optimizer == "sgd" else _adam(weight, blamed, rule, memory)
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
    if name in frame.frozen:
        words = "This weight is held fast: training leaves it as it is."
        held = worked_out("A held weight", f"{weight.symbol}^{{+}}", weight.symbol, [Term((weight,))], words)
        return replace(held, value=value, place=new)
    if rule is None:
        raise ExplanationError("No step was made here, or by an optimizer whose rule is not written out yet.")
    blamed = Factor(names(slope) or blame(weight.symbol), value_at(frame, slope), slope)
    memory = memory_at(frame.memory.get(name, {}), index)
    return replace(explain_update(weight.value, blamed.value, rule, memory, weight, blamed), value=value, place=new)


def memory_at(memory: Mapping[str, np.ndarray], index: Index) -> Memory:
    """The part that concerns one element of what `engine.update_rule.memory_of` recorded of a parameter."""
    velocity = memory.get("momentum_buffer")
    return Memory(
        velocity=None if velocity is None else float(velocity[index]),
        mean=float(memory["exp_avg"][index]) if "exp_avg" in memory else 0.0,
        square=float(memory["exp_avg_sq"][index]) if "exp_avg_sq" in memory else 0.0,
        steps=int(memory["step"]) if "step" in memory else 0,
    )


def _sgd(weight: Factor, blamed: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η (μ v + g + λ w); before the first step there is no velocity v."""
    rate = Factor(r"\eta", rule.learning_rate)
    terms = [Term((rate, blamed), negative=True)]
    if rule.momentum and memory.velocity is not None:
        terms.append(Term((rate, Factor(r"\mu", rule.momentum), Factor("v", memory.velocity)), negative=True))
    if rule.weight_decay:
        terms.append(Term((rate, Factor(r"\lambda", rule.weight_decay), weight), negative=True))
    return terms


def _adam(weight: Factor, blamed: Factor, rule: UpdateRule, memory: Memory) -> list[Term]:
    """w⁺ = w − η m̂ / (√v̂ + ε)."""
    rate = Factor(r"\eta", rule.learning_rate)
    gradient = blamed
    if rule.weight_decay:
        decay = Factor(r"\lambda", rule.weight_decay)
        gradient = of(
            lambda: worked_out(
                "Gradient with weight decay",
                "g",
                rf"{blamed.symbol} + \lambda \cdot {weight.symbol}",
                [Term((blamed,)), Term((decay, weight))],
            ),
            "g",
        )
    mean = of(lambda: _average(gradient, rule.betas[0], memory.mean, memory.steps, squared=False), r"\hat{m}")
    square = of(lambda: _average(gradient, rule.betas[1], memory.square, memory.steps, squared=True), r"\hat{v}")
    denominator = math.sqrt(square.value) + rule.eps
    shrink = Factor(
        r"\frac{1}{\sqrt{\hat{v}} + \epsilon}",
        1 / denominator,
        None,
        square.because,
        written=rf"\frac{{1}}{{\sqrt{{{number(square.value)}}} + {number(rule.eps)}}}",
    )
    return [Term((rate, mean, shrink), negative=True)]


def _average(gradient: Factor, beta: float, past: float, steps: int, *, squared: bool) -> Explanation:
    """(β m + (1 − β) g) / (1 − β^t), or the same of g²; t counts this step too."""
    which, letter = ("2", "v") if squared else ("1", "m")
    keep = Factor(rf"\beta_{{{which}}}", beta)
    new = Factor(rf"\left(1 - \beta_{{{which}}}\right)", 1 - beta)
    blamed = f"{power_base(gradient.symbol)}^{{2}}" if squared else gradient.symbol
    factors = (new, gradient, gradient) if squared else (new, gradient)
    correction = Factor(
        rf"\frac{{1}}{{1 - \beta_{{{which}}}^{{{steps + 1}}}}}",
        1 / (1 - beta ** (steps + 1)),
        written=rf"\frac{{1}}{{1 - {number(beta)}^{{{steps + 1}}}}}",
    )
    average = "square of the gradient" if squared else "gradient"
    return worked_out(
        f"Running average of the {average}",
        rf"\hat{{{letter}}}",
        f"{correction.symbol} " + enclosed(rf"{keep.symbol} \cdot {letter} + {new.symbol} \cdot {blamed}"),
        [Term((keep, Factor(letter, past))), Term(factors)],
        "Since the average began at zero, it is divided by the weight that the gradients have had in it so far.",
        scale=correction,
    )


def _in_words(before: float, change: float, rule: UpdateRule) -> str:
    if change == 0:
        return "Neither blame nor memory of earlier blame, so the weight stays as it is."
    way = "down" if change < 0 else "up"
    manner = "against the slope of the error" if rule.optimizer == "sgd" else "against the average slope of late"
    return f"The weight goes {way} by {plain(abs(change))}, from {plain(before)}: {manner}."
