"""Numbers as people read them: few digits, a real minus sign, thousands apart. No Qt in here.

What is not a number is written "NaN", the infinities "∞" and "−∞". How many significant digits numbers have is the
caller's decision, until the user makes it: see `choose_digits` and, for the window, `number_style`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import SupportsFloat

MINUS = "−"


FEWEST_DIGITS, MOST_DIGITS = 3, 10
"""Of what the user can choose."""

_chosen: list[int] = [0]


def choose_digits(digits: int) -> None:
    """Write all numbers with so many significant digits from now on; 0 leaves it to each place.

    Raises:
        ValueError: neither 0 nor from `FEWEST_DIGITS` to `MOST_DIGITS`.
    """
    if digits and not FEWEST_DIGITS <= digits <= MOST_DIGITS:
        raise ValueError(f"Choose {FEWEST_DIGITS} to {MOST_DIGITS} digits, or 0 for as many as fit, not {digits}.")
    _chosen[0] = digits


def chosen_digits() -> int:
    """The significant digits that the user chose; 0 where each place has its own."""
    return _chosen[0]


def short(value: SupportsFloat, digits: int = 4, plus: bool = False, letters: int = 0) -> str:
    """`value` with at most `digits` significant digits: 0.5933, −2.6, 12,340, 1.2e−7. `plus` writes +0.5933.

    The digits that the user chose take the place of `digits`; whole numbers up to a million are then not rounded.
    Where there is room for so many `letters` only, digits are left off as far as it takes, and at last a
    power of ten is written.
    """
    number = float(value)
    special = _special(number)
    if special is not None:
        return ("+" if plus and number == math.inf else "") + special
    if number == 0.0:
        return "0"
    wanted = _chosen[0] or digits
    if _chosen[0] and number.is_integer() and abs(number) < 1e6:
        wanted = max(wanted, len(str(int(abs(number)))))
    text = _significant(number, wanted, plus)
    while letters and len(text) > letters and wanted > FEWEST_DIGITS:
        wanted -= 1
        text = _significant(number, wanted, plus)
    if letters and len(text) > letters:
        mantissa, power = f"{number:.1e}".split("e")
        shorter = _signed(f"{mantissa.removesuffix('.0')}e{int(power)}", plus)
        text = shorter if len(shorter) < len(text) else text
    return text


def _significant(number: float, digits: int, plus: bool) -> str:
    rounded = float(f"{number:.{digits - 1}e}")
    exponent = math.floor(math.log10(abs(rounded)))
    if -5 <= exponent < max(digits, 6):
        text = f"{rounded:,.{max(0, digits - 1 - exponent)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, power = f"{rounded:.{digits - 1}e}".split("e")
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        text = f"{mantissa}e{int(power)}"
    return _signed(text, plus)


def fixed(value: SupportsFloat, decimals: int = 2, plus: bool = False) -> str:
    """`value` with always `decimals` digits after the point, for columns and grids: 0.30, −1.00; never −0.00."""
    number = float(value)
    special = _special(number)
    if special is not None:
        return ("+" if plus and number == math.inf else "") + special
    text = f"{number:,.{decimals}f}"
    if float(text.replace(",", "")) == 0.0:
        return text.removeprefix("-")
    return _signed(text, plus)


def exact(value: SupportsFloat) -> str:
    """All digits that tell `value` from its neighbours of the same type (numpy's float32 keeps its own precision)."""
    number = float(value)
    special = _special(number)
    if special is not None:
        return special
    if number == 0.0:
        return "0"
    text = str(value) if isinstance(value, int | float) or type(value).__module__ == "numpy" else str(number)
    return _signed(text.removesuffix(".0"), plus=False)


def count(n: int) -> str:
    """A whole number with its thousands apart: 61,706."""
    return f"{n:,}".replace("-", MINUS)


def million(n: int) -> str:
    """A large count in short: 9,850 stays whole, then 0.42 M, 25.6 M, 11.3 G, 1.20 T."""
    if abs(n) < 10_000:
        return count(n)
    for factor, letter in ((10**6, "M"), (10**9, "G"), (10**12, "T")):
        if abs(n) < factor * 999.5 or letter == "T":
            return f"{_three_digits(n / factor)} {letter}"
    raise AssertionError("the last letter takes everything")


def bytes_(n: int) -> str:
    """An amount of memory: 512 B, 248 kB, 1.30 MB, 4.20 GB (1 kB is 1000 B)."""
    if abs(n) < 1000:
        return f"{count(n)} B"
    size = float(n)
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if abs(size) < 999.5:
            return f"{_three_digits(size)} {unit}"
    return f"{count(round(size))} TB"


def shape_text(shape: Sequence[int]) -> str:
    """(6, 28, 28) → 6×28×28; the shape of a single number, (), → 1."""
    return "×".join(str(size) for size in shape) if shape else "1"


def duration(seconds: float) -> str:
    """A time as one would say it: 0.4 s, 12 s, 1 min 52 s, 2 h 5 min, 3 d 4 h; "—" where it is not known."""
    if not math.isfinite(seconds):
        return "—"
    sign, seconds = (MINUS if seconds < 0 else ""), abs(seconds)
    if round(seconds, 1) < 10:
        return f"{sign}{seconds:.1f} s"
    whole = round(seconds)
    for large, small, names in ((86_400, 3600, ("d", "h")), (3600, 60, ("h", "min")), (60, 1, ("min", "s"))):
        if whole >= large:
            first, rest = divmod(whole, large)
            second = rest // small
            return f"{sign}{first} {names[0]}" + (f" {second} {names[1]}" if second else "")
    return f"{sign}{whole} s"


def _three_digits(number: float) -> str:
    magnitude = abs(number)
    decimals = 2 if magnitude < 9.995 else 1 if magnitude < 99.95 else 0
    return f"{number:,.{decimals}f}".replace("-", MINUS)


def _special(number: float) -> str | None:
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else f"{MINUS}∞"
    return None


def _signed(text: str, plus: bool) -> str:
    return text.replace("-", MINUS) if text.startswith("-") or not plus else "+" + text.replace("-", MINUS)
