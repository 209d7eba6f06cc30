"""The one door through which a data set is chosen, wherever the list of them is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from playground.data.archives import archive_of, is_here
from playground.data.own import ENTRIES, POINTS
from playground.ui.session import Session

if TYPE_CHECKING:
    from playground.ui.data.browser import DataBrowser
    from playground.ui.data.download_dialog import DownloadDialog
    from playground.ui.data.own_data import OwnDataDialog


def take_data(session: Session, key: str, window: QWidget) -> None:
    """Choose a data set. One that is not on this machine is offered for download; for own data a file is asked for.

    Points are placed by hand in the data browser.
    """
    if key == POINTS:
        browse_data(session, window, key)
        return
    if key in {entry for entry, _, _ in ENTRIES}:
        path = _ask_for_file(key, window)
        if path is not None:
            open_own_data(session, path, window)
        return
    archive = archive_of(key)
    if archive is not None and not is_here(key):
        from playground.ui.data.download_dialog import DownloadDialog

        download = DownloadDialog(archive, window)
        download.ready.connect(session.choose_data)
        _open(download)
        return
    session.choose_data(key)


def browse_data(session: Session, window: QWidget, key: str = "") -> DataBrowser:
    """Look through the data sets beside the window; with a key, at that one. There is one browser for a window."""
    from playground.ui.data.browser import DataBrowser

    top = window.window()
    browser = top if isinstance(top, DataBrowser) else top.findChild(DataBrowser)
    if browser is None:
        browser = DataBrowser(session, top)
    if key:
        browser.choose(key)
    browser.show()
    browser.raise_()
    browser.activateWindow()
    return browser


def open_own_data(session: Session, path: Path, window: QWidget) -> OwnDataDialog:
    """Show what could be made of a file or folder."""
    from playground.ui.data.own_data import OwnDataDialog

    own = OwnDataDialog(path, window)
    own.chosen.connect(session.choose_data)
    _open(own)
    return own


def _open(dialog: OwnDataDialog | DownloadDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _ask_for_file(key: str, window: QWidget) -> Path | None:
    if key == "own:folder":
        chosen = QFileDialog.getExistingDirectory(window, "A folder with a folder of pictures for each class")
    else:
        kind = "Tables (*.csv *.tsv *.txt)" if key == "own:table" else "Arrays (*.npz)"
        chosen, _ = QFileDialog.getOpenFileName(window, "Your own data", "", f"{kind};;All files (*)")
    return Path(chosen) if chosen else None
