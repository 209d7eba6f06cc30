"""The input microscope: painting, drawing and typing, by mouse and by keyboard, and what is said of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from playground.data import data_set
from playground.engine.arithmetic import Place
from playground.graph.experiment import DataSettings, Experiment
from playground.graph.model import Edge, Graph, Node, ParamValue
from playground.ui.microscopes.input import InputMicroscope
from playground.ui.microscopes.paint_tools import COLOURS
from playground.ui.microscopes.story import Lines, Prose
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, open_step

Stage = tuple[StepMode, InputMicroscope]


def open_input(experiment: Experiment, open_session: OpenSession, qtbot: QtBot) -> Stage:
    mode = open_step(open_session(experiment), qtbot)
    mode.to_start()
    assert isinstance(mode.microscope, InputMicroscope)
    return mode, mode.microscope


def on(data: str, *layers: tuple[str, dict[str, ParamValue]], shape: tuple[int, ...] = ()) -> Experiment:
    """A data set and layers one after the other."""
    nodes = [Node("input", "input", {"shape": shape or data_set(data).sample_shape})]
    nodes += [Node(f"{kind}{number}", kind, params) for number, (kind, params) in enumerate(layers)]
    edges = tuple(Edge(one.id, other.id) for one, other in pairwise(nodes))
    return Experiment(Graph(tuple(nodes), edges), DataSettings(data))


def wait(mode: StepMode, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not mode.recorder.is_busy, timeout=30_000)


def recorded(mode: StepMode) -> np.ndarray:
    """What went into the network."""
    assert mode.round is not None
    x: np.ndarray = mode.round.trace.x[0]
    return x


def words(microscope: InputMicroscope) -> str:
    return " ".join(block.text for block in microscope.story.blocks if isinstance(block, Prose))


def by_hand_line(microscope: InputMicroscope) -> str:
    lines = next(block for block in microscope.story.blocks if isinstance(block, Lines)).lines
    return next((line.body for line in lines if line.label == "by hand"), "")


@pytest.fixture
def lenet(open_session: OpenSession, qtbot: QtBot) -> Stage:
    return open_input(zoo_experiment("lenet-5"), open_session, qtbot)


def test_the_pen_leaves_ink_and_the_right_button_erases(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    picture, tools = microscope.picture, microscope.tools
    tools.switch.set_current(1)
    tools.ink_field.setValue(0.3)
    tools.brush.setCurrentIndex(2)
    at = picture.cell_center(2, 2).toPoint()
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=at)
    wait(mode, qtbot)
    np.testing.assert_allclose(recorded(mode)[0, 1:4, 1:4], 0.3)
    assert len(picture.outlined) == 9
    assert by_hand_line(microscope) == "9"
    tools.brush.setCurrentIndex(0)
    qtbot.mouseClick(picture, Qt.MouseButton.RightButton, pos=at)
    wait(mode, qtbot)
    assert recorded(mode)[0, 2, 2] == 0
    assert by_hand_line(microscope) == "8"
    assert mode._session.document.undo_label == "Erase on the input"


def test_the_corner_can_be_painted(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    microscope.tools.switch.set_current(1)
    microscope.tools.brush.setCurrentIndex(2)
    picture = microscope.picture
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.cell_center(27, 27).toPoint())
    wait(mode, qtbot)
    assert recorded(mode)[0, 26:, 26:].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_clear_and_as_it_was(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    given = recorded(mode).copy()
    assert not microscope.tools.restore_button.isEnabled()
    qtbot.mouseClick(microscope.tools.clear_button, Qt.MouseButton.LeftButton)
    wait(mode, qtbot)
    assert not recorded(mode).any()
    assert microscope.tools.restore_button.isEnabled()
    qtbot.mouseClick(microscope.tools.restore_button, Qt.MouseButton.LeftButton)
    wait(mode, qtbot)
    np.testing.assert_array_equal(recorded(mode), given)
    assert mode._session.document.undo_label == "Take back the changes by hand of input"


def test_it_can_be_painted_from_the_keyboard(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    picture = microscope.picture
    microscope.tools.switch.set_current(1)
    picture.setFocus(Qt.FocusReason.TabFocusReason)
    index = mode.index
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Up):
        qtbot.keyClick(picture, key)
    wait(mode, qtbot)
    assert recorded(mode)[0, 1, 2] == 1.0
    assert mode.index == index, "the arrows went over the picture, not to the next layer"
    assert "row 0, column 2" in picture.caption
    qtbot.keyClick(picture, Qt.Key.Key_Down)
    qtbot.keyClick(picture, Qt.Key.Key_Delete)
    wait(mode, qtbot)
    assert recorded(mode)[0, 1, 2] == 0.0
    qtbot.keyClick(picture, Qt.Key.Key_Escape)
    assert not picture.hasFocus()


def test_a_cell_is_changed_by_click_type_enter(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    picture, field = microscope.picture, mode.popup.change.field
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.cell_center(5, 6).toPoint())
    qtbot.waitUntil(field.hasFocus, timeout=30_000)
    qtbot.keyClicks(field, "0,75")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(mode, qtbot)
    assert recorded(mode)[0, 5, 6] == 0.75


def test_what_was_undone_is_gone_from_the_picture_at_once(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    given = recorded(mode).copy()
    qtbot.mouseClick(microscope.tools.clear_button, Qt.MouseButton.LeftButton)
    assert microscope.picture.values is not None
    assert not microscope.picture.values.any(), "at once"
    mode._session.document.undo()
    np.testing.assert_allclose(microscope.picture.values, given[0], rtol=1e-6)
    wait(mode, qtbot)


def test_another_example_is_another_picture(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    qtbot.mouseClick(microscope.tools.clear_button, Qt.MouseButton.LeftButton)
    mode._session.show_example(1)
    wait(mode, qtbot)
    assert microscope.picture.values is not None
    np.testing.assert_allclose(microscope.picture.values, recorded(mode)[0], rtol=1e-6)
    assert microscope.picture.values.any()
    assert by_hand_line(microscope) == ""


def test_a_colour_picture_is_painted_in_colour_or_channel_by_channel(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = on("clothing", ("global_avg_pool2d", {}), ("dense", {"out_features": 3}))
    mode, microscope = open_input(experiment, open_session, qtbot)
    picture = microscope.picture
    microscope.tools.switch.set_current(1)
    microscope.tools._swatches.choose("yellow")
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.cell_center(4, 4).toPoint())
    wait(mode, qtbot)
    assert tuple(recorded(mode)[:, 4, 4]) == COLOURS["yellow"]
    microscope.select_unit(2)
    assert not microscope.in_colour.isChecked()
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=picture.cell_center(4, 4).toPoint())
    wait(mode, qtbot)
    assert tuple(recorded(mode)[:, 4, 4]) == (1, 1, 1)


def test_a_short_list_has_sliders_and_fields(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = on("wine", ("dense", {"out_features": 64}), ("relu", {}), ("dense", {"out_features": 3}))
    mode, microscope = open_input(experiment, open_session, qtbot)
    fields = microscope.fields
    assert not microscope.picture.isVisible()
    assert "alcohol" in fields.labels[0].text().lower()
    field = fields.fields[0]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "not a number" in fields.problem.text()
    field.selectAll()
    qtbot.keyClicks(field, "0.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(mode, qtbot)
    assert recorded(mode)[0] == pytest.approx(0.5)
    assert fields.problem.text() == ""
    assert "✎" in fields.labels[0].text()
    samples = mode._session.samples
    assert samples is not None
    fields.sliders[2].setValue(1000)
    wait(mode, qtbot)
    assert recorded(mode)[2] == pytest.approx(float(samples.x_test[:, 2].max()), rel=1e-3)
    assert "slider" in words(microscope)


def test_a_curve_is_drawn_with_the_pen(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = on("sunspots", ("flatten", {}), ("dense", {"out_features": 3}), ("squared_error", {}))
    mode, microscope = open_input(experiment, open_session, qtbot)
    signal, before = microscope.signal, recorded(mode).copy()
    assert signal.isVisible()
    assert not microscope.picture.isVisible()
    microscope.tools.switch.set_current(1)
    start, end = signal.point(3).toPoint(), signal.point(9).toPoint()
    qtbot.mousePress(signal, Qt.MouseButton.LeftButton, pos=QPoint(start.x(), 60))
    qtbot.mouseMove(signal, QPoint(end.x(), 60))
    qtbot.mouseRelease(signal, Qt.MouseButton.LeftButton, pos=QPoint(end.x(), 60))
    wait(mode, qtbot)
    drawn = recorded(mode)[0]
    assert len(set(drawn[3:10].tolist())) == 1, "level, without gaps"
    assert drawn[3] > before[0, 3:10].mean()
    np.testing.assert_array_equal(drawn[10:], before[0, 10:])
    microscope.tools.switch.set_current(0)
    qtbot.mouseClick(signal, Qt.MouseButton.LeftButton, pos=signal.point(20).toPoint())
    field = mode.popup.change.field
    qtbot.waitUntil(field.hasFocus, timeout=30_000)
    assert field.place == Place("input", "output", (0, 0, 20))


def test_target_values_can_be_changed_beside_the_input(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = on("sunspots", ("flatten", {}), ("dense", {"out_features": 3}), ("squared_error", {}))
    mode, microscope = open_input(experiment, open_session, qtbot)
    field = microscope.target.fields[1]
    assert field.isVisible()
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "2.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait(mode, qtbot)
    assert mode.round is not None
    assert mode.round.trace.target is not None
    assert mode.round.trace.target[0, 1] == 2.5
    qtbot.mouseClick(microscope.target.back, Qt.MouseButton.LeftButton)
    wait(mode, qtbot)
    assert mode._session.experiment.examples_by_hand == ()


def test_the_class_is_chosen_beside_the_picture(lenet: Stage, qtbot: QtBot) -> None:
    mode, microscope = lenet
    classes = microscope.target.classes
    index = (classes.currentIndex() + 3) % 10
    classes.setCurrentIndex(index)
    classes.activated.emit(index)
    wait(mode, qtbot)
    assert mode.round is not None
    assert mode.round.trace.target is not None
    assert int(mode.round.trace.target[0]) == index


def test_a_large_photograph_is_changed_number_by_number_only(open_session: OpenSession, qtbot: QtBot) -> None:
    experiment = on("imagenet", ("global_avg_pool2d", {}), ("dense", {"out_features": 3}), shape=(3, 80, 80))
    _, microscope = open_input(experiment, open_session, qtbot)
    assert not microscope.tools.isVisible()
    assert "Click on a cell and type" in words(microscope)
    assert "pen" not in words(microscope)


def test_the_numbers_of_an_explanation_are_framed(lenet: Stage) -> None:
    _, microscope = lenet
    microscope.light({Place("input", "output", (0, 0, 3, 4)): "link", Place("conv1", "input", (0, 0, 5, 6)): "text"})
    assert dict(microscope.picture.lit) == {(3, 4): "link", (5, 6): "text"}
    microscope.light({})
    assert not microscope.picture.lit
