"""How a step changes what an optimizer remembers of one weight: each running number, from what it was before.

The formulas are torch's; g is the gradient with all that L1, limits and L2 make of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import of, worked_out
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Place, Term, value_at
from playground.engine.arithmetic._text import blame, subscript, sum_of_symbols
from playground.engine.arithmetic._update_memory import Memory, Remembered, memory_at, remembered
from playground.engine.arithmetic._update_terms import (
    adadelta_sizes,
    running,
    shrink,
    size_of_late,
    sum_of_squares,
    treated,
    with_decay,
)

if TYPE_CHECKING:
    from playground.engine.trace import Frame
    from playground.engine.update_rule import UpdateRule


@dataclass(frozen=True)
class Kept:
    """One thing that is remembered, before and after the step, and how the step made it so."""

    what: Remembered
    explanation: Explanation


def explain_memory(frame: Frame, rule: UpdateRule, name: str, index: Index) -> tuple[Kept, ...]:
    """What the optimizer remembers of an element of a parameter, as `remembered` lists it, with how it came about.

    Raises:
        ExplanationError: there is no such weight.
    """
    rows = remembered(frame, rule, name, index)
    if not rows:
        return ()
    memory, g = memory_at(frame.memory.get(name, {}), index), _seen(frame, rule, name, index)
    return tuple(Kept(row, explain) for row, explain in zip(rows, _changes(g, rule, memory), strict=True))


def corrected_averages(frame: Frame, rule: UpdateRule, name: str, index: Index) -> tuple[Explanation, ...]:
    """Adam's m̂ and v̂: both averages began at 0, and are divided by the weight that gradients have had in them so far.

    Raises:
        ExplanationError: there is no such weight.
    """
    if rule.optimizer not in ("adam", "adamw"):
        return ()
    count = memory_at(frame.memory.get(name, {}), index).steps + 1
    found: list[Explanation] = []
    for kept, letter, which in zip(explain_memory(frame, rule, name, index), "mv", (1, 2), strict=False):
        beta = rule.betas[which - 1]
        after = Factor(rf"{letter}^{{+}}", kept.explanation.value, None, lambda kept=kept: kept.explanation)
        over = Factor(rf"\frac{{1}}{{1 - \beta_{{{which}}}^{{{count}}}}}", 1 / (1 - beta**count))
        formula = rf"\frac{{{letter}^{{+}}}}{{1 - \beta_{{{which}}}^{{{count}}}}}"
        words = f"It began at 0; after {count} step{'s' if count > 1 else ''} it is divided by 1 − {beta:g}^{count}."
        title = f"{kept.what.title.capitalize()}, corrected"
        found.append(worked_out(title, rf"\hat{{{letter}}}", formula, [Term((after, over))], words))
    return tuple(found)


def _seen(frame: Frame, rule: UpdateRule, name: str, index: Index) -> Factor:
    """The gradient that the optimizer gets to see, as g; asked, it tells what it is made of."""
    old, slope = Place(frame.node, "weight", index, name=name), Place(frame.node, "grad_weight", index, name=name)
    usual = subscript("b" if name == "bias" else "w", *(position + 1 for position in index))
    weight = Factor(usual, value_at(frame, old), old)
    gradient = treated(weight, Factor(blame(usual), value_at(frame, slope), slope), rule)
    if rule.optimizer != "adamw":
        gradient = with_decay(weight, gradient, rule)
    return replace(gradient, symbol="g")


def _changes(g: Factor, rule: UpdateRule, memory: Memory) -> list[Explanation]:
    """How each remembered number came about, in the order of `remembered`."""
    match rule.optimizer:
        case "sgd":
            return [_velocity(g, rule, memory)]
        case "adam" | "adamw":
            mean = running(g, Factor(r"\beta_{1}", rule.betas[0]), Factor("m", memory.mean), "m^{+}", squared=False)
            square = running(g, Factor(r"\beta_{2}", rule.betas[1]), Factor("v", memory.square), "v^{+}", squared=True)
            return [mean, square, *([_largest(square, memory)] if rule.amsgrad else [])]
        case "rmsprop":
            keep = Factor(r"\alpha", rule.alpha)
            mean = running(g, keep, Factor("m", memory.mean), "m^{+}", squared=False)
            square = running(g, keep, Factor("s", memory.square), "s^{+}", squared=True)
            velocity = [_divided_velocity(g, rule, memory)] if rule.momentum else []
            return [*velocity, *([mean] if rule.centered else []), square]
        case "adagrad":
            return [sum_of_squares(g, memory)]
        case "adadelta":
            square = running(g, Factor(r"\rho", rule.rho), Factor("s", memory.square), "s^{+}", squared=True)
            return [square, _moved(g, rule, memory)]


def _velocity(g: Factor, rule: UpdateRule, memory: Memory) -> Explanation:
    """SGD: v⁺ = μ v + (1 − τ) g; in the first step, before which nothing is remembered, v⁺ = g."""
    if memory.velocity is None:
        words = "Nothing is remembered before the first step, so the velocity begins as the gradient."
        return worked_out("Velocity", "v^{+}", "g", [Term((g,))], words)
    share = (Factor(r"\left(1 - \tau\right)", 1 - rule.dampening),) if rule.dampening else ()
    terms = [Term((Factor(r"\mu", rule.momentum), Factor("v", memory.velocity))), Term((*share, g))]
    words = "A part of the velocity stays, and the gradient is added to it."
    return worked_out("Velocity", "v^{+}", sum_of_symbols(terms), terms, words)


def _divided_velocity(g: Factor, rule: UpdateRule, memory: Memory) -> Explanation:
    """RMSprop: v⁺ = μ v + g / (√s⁺ + ε)."""
    size = shrink(size_of_late(g, rule, memory), rule.eps)
    terms = [Term((Factor(r"\mu", rule.momentum), Factor("v", memory.velocity or 0.0))), Term((g, size))]
    return worked_out("Velocity", "v^{+}", sum_of_symbols(terms), terms)


def _largest(square: Explanation, memory: Memory) -> Explanation:
    """AMSGrad: the larger of the largest average so far and the latest."""
    past, latest = Factor(r"v_{\max}", memory.largest), Factor("v^{+}", square.value, None, lambda: square)
    return worked_out(
        "Largest average of the gradient’s square",
        r"v_{\max}^{+}",
        r"\max\left(v_{\max},\; v^{+}\right)",
        [Term((past,)), Term((latest,))],
        combine="max",
        chosen=0 if past.value >= latest.value else 1,
    )


def _moved(g: Factor, rule: UpdateRule, memory: Memory) -> Explanation:
    """Adadelta: u⁺ = ρ u + (1 − ρ) Δ², Δ = √(u + ε) / √(s⁺ + ε) · g."""
    terms = [Term((*adadelta_sizes(g, rule, memory), g))]
    formula = r"\frac{\sqrt{u + \epsilon}}{\sqrt{s^{+} + \epsilon}} \cdot g"
    step = of(lambda: worked_out("The step, before the learning rate", r"\Delta", formula, terms), r"\Delta")
    found = running(step, Factor(r"\rho", rule.rho), Factor("u", memory.moved), "u^{+}", squared=True)
    return replace(found, title="Running average of the squared step")
