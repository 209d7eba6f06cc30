"""Every layer type opens into gates, or says why not: the value at the end and the gradients are torch's own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from playground.engine.arithmetic import ExplanationError, Place, value_at
from playground.engine.opened import Opened, explain_gradient, explain_value, open_into_gates, why_not
from playground.engine.trace import Trace
from playground.layers import LayerType
from tests.layers.cases import LAYER, every_case, traced

CASES = list(every_case())
IDS = [f"{kind.key}-{seed}" for kind, seed in CASES]
NOTHING_BEHIND = ("input", "constant", "parameter")
"""Layers that compute nothing from anything: all others open, forward and backward."""

TWO_FACED = ("normalisation", "mask", "merge")
"""Capabilities that compute otherwise in training than in use."""


def some(array: np.ndarray, seed: int, count: int = 2) -> Iterator[tuple[int, ...]]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield tuple(int(rng.integers(extent)) for extent in array.shape)


def close(a: float, b: float) -> bool:
    return a == pytest.approx(b, rel=1e-9, abs=1e-11)


def open_or_none(trace: Trace, place: Place, kind: LayerType) -> Opened | None:
    if why_not(trace, place):
        assert kind.key in NOTHING_BEHIND
        with pytest.raises(ExplanationError):
            open_into_gates(trace, place)
        return None
    return open_into_gates(trace, place)


@pytest.mark.parametrize(
    ("kind", "seed", "training"),
    [
        (kind, seed, training)
        for kind, seed in CASES
        for training in ((True, False) if kind.capability in TWO_FACED else (True,))
    ],
)
def test_the_value_is_the_recorded_one(kind: LayerType, seed: int, training: bool) -> None:
    trace = traced(kind, seed, training)
    frame = trace.frames[LAYER]
    for index in some(frame.output, seed):
        opened = open_or_none(trace, Place(LAYER, "output", index), kind)
        if opened is None:
            return
        own = next(gate for gate in opened.gates if gate.place == Place(LAYER, "output", index))
        assert close(own.value, value_at(frame, Place(LAYER, "output", index)))
        check_every_number(trace, opened)


def check_every_number(trace: Trace, opened: Opened) -> None:
    """Leaves are what was recorded, and every number on the way explains itself."""
    for gate in opened.gates:
        if gate.place is not None:
            assert close(gate.value, value_at(trace.frames[gate.place.node], gate.place))
        found = explain_value(opened, gate.key)
        if found is not None:
            assert close(found.total(), gate.value)
        for of in ("result", "error"):
            told = explain_gradient(opened, gate.key, of)
            assert close(told.total(), opened.gradients(of)[gate.key])


@pytest.mark.parametrize(("kind", "seed"), CASES, ids=IDS)
def test_the_gradients_are_the_recorded_ones(kind: LayerType, seed: int) -> None:
    trace = traced(kind, seed, True)
    frame = trace.frames[LAYER]
    for port, gradient in enumerate(frame.grad_inputs):
        for index in some(gradient, seed):
            compare(trace, Place(LAYER, "grad_input", index, port), float(gradient[index]), kind)
    for name, gradient in frame.grad_weights.items():
        for index in some(gradient, seed):
            compare(trace, Place(LAYER, "grad_weight", index, name=name), float(gradient[index]), kind)


def attempt(trace: Trace, place: Place, kind: LayerType) -> tuple[Opened | None, str]:
    """What opens, or why it does not."""
    try:
        return open_or_none(trace, place, kind), ""
    except ExplanationError as error:
        return None, str(error)


def compare(trace: Trace, place: Place, wanted: float, kind: LayerType) -> None:
    opened, refused = attempt(trace, place, kind)
    if refused:
        assert "no part in any result" in refused, refused
        assert wanted == 0
        return
    if opened is None:
        return
    leaf = opened.by_key[opened.focus]
    assert leaf.place is not None
    assert leaf.place.kind == ("input" if place.kind == "grad_input" else "weight")
    assert (leaf.place.index, leaf.place.port, leaf.place.name) == (place.index, place.port, place.name)
    if "only what it gets directly" not in opened.words and "drawn is the one" not in opened.words:
        assert close(opened.gradients()[leaf.key], wanted)
    check_every_number(trace, opened)
