"""What the panel beside the update says of one weight: what its gradient is made of, and what moves it. No widgets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.number_text import sum_text, written
from playground.ui.microscopes.origin import no_names, origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.update_words import memory_story
from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Kind, Namer, Place
    from playground.engine.arithmetic.update_steps import Part
    from playground.engine.trace import Frame
    from playground.ui.microscopes.base import Explain

GOOD_RATIO = 0.001
"""A step of about a thousandth of the weights is a good one (cs231n, Neural Networks Part 3)."""


def step_story(
    scene: Scene,
    name: str,
    index: tuple[int, ...],
    node: str = "",
    names: Namer = no_names,
    origin: Callable[[Place], Explanation] | None = None,
) -> list[Block]:
    """Formula, numbers and result of one weight's step, term by term, and what the optimizer remembers of it.

    The weight is one of the layer on screen, or of the layer `node`; `names` is what the microscope calls numbers, and
    `origin` how it tells where they come from, if it has a way of its own.

    Raises:
        ExplanationError: the step cannot be explained.
    """
    from playground.engine.arithmetic import Place, explain_recorded_update
    from playground.engine.arithmetic.update_steps import step_of

    trace, node = scene.trace, node or scene.node
    frame, origin = trace.frames[node], origin or partial(origin_of, trace, names=names)
    found = explain_recorded_update(frame, trace.rule, name, index, names)

    def came(kind: Kind) -> Explain:
        return partial(origin, Place(node, kind, index, name=name))

    blocks: list[Block] = [Prose(found.words), FormulaBox(found.symbols, 17)]
    old = float(frame.weights[name][index])
    was = Line("weight before", "", short(old, 7), "factor_weight", came("weight"))
    result = Result(f"{short(old, 6)} → <b>{short(found.value, 6)}</b>", came("updated"))
    if trace.rule is None or frame.holds(name, index):
        return [*blocks, Lines((was,)), result]
    step = step_of(frame, trace.rule, name, index, names)
    moves = [_line(part, "factor_slope") for part in step.moves]
    blocks += [Lines((was, *moves)), result]
    parts = [_line(part, "factor_slope") for part in step.gradient[1:]]
    label = "from the loss" if parts else "from the loss: g"
    own = Line(label, "", short(step.gradient[0].value, 7), "factor_blame", came("grad_weight"))
    total = [Line("what counts: g", "", short(step.seen, 7), "text")] if parts else []
    blocks += [
        Heading("Its gradient"),
        Lines((own, *parts, *total)),
        *memory_story(frame, trace.rule.at_rate(frame.rate), name, index),
    ]
    return [*blocks, Heading("The learning rate now"), Prose(rate_words(scene, frame), quiet=True)]


def _line(part: Part, role: str) -> Line:
    """A part with the numbers that it is made of, where it is made of several."""
    (term,) = part.explanation.terms
    sign = "+" if part.value >= 0 else ""
    body = sum_text(part.explanation) if len(term.factors) > 1 else ""
    return Line(part.title, body, f"{sign}{short(part.value, 7)}", role, lambda: part.explanation)


def rate_words(scene: Scene, frame: Frame) -> str:
    """The learning rate of a layer's step, and which schedule has brought it there."""
    from playground.train.rate_now import is_scheduled

    rule, training = scene.trace.rule, scene.experiment.training
    assert rule is not None
    times = frame.rate
    text = f"η = {written(rule.at_rate(times).learning_rate)}"
    if times != 1.0:
        text += f" ({written(times)} × {written(rule.learning_rate)}, as set for this layer)"
    if not is_scheduled(training):
        return f"{text}, and it stays so: no schedule is chosen."
    kind = training.schedule.replace("_", " ")
    warm = f", with a warm-up of {count(training.warmup_epochs)} epochs" if training.warmup_epochs else ""
    where = "as far as training has come"
    return f"{text}, {where}: it began with {written(training.learning_rate)} (schedule: {kind}{warm})."


class Sizes:
    """How large the numbers of a whole parameter are, worked out once for as long as the same one is looked at.

    `largest` and the mean `typical` are of the weights, `moved` is the mean of their steps, `slope` of their gradient.
    """

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._name = ""
        self.largest, self.typical, self.moved, self.slope = 1.0, 0.0, 0.0, 0.0

    def of(self, frame: Frame, name: str) -> Sizes:
        """Those of a parameter of a recorded layer."""
        if frame is not self._frame or name != self._name:
            self._frame, self._name = frame, name
            weights = frame.weights[name]
            self.largest = magnitude(weights) or 1.0
            self.typical = float(np.abs(weights).mean())
            self.moved = float(np.abs(frame.updated.get(name, weights) - weights).mean())
            self.slope = float(np.abs(frame.grad_weights[name]).mean())
        return self


def ratio_lines(sizes: Sizes, frame: Frame, name: str, index: tuple[int, ...]) -> list[Line]:
    """How large the steps are beside the weights: of this one and of the whole tensor."""
    from playground.engine.arithmetic.mean_sizes import explain_mean_size, explain_per_cent

    weights, slopes, after = frame.weights[name], frame.grad_weights[name], frame.updated.get(name, frame.weights[name])
    own, change = abs(float(weights[index])), abs(float(after[index] - weights[index]))

    def step() -> Explanation:
        return explain_mean_size(after - weights, r"\Delta w", "step")

    weight = partial(explain_mean_size, weights, "w", "weight")
    slope = partial(explain_mean_size, slopes, "g", "gradient")
    whole = partial(
        explain_per_cent, "The average step in per cent of the average weight", sizes.moved, sizes.typical, step, weight
    )
    alone = partial(explain_per_cent, "The step in per cent of the weight", change, own)
    return [
        Line("weights", "", count(int(weights.size))),
        Line("gradient, on average", "", short(sizes.slope, 3), "text", slope),
        Line("step, on average", "", short(sizes.moved, 3), "text", step),
        _share_line("step over weight", sizes.moved, sizes.typical, whole),
        _share_line("of this weight", change, own, alone),
    ]


def _share_line(label: str, part: float, whole: float, explain: Explain) -> Line:
    return Line(label, "", f"{short(100 * part / whole, 3)} %", "text", explain) if whole else Line(label, "", "—")


def ratio_words(sizes: Sizes) -> str:
    """Whether the steps are large or small beside the weights."""
    if not sizes.typical:
        return "The weights are all 0, so there is nothing to compare the step with."
    ratio = sizes.moved / sizes.typical
    if not ratio:
        return "Nothing moved."
    text = "About 0.1 % is usual: "
    if ratio > 10 * GOOD_RATIO:
        return f"{text}this is a large step, so the learning rate may be too high."
    if ratio < GOOD_RATIO / 10:
        return f"{text}this is a very small step, so learning will be slow."
    return f"{text}this step is of a good size."
