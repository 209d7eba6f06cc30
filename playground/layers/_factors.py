"""Sizes that multiply up: the divisors of a count, and those nearest to what was asked for."""

from __future__ import annotations

from math import isqrt, log

from playground.layers._spec import Shape


def divisors(count: int) -> list[int]:
    """All divisors, ascending."""
    small = [d for d in range(1, isqrt(count) + 1) if count % d == 0]
    return small + [count // d for d in reversed(small) if d * d != count]


def nearest_divisor(count: int, wanted: int) -> int:
    """The divisor of `count` that comes nearest to `wanted`, by ratio; of two as near, the smaller."""
    return min(divisors(count), key=lambda divisor: abs(log(divisor / max(1, wanted))))


def nearest_factors(wanted: Shape, count: int) -> Shape:
    """As many sizes as wanted, of product `count`, each near to the one wanted; what is not positive is left open.

    One size takes what the others leave; each is tried for that in turn, those left open first.
    """
    open_ = [axis for axis, extent in enumerate(wanted) if extent < 1]
    found = [_leaving(wanted, count, axis) for axis in (open_[:1] or range(len(wanted)))]
    return min(found, key=lambda shape: sum(abs(log(a / max(1, b))) for a, b in zip(shape, wanted, strict=True)))


def _leaving(wanted: Shape, count: int, rest: int) -> Shape:
    """Nearest divisors one after the other, and at `rest` what is left."""
    sizes = [1] * len(wanted)
    for axis, extent in enumerate(wanted):
        if axis != rest:
            sizes[axis] = nearest_divisor(count, extent)
            count //= sizes[axis]
    sizes[rest] = count
    return tuple(sizes)
