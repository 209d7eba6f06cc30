"""The window of the optimizer race."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from playground.train.relief.race import METHODS, Race, Racer
from playground.train.relief.surfaces import SURFACES
from playground.ui.train.relief.landscape_window import LandscapeWindow
from playground.ui.train.relief.race_grounds import classical_ground, suggested_rates
from playground.ui.train.relief.race_window import RaceWindow, open_race
from playground.ui.train.relief.relief import Relief
from playground.ui.train.relief.surroundings import Surroundings
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer


@pytest.fixture
def race(make_trainer: Callable[..., Trainer]) -> Iterator[tuple[RaceWindow, Trainer]]:
    trainer = make_trainer(points())
    holder = QWidget()
    trainer.bot.addWidget(holder)
    holder.show()
    window = open_race(trainer.session, trainer.controller, holder)
    trainer.wait_for(lambda: window.view is not None)
    yield window, trainer
    for other in holder.findChildren(LandscapeWindow):
        other.close()
    window.close()


RaceAndTrainer = tuple[RaceWindow, Trainer]


def choose(window: RaceWindow, key: str) -> None:
    index = list(SURFACES).index(key)
    window.surface.setCurrentIndex(index)
    window.surface.activated.emit(index)


def test_steps_are_those_of_the_race_itself(race: RaceAndTrainer) -> None:
    window, trainer = race
    choose(window, "rosenbrock")
    trainer.wait_for(lambda: window.view is not None and window.view.steps == 0)
    for number in (1, 2, 3):
        window.step_button.click()
        trainer.wait_for(lambda number=number: window.view is not None and window.view.steps == number)
    surface = SURFACES["rosenbrock"]
    oracle = Race(surface, surface.window, surface.start, [Racer(key, surface.rates[key]) for key in METHODS])
    for _ in range(3):
        oracle.step()
    assert window.view is not None
    for seen, track in zip(window.view.tracks, oracle.tracks, strict=True):
        assert seen.method == track.racer.method
        assert np.array_equal(seen.points, track.points)
    assert window.status.text() == "3 steps"
    assert "Lowest now" in window.words.text()


def test_space_plays_and_pauses_and_home_puts_everyone_back(race: RaceAndTrainer) -> None:
    window, trainer = race
    window._on_speed(3)
    QTest.keyClick(window, Qt.Key.Key_Space)
    trainer.wait_for(lambda: window.view is not None and window.view.steps > 20)
    assert "Pause" in window.play.text()
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert "Play" in window.play.text()
    QTest.keyClick(window, Qt.Key.Key_Home)
    trainer.wait_for(lambda: window.view is not None and window.view.steps == 0)
    assert all(len(track.points) == 1 for track in window.view.tracks)  # type: ignore[union-attr]


def test_keys_of_boxes_and_of_the_surface_stay_theirs(race: RaceAndTrainer) -> None:
    window, _ = race
    window.activateWindow()
    box = window.table.boxes["adam"]
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked()
    assert not window.runner.is_playing
    window.panel.switch.set_current(1)
    surface = window.panel.surface
    surface.setFocus()
    turn, steps = surface.turn, 0 if window.view is None else window.view.steps
    QTest.keyClick(surface, Qt.Key.Key_Right)
    assert surface.turn != turn
    assert window.view is not None
    assert window.view.steps == steps


def test_a_click_on_the_map_begins_there(race: RaceAndTrainer) -> None:
    window, trainer = race
    contour = window.panel.contour
    QTest.mouseClick(contour, Qt.MouseButton.LeftButton, pos=contour.place_of(5.0, -2.0).toPoint())
    trainer.wait_for(lambda: window.view is not None and window.view.tracks[0].points[0, 0] > 4)
    assert window.start == pytest.approx((5.0, -2.0), abs=0.1)
    assert window.start_x.value() == pytest.approx(window.start[0], abs=0.01)
    window.start_y.setValue(3.0)
    trainer.wait_for(lambda: window.view is not None and window.view.tracks[0].points[0, 1] == 3.0)


def test_rates_momentum_and_racers_begin_the_race_again(race: RaceAndTrainer) -> None:
    window, trainer = race
    table = window.table
    for key in METHODS:
        table.boxes[key].setChecked(key in ("sgd", "momentum"))
    table.rates["sgd"].setValue(0.5)
    table.momentum.setValue(0.0)
    table.same.click()
    assert table.racers == (Racer("sgd", 0.5, 0.0), Racer("momentum", 0.5, 0.0))
    window.step_button.click()
    trainer.wait_for(lambda: window.view is not None and window.view.steps == 1 and len(window.view.tracks) == 2)
    assert window.view is not None
    one, other = window.view.tracks
    assert one.points[1].tolist() == other.points[1].tolist(), "without momentum they are the same"
    table.suggested.click()
    assert table.rates["momentum"].value() == SURFACES["ravine"].rates["momentum"]
    for box in table.boxes.values():
        box.setChecked(False)
    trainer.wait_for(lambda: "Tick at least one" in window.words.text())


def test_who_flies_off_is_told_so(race: RaceAndTrainer) -> None:
    window, trainer = race
    choose(window, "rosenbrock")
    window.table.rates["sgd"].setValue(1.0)
    window._on_speed(4)
    window.play.click()
    trainer.wait_for(lambda: "flew off" in window.table.results["sgd"].text())
    assert window.table.results["sgd"].tone == "danger"


def test_who_arrives_is_told_after_how_many_steps(race: RaceAndTrainer) -> None:
    window, trainer = race
    window._on_speed(4)
    window.play.click()
    trainer.wait_for(lambda: "near after" in window.table.results["nesterov"].text())
    assert "First near a minimum" in window.words.text()
    assert "Nesterov (" in window.words.text()


def test_the_networks_loss_without_a_landscape_leads_to_the_landscape(race: RaceAndTrainer) -> None:
    window, trainer = race
    trainer.wait_for(lambda: trainer.session.analysis is not None)
    index = window.surface.count() - 1
    window.surface.setCurrentIndex(index)
    window.surface.activated.emit(index)
    holder = window.parentWidget()
    assert holder is not None
    landscape = next(iter(holder.findChildren(LandscapeWindow)))
    assert landscape.isVisible()
    assert window.surface.currentIndex() == 0, "the surface that is raced on stays"
    assert "Optimizer race here" in window.words.text()


def test_every_surface_can_be_drawn_and_raced_on_as_surface_too(race: RaceAndTrainer) -> None:
    window, trainer = race
    window.panel.switch.set_current(1)
    for key in SURFACES:
        choose(window, key)
        window.step_button.click()
        trainer.wait_for(lambda: window.view is not None and window.view.steps == 1)
        assert not window.grab().isNull()
        assert window.idea.text() == SURFACES[key].idea


def test_suggested_rates_suit_how_steep_a_ground_is() -> None:
    relief = classical_ground("ravine").relief
    steeper = Relief(relief.xs, relief.ys, 100 * relief.values)
    flat, steep = suggested_rates(relief), suggested_rates(steeper)
    assert steep["sgd"] == pytest.approx(flat["sgd"] / 100, rel=0.1)
    assert steep["adam"] == flat["adam"], "it divides by the gradient's size"
    level = Relief(relief.xs, relief.ys, 0 * relief.values)
    assert all(rate > 0 for rate in suggested_rates(level).values())


def test_the_buttons_of_train_open_both_windows(make_trainer: Callable[..., Trainer]) -> None:
    trainer = make_trainer(points())
    trainer.wait_for(lambda: trainer.session.analysis is not None)
    doors = Surroundings(trainer.session, trainer.controller)
    trainer.bot.addWidget(doors)
    doors.show()
    doors.race.click()
    doors.landscape.click()
    assert len(doors.findChildren(RaceWindow)) == len(doors.findChildren(LandscapeWindow)) == 1
    doors.race.click()
    assert len(doors.findChildren(RaceWindow)) == 1, "the one there is comes to the front"
    for window in (*doors.findChildren(RaceWindow), *doors.findChildren(LandscapeWindow)):
        window.close()
