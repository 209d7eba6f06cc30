"""Start the window: look, log, unexpected errors, and then the event loop."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QSettings, QStandardPaths, QTimer
from PySide6.QtWidgets import QApplication

from playground.ui.qt_guard import check_qt

if TYPE_CHECKING:
    from playground.ui.garbage import GuiThreadCollector
    from playground.ui.main_window import MainWindow

log = logging.getLogger(__name__)


def run(file: str | None = None) -> int:
    """Open the window, with a document if a file is named; returns the exit code when it is closed."""
    check_qt()
    app = make_application(sys.argv)
    _log_to_file()
    from playground.ui.garbage import GuiThreadCollector

    collector = GuiThreadCollector()  # first of all, for no collection shall interrupt the imports
    window = open_window(collector)
    from playground.ui.widgets.formula_typesetting import typesetter

    sys.excepthook = lambda kind, error, trace: _unexpected(window, kind, error, trace)
    if file is not None:
        QTimer.singleShot(0, lambda: window.open_file(Path(file)))
    code = app.exec()
    typesetter().stop()
    collector.stop()
    return code


def open_window(collector: GuiThreadCollector) -> MainWindow:
    """The window, shown, on its start page."""
    from playground.ui.main_window import MainWindow
    from playground.ui.session import Session

    session = Session()
    session.warmed_up.connect(collector.settle)
    window = MainWindow(session)
    window.show()
    return window


def make_application(arguments: list[str]) -> QApplication:
    """The QApplication with our name, icon and look."""
    from playground.ui import theme
    from playground.ui.widgets.icons import application_icon
    from playground.ui.widgets.number_style import number_style

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(arguments)
    app.setOrganizationName("neural-network-playground")
    app.setApplicationName("Neural Network Playground")
    app.setApplicationDisplayName("Playground")
    app.setDesktopFileName("neural-network-playground")
    settings = QSettings()
    theme.install(app, _stored(settings, "theme", "system"), _stored(settings, "signs", "blue-orange"))  # type: ignore[arg-type]
    number_style.recall()
    app.setWindowIcon(application_icon())
    return app


def _stored(settings: QSettings, key: str, default: str) -> str:
    """A choice remembered from last time; what this version does not know is ignored."""
    known = {"theme": ("system", "dark", "light"), "signs": ("blue-orange", "green-purple")}
    value = str(settings.value(key, default))
    return value if value in known[key] else default


def _log_to_file() -> None:
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "playground.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except OSError as error:
        log.warning("no log file: %s", error)
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("playground").setLevel(logging.INFO)
    log.info("started, Qt %s", QLibraryInfo.version().toString())


def _unexpected(window: object, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An exception that nobody caught: logged and shown; the program goes on."""
    from PySide6.QtWidgets import QWidget

    from playground.ui.widgets.error_dialog import show_unexpected_error

    if issubclass(kind, KeyboardInterrupt):
        QApplication.quit()
        return
    show_unexpected_error(window if isinstance(window, QWidget) else None, kind, error, trace)
