"""A document that begins with another network's weights: Reset, undo, saving and opening."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from playground.engine.compile import compile_network
from playground.engine.pretrained import pretrained_state
from playground.engine.transfer import Source, Transfer, Wish, use_as_base
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.graph.files import FileError, load, save
from playground.ui.documents import Documents
from playground.ui.session import Progress, Session
from playground.zoo import zoo_experiment
from tests.ui.conftest import settle


@pytest.fixture
def session(open_session: Callable[[Experiment], Session]) -> Session:
    return open_session(zoo_experiment("lenet-5"))


def transfer(session: Session, seed: int = 7) -> Transfer:
    """LeNet-5 with other weights, as the base for the doodles."""
    assert session.analysis is not None
    state = compile_network(session.analysis, seed).state()
    return use_as_base(Source("Base", zoo_experiment("lenet-5"), state), Wish("doodles"))


def begin(session: Session, bot: QtBot, found: Transfer) -> None:
    session.bases.start_from("Use Base as base", found.experiment, found.tensors)
    settle(session, bot)


def learn(session: Session, bot: QtBot) -> None:
    """As training does it: all weights are others."""
    assert session.analysis is not None
    state = {key: value + 1 for key, value in session.state.items()}
    session.take_weights(session.analysis, state, Progress(), session.experiment.base)
    settle(session, bot)


def test_reset_leads_back_to_the_weights_of_the_base(session: Session, qtbot: QtBot) -> None:
    found = transfer(session)
    begin(session, qtbot, found)
    first = dict(session.state)
    np.testing.assert_array_equal(first["conv1.weight"], found.tensors["conv1.weight"])
    learn(session, qtbot)
    assert (session.state["conv1.weight"] != first["conv1.weight"]).all()
    session.reset_weights()
    settle(session, qtbot)
    for key, value in first.items():
        np.testing.assert_array_equal(session.state[key], value, err_msg=key)


def test_undo_brings_back_what_was_learnt_before_and_redo_what_was_learnt_after(session: Session, qtbot: QtBot) -> None:
    learn(session, qtbot)
    before = session.state["conv1.weight"]
    begin(session, qtbot, transfer(session))
    learn(session, qtbot)
    after = session.state["conv1.weight"]
    session.document.undo()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["conv1.weight"], before)
    session.document.redo()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["conv1.weight"], after)


def test_an_edit_of_a_layer_draws_it_anew_and_its_undo_has_the_base_again(session: Session, qtbot: QtBot) -> None:
    found = transfer(session)
    begin(session, qtbot, found)
    session.edit("wider", edits.set_params(session.graph, "conv2", {"out_channels": 20}))
    settle(session, qtbot)
    assert session.state["conv2.weight"].shape[0] == 20
    assert "conv2.weight" not in session.starting_state()
    session.document.undo()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["conv2.weight"], found.tensors["conv2.weight"])


def test_a_file_holds_the_base(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    found = transfer(session)
    begin(session, qtbot, found)
    learn(session, qtbot)
    window = QWidget()
    qtbot.addWidget(window)
    documents = Documents(session, window, lambda: None)
    path = tmp_path / "based.playground"
    save(path, documents.snapshot())
    session.replace_document(Experiment(), None, {}, Progress())
    with qtbot.waitSignal(session.document_opened, timeout=20_000):
        documents.open(path)
    settle(session, qtbot)
    assert session.experiment.base == found.experiment.base
    assert (session.state["conv1.weight"] != found.tensors["conv1.weight"]).all(), "what was learnt since"
    session.reset_weights()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["conv1.weight"], found.tensors["conv1.weight"])


def test_a_file_whose_base_is_missing_is_damaged(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    import zipfile

    begin(session, qtbot, transfer(session))
    path, broken = tmp_path / "a.playground", tmp_path / "b.playground"
    window = QWidget()
    qtbot.addWidget(window)
    save(path, Documents(session, window, lambda: None).snapshot())
    assert load(path).base
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as part:
        for name in whole.namelist():
            if "base" not in name:
                part.writestr(name, whole.read(name))
    with pytest.raises(FileError, match=r"base\.safetensors is missing"):
        load(broken)


def test_bases_that_no_step_of_undo_needs_are_let_go(session: Session, qtbot: QtBot) -> None:
    begin(session, qtbot, transfer(session, 1))
    session.document.undo()
    begin(session, qtbot, transfer(session, 2))
    assert len(session.bases._kept) == 1


def test_a_network_that_ships_with_weights_goes_back_to_them(session: Session, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitSignal(session.document_opened, timeout=20_000):
        Documents(session, window, lambda: None).start_network("squeezenet-1-1")
    settle(session, qtbot)
    shipped = pretrained_state("squeezenet-1-1.safetensors")["fire4_squeeze.weight"]
    np.testing.assert_array_equal(session.state["fire4_squeeze.weight"], shipped)
    assert not session.is_modified
    learn(session, qtbot)
    session.reset_weights()
    settle(session, qtbot)
    np.testing.assert_array_equal(session.state["fire4_squeeze.weight"], shipped)
