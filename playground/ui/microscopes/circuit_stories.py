"""What the panel beside a graph of gates tells: what a gate computes, and what it hands back. No Qt widgets."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import TYPE_CHECKING

from playground.ui.microscopes.chain_stories import AFTER
from playground.ui.microscopes.circuit_values import AT, CircuitValues
from playground.ui.microscopes.number_text import sum_text, term_text, written
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.update_story import step_story

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place, Term
    from playground.ui.microscopes.base import Explain

PATTERNS = {
    "add": ("Distributor", "An add gate hands all of what arrives to every input alike: its slope is 1 for each."),
    "shift": ("Passed on", "Adding a fixed number has the slope 1: what arrives passes unchanged."),
    "multiply": ("Switcher", "A multiply gate swaps its inputs: each gets what arrives, times the value of the other."),
    "maximum": ("Router", "A max gate sends all of what arrives to the input that was largest, and nothing elsewhere."),
}
BECOMES = " · after →, what the update makes of it"
"""Added to the legend in the update."""
_LOCAL = ("Local slope", "A gate knows its own slope only. Times what arrives from behind, that is the chain rule.")


def places(values: CircuitValues, node: str, part: str) -> Place:
    """Where a number beside a wire stands in the recording; a gradient is what the only gate behind handed back."""
    from playground.engine.arithmetic import Place

    users = values.circuit.users[node]
    if part == "value":
        return Place(node, "output", AT)
    if values.updated(node) is not None:
        return Place(node, "updated", (0,), name="weight")
    if len(users) == 1:
        return Place(users[0][0], "grad_input", AT, users[0][1])
    return Place(node, "grad_output", AT)


def asking(values: CircuitValues, place: Place) -> Explain:
    """What works the origin of a number out."""
    return partial(origin_of, values.scene.trace, place, values.names)


def gate_story(values: CircuitValues, node: str) -> list[Block]:
    """Forward: how a gate makes its number of those that come in."""
    circuit, found = values.circuit, asking(values, places(values, node, "value"))()
    title = circuit.title(node)
    lines = [
        Line(circuit.title(source), "", written(values.value(source) or 0.0), "link", asking(values, where))
        for source in dict.fromkeys(circuit.by_node[node].sources)
        for where in (places(values, source, "value"),)
    ]
    return [
        AFTER,
        Prose(f"What comes out of this gate, {title}? {_in_words(found.words)}"),
        FormulaBox(found.symbols, 18),
        Heading("What comes in"),
        Lines(tuple(lines)),
        Result(f"{title} = {worked(found)} = <b>{written(found.value)}</b>", lambda: found),
    ]


def back_story(values: CircuitValues, node: str, port: int) -> list[Block]:
    """Backward: local slope × what arrives = what is handed back, for each input; one of them is in focus."""
    from playground.engine.arithmetic import Place

    circuit, trace = values.circuit, values.scene.trace
    spot, title = circuit.by_node[node], circuit.title(node)
    backs = [asking(values, Place(node, "grad_input", AT, each)) for each in range(len(spot.sources))]
    focus = backs[port]()
    arriving = float(trace.frames[node].grad_output[AT])  # type: ignore[index]
    heading, pattern = PATTERNS.get(trace.frames[node].type, _LOCAL)
    lines = [
        Line(
            f"{'▸ ' if each == port and len(backs) > 1 else ''}to {circuit.title(source)}",
            f"{written(local_slope(found, arriving))} · {factor(arriving)}",
            written(found.value),
            "highlight_text" if each == port and len(backs) > 1 else "link",
            backs[each],
        )
        for each, (source, found) in enumerate(zip(spot.sources, (back() for back in backs), strict=True))
    ]
    upstream = Line(f"∂E/∂{title}", "", written(arriving), "link", asking(values, places(values, node, "gradient")))
    local = written(local_slope(focus, arriving))
    return [
        AFTER,
        Prose(_arrives(values, node, title)),
        Lines((upstream,)),
        Heading("Local slope × what arrives = handed back"),
        FormulaBox(focus.symbols, 18),
        Lines(tuple(lines)),
        Result(
            f"to {circuit.title(spot.sources[port])}: {local} · {factor(arriving)} = <b>{written(focus.value)}</b>",
            lambda: focus,
        ),
        Heading(heading),
        Prose(f"{pattern} {focus.words}" if pattern is _LOCAL[1] else pattern),
        Prose("add: distributor · multiply: switcher · max: router", quiet=True),
    ]


def _arrives(values: CircuitValues, node: str, title: str) -> str:
    """Where the blame of a gate's output came from."""
    users = values.circuit.users[node]
    if node == values.circuit.result:
        return f"{title} is the result E itself. If it grew by a little, so would E: the way back begins with 1."
    if len(users) == 1:
        return f"This much would E change for each 1 that {title} grew: it was handed back by {_list(values, node)}."
    shares = " + ".join(written(share) for user, port in users if (share := values.handed(user, port)) is not None)
    return f"{title} goes to {len(users)} places, {_list(values, node)}. What they hand back adds up: {shares}."


def _list(values: CircuitValues, node: str) -> str:
    names = list(dict.fromkeys(values.circuit.title(user) for user, _ in values.circuit.users[node]))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def leaf_story(values: CircuitValues, node: str) -> list[Block]:
    """A number from outside: what it is, and once it is known what it is to blame for."""
    circuit, trace = values.circuit, values.scene.trace
    title, number, kind = circuit.title(node), values.value(node) or 0.0, trace.frames[node].type
    said = {
        "parameter": f"{title} is learnt: every round of training moves it a little.",
        "constant": f"{title} stands in the formula itself, and never changes.",
    }.get(kind, f"{title} is given: it comes in with the example.")
    blame = values.gradient(node)
    if blame is None:
        return [AFTER, Prose(said), Result(f"{title} = <b>{written(number)}</b>")]
    found = asking(values, places(values, node, "gradient"))()
    moved = f"For each 1 that {title} grew, E would {'grow' if blame >= 0 else 'shrink'} by {written(abs(blame))}."
    if blame == 0:
        moved = f"E does not depend on {title} here: moving it a little changes nothing."
    return [
        AFTER,
        Prose(_arrives(values, node, title)),
        FormulaBox(found.symbols, 18),
        Result(f"∂E/∂{title} = {worked(found)} = <b>{written(blame)}</b>", lambda: found),
        Prose(f"{moved} {said}"),
    ]


def input_story(values: CircuitValues) -> list[Block]:
    """The example that comes in, as so many numbers."""
    shown = [spot for spot in values.circuit.spots if values.scene.trace.frames[spot.node].type == "slice"]
    came_in = values.scene.trace.frames[values.circuit.input].output[AT[0]]
    starts = [values.scene.trace.frames[spot.node].params["start"] for spot in shown]
    lines = [
        Line(spot.name, "", written(float(came_in[start])), "link")
        for spot, start in zip(shown, starts, strict=True)
        if isinstance(start, int)
    ]
    text = "The example comes in: these numbers are given. Each goes to the gates that its name stands for."
    return [AFTER, Prose(text), Lines(tuple(lines))]


def loss_story(values: CircuitValues) -> list[Block]:
    """The result is what is made small."""
    title = values.circuit.title(values.circuit.result)
    number = written(values.value(values.circuit.result) or 0.0)
    if values.scene.phase == "forward":
        text = f"There is no target here: the number to be made small, E, is the result {title} itself."
        return [AFTER, Prose(text), Result(f"E = {title} = <b>{number}</b>")]
    text = (
        f"Now the way back. How much does E grow when {title} grows by a little? E is {title}, so by just as much: "
        "the first gradient is 1. Every gate multiplies it by its own slope and hands it on."
    )
    return [AFTER, Prose(text), Result(f"∂E/∂{title} = <b>1</b>")]


def update_story(values: CircuitValues, node: str) -> list[Block]:
    """How a learnt number is moved."""
    if node not in values.learnt:
        text = "None of these numbers is learnt, so the update moves nothing: all of them are given."
        return [AFTER, Prose(text)]
    from playground.engine.arithmetic import ExplanationError

    heading = Heading("What happens to it")
    try:
        return [heading, *step_story(values.scene, "weight", (0,), node, values.names)]
    except ExplanationError as error:
        return [heading, Prose(str(error))]


# ---- in writing


def _in_words(text: str) -> str:
    """Words that speak of places in an array, for a gate that has a single number."""
    text = text.replace("The numbers at this place of ", "")
    return text[:1].upper() + text[1:]


def worked(found: Explanation) -> str:
    """The numbers put in: "−2 + 5", "max(2, −1)", "1 / 1.367879"."""
    if found.combine == "max":
        return f"max({', '.join(term_text(term) for term in found.terms)})"
    if len(found.terms) == 1 and found.offset is None and found.scale is None:
        return _one(found.terms[0])
    return sum_text(found)


def _one(term: Term) -> str:
    first = written(term.factors[0].value)
    text = {
        "reciprocal": f"1 / {factor(term.factors[0].value)}",
        "log": f"ln {factor(term.factors[0].value)}",
        "square": f"{factor(term.factors[0].value)}²",
        "exp": f"e^{factor(term.factors[0].value)}",
        "": " · ".join([first, *(factor(each.value) for each in term.factors[1:])]),
    }.get(term.function, term_text(term))
    return f"−({text})" if term.negative and text.startswith("−") else f"−{text}" if term.negative else text


def factor(value: float) -> str:
    """A number inside a product: a negative one in brackets."""
    return f"({written(value)})" if value < 0 else written(value)


def local_slope(found: Explanation, arriving: float) -> float:
    """∂y/∂x of a gate: all factors of what it hands back but what arrives."""
    if len(found.terms) != 1 or found.terms[0].function:
        return found.value / arriving if arriving else 0.0
    term = found.terms[0]
    local = prod(each.value for each in term.factors if each.place is None or each.place.kind != "grad_output")
    if all(each.place is None or each.place.kind != "grad_output" for each in term.factors):
        return 0.0  # nothing of what arrives comes through
    return (-local if term.negative else local) * (1.0 if found.scale is None else found.scale.value)
