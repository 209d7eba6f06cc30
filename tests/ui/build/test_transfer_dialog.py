"""The dialog that lets the open document begin with another network's weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.engine.compile import compile_network
from playground.engine.pretrained import pretrained_state
from playground.engine.shapes import analyse
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.graph.files import Saved, save
from playground.ui.build.transfer_dialog import TransferDialog
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

LIMIT = 30_000
Open = Callable[[Experiment, str], TransferDialog]


@pytest.fixture
def dialog(open_session: Callable[[Experiment], Session], qtbot: QtBot) -> Iterator[Open]:
    parent = QWidget()
    qtbot.addWidget(parent)

    def open_(experiment: Experiment, base: str = "squeezenet-1-1") -> TransferDialog:
        session = open_session(experiment)
        shown = TransferDialog(session, parent, base)
        shown.show()
        wait(shown, qtbot)
        return shown

    yield open_
    parent.close()


def choose(dialog: TransferDialog, field: str, text: str, bot: QtBot) -> None:
    """Take an entry of a list, as the user does."""
    box = getattr(dialog, field)
    index = next(n for n in range(box.count()) if box.itemText(n).startswith(text))
    box.setCurrentIndex(index)
    box.activated.emit(index)
    wait(dialog, bot)


def wait(dialog: TransferDialog, bot: QtBot) -> None:
    bot.waitUntil(lambda: dialog._plan is not None and dialog._plan.request == dialog._request(), timeout=LIMIT)


def test_imagenets_weights_begin_with_the_clothes_in_one_undoable_step(dialog: Open, qtbot: QtBot) -> None:
    shown = dialog(Experiment(), "squeezenet-1-1")
    session = shown._session
    assert "25 layers with weights begin as in SqueezeNet 1.1." in shown.outcome.text()
    assert "5,130 weights learn, 722,496 are frozen." in shown.outcome.text()
    assert not shown._rows["network"].isVisible(), "there is no open network"
    with qtbot.waitSignal(shown.used):
        QTest.mouseClick(shown.use, Qt.MouseButton.LeftButton)
    settle(session, qtbot)
    assert session.experiment.data.name == "clothing"
    shipped = pretrained_state("squeezenet-1-1.safetensors")
    np.testing.assert_array_equal(session.state["fire9_squeeze.weight"], shipped["fire9_squeeze.weight"])
    assert session.analysis is not None
    assert session.analysis.can_train
    assert session.document.undo_label == "Use SqueezeNet 1.1 as base"
    session.document.undo()
    assert session.experiment == Experiment()


def test_what_is_frozen_and_how_fast_the_rest_learns_is_chosen(dialog: Open, qtbot: QtBot) -> None:
    shown = dialog(Experiment(), "squeezenet-1-1")
    assert not shown._rows["rate"].isVisible()
    choose(shown, "frozen", "Up to Fire 4", qtbot)
    shown.rate.setValue(0.05)
    choose(shown, "data", "MNIST", qtbot)
    assert shown._rows["rate"].isVisible()
    shown.use.click()
    graph = shown._session.graph
    assert graph.node("fire4_squeeze").frozen
    assert (graph.node("fire5_squeeze").frozen, graph.node("fire5_squeeze").rate) == ((), 0.05)
    assert shown._session.experiment.data.name == "mnist"


def test_a_file_of_ones_own_is_a_base_and_an_untrained_one_is_not(dialog: Open, qtbot: QtBot, tmp_path: Path) -> None:
    experiment = zoo_experiment("lenet-5")
    state = compile_network(analyse(experiment.graph), 3).state()
    save(tmp_path / "digits.playground", Saved(experiment, state))
    save(tmp_path / "blank.playground", Saved(experiment))
    (tmp_path / "broken.playground").write_bytes(b"no archive")
    shown = dialog(Experiment(), "squeezenet-1-1")
    shown.choose_file(tmp_path / "blank.playground")
    wait(shown, qtbot)
    assert "blank has learnt nothing yet" in shown.outcome.text()
    assert not shown.use.isEnabled()
    shown.choose_file(tmp_path / "broken.playground")
    wait(shown, qtbot)
    assert "cannot be opened" in shown.outcome.text()
    shown.choose_file(tmp_path / "digits.playground")
    qtbot.waitUntil(shown.use.isEnabled, timeout=LIMIT)
    assert "begin as in digits" in shown.outcome.text()
    shown.use.click()
    settle(shown._session, qtbot)
    np.testing.assert_array_equal(shown._session.state["conv1.weight"], state["conv1.weight"])


def test_the_open_network_takes_over_the_layers_that_fit(dialog: Open, qtbot: QtBot, tmp_path: Path) -> None:
    experiment = zoo_experiment("lenet-5")
    state = compile_network(analyse(experiment.graph), 3).state()
    save(tmp_path / "digits.playground", Saved(experiment, state))
    other = Experiment(edits.set_params(experiment.graph, "fc1", {"out_features": 64}), experiment.data)
    shown = dialog(other, "squeezenet-1-1")
    shown.choose_file(tmp_path / "digits.playground")
    wait(shown, qtbot)
    shown.network.set_current(1)
    wait(shown, qtbot)
    assert not shown._rows["data"].isVisible()
    assert "3 layers with weights begin as in digits." in shown.outcome.text()
    assert "fc1 (64×400 weights, the base has 120×400)" in shown.outcome.text()
    shown.use.click()
    settle(shown._session, qtbot)
    np.testing.assert_array_equal(shown._session.state["conv2.weight"], state["conv2.weight"])
    assert shown._session.graph.node("fc1").params["out_features"] == 64


def test_a_base_of_which_nothing_fits_says_so(dialog: Open, qtbot: QtBot) -> None:
    shown = dialog(zoo_experiment("lenet-5"), "squeezenet-1-1")
    shown.network.set_current(1)
    wait(shown, qtbot)
    assert "No layer of SqueezeNet 1.1 fits" in shown.outcome.text()
    assert not shown.use.isEnabled()
    shown.network.set_current(0)
    wait(shown, qtbot)
    assert shown.use.isEnabled()
