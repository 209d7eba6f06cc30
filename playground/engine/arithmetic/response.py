"""Where the numbers of local response normalisation come from (Krizhevsky et al. 2012, as PyTorch defines it).

y_c = x_c s_c^−β with s_c = k + α/n Σ x_j² over the n channels j around c, at the same place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    of,
    upstream,
    where,
    worked_out,
)
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import blame, number, plain, subscript, sum_of_symbols

if TYPE_CHECKING:
    from playground.engine.trace import Frame


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y = x · s^−β; index is (example, channel, …)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    x = input_factor(frame, 0, index, names)
    term = Term((x, _power(frame, index, names, 0)))
    return compose(
        frame,
        place,
        title=f"{frame.node} · {where(frame.output, index)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=sum_of_symbols([term]),
        terms=[term],
        words=_in_words(frame, index, x.value),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x_c = s_c^−β ∂E/∂y_c − 2αβ/n · x_c Σ_j x_j s_j^(−β−1) ∂E/∂y_j over the channels j that looked at c."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    terms = _ways_back(frame, index, names)
    return compose(
        frame,
        place,
        title=f"Blame before {frame.node} · {where(frame.output, index)}",
        symbol=gradient_symbol(frame, place, names),
        formula=sum_of_symbols(terms),
        terms=terms,
        words=(
            "A larger number comes out larger, but it also makes the divisor of its neighbours larger, and its own. "
            "So what they are blamed for is taken off."
        ),
    )


def explain_way(frame: Frame, index: Index, way: int) -> Explanation:
    """One of the two ways on which blame comes back: 0 straight through, 1 through the divisors of the neighbours."""
    term = _ways_back(frame, index, unnamed)[way]
    title = ("Straight through", "Through the divisors")[way]
    words = (
        "The blame that arrives, made smaller by the number's own divisor.",
        "A larger number makes the divisors of its neighbours larger, and its own: that is taken off.",
    )[way]
    return worked_out(title, "b", sum_of_symbols([term]), [term], words)


def explain_divisor(frame: Frame, index: Index) -> Explanation:
    """s = k + α/n Σ x_j², which is raised to β and divided by."""
    because = _divisor(frame, index, unnamed).because
    assert because is not None
    return because()


def explain_squares(frame: Frame, index: Index) -> Explanation:
    """Σ x_j² of the channels around a number, its own included."""
    terms = [Term((input_factor(frame, 0, at, unnamed),), "square") for at in _around(frame, index)]
    return worked_out("How strongly the neighbours respond", r"\Sigma", sum_of_symbols(terms), terms)


def explain_divided_by(frame: Frame, index: Index) -> Explanation:
    """s^β: what a number is divided by."""
    divisor = _divisor(frame, index, unnamed)
    term = Term((divisor, Factor(r"\beta", _settings(frame)[1])), "power")
    return worked_out("What the number is divided by", "d", sum_of_symbols([term]), [term])


def _ways_back(frame: Frame, index: Index, names: Namer) -> list[Term]:
    """s^−β ∂E/∂y, and what is taken off it: 2αβ/n · x · c."""
    own = Term((_power(frame, index, names, 0), upstream(frame, index, names)))
    alpha, beta, size = _settings(frame)[:3]
    numbers = rf"\frac{{2 \cdot {number(alpha)} \cdot {number(beta)}}}{{{size}}}"
    strength = Factor(r"\frac{2 \alpha \beta}{n}", 2 * alpha * beta / size, written=numbers)
    crowd = of(lambda: _crowd(frame, index, names), "c")
    return [own, Term((strength, input_factor(frame, 0, index, names), crowd), negative=True)]


def _crowd(frame: Frame, index: Index, names: Namer) -> Explanation:
    """c = Σ x_j s_j^(−β−1) ∂E/∂y_j over the channels in whose divisor this number stands."""
    terms = [
        Term((input_factor(frame, 0, at, names), _power(frame, at, names, 1), upstream(frame, at, names)))
        for at in _around(frame, index, backward=True)
    ]
    formula = rf"\sum_{{j}} x_{{j}} \cdot s_{{j}}^{{-\beta - 1}} \cdot {blame('y_{j}')}"
    return worked_out("What the neighbours are blamed for", "c", formula, terms)


def _power(frame: Frame, index: Index, names: Namer, more: int) -> Factor:
    """s^−β, or s^(−β−1) with `more` = 1."""
    divisor = _divisor(frame, index, names)
    exponent = -_settings(frame)[1] - more
    written = Factor(r"-\beta - 1" if more else r"-\beta", exponent)
    term = Term((divisor, written), "power")
    title = "One over the divisor" if not more else "One over the divisor, once more"
    return Factor(
        rf"{divisor.symbol}^{{{written.symbol}}}",
        term.value,
        None,
        lambda: worked_out(title, "q", sum_of_symbols([term]), [term]),
    )


def _divisor(frame: Frame, index: Index, names: Namer) -> Factor:
    """s = k + α/n Σ x_j²."""
    alpha, _, size, least = _settings(frame)
    symbol = subscript("s", index[1] + 1)
    scale = Factor(r"\frac{\alpha}{n}", alpha / size, written=rf"\frac{{{number(alpha)}}}{{{size}}}")

    def explain() -> Explanation:
        terms = [Term((input_factor(frame, 0, at, names),), "square") for at in _around(frame, index)]
        formula = rf"k + {scale.symbol} {enclosed(sum_of_symbols(terms))}"
        return worked_out(
            "How strongly the neighbours respond", symbol, formula, terms, scale=scale, offset=Factor("k", least)
        )

    return of(explain, symbol)


def _around(frame: Frame, index: Index, *, backward: bool = False) -> list[Index]:
    """The channels whose squares stand in a number's divisor; backward, those in whose divisor the number stands."""
    size, channel = _settings(frame)[2], index[1]
    before, after = size // 2, (size - 1) // 2
    if backward:
        before, after = after, before
    first, last = max(0, channel - before), min(frame.inputs[0].shape[1] - 1, channel + after)
    return [(index[0], other, *index[2:]) for other in range(first, last + 1)]


def _settings(frame: Frame) -> tuple[float, float, int, float]:
    """α, β, n and k."""
    alpha, beta, size, least = (frame.params[key] for key in ("alpha", "beta", "size", "k"))
    assert isinstance(alpha, float)
    assert isinstance(beta, float)
    assert isinstance(size, int)
    assert isinstance(least, float)
    return alpha, beta, size, least


def _in_words(frame: Frame, index: Index, x: float) -> str:
    channels = [at[1] + 1 for at in _around(frame, index)]
    where_ = f"channels {channels[0]} to {channels[-1]}" if len(channels) > 1 else f"channel {channels[0]}"
    if x == 0:
        return f"A zero stays zero, whatever {where_} do{'es' if len(channels) == 1 else ''} here."
    share = float(frame.output[index]) / x
    return f"How strongly {where_} respond{'s' if len(channels) == 1 else ''} here leaves {plain(share)} of the number."


CAPABILITY = Capability(explain_output, explain_grad_input)
