"""Where the numbers of layers come from that summarise, enlarge, pad or crop areas: shares, the largest, or a norm."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    of,
    output_factor,
    upstream,
    where,
    worked_out,
)
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import blame, plain, sum_of_symbols
from playground.engine.arithmetic.area_words import backward_words, forward_words
from playground.engine.arithmetic.reach import Reached, largest, sinks, sources

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = Σ share · x over the area; of max pooling the largest x, of power pooling a norm."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    reached = sources(frame, index)
    factors = [input_factor(frame, 0, source, names) for source, _ in reached]
    chosen = largest([factor.value for factor in factors]) if is_maximum(frame) and factors else None
    scale: Factor | None = None
    if is_norm(frame):
        terms = [Term((_power(frame), *factors), "norm")]
    elif is_maximum(frame):
        terms = [Term((factor,)) for factor in factors]
    else:
        terms, scale = _shared(reached, factors)
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=_formula(frame, terms, scale),
        terms=terms,
        combine="sum" if chosen is None else "max",
        scale=scale,
        chosen=chosen,
        words=forward_words(frame, index, reached, chosen),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x = Σ share · ∂E/∂y over all that x had a part in; of max pooling over those that it won."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    reached = sinks(frame, index, port)
    covered = len(reached)
    scale: Factor | None = None
    if is_norm(frame):
        terms = [_blame_of_norm(frame, index, out, names) for out, _ in reached]
        formula = rf"\sum {blame('y')} \cdot \frac{{\partial y}}{{\partial x}}"
    else:
        if is_maximum(frame):
            reached = [(out, share) for out, share in reached if winner(frame, out) == index]
        terms, scale = _shared(reached, [upstream(frame, out, names) for out, _ in reached])
        formula = _formula(frame, terms, scale, backward=True)
    return compose(
        frame,
        place,
        title=f"Blame of {where(frame.inputs[port], index)} before {frame.node}",
        symbol=gradient_symbol(frame, place, names),
        formula=formula,
        terms=terms,
        scale=scale,
        words=backward_words(frame, port, covered, reached),
    )


def is_maximum(frame: Frame) -> bool:
    """Whether the layer keeps the largest number of an area. Unpooling only puts numbers back."""
    is_pool = "max_pool" in frame.type
    return is_pool or (frame.type == "channel_pool" and frame.params["mode"] == "max")


def is_norm(frame: Frame) -> bool:
    """Whether the layer takes a norm of each window."""
    return frame.type == "lp_pool2d"


def winner(frame: Frame, index: Index) -> Index:
    """The place in the input that gave `frame.output[index]`, the largest number of its area; of equal ones the first.

    Raises:
        ExplanationError: the layer has no areas.
    """
    reached = [source for source, _ in sources(frame, index)]
    return reached[largest([float(frame.inputs[0][source]) for source in reached])]


def _shared(reached: Reached, factors: list[Factor]) -> tuple[list[Term], Factor | None]:
    """A term for each, and the share before the bracket where it is the same for all."""
    shares = {share for _, share in reached}
    if len(shares) == 1:
        share = shares.pop()
        return [Term((factor,)) for factor in factors], None if share == 1 else fraction(share)
    return [
        Term((factor,) if share == 1 else (fraction(share), factor))
        for (_, share), factor in zip(reached, factors, strict=True)
    ], None


def fraction(share: Fraction) -> Factor:
    """A share, written as a fraction."""
    text = rf"\frac{{{share.numerator}}}{{{share.denominator}}}"
    return Factor(text, float(share), written=text)


def _formula(frame: Frame, terms: list[Term], scale: Factor | None, *, backward: bool = False) -> str:
    """The right-hand side in symbols: written out where it is short."""
    over, x = _operand(frame)
    if is_norm(frame):
        return rf"\left({{\textstyle\sum_{{{over}}}}} \left|{x}\right|^{{p}}\right)^{{1/p}}"
    if is_maximum(frame) and not backward:
        return rf"\max_{{{over}}}\; {x}"
    total = r"\sum" if backward else rf"\sum_{{{over}}}"
    if len(terms) <= 4:
        body, several = sum_of_symbols(terms), len(terms) > 1
    else:
        share = r"s \cdot " if any(len(term.factors) > 1 for term in terms) else ""
        body, several = f"{total} {share}{blame('y') if backward else x}", False
    if scale is None:
        return body
    return rf"{scale.symbol} \left({body}\right)" if several else rf"{scale.symbol} {body}"


def _operand(frame: Frame) -> tuple[str, str]:
    """What a sum or a maximum runs over, and what it is of."""
    is_picture = frame.inputs[0].ndim == 4
    if frame.type == "channel_pool":
        return "k", "x_{k,r,c}"
    if frame.type.startswith("global"):
        return ("r,c", "x_{k,r,c}") if is_picture else ("t", "x_{k,t}")
    if frame.type.startswith("adaptive"):
        return (r"i,j \in A", "x_{k,i,j}") if is_picture else (r"i \in A", "x_{k,i}")
    return ("i,j", r"x_{k,\,r s+i,\,c s+j}") if is_picture else ("i", r"x_{k,\,t s+i}")


# Power pooling.


def _power(frame: Frame) -> Factor:
    power = frame.params["norm_type"]
    assert isinstance(power, int | float)
    return Factor("p", float(power), written=f"{power:g}")


def _blame_of_norm(frame: Frame, index: Index, out: Index, names: Namer) -> Term:
    """∂E/∂y · ∂y/∂x, with ∂y/∂x = ± (|x| / y)^(p−1)."""

    def slope() -> Explanation:
        x, y = input_factor(frame, 0, index, names), output_factor(frame, out, names)
        return worked_out(
            "Slope of the norm",
            r"\frac{\partial y}{\partial x}",
            r"\pm \left(\frac{\left|x\right|}{y}\right)^{p-1}",
            [Term((_power(frame), x, y), "norm_slope")],
            "How much the norm grows with this number: the more it dominates its window, the more. "
            f"Here x is {plain(x.value)} and the norm {plain(y.value)}.",
        )

    return Term((upstream(frame, out, names), of(slope, r"\frac{\partial y}{\partial x}")))


CAPABILITY = Capability(explain_output, explain_grad_input)
