"""A kept run becomes the open document: with its curves, without its file, and not over unsaved edits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from playground.graph.files import Saved
from playground.train import Checkpoint, Finished, History, fingerprint, split_for, train
from playground.train.runs.store import RunStore
from playground.ui.main_window import MainWindow
from playground.ui.session import Session
from tests.train.toy_runs import points


def kept_run(store: RunStore) -> Checkpoint:
    """Train a small network and keep it, as the window does."""
    experiment, history, event = replace(points(epochs=2), seed=11), History(), None
    for event in train(experiment, split_for(experiment)):
        history.add(event)
    assert isinstance(event, Finished)
    arrays = (event.checkpoint.state, event.checkpoint.to_arrays(), history.to_arrays())
    store.keep(store.new_key(), Saved(experiment, *arrays), name="from yesterday")
    return event.checkpoint


def test_it_opens_with_everything_and_stays_kept(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    QSettings().clear()
    asked: list[str] = []
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "exec", lambda box: answers[asked.append(box.text()) or len(asked) - 1])
    window = MainWindow(Session())
    qtbot.addWidget(window)
    window.show()
    session, kept_runs = window.session, window.training.kept_runs
    checkpoint = kept_run(kept_runs.store)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: session.analysis is not None, timeout=30_000)
    session.apply("Change the seed", replace(session.experiment, seed=3))
    kept_runs.refresh()
    qtbot.waitUntil(lambda: any(run.name == "from yesterday" for run in kept_runs.runs), timeout=30_000)
    run = next(run for run in kept_runs.runs if run.name == "from yesterday")
    before = run.path.read_bytes()
    kept_runs.open(run)
    assert len(asked) == 1
    assert session.experiment.seed == 3, "Cancel keeps the open document"
    kept_runs.open(run)
    qtbot.waitUntil(lambda: session.experiment.seed == 11 and bool(session.state), timeout=30_000)
    assert session.path is None, "saving must not write over the kept run"
    assert window.mode == "Train"
    assert window.training.history.epochs == 2
    assert Checkpoint.from_arrays({}, session.progress.optimizer).fingerprint == fingerprint(session.experiment)  # type: ignore[union-attr]
    for name, tensor in checkpoint.state.items():
        assert (session.starting_state()[name] == tensor).all()
    assert not session.is_modified
    window.close()
    assert run.path.read_bytes() == before
