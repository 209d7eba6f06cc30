"""Nothing but the window comes on screen by itself: a part that is shown before it has its place is another window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from playground.ui.main_window import MainWindow
from playground.ui.session import Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle


@pytest.mark.parametrize("key", ["lenet-5", "circle"])
def test_walking_through_every_card_and_mode_opens_no_window(
    key: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    QSettings().clear()
    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Discard)
    app, active = QApplication.instance(), set[str]()
    assert isinstance(app, QApplication)
    app.focusWindowChanged.connect(lambda found: active.add(found.objectName() if found is not None else "none"))
    window = MainWindow(Session())
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    with qtbot.waitActive(window):
        window.activateWindow()
    session = window.session
    experiment = zoo_experiment(key)
    window.documents.start(replace(experiment, data=replace(experiment.data, train_size=300)))
    qtbot.waitUntil(lambda: session.analysis is not None, timeout=30_000)
    settle(session, qtbot)
    window.show_mode("Build")
    for node in session.graph:
        window.build.scene.select([node.id])
        QApplication.processEvents()
    window.show_mode("Step")
    qtbot.wait(300)
    window.show_mode("Train")
    window.training.one_epoch()
    qtbot.waitUntil(lambda: window.training.state == "paused", timeout=60_000)
    qtbot.wait(300)
    app.focusWindowChanged.disconnect()
    assert active == {"MainWindowClassWindow"}
    session.mark_saved(session.experiment)
    window.close()
