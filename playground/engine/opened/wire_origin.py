"""Where the numbers on the wires of an opened layer come from: the gate's rule forward, the chain rule backward."""

from __future__ import annotations

from playground.engine.arithmetic import Explanation, Factor, Place, Term, term_symbol
from playground.engine.arithmetic._compose import worked_out
from playground.engine.arithmetic._functions import enclosed
from playground.engine.arithmetic._text import number, partial, plain
from playground.engine.opened.gate_graph import Gate, Of, Opened

_FUNCTIONS = {
    "exp": "exp",
    "log": "log",
    "reciprocal": "reciprocal",
    "square": "square",
    "normal": "normal_below",
    "sine": "sine",
    "sigmoid": "logistic",
    "tanh": "tanh",
}
_RULES = {
    "add": "An add gate adds up what comes in.",
    "multiply": "A multiply gate multiplies what comes in.",
    "maximum": "A max gate lets the largest through.",
    "minimum": "A min gate lets the smallest through.",
    "negate": "The sign is turned round.",
    "exp": "e to the power of what comes in.",
    "log": "The natural logarithm of what comes in.",
    "reciprocal": "One divided by what comes in.",
    "square": "What comes in, times itself.",
    "root": "The square root of what comes in.",
    "normal": "The chance that a normally distributed number is smaller than what comes in.",
    "sine": "The sine of what comes in.",
    "sigmoid": "The sigmoid of what comes in: between 0 and 1.",
    "tanh": "The tanh of what comes in: between −1 and 1.",
    "step": "1 if what comes in is positive, else 0.",
    "pass": "What comes in, unchanged.",
    "more": "The further uses of this number, taken together.",
}


def symbol_of(opened: Opened, key: str) -> str:
    """What a number on a wire is called in formulas: its name, or q with the number of its gate."""
    gate = opened.by_key[key]
    return gate.latex or f"q_{{{list(opened.by_key).index(key) + 1}}}"


def explain_value(opened: Opened, key: str) -> Explanation | None:
    """Where the value on the wire out of a gate comes from; None for a leaf, which comes from outside."""
    gate = opened.by_key[key]
    if gate.kind == "leaf":
        return None if gate.because is None else gate.because()
    symbol = symbol_of(opened, key)
    factors = [_value(opened, source) for source in gate.inputs]
    title = gate.name or f"What comes out of the {title_of(gate)} gate"
    if gate.kind == "maximum":
        chosen = max(range(len(factors)), key=lambda port: factors[port].value)
        listed = r",\; ".join(factor.symbol for factor in factors)
        terms = [Term((factor,)) for factor in factors]
        formula = rf"\max\left({listed}\right)"
        return worked_out(title, symbol, formula, terms, _RULES[gate.kind], combine="max", chosen=chosen)
    terms, formula = _terms(gate, factors)
    return worked_out(title, symbol, formula, terms, _rule(gate))


def _rule(gate: Gate) -> str:
    if gate.kind == "scale":
        return f"What comes in, times {plain(gate.constant)}."
    if gate.kind == "shift":
        return f"What comes in, plus {plain(gate.constant)}."
    if gate.kind == "power":
        return f"The size of what comes in, to the power of {plain(gate.constant)}."
    return _RULES[gate.kind]


def title_of(gate: Gate) -> str:
    """The kind of a gate in words."""
    return {"maximum": "max", "minimum": "min", "reciprocal": "1/x", "normal": "Φ", "log": "ln"}.get(
        gate.kind, gate.kind
    )


def _terms(gate: Gate, factors: list[Factor]) -> tuple[list[Term], str]:
    """What a gate does, as terms, and in symbols."""
    x, constant = factors[0], Factor(number(gate.constant), gate.constant)
    inner = x.symbol
    match gate.kind:
        case "add":
            return [Term((factor,)) for factor in factors], " + ".join(_bracketed(factor) for factor in factors)
        case "multiply":
            return [Term(tuple(factors))], r" \cdot ".join(_bracketed(factor) for factor in factors)
        case "minimum":
            smallest = min(factors, key=lambda factor: factor.value)
            return [Term((smallest,))], rf"\min\left({r',; '.join(f.symbol for f in factors)}\right)"
        case "negate":
            return [Term((x,), negative=True)], f"-{_bracketed(x)}"
        case "scale":
            return [Term((constant, x))], rf"{constant.symbol} \cdot {_bracketed(x)}"
        case "shift":
            return [Term((x,)), Term((constant,))], f"{inner} + {enclosed(constant.symbol)}"
        case "root":
            return [Term((x, Factor(r"\frac{1}{2}", 0.5)), "power")], rf"\sqrt{{{inner}}}"
        case "power":
            size = Factor(inner, abs(x.value), x.place, x.because)
            return [Term((size, constant), "power")], rf"\left|{inner}\right|^{{{constant.symbol}}}"
        case "step":
            return [Term((x,), "step")], rf"\mathrm{{step}}\left({inner}\right)"
        case "pass" | "more":
            return [Term((x,))], inner
        case _:
            term = Term((x,), _FUNCTIONS[gate.kind])
            return [term], term_symbol(term)


def _bracketed(factor: Factor) -> str:
    return enclosed(factor.symbol) if factor.symbol.startswith("-") else factor.symbol


def _value(opened: Opened, key: str) -> Factor:
    gate = opened.by_key[key]
    because = None if gate.kind == "leaf" else lambda: _must(opened, key)
    return Factor(symbol_of(opened, key), gate.value, gate.place, gate.because or because)


def _must(opened: Opened, key: str) -> Explanation:
    found = explain_value(opened, key)
    assert found is not None
    return found


# ---- backward


def gradient_symbol(opened: Opened, key: str, of: Of) -> str:
    """∂E/∂q, or ∂y/∂q when the gradients are those of the result."""
    above = "E" if of == "error" else symbol_of(opened, opened.result.key)
    return partial(above, symbol_of(opened, key))


def explain_gradient(opened: Opened, key: str, of: Of = "error") -> Explanation:
    """Where the gradient below a wire comes from: of every gate that the number goes to, local slope × what arrives."""
    symbol = gradient_symbol(opened, key, of)
    terms = [
        Term((_slope(opened, user, port), _arriving(opened, user, of)))
        for user, port in opened.users[key]
        if of == "error" or key != opened.result.key
    ]
    start = opened.ends.get(key) if of == "error" else (1.0 if key == opened.result.key else None)
    if key in opened.ends and start is not None:
        terms.append(Term((_start(opened, key, start, of),)))
    words = _gradient_words(opened, key, of)
    terms = terms or [Term((Factor("0", 0.0),))]
    formula = " + ".join(r" \cdot ".join(factor.symbol for factor in term.factors) for term in terms)
    return worked_out(f"Gradient of {opened.by_key[key].name or 'a number on the way'}", symbol, formula, terms, words)


def explain_share(opened: Opened, key: str, port: int, of: Of = "error") -> Explanation:
    """Where what a gate hands back to one of its inputs comes from: its local slope × what arrives at it."""
    gate = opened.by_key[key]
    source = gate.inputs[port]
    slope, arriving = _slope(opened, key, port), _arriving(opened, key, of)
    symbol = gradient_symbol(opened, source, of)
    words = "The gate knows its own slope only. Times what arrives at it, that is the chain rule."
    if len(opened.users[source]) > 1:
        symbol += r"\;\mathrm{by\ this\ gate}"
        words += f" The number goes to {len(opened.users[source])} gates: this is what one of them hands back."
    title = f"What the {title_of(gate)} gate hands back to {opened.by_key[source].name or 'a number on the way'}"
    return worked_out(title, symbol, rf"{slope.symbol} \cdot {arriving.symbol}", [Term((slope, arriving))], words)


def _slope(opened: Opened, user: str, port: int) -> Factor:
    gate = opened.by_key[user]
    symbol = partial(symbol_of(opened, user), symbol_of(opened, gate.inputs[port]))
    return Factor(symbol, gate.slopes[port])


def _arriving(opened: Opened, key: str, of: Of) -> Factor:
    value = opened.gradients(of)[key]
    return Factor(gradient_symbol(opened, key, of), value, None, lambda: explain_gradient(opened, key, of))


def _start(opened: Opened, key: str, start: float, of: Of) -> Factor:
    """What arrives from outside at the end of the graph."""
    gate = opened.by_key[key]
    if of == "result" or gate.place is None or not gate.place.index:
        return Factor(number(start), start)
    place = Place(gate.place.node, "grad_output", gate.place.index)
    return Factor(gradient_symbol(opened, key, of), start, place)


def _gradient_words(opened: Opened, key: str, of: Of) -> str:
    users = opened.users[key]
    if not users:
        if of == "result":
            return "This is the result itself: for each 1 that it moves, it moves by 1."
        return "This number leaves the picture: its gradient arrives from the layers behind."
    if len(users) == 1:
        return "The slope of the gate that it goes into, times what arrives there: the chain rule."
    return f"It goes to {len(users)} gates; what they hand back adds up."
