"""An explanation as something to build up term by term: what is written, and how far the number has got. No Qt."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from playground.ui.microscopes.factor_roles import roles_of
from playground.ui.microscopes.number_text import term_text, written

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place, Term


@dataclass(frozen=True)
class Part:
    """One term: the sign or operator before it, its numbers, and the number as it stands once the term is in it."""

    sign: str
    text: str
    running: float
    factors: tuple[Factor, ...] = ()

    @property
    def lights(self) -> dict[Place, str]:
        """Where its factors stand, and the role of each."""
        return roles_of(self.factors)


def parts_of(explanation: Explanation) -> tuple[Part, ...]:
    """Every term in turn, then what the whole is multiplied by, divided by, and what is added; the last gives `value`.

    A number that is not computed, such as a weight, has none.
    """
    if (total := _behind_threshold(explanation)) is not None:
        fires = "> 0" if total.value > 0 else "≤ 0"
        return (*parts_of(total), Part("→", f"{written(total.value)} {fires}", explanation.value))
    parts: list[Part] = []
    is_max = explanation.combine == "max"
    values = [term.value for term in explanation.terms]
    for place, (term, so_far) in enumerate(zip(explanation.terms, _running(values, is_max=is_max), strict=True)):
        sign, text = _signed(term, place, "," if is_max else "+")
        parts.append(Part(sign, text, so_far, term.factors))
    if not parts:
        return ()
    total = parts[-1].running
    if explanation.combine == "share" and explanation.chosen is not None:
        chosen = explanation.terms[explanation.chosen]
        total = chosen.value / total if total else math.nan
        parts.append(Part("→", f"{_unsigned(chosen)} / {written(parts[-1].running)}", total, chosen.factors))
    if explanation.scale is not None:
        total *= explanation.scale.value
        text = explanation.scale.written or written(explanation.scale.value)
        text = text if len(explanation.terms) == 1 else f"{text} · (all of it)"
        parts.append(Part("·" if len(explanation.terms) == 1 else "→", text, total, (explanation.scale,)))
    if explanation.offset is not None:
        total += explanation.offset.value
        text = written(explanation.offset.value)
        sign = "−" if text.startswith("−") else "+"
        parts.append(Part(sign, text.removeprefix("−"), total, (explanation.offset,)))
    last = parts[-1]
    parts[-1] = Part(last.sign, last.text, explanation.value, last.factors)
    return tuple(parts)


def _behind_threshold(explanation: Explanation) -> Explanation | None:
    """The sum whose threshold an explanation is about: of a perceptron that is what there is to build."""
    if len(explanation.terms) != 1 or explanation.terms[0].function != "step":
        return None
    because = explanation.terms[0].factors[0].because
    return None if because is None else because()


def _running(values: Sequence[float], *, is_max: bool) -> Iterator[float]:
    """The largest so far, or the sum so far; what rounding takes from the sum is carried along (Neumaier, 1974)."""
    if is_max:
        yield from accumulate(values, max)
        return
    total = lost = 0.0
    for value in values:
        longer = total + value
        if math.isfinite(longer):
            lost += (total - longer) + value if abs(total) >= abs(value) else (value - longer) + total
        total = longer
        yield total + lost


def _signed(term: Term, place: int, plus: str) -> tuple[str, str]:
    text = _unsigned(term)
    minus = term.negative
    if text.startswith("−") and plus == "+" and not term.negative:
        minus, text = True, text[1:]
    elif text.startswith("−") and term.negative:
        text = f"({text})"
    if plus == ",":
        return ("" if place == 0 else ","), f"−{text}" if minus else text
    return ("−" if minus else "" if place == 0 else "+"), text


def _unsigned(term: Term) -> str:
    return term_text(term).replace("_", " ")
