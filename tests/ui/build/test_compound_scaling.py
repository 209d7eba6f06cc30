"""EfficientNet's sliders."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from playground.graph.experiment import Experiment
from playground.ui.build.compound_scaling import CompoundScalingDialog
from playground.ui.session import Session
from playground.zoo import zoo_network
from playground.zoo.efficientnet import efficientnet


@pytest.fixture
def dialog(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Iterator[CompoundScalingDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    shown = CompoundScalingDialog(open_session(Experiment()), parent)
    shown.show()
    yield shown
    parent.close()


def said(dialog: CompoundScalingDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_at_phi_0_it_is_b0(dialog: CompoundScalingDialog, qtbot: QtBot) -> None:
    assert "16 blocks (B0: 16)" in said(dialog)
    assert "224×224 pixels" in said(dialog)
    wanted = f"{zoo_network('efficientnet-b0').counted_parameters:,} parameters"
    qtbot.waitUntil(lambda: wanted in said(dialog), timeout=30_000)


def test_the_sliders_grow_the_network_in_step(dialog: CompoundScalingDialog) -> None:
    dialog._sliders["phi"].setValue(43)
    assert dialog.values["phi"] == pytest.approx(3.01)
    assert dialog.scaling.depth == pytest.approx(1.2**3.01)
    assert dialog.scaling.width == pytest.approx(1.1**3.01)
    assert "α·β²·γ² = 1.92" in said(dialog)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "As in the paper").click()
    assert dialog.values["phi"] == 0.0


def test_the_network_that_is_opened_is_the_one_described(dialog: CompoundScalingDialog, qtbot: QtBot) -> None:
    dialog.set_values({"phi": 1.0})
    button = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Open this network")
    with qtbot.waitSignal(dialog.network_chosen, timeout=30_000) as chosen:
        button.click()
    assert chosen.args is not None
    assert chosen.args[0] == efficientnet(phi=1.0)
