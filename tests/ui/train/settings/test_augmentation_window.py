"""Augmentation by hand: what is set stands in the experiment, can be undone, and is seen in the pictures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget
from pytestqt.qtbot import QtBot

from playground.ui.session import Session
from playground.ui.train.controller import TrainingController
from playground.ui.train.settings.augmentation_window import AugmentationWindow
from playground.ui.train.settings.form import SettingsForm
from playground.ui.widgets.fields import DecimalField
from playground.zoo import zoo_experiment


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """LeNet with its digits."""
    made = Session(zoo_experiment("lenet-5"))
    qtbot.waitUntil(lambda: made.samples is not None, timeout=20_000)
    yield made
    made.close()


@pytest.fixture
def window(session: Session, qtbot: QtBot) -> Iterator[AugmentationWindow]:
    """The window, open."""
    parent = QWidget()
    qtbot.addWidget(parent)
    made = AugmentationWindow(session, parent)
    made.show()
    yield made
    made.close()
    del parent


def _field(window: AugmentationWindow, key: str) -> QWidget:
    assert window.rows is not None
    return window.rows.rows[key].control


def test_what_is_entered_is_an_undoable_edit_and_is_seen(
    session: Session, window: AugmentationWindow, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: len(window.pictures) == 42, timeout=20_000)
    assert "Nothing is changed" in window.words.text()
    shift = _field(window, "shift")
    assert isinstance(shift, DecimalField)
    shift.setValue(0.2)
    assert session.experiment.training.augmentation == {"shift": 0.2}
    qtbot.waitUntil(lambda: "differently each time" in window.words.text())
    session.document.undo()
    assert session.experiment.training.augmentation == {}
    assert shift.value() == 0.0
    qtbot.waitUntil(lambda: "Nothing is changed" in window.words.text())


def test_a_setting_put_back_to_nothing_leaves_no_trace(session: Session, window: AugmentationWindow) -> None:
    flip = _field(window, "flip")
    assert isinstance(flip, QCheckBox)
    flip.setChecked(True)
    flip.setChecked(False)
    assert session.experiment.training.augmentation == {}


def test_all_can_be_taken_away_at_once(session: Session, window: AugmentationWindow, qtbot: QtBot) -> None:
    assert not window.none.isEnabled()
    noise = _field(window, "noise")
    assert isinstance(noise, DecimalField)
    noise.setValue(0.1)
    qtbot.mouseClick(window.none, Qt.MouseButton.LeftButton)
    assert session.experiment.training.augmentation == {}


def test_only_what_fits_the_examples_is_offered(session: Session, window: AugmentationWindow, qtbot: QtBot) -> None:
    assert window.rows is not None
    assert "saturation" not in window.rows.rows
    session.choose_data("clothing")
    assert "saturation" in window.rows.rows
    session.choose_data("iris")
    assert set(window.rows.rows) == {"noise", "mixup"}
    qtbot.waitUntil(lambda: session.samples is not None, timeout=20_000)


def test_the_form_in_train_says_how_much_is_on_and_opens_the_window(session: Session, qtbot: QtBot) -> None:
    controller = TrainingController(session)
    form = SettingsForm(session, controller)
    qtbot.addWidget(form)
    form.show()
    assert form.augmentation.text() == "none…"
    fold = form.fold.text()
    qtbot.mouseClick(form.augmentation, Qt.MouseButton.LeftButton)
    window = form.window().findChild(AugmentationWindow)
    assert isinstance(window, AugmentationWindow)
    rotate = _field(window, "rotate")
    assert isinstance(rotate, DecimalField)
    rotate.setValue(15.0)
    assert form.augmentation.text() == "1 on…"
    assert form.fold.text() == fold, "augmentation stands outside the fold"
    window.close()
    controller.close()
