"""A number that is used at several places: every use as gates, and how the blame of all uses adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.engine.arithmetic import Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic.area import is_maximum, is_norm
from playground.engine.arithmetic.reach import sources
from playground.engine.opened.gate_builder import Builder
from playground.engine.opened.together import output_name
from playground.layers import layer_type

if TYPE_CHECKING:
    from playground.engine.trace import Frame

LINEAR = frozenset({"neurons", "window", "convolution", "transposed", "area", "affine", "curve", "mask"})
"""Capabilities in whose outputs a number has a part as factor × number."""
_LINEAR_MERGES = ("add", "multiply", "average")


@dataclass(frozen=True)
class Use:
    """One place of the output in which a number has a part, and what it is multiplied by there."""

    output: Index
    others: tuple[Factor, ...]
    blame: float
    share: float

    @property
    def handed(self) -> float:
        """What comes back from there."""
        return math.prod(factor.value for factor in self.others) * self.share * self.blame


def uses_of(found: Explanation) -> list[Use]:
    """The uses that the explanation of a gradient adds up; empty if it is put together in another way."""
    uses: list[Use] = []
    share = 1.0 if found.scale is None else found.scale.value
    for term in found.terms:
        use = _use(term, share)
        if use is None:
            return []
        uses.append(use)
    return uses


def _use(term: Term, share: float) -> Use | None:
    arriving = [each for each in term.factors if each.place is not None and each.place.kind == "grad_output"]
    if len(arriving) != 1 or term.function or arriving[0].place is None:
        return None
    others = tuple(each for each in term.factors if each is not arriving[0])
    return Use(arriving[0].place.index, others, arriving[0].value, -share if term.negative else share)


def can_fan(frame: Frame) -> bool:
    """Whether all uses of a number of this layer can be drawn beside each other."""
    capability = layer_type(frame.type).capability
    if capability == "merge":
        return frame.type in _LINEAR_MERGES
    return capability in LINEAR and not is_norm(frame)


def fan(
    builder: Builder, frame: Frame, number: Factor, uses: Sequence[Use], names: Namer
) -> tuple[str, dict[str, float | None]]:
    """The number, its largest uses each to its result, and the others together: its key, and the ends."""
    leaf = builder.leaf(number)
    most = max(2, builder.most - 2)
    ranking = sorted(range(len(uses)), key=lambda position: -abs(uses[position].handed))
    shown = sorted(ranking[:most]) if len(uses) > most else list(range(len(uses)))
    ends: dict[str, float | None] = {}
    rest = [use for position, use in enumerate(uses) if position not in set(shown)]
    if rest:
        builder.left_out += len(rest)
        more = builder.gate("more", leaf)
        key = builder.call(more, rf"\mathrm{{{len(rest):,}\ more\ uses}}")
        ends[key] = math.fsum(use.handed for use in rest)
    for position in shown:
        use = uses[position]
        key = _end(builder, frame, leaf, use)
        ends[builder.call(key, *output_name(frame, use.output, names, _letter(frame)))] = use.blame
    return leaf, ends


def _letter(frame: Frame) -> str:
    return "z" if layer_type(frame.type).capability in ("neurons", "window", "convolution", "transposed") else "y"


def _end(builder: Builder, frame: Frame, leaf: str, use: Use) -> str:
    """A use: the number times the others, plus all else that the result is made of."""
    result = value_at(frame, Place(frame.node, "output", use.output))
    if layer_type(frame.type).capability in ("window", "area") and is_maximum(frame):
        return _won(builder, frame, leaf, use)
    key = builder.product([leaf, *(builder.leaf(factor) for factor in use.others if factor.place is not None)])
    fixed = math.prod(factor.value for factor in use.others if factor.place is None) * use.share
    key = builder.scaled(key, fixed)
    rest = result - builder.value(key)
    scale = max(abs(result), abs(builder.value(key)), 1e-30)
    if abs(rest) <= 1e-12 * scale:
        return key
    return builder.gate("add", key, builder.together(rest, "all the rest"))


def _won(builder: Builder, frame: Frame, leaf: str, use: Use) -> str:
    """A window of which the number is the largest."""
    asked = builder.value(leaf)
    others = [float(frame.inputs[0][source]) for source, _ in sources(frame, use.output)]
    others.remove(asked)
    if not others:
        return leaf
    return builder.gate("maximum", leaf, builder.together(max(others), "the others"))
