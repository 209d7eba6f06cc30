"""Which colour a factor of an explanation bears: one for each kind of number, the same everywhere. No Qt.

What came in is blue, what was learnt green, blame that arrives from behind orange-brown, a local slope yellow, what
should have come out magenta; whatever is fixed, or was worked out on the way, is grey. The colours differ in lightness
as well as in hue, so that they stay apart for the common colour blindnesses; the words beside them say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place

ROLES = ("factor_input", "factor_weight", "factor_blame", "factor_slope", "factor_target", "factor_other")
"""The theme's roles, in the order in which a legend lists them."""

MEANING: Mapping[str, str] = {
    "factor_input": "what came in",
    "factor_weight": "learnt",
    "factor_blame": "blame from behind",
    "factor_slope": "local slope",
    "factor_target": "target",
    "factor_other": "fixed, or worked out on the way",
}
"""What each colour says, for legends and tooltips."""

_BY_KIND: Mapping[str, str] = {
    "input": "factor_input",
    "output": "factor_input",
    "weight": "factor_weight",
    "updated": "factor_weight",
    "buffer": "factor_weight",
    "grad_input": "factor_blame",
    "grad_output": "factor_blame",
    "grad_weight": "factor_blame",
    "target": "factor_target",
    "mask": "factor_slope",
}
_SLOPE, _BLAME = r"\frac{\partial ", r"\frac{\partial E}"


def role_of(factor: Factor) -> str:
    """The role of a factor: by the array that it stands in, else by how its symbol is written."""
    if factor.symbol.startswith(_BLAME):
        return "factor_blame"
    came_in = factor.place is not None and factor.place.kind in ("input", "output")  # ∂net/∂w is what came in
    if factor.symbol.startswith(_SLOPE) and not came_in:
        return "factor_slope"
    return role_of_place(factor.place) if factor.place is not None else "factor_other"


def role_of_place(place: Place) -> str:
    """The role of the number at a place."""
    return _BY_KIND[place.kind]


def factors_of(explanation: Explanation) -> Iterable[Factor]:
    """All factors: scale, terms, offset, in the order in which the formula is written."""
    if explanation.scale is not None:
        yield explanation.scale
    for term in explanation.terms:
        yield from term.factors
    if explanation.offset is not None:
        yield explanation.offset


def roles_of(factors: Iterable[Factor]) -> dict[Place, str]:
    """Where these factors stand, and the role of each; `Microscope.light` takes it."""
    return {factor.place: role_of(factor) for factor in factors if factor.place is not None}


def roles_in(explanation: Explanation) -> tuple[str, ...]:
    """The roles that occur in an explanation, in the order of a legend."""
    found: set[str] = set()
    for factor in factors_of(explanation):
        found.add(role_of(factor))
        if len(found) == len(ROLES):
            break
    return tuple(role for role in ROLES if role in found)
