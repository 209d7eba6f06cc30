"""How much of the input one number of a layer looks at: its receptive field.

Along each dimension of the input, place i of a layer looks at the places first(i) to last(i). A layer whose own window
reaches from stride·i + a to stride·i + b of the layer before makes of that

    first′(i) = first(⌈stride·i + a⌉),   last′(i) = last(⌊stride·i + b⌋).

Without layers that enlarge, first(i) = jump·i + first(0), and this is the usual r′ = r + (k − 1)·jump. Behind layers
that enlarge neighbours see different amounts, in turns: then the largest is what counts. Where branches meet, the
outermost bounds count.

Source: Araujo, Norris & Sim 2019, Computing receptive fields of convolutional neural networks, sections 2 and 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, lcm, prod

from playground.engine.analysis import Analysis, LayerReport
from playground.layers import Reach, Shape, Span, layer_type

LONGEST_TURN = 4096
"""Neighbours that take longer turns (behind adaptive pooling to odd sizes, again and again) are not told apart."""


@dataclass(frozen=True)
class Stretch:
    """Along one dimension: place i looks at the input's places first(i) to last(i).

    Every `len(firsts)` places it begins anew, `step` places of the input further on.
    """

    step: int = 1
    firsts: tuple[int, ...] = (0,)
    lasts: tuple[int, ...] = (0,)

    def first(self, place: int) -> int:
        """The first place of the input that it looks at (before the edge: negative)."""
        turn, rest = divmod(place, len(self.firsts))
        return self.step * turn + self.firsts[rest]

    def last(self, place: int) -> int:
        """The last place of the input that it looks at."""
        turn, rest = divmod(place, len(self.lasts))
        return self.step * turn + self.lasts[rest]

    @property
    def size(self) -> int:
        """How many places that are, at most, were the input large enough."""
        return max(last - first for first, last in zip(self.firsts, self.lasts, strict=True)) + 1

    @property
    def jump(self) -> Fraction:
        """How far apart in the input what two neighbours look at lies, on average."""
        return Fraction(self.step, len(self.firsts))

    def through(self, reach: Reach) -> Stretch | None:
        """What a layer with that reach behind this one looks at; None if its neighbours take too long turns."""
        if len(self.firsts) == 1 and isinstance(reach.stride, int):
            first, last = ceil(reach.first) * self.step, floor(reach.last) * self.step
            return Stretch(reach.stride * self.step, (self.firsts[0] + first,), (self.lasts[0] + last,))
        stride = Fraction(reach.stride)
        turn = stride.denominator * (len(self.firsts) // gcd(len(self.firsts), stride.numerator))
        if turn > LONGEST_TURN:
            return None
        return Stretch(
            int(self.jump * stride * turn),
            tuple([self.first(ceil(stride * place + reach.first)) for place in range(turn)]),
            tuple([self.last(floor(stride * place + reach.last)) for place in range(turn)]),
        )

    def in_turns_of(self, turn: int) -> Stretch:
        """The same, written down for so many places, a multiple of those that it has."""
        places = range(turn)
        return Stretch(int(self.jump * turn), tuple(map(self.first, places)), tuple(map(self.last, places)))


@dataclass(frozen=True)
class Field:
    """The receptive field of a layer's numbers.

    `stretches` has an entry for each dimension of the input behind its channels. `is_everything`: the whole input, by
    the nature of some layer on the way. `is_scattered`: neighbours no longer come from neighbouring places, so that
    any window from here on may reach anything.
    """

    stretches: tuple[Stretch, ...] = ()
    is_everything: bool = False
    is_scattered: bool = False

    @property
    def sizes(self) -> Shape:
        """Along each dimension, in places of the input, as if it had no edges."""
        return tuple(stretch.size for stretch in self.stretches)

    def clipped(self, extents: Sequence[int]) -> Shape:
        """The sizes, no larger than an input of these extents; none for what has no places."""
        if self.is_everything:
            return tuple(extents)
        return tuple(min(own, extent) for own, extent in zip(self.sizes, extents, strict=False))

    def text(self, extents: Sequence[int]) -> str:
        """In short: 14×14, 9 of a sequence, "all", "—" for what has no places (a list, a layer without inputs)."""
        if self.is_everything:
            return "all"
        return "×".join(map(str, self.clipped(extents))) or "—"

    def area(self, extents: Sequence[int]) -> int:
        """How many places of the input are seen, for sorting; 0 where that cannot be said."""
        return prod(extents) + 1 if self.is_everything else prod(self.clipped(extents)) if self.stretches else 0


def receptive_fields(analysis: Analysis) -> Mapping[str, Field]:
    """The receptive field of every layer that could be analysed. Layers that need no input have an empty one."""
    fields: dict[str, Field] = {}
    for node_id, report in analysis.layers.items():
        if node_id == analysis.input:
            fields[node_id] = Field((Stretch(),) * (len(report.output) - 1))
        else:
            before = [fields[source] for source in analysis.graph.sources(node_id)]
            fields[node_id] = _of_layer(analysis.graph.node(node_id).type, report, before)
    return fields


def _of_layer(key: str, report: LayerReport, before: Sequence[Field]) -> Field:
    kind = layer_type(key)
    seen: list[Field] = []
    for port, field in enumerate(before):
        span = kind.span(report.params, report.inputs, report.output, port)
        seen.append(_through(span, field))
    return _together(seen)


def _through(span: Span, field: Field) -> Field:
    """What a layer sees through one of its inputs."""
    if field.is_everything or span.kind == "everything":
        return Field(field.stretches, is_everything=True)
    if span.kind == "scattered":
        return Field(field.stretches, is_scattered=True)
    if not span.reaches:
        return field
    if field.is_scattered or len(span.reaches) != len(field.stretches):
        alone = all(reach.first == reach.last for reach in span.reaches)
        return Field(field.stretches, is_everything=not alone, is_scattered=alone)
    stretches = [own.through(reach) for own, reach in zip(field.stretches, span.reaches, strict=True)]
    known = tuple(stretch for stretch in stretches if stretch is not None)
    return Field(known) if len(known) == len(stretches) else Field(field.stretches, is_everything=True)


def _together(fields: Sequence[Field]) -> Field:
    """What is seen through all inputs together."""
    fields = [field for field in fields if field.stretches or field.is_everything]
    if len(fields) <= 1:
        return fields[0] if fields else Field()
    if any(field.is_everything for field in fields):
        return Field(fields[0].stretches, is_everything=True)
    axes = zip(*(field.stretches for field in fields), strict=True)
    return Field(tuple(map(_widest, axes)), is_scattered=any(field.is_scattered for field in fields))


def _widest(stretches: tuple[Stretch, ...]) -> Stretch:
    """The outermost bounds of branches that go in step; of others the widest."""
    first = stretches[0]
    if all(stretch == first for stretch in stretches):
        return first
    turn = lcm(*(len(stretch.firsts) for stretch in stretches))
    if any(stretch.jump != first.jump for stretch in stretches) or turn > LONGEST_TURN:
        return max(stretches, key=lambda stretch: (stretch.size, stretch.jump))
    alike = [stretch.in_turns_of(turn) for stretch in stretches]
    return Stretch(
        alike[0].step,
        tuple(min(firsts) for firsts in zip(*(stretch.firsts for stretch in alike), strict=True)),
        tuple(max(lasts) for lasts in zip(*(stretch.lasts for stretch in alike), strict=True)),
    )
