"""Weights that the engine keeps in passing: those of small networks, exactly as they were, and never too many."""

from __future__ import annotations

from multiprocessing import Pipe
from threading import Thread

import numpy as np
import pytest

from playground.graph.experiment import Experiment
from playground.train import split_for
from playground.train.events import Finished
from playground.train.loop import Training
from playground.train.messages import Ask, Happened, Message, Passed, Quit, Start, Weights
from playground.train.serving import serve
from playground.train.showing.passing import Passing
from tests.train.toy_runs import points


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr("playground.train.showing.passing.time.monotonic", lambda: now[0])
    return now


def test_they_come_densely_first_and_then_thirty_times_a_second_and_are_thinned_until_collected(
    clock: list[float],
) -> None:
    passing, asked = Passing(), []

    def state() -> dict[str, np.ndarray]:
        asked.append(clock[0])
        return {"w": np.zeros(2, np.float32)}

    for step in range(8000):
        clock[0] = 5.0 + step * 0.001
        passing.see(float(step), state)
    apart = np.diff(asked)
    assert apart[:10].max() < 0.004
    assert apart[-100:].min() >= 0.029
    assert len(asked) < 400
    positions = [position for position, _ in passing.collect()]
    assert 32 <= len(positions) <= 64
    assert positions == sorted(positions)
    assert positions[0] == 0.0
    assert positions[-1] > 7900
    assert passing.collect() == ()


def test_a_large_network_is_asked_once_only(clock: list[float]) -> None:
    passing, asked = Passing(), []

    def state() -> dict[str, np.ndarray]:
        asked.append(clock[0])
        return {"w": np.zeros(100_000, np.float32)}

    for step in range(10):
        clock[0] = float(step)
        passing.see(float(step), state)
    assert passing.collect() == ()
    assert len(asked) == 1


def test_the_engine_sends_the_weights_of_the_beginning_and_those_it_passed_exactly_as_they_were() -> None:
    experiment = points(epochs=40)
    here, there = Pipe()
    engine = Thread(target=serve, args=(there,))
    engine.start()
    here.recv()
    here.send(Start(1, experiment))
    here.send(Ask(weights=True))
    messages: list[Message] = []
    while not any(isinstance(event, Finished) for message in messages[-1:] for event in _events(message)):
        messages.append(here.recv())
    here.send(Quit())
    engine.join()
    first = next(message for message in messages if isinstance(message, Weights)).checkpoint
    passed = [moment for message in messages if isinstance(message, Passed) for moment in message.moments]
    assert first.step == 0
    assert len(passed) >= 3
    states = _states(experiment, {round(position * 8) for position, _ in passed} | {0})
    for step, state in ((0, first.state), *((round(place * 8), state) for place, state in passed)):
        for name, tensor in states[step].items():
            np.testing.assert_array_equal(state[name], tensor)


def _events(message: Message) -> tuple[object, ...]:
    return message.events if isinstance(message, Happened) else ()


def _states(experiment: Experiment, steps: set[int]) -> dict[int, dict[str, np.ndarray]]:
    """The weights after so many batches, of a run that does nothing else and looks up after each."""
    training = Training(experiment, split_for(experiment))
    found: dict[int, dict[str, np.ndarray]] = {}
    for event in training.events():
        step = training.checkpoint().step
        if step in steps and not isinstance(event, Finished):
            found[step] = dict(training.checkpoint().state)
    return found
