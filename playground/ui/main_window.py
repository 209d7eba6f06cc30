"""The main window: the top bar, the start page, and the modes, of which each is built when it is first shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QMenu, QStackedWidget, QVBoxLayout, QWidget

from playground.graph.experiment import Experiment
from playground.graph.model import Graph
from playground.ui.build.build_mode import BuildMode
from playground.ui.canvas.arrangement import SIDES
from playground.ui.documents import SUFFIX, Documents
from playground.ui.mode import Mode
from playground.ui.recovery import Recovery
from playground.ui.session import Session
from playground.ui.shortcuts import ShortcutsDialog
from playground.ui.start_page import StartPage
from playground.ui.theme import appearance
from playground.ui.top_bar import TopBar
from playground.ui.train.controller import TrainingController
from playground.ui.widgets.banner import Banner
from playground.ui.widgets.headings import Separator
from playground.zoo import zoo_network

_INFO_MS = 5000
"""So long a mere notice stays; warnings and errors stay until they are closed."""
MODES = ("Build", "Step", "Train")


class MainWindow(QMainWindow):
    """One window, one network. Menus and keys call the session, the documents and the shown mode."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.training = TrainingController(session)
        self.documents = Documents(session, self, self.training.settle)
        self.recovery = Recovery(session, self.documents, self)
        self.setAcceptDrops(True)
        self.setMinimumSize(900, 600)
        self.top = TopBar(MODES)
        self.banner = Banner()
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(self.banner.close_message)
        self.start_page = StartPage()
        self.build = BuildMode(session)
        self._modes: dict[str, Mode] = {"Build": self.build}
        self._pages = QStackedWidget()
        self._pages.addWidget(self.start_page)
        self._pages.addWidget(self.build)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.top, Separator(), self.banner):
            column.addWidget(widget)
        column.addWidget(self._pages, 1)
        self.setCentralWidget(holder)
        self._make_menus()
        self._connect()
        self._restore()
        self.show_start_page()
        self._show_file()
        self._offer_recovery()

    # ---- pages

    @property
    def mode(self) -> str:
        """The mode that is shown, "" on the start page."""
        current = self._pages.currentWidget()
        return next((name for name, mode in self._modes.items() if mode is current), "")

    def show_mode(self, name: str) -> None:
        """Show a mode, building it if this is the first time."""
        if name == self.mode:
            return
        if self.mode:
            self._modes[self.mode].deactivate()
        if name not in self._modes:
            self._modes[name] = self._new_mode(name)
            self._pages.addWidget(self._modes[name])
        self._pages.setCurrentWidget(self._modes[name])
        self.top.switch.setVisible(True)
        self.top.switch.blockSignals(True)
        self.top.switch.set_current(MODES.index(name))
        self.top.switch.blockSignals(False)
        self._modes[name].activate()
        self._update_actions()

    def _new_mode(self, name: str) -> Mode:
        if name == "Step":
            from playground.ui.step.step_mode import StepMode

            mode = StepMode(self.session)
        else:
            from playground.ui.train.train_mode import TrainMode

            mode = TrainMode(self.session, self.training)
        mode.build_requested.connect(lambda: self.show_mode("Build"))
        return mode

    def show_start_page(self) -> None:
        """Show what to begin with."""
        if self.mode:
            self._modes[self.mode].deactivate()
        self.start_page.show_recent(self.documents.recent)
        self._pages.setCurrentWidget(self.start_page)
        self.top.switch.setVisible(False)
        self._update_actions()

    def open_network(self, key: str, mode: str = "Build") -> None:
        """Begin a new document with a network of the zoo."""

        def show() -> None:
            self.show_mode(mode)
            self.build.view.fit()

        self.documents.start_network(key, show)

    def _open_graph(self, graph: Graph, title: str) -> None:
        """Begin a new document with a network that was made to order."""
        base = zoo_network("efficientnet-b0")
        if self.documents.start(Experiment(graph, base.data_settings, base.training)):
            self.show_mode("Build")
            self.build.view.fit()
            self.show_message("info", f"This is {title}.")

    def open_file(self, path: Path) -> None:
        """Open a document from disk."""
        self.documents.open(path, self._on_opened)

    def _offer_recovery(self) -> None:
        """What a crash left behind can be had back."""
        left = self.recovery.leftovers()
        if left:
            self.banner.show_message(
                "Work of the last time that was not saved is still here.",
                "info",
                "Bring it back",
                lambda: self.documents.recover(left[0], self._on_opened),
            )

    def new_document(self) -> None:
        """Begin with an empty canvas."""
        if self.documents.start(Experiment()):
            self.show_mode("Build")

    def _on_opened(self) -> None:
        if not self.mode:
            self.show_mode("Build")
        self.build.view.fit()

    # ---- signals

    def _connect(self) -> None:
        session = self.session
        session.message.connect(self.show_message)
        session.file_changed.connect(self._show_file)
        session.experiment_changed.connect(self._on_experiment)
        session.background.failed.connect(self._on_background_failure)
        session.warmed_up.connect(self._find_device)
        self.top.mode_chosen.connect(lambda index: self.show_mode(MODES[index]))
        self.build.network_chosen.connect(self.open_network)
        self.build.graph_chosen.connect(self._open_graph)
        self.build.scene.selected_nodes_changed.connect(self._update_actions)
        self.start_page.network_chosen.connect(self.open_network)
        self.start_page.file_chosen.connect(lambda name: self.open_file(Path(name)))
        self.start_page.empty_chosen.connect(self.new_document)
        self.start_page.open_chosen.connect(lambda: self.documents.choose_and_open(self._on_opened))
        self.documents.recent_changed.connect(self._fill_recent)

    def _on_experiment(self, before: Experiment, after: Experiment) -> None:
        self._update_actions()
        if before.training.device != after.training.device:
            self._find_device()

    def show_message(self, level: str, text: str) -> None:
        """Say something without stopping the user."""
        self.banner.show_message(text, level)  # pyright: ignore[reportArgumentType]
        self._fade.stop()
        if level == "info":
            self._fade.start(_INFO_MS)

    def _on_background_failure(self, kind: str, error: Exception) -> None:
        from playground.ui.widgets.error_dialog import show_unexpected_error

        show_unexpected_error(self, type(error), error, error.__traceback__)

    def _show_file(self) -> None:
        self.top.show_file(self.documents.name, self.session.is_modified)
        self.setWindowModified(self.session.is_modified)
        self.setWindowTitle(f"{self.documents.name}[*] — Playground")

    def _find_device(self) -> None:
        wanted = self.session.experiment.training.device
        self.session.background.run("device", lambda: _device_text(wanted), self.top.show_device)

    # ---- menus

    def _make_menus(self) -> None:
        self._recent_menu = QMenu("Open recent", self)
        for menu in (self._file_menu(), self._edit_menu(), self._arrange_menu(), self._view_menu(), self._help_menu()):
            self.top.add_menu(menu)
        self._fill_recent()

    def _action(self, text: str, slot: Callable[[], object], keys: str | list[str] = "") -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in ([keys] if isinstance(keys, str) else keys) if key])
        action.triggered.connect(lambda _checked=False: slot())
        self.addAction(action)
        return action

    def _file_menu(self) -> QMenu:
        menu = QMenu("File", self)
        menu.addAction(self._action("New", self.new_document, "Ctrl+N"))
        menu.addAction(self._action("Open…", lambda: self.documents.choose_and_open(self._on_opened), "Ctrl+O"))
        menu.addMenu(self._recent_menu)
        menu.addAction(self._action("Start page", self.show_start_page))
        menu.addSeparator()
        menu.addAction(self._action("Save", self.documents.save, "Ctrl+S"))
        menu.addAction(self._action("Save as…", self.documents.save_as, "Ctrl+Shift+S"))
        menu.addSeparator()
        menu.addAction(self._action("Quit", self.close, "Ctrl+Q"))
        return menu

    def _edit_menu(self) -> QMenu:
        menu, view = QMenu("Edit", self), self.build.view
        self._undo = self._action("Undo", self._undo_edit, "Ctrl+Z")
        self._redo = self._action("Redo", self._redo_edit, ["Ctrl+Shift+Z", "Ctrl+Y"])
        editing = view.editing
        self._build_actions = [
            self._action("Cut", self._for_canvas(editing.cut, QLineEdit.cut), "Ctrl+X"),
            self._action("Copy", self._for_canvas(editing.copy, QLineEdit.copy), "Ctrl+C"),
            self._action("Paste", self._for_canvas(editing.paste, QLineEdit.paste), "Ctrl+V"),
            self._action("Duplicate", editing.duplicate, "Ctrl+D"),
            self._action("Rename", editing.rename, "F2"),
            self._action("Delete", editing.delete),
            self._action("Select all", self._for_canvas(editing.select_all, QLineEdit.selectAll), "Ctrl+A"),
            self._action("Add a layer…", editing.quick_add, "Ctrl+K"),
            self._action("Add a note", editing.add_note, "Ctrl+M"),
            self._action("Find a layer type", self.build.palette_panel.focus_search, "Ctrl+Shift+F"),
            self._action("Find in the network…", self.build.find_bar.open, "Ctrl+F"),
        ]
        menu.addActions([self._undo, self._redo])
        menu.addSeparator()
        menu.addActions(self._build_actions)
        return menu

    def _arrange_menu(self) -> QMenu:
        menu, editing = QMenu("Arrange", self), self.build.view.editing
        groups = (
            (("Group into a block", editing.group, "Ctrl+G"), ("Ungroup", editing.ungroup, "Ctrl+Shift+G")),
            (
                ("Open or close block", editing.toggle_blocks, "Ctrl+Return"),
                ("Repeat block…", editing.repeat, "Ctrl+R"),
                ("Save block as a template…", editing.save_template, ""),
                ("Open all blocks", lambda: editing.set_all_open(is_open=True), ""),
                ("Close all blocks", lambda: editing.set_all_open(is_open=False), ""),
            ),
            (("Bypass", editing.bypass, "Ctrl+B"), ("Replace by…", editing.replace, "Ctrl+H")),
            (
                ("Tidy up", editing.tidy, "Ctrl+L"),
                *((f"Align {side}", lambda side=side: editing.align(side), "") for side in SIDES),
                ("Space evenly across", lambda: editing.spread(0), ""),
                ("Space evenly down", lambda: editing.spread(1), ""),
            ),
        )
        for rows in groups:
            actions = [self._action(text, slot, keys) for text, slot, keys in rows]
            self._build_actions += actions
            menu.addActions(actions)
            menu.addSeparator()
        return menu

    def _view_menu(self) -> QMenu:
        menu, view = QMenu("View", self), self.build.view
        for number, name in enumerate(MODES, start=1):
            menu.addAction(self._action(name, lambda mode=name: self.show_mode(mode), f"Ctrl+{number}"))
        menu.addSeparator()
        zoom = [
            self._action("Fit to window", view.fit, "Ctrl+0"),
            self._action("Zoom in", lambda: view.set_zoom(view.zoom * 1.25), ["Ctrl++", "Ctrl+="]),
            self._action("Zoom out", lambda: view.set_zoom(view.zoom / 1.25), "Ctrl+-"),
        ]
        self._build_actions += zoom
        menu.addActions(zoom)
        menu.addSeparator()
        menu.addMenu(self._choice_menu("Theme", ("system", "dark", "light"), appearance.choice, self._set_theme))
        signs = ("blue-orange", "green-purple")
        menu.addMenu(self._choice_menu("Colours of numbers", signs, appearance.sign_palette, self._set_signs))
        menu.addAction(self._action("Full screen", self._toggle_full_screen, "F11"))
        return menu

    def _help_menu(self) -> QMenu:
        menu = QMenu("Help", self)
        menu.addAction(self._action("Keyboard and mouse", lambda: ShortcutsDialog(self).open(), "F1"))
        return menu

    def _choice_menu(self, title: str, names: tuple[str, ...], chosen: str, choose: Callable[[str], None]) -> QMenu:
        menu, group = QMenu(title, self), QActionGroup(self)
        for name in names:
            action = menu.addAction(name.replace("-", " and ").capitalize())
            action.setCheckable(True)
            action.setChecked(name == chosen)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, wanted=name: choose(wanted))
        return menu

    def _fill_recent(self) -> None:
        self._recent_menu.clear()
        for path in self.documents.recent:
            action = self._recent_menu.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, file=path: self.open_file(file))
        self._recent_menu.setEnabled(bool(self._recent_menu.actions()))
        if self._recent_menu.actions():
            self._recent_menu.addSeparator()
            self._recent_menu.addAction("Forget these", self.documents.forget_recent)

    def _for_canvas(self, act: Callable[[], None], in_field: Callable[[QLineEdit], None]) -> Callable[[], None]:
        """A key that belongs to the text field while one has the keyboard, and to the canvas otherwise."""

        def choose() -> None:
            field = self.focusWidget()
            if isinstance(field, QLineEdit):
                in_field(field)
            else:
                act()

        return choose

    def _undo_edit(self) -> None:
        self.session.document.undo()

    def _redo_edit(self) -> None:
        self.session.document.redo()

    def _update_actions(self) -> None:
        document = self.session.document
        for action, verb, label in (
            (self._undo, "Undo", document.undo_label),
            (self._redo, "Redo", document.redo_label),
        ):
            action.setText(f"{verb} {label[0].lower()}{label[1:]}" if label else verb)
            action.setEnabled(label is not None)
        for action in self._build_actions:
            action.setEnabled(self.mode == "Build")

    def _set_theme(self, name: str) -> None:
        appearance.set_choice(name)  # pyright: ignore[reportArgumentType]
        QSettings().setValue("theme", name)

    def _set_signs(self, name: str) -> None:
        appearance.set_sign_palette(name)  # pyright: ignore[reportArgumentType]
        QSettings().setValue("signs", name)

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    # ---- the window itself

    def _restore(self) -> None:
        geometry = QSettings().value("geometry")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            self.resize(1440, 900)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.open_file(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Edits are asked about. What was merely learnt is kept for the next start, and the window closes at once."""
        only_trained = self.session.is_modified and not self.session.document.is_modified
        keep = only_trained and self.recovery.keep_now()
        if not keep and not self.documents.may_leave():
            event.ignore()
            return
        QSettings().setValue("geometry", self.saveGeometry())
        if self.mode:
            self._modes[self.mode].deactivate()
        self.training.close()
        self.session.close()
        self.recovery.close(keep)
        event.accept()


def _device_text(wanted: str) -> str:
    """Where a network that wants this device runs, in words."""
    from playground.train.device import choose_device, describe_device
    from playground.train.errors import TrainError

    try:
        return describe_device(choose_device(wanted))
    except TrainError as error:
        return str(error)


def _dropped_file(event: QDropEvent) -> Path | None:
    """The one .playground file that is being dropped, if it is one."""
    urls = event.mimeData().urls()
    if len(urls) == 1 and urls[0].isLocalFile() and urls[0].toLocalFile().endswith(SUFFIX):
        return Path(urls[0].toLocalFile())
    return None
