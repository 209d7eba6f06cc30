"""The slider under the curves, as a hand on mouse and keyboard uses it, and the pages that go with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from playground.graph.experiment import DataSettings, Experiment
from playground.ui.train.network.panel import NetworkPanel
from playground.ui.train.time_slider import TimeSlider
from playground.ui.train.train_mode import TrainMode
from tests.train.toy_runs import pictures, points
from tests.ui.train.conftest import Trainer

FEW_DIGITS = replace(pictures(epochs=2), data=DataSettings("mnist", train_size=60, validation_fraction=0.01))

Show = Callable[..., tuple[Trainer, TrainMode]]


@pytest.fixture
def show(make_trainer: Callable[..., Trainer]) -> Iterator[Show]:
    shown: list[TrainMode] = []

    def make(experiment: Experiment) -> tuple[Trainer, TrainMode]:
        trainer = make_trainer(experiment)
        mode = TrainMode(trainer.session, trainer.controller)
        mode.resize(1440, 900)
        mode.show()
        mode.activate()
        shown.append(mode)
        trainer.wait_for(lambda: bool(trainer.session.activations) and mode.view.chart is not None)
        return trainer, mode

    yield make
    for mode in shown:
        mode.close()


def train(trainer: Trainer) -> None:
    trainer.controller.play()
    trainer.wait_state("finished")


def page(mode: TrainMode, title: str) -> NetworkPanel:
    panel = mode.view.network
    panel.switch.set_current(panel.switch.items.index(title))
    return panel


def same(shown: np.ndarray | None, expected: np.ndarray) -> bool:
    return shown is not None and np.array_equal(shown, expected)


def drag_to(slider: TimeSlider, x: float) -> None:
    track = slider.track
    end = QPoint(round(x), track.height() // 2)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(round(track.x_of(0)), track.height() // 2))
    for place in (QPointF(end.x() - 5, end.y()), QPointF(end)):
        left = Qt.MouseButton.LeftButton  # held down, which QTest.mouseMove cannot do
        move = QMouseEvent(QEvent.Type.MouseMove, place, place, left, left, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(track, move)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=end)


def test_dragging_goes_back_in_time_and_the_button_comes_back(show: Show) -> None:
    trainer, mode = show(points(epochs=60))
    slider, looking = mode.view.time, trainer.controller.looking
    assert not slider.track.isEnabled()
    assert "While the network learns" in slider.words.text()
    train(trainer)
    assert slider.track.isEnabled()
    assert slider.words.text().startswith("Now, after 60 epochs.")
    assert not slider.now.isVisible()
    chart = mode.view.chart
    assert chart is not None
    assert slider.track.ends == chart.span
    drag_to(slider, (slider.track.x_of(0) + slider.track.x_of(60)) / 2)
    assert looking.moment is not None
    nearest = min(abs(position - 30) for position in looking.moments.positions)
    assert abs(looking.position - 30) == pytest.approx(nearest, abs=0.2)
    assert slider.words.text().startswith("As it was after")
    QTest.mouseClick(slider.now, Qt.MouseButton.LeftButton)
    assert looking.moment is None
    drag_to(slider, slider.track.x_of(20))
    assert looking.moment is not None
    drag_to(slider, slider.track.width() + 50)
    assert looking.moment is None


def test_with_the_keyboard_the_slider_has_the_arrows_and_training_stands_still(show: Show) -> None:
    trainer, mode = show(points(epochs=40))
    train(trainer)
    track, looking = mode.view.time.track, trainer.controller.looking
    mode.activateWindow()
    track.setFocus()
    trainer.wait_for(track.hasFocus)
    positions = looking.moments.positions
    QTest.keyClick(track, Qt.Key.Key_Right)
    assert looking.moment is None
    QTest.keyClick(track, Qt.Key.Key_Left)
    assert looking.position == positions[-2]
    QTest.keyClick(track, Qt.Key.Key_Left)
    assert looking.position == positions[-3]
    QTest.keyClick(track, Qt.Key.Key_Home)
    assert looking.position == 0.0
    QTest.keyClick(track, Qt.Key.Key_Left)
    assert looking.position == 0.0
    QTest.keyClick(track, Qt.Key.Key_PageUp)
    assert looking.moment is None or looking.position == positions[min(10, len(positions) - 1)]
    QTest.keyClick(track, Qt.Key.Key_Home)
    QTest.keyClick(track, Qt.Key.Key_Escape)
    assert looking.moment is None
    assert trainer.controller.state == "finished"
    assert trainer.steps == 40 * 8
    QTest.keyClick(mode, Qt.Key.Key_Right)
    trainer.wait_state("paused")
    assert trainer.steps == 40 * 8 + 1


def test_it_says_how_much_of_the_past_is_kept(show: Show) -> None:
    trainer, mode = show(points(epochs=40))
    train(trainer)
    track = mode.view.time.track
    help_event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), track.mapToGlobal(QPoint(5, 5)))
    QApplication.sendEvent(track, help_event)
    said = QToolTip.text()
    assert f"{len(trainer.controller.looking.moments)} moments are kept" in said
    assert "of at most 256 MB" in said
    assert "every second one is let go" in said
    QToolTip.hideText()


def test_kernels_and_feature_maps_go_to_the_moment(show: Show) -> None:
    trainer, mode = show(FEW_DIGITS)
    trainer.controller.play()
    looking, session = trainer.controller.looking, trainer.session
    trainer.wait_state("finished")
    shown = page(mode, "Kernels").kernels
    assert shown.layer.count() == 2
    final = session.starting_state()["conv1.weight"][:, 0]
    np.testing.assert_array_equal(shown.grid.maps, final)
    mode.view.time.track.setFocus()
    looking.look_at(0.0)
    first = shown.grid.maps
    assert first is not None
    assert looking.moment is not None
    np.testing.assert_array_equal(first, looking.moment.state["conv1.weight"][:, 0])
    assert not np.array_equal(first, final)
    assert "as they were before the first batch" in shown.words.text()
    shown.layer.setCurrentIndex(1)
    shown.layer.activated.emit(1)
    shown.look.setCurrentIndex(shown.look.findText("all input channels of one unit"))
    shown.look.activated.emit(shown.look.currentIndex())
    shown.number.setValue(4)
    np.testing.assert_array_equal(shown.grid.maps, looking.moment.state["fc1.weight"].reshape(10, 3, 6, 6)[3])
    assert shown.detail.title.text() == "Channel 1 of unit 4"
    maps = page(mode, "Feature maps").maps
    trainer.wait_for(lambda: "before the first batch" in maps.words.text() and maps.grid.maps is not None)
    trainer.wait_for(lambda: same(maps.grid.maps, looking.activations["conv1"]))
    past = np.array(looking.activations["conv1"])
    looking.look_at_now()
    np.testing.assert_array_equal(maps.grid.maps, session.activations["conv1"])
    assert not np.array_equal(past, session.activations["conv1"])


def test_the_example_of_the_maps_is_chosen_here_and_any_layer_can_be_seen(show: Show) -> None:
    trainer, mode = show(FEW_DIGITS)
    maps = page(mode, "Feature maps").maps
    session = trainer.session
    trainer.wait_for(lambda: maps.grid.isVisible())
    assert maps.which.text() == "1 of 2,000"
    QTest.mouseClick(maps.before, Qt.MouseButton.LeftButton)
    assert session.example_index == 1999
    QTest.mouseClick(maps.after, Qt.MouseButton.LeftButton)
    QTest.mouseClick(maps.after, Qt.MouseButton.LeftButton)
    assert maps.which.text() == "2 of 2,000"
    trainer.wait_for(lambda: same(maps.grid.maps, session.activations["conv1"]))
    maps.choose("fc1")
    assert maps.strip.isVisible()
    assert not maps.grid.isVisible()
    numbers = session.activations["fc1"]
    maps.strip.hovered.emit((0, 3))
    assert maps.pointed.text().startswith("3: ")
    assert len(numbers) == 10
    maps.choose("loss")
    assert maps.words.text()


def test_a_network_without_pictures_says_so(show: Show) -> None:
    _, mode = show(points())
    shown = page(mode, "Kernels").kernels
    assert shown.hint.isVisible()
    assert "no convolution" in shown.hint.text()
    assert not shown.layer.isVisible()


def test_the_arrows_walk_through_the_kernels_and_not_through_the_batches(show: Show) -> None:
    trainer, mode = show(FEW_DIGITS)
    grid = page(mode, "Kernels").kernels.grid
    trainer.wait_for(lambda: len(grid) == 3)
    mode.activateWindow()
    grid.setFocus()
    trainer.wait_for(grid.hasFocus)
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == 1
    assert mode.view.network.kernels.detail.title.text() == "Filter 2"
    assert trainer.controller.state == "idle"
