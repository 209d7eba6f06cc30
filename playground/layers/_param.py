"""One hyperparameter of a layer type: its type, range, default and plain-language help."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, cast

from playground.graph.model import ParamValue

Kind = Literal["int", "float", "bool", "choice", "pair", "triple", "padding", "numbers", "shape"]

PADDING_WORDS = ("same", "valid")
"""same: as TensorFlow's, the output has ⌈n / stride⌉ places and an odd row goes to the end; valid: no padding."""
MOST_NUMBERS = 65_536


class ParamError(ValueError):
    """A value that the hyperparameter cannot take; the message is fit for the user."""


@dataclass(frozen=True)
class Param:
    """`key` is PyTorch's name, `title` the plain label beside it.

    Kinds, all numbers within `minimum` … `maximum`:
        int, float, bool.
        choice: one of `choices`.
        pair: (height, width); triple: (depth, height, width). One int stands for all.
        padding: a pair, or one of `PADDING_WORDS`. With `lengths=(3,)` a triple in the pair's place; with
            `lengths=(1,)` an int.
        numbers: a tuple of floats, as many as `lengths` says; empty: any, but at least one.
        shape: the sizes of one example, one to four of them, or as many as `lengths` says.
    """

    key: str
    title: str
    kind: Kind
    default: ParamValue
    help: str
    minimum: float = 1
    maximum: float = 1_000_000
    choices: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()

    def check(self, value: object) -> ParamValue:
        """The value in its canonical form: a pair is always a tuple of two ints, numbers are always floats.

        Raises:
            ParamError: the value has the wrong type or lies outside the range.
        """
        match self.kind:
            case "bool":
                if isinstance(value, bool):
                    return value
                raise ParamError(f"{self.title} is on or off, not {_shown(value)}.")
            case "choice":
                if isinstance(value, str) and value in self.choices:
                    return value
                raise ParamError(f"{self.title} is one of {', '.join(self.choices)}, not {_shown(value)}.")
            case "float":
                return self._number(value)
            case "int":
                return int(self._within(self._whole(value)))
            case "pair":
                return self._sizes(value, (2,))
            case "triple":
                return self._sizes(value, (3,))
            case "padding":
                return self._padding(value)
            case "numbers":
                return self._numbers(value)
            case "shape":
                return self._sizes(value, self.lengths or (1, 2, 3, 4))

    def _number(self, value: object) -> float:
        if isinstance(value, int) and not isinstance(value, bool):
            return float(self._within(value))
        if isinstance(value, float) and math.isfinite(value):
            return self._within(value)
        raise ParamError(f"{self.title} is a number, not {_shown(value)}.")

    def _whole(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ParamError(f"{self.title} is a whole number, not {_shown(value)}.")

    def _within(self, value: float) -> float:
        if self.minimum <= value <= self.maximum:
            return value
        range_ = f"between {_readable(self.minimum)} and {_readable(self.maximum)}"
        raise ParamError(f"{self.title} lies {range_}; {_readable(value)} does not.")

    def _sizes(self, value: object, lengths: tuple[int, ...]) -> tuple[int, ...]:
        if self.kind != "shape" and isinstance(value, int):
            value = (value,) * lengths[0]
        items = _items(value)
        if len(items) not in lengths:
            raise ParamError(f"{self.title} takes {_either(lengths)} whole numbers, not {_shown(value)}.")
        return tuple(int(self._within(self._whole(item))) for item in items)

    def _padding(self, value: object) -> ParamValue:
        lengths = self.lengths or (2,)
        if isinstance(value, str):
            if value in PADDING_WORDS:
                return value
            raise ParamError(f"{self.title} is {' or '.join(PADDING_WORDS)} or in numbers, not {_shown(value)}.")
        if lengths != (1,):
            return self._sizes(value, lengths)
        items = _items(value)
        return int(self._within(self._whole(items[0] if len(items) == 1 else value)))

    def _numbers(self, value: object) -> tuple[float, ...]:
        items = [value] if isinstance(value, int | float) else _items(value)
        if len(items) not in (self.lengths or range(1, MOST_NUMBERS + 1)):
            wanted = _either(self.lengths) if self.lengths else f"1 to {MOST_NUMBERS:,}"
            given = f"{len(items):,}" if items else _shown(value)
            raise ParamError(f"{self.title} takes {wanted} numbers, not {given}.")
        return tuple(self._number(item) for item in items)


def _items(value: object) -> list[object]:
    """What stands in a tuple or list; nothing in anything else."""
    return list(cast("tuple[object, ...]", value)) if isinstance(value, tuple | list) else []


def _either(lengths: tuple[int, ...]) -> str:
    """2, or 1 to 4, or 1 or 3."""
    if len(lengths) > 2 and lengths == tuple(range(lengths[0], lengths[-1] + 1)):
        return f"{lengths[0]} to {lengths[-1]}"
    return " or ".join(str(length) for length in lengths)


def _shown(value: object) -> str:
    """The value as Python writes it, cut short if it is long."""
    try:
        text = repr(value)
    except ValueError:  # a whole number of thousands of digits
        return "a number of that size"
    return text if len(text) <= 60 else f"{text[:57]}…"


def _readable(value: float) -> str:
    """1,000,000 or 0.99; a whole number of any size, which need not fit a float."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:g}"
    return f"{int(value):,}" if abs(value) < 1e15 else "a number of that size"
