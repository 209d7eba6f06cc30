"""The next station is made ready while the user looks at this one, and is used only where it is still true."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.engine.arithmetic import Explanation
from playground.ui.microscopes import window_teller
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.curve import CurveMicroscope
from playground.ui.microscopes.curve_plot import CurvePlot
from playground.ui.microscopes.neurons import DenseMicroscope
from playground.ui.microscopes.slide_model import SlideModel
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.step.step_mode import StepMode
from playground.ui.theme import appearance
from playground.ui.widgets.number_style import number_style
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown

Presented = list[tuple[str, str]]
CONV1, RELU1, CONV2 = ("forward", "conv1"), ("forward", "relu1"), ("forward", "conv2")
FC2 = ("forward", "fc2")


@pytest.fixture
def presented(monkeypatch: pytest.MonkeyPatch) -> Presented:
    """Phase and layer of every scene that a microscope was told to show."""
    found: Presented = []
    show = Microscope.show_scene

    def noted(self: Microscope, scene: Scene) -> None:
        found.append((scene.phase, scene.node))
        show(self, scene)

    monkeypatch.setattr(Microscope, "show_scene", noted)
    return found


@pytest.fixture
def lenet(presented: Presented, open_session: OpenSession, qtbot: QtBot) -> StepMode:
    """At conv1, looked at for a while."""
    mode = open_step(open_session(zoo_experiment("lenet-5")), qtbot)
    go(mode, "conv1")
    qtbot.waitUntil(lambda: presented[-1] == RELU1, timeout=10_000)
    return mode


def test_a_step_to_what_is_ready_shows_it_without_making_it_again(lenet: StepMode, presented: Presented) -> None:
    assert shown(lenet) == CONV1
    assert lenet.microscope is not None
    assert lenet.microscope.scene.node == "conv1"
    presented.clear()
    lenet.forward()
    assert shown(lenet) == RELU1
    assert presented == []
    assert lenet.microscope.scene.node == "relu1"


def test_whoever_walks_back_finds_the_station_before_ready(lenet: StepMode, presented: Presented, qtbot: QtBot) -> None:
    go(lenet, "relu1")
    go(lenet, "pool1")
    lenet.back()
    assert shown(lenet) == RELU1
    presented.clear()
    qtbot.waitUntil(lambda: presented == [CONV1], timeout=10_000)
    lenet.back()
    assert shown(lenet) == CONV1
    assert presented == [CONV1]


@pytest.mark.parametrize("by", ["card", "timeline"])
def test_where_the_pointer_is_is_ready_before_the_click(
    lenet: StepMode, presented: Presented, qtbot: QtBot, by: str
) -> None:
    if by == "card":
        where: QWidget = lenet.strip.row
        at = where.mapFrom(lenet.strip.viewport(), lenet.strip.card_center("fc2").toPoint())
    else:
        where = lenet.transport.timeline
        at = lenet.transport.timeline.segment_rect(10).center().toPoint()
    presented.clear()
    QTest.mouseMove(where, at)
    qtbot.waitUntil(lambda: presented == [FC2], timeout=10_000)
    QTest.mouseClick(where, Qt.MouseButton.LeftButton, pos=at)
    assert shown(lenet) == FC2
    assert presented == [FC2]


def test_when_the_pointer_goes_away_the_next_station_is_made_ready(
    lenet: StepMode, presented: Presented, qtbot: QtBot
) -> None:
    lenet.strip.pointed_at.emit("fc2")
    qtbot.waitUntil(lambda: presented[-1] == FC2, timeout=10_000)
    lenet.strip.pointed_at.emit("")
    qtbot.waitUntil(lambda: presented[-1] == RELU1, timeout=10_000)
    lenet.forward()
    assert presented[-2:] == [FC2, RELU1]


@pytest.mark.parametrize("changed", [appearance.changed, number_style.changed], ids=["colours", "digits"])
def test_what_looks_otherwise_now_is_made_again(lenet: StepMode, presented: Presented, changed: SignalInstance) -> None:
    changed.emit()
    presented.clear()
    lenet.forward()
    assert presented[0] == RELU1


def test_another_example_is_not_shown_as_the_last_one(lenet: StepMode, qtbot: QtBot) -> None:
    recorded = lenet.round
    lenet._session.show_example(3)
    qtbot.waitUntil(lambda: lenet.round is not None and lenet.round is not recorded, timeout=20_000)
    lenet.forward()
    assert shown(lenet) == RELU1
    assert lenet.microscope is not None
    assert lenet.round is not None
    assert lenet.microscope.scene.trace is lenet.round.trace


@pytest.fixture
def pool1(lenet: StepMode, presented: Presented, qtbot: QtBot) -> WindowMicroscope:
    """At pool1, with conv2, which is shown by the twin of the same microscope, made ready behind it."""
    go(lenet, "pool1")
    qtbot.waitUntil(lambda: presented[-1] == CONV2, timeout=10_000)
    presented.clear()
    return window_of(lenet)


def step_by_turn(mode: StepMode, presented: Presented, qtbot: QtBot, node: str, phase: str = "forward") -> None:
    """Go to a station that was made ready in the twin of what is on screen."""
    presented.clear()
    mode.transport.timeline.pointed_at.emit(station(mode, node, phase))
    qtbot.waitUntil(lambda: presented == [(phase, node)], timeout=10_000)
    before = mode.microscope
    go(mode, node, phase)
    assert mode.microscope is not before
    assert type(mode.microscope) is type(before)
    assert presented == [(phase, node)]


def test_stations_of_one_kind_take_turns(pool1: WindowMicroscope, lenet: StepMode, presented: Presented) -> None:
    assert pool1.scene.node == "pool1"
    lenet.forward()
    assert presented == []
    assert window_of(lenet) is not pool1
    assert window_of(lenet).scene.node == "conv2"


def test_what_is_not_ready_is_shown_in_place(pool1: WindowMicroscope, lenet: StepMode) -> None:
    go(lenet, "conv2", "backward")
    assert window_of(lenet) is pool1


def test_the_twin_goes_on_with_what_was_chosen(
    pool1: WindowMicroscope, lenet: StepMode, presented: Presented, qtbot: QtBot
) -> None:
    pool1.select_unit(4)
    pool1.go_to_step(17)
    lenet.forward()
    assert presented == [CONV2], "what was ready was of another filter"
    assert window_of(lenet).title.text() == "conv2 · filter 5 of 16"
    window_of(lenet).select_unit(11)
    step_by_turn(lenet, presented, qtbot, "pool2")
    assert window_of(lenet).title.text() == "pool2 · map 12 of 16"
    step_by_turn(lenet, presented, qtbot, "pool1")
    assert window_of(lenet).step == 17, "each layer remembers where its window stood"


def test_the_way_back_that_was_chosen_holds_in_the_twin(lenet: StepMode, presented: Presented, qtbot: QtBot) -> None:
    go(lenet, "conv2", "backward")
    window_of(lenet).head.ways.set_current(1)
    assert window_of(lenet).way == "input"
    step_by_turn(lenet, presented, qtbot, "conv1", "backward")
    assert window_of(lenet).way == "input"


def test_the_order_of_the_inputs_that_was_chosen_holds_in_the_twin(
    lenet: StepMode, presented: Presented, qtbot: QtBot
) -> None:
    go(lenet, "fc1")
    assert isinstance(lenet.microscope, DenseMicroscope)
    lenet.microscope.matrix.by_strength.click()
    step_by_turn(lenet, presented, qtbot, "fc2")
    assert lenet.microscope.matrix.by_strength.isChecked()


def test_the_number_that_was_chosen_is_remembered_by_the_twin(
    lenet: StepMode, presented: Presented, qtbot: QtBot
) -> None:
    go(lenet, "relu1")
    relu1 = lenet.microscope
    assert isinstance(relu1, CurveMicroscope)
    relu1.before.clicked.emit(3, 5, QPoint())
    chosen = relu1.focus_place()
    for node, phase in (("relu2", "forward"), ("relu2", "backward"), ("relu1", "forward")):
        step_by_turn(lenet, presented, qtbot, node, phase)
    assert isinstance(lenet.microscope, CurveMicroscope)
    assert lenet.microscope is not relu1
    assert lenet.microscope.focus_place() == chosen


@pytest.mark.parametrize("node", ["conv1", "relu3", "fc2", "update"])
def test_the_next_unit_is_ready_in_the_twin(lenet: StepMode, presented: Presented, qtbot: QtBot, node: str) -> None:
    lenet.transport.set_granularity("unit")
    go(lenet, *((None, "update") if node == "update" else (node, "forward")))
    left = lenet.microscope
    assert left is not None
    left.select_unit(0)
    for unit in (1, 2):
        before = lenet.microscope
        move_unit_when_ready(lenet, presented, qtbot)
        assert lenet.microscope is not None
        assert lenet.microscope is not before
        assert (lenet.microscope.scene.node, lenet.microscope.unit) == (left.scene.node, unit)
    assert lenet.microscope is left, "two take turns"


def test_a_unit_that_was_made_ready_is_not_what_is_remembered(
    lenet: StepMode, presented: Presented, qtbot: QtBot
) -> None:
    lenet.transport.set_granularity("unit")
    go(lenet, "relu3")
    assert lenet.microscope is not None
    lenet.microscope.select_unit(4)
    presented.clear()
    lenet.walker.move_unit(1)
    qtbot.waitUntil(lambda: presented == [("forward", "relu3")], timeout=10_000)  # number 6, behind number 5
    shown_now = lenet.microscope
    shown_now.show_scene(shown_now.scene)
    assert shown_now.unit == 5


def test_a_unit_ready_with_the_window_elsewhere_is_shown_where_the_window_is(
    lenet: StepMode, presented: Presented, qtbot: QtBot
) -> None:
    lenet.transport.set_granularity("unit")
    move_unit_when_ready(lenet, presented, qtbot)
    presented.clear()
    qtbot.waitUntil(lambda: presented == [CONV1], timeout=10_000)
    before = window_of(lenet)
    before.view.place_chosen.emit(200)
    lenet.forward()
    assert (window_of(lenet).unit, window_of(lenet).step) == (2, 200)


def move_unit_when_ready(mode: StepMode, presented: Presented, qtbot: QtBot) -> None:
    """Step to the next unit, once it was made ready."""
    presented.clear()
    mode.walker.look_ahead(1)
    qtbot.waitUntil(lambda: len(presented) == 1, timeout=10_000)
    qtbot.wait(30)
    mode.forward()
    assert len(presented) == 1


def test_the_pen_is_laid_away_where_there_is_nothing_to_paint_on(lenet: StepMode) -> None:
    window_of(lenet).toggle_pen()
    go(lenet, "pool2")
    assert window_of(lenet).head.tools.tool == ""
    go(lenet, "conv1")
    assert window_of(lenet).head.tools.tool == ""


def test_at_a_station_that_was_passed_nothing_more_is_worked_out(
    lenet: StepMode, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    words = window_teller.forward_words

    def noted(model: SlideModel, explanation: Explanation) -> str:
        told.append(model.frame.node)
        return words(model, explanation)

    monkeypatch.setattr(window_teller, "forward_words", noted)
    go(lenet, "conv2")
    go(lenet, "flatten")
    qtbot.wait(200)
    assert "conv2" not in told
    go(lenet, "conv2")
    qtbot.waitUntil(lambda: "conv2" in told, timeout=10_000)


def test_elsewhere_the_user_is_shown_what_is_there(lenet: StepMode) -> None:
    go(lenet, "relu4")
    assert lenet.microscope is not None
    assert lenet.microscope.scene.node == "relu4"


def test_what_was_painted_ahead_is_what_would_be_painted_now(lenet: StepMode, qtbot: QtBot) -> None:
    plot = lenet.microscopes.gallery.get("curve")[0].findChild(CurvePlot)
    assert plot is not None
    qtbot.waitUntil(lambda: plot.is_painted_ahead, timeout=10_000)
    lenet.forward()
    assert plot.is_painted_ahead
    ahead = pixels(lenet)
    assert plot.isVisible()
    plot.update()
    assert not plot.is_painted_ahead
    assert np.abs(ahead - pixels(lenet)).max() <= 1, "but for the rounding of what shines through"


def station(mode: StepMode, node: str, phase: str) -> int:
    assert mode.round is not None
    moments = mode.round.trace.moments
    return next(index for index, moment in enumerate(moments) if (moment.phase, moment.node) == (phase, node))


def window_of(mode: StepMode) -> WindowMicroscope:
    assert isinstance(mode.microscope, WindowMicroscope)
    return mode.microscope


def pixels(widget: QWidget) -> np.ndarray:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    return found[..., :3].astype(int)
