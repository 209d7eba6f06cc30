"""Which rounds are kept, and what makes them stale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Edge, Graph, Node
from playground.ui.step import recorder as recorder_module
from playground.ui.step.recorder import Recorder
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession


@pytest.fixture
def recorder(open_session: OpenSession, qtbot: QtBot) -> Recorder:
    made = Recorder(open_session(zoo_experiment("mazur")))
    made.set_active(True)
    qtbot.waitUntil(lambda: made.round is not None, timeout=30_000)
    return made


def test_so_many_rounds_are_kept_and_the_oldest_goes(
    recorder: Recorder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "KEPT_ROUNDS", 3)
    for number in (2, 3, 4, 5):
        assert recorder.go_to(number)
        qtbot.waitUntil(lambda wanted=number: recorder.round is not None and recorder.round.number == wanted)
    assert recorder.kept == (3, 4, 5)
    assert recorder.go_to(3)
    assert not recorder.go_to(1), "a round that is gone cannot be had back by stepping"
    assert recorder.round is not None
    assert recorder.round.number == 3


def test_little_memory_keeps_at_least_two(recorder: Recorder, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "KEPT_BYTES", 1)
    for number in (2, 3, 4):
        recorder.go_to(number)
        qtbot.waitUntil(lambda wanted=number: recorder.round is not None and recorder.round.number == wanted)
    assert recorder.kept == (3, 4)


def test_other_training_settings_begin_again_at_round_one(recorder: Recorder, qtbot: QtBot) -> None:
    recorder.go_to(2)
    qtbot.waitUntil(lambda: recorder.round is not None and recorder.round.number == 2)
    session = recorder._session
    experiment = session.experiment
    faster = replace(experiment, training=replace(experiment.training, learning_rate=1.0))
    with qtbot.waitSignal(recorder.changed, timeout=30_000):
        session.apply("faster", faster)
    assert recorder.round is not None
    assert recorder.round.number == 1
    frame = recorder.round.trace.frames["dense2"]
    step = frame.weights["weight"] - frame.updated["weight"]
    np.testing.assert_allclose(step, frame.grad_weights["weight"], rtol=1e-12)


def test_a_round_too_far_ahead_is_refused(recorder: Recorder) -> None:
    assert not recorder.go_to(3)
    assert recorder.kept == (1,)


def test_photographs_are_recorded_in_the_size_that_the_network_wants(open_session: OpenSession, qtbot: QtBot) -> None:
    nodes = (
        Node("input", "input", {"shape": (1, 40, 30)}),
        Node("pool", "global_avg_pool2d"),
        Node("fc", "dense", {"out_features": 3}),
    )
    graph = Graph(nodes, (Edge("input", "pool"), Edge("pool", "fc")))
    made = Recorder(open_session(Experiment(graph, DataSettings("imagenet"))))
    made.set_active(True)
    qtbot.waitUntil(lambda: made.round is not None, timeout=30_000)
    assert made.round is not None
    assert made.round.trace.frames["input"].output.shape == (1, 1, 40, 30)
