"""The plane in Train mode: maps of every unit, and the network changed right there, as a user would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from playground.engine.chain_edits import features_of
from playground.engine.dense_chain import find_dense_chain
from playground.graph.experiment import Experiment
from playground.ui.theme import DARK, appearance
from playground.ui.train.plane.colours import class_pixels, inks_of, signed_pixels
from playground.ui.train.plane.layout import Layout, Plan, Unit, Wire
from playground.ui.train.plane.view import PlaneView
from playground.ui.train.train_mode import TrainMode
from playground.zoo import zoo_experiment
from tests.train.toy_runs import pictures
from tests.ui.conftest import settle
from tests.ui.train.conftest import Trainer


def toy(key: str = "circle", epochs: int = 100_000) -> Experiment:
    experiment = zoo_experiment(key)
    return replace(experiment, training=replace(experiment.training, epochs=epochs))


@pytest.fixture
def show(make_trainer: Callable[..., Trainer]) -> Callable[[Experiment], tuple[PlaneView, Trainer]]:
    shown: list[TrainMode] = []

    def show_(experiment: Experiment) -> tuple[PlaneView, Trainer]:
        trainer = make_trainer(experiment)
        mode = TrainMode(trainer.session, trainer.controller)
        trainer.bot.addWidget(mode)
        shown.append(mode)
        mode.resize(1440, 850)
        mode.show()
        mode.activate()
        plane = mode.view.plane
        if plane.applies:
            trainer.wait_for(lambda: plane.frame is not None)
        return plane, trainer

    return show_


Show = Callable[[Experiment], tuple[PlaneView, Trainer]]


def redrawn(plane: PlaneView, trainer: Trainer, do: Callable[[], None]) -> None:
    """Do something, and wait for the picture that shows it."""
    before = plane.frame
    do()
    settle(trainer.session, trainer.bot)
    trainer.wait_for(lambda: plane.frame is not None and plane.frame is not before)


def middle_of(plane: PlaneView, unit: Unit) -> QPoint:
    return plane.drawing.layout_now.place(unit).center().toPoint()


def test_it_shows_every_unit_and_what_the_network_answers(show: Show) -> None:
    plane, trainer = show(toy())
    assert plane.isVisible()
    frame = plane.frame
    assert frame is not None
    assert [len(stage) for stage in frame.maps.stages] == [4, 2, 2]
    assert [column.shape for column in frame.columns] == [(700, 100), (400, 100), (200, 100), (200, 100)]
    np.testing.assert_array_equal(frame.weights[0], trainer.session.state["fc1.weight"])
    assert plane.drawing.plan == Plan(7, (0, 1), (4, 2, 2), 0)
    assert plane.output.picture is not None
    assert "everywhere" in plane.caption.text()


def test_other_networks_and_data_have_no_plane(show: Show) -> None:
    for experiment in (pictures(), zoo_experiment("mazur")):
        plane, _ = show(experiment)
        assert not plane.applies
        assert not plane.isVisible()


def test_it_follows_the_training_and_goes_back_in_time(show: Show) -> None:
    plane, trainer = show(toy())
    start = plane.frame
    assert start is not None
    trainer.train_until(20)
    looking = trainer.controller.looking
    trainer.wait_for(lambda: plane.frame is not None and not np.array_equal(plane.frame.answer, start.answer))
    looking.look_at(0)
    assert looking.moment is not None
    then = looking.moment.state["fc1.weight"]
    assert not np.array_equal(then, trainer.session.starting_state()["fc1.weight"])
    trainer.wait_for(lambda: plane.frame is not None and np.array_equal(plane.frame.weights[0], then))
    plane.drawing.opened.emit(Wire(0, 0, 0), QPoint(300, 300))
    assert plane.card is not None
    assert not any(field.isEnabled() for field in plane.card.fields.values()), "the past cannot be changed"


def test_a_unit_under_the_mouse_or_reached_by_keys_is_shown_large(show: Show) -> None:
    plane, _ = show(toy())
    answer = plane.output.picture
    assert answer is not None
    QTest.mouseMove(plane.drawing, middle_of(plane, Unit(1, 2)))
    assert plane.caption.text() == "hidden 1 · tanh · unit 3"
    assert plane.frame is not None
    large = plane.output.picture
    assert large is not None
    assert large.pixel(10, 20) == plane.frame.columns[1][2 * 100 + 20, 10]
    plane.output.pointed.emit((-6.0, 6.0))
    assert plane.reading.text().startswith("(−6.0, 6.0): ")
    plane.drawing.setFocus()
    QTest.keyClick(plane.drawing, Qt.Key.Key_Escape)
    assert same(plane.output.picture, answer)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(plane.drawing, key)
    assert plane.caption.text() == "hidden 1 · tanh · unit 2"
    plane.output.pointed.emit(None)
    assert "training" in plane.reading.text()


def same(one: QImage | None, other: QImage | None) -> bool:
    return one is not None and other is not None and one == other


def test_units_layers_activation_and_features_are_undoable_edits(show: Show) -> None:
    plane, trainer = show(toy())
    session, first = trainer.session, trainer.session.experiment
    minus, plus = plane.drawing.buttons[:2]
    redrawn(plane, trainer, lambda: QTest.mouseClick(plus, Qt.MouseButton.LeftButton))
    assert session.graph.node("fc1").params["out_features"] == 5
    assert plane.drawing.plan.stages == (5, 2, 2)
    redrawn(plane, trainer, lambda: QTest.mouseClick(plane.controls.more, Qt.MouseButton.LeftButton))
    assert plane.drawing.plan.stages == (5, 2, 2, 2)
    assert len(plane.drawing.buttons) == 6
    redrawn(plane, trainer, lambda: plane.controls.activation.activated.emit(1))
    found = find_dense_chain(session.graph)
    assert found is not None
    assert {session.graph.node(stage.output).type for stage in found.hidden} == {"relu"}
    x1_squared = plane.drawing.layout_now.place(Unit(0, 2)).center().toPoint()
    redrawn(plane, trainer, lambda: QTest.mouseClick(plane.drawing, Qt.MouseButton.LeftButton, pos=x1_squared))
    found = find_dense_chain(session.graph)
    assert found is not None
    assert features_of(session.graph, found) == ("x1", "x2", "x1_squared")
    labels: list[str] = []
    while session.document.undo_label:
        labels.append(session.document.undo_label)
        session.document.undo()
    assert labels == [
        "Give the network x₁²",
        "Bend all hidden layers by ReLU",
        "Add a hidden layer",
        "Give fc1 5 units",
    ]
    assert session.experiment == first
    for number in (0, 1):
        redrawn(plane, trainer, lambda number=number: None if number else plane.drawing.feature_toggled.emit(0))
        if not number:
            plane.drawing.feature_toggled.emit(1)
            assert trainer.said[-1][1].startswith("A network needs at least one feature")
            break
    assert minus.isEnabled()


def test_a_weight_is_typed_over_and_training_goes_on_from_it(show: Show) -> None:
    plane, trainer = show(toy())
    trainer.train_until(2)
    before = float(trainer.session.starting_state()["fc2.weight"][1, 3])
    drawing = plane.drawing
    wire = drawing.layout_now.curve(Wire(1, 1, 3)).pointAtPercent(0.35)
    assert drawing.layout_now.wire_at(wire) == Wire(1, 1, 3)
    QTest.mouseClick(drawing, Qt.MouseButton.LeftButton, pos=wire.toPoint())
    assert plane.card is not None
    [(number, field)] = plane.card.fields.items()
    assert (number.node, number.name, number.index) == ("fc2", "weight", (1, 3))
    trainer.wait_for(lambda: field.value() == pytest.approx(before, abs=1e-6))
    field.selectAll()
    QTest.keyClicks(field, "0.75")
    QTest.keyClick(field, Qt.Key.Key_Return)
    settle(trainer.session, trainer.bot)
    assert trainer.session.state["fc2.weight"][1, 3] == 0.75
    assert trainer.session.document.undo_label == "Change weight 2, 4 of fc2 to 0.75"
    trainer.session.document.undo()
    settle(trainer.session, trainer.bot)
    assert trainer.session.state["fc2.weight"][1, 3] == np.float32(before)


def test_all_numbers_of_a_unit_can_be_asked_for_while_it_trains(show: Show) -> None:
    plane, trainer = show(toy())
    trainer.controller.play()
    trainer.wait_for(lambda: trainer.controller.history.position > 1)
    QTest.mouseClick(plane.drawing, Qt.MouseButton.LeftButton, pos=middle_of(plane, Unit(2, 1)))
    trainer.wait_state("paused")
    assert plane.card is not None
    assert [number.title for number in plane.card.fields] == [*(f"× fc1, unit {n}" for n in range(1, 5)), "bias"]


def test_points_are_those_that_training_uses(show: Show) -> None:
    plane, trainer = show(toy())
    trainer.wait_for(lambda: bool(plane.output.points))
    assert {kind: len(each.places) for kind, each in plane.output.points.items()} == {
        "training": 225,
        "validation": 25,
        "test": 250,
    }
    without = plane.output.grab().toImage()
    plane.controls.test_points.setChecked(True)
    assert plane.output.grab().toImage() != without
    assert "test" in plane.reading.text() or plane.reading.text()


def test_colours_say_the_sign_and_the_class() -> None:
    inks = inks_of(DARK, 3)
    pixels = signed_pixels(np.array([[-2.0, -1.0, 0.0, 1.0, np.nan]], np.float32), 1.0, inks, False)
    assert [f"#{pixel & 0xFFFFFF:06x}" for pixel in pixels[0].tolist()] == [
        *(DARK.negative, DARK.negative, DARK.zero, DARK.positive, DARK.zero),
    ]
    assert [
        f"#{p & 0xFFFFFF:06x}" for p in signed_pixels(np.array([[0.01]], np.float32), 1.0, inks, True)[0].tolist()
    ] == [DARK.positive]
    sure = np.array([1.0, 0.0, 0.0, 1 / 3, 0.0, 1.0], np.float32).reshape(3, 1, 2)
    sure[:, 0, 1] = 1 / 3
    named = class_pixels(sure, inks, False)[0].tolist()
    assert f"#{named[0] & 0xFFFFFF:06x}" == DARK.negative
    assert f"#{named[1] & 0xFFFFFF:06x}" == DARK.zero
    assert appearance.theme.name == "dark"


def test_many_units_and_layers_keep_their_room() -> None:
    for stages in ((64, 64, 3), (8,) * 12, (1,), (3,)):
        layout = Layout(Plan(7, (0, 1, 5), stages, 1), 400, 300)
        units = [Unit(column, n) for column in range(1 + len(stages)) for n in range(layout.shown(column))]
        places = [layout.place(unit) for unit in units]
        assert all(place.left() >= 0 and place.right() <= 400 and place.bottom() <= 301 for place in places)
        overlapping = [
            (one, other)
            for i, one in enumerate(places)
            for other in places[:i]
            if one.adjusted(1, 1, -1, -1).intersects(other)
        ]
        assert not overlapping
        for unit in units[::3]:
            assert layout.unit_at(layout.place(unit).center()) == unit
        assert layout.wire_at(QPointF(-50, -50)) is None
