"""Blame followed through several layers: the chain rule written out, as in Mazur's step by step example."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.engine.arithmetic._compose import compose, indexed, input_factor, read, upstream
from playground.engine.arithmetic._spec import (
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
from playground.engine.arithmetic._text import blame, partial, plain, subscript, sum_of_symbols, times
from playground.engine.arithmetic.curve import slope_factor
from playground.engine.arithmetic.dispatch import explain_grad_input
from playground.layers import layer_type

if TYPE_CHECKING:
    from playground.engine.trace import Frame, Trace


def explain_weight_chain(trace: Trace, node: str, name: str, index: Index, names: Namer = unnamed) -> Explanation:
    """∂E/∂w = ∂E/∂out · ∂out/∂net · ∂net/∂w for a weight or bias of a dense layer; a term for each example.

    net is the neuron's sum, out what the activation after it makes of it; where none follows, the middle factor is
    left out. The first factor tells, when asked, how the blame came back from the layers after it.

    Args:
        trace: a recorded step with a target.
        node: the id of the dense layer.
        name: "weight" or "bias".
        index: (unit, input) of a weight, (unit,) of a bias.
        names: what the microscope calls the numbers: w_5, net_{o1}, out_{o1}, out_{h1}.

    Raises:
        ExplanationError: no dense layer of that id was recorded, or the pass went forward only.
    """
    frame = _frame(trace, node)
    if layer_type(frame.type).capability != "neurons":
        raise ExplanationError(
            f"{node} is no dense layer: its weights serve several places, so no single chain leads back."
        )
    place = Place(node, "grad_weight", index, name=name)
    value_at(frame, place)
    activation = _activation_after(trace, node)
    usual = subscript("b" if name == "bias" else "w", *(position + 1 for position in index))
    weight = names(Place(node, "weight", index, name=name)) or usual
    terms = [
        Term(_links(trace, frame, activation, (example, index[0]), name, index, weight, names))
        for example in range(len(frame.output))
    ]
    return compose(
        frame,
        place,
        title=f"{node} · unit {index[0] + 1} · " + ("bias" if name == "bias" else f"weight from input {index[1] + 1}"),
        symbol=names(place) or blame(weight),
        formula=sum_of_symbols(terms[:1]) if len(terms) == 1 else rf"\sum_{{n}} {sum_of_symbols(terms[:1])}",
        terms=terms,
        words=_chain_in_words(terms),
    )


def explain_grad_output(trace: Trace, node: str, index: Index, names: Namer = unnamed) -> Explanation:
    """∂E/∂y of one number of a layer's output: the sum of what each wire that leaves the layer brings back.

    Raises:
        ExplanationError: the layer was not recorded, or the pass went forward only.
    """
    frame = _frame(trace, node)
    place = Place(node, "grad_output", index)
    value_at(frame, place)
    output = names(Place(node, "output", index)) or _symbol(frame, index)
    terms: list[Term] = []
    for edge in trace.graph.outgoing(node):
        after = trace.frames.get(edge.target)
        if after is not None:
            arriving = Place(edge.target, "grad_input", index, edge.target_port)
            symbol = rf"\left.{blame(output)}\right|_{{{_upright(edge.target)}}}"
            terms.append(Term((read(after, arriving, symbol, names),)))
    if len(terms) == 1:
        words = "Only one wire leaves here, so its blame is the whole blame."
    elif terms:
        words = (
            f"{times(len(terms), 'wire')} leave here. The number acts on the error along each, so the blames add up."
        )
    else:
        words = "Here the way back begins: the error's blame for itself is 1."
        terms = [Term((Factor("1", 1.0),))]
    return compose(
        frame,
        place,
        title=f"Blame after {node}",
        symbol=names(place) or blame(output),
        formula=sum_of_symbols(terms),
        terms=terms,
        words=words,
    )


def _links(
    trace: Trace,
    frame: Frame,
    activation: Frame | None,
    at: Index,
    name: str,
    index: Index,
    weight: str,
    names: Namer,
) -> tuple[Factor, ...]:
    """The factors of one example's chain, the error's end first."""
    net = names(Place(frame.node, "output", at)) or indexed("net", frame.output, at)
    to_weight = partial(net, weight)
    if name == "bias":
        last = Factor(to_weight, 1.0)
    else:
        came_in = input_factor(frame, 0, (at[0], index[1]), names)
        last = replace(came_in, symbol=to_weight)
    if activation is None:
        return _blame_of(trace, frame, at, net, names), last
    out = names(Place(activation.node, "output", at)) or indexed("out", activation.output, at)
    middle = replace(slope_factor(activation, at, _with_net(names, activation, at, net, out)), symbol=partial(out, net))
    return _blame_of(trace, activation, at, out, names), middle, last


def _blame_of(trace: Trace, frame: Frame, at: Index, symbol: str, names: Namer) -> Factor:
    """∂E/∂out, with how it came back through the one layer after, or as the sum over the wires."""
    factor = upstream(frame, at, names)
    wires = [edge for edge in trace.graph.outgoing(frame.node) if edge.target in trace.frames]

    def explain() -> Explanation:
        if len(wires) == 1:
            return explain_grad_input(trace.frames[wires[0].target], wires[0].target_port, at, names)
        return explain_grad_output(trace, frame.node, at, names)

    return replace(factor, symbol=blame(symbol), because=explain)


def _with_net(names: Namer, activation: Frame, at: Index, net: str, out: str) -> Namer:
    """The microscope's names, with net for what enters the activation and out for what leaves it."""
    own = {Place(activation.node, "input", at): net, Place(activation.node, "output", at): out}
    return lambda place: own.get(place, "") or names(place)


def _activation_after(trace: Trace, node: str) -> Frame | None:
    """The activation that alone follows the layer, if one does."""
    wires = trace.graph.outgoing(node)
    if len(wires) != 1 or wires[0].target not in trace.frames:
        return None
    after = trace.frames[wires[0].target]
    return after if layer_type(after.type).capability == "curve" else None


def _frame(trace: Trace, node: str) -> Frame:
    if node not in trace.frames:
        raise ExplanationError(f"{node} took no part in this pass.")
    return trace.frames[node]


def _symbol(frame: Frame, index: Index) -> str:
    return indexed("y", frame.output, index) if index else "E"


def _upright(node_id: str) -> str:
    return rf"\mathrm{{{node_id.replace('_', ' ')}}}"


def _chain_in_words(terms: list[Term]) -> str:
    if len(terms) > 1:
        return f"For each of the {len(terms)} examples the links of the chain are multiplied; the products add up."
    links = [factor.value for factor in terms[0].factors]
    steps = ["the error", "the neuron's output", "the neuron's sum", "the weight"]
    if len(links) == 2:
        del steps[1]
    return (
        f"{len(links)} links join {steps[-1]} and the error: it moves {', that moves '.join(reversed(steps[:-1]))}. "
        f"Multiplied: {' · '.join(plain(link, 6) for link in links)}."
    )
