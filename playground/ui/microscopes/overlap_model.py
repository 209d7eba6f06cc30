"""How often a transposed convolution paints each cell, and the ordinary convolution that goes the other way. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from playground.ui.microscopes.scatter_geometry import ScatterGeometry

LIMITS = {"size": (2, 8), "kernel": (1, 7), "stride": (1, 4), "padding": (0, 3), "extra": (0, 3)}
"""The smallest and the largest value of each setting of the example; `extra` is the output padding."""


@dataclass(frozen=True)
class Overlap:
    """A square example: `size` numbers along each side, stamped with a square kernel."""

    size: int = 4
    kernel: int = 3
    stride: int = 2
    padding: int = 0
    extra: int = 0

    # ---- sizes

    @property
    def painted(self) -> int:
        """All that the stamps cover along one side, before anything is cut off."""
        return (self.size - 1) * self.stride + self.kernel

    @property
    def result(self) -> int:
        """(n − 1) s − 2p + k + o."""
        return self.painted - 2 * self.padding + self.extra

    def convolved(self, size: int) -> int:
        """⌊(m + 2p − k) / s⌋ + 1: what the ordinary convolution makes of so many numbers along a side; 0 if none."""
        span = size + 2 * self.padding - self.kernel
        return span // self.stride + 1 if span >= 0 else 0

    @property
    def same(self) -> tuple[int, ...]:
        """All sizes that the ordinary convolution brings to `size`: one for each output padding there may be."""
        first = self.painted - 2 * self.padding
        return tuple(m for m in range(first, first + self.stride) if m > 0)

    @property
    def left_over(self) -> int:
        """How many numbers at the end the ordinary convolution's windows do not reach."""
        return max(0, self.result + 2 * self.padding - (self.size - 1) * self.stride - self.kernel - self.padding)

    @property
    def geometry(self) -> ScatterGeometry:
        n, m = (self.size, self.size), (self.result, self.result)
        kernel, stride = (self.kernel, self.kernel), (self.stride, self.stride)
        padding, extra = (self.padding, self.padding), (self.extra, self.extra)
        return ScatterGeometry("conv", n, m, kernel, stride, padding, extra=extra)

    # ---- how even it is

    @property
    def pattern(self) -> tuple[int, ...]:
        """How many stamps meet along one side, far from the rim, over one stride: (2, 1) for kernel 3, stride 2."""
        return tuple(len(range(rest, self.kernel, self.stride)) for rest in range(self.stride))

    @property
    def is_even(self) -> bool:
        """Whether every cell, away from the rim, is painted equally often."""
        return len(set(self.pattern)) == 1

    # ---- changing it

    def fitted(self) -> Overlap:
        """The nearest example that there can be: output padding below the stride, and something left of the output."""
        kept = replace(self, **{key: min(max(getattr(self, key), low), high) for key, (low, high) in LIMITS.items()})
        kept = replace(kept, extra=min(kept.extra, kept.stride - 1))
        while kept.padding and kept.result < 1:
            kept = replace(kept, padding=kept.padding - 1)
        return kept


def transposed_line(found: Overlap) -> str:
    """The size of the output in numbers."""
    extra = f" + {found.extra}" if found.extra else ""
    return f"({found.size} − 1)·{found.stride} − 2·{found.padding} + {found.kernel}{extra} = {found.result}"


def convolved_line(found: Overlap, size: int) -> str:
    """The size after the ordinary convolution in numbers."""
    return f"⌊({size} + 2·{found.padding} − {found.kernel}) / {found.stride}⌋ + 1 = {found.convolved(size)}"


def verdict(found: Overlap) -> str:
    """Why this makes a chequered pattern, or why not."""
    kernel, stride, pattern = found.kernel, found.stride, found.pattern
    if 0 in pattern:
        return (
            f"The kernel, {kernel}, is smaller than the stride, {stride}: between the stamps lie cells that none "
            "reaches. They hold nothing but the bias."
        )
    if found.is_even:
        each = pattern[0]
        return (
            f"Kernel {kernel} is a multiple of stride {stride}, so the stamps lock into each other: away from the rim "
            f"every cell is painted {_times(each**2)} ({each} along each side). No checkerboard."
        )
    turns = " and ".join(_runs(pattern))
    amounts = sorted({a * b for a in pattern for b in pattern})
    listed = ", ".join(str(amount) for amount in amounts[:-1]) + f" or {amounts[-1]}"
    fitting = [k for k in range(1, 8) if k % stride == 0 and abs(k - kernel) < stride]
    instead = " or ".join(str(k) for k in fitting)
    return (
        f"Kernel {kernel} is no multiple of stride {stride}: along a row {turns} stamps take turns, so in the picture "
        f"a cell is painted {listed} times. That regular unevenness is the checkerboard. Kernel {instead} has none."
    )


def _runs(pattern: tuple[int, ...]) -> list[str]:
    return [str(number) for number, _ in groupby(pattern)]


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def sizes_words(found: Overlap) -> str:
    """Several sizes become one: what output padding decides."""
    if found.stride == 1:
        return "With stride 1 each size leads to one size, and back again: output padding has nothing to decide."
    sizes = [str(m) for m in found.same]
    listed = ", ".join(sizes[:-1]) + f" and {sizes[-1]}" if len(sizes) > 1 else sizes[0]
    return (
        f"The convolution brings the sizes {listed} {'both' if len(sizes) == 2 else 'all'} to {found.size}: what does "
        "not fill a stride is left over. On the way back only "
        f"output padding can say which of them is meant; {found.extra} says {found.result}."
    )
