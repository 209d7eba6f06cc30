"""Numbers changed by hand: everything after them follows, undo takes them back, and other examples stay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Place
from playground.ui.by_hand import ByHandError
from playground.ui.session import Progress, Session
from playground.ui.step.recorder import Recorder
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession

W5 = Place("dense2", "weight", (0, 0), name="weight")


def recorder_of(session: Session, qtbot: QtBot) -> Recorder:
    made = Recorder(session, session)
    made.set_active(True)
    qtbot.waitUntil(lambda: made.round is not None, timeout=30_000)
    return made


def wait(recorder: Recorder, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not recorder.is_busy, timeout=30_000)


def mazur_by_torch(w5: float, i1: float = 0.05, t1: float = 0.01) -> tuple[list[float], float, torch.Tensor]:
    """Outputs, loss and ∂E/∂w1…w4 of Mazur's network, written out."""
    w1 = torch.tensor([[0.15, 0.20], [0.25, 0.30]], dtype=torch.float64, requires_grad=True)
    w2 = torch.tensor([[w5, 0.45], [0.50, 0.55]], dtype=torch.float64)
    hidden = torch.sigmoid(w1 @ torch.tensor([i1, 0.10], dtype=torch.float64) + 0.35)
    out = torch.sigmoid(w2 @ hidden + 0.60)
    loss = 0.5 * ((out - torch.tensor([t1, 0.99], dtype=torch.float64)) ** 2).sum()
    loss.backward()  # type: ignore[no-untyped-call]
    assert w1.grad is not None
    return out.tolist(), loss.item(), w1.grad


def test_a_weight_changes_all_that_follows_and_undo_takes_it_back(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    session.by_hand.change({W5: 0.5})
    assert session.by_hand.value(W5) == 0.5, "at once"
    assert session.document.undo_label == "Change weight 1, 1 of dense2 to 0.5"
    wait(recorder, qtbot)
    assert recorder.round is not None
    trace = recorder.round.trace
    out, loss, blame = mazur_by_torch(0.5)
    np.testing.assert_allclose(trace.frames["sigmoid2"].output[0], out, rtol=1e-12)
    assert trace.loss == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(trace.frames["dense1"].grad_weights["weight"], blame, rtol=1e-12)
    assert session.by_hand.is_changed(W5)
    assert session.by_hand.marks() == {"dense2": 1}
    session.document.undo()
    wait(recorder, qtbot)
    assert recorder.round.trace.loss == pytest.approx(mazur_by_torch(0.4)[1], rel=1e-12)
    assert not session.by_hand.is_changed(W5)


def test_changed_again_the_number_keeps_what_it_was(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    for value in (0.5, 0.6):  # the second comes before the first is recorded
        session.by_hand.change({W5: value}, merge="drag")
    wait(recorder, qtbot)
    session.by_hand.change({W5: 0.7})
    (entry,) = session.experiment.weights_by_hand
    assert (entry.value, entry.was) == (0.7, float(np.float32(0.4)))
    wait(recorder, qtbot)
    session.by_hand.take_back([W5])
    assert session.experiment.weights_by_hand == ()
    session.document.undo()
    session.document.undo()
    assert session.experiment.weights_by_hand[0].value == 0.6, "the drag is one step"


def test_inputs_and_targets_follow_too(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    assert recorder.round is not None
    frames = recorder.round.trace.frames
    loss = next(key for key, frame in frames.items() if frame.target is not None)
    pixel, wanted = Place("input", "output", (0, 0)), Place(loss, "target", (0, 0))
    session.by_hand.change({pixel: 0.3})
    session.by_hand.change({wanted: 0.8})
    wait(recorder, qtbot)
    assert recorder.round.trace.loss == pytest.approx(mazur_by_torch(0.4, 0.3, 0.8)[1], rel=1e-12)
    assert session.by_hand.marks() == {"input": 1, loss: 1}
    session.by_hand.take_back_layer("input")
    session.by_hand.take_back_layer(loss)
    assert session.experiment.examples_by_hand == ()


def test_a_later_round_goes_on_from_the_change(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    for number in (2, 3):
        recorder.go_to(number)
        qtbot.waitUntil(lambda wanted=number: recorder.round is not None and recorder.round.number == wanted)
    assert recorder.round is not None
    before = recorder.round.trace.frames["dense2"].weights["weight"][0, 0]
    session.by_hand.change({W5: 0.5})
    wait(recorder, qtbot)
    assert recorder.round.number == 3, "nobody is thrown back to the beginning"
    assert recorder.kept == (1, 2, 3)
    assert recorder.round.trace.frames["dense2"].weights["weight"][0, 0] == 0.5
    recorder.go_to(2)
    assert recorder.round.trace.frames["dense2"].updated["weight"][0, 0] == before, "what came before stays"
    recorder.go_to(3)
    session.document.undo()
    wait(recorder, qtbot)
    assert recorder.round.number == 3
    assert recorder.round.trace.frames["dense2"].weights["weight"][0, 0] == before


def test_undoing_a_change_of_round_one_in_round_three_works_out_all_three(
    open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    third: list[float | None] = []
    for value in (0.4, 0.9):
        session.by_hand.change({W5: value})
        wait(recorder, qtbot)
        recorder.go_to(1)
        for number in (2, 3):
            recorder.go_to(number)
            qtbot.waitUntil(lambda wanted=number: recorder.round is not None and recorder.round.number == wanted)
        assert recorder.round is not None
        third.append(recorder.round.trace.loss)
        if value == 0.4:
            recorder.go_to(1)
    session.document.undo()
    wait(recorder, qtbot)
    assert recorder.round is not None
    assert recorder.round.number == 3
    assert recorder.round.trace.loss == third[0] != third[1]


def test_a_frozen_parameter_stays_from_this_round_on(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    recorder.go_to(2)
    qtbot.waitUntil(lambda: recorder.round is not None and recorder.round.number == 2)
    session.by_hand.freeze("dense2", "weight", True)
    assert session.document.undo_label == "Freeze weight of dense2"
    wait(recorder, qtbot)
    assert recorder.round is not None
    frame = recorder.round.trace.frames["dense2"]
    assert recorder.round.number == 2
    np.testing.assert_array_equal(frame.updated["weight"], frame.weights["weight"])
    assert session.by_hand.is_frozen(W5)
    session.by_hand.freeze("dense2", "weight", False)
    assert session.graph.node("dense2").frozen == zoo_experiment("mazur").graph.node("dense2").frozen


def test_other_examples_are_as_they_were(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    recorder = recorder_of(session, qtbot)
    assert session.example is not None
    given = session.example.x.copy()
    blank = np.zeros_like(given)
    session.by_hand.change_input(blank, "Clear the picture")
    wait(recorder, qtbot)
    assert recorder.round is not None
    assert not recorder.round.trace.x.any()
    assert session.by_hand.marks()["input"] == np.count_nonzero(given)
    session.show_example(1)
    assert session.example.x.any()
    session.show_example(0)
    assert not session.example.x.any()
    data = replace(session.experiment.data, name="fashion_mnist")
    session.apply("other data", replace(session.experiment, data=data))
    qtbot.waitUntil(lambda: session.example is not None, timeout=30_000)
    assert session.example is not None
    assert session.example.x.any(), "what was painted belongs to the picture it was painted on"


def test_the_class_can_be_another(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("lenet-5"))
    recorder_of(session, qtbot)
    assert session.analysis is not None
    assert session.analysis.loss is not None
    place = Place(session.analysis.loss, "target", (0,))
    assert session.by_hand.what(place) == "class"
    session.by_hand.change({place: 3.0})
    assert session.example is not None
    assert (session.example.label, int(session.example.target)) == (session.data_set.classes[3], 3)
    assert session.document.undo_label == f"Change the target to {session.data_set.classes[3]}"
    with pytest.raises(ByHandError, match="no class 10: they have the numbers from 0 to 9"):
        session.by_hand.change({place: 10.0})
    with pytest.raises(ByHandError, match=r"no class 1\.5"):
        session.by_hand.change({place: 1.5})


@pytest.mark.parametrize(
    ("text", "value"), [("0.5", 0.5), (" 0,25 ", 0.25), ("−2", -2.0), ("1/4", 0.25), ("1e-3", 0.001)]
)
def test_numbers_may_be_written_in_several_ways(
    text: str, value: float, open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder_of(session, qtbot)
    assert session.by_hand.read(W5, text) == value


def test_what_is_no_number_is_refused_in_words(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder_of(session, qtbot)
    by_hand = session.by_hand
    for text, words in (
        ("abc", "“abc” is not a number"),
        ("", "Type a number"),
        ("nan", "finite"),
        ("inf", "finite"),
        ("1e9", "too large"),
        ("1/0", "divided by 0"),
    ):
        with pytest.raises(ByHandError, match=words):
            by_hand.read(W5, text)
    for place in (
        Place("sigmoid1", "output", (0, 0)),
        Place("gone", "weight", (0, 0), name="weight"),
        Place("dense2", "weight", (7, 0), name="weight"),
        Place("input", "output", (0, 9)),
    ):
        assert not by_hand.can_change(place)
        with pytest.raises(ByHandError, match="worked out from others"):
            by_hand.change({place: 1.0})
    by_hand.is_training = True
    with pytest.raises(ByHandError, match="pause it first"):
        by_hand.change({W5: 1.0})
    assert session.document.undo_label is None


def test_in_a_graph_of_gates_weights_and_inputs_can_be_changed(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("cs231n-neuron"))
    recorder = recorder_of(session, qtbot)
    session.by_hand.change({Place("w0", "output", (0, 0)): 1.0, Place("x1", "output", (0, 0)): 0.5})
    wait(recorder, qtbot)
    assert recorder.round is not None
    frames = recorder.round.trace.frames
    dot = 1.0 * -1.0 + -3.0 * 0.5 - 3.0
    assert frames["dot"].output[0, 0] == pytest.approx(dot)
    assert frames["f"].output[0, 0] == pytest.approx(1 / (1 + np.exp(-dot)))
    assert session.by_hand.marks() == {"w0": 1, "input": 1}


def test_a_bias_that_is_drawn_once_is_changed_for_all_its_neurons(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    bias = Place("dense1", "weight", (0,), name="bias")
    session.by_hand.change({bias: 0.1})
    wait(recorder, qtbot)
    assert recorder.round is not None
    assert recorder.round.trace.frames["dense1"].weights["bias"].tolist() == [0.1, 0.1]
    session.by_hand.take_back([bias])
    assert session.experiment.weights_by_hand == ()


def test_another_document_has_nothing_of_the_old_one(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder_of(session, qtbot)
    session.by_hand.change({W5: 0.5})
    session.replace_document(zoo_experiment("lenet-5"), None, {}, Progress())
    assert session.by_hand.marks() == {}
    assert not session.by_hand.can_change(W5)


def test_what_training_has_learnt_goes_on_from_the_change(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    recorder = recorder_of(session, qtbot)
    session.by_hand.change({W5: 0.5})
    wait(recorder, qtbot)
    assert session.analysis is not None
    learnt = {"dense2.weight": np.array([[0.45, 0.4], [0.5, 0.55]], dtype=np.float32)}
    session.take_weights(session.analysis, learnt)
    wait(recorder, qtbot)
    assert recorder.round is not None
    assert recorder.round.trace.frames["dense2"].weights["weight"][0, 0] == np.float32(0.45)
    assert not session.by_hand.is_changed(W5)
    session.by_hand.change({W5: 0.7})
    wait(recorder, qtbot)
    assert recorder.round.trace.frames["dense2"].weights["weight"][0, 0] == 0.7
    session.reset_weights()
    wait(recorder, qtbot)
    assert recorder.round.trace.frames["dense2"].weights["weight"][0, 0] == 0.5, "Reset brings in what was made there"
