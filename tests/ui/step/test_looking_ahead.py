"""The next station is made ready while the user looks at this one, and is used only where it is still true."""

from __future__ import annotations

import pytest
from PySide6.QtCore import SignalInstance
from pytestqt.qtbot import QtBot

from playground.ui.microscopes.base import Microscope, Scene
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
