"""Published beside live: every number of every worked example, and the drawer that shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest
from PySide6.QtCore import QSettings, Qt
from pytestqt.qtbot import QtBot

from playground.data import DataError
from playground.engine.arithmetic import Place
from playground.engine.published import live_value, phase_of, places_of
from playground.engine.published_origin import explain_published, is_worked_out
from playground.ui.microscopes.origin import origin_of
from playground.ui.step.published_work import Comparison, compare, compare_recorded, differs, first_round
from playground.ui.step.step_mode import StepMode
from playground.zoo import Published, agrees, all_zoo_networks, publication, zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown

KEYS = [network.key for network in all_zoo_networks() if network.publication is not None]
EVERY = [(key, number) for key in KEYS for number in publication(key).numbers]  # type: ignore[union-attr]


@cache
def compared_whole(key: str) -> Comparison:
    found = compare(key)
    while not found.go_on(5_000):
        pass
    return found


first_round_once = cache(first_round)


@pytest.mark.parametrize(("key", "number"), EVERY, ids=[f"{key} {number.label}" for key, number in EVERY])
def test_it_agrees_to_the_last_printed_digit_or_a_note_says_why_not(key: str, number: Published) -> None:
    live = compared_whole(key).live[number]
    assert agrees(number.printed, live) == (not number.note), live


@pytest.mark.parametrize("key", KEYS)
def test_every_number_has_its_station_and_its_places(key: str) -> None:
    for number in publication(key).numbers:  # type: ignore[union-attr]
        trace = first_round_once(key, number.example)
        assert (phase_of(number), number.node) in {
            (moment.phase, moment.node or number.node) for moment in trace.moments
        }
        places = places_of(number, trace)
        assert all(place.node == number.node for place in places)
        counted = number.kind in ("size", "padded_size", "weight_size", "parameters", "rate")
        assert bool(places) != counted


@pytest.mark.parametrize("key", KEYS)
def test_every_live_number_of_the_first_round_says_where_it_comes_from(key: str) -> None:
    for number in publication(key).numbers:  # type: ignore[union-attr]
        trace = first_round_once(key, number.example)
        live = live_value(number, trace)
        if live is None:  # of a later round
            assert number.steps
            continue
        where = places_of(number, trace)
        told = explain_published(number, trace) if is_worked_out(number) else origin_of(trace, where[0])
        assert told.value == pytest.approx(live * number.unit, rel=1e-9, abs=1e-12), number.label
        assert not told.terms or told.total() == pytest.approx(told.value, rel=1e-9, abs=1e-12), number.label


def test_the_rounds_can_be_had_in_pieces() -> None:
    pieces = compare("mazur")
    assert not pieces.go_on(100)
    assert pieces.rounds is not None
    assert len(pieces.rounds.losses) == 101
    while not pieces.go_on(4_000):
        pass
    assert pieces.live == compared_whole("mazur").live
    assert f"{pieces.rounds.losses[10_000]:.10f}" == "0.0000351019", "as the remark on the last error says"


def test_a_comparison_with_a_changed_network_is_noticed() -> None:
    found, trace = compared_whole("pooling-6x6"), first_round("pooling-6x6", 0)
    assert not differs(found, compare_recorded(found.publication, trace, 0))
    frame = trace.frames["mean_pooling"]
    moved = replace(trace, frames={**trace.frames, "mean_pooling": replace(frame, output=frame.output + 0.01)})
    assert differs(found, compare_recorded(found.publication, moved, 0))
    gone = replace(trace, frames={key: each for key, each in trace.frames.items() if key != "mean_pooling"})
    assert differs(found, compare_recorded(found.publication, gone, 0))


def test_only_worked_examples_can_be_compared() -> None:
    with pytest.raises(ValueError, match="is no worked example"):
        compare("lenet-5")


# ---- the drawer


@pytest.fixture(autouse=True)
def _settings() -> Iterator[None]:
    QSettings().remove("step/published")
    yield
    QSettings().remove("step/published")


def opened(key: str, open_session: OpenSession, qtbot: QtBot, width: int = 1460) -> StepMode:
    """The example in Step, with the comparison done."""
    mode = open_step(open_session(zoo_experiment(key)), qtbot, width)
    found = publication(key)
    assert found is not None
    whole = len(found.numbers)
    qtbot.waitUntil(lambda: mode.published.panel.list.agreement[1] == whole, timeout=30_000)
    return mode


def row(mode: StepMode, label: str) -> int:
    return [number.label for number in mode.published.panel.list.numbers].index(label)


def click(mode: StepMode, label: str, qtbot: QtBot) -> None:
    rows = mode.published.panel.list
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=rows.row_rect(row(mode, label)).center())


def test_it_is_there_for_worked_examples_only(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot)
    panel = mode.published.panel
    assert panel.isVisible()
    assert panel.count.text() == "9 of 12 rows agree to the last digit"
    assert "The printed 2.32 is 20.9 / 9" in panel.notes.text()
    assert "chapter 3" in panel.notes.text()
    other = open_step(open_session(zoo_experiment("line")), qtbot, 1460)
    assert not other.published.panel.isVisible()
    assert not other.published.tab.isVisible()


def test_a_click_leads_to_the_number_and_opens_its_origin(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot)
    click(mode, "mean, lower left", qtbot)
    qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
    assert shown(mode) == ("forward", "mean_pooling")
    assert mode.popup.explanation is not None
    assert mode.popup.explanation.value == pytest.approx(32 / 9)


def test_a_gradient_and_an_update_are_found_in_their_phases(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("mazur", open_session, qtbot)
    click(mode, "∂E/∂w5", qtbot)
    qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
    assert shown(mode) == ("backward", "dense2")
    mode.popup.hide()
    click(mode, "w7 after", qtbot)
    qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
    assert shown(mode) == ("update", None)
    assert mode.popup.explanation is not None
    assert f"{mode.popup.explanation.value:.9f}" == "0.511301270"
    for label, value in (("target o1", 0.01), ("∂out o1/∂net o1", 0.186815602)):
        mode.popup.hide()
        click(mode, label, qtbot)
        qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
        assert mode.popup.explanation is not None
        assert mode.popup.explanation.value == pytest.approx(value, rel=1e-8)


def test_the_error_after_a_step_is_that_of_the_second_round(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("mazur", open_session, qtbot)
    click(mode, "E after 1 step", qtbot)
    qtbot.waitUntil(lambda: mode.round is not None and mode.round.number == 2, timeout=20_000)
    qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
    assert mode.popup.explanation is not None
    assert f"{mode.popup.explanation.value:.9f}" == "0.291027774"
    assert "on screen is round 2" in mode.published.panel.message.text()
    mode.popup.hide()
    click(mode, "out o2 after 10,000 steps", qtbot)
    assert "in 10,000 rounds" in mode.published.panel.message.text()
    click(mode, "net h1", qtbot)
    qtbot.waitUntil(lambda: mode.round is not None and mode.round.number == 1, timeout=20_000)
    assert mode.published.panel.message.text() == ""


def test_another_example_is_shown_where_the_number_belongs_to_one(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("perceptron-xor", open_session, qtbot)
    click(mode, "1 XOR 1", qtbot)
    qtbot.waitUntil(lambda: mode._session.example_index == 3 and mode.popup.has_answered, timeout=20_000)
    assert mode.popup.explanation is not None
    assert mode.popup.explanation.value == 1.0


def test_it_says_when_the_network_has_been_changed(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("vertical-edge"))
    mode = open_step(session, qtbot, 1460)
    qtbot.waitUntil(lambda: mode.published.panel.list.agreement == (5, 5), timeout=20_000)
    node = session.graph.node("conv1")
    other = replace(node, initial={"weight": ((((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0)),),)})
    nodes = tuple(other if each.id == "conv1" else each for each in session.graph.nodes)
    before = mode.round
    session.edit("Sobel", replace(session.graph, nodes=nodes))
    qtbot.waitUntil(lambda: mode.round is not None and mode.round is not before, timeout=20_000)
    qtbot.waitUntil(lambda: "has been changed" in mode.published.panel.message.text(), timeout=5_000)
    assert mode.published.panel.list.agreement == (1, 5), "live is live: the size of the result alone is as printed"
    session.document.undo()
    qtbot.waitUntil(lambda: mode.published.panel.message.text() == "", timeout=20_000)
    assert mode.published.panel.list.agreement == (5, 5)


def test_an_edit_that_the_shown_example_does_not_feel_is_noticed_at_the_others(
    open_session: OpenSession, qtbot: QtBot
) -> None:
    session = open_session(zoo_experiment("perceptron-and"))
    mode = open_step(session, qtbot, 1460)
    panel = mode.published.panel
    qtbot.waitUntil(lambda: panel.list.agreement == (4, 4), timeout=20_000)
    session.by_hand.change({Place("sum", "weight", (0,), name="bias"): -0.5})
    qtbot.waitUntil(lambda: panel.list.agreement == (2, 4), timeout=20_000)
    assert "has been changed" in panel.message.text()
    session.document.undo()
    qtbot.waitUntil(lambda: panel.list.agreement == (4, 4) and not panel.message.text(), timeout=20_000)


def test_later_rounds_follow_an_edit_too(open_session: OpenSession, qtbot: QtBot) -> None:
    session = open_session(zoo_experiment("mazur"))
    mode = open_step(session, qtbot, 1460)
    rows = mode.published.panel.list
    last = publication("mazur").numbers[-1]  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: last in rows.live, timeout=30_000)
    before = rows.live[last]
    session.by_hand.change({Place("dense2", "weight", (0, 0), name="weight"): 0.8})
    qtbot.waitUntil(lambda: rows.live.get(rows.numbers[row(mode, "w5")]) == (0.8,), timeout=10_000)
    qtbot.waitUntil(lambda: last in rows.live and rows.live[last] != before, timeout=30_000)


def test_the_rows_follow_the_walk(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot, 1460)
    rows = mode.published.panel.list
    go(mode, "dense2", "backward")
    factors = ("∂E/∂out o1", "∂out o1/∂net o1", "∂net o1/∂w5")
    assert {"∂E/∂w5", *factors} <= rows.marked[0]
    assert rows.marked[1] == {"∂E/∂w5"}
    assert rows.marked[0].isdisjoint({"w5", "out h1"}), "these belong to the way forward"
    click(mode, "∂net o1/∂w5", qtbot)
    assert shown(mode) == ("backward", "dense2"), "as a slope it belongs to the way back"
    mode.popup.hide()
    go(mode, None, "update")
    assert rows.marked[0] == {"learning rate η", *(f"w{number} after" for number in range(1, 9))}
    qtbot.waitUntil(lambda: not rows.visibleRegion().intersected(rows.row_rect(row(mode, "w4 after"))).isEmpty())
    mode.next_round()
    qtbot.waitUntil(lambda: mode.round is not None and mode.round.number == 2, timeout=20_000)
    assert rows.marked[0] == set(), "these are numbers of the first round"
    go(mode, "loss")
    assert rows.marked == ({"E after 1 step"}, {"E after 1 step"})


def test_where_the_drawer_is_folded_a_line_says_what_is_printed_here(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot, 1100)
    band = mode.published.band
    go(mode, "mean_pooling")
    mode.microscopes.microscope.go_to_step(3)  # type: ignore[union-attr]
    assert band.isVisible()
    assert band.said.startswith("published: mean, lower right 2.32")
    assert "20.9 / 9" in band.toolTip()
    go(mode, "concat")
    assert band.said == "Nothing is printed of this station"
    mode.published.withhold(True)
    assert not band.isVisible()
    mode.published.withhold(False)
    qtbot.mouseClick(band, Qt.MouseButton.LeftButton)
    assert mode.published.panel.isVisible()


def test_a_picture_that_is_missing_is_said_to_be(
    open_session: OpenSession, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_example: str) -> Comparison:
        raise DataError("The photograph is missing.")

    monkeypatch.setattr("playground.ui.step.published_live.compare", missing)
    mode = open_step(open_session(zoo_experiment("vertical-edge")), qtbot, 1460)
    wanted = "The published example could not be worked out: The photograph is missing."
    qtbot.waitUntil(lambda: mode.published.panel.message.text() == wanted, timeout=10_000)


def test_a_layer_that_is_gone_is_said_to_be(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("vertical-edge", open_session, qtbot)
    number = replace(mode.published.panel.list.numbers[0], node="conv9")
    mode.published.chosen.emit(number, mode.mapToGlobal(mode.rect().center()))
    assert "no longer has the layer" in mode.published.panel.message.text()


def test_folded_it_is_a_strip_and_that_is_remembered(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot)
    go(mode, "max_pooling")
    qtbot.keyClick(mode, Qt.Key.Key_B)
    assert not mode.published.panel.isVisible()
    assert mode.published.tab.isVisible()
    assert mode.published.tab.accessibleName() == "Published beside live  ·  9 of 12 agree"
    again = opened("vertical-edge", open_session, qtbot)
    assert not again.published.panel.isVisible()
    qtbot.mouseClick(again.published.tab, Qt.MouseButton.LeftButton)
    assert again.published.panel.isVisible()
    assert not again.published.tab.isVisible()


def test_in_a_narrow_window_it_lies_over_the_right_side(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot, 1100)
    stage = mode.microscopes.width()
    assert not mode.published.panel.isVisible()
    qtbot.mouseClick(mode.published.tab, Qt.MouseButton.LeftButton)
    assert mode.published.panel.isVisible()
    assert mode.microscopes.width() == stage, "the microscope keeps its place"
    qtbot.keyClick(mode, Qt.Key.Key_B)
    assert not mode.published.panel.isVisible()
    qtbot.keyClick(mode, Qt.Key.Key_B)
    click(mode, "mean, upper right", qtbot)
    assert not mode.published.panel.isVisible(), "it steps aside for the number"
    qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
    assert shown(mode) == ("forward", "mean_pooling")


def test_while_the_next_number_is_to_be_guessed_none_is_given_away(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot)
    mode.published.withhold(True)
    qtbot.keyClick(mode, Qt.Key.Key_B)
    assert not mode.published.panel.isVisible()
    assert not mode.published.tab.isVisible()
    mode.published.withhold(False)
    assert mode.published.panel.isVisible()


def test_the_keyboard_walks_the_rows(open_session: OpenSession, qtbot: QtBot) -> None:
    mode = opened("pooling-6x6", open_session, qtbot)
    rows = mode.published.panel.list
    rows.setFocus(Qt.FocusReason.TabFocusReason)
    before = mode.index
    qtbot.keyClick(rows, Qt.Key.Key_End)
    qtbot.keyClick(rows, Qt.Key.Key_Up)
    assert rows.current == len(rows.numbers) - 2
    assert mode.index == before, "the arrows are the list's own"
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: mode.popup.has_answered, timeout=10_000)
    assert shown(mode) == ("forward", "mean_pooling")


def test_a_row_says_all_of_itself(open_session: OpenSession, qtbot: QtBot) -> None:
    rows = opened("pooling-6x6", open_session, qtbot).published.panel.list
    tip = rows.tip(len(rows.numbers) - 1)
    assert tip.startswith("mean, lower right: printed 2.32\nhere 2.4555555555555")
    assert "20.9 / 9" in tip
