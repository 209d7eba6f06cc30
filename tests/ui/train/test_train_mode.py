"""The Train screen with a real controller: what it shows and what its buttons, fields and keys do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from playground.graph import edits
from playground.graph.experiment import DataSettings, Experiment
from playground.train.events import Histogram, LayerPicture, Pictures
from playground.ui.theme import appearance
from playground.ui.train.train_mode import TrainMode
from tests.train.toy_runs import pictures, points
from tests.ui.conftest import settle
from tests.ui.train.conftest import Trainer

_FLAT = Histogram(np.ones(31, np.int64), -1.0, 1.0)
ENDLESS = points(epochs=1_000_000)
FEW_DIGITS = replace(pictures(), data=DataSettings("mnist", train_size=60, validation_fraction=0.01))


@pytest.fixture
def show(make_trainer: Callable[..., Trainer]) -> Callable[..., tuple[TrainMode, Trainer]]:
    def show_(experiment: Experiment, size: tuple[int, int] = (1440, 850)) -> tuple[TrainMode, Trainer]:
        trainer = make_trainer(experiment)
        mode = TrainMode(trainer.session, trainer.controller)
        trainer.bot.addWidget(mode)
        mode.resize(*size)
        mode.show()
        mode.activate()
        trainer.wait_for(lambda: mode.view.chart is not None)
        return mode, trainer

    return show_


Show = Callable[..., tuple[TrainMode, Trainer]]


def is_seen(widget: QWidget, mode: TrainMode) -> bool:
    return widget.isVisibleTo(mode)


# ---- what it shows


def test_a_run_from_play_to_its_result(show: Show) -> None:
    mode, trainer = show(FEW_DIGITS)
    assert not is_seen(mode.view.outcome, mode)
    QTest.mouseClick(mode.transport.play, Qt.MouseButton.LeftButton)
    assert mode.transport.play.text().strip() == "Pause"
    trainer.wait_state("finished")
    assert mode.transport.epoch.text() == "2 / 2"
    assert mode.transport.bar.value() == mode.transport.bar.maximum()
    assert mode.transport.play.text().strip() == "2 more"
    assert "Finished after 2 epochs." in mode.view.outcome.label.text()
    result = trainer.controller.history.result
    assert result is not None
    assert f"{100 * result.accuracy:.2f} % of the 2,000 test examples are right" in mode.view.outcome.label.text()
    assert "Too early to tell" in mode.view.sentence.text()
    chart = mode.view.chart
    assert chart is not None
    np.testing.assert_array_equal(chart.curves.training, trainer.controller.history.epoch_column("train_loss"))
    assert [layer.node for layer in mode.view.network.weights.histograms.layers] == ["conv1", "fc1"]
    mode.view.network.switch.set_current(mode.view.network.switch.items.index("Kernels"))
    assert len(mode.view.network.kernels.grid) == 3
    assert mode.mistakes.confusion.counts.sum() == 200
    assert is_seen(mode.mistakes.worst, mode)


def test_what_keeps_a_network_from_training_is_said_with_a_way_to_build(show: Show) -> None:
    experiment = points()
    mode, trainer = show(replace(experiment, graph=edits.set_params(experiment.graph, "fc2", {"out_features": 3})))
    assert is_seen(mode.empty, mode)
    assert mode.empty.text.text() == "3 outputs, but Circle has 2 classes."
    assert not mode.transport.play.isEnabled()
    with trainer.bot.waitSignal(mode.build_requested, timeout=1000):
        mode.empty.build_button.click()
    trainer.session.edit("mend", experiment.graph)
    settle(trainer.session, trainer.bot)
    assert not is_seen(mode.empty, mode)
    assert mode.transport.play.isEnabled()


def test_a_failure_is_said_on_the_screen_and_not_twice(show: Show) -> None:
    mode, trainer = show(points(learning_rate=1e38, optimizer="sgd"))
    mode.transport.play.click()
    trainer.wait_state("failed")
    assert "Choose a smaller learning rate" in mode.view.outcome.label.text()
    assert is_seen(mode.view.outcome, mode)
    assert trainer.said == []
    mode.view.outcome.close_button.click()
    mode.view.refresh()
    assert not is_seen(mode.view.outcome, mode)  # closed is closed


def test_failures_in_another_mode_are_said_by_the_window(show: Show) -> None:
    mode, trainer = show(points(learning_rate=1e38, optimizer="sgd"))
    mode.deactivate()
    trainer.controller.play()
    trainer.wait_state("failed")
    assert [level for level, _ in trainer.said] == ["error"]


def test_what_is_not_on_screen_is_drawn_when_it_comes_back(show: Show) -> None:
    mode, trainer = show(points())
    mode.deactivate()
    trainer.controller.play()
    trainer.wait_state("finished")
    chart = mode.view.chart
    assert chart is not None
    assert len(chart.curves.epoch_x) == 0
    mode.activate()
    assert len(chart.curves.epoch_x) == 3


def test_values_to_predict_have_no_accuracy_and_without_validation_nothing_aside(show: Show) -> None:
    from playground.zoo import zoo_experiment

    mazur = zoo_experiment("mazur")
    mode, trainer = show(replace(mazur, training=replace(mazur.training, epochs=5)))
    assert not is_seen(mode.mistakes, mode)
    assert mode.view.metric_switch.items == ("Loss", "Mean error", "Learning rate")
    mode.transport.play.click()
    trainer.wait_state("finished")
    assert "On the test example it is off by 0.4" in mode.view.outcome.label.text()


def test_values_are_shown_against_the_true_ones_and_errors_in_their_unit(show: Show) -> None:
    from playground.zoo import zoo_experiment

    cars = zoo_experiment("car-mpg")
    mode, trainer = show(replace(cars, training=replace(cars.training, epochs=3)))
    assert is_seen(mode.mistakes, mode)
    assert not is_seen(mode.mistakes.values, mode)
    mode.transport.play.click()
    trainer.wait_state("finished")
    assert is_seen(mode.mistakes.values, mode)
    assert not is_seen(mode.mistakes.confusion, mode)
    history = trainer.controller.history
    error = float(history.epoch_column("validation_error")[-1])
    true, predicted = mode.mistakes.values.values
    assert float(np.abs(true - predicted).mean()) == pytest.approx(error, rel=1e-4)
    assert f"Off by {error:.3g} mpg on average after epoch 3" in mode.mistakes.summary.text()
    assert history.result is not None
    assert f"it is off by {history.result.error:.3g} mpg on average" in mode.view.outcome.label.text()
    mode.view.metric_switch.set_current(1)
    chart = mode.view.chart
    assert chart is not None
    np.testing.assert_array_equal(chart.curves.validation, history.epoch_column("validation_error"))
    trainer.session.choose_data("digits8x8")
    assert mode.view.metric_switch.items == ("Loss", "Accuracy", "Learning rate")


def test_the_mistakes_stand_aside_where_there_is_room_and_below_where_there_is_none(show: Show) -> None:
    mode, _ = show(pictures())
    assert mode.mistakes.parentWidget() is mode._right_holder
    mode.resize(1100, 650)
    QApplication.processEvents()
    assert mode.mistakes.parentWidget() is mode.view
    assert not is_seen(mode._right, mode)


def test_the_plane_has_the_width_for_itself(show: Show) -> None:
    mode, _ = show(points())
    assert mode.view.plane.applies
    assert mode.mistakes.parentWidget() is mode.view
    assert not is_seen(mode._right, mode)


def test_both_themes_and_both_metrics_draw(show: Show) -> None:
    mode, trainer = show(points())
    mode.transport.play.click()
    trainer.wait_state("finished")
    chart = mode.view.chart
    assert chart is not None
    dark = mode.grab().toImage()
    appearance.set_choice("light")
    QApplication.processEvents()
    assert mode.grab().toImage() != dark
    mode.view.metric_switch.set_current(1)
    np.testing.assert_allclose(chart.curves.training, 100 * trainer.controller.history.epoch_column("train_accuracy"))
    assert not is_seen(mode.view.logarithmic, mode)
    mode.view.metric_switch.set_current(0)
    mode.view.logarithmic.click()
    np.testing.assert_allclose(chart.curves.training, np.log10(trainer.controller.history.epoch_column("train_loss")))


def test_a_loss_that_becomes_no_number_is_explained_and_a_lower_rate_is_one_click_away(show: Show) -> None:
    mode, trainer = show(replace(FEW_DIGITS, training=pictures(optimizer="sgd", learning_rate=1e20).training))
    mode.transport.play.click()
    trainer.wait_state("failed")
    assert "the loss grew beyond all numbers, since the steps were too large" in mode.view.outcome.label.text()
    assert mode.view.outcome.action_button.text() == "Go on with rate 1e+19"
    mode.view.outcome.action_button.click()
    assert trainer.session.experiment.training.learning_rate == 1e19
    trainer.wait_state("failed", "finished")
    assert trainer.session.document.undo_label == "Change the learning rate"


def test_the_gravest_trouble_of_the_layers_stands_below_the_verdict(show: Show) -> None:
    mode, trainer = show(FEW_DIGITS)
    assert not is_seen(mode.view.health, mode)
    for step in range(1, 6):
        gradients = (("conv1", 1e-7), ("fc1", 0.1))
        layers = tuple(LayerPicture(node, _FLAT, _FLAT, 1e-3, 0.3, size) for node, size in gradients)
        trainer.controller.over_time.add(Pictures(step, 0.0, layers))
        trainer.controller.over_time.add(Pictures(step, step / 10, layers))
    trainer.controller.history._position = 1.0
    mode.view.refresh()
    assert is_seen(mode.view.health, mode)
    assert "that of conv1 is 1,000,000 times smaller than that of fc1" in mode.view.health.text()


# ---- the chart under the mouse


def test_hovering_reads_exact_values_and_dragging_zooms_until_a_double_click(show: Show) -> None:
    mode, trainer = show(points(epochs=6))
    mode.transport.play.click()
    trainer.wait_state("finished")
    chart = mode.view.chart
    assert chart is not None
    plot, viewport = chart._plot, chart._plot.viewport()

    def at(x: float, y: float) -> QPoint:
        return plot.mapFromScene(chart._box.mapViewToScene(QPointF(x, y)))

    QTest.mouseMove(viewport, at(3.1, 0.4))
    trainer.wait_for(lambda: not chart.reading.isHidden())
    told = {name: value for name, value, _ in chart.reading.lines}
    history = trainer.controller.history
    assert "epoch 3" in told
    assert float(told["training"]) == pytest.approx(history.epoch_column("train_loss")[2], rel=1e-5)
    assert float(told["validation"]) == pytest.approx(history.epoch_column("validation_loss")[2], rel=1e-5)
    before = chart._box.viewRange()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=at(2, 0.5))
    for x in (2.5, 3, 3.5, 4):
        QTest.mouseMove(viewport, at(x, 0.2))
        trainer.bot.wait(15)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at(4, 0.2))
    assert chart.is_zoomed
    (left, right), _ = chart._box.viewRange()
    assert 1.8 < left < 2.2
    assert 3.8 < right < 4.2
    chart.redraw()
    assert chart._box.viewRange()[0] == [left, right]  # new points do not take the zoom away
    assert is_seen(mode.view.head.whole, mode)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=viewport.rect().center())
    assert not chart.is_zoomed
    assert not is_seen(mode.view.head.whole, mode)
    np.testing.assert_allclose(chart._box.viewRange(), before)


# ---- buttons, fields and keys


def test_fields_are_undoable_edits_and_follow_undo(show: Show) -> None:
    mode, trainer = show(points())
    form, session = mode.form, trainer.session
    form.batch.setValue(50)
    form.validation.setValue(20)
    form.rate.setValue(0.25)
    form.epochs.setValue(7)
    form.train_size.setValue(120)
    training, data = session.experiment.training, session.experiment.data
    assert (training.batch_size, training.learning_rate, training.epochs) == (50, 0.25, 7)
    assert (data.validation_fraction, data.train_size) == (0.2, 120)
    assert session.document.undo_label == "Change the number of examples"
    for _ in range(5):
        session.document.undo()
    assert session.experiment == points()
    assert (form.batch.value(), form.validation.value(), form.rate.value(), form.epochs.value()) == (32, 10, 0.01, 3)


def test_momentum_is_shown_for_sgd_only(show: Show) -> None:
    mode, trainer = show(points())
    assert not is_seen(mode.form.momentum_row, mode)
    mode.form.method.setCurrentText("SGD")
    mode.form.method.activated.emit(mode.form.method.currentIndex())
    assert trainer.session.experiment.training.optimizer == "sgd"
    assert is_seen(mode.form.momentum_row, mode)
    mode.form.momentum.setValue(0.5)
    assert trainer.session.experiment.training.momentum == 0.5


def test_the_data_set_brings_its_own_fields(show: Show) -> None:
    mode, trainer = show(points())
    assert is_seen(mode.form.noise_row, mode)
    mode.form.data_set.setCurrentText("MNIST digits")
    mode.form.data_set.activated.emit(mode.form.data_set.currentIndex())
    assert trainer.session.experiment.data.name == "mnist"
    assert not is_seen(mode.form.noise_row, mode)


def test_seed_and_dice_begin_anew(show: Show) -> None:
    mode, trainer = show(points())
    mode.transport.play.click()
    trainer.wait_state("finished")
    mode.form.seed.setValue(5)
    assert trainer.session.experiment.seed == 5
    assert len(trainer.controller.history) == 0
    mode.form.dice.click()
    assert trainer.session.experiment.seed != 5
    assert mode.form.seed.value() == trainer.session.experiment.seed


def test_the_device_list_holds_what_the_machine_has(show: Show) -> None:
    mode, trainer = show(points())
    trainer.wait_for(lambda: bool(trainer.controller.devices))
    keys = [mode.form.device.itemData(index) for index in range(mode.form.device.count())]
    assert keys == ["auto", *(key for key in ("cuda", "mps", "cpu") if key in trainer.controller.devices)]
    assert mode.form.device.currentData() == "cpu"


def test_the_best_epoch_is_offered_and_taken(show: Show) -> None:
    mode, trainer = show(points(epochs=12, learning_rate=0.8))
    mode.transport.play.click()
    trainer.wait_state("finished")
    best = trainer.controller.better_epoch
    assert mode.view.best.text() == f"Use the weights of epoch {best}"
    mode.view.best.click()
    trainer.wait_for(lambda: not is_seen(mode.view.best, mode) and trainer.controller.state == "finished")
    assert f"The weights are now those of epoch {best}" in mode.view.outcome.label.text()


def test_keys_play_pause_step_and_reset(show: Show) -> None:
    mode, trainer = show(ENDLESS)
    trainer.bot.waitActive(mode, timeout=5000)
    QTest.keyClick(mode, Qt.Key.Key_Right)
    trainer.wait_for(lambda: trainer.steps == 1)
    trainer.wait_state("paused")
    QTest.keyClick(mode, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    trainer.wait_for(lambda: trainer.steps == 8)
    trainer.wait_state("paused")
    QTest.keyClick(mode, Qt.Key.Key_Space)
    trainer.wait_state("running")
    QTest.keyClick(mode, Qt.Key.Key_Space)
    trainer.wait_state("paused")
    QTest.keyClick(mode, Qt.Key.Key_Home)
    assert trainer.controller.state == "idle"
    assert len(trainer.controller.history) == 0


def test_keys_belong_to_the_field_that_is_being_typed_in(show: Show) -> None:
    mode, trainer = show(points())
    trainer.bot.waitActive(mode, timeout=5000)
    mode.form.rate.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_Space):
        QTest.keyClick(mode.form.rate.lineEdit(), key)
    mode.form.method.setFocus()
    QTest.keyClick(mode.form.method, Qt.Key.Key_Home)
    trainer.bot.wait(100)
    assert trainer.controller.state == "idle"


def test_clicking_buttons_leaves_the_keyboard_to_the_mode(show: Show) -> None:
    mode, trainer = show(points())
    trainer.bot.waitActive(mode, timeout=5000)
    QTest.mouseClick(mode.transport.one_batch, Qt.MouseButton.LeftButton)
    trainer.wait_state("paused")
    assert mode.hasFocus()


def test_the_confusion_matrix_says_each_cell_in_words(show: Show) -> None:
    mode, _ = show(FEW_DIGITS)
    matrix = mode.mistakes.confusion
    counts = np.zeros((10, 10), dtype=int)
    counts[4, 4], counts[4, 9] = 17, 3
    matrix.set_counts(counts, tuple("0123456789"))
    pitch = matrix._pitch(matrix.width())
    right = QPoint(round(64 + 4.5 * pitch), round(4.5 * pitch))
    wrong = QPoint(round(64 + 9.5 * pitch), round(4.5 * pitch))
    assert matrix.words_at(right) == "17 of 20 examples of 4 are recognised."
    assert matrix.words_at(wrong) == "3 of 20 examples of 4 are taken for 9."
    assert matrix.words_at(QPoint(5, 5)) == ""


def test_a_set_that_is_only_to_be_looked_at_is_refused_before_play(show: Show) -> None:
    experiment = pictures()
    mode, trainer = show(experiment)
    trainer.session.apply("look", replace(experiment, data=DataSettings("imagenet")))
    assert is_seen(mode.empty, mode)
    assert "cannot learn" in mode.empty.text.text()
    assert not mode.transport.play.isEnabled()


def test_space_presses_the_button_that_tab_has_reached(show: Show) -> None:
    """Elsewhere it plays and pauses."""
    mode, trainer = show(points())
    opened: list[str] = []
    trainer.controller.lecture.gallery_requested.connect(lambda: opened.append("gallery"))
    mode.surroundings.experiments.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(mode.surroundings.experiments, Qt.Key.Key_Space)
    assert opened == ["gallery"]
    assert trainer.controller.state == "idle"
