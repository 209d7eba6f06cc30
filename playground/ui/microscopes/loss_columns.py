"""The columns of losses that look at each number of a list: the answer, what was wanted, what is charged or blamed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.distribution_columns import (
    Column,
    part_text,
    standing,
    target_origin,
    target_place,
)

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation
    from playground.engine.arithmetic._spec import Index
    from playground.engine.trace import Frame

Array = np.ndarray[Any, Any]

_ASKED = {
    "binary_cross_entropy": "binary cross-entropy: how surprising is each right answer?",
    "cross_entropy": "cross-entropy: how surprising is the true class?",
    "hinge": "hinge: is the lead as large as the margin?",
    "huber": "Huber: squared where little is missing, a straight line where much is",
    "mean_absolute_error": "mean absolute error: how far off is each output?",
    "softmax": "scores become shares of one",
    "squared_error": "squared error: how far off is each output?",
}


def question_of(kind: str) -> str:
    """What a layer of this type asks, for the line behind its title."""
    return _ASKED[kind]


def columns_of_loss(scene: Scene) -> tuple[Column, ...]:
    """From left to right the way the charge is worked out; in the backward phase the slope and the blame."""
    frame, backward = scene.frame, scene.phase == "backward"
    letter = {"binary_cross_entropy": "score z", "hinge": "score s"}.get(frame.type, "output o")
    given = standing(scene, letter, _answers(frame), "input", signed=True, tip="What came out")
    steps = {"binary_cross_entropy": _yes_or_no, "hinge": _leads}.get(frame.type, _misses)(scene, backward)
    return (given, *steps, *(_blame(scene) if backward else [_charge(scene)]))


def _answers(frame: Frame) -> Array:
    return example(frame.inputs[0]).astype(np.float64)


def _told(frame: Frame, explain: Callable[[Frame, Index], Explanation]) -> Callable[[int], Explanation]:
    return lambda unit: explain(frame, (SHOWN, unit))


def _target(scene: Scene) -> Column:
    from playground.engine.arithmetic.loss_curve import wanted_values

    wanted = wanted_values(scene.frame)[SHOWN]
    tip = "What should have come out"
    return Column("target t", wanted, target_origin(scene), target_place(scene), signed=True, role="success", tip=tip)


# ---- what stands between the answer and the charge


def _yes_or_no(scene: Scene, backward: bool) -> list[Column]:
    """Binary cross-entropy: power, probability of yes, and how much it is too high."""
    from playground.engine.arithmetic.surprise import LARGEST_POWER, explain_power_of_yes, explain_yes

    frame = scene.frame
    z = _answers(frame)
    tip = "Sigmoid: eᶻ / (eᶻ + 1), the probability of yes"
    yes = Column("yes p", np.exp(-np.logaddexp(0.0, -z)), _told(frame, explain_yes), percent=True, tip=tip)
    if backward:
        return [yes, _target(scene)]
    tip = "e to the power of the score: how much speaks for yes, where 1 speaks for no"
    power = Column(
        "power eᶻ", np.exp(z.clip(max=LARGEST_POWER)), _told(frame, explain_power_of_yes), role="link", tip=tip
    )
    writable = float(np.abs(z).max(initial=0.0)) <= LARGEST_POWER
    return [power, yes, _target(scene)] if writable else [yes, _target(scene)]


def _leads(scene: Scene, backward: bool) -> list[Column]:
    """Hinge: by how much the true class leads each other too little, or on which side a number lies and how far."""
    from playground.engine.arithmetic import names_classes
    from playground.engine.arithmetic.margins import explain_lead

    del backward
    frame, s = scene.frame, _answers(scene.frame)
    target = _target(scene)
    if not (names_classes(frame) and len(s) > 1):
        tip = "Positive where the output lies on the right side of 0"
        return [target, Column("t · s", target.numbers * s, _told(frame, explain_lead), signed=True, tip=tip)]
    assert frame.target is not None
    true = int(frame.target[SHOWN])
    missing = s - s[true] + float(str(frame.params["margin"]))
    missing[true] = 0.0
    tip = "How much is missing from the true class's lead to the margin; below 0 nothing is"
    return [target, Column("s − s true + m", missing, _told(frame, explain_lead), signed=True, tip=tip)]


def _misses(scene: Scene, backward: bool) -> list[Column]:
    """Errors and distances: how far each output is off."""
    from playground.engine.arithmetic.loss_curve import explain_miss

    frame, target = scene.frame, _target(scene)
    if frame.type == "squared_error" and not _has_slope_apart(frame, backward):
        return [target]
    miss = Column(
        "o − t",
        _answers(frame) - target.numbers,
        _told(frame, explain_miss),
        signed=True,
        tip="How far the output is off",
    )
    return [target, miss]


# ---- charge and blame


def _charge(scene: Scene) -> Column:
    from playground.engine.arithmetic.loss_curve import charges, explain_charge, loss_scale

    frame = scene.frame
    scale = loss_scale(frame)
    title = {
        "binary_cross_entropy": "surprise",
        "hinge": "charge",
        "huber": "charge",
        "mean_absolute_error": "|o − t|",
        "squared_error": "(t − o)²" if frame.params.get("reduction") == "mean" else "½(t − o)²",
    }[frame.type]
    tip = {
        "binary_cross_entropy": "−log p where yes was wanted, −log (1 − p) where no was",
        "hinge": "What is missing, where something is",
        "huber": "Half the square of a small miss; of a large one δ times it, less ½ δ²",
    }.get(frame.type, "What this output is charged")
    tip += "" if scale is None else f"; the sum counts × {part_text(scale.value)}"
    paid = charges(frame)[SHOWN]
    return Column(title, paid, _told(frame, explain_charge), role="danger", has_sum=True, tip=tip)


def _is_mean_of_squares(frame: Frame) -> bool:
    return frame.type == "squared_error" and frame.params.get("reduction") == "mean"


def _has_slope_apart(frame: Frame, backward: bool) -> bool:
    """Whether the blame of a squared error is something else than o − t itself."""
    from playground.engine.arithmetic.loss_curve import loss_scale

    return backward and (loss_scale(frame) is not None or _is_mean_of_squares(frame))


def _blame(scene: Scene) -> list[Column]:
    """What is handed back, and before it the slope that it is a part of, where the loss is a mean."""
    from playground.engine.arithmetic.loss_curve import loss_scale, slopes
    from playground.engine.arithmetic.losses import explain_slope

    frame = scene.frame
    scale, twice = loss_scale(frame), 2.0 if _is_mean_of_squares(frame) else 1.0
    factor = twice * (1.0 if scale is None else scale.value)
    name = {
        "binary_cross_entropy": "p − t",
        "hinge": "slope",
        "huber": "o − t, at most δ",
        "mean_absolute_error": "sign of o − t",
        "squared_error": "o − t",
    }[frame.type]
    title = f"blame × {part_text(factor)}" if factor != 1 else "blame" if name == "slope" else f"blame {name}"
    handed = example(frame.grad_inputs[0]).astype(np.float64)
    blame = standing(scene, title, handed, "grad_input", signed=True, tip="Handed back: ∂E by the number itself")
    if factor == 1 or frame.type == "squared_error":
        return [blame]
    tip = "How much the charge grows with the number"
    slope = Column(name, slopes(frame, SHOWN), _told(frame, explain_slope), signed=True, tip=tip)
    return [slope, blame]
