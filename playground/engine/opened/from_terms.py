"""From the terms of an explanation to gates: products, the functions that terms apply, sums, maxima and shares."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from playground.engine.arithmetic import Explanation, ExplanationError, Factor, Term
from playground.engine.arithmetic._compose import worked_out
from playground.engine.opened.gate_builder import Builder


def gates_of(builder: Builder, found: Explanation, *, shared: bool = False) -> str:
    """The gates that work an explanation out; the key of its value.

    Of many terms only the largest are drawn, and those that the builder is to keep; the others come in as one number.
    `shared`: equally large inputs of a maximum share what comes back.

    Raises:
        ExplanationError: the explanation applies a function that has no gates.
    """
    shown, rest = _chosen(builder, found)
    keys = [_term(builder, found.terms[position]) for position in shown]
    builder.left_out += len(rest)
    if rest:
        keys.append(_rest(builder, found, rest))
    if found.combine == "max":
        value = builder.gate("maximum", *keys, shared=shared) if len(keys) > 1 else keys[0]
    elif found.combine == "share":
        assert found.chosen is not None
        over = builder.gate("reciprocal", builder.add(keys))
        value = builder.gate("multiply", keys[shown.index(found.chosen)], over)
    else:
        if found.offset is not None and found.scale is None:
            keys.append(builder.leaf(found.offset))
        value = builder.add(keys)
    if found.scale is not None:
        value = _scaled(builder, value, found.scale)
        if found.offset is not None:
            value = builder.add([value, builder.leaf(found.offset)])
    return value


def _chosen(builder: Builder, found: Explanation) -> tuple[list[int], list[int]]:
    """The terms to draw, in their order, and those to take together."""
    everything = range(len(found.terms))
    if len(found.terms) <= builder.most:
        return list(everything), []
    wanted = {position for position in everything if _touches(builder, found.terms[position])}
    if found.chosen is not None:
        wanted.add(found.chosen)

    def rank(position: int) -> tuple[bool, float]:
        value = found.terms[position].value
        return position not in wanted, -value if found.combine == "max" else -abs(value)

    shown = set(sorted(everything, key=rank)[: max(builder.most, len(wanted))])
    return [p for p in everything if p in shown], [p for p in everything if p not in shown]


def _touches(builder: Builder, term: Term) -> bool:
    """Whether a number that is to be drawn has a part in a term."""
    for factor in term.factors:
        if factor.place is not None and factor.place in builder.keep:
            return True
        if builder.unfold and factor.because is not None and factor.place is None:
            inner = factor.because()
            if any(_touches(builder, each) for each in inner.terms):
                return True
    return False


def _rest(builder: Builder, found: Explanation, rest: Sequence[int]) -> str:
    """The terms that are not drawn, as one number that tells its terms when asked."""
    terms = tuple(found.terms[position] for position in rest)
    largest = found.combine == "max"
    value = max(term.value for term in terms) if largest else math.fsum(term.value for term in terms)
    count = f"{len(terms):,}"
    name = f"{count} more" if largest else f"{count} more, together"
    words = f"The largest of the {count} others." if largest else f"The {count} smaller terms, added up."

    def because() -> Explanation:
        made = worked_out(
            f"{count} more terms of {found.title}",
            "r",
            r"\max\left(\dots\right)" if largest else r"\sum \dots",
            terms,
            words,
            combine="max" if largest else "sum",
        )
        return replace(made, chosen=[term.value for term in terms].index(value) if largest else None)

    return builder.together(value, name, because)


def _scaled(builder: Builder, key: str, scale: Factor) -> str:
    if scale.place is None and scale.because is None:
        return builder.scaled(key, scale.value)
    return builder.gate("multiply", builder.leaf(scale), key)


def _term(builder: Builder, term: Term) -> str:
    if not term.function:
        key = _product(builder, term.factors)
    elif term.function == "surprise":
        key = surprise(builder, term.factors)
    elif term.function in FUNCTION_GATES:
        key = FUNCTION_GATES[term.function](builder, [_number(builder, factor) for factor in term.factors])
    else:
        raise ExplanationError("This layer computes with a function that has no elementary gates.")
    return builder.gate("negate", key) if term.negative else key


def _number(builder: Builder, factor: Factor) -> str:
    """A factor as a number from outside; or taken apart, if it was worked out on the way and that is wanted."""
    if builder.unfold and factor.place is None and factor.because is not None:
        return gates_of(builder, factor.because())
    return builder.leaf(factor)


def _product(builder: Builder, factors: Sequence[Factor]) -> str:
    """Numbers multiplied; those that stand in the formula itself become ×c gates, 1 is left out."""
    fixed = [factor for factor in factors if factor.place is None and factor.because is None]
    others = [factor for factor in factors if factor not in fixed]
    if not others:
        return builder.given(math.prod(factor.value for factor in factors))
    key = builder.product([_number(builder, factor) for factor in others])
    return builder.scaled(key, math.prod(factor.value for factor in fixed)) if fixed else key


# ---- the functions of terms, in gates

Make = Callable[[Builder, Sequence[str]], str]


def sigmoid(builder: Builder, x: str) -> str:
    """1 / (1 + e^−x): the four gates of the cs231n notes."""
    power = builder.gate("exp", builder.gate("negate", x))
    return builder.gate("reciprocal", builder.shifted(power, 1.0))


def tanh(builder: Builder, x: str) -> str:
    """1 − 2 / (e^2x + 1)."""
    power = builder.gate("exp", builder.scaled(x, 2.0))
    part = builder.gate("reciprocal", builder.shifted(power, 1.0))
    return builder.shifted(builder.scaled(part, -2.0), 1.0)


def softplus(builder: Builder, x: str) -> str:
    """ln(1 + e^x)."""
    return builder.gate("log", builder.shifted(builder.gate("exp", x), 1.0))


def size(builder: Builder, x: str) -> str:
    """|x| = max(x, −x)."""
    return builder.gate("maximum", x, builder.gate("negate", x), shared=True)


def surprise(builder: Builder, factors: Sequence[Factor]) -> str:
    """−ln of the share that softmax gives the first of the scores: −ln(e^z · 1 / Σ e^z)."""
    score, *scores = factors
    shown = scores
    if len(scores) > builder.most:
        wanted = {score.place, *builder.keep}
        ranking = sorted(scores, key=lambda each: (each.place not in wanted, -each.value))
        kept = {id(each) for each in ranking[: builder.most]}
        shown = [each for each in scores if id(each) in kept]
    powers = {each.place: builder.gate("exp", builder.leaf(each)) for each in shown}
    keys = [powers[each.place] for each in shown]
    rest = [each for each in scores if each.place not in powers]
    if rest:
        builder.left_out += len(rest)
        keys.append(_rest_of_powers(builder, rest))
    own = powers[score.place]
    share = builder.gate("multiply", own, builder.gate("reciprocal", builder.add(keys)))
    return builder.gate("negate", builder.gate("log", builder.call(share, "p")))


def _rest_of_powers(builder: Builder, scores: Sequence[Factor]) -> str:
    """e to the power of all other scores, added up."""
    terms = [Term((score,), "exp") for score in scores]
    name = f"{len(terms):,} more, together"

    def because() -> Explanation:
        words = "The powers of the scores that are not drawn, added up."
        return worked_out(f"{len(terms):,} more powers", "r", r"\sum e^{z}", terms, words)

    return builder.together(math.fsum(term.value for term in terms), name, because)


def _binary_surprise(builder: Builder, keys: Sequence[str]) -> str:
    score, wanted = keys
    return builder.difference(softplus(builder, score), builder.gate("multiply", wanted, score))


def _huber(builder: Builder, keys: Sequence[str]) -> str:
    """½ min(|d|, δ)² + δ (|d| − min(|d|, δ))."""
    miss = size(builder, builder.difference(keys[0], keys[1]))
    inner = builder.gate("minimum", miss, keys[2])
    square = builder.scaled(builder.gate("square", inner), 0.5)
    return builder.add([square, builder.gate("multiply", keys[2], builder.difference(miss, inner))])


def _lag(builder: Builder, keys: Sequence[str]) -> str:
    """max(0, s − s_true + margin)."""
    score, true, margin = keys
    total = builder.add([score, builder.gate("negate", true), margin])
    return builder.gate("maximum", builder.given(0.0), total)


def _margin(builder: Builder, keys: Sequence[str]) -> str:
    """max(0, margin − sign · s)."""
    score, sign, margin = keys
    missing = builder.difference(margin, builder.gate("multiply", sign, score))
    return builder.gate("maximum", builder.given(0.0), missing)


def _norm(builder: Builder, keys: Sequence[str]) -> str:
    """(Σ |x|^p)^(1/p)."""
    p = builder.value(keys[0])
    powers = [builder.gate("power", key, constant=p) for key in keys[1:]]
    return builder.gate("power", builder.add(powers), constant=1 / p)


FUNCTION_GATES: Mapping[str, Make] = {
    "exp": lambda builder, keys: builder.gate("exp", builder.add(keys)),
    "logistic": lambda builder, keys: sigmoid(builder, keys[0]),
    "tanh": lambda builder, keys: tanh(builder, keys[0]),
    "sine": lambda builder, keys: builder.gate("sine", keys[0]),
    "normal_below": lambda builder, keys: builder.gate("normal", keys[0]),
    "log_one_plus_exp": lambda builder, keys: softplus(builder, keys[0]),
    "log": lambda builder, keys: builder.gate("log", keys[0]),
    "reciprocal": lambda builder, keys: builder.gate("reciprocal", keys[0]),
    "square": lambda builder, keys: builder.gate("square", keys[0]),
    "squared_difference": lambda builder, keys: builder.gate("square", builder.difference(*keys)),
    "half_square": lambda builder, keys: builder.scaled(builder.gate("square", builder.difference(*keys)), 0.5),
    "binary_surprise": _binary_surprise,
    "distance": lambda builder, keys: size(builder, builder.difference(*keys)),
    "huber": _huber,
    "lag": _lag,
    "margin": _margin,
    "norm": _norm,
}
"""By `Term.function`."""
