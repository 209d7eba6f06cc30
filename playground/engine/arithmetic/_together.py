"""The numbers that a normalisation layer takes together: which they are, their mean and variance, and their factors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.arithmetic._compose import indexed, input_factor, of, read, worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import Explanation, Factor, Index, Namer, Place, Term, unnamed
from playground.engine.arithmetic._text import number, subscript
from playground.engine.arithmetic.pooling import share_of

if TYPE_CHECKING:
    from playground.engine.trace import Frame

BATCH_NORMS = ("batch_norm1d", "batch_norm2d")
"""They take the whole batch together while training, and running averages in use."""
NORMALISED = r"\hat{x}"
PLACES = {0: "", 1: ",l", 2: ",r,c", 3: ",d,r,c"}
"""The letters of the places of a map, by how many dimensions it has."""


def region(frame: Frame, index: Index) -> tuple[slice, slice]:
    """What is normalised together with a number, as slices over examples and channels (all their places belong to it).

    Batch norm: a channel of the whole batch. Instance norm: a channel of one example. Group norm: a group of channels
    of one example. Layer norm: one example.
    """
    example, channel = index[:2]
    one, all_channels = slice(example, example + 1), slice(0, frame.inputs[0].shape[1])
    if frame.type in BATCH_NORMS:
        return slice(0, len(frame.inputs[0])), slice(channel, channel + 1)
    if frame.type == "instance_norm2d":
        return one, slice(channel, channel + 1)
    if frame.type == "group_norm":
        width = _group_width(frame)
        return one, slice(channel // width * width, (channel // width + 1) * width)
    return one, all_channels


def statistics(frame: Frame, index: Index) -> tuple[float, float]:
    """The mean and variance with which a number was normalised: measured, or batch norm's running ones in use."""
    if frame.type in BATCH_NORMS and not frame.training:
        channel = index[1]
        return float(frame.buffers["running_mean"][channel]), float(frame.buffers["running_var"][channel])
    numbers = frame.inputs[0][region(frame, index)].astype(np.float64)
    return float(numbers.mean()), float(numbers.var())


def _group_width(frame: Frame) -> int:
    groups = frame.params["num_groups"]
    assert isinstance(groups, int)
    return frame.inputs[0].shape[1] // groups


class Together:
    """One such set of numbers, found from one of them, and the factors of the formulas about them."""

    def __init__(self, frame: Frame, index: Index, names: Namer = unnamed) -> None:
        self._frame, self._names, self._channel = frame, names, index[1]
        self._region = region(frame, index)
        self.mean_value, self.variance_value = statistics(frame, index)
        epsilon = frame.params["eps"]
        assert isinstance(epsilon, float)
        self._epsilon = epsilon
        self.is_measured = frame.training or frame.type not in BATCH_NORMS
        self.has_one_gain = frame.type in (*BATCH_NORMS, "instance_norm2d")
        """Whether γ is the same for all of them, so that it can stand before the sum."""

    def members(self) -> Iterator[Index]:
        """Where the numbers stand."""
        examples, channels = (range(part.start, part.stop) for part in self._region)
        yield from product(examples, channels, *(range(extent) for extent in self._frame.inputs[0].shape[2:]))

    @property
    def letters(self) -> tuple[str, str]:
        """What the sum over them runs over, and the subscript of a number in it: n,r,c and 3,r,c."""
        places = PLACES[self._frame.inputs[0].ndim - 2]
        match self._frame.type:
            case "batch_norm1d" | "batch_norm2d":
                return f"n{places}", f"{self._channel + 1}{places}"
            case "instance_norm2d":
                return places[1:], f"{self._channel + 1}{places}"
            case _:
                return f"k{places}", f"k{places}"

    def whose(self) -> str:
        """Whose numbers they are, as the beginning of a sentence that goes on with "has mean": "In this batch …"."""
        frame, channels = self._frame, self._region[1]
        noun = "channel" if frame.inputs[0].ndim > 2 else "feature"
        match frame.type:
            case "batch_norm1d" | "batch_norm2d":
                start = "this batch" if frame.training else "the running averages"
                return f"In {start} {noun} {self._channel + 1}"
            case "instance_norm2d":
                return f"In this example map {self._channel + 1}"
            case "group_norm":
                which = f"{noun}s {channels.start + 1} to {channels.stop}"
                if channels.stop - channels.start == 1:
                    which = f"{noun} {channels.stop}"
                return f"In this example the group of {which}"
            case _:
                return "This example"

    def gain(self, index: Index) -> Factor | None:
        """γ at a number; None where none is learnt."""
        return self._parameter("weight", r"\gamma", index)

    def shift(self, index: Index) -> Factor | None:
        """β at a number; None where none is learnt."""
        return self._parameter("bias", r"\beta", index)

    def mean(self) -> Factor:
        """μ, with the sum that it comes from, or where it was read."""
        if not self.is_measured:
            place = Place(self._frame.node, "buffer", (self._channel,), name="running_mean")
            return Factor(r"\mu", self.mean_value, place)
        under, inner = self.letters

        def explain() -> Explanation:
            terms = [Term((self._x(at),)) for at in self.members()]
            formula = rf"\frac{{1}}{{m}} \sum_{{{under}}} x_{{{inner}}}"
            return worked_out("Their mean", r"\mu", formula, terms, scale=share_of(len(terms)))

        return Factor(r"\mu", self.mean_value, None, explain)

    def variance(self) -> Factor:
        """σ², likewise."""
        if not self.is_measured:
            place = Place(self._frame.node, "buffer", (self._channel,), name="running_var")
            return Factor(r"\sigma^{2}", self.variance_value, place)
        under, inner = self.letters

        def explain() -> Explanation:
            centre = self.mean()
            terms = [Term((self._x(at), centre), "squared_difference") for at in self.members()]
            formula = rf"\frac{{1}}{{m}} \sum_{{{under}}} \left(x_{{{inner}}} - \mu\right)^{{2}}"
            return worked_out("Their variance", r"\sigma^{2}", formula, terms, scale=share_of(len(terms)))

        return Factor(r"\sigma^{2}", self.variance_value, None, explain)

    def centred(self, x: Factor) -> Factor:
        """x − μ."""
        mean, symbol = self.mean(), rf"{x.symbol} - \mu"
        terms = [Term((x,)), Term((mean,), negative=True)]
        return of(lambda: worked_out("Distance from the mean", "d", symbol, terms), enclosed(symbol))

    def one_over_deviation(self) -> Factor:
        """1 / √(σ² + ε)."""
        variance = self.variance()
        value = 1 / math.sqrt(variance.value + self._epsilon)
        inner = rf"{number(variance.value)} + {number(self._epsilon)}"
        symbol = r"\frac{1}{\sqrt{\sigma^{2} + \epsilon}}"
        return Factor(symbol, value, None, variance.because, written=rf"\frac{{1}}{{\sqrt{{{inner}}}}}")

    def normalised(self, index: Index) -> Factor:
        """x̂ = (x − μ) / √(σ² + ε)."""
        symbol = indexed(NORMALISED, self._frame.inputs[0], index)

        def explain() -> Explanation:
            x = input_factor(self._frame, 0, index, self._names)
            formula = rf"\frac{{{x.symbol} - \mu}}{{\sqrt{{\sigma^{{2}} + \epsilon}}}}"
            return worked_out("Normalised", symbol, formula, [Term((self.centred(x), self.one_over_deviation()))])

        away = float(self._frame.inputs[0][index]) - self.mean_value
        return Factor(symbol, away / math.sqrt(self.variance_value + self._epsilon), None, explain)

    def average(
        self, title: str, symbol: str, inner: str, numbers: np.ndarray, term: Callable[[Index], Term]
    ) -> Factor:
        """The mean over all of them of something, with the sum that it comes from; `inner` is that in LaTeX.

        `numbers` are what `term` gives for each of them: a channel may hold many thousands, so that the terms are made
        only when they are asked for.
        """

        def explain() -> Explanation:
            terms = [term(at) for at in self.members()]
            formula = rf"\frac{{1}}{{m}} \sum_{{{self.letters[0]}}} {inner}"
            return worked_out(title, symbol, formula, terms, scale=share_of(len(terms)))

        return Factor(symbol, float(numbers.mean()), None, explain)

    def arriving(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """The gradients that arrive at them, times their own γ unless that is the same for all of them.

        Shaped as the part of the batch that they are.
        """
        assert self._frame.grad_output is not None
        found = self._frame.grad_output[self._region].astype(np.float64)
        gain = self._frame.weights.get("weight")
        if gain is None or self.has_one_gain:
            return found
        own = gain if self._frame.type == "layer_norm" else gain.reshape(-1, *(1,) * (found.ndim - 2))
        return found * own[self._region[1]]

    def all_normalised(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """x̂ of all of them, likewise."""
        away = self._frame.inputs[0][self._region].astype(np.float64) - self.mean_value
        return away / math.sqrt(self.variance_value + self._epsilon)

    def _x(self, index: Index) -> Factor:
        place = Place(self._frame.node, "input", index)
        return Factor(indexed("x", self._frame.inputs[0], index), float(self._frame.inputs[0][index]), place)

    def _parameter(self, name: str, letter: str, index: Index) -> Factor | None:
        if name not in self._frame.weights:
            return None
        at = index[1:] if self._frame.type == "layer_norm" else index[1:2]
        symbol = subscript(letter, at[0] + 1, *at[1:])
        return read(self._frame, Place(self._frame.node, "weight", at, name=name), symbol, self._names)
