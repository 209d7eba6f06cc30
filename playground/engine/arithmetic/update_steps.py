"""A step of an optimizer taken apart: what its gradient is made of, and what is added to the weight and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Place, Term, unnamed, value_at
from playground.engine.arithmetic._text import blame, plain, subscript
from playground.engine.arithmetic._update_memory import memory_at, treated_gradient
from playground.engine.arithmetic._update_terms import step_terms

if TYPE_CHECKING:
    from playground.engine.trace import Frame
    from playground.engine.update_rule import UpdateRule


@dataclass(frozen=True)
class Part:
    """One part, in words, as its value, and the explanation of that."""

    title: str
    explanation: Explanation

    @property
    def value(self) -> float:
        """What it comes to."""
        return self.explanation.value


@dataclass(frozen=True)
class Step:
    """`gradient` are the parts that make up the gradient which the optimizer gets to see, `moves` those of the step.

    `seen` is that gradient. The moves are what is added to the weight: they add up to the whole change.
    """

    gradient: tuple[Part, ...]
    seen: float
    moves: tuple[Part, ...]


def step_of(frame: Frame, rule: UpdateRule, name: str, index: Index, names: Namer = unnamed) -> Step:
    """The recorded step of one weight, taken apart.

    Raises:
        ExplanationError: there is no such weight.
    """
    old = Place(frame.node, "weight", index, name=name)
    slope = Place(frame.node, "grad_weight", index, name=name)
    usual = subscript("b" if name == "bias" else "w", *(position + 1 for position in index))
    weight = Factor(names(old) or usual, value_at(frame, old), old)
    gradient = float(frame.grad_weights[name][index])
    blamed = Factor(names(slope) or blame(weight.symbol), gradient, slope)
    if frame.holds(name, index):
        return Step((_part("from the loss", "g", blamed),), gradient, ())
    rule = rule.at_rate(frame.rate)
    parts, seen = _gradient_parts(weight, blamed, rule)
    memory = memory_at(frame.memory.get(name, {}), index)
    moves = [_move(term, rule) for term in step_terms(weight, blamed, rule, memory)]
    return Step(tuple(parts), seen, tuple(moves))


def _gradient_parts(weight: Factor, blamed: Factor, rule: UpdateRule) -> tuple[list[Part], float]:
    """∂E/∂w, L1, what the limits take off, L2: as far as there are such."""
    parts = [_part("from the loss", blamed.symbol, blamed)]
    seen = blamed.value
    if rule.l1:
        sign = Factor(rf"\mathrm{{sign}}({weight.symbol})", (weight.value > 0) - (weight.value < 0))
        words = "L1 pushes every weight towards 0 with the same force, however small it is."
        parts.append(_part("L1: λ₁ · sign w", "l", Factor(r"\lambda_{1}", rule.l1), sign, words=words))
        seen += parts[-1].value
    if rule.clip_scale != 1:
        words = (
            f"The gradient of all weights together was too long; every part of it is shortened to "
            f"{plain(100 * rule.clip_scale, 3)} %."
        )
        less = (rule.clip_scale - 1) * seen
        whole = Factor("g", seen)
        taken = Factor(r"\left(c - 1\right)", rule.clip_scale - 1)
        parts.append(_part("clipped by length", "c", taken, whole, words=words))
        seen += less
    cut = treated_gradient(blamed.value, weight.value, rule)
    if rule.clip_grad_value and abs(cut - seen) > 1e-15:
        words = f"No weight’s gradient counts for more than ± {plain(rule.clip_grad_value)}; this is what lies beyond."
        parts.append(_part("clipped by value", "c", Factor("c - g", cut - seen), words=words))
        seen = cut
    if rule.weight_decay and rule.optimizer != "adamw":
        words = "L2 pushes a weight towards 0 the harder the larger it is."
        parts.append(_part("L2: λ · w", "d", Factor(r"\lambda", rule.weight_decay), weight, words=words))
        seen += parts[-1].value
    return parts, seen


def _move(term: Term, rule: UpdateRule) -> Part:
    symbols = [factor.symbol for factor in term.factors]
    title = "the gradient now"
    if "v" in symbols:
        title = "momentum: earlier steps"
    elif r"\lambda" in symbols:
        title = "weight decay" if rule.optimizer == "adamw" else "L2"
    elif rule.optimizer in ("adam", "adamw"):
        title = "averaged gradients"
    elif rule.optimizer != "sgd":
        title = "the gradient, made to measure"
    formula = (r"-" if term.negative else "") + r" \cdot ".join(symbols)
    return Part(title, worked_out(title.capitalize(), r"\Delta w", formula, [term]))


def _part(title: str, symbol: str, *factors: Factor, words: str = "") -> Part:
    formula = r" \cdot ".join(factor.symbol for factor in factors)
    return Part(title, worked_out(title.capitalize(), symbol, formula, [Term(factors)], words))
