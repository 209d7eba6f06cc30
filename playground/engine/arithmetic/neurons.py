"""Where the numbers of a dense layer come from: weighted sums, and blame passed back through the same wires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import (
    compose,
    gradient_symbol,
    indexed,
    input_factor,
    read,
    upstream,
    worked_out,
)
from playground.engine.arithmetic._spec import (
    Capability,
    Explanation,
    ExplanationError,
    Factor,
    Index,
    Namer,
    Place,
    Term,
    unnamed,
    value_at,
)
from playground.engine.arithmetic._text import (
    MOST_TERMS,
    blame,
    joined,
    of_example,
    plain,
    subscript,
    sum_of_symbols,
    times,
)

if TYPE_CHECKING:
    from playground.engine.trace import Frame

SUM = "z"
"""A neuron's weighted sum; Mazur calls it net."""


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """z_j = Σ w_{j,i} x_i + b_j; index is (example, unit)."""
    place = Place(frame.node, "output", index)
    value_at(frame, place)
    example, unit = index
    terms, bias, parts = sum_parts(frame, index, names)
    return compose(
        frame,
        place,
        title=f"{frame.node} · unit {unit + 1} of {frame.output.shape[1]}{of_example(len(frame.output), example)}",
        symbol=names(place) or indexed(SUM, frame.output, index),
        formula=joined([parts, bias.symbol] if bias else [parts]),
        terms=terms,
        offset=bias,
        words=_sum_in_words(terms, bias),
    )


def sum_parts(frame: Frame, index: Index, names: Namer) -> tuple[list[Term], Factor | None, str]:
    """The products of a neuron's weighted sum, its bias, and the sum of the products in symbols."""
    example, unit = index
    features = frame.inputs[0].shape[1]
    terms = [
        Term((_weight(frame, (unit, i), names), input_factor(frame, 0, (example, i), names))) for i in range(features)
    ]
    if len(terms) > MOST_TERMS:
        parts = rf"\sum_{{i=1}}^{{{features}}} w_{{{unit + 1},i}} \cdot x_{{i}}"
    else:
        parts = sum_of_symbols(terms)
    return terms, _bias(frame, unit, names), parts


def explain_product(frame: Frame, index: Index, feature: int, names: Namer = unnamed) -> Explanation:
    """w_{j,i} x_i: what one input contributes to a neuron's sum; index is (example, unit)."""
    value_at(frame, Place(frame.node, "output", index))
    example, unit = index
    term = Term((_weight(frame, (unit, feature), names), input_factor(frame, 0, (example, feature), names)))
    symbol = sum_of_symbols([term])
    push = "pushes it up" if term.value > 0 else "pulls it down" if term.value < 0 else "does nothing to it"
    words = f"One of the {times(frame.inputs[0].shape[1], 'product')} that unit {unit + 1} adds up: this one {push}."
    title = f"{frame.node} · input {feature + 1} times its weight to unit {unit + 1}"
    return worked_out(title, rf"p_{{{unit + 1},{feature + 1}}}", symbol, [term], words)


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x_i = Σ_j w_{j,i} ∂E/∂z_j: every neuron that the input feeds sends its blame back through its wire."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, feature = index
    units = frame.output.shape[1]
    terms = [
        Term((_weight(frame, (j, feature), names), upstream(frame, (example, j), names, SUM))) for j in range(units)
    ]
    if len(terms) > MOST_TERMS:
        formula = rf"\sum_{{j=1}}^{{{units}}} w_{{j,{feature + 1}}} \cdot {blame('z_{j}')}"
    else:
        formula = sum_of_symbols(terms)
    strongest = max(range(units), key=lambda j: abs(terms[j].value))
    return compose(
        frame,
        place,
        title=f"Blame of input {feature + 1} of {frame.node}{of_example(len(frame.output), example)}",
        symbol=gradient_symbol(frame, place, names),
        formula=formula,
        terms=terms,
        words=(
            f"This input feeds {times(units, 'neuron')}. Each sends its own blame back through the weight of the wire "
            f"between them, and the parts add up; the largest, {plain(terms[strongest].value)}, comes from unit "
            f"{strongest + 1}."
        ),
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w_{j,i} = Σ_n x_i ∂E/∂z_j, and ∂E/∂b_j = Σ_n ∂E/∂z_j, over the examples n of the batch."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    unit, batch = index[0], len(frame.output)
    deltas = [upstream(frame, (n, unit), names, SUM) for n in range(batch)]
    if name == "bias":
        terms = [Term((delta,)) for delta in deltas]
        words = "A bias pushes its neuron directly, so it takes the neuron's whole blame."
    elif name == "weight":
        terms = [Term((input_factor(frame, 0, (n, index[1]), names), deltas[n])) for n in range(batch)]
        words = _weight_in_words(terms)
    else:
        raise ExplanationError(f"{frame.node} has no parameter “{name}”.")
    if batch > 1:
        words += f" The parts of all {batch} examples of the batch add up."
    formula = sum_of_symbols(terms)
    if batch > MOST_TERMS:
        delta = blame(rf"z_{{{unit + 1}}}^{{(n)}}")
        formula = rf"\sum_{{n=1}}^{{{batch}}} " + (
            delta if name == "bias" else rf"x_{{{index[1] + 1}}}^{{(n)}} \cdot {delta}"
        )
    which = f"bias of unit {unit + 1}" if name == "bias" else f"weight from input {index[1] + 1} to unit {unit + 1}"
    return compose(
        frame,
        place,
        title=f"Blame of the {which} of {frame.node}",
        symbol=gradient_symbol(frame, place, names, "b" if name == "bias" else "w"),
        formula=formula,
        terms=terms,
        words=words,
    )


def _weight(frame: Frame, index: Index, names: Namer) -> Factor:
    place = Place(frame.node, "weight", index, name="weight")
    return read(frame, place, subscript("w", index[0] + 1, index[1] + 1), names)


def _bias(frame: Frame, unit: int, names: Namer) -> Factor | None:
    if "bias" not in frame.weights:
        return None
    return read(frame, Place(frame.node, "weight", (unit,), name="bias"), subscript("b", unit + 1), names)


def _sum_in_words(terms: list[Term], bias: Factor | None) -> str:
    """What pushes the neuron up and what pulls it down most."""
    ending = f" and the bias {plain(bias.value)}" if bias else ""
    start = f"The neuron adds up {times(len(terms), 'product')} of input and weight{ending}."
    values = [term.value for term in terms]
    highest, lowest = max(range(len(values)), key=values.__getitem__), min(range(len(values)), key=values.__getitem__)
    sentences: list[str] = []
    if values[highest] > 0:
        sentences.append(f"Input {highest + 1} pushes it up most, by {plain(values[highest])}")
    if values[lowest] < 0:
        sentences.append(f"input {lowest + 1} pulls it down most, by {plain(-values[lowest])}")
    if not sentences:
        return f"{start} All its products are zero, so nothing but the bias is left." if bias else start
    second = "; ".join(sentences)
    return f"{start} {second[0].upper()}{second[1:]}."


def _weight_in_words(terms: list[Term]) -> str:
    if len(terms) > 1:
        return "The blame of a weight is the number that came in through it, times the blame of its neuron."
    came_in, delta = terms[0].factors
    if came_in.value == 0:
        return "Nothing came in through this weight, so changing it would change nothing: no blame."
    if delta.value == 0:
        return "The neuron is not to blame for the error here, so neither is this weight."
    direction = "grow" if terms[0].value > 0 else "shrink"
    return (
        f"{plain(came_in.value)} came in through this weight, so a nudge of the weight moves the neuron "
        f"{plain(came_in.value)} times as far. If the weight grew, the error would {direction}."
    )


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
