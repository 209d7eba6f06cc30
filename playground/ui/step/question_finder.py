"""Which numbers of a station are asked for: those that a person can work out, the telling ones first. No Qt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.ui.step.grains import Granularity
from playground.ui.step.question import MOST_TERMS, Question, questions_about

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.trace import Frame, Trace

MOST_NUMBERS = 12
"""So many numbers of one station are asked for at most."""
_TRIES = 40
"""So many numbers of one station are looked at."""
_FAR_TOO_LONG, _GIVE_UP = 3 * MOST_TERMS, 6
"""After so many sums of more terms than these a station is given up."""
PATIENCE_S = 4.0
"""So long is looked for a question before the walk goes on without one."""
_LARGE = 2_000_000
"""Explaining a number of an array larger than this takes too long to try many."""

Explainer = Callable[["Place"], "Explanation"]


@dataclass(frozen=True)
class Found:
    """The questions about the moment `station`, in the update about the weights of `node` (empty: of all layers).

    None: up to it nothing can be asked.
    """

    station: int
    questions: tuple[Question, ...]
    node: str = ""


def next_questions(
    trace: Trace, index: int, grain: Granularity, explain: Explainer, updates: Sequence[str] = ("",)
) -> Found:
    """The questions of the first station behind `index` that has any, or how far was looked. For the worker thread.

    `updates` are the layers whose update is still to come, in their order; "" is that of all layers at once.
    """
    last, until = len(trace.moments) - 1, time.monotonic() + PATIENCE_S
    behind = [(station, "") for station in range(index + 1, len(trace.moments)) if trace.moments[station].node]
    if trace.moments[last].phase == "update":
        behind += [(last, node) for node in updates]
    for station, node in behind:
        found = station_questions(trace, station, grain, explain, node)
        if found or time.monotonic() > until:
            return Found(station, found, node)
    return Found(last, (), updates[-1] if updates else "")


def station_questions(
    trace: Trace, station: int, grain: Granularity, explain: Explainer, node: str = ""
) -> tuple[Question, ...]:
    """What is asked before a station is shown: by layer or window one number, else one of each unit.

    In the update of a layer it is asked about `node` alone, if one is given.
    """
    moment = trace.moments[station]
    is_picture = moment.node is not None and trace.frames[moment.node].output.ndim > 2
    numbers = 1 if grain == "layer" or (grain == "step" and is_picture) else MOST_NUMBERS
    by_term = grain == "term" or (grain == "step" and not is_picture)
    questions: dict[tuple[object, ...], tuple[Question, ...]] = {}
    hopeless, until = 0, time.monotonic() + PATIENCE_S / 2
    for place, unit in _candidates(trace, station, node):
        if unit in questions:
            continue
        found = about_place(place, station, explain, by_term=by_term)
        if found is None:
            hopeless += 1
        elif found:
            questions[unit] = found
        enough = len(questions) >= numbers or (bool(questions) and time.monotonic() > until)
        if enough or (hopeless >= _GIVE_UP and not questions):
            break
    return tuple(question for unit in sorted(questions, key=_in_order) for question in questions[unit])


def _in_order(unit: tuple[object, ...]) -> tuple[tuple[bool, str, int], ...]:
    """The order in which units are asked for: weights before biases, then by their numbers."""
    return tuple((False, "", part) if isinstance(part, int) else (True, _rank(part), 0) for part in unit)


def _rank(name: object) -> str:
    return f"1{name}" if name in ("bias", "in") else f"0{name}"


def about_place(place: Place, station: int, explain: Explainer, *, by_term: bool) -> tuple[Question, ...] | None:
    """The questions about one number; () where there are none, None where its neighbours will have none either."""
    from playground.engine.arithmetic import ExplanationError

    try:
        explanation = explain(place)
    except ExplanationError:
        return None
    found = questions_about(explanation, place, station, by_term=by_term)
    far_too_long = sum(term.value != 0.0 for term in explanation.terms) > _FAR_TOO_LONG
    return None if not found and far_too_long else found


def _candidates(trace: Trace, station: int, node: str) -> Iterator[tuple[Place, tuple[object, ...]]]:
    """(place, unit that it belongs to) of the numbers that a station brings, a bounded number of them."""
    from playground.engine.arithmetic import Place

    moment = trace.moments[station]
    if moment.node is None:
        for order, frame in enumerate(trace.frames.values()):
            names = [name for name in frame.weights if name not in frame.frozen and node in ("", frame.node)]
            for name, index in _weights(frame.updated, names):
                yield Place(frame.node, "updated", index, name=name), (order, name, *index)
        return
    frame = trace.frames[moment.node]
    if moment.phase == "forward":
        for index in _of_example(frame.output):
            yield Place(frame.node, "output", index), index[1:2]
        return
    if not _is_large(frame):
        names = [name for name in frame.grad_weights if name not in frame.frozen]
        for name, index in _weights(frame.grad_weights, names):
            yield Place(frame.node, "grad_weight", index, name=name), (name, *index)
    before = trace.graph.sources(moment.node)
    for port, array in enumerate(frame.grad_inputs):
        if array.ndim and trace.frames[before[port]].type != "input":
            for index in _of_example(array):
                yield Place(frame.node, "grad_input", index, port), ("in", port, *index[1:2])


def _is_large(frame: Frame) -> bool:
    return frame.output.size > _LARGE or any(array.size > _LARGE for array in frame.inputs)


def _of_example(array: np.ndarray) -> Iterator[tuple[int, ...]]:
    """Places of the shown example, of a long list or a picture only some."""
    if array.ndim == 0:
        yield ()
        return
    own = np.asarray(array[0])
    for position in _by_size(own.reshape(-1), _TRIES):
        yield (0, *(int(i) for i in np.unravel_index(position, own.shape)))


def _by_size(flat: np.ndarray, count: int) -> list[int]:
    """A few numbers in their order, of many some of all sizes, the largest first; those that are 0 come last."""
    sizes = np.abs(flat)
    if len(flat) <= MOST_NUMBERS:
        return [*np.flatnonzero(sizes).tolist(), *np.flatnonzero(sizes == 0).tolist()]
    order = np.argsort(-sizes, kind="stable")
    filled = int(np.count_nonzero(sizes)) or len(order)
    taken = order[:filled]
    if len(taken) > count:
        taken = taken[np.linspace(0, len(taken) - 1, count).astype(int)]
    rest = order[filled : filled + max(0, min(2, count - len(taken)))]
    return [int(position) for position in (*taken, *rest)]


def _weights(arrays: Mapping[str, np.ndarray], names: Sequence[str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for name in names:
        array = arrays[name]
        for position in _by_size(array.reshape(-1), MOST_NUMBERS):
            yield name, tuple(int(i) for i in np.unravel_index(position, array.shape))
