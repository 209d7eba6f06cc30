"""What the update microscope says of an optimizer: its rule in a line, what it remembers, momentum in two ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.ui.microscopes.number_text import sum_text, written
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Remembered
    from playground.engine.arithmetic.update_memory import Kept
    from playground.engine.trace import Frame
    from playground.engine.update_rule import UpdateRule

_DIVIDES = {
    "rmsprop": "divided by the usual size of its gradient of late",
    "adagrad": "divided by the size of all its gradients so far, so that steps only become smaller",
    "adadelta": "times the usual size of its last steps, divided by that of its last gradients",
}


def rule_words(rule: UpdateRule) -> str:
    """How the step comes from the gradient, in a line or two."""
    rate = written(rule.learning_rate)
    if rule.optimizer == "sgd":
        text = f"step = {rate} × gradient"
        if rule.momentum:
            text += f", and {written(rule.momentum)} of the last step again"
        if rule.nesterov:
            text += ", taken where that will have led (Nesterov)"
    elif rule.optimizer in ("adam", "adamw"):
        text = (
            f"{'Adam' if rule.optimizer == 'adam' else 'AdamW'} makes the step from the gradient: each weight moves "
            f"about {rate}, the learning rate, however large or small its gradient is."
        )
    else:
        title = {"rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta"}[rule.optimizer]
        text = f"{title}: step = {rate} × gradient, for each weight {_DIVIDES[rule.optimizer]}."
    return f"{text}{_penalties(rule)}"


def _penalties(rule: UpdateRule) -> str:
    """What else pulls at the weight, on lines of their own."""
    lines: list[str] = []
    if rule.weight_decay:
        shrinks = rule.optimizer == "adamw"
        how = "shrinks the weight directly" if shrinks else "is added to the gradient (L2)"
        lines.append(f"Weight decay: {written(rule.weight_decay)} × the weight {how}.")
    if rule.l1:
        lines.append(f"L1: {written(rule.l1)} with the sign of the weight is added to the gradient.")
    if rule.clip_scale != 1:
        lines.append(f"The whole gradient was too long: only {short(100 * rule.clip_scale, 3)} % of it counts.")
    if rule.clip_grad_value:
        lines.append(f"No weight’s gradient counts for more than {written(rule.clip_grad_value)}.")
    return "".join(f"\n{line}" for line in lines)


def memory_story(frame: Frame, rule: UpdateRule, name: str, index: tuple[int, ...]) -> list[Block]:
    """What the optimizer remembers of the weight: formula, numbers, before and after. Nothing if that is nothing."""
    from playground.engine.arithmetic.update_memory import corrected_averages, explain_memory

    kept = explain_memory(frame, rule, name, index)
    if not kept:
        return []
    blocks: list[Block] = [Heading("What the optimizer remembers")]
    for each in kept:
        blocks += [] if rule.optimizer == "sgd" else [FormulaBox(each.explanation.symbols, 15)]
        blocks.append(Lines(_before_and_after(each)))
    corrected = corrected_averages(frame, rule, name, index)
    if corrected:
        blocks += [
            FormulaBox(r", \quad ".join(each.symbols for each in corrected), 15),
            Lines(tuple(map(_corrected, corrected))),
        ]
    if rule.optimizer == "sgd":
        blocks += _momentum(kept[0].what, rule)
    return blocks


def _before_and_after(kept: Kept) -> tuple[Line, Line]:
    """Two lines: from which number to which, and the numbers that lead there."""
    what, explanation = kept.what, kept.explanation
    numbers = f"{short(what.before, 5)} → {short(what.after, 5)}"
    return (
        Line(what.title, "", numbers, "factor_slope", lambda: explanation),
        Line("", f"= {sum_text(explanation)}"),
    )


def _corrected(explanation: Explanation) -> Line:
    """Adam's m̂ or v̂, as is said in its formula."""
    letter = "m̂" if "{m}" in explanation.symbol else "v̂"
    return Line(letter, sum_text(explanation), short(explanation.value, 5), "factor_slope", lambda: explanation)


def _momentum(velocity: Remembered, rule: UpdateRule) -> list[Block]:
    """torch's v ← μ v + g beside the lectures' V ← μ V − η g: the same with V = −η v."""
    gradient = "g" if not rule.dampening else r"\left(1 - \tau\right) g"
    ahead = r"g + \mu v" if rule.nesterov else "v"
    in_lecture = r"\mu V - \eta g" if rule.nesterov else "V"
    before, after = (-rule.learning_rate * value for value in (velocity.before, velocity.after))
    if rule.dampening and not rule.nesterov:
        lecture = r"V \leftarrow \mu V - \eta \left(1 - \tau\right) g, \quad w \leftarrow w + V"
    else:
        lecture = rf"V \leftarrow \mu V - \eta g, \quad w \leftarrow w + {in_lecture}"
    within = " g is the gradient with everything that is added to it." if _penalties(rule) else ""
    return [
        Heading("Momentum, written in two ways"),
        Prose("PyTorch"),
        FormulaBox(rf"v \leftarrow \mu v + {gradient}, \quad w \leftarrow w - \eta \left({ahead}\right)", 14)
        if rule.nesterov
        else FormulaBox(rf"v \leftarrow \mu v + {gradient}, \quad w \leftarrow w - \eta v", 14),
        Lines((Line("v", "", f"{short(velocity.before, 5)} → {short(velocity.after, 5)}"),)),
        Prose("The lectures"),
        FormulaBox(lecture, 14),
        Lines((Line("V", "", f"{short(before, 5)} → {short(after, 5)}"),)),
        Prose(f"With V = −η v they are the same, as long as the learning rate η stays as it is.{within}"),
    ]


def noun_of(layer: str) -> str:
    """What one unit of a layer of that type is called, where its weights are drawn."""
    if "transpose" in layer:
        return "channel"
    return "filter" if "conv" in layer else "neuron" if layer == "dense" else "channel" if "norm" in layer else "unit"
