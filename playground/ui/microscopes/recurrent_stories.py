"""What the panel beside a recurrent layer tells: the gates of a cell, and the gradient through time. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.number_text import written
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.recurrent_model import Unrolled, fading
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place
    from playground.engine.arithmetic.recurrent import At
    from playground.ui.microscopes.base import Explain, Scene

_FORWARD = {
    "rnn": (("sa", "sum of what is read and remembered"),),
    "lstm": (
        ("f", "forget: how much of the old notes is kept"),
        ("i", "input: how much of the new is written down"),
        ("g", "candidate: the new that could be written down"),
        ("c", "notes: f · c before + i · g"),
        ("o", "output: how much of the notes is shown"),
    ),
    "gru": (
        ("r", "reset: how much of the old is looked at"),
        ("z", "update: how much of the old stays"),
        ("n", "candidate: what could be remembered instead"),
    ),
}
_RULES = {
    "rnn": r"h = \tanh\left(W x + b + U h_{\mathrm{before}} + c\right)",
    "lstm": r"c = f \cdot c_{\mathrm{before}} + i \cdot g \qquad h = o \cdot \tanh c",
    "gru": r"h = (1 - z) \cdot n + z \cdot h_{\mathrm{before}}",
}
_BACK = {
    "rnn": (
        "Going back one place multiplies the gradient by the slope of tanh, at most 1, and by the weights U. Again and "
        "again the same: so it fades or explodes."
    ),
    "lstm": "The notes carry the gradient back: one place earlier it is only multiplied by the forget gate f.",
    "gru": "What stays carries the gradient back: one place earlier it is multiplied by the update gate z.",
}


def explain(factor: Factor) -> Explain | None:
    """Where a number of the cell comes from; None for what it begins with."""
    return factor.because


def forward_story(unrolled: Unrolled, at: At) -> list[Block]:
    """How the unit comes to remember what it does."""
    h, before = unrolled.factor("h", at), unrolled.factor("H", at)
    terms, words = unrolled.memory.state_terms(at)
    del terms
    lines = [_line(letter, unrolled.factor(letter, at)) for letter, _ in _FORWARD[unrolled.kind]]
    meanings = "<br>".join(meaning for _, meaning in _FORWARD[unrolled.kind])
    return [
        Prose(f"What does {unrolled.memory.title(at)} remember after reading here? {words}"),
        FormulaBox(_RULES[unrolled.kind], 16),
        Lines((_line("h before", before), *lines)),
        Result(f"h = <b>{written(h.value)}</b>"),
        Prose(meanings, quiet=True),
    ]


def _line(label: str, factor: Factor) -> Line:
    label = "sum" if label == "sa" else label
    return Line(label, "", written(factor.value), "link", explain(factor))


def backward_story(unrolled: Unrolled, at: At, scene: Scene, place: Place) -> list[Block]:
    """The blame of the unit here, where it comes from, and where it goes; the gradient of one weight over time."""
    run = unrolled.memory.run(at)
    blame = unrolled.blame("h", at)
    assert blame is not None
    later = run.following(at.place)
    blocks: list[Block] = [
        Heading("The gradient through time"),
        Prose(fading(unrolled.sizes(at.layer, at.way), run.steps)),
        Prose(_BACK[unrolled.kind], quiet=True),
        Heading(f"Blame of unit {at.unit + 1} at place {at.place}"),
        Lines(_blames(unrolled, at, blame)),
        Prose(
            "This is the place read last: blame comes only from what stands behind the layer."
            if later is None
            else f"It comes from behind the layer, and from place {later}, which was read next and looked back at it."
        ),
    ]
    return [*blocks, *_weight_story(unrolled, at, scene, place)]


def _blames(unrolled: Unrolled, at: At, blame: Factor) -> tuple[Line, ...]:
    lines = [Line("∂E/∂h", "", written(blame.value), "highlight_text", explain(blame))]
    notes = unrolled.blame("c", at) if unrolled.kind == "lstm" else None
    if notes is not None:
        lines.append(Line("∂E/∂c", "", written(notes.value), "link", explain(notes)))
    for name in unrolled.memory.gate_names:
        delta = unrolled.blame(f"s{name}", at)
        assert delta is not None
        label = "∂E/∂sum" if name == "a" else f"∂E/∂sum of {name}"
        lines.append(Line(label, "", written(delta.value), "link", explain(delta)))
    return tuple(lines)


def _weight_story(unrolled: Unrolled, at: At, scene: Scene, place: Place) -> list[Block]:
    """∂E/∂u as a sum over time: what each place adds."""
    parts = unrolled.parts_over_time(place, at.layer, at.way)
    total = float(unrolled.frame.grad_weights[place.name][place.index])
    strongest = sorted(np.argsort(-np.abs(parts))[:5].tolist())
    run = unrolled.memory.run(at)
    gate, _ = divmod(place.index[0], run.units)
    name = unrolled.memory.gate_names[gate]
    which = "" if name == "a" else f" for gate {name}"
    lines = [Line(f"place {t}", "", written(float(parts[t])), "text") for t in strongest]
    rest = float(parts.sum() - sum(parts[t] for t in strongest))
    if len(parts) > len(strongest):
        lines.append(Line(f"{len(parts) - len(strongest)} others", "", written(rest), "muted"))

    def origin() -> Explanation:
        return origin_of(scene.trace, place)

    return [
        Heading("A weight serves at every place"),
        Prose(
            f"The weight from unit {place.index[1] + 1} to unit {at.unit + 1}{which} is the same at all places, so its "
            "gradient is a sum over time: what was remembered before, times the blame of the sum there."
        ),
        FormulaBox(r"\frac{\partial E}{\partial u} = \sum_{t} h_{t-1} \cdot \frac{\partial E}{\partial s_{t}}", 16),
        Lines(tuple(lines)),
        Lines((Line("∂E/∂u", "", written(total), "highlight_text", origin),)),
    ]
