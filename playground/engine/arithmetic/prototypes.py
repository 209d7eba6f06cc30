"""Where the numbers of an RBF layer come from: squared distances from prototypes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, gradient_symbol, indexed, input_factor, read, upstream
from playground.engine.arithmetic._functions import bracketed, enclosed
from playground.engine.arithmetic._spec import Capability, Explanation, Factor, Index, Namer, Place, Term, value_at
from playground.engine.arithmetic._text import (
    MOST_TERMS,
    blame,
    number,
    of_example,
    plain,
    subscript,
    sum_of_symbols,
    times,
)

if TYPE_CHECKING:
    from playground.engine.trace import Frame

TWO = Factor("2", 2.0)


def explain_output(frame: Frame, index: Index, names: Namer) -> Explanation:
    """y_j = Σ (x_i − w_{j,i})²; index is (example, unit)."""
    place = Place(frame.node, "output", index)
    value = value_at(frame, place)
    example, unit = index
    features = frame.inputs[0].shape[1]
    terms = [
        Term((input_factor(frame, 0, (example, i), names), _weight(frame, (unit, i), names)), "squared_difference")
        for i in range(features)
    ]
    formula = sum_of_symbols(terms)
    if features > MOST_TERMS:
        formula = rf"\sum_{{i=1}}^{{{features}}} \left(x_{{i}} - w_{{{unit + 1},i}}\right)^{{2}}"
    nearest = int(frame.output[example].argmin())
    which = "this one" if nearest == unit else f"number {nearest + 1}"
    return compose(
        frame,
        place,
        title=f"{frame.node} · unit {unit + 1} of {frame.output.shape[1]}{of_example(len(frame.output), example)}",
        symbol=names(place) or indexed("y", frame.output, index),
        formula=formula,
        terms=terms,
        words=(
            f"The input lies {plain(value)} away from prototype {unit + 1}: {times(features, 'squared difference')} "
            f"added up. The nearest prototype is {which}."
        ),
    )


def explain_grad_input(frame: Frame, port: int, index: Index, names: Namer) -> Explanation:
    """∂E/∂x_i = 2 Σ_j (x_i − w_{j,i}) ∂E/∂y_j."""
    place = Place(frame.node, "grad_input", index, port)
    value_at(frame, place)
    example, feature = index
    units = frame.output.shape[1]
    terms = [
        Term((_difference(frame, (example, feature), (j, feature), names), upstream(frame, (example, j), names)))
        for j in range(units)
    ]
    inner = sum_of_symbols(terms)
    if units > MOST_TERMS:
        inner = rf"\sum_{{j}} \left(x_{{{feature + 1}}} - w_{{j,{feature + 1}}}\right) \cdot {blame('y_{j}')}"
    return compose(
        frame,
        place,
        title=f"Blame of input {feature + 1} of {frame.node}{of_example(len(frame.output), example)}",
        symbol=gradient_symbol(frame, place, names),
        formula=f"2 {inner if units > MOST_TERMS else enclosed(inner)}",
        terms=terms,
        scale=TWO,
        words="Moving the input away from a prototype makes that distance grow by twice the difference.",
    )


def explain_grad_weight(frame: Frame, name: str, index: Index, names: Namer) -> Explanation:
    """∂E/∂w_{j,i} = −2 Σ_n (x_i − w_{j,i}) ∂E/∂y_j."""
    place = Place(frame.node, "grad_weight", index, name=name)
    value_at(frame, place)
    unit, feature = index
    batch = len(frame.output)
    terms = [
        Term((_difference(frame, (n, feature), index, names), upstream(frame, (n, unit), names)), negative=True)
        for n in range(batch)
    ]
    inner = sum_of_symbols(terms)
    if batch > MOST_TERMS:
        delta = blame(rf"y_{{{unit + 1}}}^{{(n)}}")
        inner = rf"-\sum_{{n}} \left(x_{{{feature + 1}}}^{{(n)}} - w_{{{unit + 1},{feature + 1}}}\right) \cdot {delta}"
    words = "Moving the prototype towards the input makes the distance shrink by twice the difference."
    if batch > 1:
        words += f" The parts of all {batch} examples of the batch add up."
    return compose(
        frame,
        place,
        title=f"Blame of number {feature + 1} of prototype {unit + 1} of {frame.node}",
        symbol=gradient_symbol(frame, place, names, "w"),
        formula=rf"2 \cdot {enclosed(inner)}",
        terms=terms,
        scale=TWO,
        words=words,
    )


def _weight(frame: Frame, index: Index, names: Namer) -> Factor:
    place = Place(frame.node, "weight", index, name="weight")
    return read(frame, place, subscript("w", index[0] + 1, index[1] + 1), names)


def _difference(frame: Frame, at: Index, weight: Index, names: Namer) -> Factor:
    x, w = input_factor(frame, 0, at, names), _weight(frame, weight, names)
    written = enclosed(f"{number(x.value)} - {bracketed(number(w.value))}")
    return Factor(enclosed(f"{x.symbol} - {w.symbol}"), x.value - w.value, written=written)


CAPABILITY = Capability(explain_output, explain_grad_input, explain_grad_weight)
