"""What a loss charges for each number of the answer, and how that changes when the number moves: a curve and its slope.

The charge is counted before the mean over the batch and the weight of the loss: `scale` says what it is multiplied by.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._loss_parts import (
    answer,
    is_wired,
    mean_over_all,
    mean_over_examples,
    names_classes,
    target_of,
    wanted,
)
from playground.engine.arithmetic._spec import Explanation, ExplanationError, Factor, Index, Term, unnamed
from playground.engine.arithmetic._text import sum_of_symbols
from playground.engine.arithmetic.margins import margin_terms
from playground.engine.arithmetic.surprise import charge_of_class

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Array = np.ndarray[Any, Any]

POINTS = 161


@dataclass(frozen=True, eq=False)
class LossCurve:
    """The charge `y` (count,) over one number `x` (count,) of the answer, all others as they are.

    `point` is where the number stands now and what it costs, `slope` the tangent there: times `scale` it is the blame.
    `aim` is where the number should be, None where there is no such place.
    """

    x: Array
    y: Array
    point: tuple[float, float]
    slope: float
    scale: float
    aim: float | None
    x_name: str
    y_name: str


def loss_scale(frame: Frame) -> Factor | None:
    """What the sum of all charges is multiplied by; None for 1."""
    kind = frame.type
    by_example = kind in ("cross_entropy", "hinge", "output_loss") or (
        kind == "squared_error" and frame.params.get("reduction") != "mean"
    )
    return mean_over_examples(frame) if by_example else mean_over_all(frame)


def charges(frame: Frame) -> Array:
    """What every number of the answer is charged, shaped as the answer; their sum × `loss_scale` is the loss.

    Raises:
        ExplanationError: the pass was made without a target, or the loss is of no known kind.
    """
    o = frame.inputs[0].astype(np.float64)
    if frame.type == "output_loss":
        return o
    t = wanted_values(frame)
    if frame.type == "cross_entropy":
        top = o.max(axis=1, keepdims=True)
        return t * (top + np.log(np.exp(o - top).sum(axis=1, keepdims=True)) - o)
    if frame.type == "hinge" and _leads(frame):
        true = np.take_along_axis(o, target_of(frame).astype(np.int64).reshape(-1, 1), axis=1)
        found = np.maximum(0.0, o - true + _setting(frame, "margin"))
        np.put_along_axis(found, target_of(frame).astype(np.int64).reshape(-1, 1), 0.0, axis=1)
        return found
    return _single(frame)(o, t)


def wanted_values(frame: Frame) -> Array:
    """What should have come out, shaped as the answer: values, a 1 for the true class, ± 1 for a hinge on its own.

    With label smoothing it is what is left of that.

    Raises:
        ExplanationError: the pass was made without a target.
    """
    shape = frame.inputs[0].shape
    if not names_classes(frame):
        t = (frame.inputs[1] if is_wired(frame) else target_of(frame)).reshape(shape).astype(np.float64)
    elif shape[1] == 1:
        t = target_of(frame).reshape(shape).astype(np.float64)
        t = 2 * t - 1 if frame.type == "hinge" else t
    else:
        t = np.eye(shape[1])[target_of(frame).astype(np.int64)]
    smoothing = float(str(frame.params.get("label_smoothing", 0.0)))
    return t * (1 - smoothing) + smoothing / shape[1] if smoothing else t


def slopes(frame: Frame, example: int) -> Array:
    """How much the charges of an example grow with each of its numbers: × `loss_scale` that is the blame.

    Raises:
        ExplanationError: the pass was made without a target, or the loss is of no known kind.
    """
    o, t = frame.inputs[0][example].astype(np.float64), wanted_values(frame)[example]
    if not (frame.type == "hinge" and _leads(frame)):
        alone = [_slope(frame, float(one), float(aim)) for one, aim in zip(o.flat, t.flat, strict=True)]
        return np.array(alone).reshape(o.shape)
    true = int(target_of(frame)[example])
    short = (o - o[true] + _setting(frame, "margin") >= 0).astype(np.float64)
    short[true] = 0.0
    short[true] = -short.sum()
    return short


def loss_curve(frame: Frame, index: Index) -> LossCurve:
    """How the loss goes with one number of the answer.

    Raises:
        ExplanationError: the pass was made without a target, or the loss is of no known kind.
    """
    now = float(frame.inputs[0][index])
    scale = loss_scale(frame)
    factor = 1.0 if scale is None else scale.value
    aim: float | None = None
    if frame.type == "cross_entropy":
        charge, slope, reach, names = _of_score(frame, index)
    elif frame.type == "hinge" and _leads(frame):
        charge, slope, reach, names, aim = _of_lead(frame, index)
    else:
        t = 0.0 if frame.type == "output_loss" else float(wanted_values(frame)[index])
        charge, slope = _alone(frame, t), _slope(frame, now, t)
        questions = ("binary_cross_entropy", "hinge", "output_loss")
        aim = None if frame.type in questions else t
        reach = max(1.2, 1.35 * abs(now - (aim or 0.0)), 2 * _setting(frame, "delta") if frame.type == "huber" else 0)
        if frame.type == "binary_cross_entropy":
            reach = max(4.0, 1.3 * abs(now))
        names = _NAMES[frame.type] if frame.type != "squared_error" else _square_names(frame)
    middle = now if aim is None else aim
    if frame.type in ("binary_cross_entropy", "hinge", "output_loss") and aim is None:
        middle, reach = 0.0, max(reach, 1.3 * abs(now), 2.0)
    x = np.linspace(middle - reach, middle + reach, POINTS)
    y = charge(x)
    return LossCurve(x, y, (now, float(charge(np.array([now]))[0])), slope, factor, aim, *names)


def explain_charge(frame: Frame, index: Index) -> Explanation:
    """Where the charge of one number of the answer comes from, before the mean and the weight of the loss."""
    term = _charge_term(frame, index)
    symbol = f"E_{{{','.join(str(place + (axis == 0)) for axis, place in enumerate(index[1:]))}}}"
    words = "This is what the number is charged on its own; the loss is made of all such charges."
    return worked_out("What one number is charged", symbol, sum_of_symbols([term]), [term], words)


def explain_miss(frame: Frame, index: Index) -> Explanation:
    """o − t: how far one number of the answer is off."""
    o, t = answer(frame, index, unnamed, "o"), wanted(frame, index, unnamed)
    terms = [Term((o,)), Term((t,), negative=True)]
    return worked_out("How far the output is off", "d", sum_of_symbols(terms), terms)


def _charge_term(frame: Frame, index: Index) -> Term:
    if frame.type == "cross_entropy":
        return charge_of_class(frame, index)
    if frame.type == "hinge":
        return margin_terms(frame, index)
    if frame.type == "output_loss":
        return Term((answer(frame, index, unnamed, "o"),))
    o = answer(frame, index, unnamed, "z" if frame.type == "binary_cross_entropy" else "o")
    t = wanted(frame, index, unnamed)
    match frame.type:
        case "squared_error":
            return Term((t, o), "squared_difference" if frame.params.get("reduction") == "mean" else "half_square")
        case "mean_absolute_error":
            return Term((t, o), "distance")
        case "huber":
            return Term((o, t, Factor(r"\delta", _setting(frame, "delta"))), "huber")
        case "binary_cross_entropy":
            return Term((o, t), "binary_surprise")
        case _:
            raise ExplanationError(f"There is no explanation for losses of type “{frame.type}” yet.")


# ---- one number on its own


def _single(frame: Frame) -> Callable[[Array, Array], Array]:
    """The charge of numbers that are each compared with a target of their own."""
    match frame.type:
        case "squared_error":
            half = 1.0 if frame.params.get("reduction") == "mean" else 0.5
            return lambda o, t: half * (t - o) ** 2
        case "mean_absolute_error":
            return lambda o, t: np.abs(t - o)
        case "huber":
            delta = _setting(frame, "delta")
            return lambda o, t: np.where(
                np.abs(o - t) <= delta, 0.5 * (o - t) ** 2, delta * (np.abs(o - t) - 0.5 * delta)
            )
        case "binary_cross_entropy":
            return lambda o, t: np.logaddexp(0.0, o) - t * o
        case "hinge":
            margin = _setting(frame, "margin")
            return lambda o, t: np.maximum(0.0, margin - t * o)
        case "output_loss":
            return lambda o, t: o + 0 * t
        case _:
            raise ExplanationError(f"There is no curve for losses of type “{frame.type}” yet.")


def _alone(frame: Frame, t: float) -> Callable[[Array], Array]:
    """The charge of one number whose target is t."""
    single = _single(frame)
    return lambda o: single(o, np.array(t))


def _slope(frame: Frame, o: float, t: float) -> float:
    miss = o - t
    match frame.type:
        case "squared_error":
            return miss * (2.0 if frame.params.get("reduction") == "mean" else 1.0)
        case "mean_absolute_error":
            return float(np.sign(miss))
        case "huber":
            delta = _setting(frame, "delta")
            return float(np.clip(miss, -delta, delta))
        case "binary_cross_entropy":
            return float(np.exp(-np.logaddexp(0.0, -o))) - t
        case "hinge":
            return -t if _setting(frame, "margin") - t * o >= 0 else 0.0
        case _:
            return 1.0


_NAMES = {
    "mean_absolute_error": ("output o", "|t − o|"),
    "huber": ("output o", "Huber of o − t"),
    "binary_cross_entropy": ("score z", "−log of the right answer"),
    "hinge": ("score s", "max(0, m − t·s)"),
    "output_loss": ("output o", "o"),
}


def _square_names(frame: Frame) -> tuple[str, str]:
    return "output o", "(t − o)²" if frame.params.get("reduction") == "mean" else "½(t − o)²"


def _setting(frame: Frame, key: str) -> float:
    return float(str(frame.params[key]))


# ---- scores that are compared with each other


def _of_score(frame: Frame, index: Index) -> tuple[Callable[[Array], Array], float, float, tuple[str, str]]:
    """Cross-entropy as one score moves: log Σ e^z Σ y − Σ y z, with the slope p Σ y − y."""
    example, chosen = index
    scores, aims = frame.inputs[0][example].astype(np.float64), wanted_values(frame)[example]
    total, own = float(aims.sum()), float(aims[chosen])
    others = np.delete(scores, chosen)
    level = float(np.logaddexp.reduce(others)) if len(others) else -np.inf
    fixed = float(aims @ scores) - own * scores[chosen]

    def charge(z: Array) -> Array:
        return total * np.logaddexp(level, z) - own * z - fixed

    share = float(np.exp(scores[chosen] - np.logaddexp(level, scores[chosen])))
    return charge, share * total - own, max(4.0, 1.1 * abs(level - scores[chosen])), ("score z", "−log p of the target")


def _of_lead(
    frame: Frame, index: Index
) -> tuple[Callable[[Array], Array], float, float, tuple[str, str], float | None]:
    """Hinge over classes as one score moves: a lead for the wrong ones, all leads at once for the true one."""
    example, chosen = index
    scores, margin = frame.inputs[0][example].astype(np.float64), _setting(frame, "margin")
    true = int(target_of(frame)[example])
    if chosen != true:
        limit = float(scores[true]) - margin
        slope = 1.0 if scores[chosen] - scores[true] + margin >= 0 else 0.0
        reach = max(2.0, 1.3 * abs(float(scores[chosen]) - limit))
        return (lambda s: np.maximum(0.0, s - limit)), slope, reach, ("score s", "max(0, s − s_true + m)"), limit
    others = np.delete(scores, true) + margin

    def charge(s: Array) -> Array:
        return np.maximum(0.0, others[:, None] - np.atleast_1d(s)[None, :]).sum(axis=0)

    limit = float(others.max())
    slope = -float(np.count_nonzero(others - scores[true] >= 0))
    reach = max(2.0, 1.3 * abs(float(scores[true]) - limit))
    return charge, slope, reach, ("score of the true class", "what is missing from all leads"), limit


def _leads(frame: Frame) -> bool:
    return names_classes(frame) and frame.inputs[0].shape[1] > 1
