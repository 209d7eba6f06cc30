"""What follows from an edit arrives, in order, off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from playground.engine.compile import compile_network
from playground.graph import edits
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Graph, Node
from playground.ui import session as session_module
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

OpenSession = Callable[[Experiment], Session]


def test_an_edit_is_followed_by_its_analysis_and_activations(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    session.edit("fewer", edits.set_params(session.graph, "conv1", {"out_channels": 4}))
    settle(session, qtbot)
    assert session.analysis is not None
    assert session.analysis.graph is session.graph
    assert session.analysis.layers["pool1"].output == (4, 14, 14)
    assert session.activations["pool1"].shape == (4, 14, 14)


def test_activations_are_those_of_torch(open_session: OpenSession) -> None:
    import torch

    session = open_session(zoo_experiment("lenet-5"))
    assert session.analysis is not None
    assert session.example is not None
    network = compile_network(session.analysis, session.experiment.seed)
    network.train(False)
    with torch.no_grad():
        scores = network.predictor(torch.tensor(session.example.x[np.newaxis]))[0].numpy()
    np.testing.assert_allclose(session.activations["fc3"], scores, atol=1e-6)


@pytest.mark.parametrize("key", ["vgg-19", "efficientnet-b7"])
def test_opening_a_large_network_makes_no_weights(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    compiled: list[object] = []
    monkeypatch.setattr("playground.engine.compile.compile_network", lambda *given: compiled.append(given))
    session = open_session(zoo_experiment(key))
    assert session.analysis is not None
    assert session.analysis.parameters > 60_000_000
    assert not compiled
    assert not session.activations
    assert not session.state
    assert not session.starting_state()


def test_learnt_weights_survive_an_edit_elsewhere_and_its_undo(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    assert session.analysis is not None
    learnt = {key: value + 1 for key, value in session.state.items()}
    session.take_weights(session.analysis, learnt)
    session.edit("fewer", edits.set_params(session.graph, "fc1", {"out_features": 60}))
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["conv1.weight"], learnt["conv1.weight"])
    assert session.state["fc1.weight"].shape == (60, 400)
    session.document.undo()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["fc1.weight"], learnt["fc1.weight"])


def test_reset_returns_to_the_weights_of_the_seed_and_a_new_seed_draws_others(
    open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    first = session.state["fc1.weight"]
    assert session.analysis is not None
    session.take_weights(session.analysis, {key: value * 0 for key, value in session.state.items()})
    settle(session, qtbot)
    assert not session.state["fc1.weight"].any()
    session.reset_weights()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["fc1.weight"], first)
    session.apply("New seed", replace(session.experiment, seed=1))
    settle(session, qtbot)
    assert (session.state["fc1.weight"] != first).any()


def test_choosing_data_gives_the_input_its_shape_in_one_step(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    session.choose_data("circle")
    settle(session, qtbot)
    assert session.graph.node("input").params["shape"] == (2,)
    assert session.example is not None
    assert session.example.x.shape == (2,)
    session.document.undo()
    assert session.graph.node("input").params["shape"] == (1, 28, 28)
    assert session.experiment.data.name == "mnist"


def test_a_new_seed_draws_the_points_that_training_will_see(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("circle"))
    assert session.samples is not None
    first = session.samples.x_test
    session.apply("New seed", replace(session.experiment, seed=session.experiment.seed + 1))
    settle(session, qtbot)
    assert session.samples is not None
    assert (session.samples.x_test != first).any()


def test_a_partial_network_still_shows_what_it_can_compute(open_session: OpenSession) -> None:
    experiment = zoo_experiment("lenet-5")
    graph = edits.set_params(experiment.graph, "fc3", {"out_features": 12})
    session = open_session(replace(experiment, graph=edits.remove(graph, ["relu3"])))
    assert "fc1" in session.activations
    assert "fc3" not in session.activations


def test_missing_data_is_told_and_the_network_stays(open_session: OpenSession, qtbot: QtBot, monkeypatch) -> None:
    def missing(*_args: object, **_settings: object) -> None:
        raise session_module.DataError("The file fashion_mnist.npz is missing.")

    session = open_session(zoo_experiment("lenet-5"))
    monkeypatch.setattr(session_module, "load", missing)
    with qtbot.waitSignal(session.message) as told:
        session.apply("data", replace(session.experiment, data=DataSettings("fashion_mnist")))
    assert told.args == ["error", "The file fashion_mnist.npz is missing."]
    assert session.example is None
    session.document.undo()
    assert session.experiment == zoo_experiment("lenet-5")


def test_examples_wrap_around(open_session: OpenSession) -> None:
    session = open_session(zoo_experiment("circle"))
    session.show_example(-1)
    assert session.example_index == session.example_count - 1
    assert session.example is not None
    assert session.example.label in session.data_set.classes


def test_a_failing_job_reaches_the_gui_thread(qtbot: QtBot) -> None:
    session = Session()
    with qtbot.waitSignal(session.background.failed) as told:
        session.background.run("boom", lambda: 1 / 0, lambda _: pytest.fail("it cannot succeed"))
    assert told.args is not None
    assert isinstance(told.args[1], ZeroDivisionError)
    session.close()


def test_only_the_newest_waiting_job_of_a_kind_runs(qtbot: QtBot) -> None:
    import threading

    session, gate, done = Session(), threading.Event(), []
    session.background.run("gate", gate.wait, lambda _: None)
    for number in range(5):
        session.background.run("number", lambda n=number: n, done.append)
    gate.set()
    qtbot.waitUntil(lambda: bool(done))
    assert done == [4]
    session.close()


def picture_network(shape: tuple[int, ...], data: str) -> Experiment:
    graph = edits.append(edits.add(Graph(), Node("input", "input", {"shape": shape})), Node("relu", "relu"), "input")
    return Experiment(graph, DataSettings(data))


@pytest.mark.parametrize("shape", [(3, 64, 48), (1, 30, 30), (3, 224, 224)])
def test_photographs_are_shown_at_the_size_that_the_network_wants(
    shape: tuple[int, ...], open_session: OpenSession
) -> None:
    session = open_session(picture_network(shape, "imagenet"))
    assert session.example is not None
    assert session.example.x.shape == shape
    assert session.example.label == "Astronaut"
    np.testing.assert_allclose(session.activations["relu"], session.example.x, atol=1e-6)
    assert session.analysis is not None
    assert [problem for problem in session.analysis.problems if not problem.is_unfinished] == []


def test_choosing_the_photographs_leaves_an_input_that_they_fit_as_it_is(open_session: OpenSession) -> None:
    session = open_session(picture_network((3, 40, 40), "mnist"))
    session.choose_data("imagenet")
    assert session.graph.node("input").params["shape"] == (3, 40, 40)
    session.choose_data("mnist")
    assert session.graph.node("input").params["shape"] == (1, 28, 28)
