"""The columns of softmax and cross-entropy: numbers by class, each with where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.ui.microscopes.base import SHOWN, Scene, example
from playground.ui.microscopes.origin import origin_of

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Column:
    """`numbers` by class; `explain` tells where that of a class comes from, `place` where it stands, if it does."""

    title: str
    numbers: Array
    explain: Callable[[int], Explanation] | None = None
    place: Callable[[int], Place] | None = None
    signed: bool = False
    percent: bool = False
    role: str = "focus"
    has_sum: bool = False
    tip: str = ""


def columns_of(scene: Scene) -> tuple[Column, ...]:
    """From left to right the way the number is worked out; in the backward phase what is blamed."""
    backward = scene.phase == "backward"
    if scene.frame.type == "softmax":
        return (*_scores(scene)[: 1 if backward else 2], *_softmax(scene, backward))
    return (*_scores(scene)[: 1 if backward else 2], *_cross_entropy(scene, backward))


def standing(scene: Scene, title: str, numbers: Array, kind: str, **more: Any) -> Column:
    """A column of recorded numbers."""
    from playground.engine.arithmetic import Place

    trace, node = scene.trace, scene.node

    def place(unit: int) -> Place:
        return Place(node, kind, (SHOWN, unit))  # type: ignore[arg-type]

    return Column(title, numbers, lambda unit: origin_of(trace, place(unit)), place, **more)


def _scores(scene: Scene) -> tuple[Column, Column]:
    from playground.engine.arithmetic.surprise import LARGEST_POWER, explain_power

    frame = scene.frame
    scores = example(frame.inputs[0]).astype(np.float64)
    top = float(scores.max()) if float(np.abs(scores).max()) > LARGEST_POWER else 0.0
    moved = "e to the power of the score, less the largest score" if top else "e to the power of the score"
    return (
        standing(scene, "score z", scores, "input", signed=True, tip="What comes in: any number"),
        Column(
            "power eᶻ",
            np.exp(scores - top),
            lambda unit: explain_power(frame, (SHOWN, unit)),
            role="link",
            has_sum=True,
            tip=f"{moved}: always positive, and the larger scores stand out",
        ),
    )


def _softmax(scene: Scene, backward: bool) -> list[Column]:
    frame = scene.frame
    tip = "The part of this power in the sum of all: a probability"
    share = example(frame.output).astype(np.float64)
    found = [standing(scene, "share p", share, "output", percent=True, has_sum=True, tip=tip)]
    if not backward or frame.grad_output is None:
        return found
    from playground.engine.arithmetic.distribution import explain_weighted_blame

    arriving = example(frame.grad_output)
    weighted = Column(
        "p · blame",
        share * arriving,
        lambda unit: explain_weighted_blame(frame, (SHOWN, unit)),
        signed=True,
        has_sum=True,
        tip="Each blame counted as much as the class's share: together the average blame",
    )
    handed, tip = example(frame.grad_inputs[0]), "Handed back: ∂E/∂z = p · (blame of p − the average blame)"
    return [
        *found,
        standing(scene, "blame of p", arriving, "grad_output", signed=True, tip="What arrives: ∂E/∂p"),
        weighted,
        standing(scene, "blame of z", handed, "grad_input", signed=True, tip=tip),
    ]


def _cross_entropy(scene: Scene, backward: bool) -> list[Column]:
    from playground.engine.arithmetic.loss_curve import charges, explain_charge, wanted_values
    from playground.engine.arithmetic.surprise import explain_share, explain_wanted, shares

    frame = scene.frame
    found_shares = shares(example(frame.inputs[0]).astype(np.float64))
    wanted = wanted_values(frame)[SHOWN]
    smoothing = float(str(frame.params.get("label_smoothing", 0.0)))
    aim, target = "What each class should get: 1 for the true one", target_place(scene)
    found = [
        Column(
            "share p",
            found_shares,
            lambda unit: explain_share(frame, (SHOWN, unit)),
            percent=True,
            has_sum=True,
            tip="Softmax: the part of this power in the sum of all",
        ),
        Column(
            "target y (smoothed)" if smoothing else "target y",
            wanted,
            lambda unit: replace(explain_wanted(frame, (SHOWN, unit)), place=_place_of(target, unit)),
            target,
            role="success",
            has_sum=True,
            tip=f"{aim}, less {100 * smoothing:g} % that all classes share" if smoothing else aim,
        ),
    ]
    if not backward:
        paid = charges(frame)[SHOWN]
        tip = "How surprising each class would be, times how much it was wanted: together the loss of this example"
        return [
            *found,
            Column(
                "y · (−log p)",
                paid,
                lambda unit: explain_charge(frame, (SHOWN, unit)),
                role="danger",
                has_sum=True,
                tip=tip,
            ),
        ]
    return [*found, *_blame_of_scores(scene, found_shares * wanted.sum() - wanted)]


def _blame_of_scores(scene: Scene, surplus: Array) -> list[Column]:
    """Cross-entropy's ∂E/∂z, and before it the surplus that it is a part of, where the loss is a mean."""
    from playground.engine.arithmetic.loss_curve import loss_scale
    from playground.engine.arithmetic.surprise import explain_surplus

    frame = scene.frame
    scale = loss_scale(frame)
    handed = example(frame.grad_inputs[0]).astype(np.float64)
    blame = standing(scene, "blame p − y", handed, "grad_input", signed=True, has_sum=True, tip="Handed back: ∂E/∂z")
    if scale is None:
        return [blame]
    more = Column(
        "p − y",
        surplus,
        lambda unit: explain_surplus(frame, (SHOWN, unit)),
        signed=True,
        has_sum=True,
        tip="What the class got, less what it should have got",
    )
    return [more, _retitled(blame, f"blame × {part_text(scale.value)}")]


def target_place(scene: Scene) -> Callable[[int], Place] | None:
    """Where the target of a class stands: over a second wire, in the data's list, or as the data's class."""
    from playground.engine.arithmetic import Place, is_wired, names_classes

    frame, node = scene.frame, scene.node
    if frame.target is None:
        return None
    if is_wired(frame):
        return lambda unit: Place(node, "input", (SHOWN, unit), 1)
    if names_classes(frame):
        return lambda unit: Place(node, "target", (SHOWN,))
    shape = frame.target.shape[1:]
    return lambda unit: Place(node, "target", (SHOWN, *(int(i) for i in np.unravel_index(unit, shape))))


def _place_of(place: Callable[[int], Place] | None, unit: int) -> Place | None:
    return None if place is None else place(unit)


def target_origin(scene: Scene) -> Callable[[int], Explanation] | None:
    """Tells where the target of a class comes from; None where there is none."""
    from playground.engine.arithmetic import names_classes
    from playground.engine.arithmetic.surprise import explain_wanted

    place, trace, frame = target_place(scene), scene.trace, scene.frame
    if place is not None and names_classes(frame):
        return lambda unit: replace(explain_wanted(frame, (SHOWN, unit)), place=place(unit))
    return None if place is None else lambda unit: origin_of(trace, place(unit))


def _retitled(column: Column, title: str) -> Column:
    return replace(column, title=title)


def part_text(value: float) -> str:
    """1/16, 2/9, 0.4: what something is multiplied by, short."""
    written = f"{value:g}"
    found = Fraction(value).limit_denominator(100_000)
    is_close = found.denominator > 1 and abs(float(found) - value) < 1e-9 * abs(value)
    return (
        f"{found.numerator}/{found.denominator}" if is_close and (found.numerator == 1 or len(written) > 4) else written
    )


def visible_rows(shares: Sequence[float], most: int, wanted: Collection[int]) -> list[int]:
    """All classes, or those with the largest shares and those that are wanted; what is negative is not wanted."""
    if len(shares) <= most:
        return list(range(len(shares)))
    rows = [row for row in wanted if row >= 0]
    for row in np.argsort(-np.abs(np.asarray(shares))).tolist():
        if len(set(rows)) >= most:
            break
        rows.append(row)
    return sorted(set(rows))
