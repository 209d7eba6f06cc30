from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation, Place
from playground.graph.experiment import Experiment
from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.chain_model import Target
from playground.ui.microscopes.meant_number import numbers_in
from playground.ui.microscopes.origin_popup import OriginPopup
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode
from playground.ui.widgets.formula_typesetting import typesetter
from playground.ui.widgets.number_style import number_style
from playground.zoo import zoo_experiment
from tests.ui.step.stage import go, open_step

OpenSession = Callable[[Experiment], Session]
W5 = Place("dense2", "grad_weight", (0, 0), name="weight")
W1 = Place("dense1", "grad_weight", (0, 0), name="weight")


@pytest.fixture
def mazur(open_session: OpenSession, qtbot: QtBot) -> Iterator[StepMode]:
    mode = open_step(open_session(zoo_experiment("mazur")), qtbot)
    yield mode
    mode.popup.hide()
    number_style.set_digits(0, remember=False)


def ask(mode: StepMode, place: Place, qtbot: QtBot, at: QPoint | None = None) -> OriginPopup:
    """Ask for a number as a click on it would."""
    microscope = mode.microscope
    assert microscope is not None
    microscope.ask(lambda: microscope.origin(place), mode.mapToGlobal(at or QPoint(300, 300)))
    qtbot.waitUntil(lambda: asked(mode) == place, timeout=10_000)
    return mode.popup


def asked(mode: StepMode) -> Place | None:
    found = mode.popup.explanation
    return found.place if mode.popup.isVisible() and found is not None else None


def follow(mode: StepMode, number: int, qtbot: QtBot) -> None:
    """Go on to a factor, by its place in the formula."""
    before = mode.popup.explanation
    mode.popup.follow(mode.popup.factors[number])
    qtbot.waitUntil(lambda: mode.popup.explanation not in (None, before), timeout=10_000)


def lit(mode: StepMode) -> dict[Target, str]:
    assert isinstance(mode.microscope, ChainMicroscope)
    return dict(mode.microscope.view.lit)


def test_from_blame_every_way_leads_to_inputs_target_and_weights(mazur: StepMode) -> None:
    go(mazur, "dense1", "backward")
    microscope = mazur.microscope
    assert microscope is not None
    ends: set[tuple[str, str]] = set()
    known: set[Place] = {W1}
    ways = [microscope.origin(W1)]
    while ways:
        found = ways.pop()
        factors = [factor for term in found.terms for factor in term.factors if factor.because or factor.place]
        if all(factor.place == found.place for factor in factors):
            ends.add((found.place.kind, found.place.node) if found.place is not None else ("worked out", found.title))
        for factor in factors:
            if factor.because is not None:
                ways.append(factor.because())
            elif factor.place is not None and factor.place not in known:
                known.add(factor.place)
                ways.append(microscope.origin(factor.place))
    assert ends == {
        ("output", "input"),
        ("target", "loss"),
        ("weight", "dense1"),
        ("weight", "dense2"),
    }


def test_numbers_keep_the_names_of_the_worked_example_all_the_way(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    ask(mazur, W5, qtbot)
    found = mazur.popup.explanation
    assert found is not None
    assert found.value == pytest.approx(0.082167041)
    assert found.symbols.count(r"\partial") == 8
    follow(mazur, 0, qtbot)
    assert mazur.popup.explanation is not None
    assert mazur.popup.explanation.symbols.endswith("out_{o1} - target_{o1}")
    follow(mazur, 0, qtbot)
    assert mazur.popup.explanation.symbol == "out_{o1}"
    follow(mazur, len(mazur.popup.factors) - 1, qtbot)
    assert mazur.popup.explanation.symbol == "net_{o1}"


def test_crumbs_lead_back_to_any_number_before(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    ask(mazur, W5, qtbot)
    follow(mazur, 0, qtbot)
    follow(mazur, 0, qtbot)
    text = mazur.popup.trail.text
    assert text.index("∂E/∂w<sub>5</sub>") < text.index("∂E/∂out<sub>o1</sub>")
    mazur.popup.trail.gone_back.emit(0)
    qtbot.waitUntil(lambda: asked(mazur) == W5, timeout=10_000)
    assert not mazur.popup.trail.text.count("href"), "nothing lies before the first"


def test_while_it_is_open_its_factors_are_lit_and_pointing_at_one_lights_it_alone(
    mazur: StepMode, qtbot: QtBot
) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    assert lit(mazur) == {Target("neuron", 2, 0): "factor_blame", Target("neuron", 1, 0): "factor_input"}
    popup.terms.pointed.emit(popup.factors[2])
    assert lit(mazur) == {Target("neuron", 1, 0): "factor_input"}
    popup.terms.pointed.emit(None)
    assert len(lit(mazur)) == 2
    popup.hide()
    assert lit(mazur) == {}


def test_factors_in_the_formula_can_be_pointed_at_and_clicked(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    formula = popup._well.symbols[0]
    qtbot.waitUntil(lambda: typesetter().is_ready(formula.latex) and bool(formula.boxes_of(0)), timeout=20_000)
    qtbot.waitUntil(lambda: formula.width() >= formula.boxes_of(2)[-1].right(), timeout=5_000)
    QTest.mouseMove(formula, formula.boxes_of(2)[0].center().toPoint())
    assert lit(mazur) == {Target("neuron", 1, 0): "factor_input"}
    before = popup.explanation
    QTest.mouseClick(formula, Qt.MouseButton.LeftButton, pos=formula.boxes_of(0)[0].center().toPoint())
    qtbot.waitUntil(lambda: popup.explanation not in (None, before), timeout=10_000)
    assert popup.explanation is not None
    assert popup.explanation.value == pytest.approx(0.741365069)


def test_by_keyboard_factors_are_walked_followed_and_left_again(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    station = mazur.index
    popup = ask(mazur, W5, qtbot)
    popup.terms.setFocus()
    qtbot.waitUntil(popup.terms.hasFocus)
    QTest.keyClick(popup.terms, Qt.Key.Key_Right)
    QTest.keyClick(popup.terms, Qt.Key.Key_Right)
    assert lit(mazur) == {Target("neuron", 1, 0): "factor_input"}
    QTest.keyClick(popup.terms, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: popup.explanation is not None and popup.explanation.symbol == "out_{h1}", timeout=10_000)
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: asked(mazur) == W5, timeout=10_000)
    QTest.keyClick(popup.terms, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Space)
    assert mazur.index == station, "the keys are the popup's while it has the keyboard"
    QTest.keyClick(popup.terms, Qt.Key.Key_Escape)
    assert not popup.isVisible()


def test_the_exact_number_can_be_copied(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    popup.setFocus()
    QTest.keyClick(popup, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert popup.explanation is not None
    assert float(QGuiApplication.clipboard().text()) == popup.explanation.value


def test_more_digits_are_written_at_once(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    number_style.set_digits(10, remember=False)
    qtbot.waitUntil(lambda: "0.7413650696" in popup._well.numbers[0].latex, timeout=10_000)
    assert "0.7413650696" in popup._words.text(), "the sentence has them too"
    number_style.set_digits(3, remember=False)
    qtbot.waitUntil(lambda: popup._value.text() == "0.0822", timeout=10_000)


@pytest.mark.parametrize("at", [(5, 5), (1430, 10), (1430, 840), (10, 840), (700, 400)])
def test_it_stays_on_screen_and_off_the_number(mazur: StepMode, qtbot: QtBot, at: tuple[int, int]) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot, QPoint(*at))
    qtbot.waitUntil(lambda: typesetter().is_ready(popup._well.numbers[0].latex), timeout=20_000)
    assert mazur.rect().contains(popup.geometry())
    assert not popup.geometry().contains(QPoint(*at))


def test_it_follows_when_a_weight_is_changed(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2")
    weight = Place("dense2", "weight", (0, 0), name="weight")
    output = Place("dense2", "output", (0, 0))
    popup = ask(mazur, output, qtbot)
    before = popup.explanation
    assert before is not None
    mazur._session.by_hand.change({weight: 1.0})
    qtbot.waitUntil(lambda: popup.explanation is not None and popup.explanation.value != before.value, timeout=20_000)
    assert popup.isVisible()
    assert popup.explanation is not None
    assert popup.explanation.value == pytest.approx(before.value + 0.6 * 0.593269992, abs=1e-6)


def test_a_click_on_a_number_of_the_network_asks_for_it(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    scope = mazur.microscope
    assert isinstance(scope, ChainMicroscope)
    layout = scope.view.arrangement
    assert layout is not None
    card = layout.cards[Target("weight", 2, 0, 0)]
    for y, place in ((0.25, Place("dense2", "weight", (0, 0), name="weight")), (0.75, W5)):
        where = QPoint(int(card.center().x()), int(card.top() + card.height() * y))
        QTest.mouseClick(scope.view, Qt.MouseButton.LeftButton, pos=where)
        qtbot.waitUntil(lambda place=place: asked(mazur) == place, timeout=10_000)
    QTest.mouseMove(scope.view, QPoint(int(card.center().x()), int(card.bottom() - 6)))
    assert "0.0821670" in scope.view.toolTip()


def test_the_gradient_is_checked_on_request_and_the_worst_are_listed(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    assert not popup.check.isVisible()
    popup.foot.check.click()
    qtbot.waitUntil(lambda: popup.check.verdict.text() == "agrees", timeout=20_000)
    assert "0.082167" in popup.check.beside.text()
    popup.foot.worst.click()
    dialog = mazur.explaining.disagreements
    assert dialog is not None
    qtbot.waitUntil(lambda: not dialog.is_running, timeout=30_000)
    assert dialog.said.text().startswith("Checked all 12 weights. They all agree")
    rows = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]  # type: ignore[union-attr]
    assert "w₅ of dense2" in rows
    dialog.table.setCurrentCell(rows.index("w₅ of dense2"), 0)
    QTest.keyClick(dialog.table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: asked(mazur) == W5, timeout=10_000)
    assert not dialog.isVisible()
    dialog.end()


def test_what_cannot_be_explained_is_said(mazur: StepMode, qtbot: QtBot) -> None:
    microscope = mazur.microscope
    assert microscope is not None
    wrong = Place("dense2", "output", (0, 99))
    microscope.ask(lambda: microscope.origin(wrong), mazur.mapToGlobal(QPoint(300, 300)))
    qtbot.waitUntil(lambda: "has no number at" in mazur.popup._words.text(), timeout=10_000)
    assert mazur.popup.isVisible()


@pytest.mark.parametrize("phase", ["forward", "backward", "update"])
def test_the_number_in_focus_is_known_at_every_station(mazur: StepMode, phase: str, qtbot: QtBot) -> None:
    assert mazur.round is not None
    for index, moment in enumerate(mazur.round.trace.moments):
        if moment.phase == phase:
            mazur.go_to(index)
            assert mazur.microscope is not None
            place = mazur.microscope.focus_place()
            assert place is not None
            explanation = mazur.microscope.origin(place)
            assert explanation.place == place


def test_the_number_in_focus_is_asked_by_key(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    mazur.setFocus()
    QTest.keyClick(mazur, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: asked(mazur) == W5, timeout=10_000)
    assert mazur.popup.holds_keyboard
    QTest.keyClick(mazur.popup.terms, Qt.Key.Key_Escape)
    assert not mazur.popup.isVisible()
    assert not mazur.popup.holds_keyboard


def test_what_takes_long_says_so_until_it_is_there(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    microscope, may_go_on = mazur.microscope, threading.Event()
    assert microscope is not None

    def slowly() -> Explanation:
        may_go_on.wait(10)
        return microscope.origin(W5)

    microscope.ask(slowly, mazur.mapToGlobal(QPoint(300, 300)))
    qtbot.waitUntil(lambda: mazur.popup.isVisible(), timeout=5_000)
    assert mazur.popup._words.text() == "Working it out …"
    may_go_on.set()
    qtbot.waitUntil(lambda: asked(mazur) == W5, timeout=10_000)
    assert "…" not in mazur.popup._words.text()


def test_it_can_be_dragged_off_what_it_lights_up(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    before, by = popup.pos(), QPoint(150, 60)
    grip = popup.trail.geometry().center() + QPoint(150, 0)
    QTest.mousePress(popup, Qt.MouseButton.LeftButton, pos=grip)
    QTest.mouseMove(popup, grip + by)
    QTest.mouseRelease(popup, Qt.MouseButton.LeftButton, pos=grip)
    assert popup.pos() == before + by
    follow(mazur, 0, qtbot)
    assert popup.x() == before.x() + by.x(), "it stays there while one goes from number to number"
    popup.hide()
    assert ask(mazur, W5, qtbot).pos() == before


def test_a_number_in_its_words_leads_on(mazur: StepMode, qtbot: QtBot) -> None:
    go(mazur, "dense2", "backward")
    popup = ask(mazur, W5, qtbot)
    written = [written for _, _, written in numbers_in(popup._words.text())]
    assert [number.text for number in written] == ["0.741365", "0.186816", "0.59327"]
    popup.ask_written(written[1], QPoint())
    qtbot.waitUntil(lambda: popup.explanation is not None and popup.explanation.place != W5, timeout=10_000)
    assert popup.explanation is not None
    assert popup.explanation.value == pytest.approx(0.186815602)
    assert popup.trail.text.count("href") == 1
