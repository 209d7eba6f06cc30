"""What was not saved when the program died comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QStandardPaths
from pytestqt.qtbot import QtBot

from playground.graph.edits import set_params
from playground.graph.files import load
from playground.ui.main_window import MainWindow
from playground.ui.session import Progress, Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle

ROOT = Path(__file__).parents[2]

_DYING = """
import os, sys
from playground.ui.app import make_application
from playground.ui.main_window import MainWindow
from playground.ui.session import Progress, Session
from playground.graph.edits import set_params
app = make_application(sys.argv)
session = Session()
window = MainWindow(session)
window.open_network("lenet-5")
session.edit("fewer", set_params(session.graph, "conv1", {"out_channels": 3}))
window.recovery.keep()
session.background.run("after", lambda: None, lambda _: os._exit(1))
app.exec()
"""


@pytest.fixture(autouse=True)
def _empty_folder() -> None:
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "recovery"
    for file in folder.glob("*") if folder.exists() else ():
        file.unlink()


def new_window(qtbot: QtBot) -> MainWindow:
    window = MainWindow(Session())
    qtbot.addWidget(window)
    window.show()
    return window


def close(window: MainWindow) -> None:
    window.session.mark_saved(window.session.experiment)
    assert window.close()


@pytest.mark.timeout(120)
def test_work_of_a_process_that_died_is_offered_and_comes_back(qtbot: QtBot) -> None:
    died = subprocess.run([sys.executable, "-c", _DYING], cwd=ROOT, env=dict(os.environ), timeout=100, check=False)
    assert died.returncode == 1
    window = new_window(qtbot)
    assert window.banner.isVisibleTo(window)
    with qtbot.waitSignal(window.session.document_opened, timeout=30_000):
        window.banner.action_button.click()
    assert window.session.graph.node("conv1").params["out_channels"] == 3
    assert window.session.is_modified
    assert window.mode == "Build"
    close(window)
    assert new_window_has_nothing_to_offer(qtbot)


def new_window_has_nothing_to_offer(qtbot: QtBot) -> bool:
    window = new_window(qtbot)
    offered = window.banner.isVisibleTo(window)
    close(window)
    return not offered


def test_the_copy_holds_the_unsaved_work_and_goes_with_a_good_end(qtbot: QtBot) -> None:
    window = new_window(qtbot)
    window.open_network("lenet-5")
    session = window.session
    session.edit("fewer", set_params(session.graph, "conv1", {"out_channels": 3}))
    window.recovery.keep()
    settle(session, qtbot)
    assert load(window.recovery._file).experiment == session.experiment
    close(window)
    assert not window.recovery._file.exists()


def test_the_copy_is_renewed_as_training_goes_on(qtbot: QtBot) -> None:
    window = new_window(qtbot)
    window.open_network("lenet-5")
    session = window.session
    qtbot.waitUntil(lambda: bool(session.state), timeout=30_000)
    assert session.analysis is not None
    for value in (1.0, 2.0):
        learnt = {key: np.full_like(tensor, value) for key, tensor in session.state.items()}
        session.take_weights(session.analysis, learnt, Progress(history={"loss": np.arange(value)}))
        window.recovery.keep()
        settle(session, qtbot)
        assert (load(window.recovery._file).weights["conv1.weight"] == value).all()
    close(window)


def test_a_living_session_is_not_offered_to_another(qtbot: QtBot) -> None:
    first = new_window(qtbot)
    first.open_network("lenet-5")
    first.session.edit("x", set_params(first.session.graph, "conv1", {"out_channels": 3}))
    first.recovery.keep()
    settle(first.session, qtbot)
    second = new_window(qtbot)
    assert not second.banner.isVisibleTo(second)
    close(second)
    close(first)


def test_nothing_is_written_while_nothing_is_unsaved(qtbot: QtBot) -> None:
    window = new_window(qtbot)
    window.open_network("lenet-5")
    window.recovery.keep()
    settle(window.session, qtbot)
    assert not window.recovery._file.exists()
    assert window.session.experiment == zoo_experiment("lenet-5")
    close(window)


def test_closing_with_nothing_but_learnt_weights_asks_nothing_and_keeps_them(qtbot: QtBot) -> None:
    window = new_window(qtbot)
    window.open_network("lenet-5")
    qtbot.waitUntil(lambda: bool(window.session.state), timeout=30_000)
    session = window.session
    assert session.analysis is not None
    learnt = {key: value + 1 for key, value in session.state.items()}
    session.take_weights(session.analysis, learnt)
    assert window.close()
    again = new_window(qtbot)
    with qtbot.waitSignal(again.session.document_opened, timeout=30_000):
        again.banner.action_button.click()
    qtbot.waitUntil(lambda: bool(again.session.state), timeout=30_000)
    assert (again.session.state["conv1.weight"] == learnt["conv1.weight"]).all()
    close(again)
