"""The dialog for errors that nobody expected: what happened, what is safe, and all that a report of it needs."""

from __future__ import annotations

import logging
import os
import platform
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from playground.ui.fonts import font
from playground.ui.theme import appearance
from playground.ui.widgets.buttons import IconButton
from playground.ui.widgets.headings import TextLabel, TitleLabel
from playground.ui.widgets.icons import icon

log = logging.getLogger(__name__)

KEPT = "The document is still open as it was. To be safe, save it under a new name now."


class ErrorDialog(QDialog):
    """Says `what` went wrong and what was `kept`; the details are folded until asked for."""

    def __init__(self, what: str, details: str, kept: str = KEPT, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Something went wrong")
        self.setMinimumWidth(480)
        self._sign = TextLabel()
        self._sign.setFixedSize(QSize(32, 32))
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setFont(font("mono_small"))
        self.details.setAccessibleName("Details of the error")
        self.details.setMinimumHeight(220)
        self.details.hide()
        self.unfold_button = QPushButton("Show details")
        self.unfold_button.setCheckable(True)
        self.unfold_button.toggled.connect(self._unfold)
        self.copy_button = IconButton("copy", "Copy details")
        self.copy_button.clicked.connect(self._copy)
        self.close_button = QPushButton("Close")
        self.close_button.setProperty("primary", True)
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        self._lay_out(what, kept)
        appearance.changed.connect(self._follow_theme)
        self._follow_theme()

    def _lay_out(self, what: str, kept: str) -> None:
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(TitleLabel("Something went wrong"))
        sentence = TextLabel(what, wrap=True, selectable=True)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        words.addWidget(sentence)
        words.addWidget(TextLabel(kept, wrap=True))
        log_path = log_file()
        if log_path:
            where = TextLabel(f"Also written to {log_path}", "small", "muted", wrap=True, selectable=True)
            where.setTextFormat(Qt.TextFormat.PlainText)
            words.addWidget(where)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.unfold_button)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.details, 1)
        column.addLayout(buttons)

    def _follow_theme(self) -> None:
        self._sign.setPixmap(icon("error", "danger").pixmap(QSize(32, 32), self.devicePixelRatioF()))

    def _unfold(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self.unfold_button.setText("Hide details" if shown else "Show details")
        self.resize(max(self.width(), 720 if shown else 0), self.sizeHint().height())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.copy_button.set_look("check", "Copied")


def describe_error(exc_type: type[BaseException], exc: BaseException, tb: TracebackType | None) -> str:
    """All that a report of the error needs: versions, system, and the traceback with its causes."""
    import PySide6

    torch = sys.modules.get("torch")  # named only if it was loaded
    versions = [f"Python {platform.python_version()}", f"Qt {PySide6.__version__}"]
    if torch is not None:
        versions.append(f"torch {getattr(torch, '__version__', '?')}")
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    trace = "".join(traceback.format_exception(exc_type, exc, tb))
    return f"Neural Network Playground\n{', '.join(versions)}\n{system}\n\n{trace}"


def log_file() -> str:
    """The file that the program's log is written to; empty if it is written to none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler) and handler.baseFilename != os.devnull:
            return handler.baseFilename
    return ""


def show_unexpected_error(
    parent: QWidget | None,
    exc_type: type[BaseException],
    exc: BaseException,
    tb: TracebackType | None,
    kept: str = KEPT,
) -> ErrorDialog:
    """Log the error and show it; the dialog does not block, and is deleted when it is closed."""
    log.error("Unexpected error", exc_info=(exc_type, exc, tb))
    sentence = str(exc).strip().splitlines()[0] if str(exc).strip() else "There is no description of it."
    dialog = ErrorDialog(f"{_plain_name(exc_type)}: {sentence}", describe_error(exc_type, exc, tb), kept, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    return dialog


def _plain_name(exc_type: type[BaseException]) -> str:
    """The type's name as words: ZeroDivisionError → "Zero division error"."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in exc_type.__name__).strip()
    return words.capitalize()
