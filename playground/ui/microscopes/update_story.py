"""What the panel beside the update says of one weight: what its gradient is made of, and what moves it. No widgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.number_text import written
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.story import Block, FormulaBox, Heading, Line, Lines, Prose, Result
from playground.ui.microscopes.update_words import memory_story
from playground.ui.widgets.numbers import count, short
from playground.ui.widgets.tensor_image import magnitude

if TYPE_CHECKING:
    from playground.engine.arithmetic.update_steps import Part
    from playground.engine.trace import Frame

GOOD_RATIO = 0.001
"""A step of about a thousandth of the weights is a good one (cs231n, Neural Networks Part 3)."""


def step_story(scene: Scene, name: str, index: tuple[int, ...]) -> list[Block]:
    """Formula, numbers and result of one weight's step, term by term.

    Raises:
        ExplanationError: the step cannot be explained.
    """
    from playground.engine.arithmetic import Place, explain_recorded_update
    from playground.engine.arithmetic.update_steps import step_of

    frame, trace, node = scene.frame, scene.trace, scene.node
    found = explain_recorded_update(frame, trace.rule, name, index)
    before, updated = Place(node, "weight", index, name=name), Place(node, "updated", index, name=name)
    blocks: list[Block] = [Prose(found.words), FormulaBox(found.symbols, 17)]
    old = float(frame.weights[name][index])
    was = Line("weight before", "", short(old, 7), "factor_weight", lambda: origin_of(trace, before))
    result = Result(f"{short(old, 6)} → <b>{short(found.value, 6)}</b>", lambda: origin_of(trace, updated))
    if trace.rule is None or name in frame.frozen:
        return [*blocks, Lines((was,)), result]
    step = step_of(frame, trace.rule, name, index)
    moves = [_line(part, "factor_slope") for part in step.moves]
    blocks += [Lines((was, *moves)), result]
    slope = Place(node, "grad_weight", index, name=name)
    parts = [_line(part, "factor_slope") for part in step.gradient[1:]]
    own = Line("from the loss", "", short(step.gradient[0].value, 7), "factor_blame", lambda: origin_of(trace, slope))
    total = [Line("what counts", "", short(step.seen, 7), "text")] if parts else []
    blocks += [
        Heading("Its gradient"),
        Lines((own, *parts, *total)),
        *memory_story(frame, trace.rule.at_rate(frame.rate), name, index),
    ]
    return [*blocks, Heading("The learning rate now"), Prose(rate_words(scene), quiet=True)]


def _line(part: Part, role: str) -> Line:
    sign = "+" if part.value >= 0 else ""
    return Line(part.title, "", f"{sign}{short(part.value, 7)}", role, lambda: part.explanation)


def rate_words(scene: Scene) -> str:
    """The learning rate of this step, and which schedule has brought it there."""
    from playground.train.rate_now import is_scheduled

    rule, training = scene.trace.rule, scene.experiment.training
    assert rule is not None
    times = scene.frame.rate
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


def ratio_lines(sizes: Sizes, weights: np.ndarray, updated: np.ndarray, index: tuple[int, ...]) -> list[Line]:
    """How large the steps are beside the weights: of this one and of the whole tensor."""
    own, change = abs(float(weights[index])), abs(float(updated[index] - weights[index]))
    return [
        Line("weights", "", count(int(weights.size))),
        Line("gradient, on average", "", short(sizes.slope, 3)),
        Line("step, on average", "", short(sizes.moved, 3)),
        Line("step over weight", "", f"{short(100 * sizes.moved / sizes.typical, 3)} %" if sizes.typical else "—"),
        Line("of this weight", "", f"{short(100 * change / own, 3)} %" if own else "—"),
    ]


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
