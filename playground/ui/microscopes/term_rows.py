"""The terms of an explanation as rows of text: pieces of the formula with the factors, largest terms first. No Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.ui.microscopes.coloured_formula import USUAL_DIGITS
from playground.ui.microscopes.factor_roles import role_of
from playground.ui.widgets.numbers import short
from playground.ui.widgets.symbol_text import symbol_html, symbol_text

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Term

_FIRST_PLACEHOLDER = 0xE000  # a letter that no formula holds stands for each factor while a function is written
_MOST_WRITTEN = 12


@dataclass(frozen=True)
class Piece:
    """Some text of a row; or a factor, whose symbol and number are its text."""

    text: str = ""
    factor: Factor | None = None
    role: str = "muted"

    @property
    def symbol(self) -> str:
        """What the factor is called; nothing where that is the number itself."""
        if self.factor is None:
            return ""
        name = symbol_text(self.factor.symbol)
        return "" if name == self.number or name.replace("-", "−") == self.number else name

    @property
    def symbol_html(self) -> str:
        """The same with small letters below and above the line."""
        return symbol_html(self.factor.symbol) if self.factor is not None and self.symbol else ""

    @property
    def number(self) -> str:
        """The number of the factor as it is written among others: a ninth as 1/9."""
        if self.factor is None:
            return ""
        return symbol_text(self.factor.written) if self.factor.written else short(self.factor.value, USUAL_DIGITS)

    @property
    def can_be_asked(self) -> bool:
        """Whether it is known where the factor comes from."""
        return self.factor is not None and (self.factor.because is not None or self.factor.place is not None)


@dataclass(frozen=True)
class Row:
    """A line of the list; `value` is what it comes to, None where the one factor says it all."""

    pieces: tuple[Piece, ...]
    value: float | None

    @property
    def factors(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if piece.factor is not None)


class TermRows:
    """The rows of one explanation: what all is multiplied by, the terms by size, what is added in the end.

    Rows are written when they are asked for: a dense layer may have 25,000.
    """

    def __init__(self, explanation: Explanation) -> None:
        self._explanation = explanation
        values = [abs(term.value) for term in explanation.terms]
        in_order = explanation.combine == "share" or len(values) < 2
        self._order = list(range(len(values))) if in_order else sorted(range(len(values)), key=lambda i: -values[i])
        self.largest = max(values, default=0.0)
        self._before = [] if explanation.scale is None else [self._scale(explanation.scale)]
        self._after = [] if explanation.offset is None else [self._offset(explanation.offset)]

    def __len__(self) -> int:
        return len(self._before) + len(self._order) + len(self._after)

    @property
    def terms(self) -> int:
        return len(self._order)

    def row(self, place: int) -> Row:
        """One row; what is added in the end (a bias) comes before the terms, where it is seen even in a long sum."""
        extra = [*self._before, *self._after]
        if place < len(extra):
            return extra[place]
        number = self._order[place - len(extra)]
        row = _term_row(self._explanation.terms[number], is_chosen=number == self._explanation.chosen)
        is_all = len(self) == 1  # what it comes to is the number that is explained
        return Row(row.pieces, None) if is_all else row

    @property
    def can_be_asked(self) -> bool:
        """Whether any of the first rows leads on to another number."""
        return any(piece.can_be_asked for place in range(min(len(self), 20)) for piece in self.row(place).factors)

    @staticmethod
    def _scale(scale: Factor) -> Row:
        return Row((Piece("all of it × "), Piece(factor=scale, role=role_of(scale))), None)

    @staticmethod
    def _offset(offset: Factor) -> Row:
        return Row((Piece("+ "), Piece(factor=offset, role=role_of(offset))), None)


def _term_row(term: Term, *, is_chosen: bool) -> Row:
    pieces = [Piece("− ")] if term.negative else []
    factors = [Piece(factor=factor, role=role_of(factor)) for factor in term.factors]
    if term.function:
        pieces += _of_function(term, factors)
    else:
        for place, factor in enumerate(factors):
            pieces += [Piece(" × "), factor] if place else [factor]
    if is_chosen:
        pieces.append(Piece("  ← this one"))
    plain = len(factors) == 1 and not term.function and not term.negative
    return Row(tuple(pieces), None if plain else term.value)


def _of_function(term: Term, factors: list[Piece]) -> list[Piece]:
    """The function as it is written, with the factors in their places."""
    from playground.engine.arithmetic import FUNCTIONS

    shown = factors[:_MOST_WRITTEN]
    letters = [chr(_FIRST_PLACEHOLDER + place) for place in range(len(shown))]
    text = symbol_text(FUNCTIONS[term.function].write(*letters))
    pieces: list[Piece] = []
    for part in re.split(f"([{letters[0]}-{letters[-1]}])", text):
        if part and part in letters:
            pieces.append(shown[ord(part) - _FIRST_PLACEHOLDER])
        elif part:
            pieces.append(Piece(part))
    return pieces
