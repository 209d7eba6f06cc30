"""What an optimizer remembers of one weight, and how a step changes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic._spec import Index, Place, value_at

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from playground.engine.trace import Frame
    from playground.engine.update_rule import UpdateRule


@dataclass(frozen=True)
class Memory:
    """What the optimizer remembers of one weight before the step; all zero before the first.

    `velocity` is the momentum buffer of SGD or RMSprop (None before SGD's first step); `mean` the running average of
    the gradient (Adam; RMSprop if centred), `square` that of its square, for Adagrad the sum of all squares; `largest`
    the largest `square` so far (AMSGrad), `moved` the running average of the squared steps (Adadelta); `steps` counts
    the steps made so far.
    """

    velocity: float | None = None
    mean: float = 0.0
    square: float = 0.0
    steps: int = 0
    largest: float = 0.0
    moved: float = 0.0


@dataclass(frozen=True)
class Remembered:
    """One thing that the optimizer remembers of a weight, before and after the step: name, LaTeX symbol, numbers."""

    title: str
    symbol: str
    before: float
    after: float


def memory_at(memory: Mapping[str, np.ndarray], index: Index) -> Memory:
    """The part that concerns one element of what `engine.update_rule.memory_of` recorded of a parameter."""

    def read(*names: str) -> float:
        return next((float(memory[name][index]) for name in names if name in memory), 0.0)

    return Memory(
        velocity=read("momentum_buffer") if "momentum_buffer" in memory else None,
        mean=read("exp_avg", "grad_avg"),
        square=read("exp_avg_sq", "square_avg", "sum"),
        steps=int(memory["step"]) if "step" in memory else 0,
        largest=read("max_exp_avg_sq"),
        moved=read("acc_delta"),
    )


def treated_gradient(gradient: float, weight: float, rule: UpdateRule) -> float:
    """The gradient after L1 and its limits, before weight decay."""
    sign = math.copysign(1.0, weight) if weight else 0.0
    treated = rule.clip_scale * (gradient + rule.l1 * sign)
    limit = rule.clip_grad_value
    return min(max(treated, -limit), limit) if limit else treated


def after_step(weight: float, gradient: float, rule: UpdateRule, memory: Memory) -> Memory:
    """What the optimizer remembers after the step from `weight` with the gradient ∂E/∂w."""
    g = treated_gradient(gradient, weight, rule)
    if rule.optimizer != "adamw":
        g += rule.weight_decay * weight
    steps = memory.steps + 1
    match rule.optimizer:
        case "sgd":
            if not rule.momentum:
                return memory
            old = memory.velocity
            return Memory(g if old is None else rule.momentum * old + (1 - rule.dampening) * g)
        case "adam" | "adamw":
            first, second = rule.betas
            mean = first * memory.mean + (1 - first) * g
            square = second * memory.square + (1 - second) * g * g
            return Memory(None, mean, square, steps, max(memory.largest, square) if rule.amsgrad else 0.0)
        case "rmsprop":
            square = rule.alpha * memory.square + (1 - rule.alpha) * g * g
            mean = rule.alpha * memory.mean + (1 - rule.alpha) * g if rule.centered else 0.0
            size = math.sqrt(square - mean * mean) + rule.eps
            velocity = rule.momentum * (memory.velocity or 0.0) + g / size if rule.momentum else None
            return Memory(velocity, mean, square, steps)
        case "adagrad":
            return Memory(None, 0.0, memory.square + g * g, steps)
        case "adadelta":
            square = rule.rho * memory.square + (1 - rule.rho) * g * g
            moved = math.sqrt(memory.moved + rule.eps) / math.sqrt(square + rule.eps) * g
            return Memory(None, 0.0, square, steps, 0.0, rule.rho * memory.moved + (1 - rule.rho) * moved * moved)


def remembered(frame: Frame, rule: UpdateRule, name: str, index: Index) -> tuple[Remembered, ...]:
    """What the optimizer remembers of an element of a parameter, before and after the recorded step.

    Raises:
        ExplanationError: there is no such weight.
    """
    weight = value_at(frame, Place(frame.node, "weight", index, name=name))
    gradient = value_at(frame, Place(frame.node, "grad_weight", index, name=name))
    before = memory_at(frame.memory.get(name, {}), index)
    after = after_step(weight, gradient, rule, before)
    squares = "sum of squares" if rule.optimizer == "adagrad" else "average of squares"
    has_squares, adam = rule.optimizer != "sgd", rule.optimizer in ("adam", "adamw")
    rows = (
        (bool(rule.momentum), "velocity", "v", before.velocity or 0.0, after.velocity or 0.0),
        (adam or rule.centered, "average gradient", "m", before.mean, after.mean),
        (has_squares, squares, "v" if adam else "s", before.square, after.square),
        (rule.amsgrad, "largest of those", r"v_{\max}", before.largest, after.largest),
        (rule.optimizer == "adadelta", "average squared step", "u", before.moved, after.moved),
    )
    return tuple(Remembered(*row) for is_there, *row in rows if is_there)  # type: ignore[arg-type]
