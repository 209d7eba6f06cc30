"""One hyperparameter of a layer type: its type, range, default and plain-language help."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, cast

from playground.graph.model import ParamValue

Kind = Literal["int", "float", "bool", "choice", "pair", "shape"]


class ParamError(ValueError):
    """A value that the hyperparameter cannot take; the message is fit for the user."""


@dataclass(frozen=True)
class Param:
    """`key` is PyTorch's name, `title` the plain label beside it.

    Kinds: `int` and `float` within `minimum` … `maximum`; `bool`; `choice` among `choices`; `pair` for
    (height, width), where one int stands for both; `shape` for the sizes of one example.
    """

    key: str
    title: str
    kind: Kind
    default: ParamValue
    help: str
    minimum: float = 1
    maximum: float = 1_000_000
    choices: tuple[str, ...] = ()

    def check(self, value: object) -> ParamValue:
        """The value in its canonical form: a pair is always a tuple of two ints.

        Raises:
            ParamError: the value has the wrong type or lies outside the range.
        """
        match self.kind:
            case "bool":
                if isinstance(value, bool):
                    return value
                raise ParamError(f"{self.title} is on or off, not {value!r}.")
            case "choice":
                if isinstance(value, str) and value in self.choices:
                    return value
                raise ParamError(f"{self.title} is one of {', '.join(self.choices)}, not {value!r}.")
            case "float":
                if isinstance(value, int) and not isinstance(value, bool):
                    return float(self._within(value))
                if isinstance(value, float) and math.isfinite(value):
                    return self._within(value)
                raise ParamError(f"{self.title} is a number, not {value!r}.")
            case "int":
                return int(self._within(self._whole(value)))
            case "pair":
                return self._sizes((value, value) if isinstance(value, int) else value, lengths=(2,))
            case "shape":
                return self._sizes(value, lengths=(1, 3))

    def _whole(self, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise ParamError(f"{self.title} is a whole number, not {value!r}.")

    def _within(self, value: float) -> float:
        if self.minimum <= value <= self.maximum:
            return value
        range_ = f"between {_readable(self.minimum)} and {_readable(self.maximum)}"
        raise ParamError(f"{self.title} lies {range_}; {_readable(value)} does not.")

    def _sizes(self, value: object, lengths: tuple[int, ...]) -> tuple[int, ...]:
        items = list(cast("tuple[object, ...]", value)) if isinstance(value, tuple | list) else []
        if len(items) not in lengths:
            wanted = " or ".join(str(length) for length in lengths)
            raise ParamError(f"{self.title} takes {wanted} whole numbers, not {value!r}.")
        return tuple(int(self._within(self._whole(item))) for item in items)


def _readable(value: float) -> str:
    """1,000,000 or 0.99; a whole number of any size, which need not fit a float."""
    if isinstance(value, float) and not value.is_integer():
        return f"{value:g}"
    return f"{int(value):,}" if abs(value) < 1e15 else "a number of that size"
