"""What was recorded and is no longer kept is let go by everything that has shown it."""

from __future__ import annotations

import gc
import weakref

import pytest
from pytestqt.qtbot import QtBot

from playground.engine.trace import Trace
from playground.ui.session import Progress
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown

PLACES = (("conv1", "forward"), ("relu3", "forward"), ("fc1", "forward"), ("loss", "forward"), ("fc3", "backward"))


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    """At pool2, after a look at layers of other kinds."""
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    for node, phase in (*PLACES, (None, "update"), ("pool2", "forward")):
        go(mode, node, phase)
    return mode


def trace_of(mode: StepMode) -> weakref.ref[Trace]:
    assert mode.round is not None
    return weakref.ref(mode.round.trace)


def is_gone(trace: weakref.ref[Trace]) -> bool:
    gc.collect()
    return trace() is None


def test_another_example_leaves_nothing_of_the_last_one(lenet: StepMode, qtbot: QtBot) -> None:
    before = trace_of(lenet)
    made = {microscope for _, microscope in lenet.microscopes.gallery.made}
    lenet._session.show_example(5)
    qtbot.waitUntil(lambda: trace_of(lenet) is not before, timeout=20_000)
    qtbot.waitUntil(lambda: is_gone(before), timeout=20_000)
    assert shown(lenet) == ("forward", "pool2")
    assert {microscope for _, microscope in lenet.microscopes.gallery.made} >= made
    assert lenet.round is not None
    for node, phase in PLACES:
        go(lenet, node, phase)
        assert shown(lenet) == (phase, node)
        assert lenet.microscope is not None
        assert lenet.microscope.scene.trace is lenet.round.trace


def test_what_was_opened_over_it_holds_nothing_either(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "conv2")
    lenet.explaining.explain_focus()
    qtbot.waitUntil(lambda: lenet.popup.has_answered, timeout=10_000)
    lenet.popup.hide()
    lenet.gates.open()
    qtbot.waitUntil(lenet.gates.gates.isVisible, timeout=10_000)
    lenet.gates.close()
    lenet.explaining.show_disagreements()
    dialog = lenet.explaining.disagreements
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.is_running, timeout=60_000)
    dialog.close()
    before = trace_of(lenet)
    lenet._session.show_example(5)
    qtbot.waitUntil(lambda: trace_of(lenet) is not before, timeout=20_000)
    qtbot.waitUntil(lambda: is_gone(before), timeout=20_000)
    lenet.explaining.explain_focus()
    qtbot.waitUntil(lambda: lenet.popup.has_answered, timeout=10_000)
    lenet.gates.open()
    qtbot.waitUntil(lenet.gates.gates.isVisible, timeout=10_000)


def test_rounds_that_can_be_gone_back_to_are_kept(lenet: StepMode, qtbot: QtBot) -> None:
    first = trace_of(lenet)
    lenet.next_round()
    with qtbot.waitSignal(lenet.letting_go.done, timeout=20_000):
        qtbot.waitUntil(lambda: lenet.round is not None and lenet.round.number == 2, timeout=20_000)
    assert dict(lenet.microscopes.gallery.made)["curve"].scene.trace is first()
    lenet.previous_round()
    assert trace_of(lenet) is first


def test_another_network_takes_away_what_has_nothing_to_show_in_it(lenet: StepMode, qtbot: QtBot) -> None:
    before = trace_of(lenet)
    lenet._session.replace_document(zoo_experiment("mazur"), None, {}, Progress())
    qtbot.waitUntil(lambda: is_gone(before), timeout=20_000)
    assert not any(made.has_scene for key, made in lenet.microscopes.gallery.made if key != "chain")
    lenet._session.replace_document(zoo_experiment("lenet-5"), None, {}, Progress())
    qtbot.waitUntil(lambda: lenet.round is not None and "conv1" in lenet.round.trace.frames, timeout=20_000)
    go(lenet, "conv1")
    assert lenet.microscope is dict(lenet.microscopes.gallery.made)["window"]
