"""A guess typed by a person: reading it, and saying how good it is. No Qt."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from playground.ui.widgets.numbers import MINUS, short

Mark = Literal["right", "close", "off"]

RIGHT, CLOSE = 0.01, 0.10
"""How far off, as a share of the number, a guess may be to count as right, and as close."""

_NOTHING = 1e-9
_DIGITS = 4
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?"
_FRACTION = re.compile(rf"({_NUMBER})(?:/({_NUMBER}))?", re.IGNORECASE)


class GuessError(ValueError):
    """What was typed is no number; the message is fit for the user."""


@dataclass(frozen=True)
class Verdict:
    """How good a guess is, and a sentence that says so."""

    mark: Mark
    words: str


def read_guess(text: str) -> float:
    """The number that was typed: 0.5, 0,5, −.5, 1/2, 5e-1.

    Raises:
        GuessError: it is none.
    """
    plain = text.strip().replace(MINUS, "-").replace(",", ".").replace(" ", "")
    if not plain:
        raise GuessError("Type your guess first, or reveal the number.")
    found = _FRACTION.fullmatch(plain)
    if found is None:
        raise GuessError("That is not a number. Type it like 0.5 or 0,5 or 1/2.")
    above, below = float(found[1]), float(found[2] or 1.0)
    if below == 0:
        raise GuessError("Nothing can be divided by 0.")
    value = above / below
    if not math.isfinite(value):
        raise GuessError("That number is too large.")
    return value


def judge(guess: float, value: float) -> Verdict:
    """Right within 1 % or within the digits that are shown, close within 10 %, else by how much it is off."""
    miss = abs(guess - value)
    if miss <= max(RIGHT * abs(value), _half_of_last_digit(value)):
        return Verdict("right", "Right.")
    if guess and math.isclose(guess, -value, rel_tol=RIGHT):
        return Verdict("off", "The size is right, but the sign is the other one.")
    way = "large" if guess > value else "small"
    if miss <= CLOSE * abs(value):
        return Verdict("close", f"Close: a little too {way}, by {short(miss, 2)}.")
    return Verdict("off", f"Not yet: too {way} by {short(miss, 2)}.")


def _half_of_last_digit(value: float) -> float:
    """Half a unit of the last digit with which the number is written."""
    if abs(value) < _NOTHING:
        return _NOTHING
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - _DIGITS + 1)
