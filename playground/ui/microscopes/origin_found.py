"""An explanation with all that is costly about showing it: worked out before the panel shows it. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from playground.ui.microscopes.coloured_formula import Coloured, coloured
from playground.ui.microscopes.factor_roles import factors_of, roles_in, roles_of
from playground.ui.microscopes.term_rows import TermRows

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place
    from playground.ui.microscopes.base import Explain

_LIT = 600
"""So many factors of the largest terms are lit up at most."""


@dataclass(frozen=True)
class Found:
    """`roles` are those that occur, for the legend; `lit` is what lights up on the microscope, each in its role."""

    explanation: Explanation
    coloured: Coloured
    rows: TermRows
    roles: tuple[str, ...]
    lit: dict[Place, str]


def found_of(explain: Explain) -> Found:
    """Of a sum with ten thousands of terms it takes tenths of a second: to be run on the worker thread.

    Raises:
        ExplanationError: the number cannot be explained.
    """
    explanation = explain()
    roles, lit = roles_in(explanation), roles_of(_lit(explanation))
    return Found(explanation, coloured(explanation), TermRows(explanation), roles, lit)


def _lit(explanation: Explanation) -> list[Factor]:
    """The factors that light up: all, or of a very long sum those of the largest terms."""
    factors = list(islice(factors_of(explanation), _LIT + 1))
    if len(factors) <= _LIT:
        return factors
    largest = sorted(explanation.terms, key=lambda term: -abs(term.value))[: _LIT // 2]
    return [factor for term in largest for factor in term.factors]
