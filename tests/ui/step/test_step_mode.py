"""Stepping by buttons, keys and clicks; what stays when the step is recorded anew; rounds; what cannot run."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from playground.graph import edits
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Edge, Graph, Node
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.step.pace import DWELLS, SPEEDS
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown


def press(mode: StepMode, button: QPushButton, qtbot: QtBot) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def click_card(mode: StepMode, node: str, qtbot: QtBot) -> None:
    row = mode.strip.row
    at = row.mapFrom(mode.strip.viewport(), mode.strip.card_center(node).toPoint())
    qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=at)


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("lenet-5")), qtbot)


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> StepMode:
    return open_step(open_session(zoo_experiment("mazur")), qtbot)


def test_it_begins_at_the_input_and_the_buttons_walk_the_whole_step(mazur: StepMode, qtbot: QtBot) -> None:
    seen = [shown(mazur)]
    for _ in range(11):
        press(mazur, mazur.transport.forward_button, qtbot)
        seen.append(shown(mazur))
    layers = ["input", "dense1", "sigmoid1", "dense2", "sigmoid2", "loss"]
    forward = [("forward", layer) for layer in layers]
    backward = [("backward", layer) for layer in reversed(layers[1:])]
    assert seen == [*forward, *backward, ("update", None)]
    press(mazur, mazur.transport.back_button, qtbot)
    assert shown(mazur) == ("backward", "dense1")
    press(mazur, mazur.transport.start_button, qtbot)
    assert shown(mazur) == ("forward", "input")
    press(mazur, mazur.transport.end_button, qtbot)
    assert shown(mazur) == ("update", None)


def test_keys_change_the_speed(lenet: StepMode, qtbot: QtBot) -> None:
    dwell, index = lenet.pace.dwell, lenet.pace.index
    qtbot.keyClick(lenet, Qt.Key.Key_Plus)
    assert (lenet.pace.dwell < dwell, lenet.pace.index) == (True, index + 1)
    assert lenet.transport.dwell_field.currentText() == f"{lenet.pace.dwell:g} s each"
    for _ in range(12):
        qtbot.keyClick(lenet, Qt.Key.Key_Minus)
    assert (lenet.pace.dwell, lenet.pace.index) == (max(DWELLS), 0)


def test_keys_walk_too(lenet: StepMode, qtbot: QtBot) -> None:
    qtbot.keyClick(lenet, Qt.Key.Key_Right)
    assert shown(lenet) == ("forward", "conv1")
    assert lenet.microscope is not None
    qtbot.keyClick(lenet, Qt.Key.Key_Down)
    assert lenet.microscope.unit == 1
    qtbot.keyClick(lenet, Qt.Key.Key_Up)
    assert lenet.microscope.unit == 0
    qtbot.keyClick(lenet, Qt.Key.Key_End)
    assert shown(lenet) == ("update", None)
    layers: list[str] = []
    while shown(lenet) == ("update", None):
        layers.append(lenet.walker.node)
        qtbot.keyClick(lenet, Qt.Key.Key_Left)
    assert layers == ["fc3", "fc2", "fc1", "conv2", "conv1"], "the update is walked layer by layer"
    assert shown(lenet) == ("backward", "conv1")
    qtbot.keyClick(lenet, Qt.Key.Key_Home)
    assert shown(lenet) == ("forward", "input")
    qtbot.keyClick(lenet, Qt.Key.Key_Space)
    assert lenet.player.is_playing
    qtbot.keyClick(lenet, Qt.Key.Key_Space)
    assert not lenet.player.is_playing


def test_keys_typed_into_a_field_stay_there(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "conv1")
    assert isinstance(lenet.microscope, WindowMicroscope)
    field = lenet.microscope.settings.fields["stride"]
    lenet.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Left):
        qtbot.keyClick(field, key)
    assert shown(lenet) == ("forward", "conv1")
    unit = lenet.microscope.unit
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert lenet.microscope.unit == unit


def test_a_click_on_a_card_or_on_the_timeline_goes_there(lenet: StepMode, qtbot: QtBot) -> None:
    strip = lenet.strip
    click_card(lenet, "pool2", qtbot)
    assert shown(lenet) == ("forward", "pool2")
    assert strip.current == "pool2"
    timeline = lenet.transport.timeline
    index = next(
        i for i, station in enumerate(timeline.stations) if station.phase == "backward" and station.label == "fc2"
    )
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=timeline.segment_rect(index).center().toPoint())
    assert shown(lenet) == ("backward", "fc2")
    click_card(lenet, "conv2", qtbot)
    assert shown(lenet) == ("backward", "conv2"), "a card leads to the layer in the phase on screen"


def test_steps_can_be_as_small_as_a_unit_or_a_window(lenet: StepMode) -> None:
    go(lenet, "conv1")
    lenet.transport.set_granularity("unit")
    for unit in range(1, 6):
        lenet.forward()
        assert lenet.microscope is not None
        assert lenet.microscope.unit == unit
    lenet.forward()
    assert shown(lenet) == ("forward", "relu1")
    lenet.back()
    assert shown(lenet) == ("forward", "conv1")
    lenet.transport.set_granularity("step")
    scope = lenet.microscope
    assert scope is not None
    scope.select_unit(0)
    lenet.forward()
    assert (scope.step, scope.filled) == (0, 1), "a finished map begins anew"
    lenet.forward()
    lenet.forward()
    lenet.back()
    assert (scope.step, scope.filled) == (1, 2)


def test_play_slides_the_window_to_the_end_and_goes_on(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "pool2")
    lenet.pace.choose(SPEEDS.index(next(speed for speed in SPEEDS if speed.rows)))
    lenet.pace.dwell = 0.05
    lenet.play_pause()
    assert lenet.microscope is not None
    assert lenet.microscope.filled == 1
    begun = lenet.index
    qtbot.waitUntil(lambda: lenet.index > begun, timeout=10_000)
    lenet.play_pause()
    assert lenet.transport.play_button.text() == "Play"


def test_an_edit_records_the_step_anew_and_keeps_the_station(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "conv2", "backward")
    before = lenet.round
    lenet._session.edit("fewer", edits.set_params(lenet._session.graph, "conv2", {"out_channels": 8}))
    qtbot.waitUntil(lambda: lenet.round is not before, timeout=30_000)
    assert shown(lenet) == ("backward", "conv2")
    assert lenet.round is not None
    assert lenet.round.trace.frames["conv2"].output.shape == (1, 8, 10, 10)
    assert lenet.microscope is not None
    assert lenet.microscope.unit_count == 8


def test_another_example_and_other_weights_record_the_step_anew(lenet: StepMode, qtbot: QtBot) -> None:
    go(lenet, "fc3")
    session = lenet._session
    first = lenet.round
    press(lenet, lenet.transport.next_example, qtbot)
    qtbot.waitUntil(lambda: lenet.round is not first, timeout=30_000)
    assert session.samples is not None
    assert lenet.round is not None
    np.testing.assert_allclose(lenet.round.trace.x[0], session.samples.x_test[1], rtol=1e-6)
    assert session.data_set.classes[session.samples.y_test[1]] in lenet.transport.example_label.text()
    second = lenet.round
    assert session.analysis is not None
    bias = np.full(10, 0.25, dtype=np.float32)
    session.take_weights(session.analysis, {"fc3.bias": bias})
    qtbot.waitUntil(lambda: lenet.round is not second, timeout=30_000)
    np.testing.assert_array_equal(lenet.round.trace.frames["fc3"].weights["bias"], bias)
    assert shown(lenet) == ("forward", "fc3")


def test_behind_the_update_the_next_round_begins_and_back_returns_the_very_same_one(
    mazur: StepMode, qtbot: QtBot
) -> None:
    first = mazur.round
    assert first is not None
    mazur.to_end()
    mazur.forward()
    qtbot.waitUntil(lambda: mazur.round is not None and mazur.round.number == 2, timeout=30_000)
    assert shown(mazur) == ("forward", "input")
    second = mazur.round
    assert second is not None
    for node in ("dense1", "dense2"):
        np.testing.assert_array_equal(
            second.trace.frames[node].weights["weight"], first.trace.frames[node].updated["weight"]
        )
    assert second.trace.loss == pytest.approx(0.29102777369359933, rel=1e-12)
    mazur.back()
    assert mazur.round is first
    assert shown(mazur) == ("update", None)
    mazur.forward()
    assert mazur.round is second, "a round that is kept is not computed again"


def test_a_network_that_cannot_run_says_why_and_leads_to_build(lenet: StepMode, qtbot: QtBot) -> None:
    session = lenet._session
    session.edit("too large", edits.set_params(session.graph, "conv2", {"kernel_size": (40, 40)}))
    qtbot.waitUntil(lambda: lenet.pages.currentWidget() is lenet.empty, timeout=30_000)
    assert "larger than the picture" in lenet.empty.text.text()
    with qtbot.waitSignal(lenet.build_requested):
        press(lenet, lenet.empty.build_button, qtbot)
    assert lenet.empty.undo_button.text() == "Undo: too large"
    press(lenet, lenet.empty.undo_button, qtbot)
    qtbot.waitUntil(lambda: lenet.round is not None, timeout=30_000)
    assert lenet.pages.currentWidget() is not lenet.empty


def test_without_a_loss_there_is_only_the_way_forward(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = zoo_experiment("lenet-5")
    graph = edits.remove(experiment.graph, ["loss"])
    mode = open_step(open_session(replace(experiment, graph=graph)), qtbot)
    assert {station.phase for station in mode.transport.timeline.stations} == {"forward"}
    mode.to_end()
    assert shown(mode) == ("forward", "fc3")
    mode.forward()
    assert shown(mode) == ("forward", "fc3")


def test_every_station_of_every_kind_of_layer_can_be_shown(open_session: OpenSession, qtbot: QtBot) -> None:
    for key in ("fashion-cnn", "residual-mini", "xor"):
        mode = open_step(open_session(zoo_experiment(key)), qtbot)
        assert mode.round is not None
        for index in range(len(mode.round.trace.moments)):
            mode.go_to(index)
            assert mode.microscope is not None
            mode.grab()
            if mode.microscope.unit_count > 1:
                mode.microscope.select_unit(mode.microscope.unit_count - 1)
            assert mode.microscope.title.text()
        mode.deactivate()


def test_batch_norm_sends_other_examples_along_and_says_so(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("fashion-cnn")), qtbot)
    assert mode.round is not None
    assert mode.round.trace.x.shape[0] == 16
    assert "15 others" in mode.transport.status_line.text()


def test_a_long_network_scrolls_and_keeps_the_current_layer_in_view(open_session: OpenSession, qtbot: QtBot) -> None:
    count = 60
    nodes = [Node("input", "input", {"shape": (2,)})]
    nodes += [Node(f"relu{i}", "relu") for i in range(count)]
    nodes += [Node("fc", "dense", {"out_features": 2}), Node("loss", "cross_entropy")]
    wires = tuple(Edge(a.id, b.id) for a, b in pairwise(nodes))
    experiment = Experiment(Graph(tuple(nodes), wires), DataSettings("circle"))
    mode = open_step(open_session(experiment), qtbot, 1100, 654)
    bar = mode.strip.horizontalScrollBar()
    assert bar.maximum() > 0
    mode.go_to(count)
    at = mode.strip.card_center(f"relu{count - 1}")
    assert 0 < at.x() < mode.strip.width()
    mode.to_start()
    assert 0 < mode.strip.card_center("input").x() < mode.strip.width()
    assert bar.value() == 0


def test_nothing_is_recorded_while_another_mode_is_on_screen(lenet: StepMode, qtbot: QtBot) -> None:
    before = lenet.round
    lenet.deactivate()
    session = lenet._session
    session.edit("fewer", edits.set_params(session.graph, "conv1", {"out_channels": 4}))
    qtbot.waitUntil(lambda: session.analysis is not None and session.analysis.graph is session.graph, timeout=30_000)
    qtbot.wait(50)
    assert lenet.round is before
    lenet.activate()
    qtbot.waitUntil(lambda: lenet.round is not before, timeout=30_000)
    assert lenet.round is not None
    assert lenet.round.trace.frames["conv1"].output.shape[1] == 4


def test_a_number_tells_where_it_comes_from_and_its_factors_can_be_followed(lenet: StepMode, qtbot: QtBot) -> None:
    from playground.ui.microscopes.spot import Spot

    go(lenet, "conv1")
    assert isinstance(lenet.microscope, WindowMicroscope)
    view = lenet.microscope.view
    at = view.spot_center(Spot("result")).toPoint()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: lenet.popup.has_answered, timeout=10_000)
    assert lenet.round is not None
    found = lenet.popup.explanation
    assert found is not None
    place = lenet.microscope.step
    expected = lenet.round.trace.frames["conv1"].output[0, 0].reshape(-1)[place]
    assert found.value == expected
    assert found.total() == pytest.approx(expected, abs=1e-12)
    lenet.popup.follow(next(factor for term in found.terms for factor in term.factors if factor.place is not None))
    qtbot.waitUntil(lambda: lenet.popup.explanation not in (None, found), timeout=10_000)
    lenet.popup.go_back()
    qtbot.waitUntil(
        lambda: lenet.popup.explanation is not None and lenet.popup.explanation.value == expected, timeout=10_000
    )
    qtbot.mouseClick(lenet.strip.row, Qt.MouseButton.LeftButton, pos=QPoint(3, 70))
    assert not lenet.popup.isVisible(), "a click elsewhere closes it"


@pytest.mark.parametrize("there", ["relu1", "conv2"], ids=["another microscope", "the same microscope"])
def test_what_an_explanation_marked_is_no_longer_marked_when_one_comes_back(
    lenet: StepMode, qtbot: QtBot, there: str
) -> None:
    go(lenet, "conv1")
    conv1 = lenet.microscope
    assert isinstance(conv1, WindowMicroscope)
    lenet.explaining.explain_focus()
    qtbot.waitUntil(lambda: bool(conv1.view.state.lit), timeout=10_000)
    go(lenet, there)
    go(lenet, "conv1")
    assert isinstance(lenet.microscope, WindowMicroscope)
    assert not lenet.popup.isVisible()
    assert not lenet.microscope.view.state.lit


def test_without_a_loss_it_says_why_the_walk_ends(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("padding-32x32")), qtbot)
    assert "loss" not in mode.transport.status_line.text()
    mode.to_end()
    assert "there is no loss, so nothing goes back: add one in Build" in mode.transport.status_line.text()


def test_without_its_data_it_says_so(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot)
    session = mode._session
    session.samples = None
    session.example_changed.emit()
    qtbot.waitUntil(lambda: mode.pages.currentWidget() is mode.empty, timeout=10_000)
    assert "could not be loaded" in mode.empty.text.text()


def test_another_document_begins_at_its_beginning(lenet: StepMode, qtbot: QtBot) -> None:
    from playground.ui.session import Progress

    go(lenet, "conv2", "backward")
    lenet._session.replace_document(zoo_experiment("fashion-cnn"), None, {}, Progress())
    assert lenet.pages.currentWidget() is lenet.empty
    qtbot.waitUntil(lambda: lenet.round is not None, timeout=30_000)
    assert shown(lenet) == ("forward", "input")
    assert [card.node for card in lenet.strip.cards][:3] == ["input", "conv1", "norm1"]


def test_the_theme_can_change_at_every_station(lenet: StepMode) -> None:
    from playground.ui.theme import appearance

    for node, phase in (
        ("conv1", "forward"),
        ("relu1", "forward"),
        ("fc1", "forward"),
        ("fc3", "backward"),
        ("loss", "forward"),
    ):
        go(lenet, node, phase)
        dark = lenet.grab().toImage()
        appearance.set_choice("light")
        light = lenet.grab().toImage()
        appearance.set_choice("dark")
        again = lenet.grab().toImage()
        corner = lenet.rect().center()
        assert dark.pixelColor(5, 200).lightness() < 60 < 200 < light.pixelColor(5, 200).lightness()
        assert again.pixelColor(corner) == dark.pixelColor(corner)
