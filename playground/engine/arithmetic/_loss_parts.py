"""What the explanations of all losses share: the two things compared, and what the sum over them is multiplied by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.engine.arithmetic._compose import indexed, read
from playground.engine.arithmetic._spec import ExplanationError, Factor, Index, Namer, Place, Term
from playground.engine.arithmetic._text import number

if TYPE_CHECKING:
    from playground.engine.trace import Frame

TARGET_PORT = 1


@dataclass(frozen=True)
class Parts:
    """An explanation of a loss or of a number's blame: the sum of `terms` × `scale`, as `formula` without the scale."""

    terms: list[Term]
    formula: str
    words: str
    scale: Factor | None


def answer(frame: Frame, index: Index, names: Namer, letter: str) -> Factor:
    """One number of what the network gives."""
    return read(frame, Place(frame.node, "input", index), indexed(letter, frame.inputs[0], index), names)


def wanted(frame: Frame, index: Index, names: Namer, letter: str = "t") -> Factor:
    """What should have come out in that place: a value of the target, or 1 for the true class and 0 for the others.

    Where the answer is a single number, the class itself, 0 or 1.

    Raises:
        ExplanationError: the pass was made without a target.
    """
    symbol = indexed(letter, frame.inputs[0], index)
    if is_wired(frame):
        return read(frame, Place(frame.node, "input", index, TARGET_PORT), symbol, names)
    target = target_of(frame)
    if names_classes(frame):
        true, single = int(target[index[0]]), frame.inputs[0].shape[1] == 1
        return Factor(symbol, float(true) if single else 1.0 if true == index[1] else 0.0)
    position = int(np.ravel_multi_index(index[1:], frame.inputs[0].shape[1:]))
    inner = (int(i) for i in np.unravel_index(position, target.shape[1:]))
    return read(frame, Place(frame.node, "target", (index[0], *inner)), symbol, names)


def target_of(frame: Frame) -> np.ndarray:
    """The target as it was recorded.

    Raises:
        ExplanationError: the pass was made without one.
    """
    if frame.target is None:
        raise ExplanationError(f"{frame.node} has nothing to compare with: this pass was made without a target.")
    return frame.target


def is_wired(frame: Frame) -> bool:
    """Whether the target came over a second wire."""
    return len(frame.inputs) > TARGET_PORT


def names_classes(frame: Frame) -> bool:
    """Whether the target is class numbers."""
    return not is_wired(frame) and np.issubdtype(target_of(frame).dtype, np.integer)


def every_index(frame: Frame) -> list[Index]:
    """The place of every number of the answer, example by example."""
    return list(np.ndindex(frame.inputs[0].shape))


def fraction(frame: Frame, numerator: int, denominator: int) -> Factor | None:
    """The weight of the loss × numerator / denominator; None where that is 1."""
    weight = frame.params.get("weight", 1.0)
    assert isinstance(weight, int | float)
    text = rf"\frac{{{numerator}}}{{{denominator}}}"
    if weight == 1:
        return None if numerator == denominator else Factor(text, numerator / denominator, written=text)
    text = number(weight) if numerator == denominator else rf"{number(weight)} \cdot {text}"
    return Factor(text, weight * numerator / denominator, written=text)


def mean_over_examples(frame: Frame) -> Factor | None:
    """1 / examples in the batch."""
    return fraction(frame, 1, len(frame.inputs[0]))


def mean_over_all(frame: Frame, numerator: int = 1) -> Factor | None:
    """1 / numbers in the batch."""
    return fraction(frame, numerator, frame.inputs[0].size)
