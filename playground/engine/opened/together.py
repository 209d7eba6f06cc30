"""Layers in which all numbers of a set act on each other: normalisations, and softmax with every share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic import ExplanationError, Index, Namer, Place, unnamed
from playground.engine.arithmetic._compose import indexed, input_factor
from playground.engine.arithmetic._together import BATCH_NORMS, Together
from playground.engine.opened.gate_builder import Builder

if TYPE_CHECKING:
    from playground.engine.trace import Frame

MOST_TOGETHER = 6
"""Sets of up to so many numbers are drawn whole, with their mean and variance; of larger ones these come in ready."""
MOST_SHARES = 16
"""Of softmax's classes, when all their shares are drawn."""


def blame_at(frame: Frame, index: Index) -> float | None:
    """What arrives at a number of the output; None if nothing flowed back."""
    return None if frame.grad_output is None else float(frame.grad_output[index])


def output_name(frame: Frame, index: Index, names: Namer, letter: str = "y") -> tuple[str, Place]:
    """The symbol of a number of the output, and its place."""
    place = Place(frame.node, "output", index)
    return names(place) or indexed(letter, frame.output, index), place


def is_small(frame: Frame, index: Index) -> bool:
    """Whether all the numbers that are normalised with this one fit into a picture."""
    together = Together(frame, index)
    return together.is_measured and sum(1 for _ in together.members()) <= MOST_TOGETHER


def normalised(
    builder: Builder, frame: Frame, index: Index, names: Namer = unnamed, *, every: bool = False
) -> dict[str, float | None]:
    """y = γ (x − μ) / √(σ² + ε) + β; of small sets with μ and σ² worked out. `every`: all y of the set, not this only.

    Gives the ends: the results and the blame that arrives at them.
    """
    together = Together(frame, index, names)
    members = list(together.members()) if is_small(frame, index) else [index]
    numbers = {at: builder.leaf(input_factor(frame, 0, at, names)) for at in members}
    if is_small(frame, index):
        mean = builder.call(builder.scaled(builder.add(list(numbers.values())), 1 / len(members)), r"\mu")
        minus = builder.gate("negate", mean)
        centred = {at: builder.gate("add", key, minus) for at, key in numbers.items()}
        squares = [builder.gate("square", key) for key in centred.values()]
        variance = builder.call(builder.scaled(builder.add(squares), 1 / len(members)), r"\sigma^{2}")
    else:
        minus = builder.gate("negate", builder.leaf(together.mean()))
        centred = {index: builder.gate("add", numbers[index], minus)}
        variance = builder.leaf(together.variance())
    over = builder.gate("reciprocal", builder.gate("root", builder.shifted(variance, _epsilon(frame))))
    ends: dict[str, float | None] = {}
    for at in [at for at in members if every and at != index] + [index]:
        key = builder.gate("multiply", centred[at], over)
        gain, shift = together.gain(at), together.shift(at)
        key = builder.gate("multiply", builder.leaf(gain), key) if gain else key
        key = builder.gate("add", key, builder.leaf(shift)) if shift else key
        ends[builder.call(key, *output_name(frame, at, names))] = blame_at(frame, at)
    return ends


def _epsilon(frame: Frame) -> float:
    epsilon = frame.params["eps"]
    assert isinstance(epsilon, float)
    return epsilon


def said_of_set(frame: Frame, index: Index) -> str:
    """What is said about the mean and the variance of a set too large to draw."""
    if is_small(frame, index):
        return ""
    if frame.type in BATCH_NORMS and not frame.training:
        return "Mean and variance are the running ones here: they stand still."
    return (
        "Mean and variance come in ready: they are made of too many numbers to draw. What flows to them goes on to "
        "every number of the set, so what x gets here is only what it gets directly."
    )


def shares(builder: Builder, frame: Frame, index: Index, names: Namer = unnamed) -> dict[str, float | None]:
    """All shares of a softmax and what arrives at each; that of `index` last.

    Raises:
        ExplanationError: there are too many classes for a picture.
    """
    example, count = index[0], frame.output.shape[1]
    if count > MOST_SHARES:
        raise ExplanationError(f"One score moves all {count} shares; more than {MOST_SHARES} are too many to draw.")
    powers: list[str] = []
    for k in range(count):
        score = builder.leaf(input_factor(frame, 0, (example, k), names, "z"))
        powers.append(builder.gate("exp", score))
    over = builder.gate("reciprocal", builder.add(powers))
    ends: dict[str, float | None] = {}
    for k in [k for k in range(count) if k != index[1]] + [index[1]]:
        at = (example, k)
        key = builder.gate("multiply", powers[k], over)
        ends[builder.call(key, *output_name(frame, at, names, "p"))] = blame_at(frame, at)
    return ends


def response(
    builder: Builder, frame: Frame, index: Index, names: Namer = unnamed, *, every: bool = False
) -> dict[str, float | None]:
    """y = x (k + α/n Σ x²)^−β over the neighbouring channels (Krizhevsky et al. 2012).

    `every`: also the y of all channels that look at this number.

    Raises:
        ExplanationError: these are too many for a picture.
    """
    count = frame.inputs[0].shape[1]
    looking = [channel for channel in range(count) if index[1] in _neighbours(frame, channel)] if every else []
    if len(looking) > MOST_TOGETHER:
        raise ExplanationError(f"{len(looking)} channels look at this number: too many to draw as gates.")
    ends: dict[str, float | None] = {}
    for channel in [channel for channel in looking if channel != index[1]] + [index[1]]:
        at = (index[0], channel, *index[2:])
        ends[builder.call(_response(builder, frame, at, names), *output_name(frame, at, names))] = blame_at(frame, at)
    return ends


def _neighbours(frame: Frame, channel: int) -> range:
    """The channels that one is divided by."""
    size = frame.params["size"]
    assert isinstance(size, int)
    return range(max(0, channel - size // 2), min(frame.inputs[0].shape[1], channel - size // 2 + size))


def _response(builder: Builder, frame: Frame, index: Index, names: Namer) -> str:
    size, alpha, beta, k = (float(frame.params[key]) for key in ("size", "alpha", "beta", "k"))  # type: ignore[arg-type]
    own = builder.leaf(input_factor(frame, 0, index, names))
    squares: list[str] = []
    for channel in _neighbours(frame, index[1]):
        number = input_factor(frame, 0, (index[0], channel, *index[2:]), names)
        squares.append(builder.gate("square", builder.leaf(number)))
    divisor = builder.shifted(builder.scaled(builder.add(squares), alpha / size), k)
    return builder.gate("multiply", own, builder.gate("power", divisor, constant=-beta))
