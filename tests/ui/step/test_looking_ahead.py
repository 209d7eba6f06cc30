"""The next station is made ready while the user looks at this one, and is used only where it is still true."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.curve_plot import CurvePlot
from playground.ui.step.step_mode import StepMode
from playground.ui.theme import appearance
from playground.ui.widgets.number_style import number_style
from playground.zoo import zoo_experiment
from tests.ui.step.stage import OpenSession, go, open_step, shown

Presented = list[tuple[str, str]]
CONV1, RELU1 = ("forward", "conv1"), ("forward", "relu1")


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


def pixels(widget: QWidget) -> np.ndarray:
    picture = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
    return found[..., :3].astype(int)
