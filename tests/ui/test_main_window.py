"""The window as a whole: pages, files, messages, closing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, QSettings, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from playground.graph.edits import set_params
from playground.graph.experiment import Experiment
from playground.ui.canvas.note_field import NoteField
from playground.ui.main_window import MainWindow
from playground.ui.session import Session
from playground.ui.shortcuts import ShortcutsDialog
from playground.ui.train.coach.experiments_window import ExperimentsWindow
from playground.ui.widgets.headings import SectionHeading
from playground.zoo import all_zoo_networks, zoo_experiment
from playground.zoo.lecture_experiments import lecture_experiment
from tests.ui.conftest import settle

Answer = QMessageBox.StandardButton


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    QSettings().clear()
    answers(monkeypatch, Answer.Discard)
    shown = MainWindow(Session())
    qtbot.addWidget(shown)
    shown.resize(1440, 900)
    shown.show()
    qtbot.waitUntil(lambda: shown.session.analysis is not None, timeout=30_000)
    yield shown
    answers(monkeypatch, Answer.Discard)
    shown.close()


def answers(monkeypatch: pytest.MonkeyPatch, answer: QMessageBox.StandardButton) -> list[str]:
    """What the user answers to every question; returns the questions as they come."""
    asked: list[str] = []

    def answer_it(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.text())
        return answer

    monkeypatch.setattr(QMessageBox, "exec", answer_it)
    return asked


def wait_for_file(window: MainWindow, qtbot: QtBot, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(window.session.file_changed, timeout=30_000):
        act()
    settle(window.session, qtbot)


def test_it_begins_on_the_start_page_without_a_mode(window: MainWindow) -> None:
    assert window.mode == ""
    assert not window.top.switch.isVisibleTo(window)


def test_a_network_of_the_start_page_opens_in_its_mode(window: MainWindow) -> None:
    window.start_page.network_chosen.emit("lenet-5", "Build")
    assert window.mode == "Build"
    assert window.session.graph == zoo_experiment("lenet-5").graph
    assert not window.session.is_modified


def test_the_file_menu_leads_to_every_worked_example(window: MainWindow) -> None:
    entries = {entry.text(): entry for entry in window._menus._worked().actions()}
    worked = [network for network in all_zoo_networks() if network.publication is not None]
    assert {network.title for network in worked} <= set(entries)
    assert all(entries[network.title].toolTip() == network.idea for network in worked)
    entries["Max-pooling, 2 × 2 filter"].trigger()
    assert window.mode == "Step"
    assert window.session.experiment.example == "max-pooling-4x4"


def test_toy_networks_open_where_their_maps_are_drawn(window: MainWindow, qtbot: QtBot) -> None:
    for key, mode in (("circle", "Train"), ("mazur", "Build")):
        window.open_network(key)
        qtbot.waitUntil(lambda mode=mode: window.mode == mode, timeout=30_000)


def test_saving_and_opening_again_gives_everything_back(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "mine.playground"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file.with_suffix("")), ""))
    window.open_network("lenet-5")
    session = window.session
    settle(session, qtbot)
    session.edit("fewer", set_params(session.graph, "conv1", {"out_channels": 4}))
    settle(session, qtbot)
    assert session.analysis is not None
    learnt = {key: value + 0.5 for key, value in session.state.items()}
    session.take_weights(session.analysis, learnt)
    session.show_example(7)
    assert session.is_modified
    wait_for_file(window, qtbot, window.documents.save)
    assert not session.is_modified
    kept = session.experiment
    window.new_document()
    wait_for_file(window, qtbot, lambda: window.open_file(file))
    assert session.experiment == kept
    assert session.example_index == 7
    np.testing.assert_array_equal(session.state["conv1.weight"], learnt["conv1.weight"])
    assert window.documents.recent == [file]
    assert "mine.playground" in window.windowTitle()


def test_a_damaged_file_is_told_and_the_open_document_stays(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.open_network("lenet-5")
    before = window.session.experiment
    file = tmp_path / "broken.playground"
    file.write_bytes(b"PK\x03\x04 this is no archive")
    window.open_file(file)
    qtbot.waitUntil(lambda: bool(boxes(window)), timeout=30_000)
    assert "broken.playground" in boxes(window)[0].text()
    assert window.session.experiment is before
    boxes(window)[0].reject()


def boxes(window: MainWindow) -> list[QMessageBox]:
    return [box for box in window.findChildren(QMessageBox) if box.isVisible()]


def test_unsaved_changes_are_asked_about_and_cancel_stays(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window.open_network("lenet-5")
    session = window.session
    session.edit("fewer", set_params(session.graph, "conv1", {"out_channels": 4}))
    asked = answers(monkeypatch, Answer.Cancel)
    before = session.experiment
    window.open_network("mazur")
    assert asked == ["Save the changes to untitled.playground?"]
    assert session.experiment is before
    assert not window.close()


def test_a_disk_that_cannot_be_written_keeps_the_document(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missing = tmp_path / "not there" / "x.playground"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(missing), ""))
    window.open_network("lenet-5")
    session = window.session
    session.edit("fewer", set_params(session.graph, "conv1", {"out_channels": 4}))
    window.documents.save()
    qtbot.waitUntil(lambda: bool(boxes(window)), timeout=30_000)
    assert session.is_modified
    assert session.path is None
    boxes(window)[0].reject()


def test_a_file_dragged_onto_the_window_opens(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    from playground.graph.files import Saved, save

    file = tmp_path / "dragged.playground"
    save(file, Saved(zoo_experiment("circle")))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(300, 300).toPoint(), copy, data, left, none))
    drop = QDropEvent(QPointF(300, 300), copy, data, left, none)
    wait_for_file(window, qtbot, lambda: QApplication.sendEvent(window, drop))
    assert window.session.experiment == zoo_experiment("circle")
    assert window.mode == "Build"


def test_undo_and_redo_name_what_they_do(window: MainWindow) -> None:
    window.open_network("lenet-5")
    session = window.session
    assert not window._menus.undo.isEnabled()
    session.edit("Set filters of conv1", set_params(session.graph, "conv1", {"out_channels": 4}))
    assert window._menus.undo.text() == "Undo set filters of conv1"
    window._menus.undo.trigger()
    assert session.graph == zoo_experiment("lenet-5").graph
    assert window._menus.redo.text() == "Redo set filters of conv1"
    window._menus.redo.trigger()
    assert session.graph.node("conv1").params["out_channels"] == 4


@pytest.mark.parametrize("mode", ["Step", "Train"])
def test_each_mode_opens_on_the_same_network(window: MainWindow, qtbot: QtBot, mode: str) -> None:
    window.open_network("lenet-5")
    settle(window.session, qtbot)
    window.show_mode(mode)
    assert window.mode == mode
    settle(window.session, qtbot)
    window.show_mode("Build")
    assert window.session.experiment == zoo_experiment("lenet-5")


def test_a_message_is_shown_without_stopping_the_user(window: MainWindow) -> None:
    window.open_network("lenet-5")
    window.session.message.emit("warning", "Something to know.")
    assert window.banner.isVisibleTo(window)
    assert window.banner.label.text() == "Something to know."


def test_an_unexpected_error_in_the_background_opens_the_dialog(window: MainWindow, qtbot: QtBot) -> None:
    from playground.ui.widgets.error_dialog import ErrorDialog

    window.session.background.run("boom", lambda: 1 / 0, lambda _: None)
    qtbot.waitUntil(lambda: bool(window.findChildren(ErrorDialog)), timeout=10_000)
    dialog = window.findChildren(ErrorDialog)[0]
    assert dialog.isVisible()
    dialog.reject()


def test_an_empty_document_can_be_stepped_and_trained_into_without_harm(window: MainWindow, qtbot: QtBot) -> None:
    assert window.documents.start(Experiment())
    for mode in ("Build", "Step", "Train"):
        window.show_mode(mode)
        settle(window.session, qtbot)
    assert window.session.experiment == Experiment()


def test_a_notice_goes_by_itself_and_a_warning_stays(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.ui.main_window._INFO_MS", 50)
    window.session.message.emit("info", "Saved.")
    qtbot.waitUntil(lambda: not window.banner.isVisibleTo(window))
    window.session.message.emit("info", "Saved.")
    window.session.message.emit("warning", "Something to know.")
    qtbot.wait(120)
    assert window.banner.isVisibleTo(window)


def test_ctrl_enter_ends_a_note_though_it_opens_blocks_elsewhere(window: MainWindow, qtbot: QtBot) -> None:
    window.open_network("lenet-5")
    window.build.view.editing.add_note()
    field = window.build.view.findChild(NoteField)
    assert field is not None
    qtbot.keyClicks(field, "Why 6?")
    qtbot.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert field.isHidden()
    (note,) = window.session.graph.notes
    assert note.text == "Why 6?"
    sheet = window.build.scene.notes[note.id].sceneBoundingRect()
    cards = window.build.scene.cards.values()
    assert not any(card.box.translated(card.pos()).intersects(sheet) for card in cards), "it covers no card"


def test_the_list_of_keys_fits_a_small_window(window: MainWindow) -> None:
    window.resize(1100, 700)
    window.show_mode("Step")
    window._menus._help().actions()[0].trigger()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    assert dialog.height() <= 700
    assert [heading.text().casefold() for heading in dialog.findChildren(SectionHeading)][:2] == ["step", "everywhere"]
    dialog.reject()


def test_an_experiment_of_the_lectures_opens_in_train_unless_unsaved_edits_are_kept(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    played: list[str] = []
    monkeypatch.setattr(window.training, "play", lambda: played.append(window.mode))
    window.new_document()
    window.session.apply("edit", replace(window.session.experiment, seed=7))
    window.training.lecture.gallery_requested.emit()
    (gallery,) = window.findChildren(ExperimentsWindow)
    gallery.choose("overfit")
    asked = answers(monkeypatch, Answer.Cancel)
    gallery.start.click()
    assert asked
    assert (window.session.experiment.seed, played) == (7, [])
    answers(monkeypatch, Answer.Discard)
    window.begin_experiment(lecture_experiment("overfit"))
    assert window.session.experiment == lecture_experiment("overfit").experiments()[0][1]
    assert played == ["Train"]


def test_the_first_window_is_no_larger_than_the_screen(qtbot: QtBot) -> None:
    QSettings().clear()
    first = MainWindow(Session())
    qtbot.addWidget(first)
    room = first.screen().availableSize()
    assert first.size() == QSize(1440, 900).boundedTo(room).expandedTo(first.minimumSize())
