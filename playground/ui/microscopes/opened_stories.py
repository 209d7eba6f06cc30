"""What the panel beside an opened layer tells: what a gate does forward, and what it does to a gradient. No Qt."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.ui.microscopes.circuit_stories import factor
from playground.ui.microscopes.number_text import written
from playground.ui.microscopes.opened_values import OpenedValues, symbol_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.update_story import step_story

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.opened import Gate
    from playground.ui.microscopes.base import Explain

Origin = Callable[["Place"], "Explanation"]

PATTERNS = {
    "add": ("Distributor", "An add gate hands all of what arrives to every input alike: its slope is 1 for each."),
    "multiply": ("Switcher", "A multiply gate swaps its inputs: each gets what arrives, times the value of the other."),
    "maximum": ("Router", "A max gate sends all of what arrives to the input that was largest, and nothing elsewhere."),
    "minimum": ("Router", "A min gate sends all of what arrives to the input that was smallest, nothing elsewhere."),
    "shift": ("Passed on", "Adding a fixed number has the slope 1: what arrives passes unchanged."),
    "pass": ("Passed on", "The number passes unchanged, and so does what comes back."),
    "scale": ("Stretched", "What arrives is multiplied by the same fixed number."),
    "negate": ("Turned round", "What arrives is handed back with the other sign."),
    "exp": ("Local slope", "The slope of e to the power of x is the result itself."),
    "log": ("Local slope", "The slope of ln x is 1/x: small numbers get large gradients."),
    "reciprocal": ("Local slope", "The slope of 1/x is −1/x²: minus the square of the result."),
    "square": ("Local slope", "The slope of x² is 2x."),
    "root": ("Local slope", "The slope of √x is 1 / (2√x)."),
    "power": ("Local slope", "The slope of |x|ᵖ is p |x|ᵖ⁻¹, with the sign of x."),
    "normal": ("Local slope", "The slope of Φ is the height of the bell curve at x."),
    "sine": ("Local slope", "The slope of the sine is the cosine."),
    "sigmoid": ("Local slope", "The slope of the sigmoid is y (1 − y): at most ¼, and nearly 0 at both ends."),
    "tanh": ("Local slope", "The slope of tanh is 1 − y²: 1 in the middle, nearly 0 at both ends."),
    "step": ("Stand-in", "A step is flat, so its own slope is 0. Backwards something else stands in for it."),
    "more": ("Taken together", "The other uses of this number. What all of them hand back comes in here as one."),
}
"""What each gate does to a gradient: a name, and a sentence."""
MOST_WRITTEN = 4
"""Of a gate's inputs, in a formula."""
_CHAIN = r"\sum \mathrm{slope} \cdot \mathrm{what\ arrives}"
LEGEND = "add: distributor · multiply: switcher · max: router"


def story_of(values: OpenedValues, key: str, origin: Origin) -> list[Block]:
    """What is told about a gate, or about a number from outside."""
    gate = values.opened.by_key[key]
    return _leaf(values, gate, origin) if gate.kind == "leaf" else _gate(values, gate, origin)


def name_of(values: OpenedValues, key: str) -> str:
    """What a number is called: its name, a product of names, or "the exp gate"."""
    gate = values.opened.by_key[key]
    names = [values.opened.by_key[source].name for source in gate.inputs]
    if not gate.name and gate.kind == "multiply" and all(names):
        return " × ".join(names)
    return gate.name or f"the {symbol_of(gate)} gate"


def asking_value(values: OpenedValues, key: str, origin: Origin) -> Explain | None:
    """What works the origin of a value out: that of the recording where it stands there, else the gate's rule."""
    from playground.engine.opened import explain_value

    gate = values.opened.by_key[key]
    if gate.place is not None:
        place = gate.place
        return lambda: origin(place)
    if gate.kind == "leaf" and gate.because is None:
        return None

    def explain() -> Explanation:
        found = explain_value(values.opened, key)
        assert found is not None
        return found

    return explain


def asking_below(values: OpenedValues, key: str, origin: Origin) -> Explain:
    """What works the origin of the number below a wire out: its gradient, or of a moved weight what it has become."""
    place = values.updated_place(key)
    return asking_gradient(values, key) if place is None else lambda: origin(place)


def asking_gradient(values: OpenedValues, key: str) -> Explain:
    """What works the origin of a gradient out: the chain rule, gate by gate."""
    from playground.engine.opened import explain_gradient

    return lambda: explain_gradient(values.opened, key, values.of)


def asking_share(values: OpenedValues, key: str, port: int) -> Explain:
    """What works the origin of what one gate hands back to one of its inputs out."""
    from playground.engine.opened import explain_share

    return lambda: explain_share(values.opened, key, port, values.of)


def grown(values: OpenedValues) -> str:
    """What the gradients say the growth of: E, or the result."""
    if values.of == "error":
        return "E"
    return values.opened.result.name or "the result"


def _gate(values: OpenedValues, gate: Gate, origin: Origin) -> list[Block]:
    from playground.engine.opened import explain_value

    opened, title = values.opened, name_of(values, gate.key)
    found = explain_value(opened, gate.key)
    assert found is not None
    inputs = [
        Line(name_of(values, source), "", written(value), "link", asking_value(values, source, origin))
        for source in dict.fromkeys(gate.inputs)
        for value in (opened.by_key[source].value,)
    ]
    arriving = opened.gradients(values.of)[gate.key]
    upstream = Line(f"∂{grown(values)}/∂{title}", "", written(arriving), "link", asking_gradient(values, gate.key))
    heading, pattern = PATTERNS[gate.kind]
    return [
        Heading(f"Forward: {title}"),
        FormulaBox(found.symbols if len(gate.inputs) <= MOST_WRITTEN else _many(found, gate), 17),
        Lines(tuple(inputs[:12])),
        Result(f"{title} = <b>{written(gate.value)}</b>", asking_value(values, gate.key, origin)),
        Heading("Backward: what arrives"),
        Lines((upstream,)),
        Heading("Local slope × what arrives = handed back"),
        Lines(tuple(_handed(values, gate, port, arriving) for port in range(min(12, len(gate.inputs))))),
        Heading(heading),
        Prose(pattern),
        Prose(LEGEND, quiet=True),
    ]


def _many(found: Explanation, gate: Gate) -> str:
    """A gate with many inputs in symbols."""
    sign = {"add": r"\sum", "multiply": r"\prod", "maximum": r"\max", "minimum": r"\min"}[gate.kind]
    return rf"{found.symbol} = {sign} \; \mathrm{{of\ }} {len(gate.inputs)} \; \mathrm{{numbers}}"


def _handed(values: OpenedValues, gate: Gate, port: int, arriving: float, *, by: bool = False) -> Line:
    """Local slope × what arrives, to an input; or `by` a gate, where the input is what is told about."""
    source, slope = gate.inputs[port], gate.slopes[port]
    handed = values.opened.handed(gate.key, port, values.of)
    body = f"{written(slope)} · {factor(arriving)}"
    label = f"by {name_of(values, gate.key)}" if by else f"to {name_of(values, source)}"
    return Line(label, body, written(handed), "link", asking_share(values, gate.key, port))


def _leaf(values: OpenedValues, gate: Gate, origin: Origin) -> list[Block]:
    from playground.engine.opened import explain_gradient

    found = explain_gradient(values.opened, gate.key, values.of)
    value = Line(gate.name, "", written(gate.value), "link", asking_value(values, gate.key, origin))
    moved = (
        f"For each 1 that {gate.name} grew, {grown(values)} would {'grow' if found.value >= 0 else 'shrink'} by "
        f"{written(abs(found.value))}."
    )
    if found.value == 0:
        moved = f"{grown(values)} does not depend on it here: moving it a little changes nothing."
    told = found.words if len(values.opened.users[gate.key]) > 1 else ""
    return [
        Heading(f"A number from outside: {gate.name}"),
        Prose(_said(values, gate)),
        Lines((value,)),
        Heading("Its gradient: local slope × what arrives"),
        FormulaBox(found.symbols if len(found.terms) <= 2 else rf"{found.symbol} = {_CHAIN}", 17),
        Lines(
            tuple(
                _handed(values, values.opened.by_key[user], port, values.opened.gradients(values.of)[user], by=True)
                for user, port in values.opened.users[gate.key][:12]
            )
        ),
        Result(f"∂{grown(values)}/∂{gate.name} = <b>{written(found.value)}</b>", lambda: found),
        Prose(f"{moved} {told}".strip()),
        *_step(values, gate, origin),
        Prose(LEGEND, quiet=True),
    ]


def _step(values: OpenedValues, gate: Gate, origin: Origin) -> list[Block]:
    """What the update makes of a weight that comes in; nothing before the update, or of other numbers."""
    from playground.engine.arithmetic import ExplanationError

    place = values.updated_place(gate.key)
    if place is None:
        return []
    heading = Heading("What happens to it")

    def names(asked: Place) -> str:
        return gate.latex if asked == gate.place else ""

    try:
        return [heading, *step_story(values.scene, place.name, place.index, place.node, names, origin)]
    except ExplanationError as error:
        return [heading, Prose(str(error))]


def _said(values: OpenedValues, gate: Gate) -> str:
    """What a number from outside is."""
    place = gate.place
    if place is None:
        if gate.because is not None:
            return "It was worked out before; click it to see how."
        return "It stands in the formula itself, or is the sum of what is not drawn."
    match place.kind:
        case "weight":
            return "It is learnt: every round of training moves it a little."
        case "input":
            title = values.scene.title(values.scene.trace.graph.sources(place.node)[place.port])
            return f"It comes in from {title}."
        case "target":
            return "It is what should have come out: the data say so."
        case "mask":
            return "It was drawn at random for this step."
        case "buffer":
            return "It is a running average over the batches seen so far."
        case _:
            return "It was recorded in this step."
