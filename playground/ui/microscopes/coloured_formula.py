"""An explanation's formula with each factor in the colour of its kind, in symbols and in numbers. No Qt.

Parts of the coloured LaTeX bear the number of their factor in `factors`, so that pointing at one finds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from playground.ui.microscopes.factor_roles import ROLES, factors_of, role_of
from playground.ui.widgets.formula_ink import closing, tinted, untinted
from playground.ui.widgets.numbers import chosen_digits

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor

INKS = (*ROLES, "highlight_text")
"""The theme's roles of a coloured formula; the last is that of the number that is being explained."""

USUAL_DIGITS = 6
_RESULT = len(ROLES)
_WRITTEN_OUT = 200
"""Longer formulas are written with a sum sign, so that no more symbols need to be looked for."""
_SLOPE = r"\frac{\partial "
_BLAME = r"\frac{\partial E}"
_ATOM = re.compile(r"(\\(?:alpha|beta|gamma|delta|mu|sigma|hat\{[a-z]\}|bar\{[a-z]\})|[A-Za-z]+)")
_UNTOUCHED = re.compile(r"\\(?:sum|prod|mathrm|max|min|left|right|text|textstyle)\b(?:[_^]?\{[^{}]*\})*")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")
_LOOSE_MINUS = re.compile(r"\{-\}(\\textcolor\{#\w+\}\{)")


@dataclass(frozen=True)
class Coloured:
    """`symbols` and `numbers` in LaTeX with parts; `factors[n]` is the factor of part n."""

    symbols: str
    numbers: str
    factors: tuple[Factor, ...]


def coloured(explanation: Explanation) -> Coloured:
    """The formula of an explanation, numbers with as many digits as the user chose."""
    factors = tuple(factors_of(explanation))
    numbers = _numbers(explanation, factors) if explanation.numbers else ""
    return Coloured(_symbols(explanation, factors), numbers, factors)


# ---- numbers put in


def _numbers(explanation: Explanation, factors: tuple[Factor, ...]) -> str:
    from playground.engine.arithmetic import factor_number, put_in

    part_of = {id(factor): part for part, factor in enumerate(factors)}

    def write(factor: Factor, digits: int) -> str:
        text, part = factor_number(factor, digits), part_of[id(factor)]
        role = ROLES.index(role_of(factor))
        return f"-{tinted(text[1:], role, part)}" if text.startswith("-") else tinted(text, role, part)

    found = explanation
    latex = put_in(
        found.symbol,
        found.terms,
        found.value,
        found.combine,
        found.scale,
        found.offset,
        found.chosen,
        chosen_digits() or USUAL_DIGITS,
        write,
    )
    head, *sides = latex.split(" = ")
    sides = [tinted(head, _RESULT), *sides]
    if len(sides) > 2 and untinted(sides[-1]) == untinted(sides[-2]):
        del sides[-2:-1]
        return _LOOSE_MINUS.sub(r"\1{-}", " = ".join(sides))
    sides[-1] = tinted(sides[-1], _RESULT)
    return _LOOSE_MINUS.sub(r"\1{-}", " = ".join(sides))


# ---- symbols


def _symbols(explanation: Explanation, factors: tuple[Factor, ...]) -> str:
    head, equals, formula = explanation.symbols.partition(" = ")
    if not equals:
        return explanation.symbols
    exact: dict[str, tuple[int, int]] = {}
    for part, factor in enumerate(islice(factors, _WRITTEN_OUT)):
        exact.setdefault(factor.symbol, (ROLES.index(role_of(factor)), part))
    exact.pop("", None)
    return f"{tinted(head, _RESULT)} = {_Tinter(exact).tint(formula)}"


class _Tinter:
    """Finds the symbols of factors in a formula; in a sum also those that stand for all of them (w with index i)."""

    def __init__(self, exact: Mapping[str, tuple[int, int]]) -> None:
        self._exact = dict(sorted(exact.items(), key=lambda item: -len(item[0])))
        roles: dict[str, set[int]] = {}
        for symbol, (role, _) in exact.items():
            found = _ATOM.match(symbol)
            if found is not None:
                roles.setdefault(found[1], set()).add(role)
        self._by_head = {head: next(iter(found)) for head, found in roles.items() if len(found) == 1}

    def tint(self, latex: str) -> str:
        pieces: list[str] = []
        place = 0
        while place < len(latex):
            text, place = self._next(latex, place)
            pieces.append(text)
        return "".join(pieces)

    def _next(self, latex: str, place: int) -> tuple[str, int]:
        for symbol, (role, part) in self._exact.items():
            if latex.startswith(symbol, place) and _ends(latex, place + len(symbol), symbol):
                return tinted(symbol, role, part), place + len(symbol)
        if latex.startswith(_SLOPE, place):
            end = _after_fraction(latex, place)
            role = "factor_blame" if latex.startswith(_BLAME, place) else "factor_slope"
            return tinted(latex[place:end], ROLES.index(role)), end
        untouched = _UNTOUCHED.match(latex, place)
        if untouched is not None:
            return untouched[0], untouched.end()
        atom = _ATOM.match(latex, place)
        if atom is not None:
            end = _after_scripts(latex, atom.end())
            role = self._by_head.get(atom[1])
            is_generic = role is not None and end > atom.end()
            return (tinted(latex[place:end], role) if is_generic and role is not None else atom[0]), (
                end if is_generic else atom.end()
            )
        command = _COMMAND.match(latex, place)
        if command is not None:
            return command[0], command.end()
        return latex[place], place + 1


def _ends(latex: str, place: int, symbol: str) -> bool:
    """Whether a symbol that was found ends there, and does not go on with an index or as a longer word."""
    following = latex[place : place + 1]
    return following != "_" and not (following.isalpha() and symbol[-1].isalpha())


def _after_fraction(latex: str, place: int) -> int:
    above = closing(latex, place + len(r"\frac"))
    return closing(latex, above + 1) + 1


def _after_scripts(latex: str, place: int) -> int:
    while latex[place : place + 1] in ("_", "^"):
        place = closing(latex, place + 1) + 1 if latex[place + 1 : place + 2] == "{" else place + 2
    return place
