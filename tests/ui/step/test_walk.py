"""Where a station is found again, and how far a phase has come."""

from __future__ import annotations

from playground.ui.step.phases import phase_name
from playground.ui.step.walk import Standpoint, find, learning_layers, reached, same_phase_moment, stations_of
from tests.ui.microscopes.recordings import mazur

TRACE = mazur().trace


def at(index: int) -> tuple[str, str | None]:
    moment = TRACE.moments[index]
    return moment.phase, moment.node


def test_a_station_is_found_again_in_another_recording() -> None:
    assert at(find(TRACE, Standpoint("backward", "dense1"))) == ("backward", "dense1")
    assert at(find(TRACE, Standpoint("update", None, "dense2"))) == ("update", None)
    assert at(find(TRACE, Standpoint("backward", "input"))) == ("forward", "input"), "the input has no way back"
    assert at(find(TRACE, Standpoint("forward", "gone"))) == ("forward", "input")
    assert at(find(TRACE, Standpoint())) == ("forward", "input")


def test_what_the_phase_has_reached() -> None:
    moments = [(moment.phase, moment.node) for moment in TRACE.moments]
    assert reached(TRACE, moments.index(("forward", "sigmoid1"))) == {"input", "dense1", "sigmoid1"}
    assert reached(TRACE, moments.index(("backward", "sigmoid2"))) == {"loss", "sigmoid2"}
    assert reached(TRACE, len(moments) - 1) == set(TRACE.frames)


def test_a_click_on_a_layer_stays_in_the_phase() -> None:
    moments = [(moment.phase, moment.node) for moment in TRACE.moments]
    backward = moments.index(("backward", "sigmoid2"))
    assert at(same_phase_moment(TRACE, backward, "dense1") or 0) == ("backward", "dense1")
    assert at(same_phase_moment(TRACE, backward, "input") or 0) == ("forward", "input")
    update = len(moments) - 1
    assert same_phase_moment(TRACE, update, "dense2") is None, "its weights are shown without leaving the update"
    assert at(same_phase_moment(TRACE, update, "sigmoid1") or 0) == ("backward", "sigmoid1")


def test_the_timeline_has_four_phases() -> None:
    stations = stations_of(TRACE)
    assert [station.phase for station in stations].count("loss") == 1
    assert stations[5].label == "loss"
    assert stations[-1].label == stations[-1].phase == "update"
    assert {phase_name(TRACE, moment) for moment in TRACE.moments} == {"forward", "loss", "backward", "update"}
    assert learning_layers(TRACE) == ("dense1", "dense2")
