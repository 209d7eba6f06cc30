"""What the panel beside a small network tells about a neuron, a weight or the error, at each station. No Qt widgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.chain_values import ChainValues, six, weight_text
from playground.ui.microscopes.number_text import MOST, sum_text, term_text, written
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.update_story import step_story
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place
    from playground.engine.trace import Frame
    from playground.ui.microscopes.base import Explain

AFTER = Heading("What are we after?")
PATTERNS = (
    Heading("Patterns on the way back"),
    Prose("add: hands the gradient on · multiply: swaps the inputs · max: routes it to the winner", quiet=True),
)


def indexed_html(word: str, name: str) -> str:
    """net with a small o1 below: <i>net</i><sub>o1</sub>."""
    return f"<i>{word}</i><sub>{name}</sub>"


def asking(values: ChainValues, place: Place) -> Explain:
    """What works the origin of a number out, in the names of the network."""
    return partial(origin_of, values.scene.trace, place, values.chain.names)


def sum_story(values: ChainValues, column: int, unit: int) -> list[Block]:
    """How a neuron adds up what comes in."""
    from playground.engine.arithmetic import explain_output

    chain = values.chain
    held = chain.columns[column]
    name = held.names[unit]
    found = explain_output(values.scene.trace.frames[held.dense], (SHOWN, unit), chain.names)
    targets = [target for target in chain.weights_of(column) if target.kind == "weight" and target.unit == unit]
    ranked = sorted(zip(targets, found.terms, strict=True), key=lambda pair: -abs(pair[1].value))
    kept = ranked if len(ranked) <= MOST else ranked[:MOST]
    lines = [
        Line(
            f"{chain.name(target)} · {chain.columns[column - 1].names[target.source]}",
            term_text(term),
            written(term.value),
            "link",
            _came_from(values, target),
        )
        for target, term in sorted(kept, key=lambda pair: pair[0].source)
    ]
    if len(ranked) > MOST:
        rest = sum(term.value for _, term in ranked[MOST:])
        lines.append(Line(f"{len(ranked) - MOST} others", "", written(rest), "muted"))
    if found.offset is not None:
        bias = Target("bias", column, unit)
        origin = asking(values, chain.place(bias))
        lines.append(Line(chain.name(bias), "", written(found.offset.value), "link", origin))
    word = "net" if held.activation else "out"
    return [
        AFTER,
        Prose(f"{name} adds up all that comes in, each number times the weight of its wire, and its bias."),
        FormulaBox(found.symbols, 18),
        Lines(tuple(lines)),
        Result(f"{indexed_html(word, name)} = <b>{six(found.value)}</b>", _of(values, found)),
    ]


def _came_from(values: ChainValues, target: Target) -> Explain | None:
    """How the number that comes in through a weight can be asked."""
    place = values.neuron_place(target.column - 1, target.source)
    return None if place is None else asking(values, place)


def _of(values: ChainValues, found: Explanation) -> Explain | None:
    """How the number that a story leads to can be asked itself."""
    return None if found.place is None else asking(values, found.place)


def activation_story(values: ChainValues, column: int, unit: int, curve: Block) -> list[Block]:
    """What the activation makes of the sum, then where the sum came from."""
    from playground.engine.arithmetic import explain_output

    chain = values.chain
    held = chain.columns[column]
    name, title = held.names[unit], values.scene.title(held.activation)
    found = explain_output(values.scene.trace.frames[held.activation], (SHOWN, unit), chain.names)
    before = sum_story(values, column, unit)
    return [
        AFTER,
        Prose(f"{name} passes its sum {indexed_html('net', name)} through {title}. {found.words}"),
        FormulaBox(found.symbols, 18),
        curve,
        Result(f"{indexed_html('out', name)} = {sum_text(found)} = <b>{six(found.value)}</b>", _of(values, found)),
        Heading("Where the sum came from"),
        *before[3:],
    ]


def input_story(values: ChainValues, unit: int) -> list[Block]:
    """A number of the example."""
    name = values.chain.columns[0].names[unit]
    found = values.neuron(0, unit)
    assert found is not None
    text = f"{name} is given: it is number {unit + 1} of the example that goes through the network."
    return [AFTER, Prose(text), Result(f"{name} = <b>{weight_text(found[0])}</b>")]


def weight_forward_story(values: ChainValues, target: Target) -> list[Block]:
    """What a weight does in the forward pass."""
    chain = values.chain
    name, weight = chain.name(target), values.weight(target)
    to = chain.columns[target.column].names[target.unit]
    if target.kind == "bias":
        text = f"{name} is added to the sum of {to}, whatever comes in. It shifts the neuron’s answer up or down."
        return [AFTER, Prose(text), Result(f"{name} = <b>{weight_text(weight)}</b>")]
    source = chain.columns[target.column - 1].names[target.source]
    text = f"{name} says how much {source} counts for {to}. {_count_text(weight)}"
    blocks: list[Block] = [AFTER, Prose(text)]
    came_in = values.neuron(target.column - 1, target.source)
    if came_in is not None:
        product = Line(
            f"{name} · {source}", f"{written(weight)} · {written(came_in[0])}", written(weight * came_in[0]), "link"
        )
        blocks.append(Lines((product,)))
    return [*blocks, Result(f"{name} = <b>{weight_text(weight)}</b>")]


def _count_text(weight: float) -> str:
    if weight == 0:
        return "It is zero: nothing comes through."
    return (
        "It is positive: the one pushes the other up."
        if weight > 0
        else "It is negative: the one pulls the other down."
    )


def loss_story(values: ChainValues) -> list[Block]:
    """The error of all outputs together."""
    from playground.engine.arithmetic import explain_output

    scene = values.scene
    frame = scene.trace.frames[values.chain.loss]
    found = explain_output(frame, (), values.chain.names)
    names = values.chain.columns[-1].names
    lines: tuple[Line, ...] = ()
    if frame.type == "squared_error":
        share = found.scale.value if found.scale is not None else 1.0
        del share
        ranked = list(zip(names, found.terms, strict=False))[:MOST]
        lines = tuple(Line(name, term_text(term), six(term.value), "loss") for name, term in ranked)
    blocks: list[Block] = [
        AFTER,
        Prose(f"How far off is the network? One number for all outputs together. {found.words}"),
        FormulaBox(found.symbols, 18),
    ]
    if lines:
        blocks.append(Lines(lines))
    body = f"{sum_text(found)} = " if frame.type != "squared_error" else ""
    return [*blocks, Result(f"E = {body}<b>{short(found.value, 9)}</b>", _of(values, found))]


def blame_of_output_story(values: ChainValues, unit: int) -> list[Block]:
    """Where the way back begins: the blame of an output."""
    from playground.engine.arithmetic import explain_grad_input

    frame = values.scene.trace.frames[values.chain.loss]
    found = explain_grad_input(frame, 0, (SHOWN, unit), values.chain.names)
    name = values.chain.columns[-1].names[unit]
    return [
        AFTER,
        Prose(f"If {name} gave a little more, how much would the error change? {found.words}"),
        FormulaBox(found.symbols),
        Result(f"{sum_text(found)} = <b>{six(found.value)}</b>", _of(values, found)),
        *PATTERNS,
    ]


def blame_of_sum_story(values: ChainValues, column: int, unit: int, curve: Block) -> list[Block]:
    """From a neuron's output back to its sum: times the slope of the activation."""
    from playground.engine.arithmetic import explain_grad_input, explain_grad_output

    chain, trace = values.chain, values.scene.trace
    held = chain.columns[column]
    name = held.names[unit]
    found = explain_grad_input(trace.frames[held.activation], 0, (SHOWN, unit), chain.names)
    slope, arriving = found.terms[0].factors

    def came() -> Explanation:
        return explain_grad_output(trace, held.activation, (SHOWN, unit), chain.names)

    body = sum_text(slope.because()) if slope.because is not None else ""
    lines = (
        Line(f"∂E/∂out of {name}", "", six(arriving.value), "loss", came),
        Line(
            "slope of the curve",
            body if body != written(slope.value) else "",
            six(slope.value),
            "activation",
            slope.because,
        ),
    )
    return [
        AFTER,
        Prose(f"How much is the sum {indexed_html('net', name)} to blame? {found.words}"),
        FormulaBox(found.symbols),
        Lines(lines),
        Result(f"{six(arriving.value)} · {six(slope.value)} = <b>{six(found.value)}</b>"),
        curve,
        *PATTERNS,
    ]


def weight_back_story(values: ChainValues, target: Target, check: Block) -> list[Block]:
    """The chain rule for one weight, its links with numbers, what happens to it, and the check."""
    from playground.engine.arithmetic import explain_weight_chain

    chain = values.chain
    place = chain.place(target, "grad_weight")
    found = explain_weight_chain(values.scene.trace, place.node, place.name, place.index, chain.names)
    name = chain.name(target)
    factors = found.terms[0].factors
    products = " · ".join(six(factor.value) for factor in factors)
    if len(found.terms) > 1:
        products = f"{products} + …"
    return (
        [
            AFTER,
            Prose(_question(values, target)),
            FormulaBox(found.symbols),
            Lines(tuple(_links(values, target, factors))),
            Result(f"{products} = <b>{six(found.value)}</b>", lambda: found),
            Heading("What happens to it"),
            *update_lines(values, target),
            Heading("Check it yourself"),
            check,
            *PATTERNS,
        ]
        if name
        else []
    )


def _question(values: ChainValues, target: Target) -> str:
    chain = values.chain
    name, held = chain.name(target), chain.columns[target.column]
    neuron = held.names[target.unit]
    start = f"If {name} grew a little, how much would the total error change?"
    net, out = indexed_html("net", neuron), indexed_html("out", neuron)
    if held.activation:
        links = f"Three links join them: {name} moves {net}, that moves {out}, and that moves the error."
        return f"{start} {links} Multiply the three."
    return f"{start} Two links join them: {name} moves {net}, and that moves the error. Multiply the two."


def _links(values: ChainValues, target: Target, factors: Sequence[Factor]) -> list[Line]:
    """The factors of the chain with what they are made of, the error's end first."""
    chain = values.chain
    held, is_last = chain.columns[target.column], target.column == len(chain.columns) - 1
    neuron = held.names[target.unit]
    first, last = factors[0], factors[-1]
    because = first.because() if first.because is not None else None
    after = chain.columns[target.column + 1].names if not is_last else ()
    label = "out − target" if is_last else f"blame of {neuron}" if len(after) > 3 else f"from {', '.join(after)}"
    if is_last and values.scene.trace.frames[chain.loss].type == "cross_entropy":
        label = "p − y"
    body = "" if because is None or len(because.terms) > 3 else sum_text(because)
    lines = [Line(label, body, six(first.value), "loss", first.because)]
    if held.activation:
        slope = factors[1]
        frame = values.scene.trace.frames[held.activation]
        explained = sum_text(slope.because()) if slope.because is not None else ""
        body = "" if explained == written(slope.value) else explained
        lines.append(Line(_slope_label(frame), body, six(slope.value), "activation", slope.because))
    if target.kind == "bias":
        lines.append(Line("always", "", "1", "link"))
    else:
        source = chain.columns[target.column - 1]
        word = f"out of {source.names[target.source]}" if target.column > 1 else source.names[target.source]
        text = six(last.value) if target.column > 1 else weight_text(last.value)
        lines.append(Line(word, "", text, "link", _came_from(values, target)))
    return lines


def _slope_label(frame: Frame) -> str:
    return {"sigmoid": "out (1 − out)", "tanh": "1 − out²"}.get(frame.type, "slope of the curve")


def update_lines(values: ChainValues, target: Target) -> list[Block]:
    """One step against the gradient, in the rule of the optimizer."""
    from playground.engine.arithmetic import ExplanationError, explain_recorded_update

    chain, trace = values.chain, values.scene.trace
    place = chain.place(target)
    frame, name = trace.frames[place.node], chain.name(target)
    try:
        found = explain_recorded_update(frame, trace.rule, place.name, place.index, chain.names)
    except ExplanationError as error:
        return [Prose(str(error), quiet=True)]
    if frame.holds(place.name, place.index):
        return [Prose(found.words, quiet=True)]
    before = weight_text(values.weight(target))
    factors = found.terms[-1].factors
    is_plain = len(found.terms) == len(factors) == 2 and factors[1].because is None
    if trace.rule is not None and trace.rule.optimizer == "sgd" and is_plain:
        gradient = found.terms[1].factors[1].value
        rate = written(trace.rule.at_rate(frame.rate).learning_rate)
        return [
            Lines(
                (
                    Line(f"{name} ← {name} − η · ∂E/∂{name}"),
                    Line(f"   = {before} − {rate} · {_bracketed(six(gradient))}"),
                    Line(f"   = {weight_text(found.value)}", role="success"),
                )
            )
        ]
    return _whole_step(values, target)[1:4]


def _bracketed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def update_story(values: ChainValues, target: Target, freeze: Block, check: Block) -> list[Block]:
    """The update of one weight; `freeze` and `check` are the lines by which it is frozen and checked."""
    chain, rule = values.chain, values.scene.trace.rule
    if rule is not None and not rule.is_plain and not values.is_frozen(target):
        told = _whole_step(values, target)
        return [Heading("What happens to it"), *told[:4], freeze, *told[4:], Heading("Check it yourself"), check]
    name = chain.name(target)
    gradient = values.gradient(target)
    after = values.updated(target)
    assert gradient is not None
    assert after is not None
    way = "stays where it is" if gradient == 0 else f"goes {'down' if gradient > 0 else 'up'}"
    slope = f"∂E/∂{name} is {six(gradient, plus=True)}."
    text = f"{slope} To make the error smaller, {name} {way}: one step against the slope."
    if values.is_frozen(target):
        text = f"{slope} But {name} is frozen: it stays, and the others learn around it."
    return [
        AFTER,
        Prose(text),
        Heading("What happens to it"),
        *update_lines(values, target),
        Result(
            f"{name}: {weight_text(values.weight(target))} → <b>{weight_text(after)}</b>",
            asking(values, chain.place(target, "updated")),
        ),
        freeze,
        Heading("Check it yourself"),
        check,
    ]


def _whole_step(values: ChainValues, target: Target) -> list[Block]:
    """The step of a method that does more than take η times the gradient; the gradient is told link by link."""
    from playground.engine.arithmetic import explain_weight_chain

    chain, trace = values.chain, values.scene.trace
    place = chain.place(target)

    def origin(asked: Place) -> Explanation:
        if asked.kind == "grad_weight":
            return explain_weight_chain(trace, asked.node, asked.name, asked.index, chain.names)
        return origin_of(trace, asked, chain.names)

    return step_story(values.scene, place.name, place.index, place.node, chain.names, origin)


def waiting_story(values: ChainValues, target: Target) -> list[Block]:
    """A neuron that the step has not come to."""
    name = values.chain.name(target)
    return [AFTER, Prose(f"{name} is not computed yet. Step forward: every layer waits for the one before it.")]
