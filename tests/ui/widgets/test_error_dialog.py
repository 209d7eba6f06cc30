from __future__ import annotations

import logging
import sys
from pathlib import Path
from types import TracebackType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from playground.ui.widgets.error_dialog import ErrorDialog, describe_error, log_file, show_unexpected_error

Failure = tuple[type[BaseException], BaseException, TracebackType | None]


@pytest.fixture
def failure() -> Failure:
    try:
        try:
            raise KeyError("conv1")
        except KeyError as cause:
            raise RuntimeError("The frame <b>17</b> is gone.\nsecond line") from cause
    except RuntimeError:
        exc_type, exc, tb = sys.exc_info()
    assert exc_type is not None
    assert exc is not None
    return exc_type, exc, tb


@pytest.fixture
def dialog(qtbot: QtBot, failure: Failure, caplog: pytest.LogCaptureFixture) -> ErrorDialog:
    with caplog.at_level(logging.CRITICAL):
        shown = show_unexpected_error(None, *failure)
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    return shown


def texts(dialog: ErrorDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_it_says_in_words_what_happened_and_what_is_safe(dialog: ErrorDialog) -> None:
    said = texts(dialog)
    assert "Runtime error: The frame <b>17</b> is gone." in said
    assert "second line" not in said
    assert "save it under a new name" in said
    assert "Traceback" not in said


def test_details_are_folded_until_asked_for(dialog: ErrorDialog, qtbot: QtBot) -> None:
    assert dialog.details.isHidden()
    qtbot.mouseClick(dialog.unfold_button, Qt.MouseButton.LeftButton)
    assert dialog.details.isVisible()
    assert dialog.unfold_button.text() == "Hide details"
    qtbot.mouseClick(dialog.unfold_button, Qt.MouseButton.LeftButton)
    assert dialog.details.isHidden()


def test_the_details_can_be_copied(dialog: ErrorDialog, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("before")
    qtbot.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert "RuntimeError: The frame <b>17</b> is gone.\nsecond line" in copied
    assert "KeyError: 'conv1'" in copied, "the cause is there too"
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in copied
    assert "Copied" in dialog.copy_button.text()


def test_escape_closes_it(dialog: ErrorDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


def test_it_does_not_block_and_is_logged(qtbot: QtBot, failure: Failure, caplog: pytest.LogCaptureFixture) -> None:
    shown = show_unexpected_error(None, *failure, kept="Training goes on.")
    shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(shown)
    assert shown.isVisible()
    assert "Training goes on." in texts(shown)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "RuntimeError" in caplog.text


def test_it_names_the_log_file_if_there_is_one(qtbot: QtBot, tmp_path: Path) -> None:
    handler = logging.FileHandler(tmp_path / "playground.log")
    logging.getLogger().addHandler(handler)
    try:
        assert log_file() == str(tmp_path / "playground.log")
        dialog = ErrorDialog("What happened.", "details")
        qtbot.addWidget(dialog)
        assert str(tmp_path / "playground.log") in texts(dialog)
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()
    assert log_file() == ""


def test_an_error_without_words_is_still_described(qtbot: QtBot) -> None:
    assert "ValueError" in describe_error(ValueError, ValueError(), None)
