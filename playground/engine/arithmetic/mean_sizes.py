"""How large the numbers of a whole tensor are on average, whatever their signs, and one size in per cent of another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._spec import Explanation, Factor, Term

MOST_LISTED = 400
"""Of the numbers of a tensor so many are terms of their own; the smaller ones come in as one."""


def explain_mean_size(numbers: np.ndarray, symbol: str, noun: str) -> Explanation:
    """The mean of |x| over a tensor of any shape; `symbol` is x in LaTeX, `noun` what its numbers are."""
    sizes = np.abs(numbers.astype(np.float64)).reshape(-1)
    count = len(sizes)
    if count > MOST_LISTED:
        sizes = np.partition(sizes, count - MOST_LISTED)
    listed, rest = np.sort(sizes[-MOST_LISTED:])[::-1], sizes[:-MOST_LISTED]
    terms = [
        Term((Factor(rf"\left|{symbol}_{{{place}}}\right|", float(size)),)) for place, size in enumerate(listed, 1)
    ]
    if len(rest):
        terms.append(Term((Factor(rf"{len(rest)}\;\mathrm{{smaller}}", float(rest.sum())),)))
    share = Factor(rf"\frac{{1}}{{{count}}}", 1 / count, written=rf"\frac{{1}}{{{count}}}")
    formula = rf"\frac{{1}}{{{count}}} \sum_{{i}} \left|{symbol}_{{i}}\right|"
    words = f"The sizes of all {count:,} of them, whatever their signs: the largest first."
    return worked_out(f"The average {noun}", rf"\overline{{\left|{symbol}\right|}}", formula, terms, words, scale=share)


def explain_per_cent(
    title: str,
    part: float,
    whole: float,
    of_part: Callable[[], Explanation] | None = None,
    of_whole: Callable[[], Explanation] | None = None,
) -> Explanation:
    """The size of a step in per cent of that of the weight, which is not 0; `of_part` and `of_whole` explain these."""
    above = Factor(r"\left|\Delta w\right|", part, None, of_part)
    over = Factor(r"\frac{1}{\left|w\right|}", 1 / whole, None, of_whole, rf"\frac{{1}}{{{whole:.6g}}}")
    formula = r"100 \cdot \frac{\left|\Delta w\right|}{\left|w\right|}"
    return worked_out(
        title, "r", formula, [Term((Factor("100", 100.0), above, over))], "How far it moves, for its size."
    )
