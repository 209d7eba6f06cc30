"""The window of the loss landscape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from playground.graph.experiment import Experiment
from playground.train import BatchDone, Training, split_for
from playground.train.relief.landscape import LossInPlane
from playground.train.relief.planes import WeightPlace
from playground.train.showing.moments import Moment
from playground.ui.train.relief.landscape_window import LandscapeWindow, open_landscape, usual_examples
from playground.ui.train.relief.race_window import RaceWindow
from tests.train.toy_runs import points
from tests.ui.train.conftest import Trainer

Open = Callable[..., tuple[LandscapeWindow, Trainer]]


@pytest.fixture
def open_window(make_trainer: Callable[..., Trainer]) -> Iterator[Open]:
    """A window that has measured a coarse landscape, of a run of two epochs if it is to be `trained`."""
    opened: list[LandscapeWindow | RaceWindow] = []
    holders: list[QWidget] = []

    def open_(experiment: Experiment | None = None, trained: bool = False) -> tuple[LandscapeWindow, Trainer]:
        trainer = make_trainer(experiment or points())
        trainer.wait_for(lambda: trainer.session.analysis is not None)
        if trained:
            training = Training(points(), split_for(points()))
            for event in training.events():
                if isinstance(event, BatchDone):
                    state = training.checkpoint().state
                    trainer.controller.looking.moments.add(Moment(event.position, state))
        holder = QWidget()
        trainer.bot.addWidget(holder)
        holder.show()
        holders.append(holder)
        window = open_landscape(trainer.session, trainer.controller, holder)
        opened.append(window)
        window.form.size_field.setCurrentIndex(0)
        window._soon.setInterval(10)
        window._follow.setInterval(10)
        window.measure()
        trainer.wait_for(lambda: not window.job.is_running)
        return window, trainer

    yield open_
    for holder in holders:
        for race in holder.findChildren(RaceWindow):
            race.close()
    for window in opened:
        window.close()


def measured_again(window: LandscapeWindow, trainer: Trainer) -> None:
    """Wait until what the form asks for now is measured."""
    before = window.job.wanted
    trainer.wait_for(lambda: window.job.wanted is not before and not window.job.is_running)


def test_it_measures_at_once_and_says_what_it_found(open_window: Open) -> None:
    window, _ = open_window()
    relief, made = window.panel.relief, window.job.made
    assert relief is not None
    assert made is not None
    oracle = LossInPlane(points(), split_for(points()), {})
    oracle.look_along(made.plane)
    assert relief.at(0.0, 0.0) == pytest.approx(oracle.value(0.0, 0.0), rel=1e-5)
    assert relief.values[0, -1] == pytest.approx(oracle.value(1.0, -1.0), rel=1e-5)
    assert "225 training examples" in window.words.text()
    assert "625 points measured" in window.status.text()
    assert window.race.isEnabled()
    assert not window.form.fits_way.isEnabled(), "there is no run yet"


def test_two_weights_are_chosen_from_lists_and_drawn_by_their_values(open_window: Open) -> None:
    window, trainer = open_window()
    window.form.choose("weights")
    measured_again(window, trainer)
    one = window.form.one
    assert "fc2.weight (2×8)" in [one.parameter.itemText(index) for index in range(one.parameter.count())]
    names = [one.parameter.itemText(index).split(" ")[0] for index in range(one.parameter.count())]
    one.parameter.setCurrentIndex(names.index("fc2.weight"))
    one.parameter.activated.emit(one.parameter.currentIndex())
    one.numbers[1].setValue(6)
    assert one.place == WeightPlace("fc2.weight", (0, 6))
    measured_again(window, trainer)
    made = window.job.made
    assert made is not None
    assert made.plane.labels[0] == "fc2.weight[0, 6]"
    assert made.plane.origin[0] == pytest.approx(float(made.ground.centre["fc2.weight"][0, 6]))


def test_the_same_weight_twice_is_said_to_be_no_plane(open_window: Open) -> None:
    window, trainer = open_window()
    window.form.choose("weights")
    measured_again(window, trainer)
    place = window.form.other.place
    assert place is not None
    window.form.one.show_place(place)
    window.form.one.changed.emit()
    trainer.wait_for(lambda: "two different ones" in window.panel.note.text())
    assert not window.race.isEnabled()
    window.form.moved_most.click()
    measured_again(window, trainer)
    assert window.race.isEnabled()


def test_the_way_of_a_run_is_drawn_and_can_be_followed(open_window: Open) -> None:
    window, trainer = open_window(trained=True)
    moments = trainer.controller.looking.moments
    assert len(window._way) == len(moments)
    newest = moments.newest
    assert newest is not None
    assert "the way of the run" in window.words.text()
    window.form.choose("path")
    measured_again(window, trainer)
    made = window.job.made
    assert made is not None
    places, _ = made.plane.place([newest.state])
    assert window._way[-1] == pytest.approx(places[0])
    assert window._seen > 0.8, "the run goes mostly in these directions"
    left, right, bottom, top = made.plane.window
    assert ((window._way >= (left, bottom)) & (window._way <= (right, top))).all()
    window.form.choose("random")
    measured_again(window, trainer)
    window.form.fits_way.setChecked(True)
    measured_again(window, trainer)
    assert not window.form.reach_row.isEnabled()
    made = window.job.made
    assert made is not None
    assert made.plane.window != pytest.approx((-1, 1, -1, 1))


def test_a_run_that_goes_on_is_followed(open_window: Open) -> None:
    window, trainer = open_window(trained=True)
    looking, before = trainer.controller.looking, len(window._way)
    newest = looking.moments.newest
    assert newest is not None
    looking.moments.add(Moment(newest.position + 1, {name: value + 0.5 for name, value in newest.state.items()}))
    looking.moments_changed.emit()
    trainer.wait_for(lambda: len(window._way) == before + 1)
    assert np.hypot(*(window._way[-1] - window._way[-2])) > 0


def test_a_click_on_the_way_goes_to_that_moment_and_the_dot_follows(open_window: Open) -> None:
    window, trainer = open_window(trained=True)
    window.form.choose("path")
    measured_again(window, trainer)
    looking, contour = trainer.controller.looking, window.panel.contour
    QTest.mouseClick(contour, Qt.MouseButton.LeftButton, pos=contour.place_of(*window._way[0]).toPoint())
    moment = looking.moment
    assert moment is not None
    assert moment.position == looking.moments.positions[0]
    assert contour._trails[0].here == 0
    QTest.mouseClick(contour, Qt.MouseButton.LeftButton, pos=contour.place_of(*window._way[-1]).toPoint())
    assert looking.moment is None
    assert contour._trails[0].here == -1
    left, _, _, top = contour._relief.window  # type: ignore[union-attr]
    QTest.mouseClick(contour, Qt.MouseButton.LeftButton, pos=contour.place_of(left, top).toPoint() + QPoint(3, 3))
    assert looking.moment is None, "nobody was there"


def test_it_can_be_cancelled_and_what_is_there_stays(open_window: Open) -> None:
    window, trainer = open_window()
    window.form.examples.setValue(5000)
    window.form.size_field.setCurrentIndex(2)
    window.measure()
    trainer.wait_for(lambda: window.job.done > 0)
    assert window.again.text() == "Cancel"
    window.again.click()
    assert not window.job.is_running
    assert 0 < window.job.done < window.job.total
    assert "points measured" in window.status.text()
    assert window.again.text() == "Measure again"


def test_another_network_is_measured_anew_and_one_that_cannot_be_is_said_to(open_window: Open) -> None:
    window, trainer = open_window()
    session = trainer.session
    nodes = tuple(replace(n, params={"out_features": 5}) if n.id == "fc1" else n for n in session.graph.nodes)
    session.edit("Fewer units", replace(session.graph, nodes=nodes))
    measured_again(window, trainer)
    made = window.job.made
    assert made is not None
    assert made.ground.centre["fc1.weight"].shape == (5, 2)
    session.edit("No loss", replace(session.graph, nodes=session.graph.nodes[:-1], edges=session.graph.edges[:-1]))
    trainer.wait_for(lambda: window.panel.relief is None)
    assert window.panel.note.isVisible()
    assert window.panel.note.text()
    assert not window.race.isEnabled()
    session.document.undo()
    trainer.wait_for(lambda: window.panel.relief is not None and not window.job.is_running)
    assert window.race.isEnabled()


def test_the_race_goes_over_its_ground_with_the_real_loss(open_window: Open) -> None:
    window, trainer = open_window()
    window.race.click()
    holder = window.parentWidget()
    assert holder is not None
    race = next(iter(holder.findChildren(RaceWindow)))
    assert race.ground.key == "network"
    race.runner.step()
    trainer.wait_for(lambda: race.view is not None and race.view.steps == 1)
    made = window.job.made
    assert made is not None
    assert race.view is not None
    for track in race.view.tracks:
        assert track.heights[0] == pytest.approx(made.ground.value(*race.start), rel=1e-5)
    assert min(track.heights[-1] for track in race.view.tracks) < race.view.tracks[0].heights[0]


def test_only_one_window_is_opened(open_window: Open) -> None:
    window, trainer = open_window()
    holder = window.parentWidget()
    assert holder is not None
    assert open_landscape(trainer.session, trainer.controller, holder) is window


def test_costly_networks_are_measured_on_fewer_examples() -> None:
    assert [usual_examples(cost) for cost in (0, 100_000, 400_000, 15_000_000_000)] == [256, 256, 128, 64]
