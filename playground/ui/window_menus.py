"""The window's menus and the keys that belong to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu

from playground.ui.canvas.arrangement import SIDES
from playground.ui.data.door import browse_data
from playground.ui.shortcuts import ShortcutsDialog
from playground.ui.theme import appearance
from playground.ui.train.relief.surroundings import show_landscape, show_race
from playground.ui.train.runs.door import show_runs, show_sweep
from playground.ui.widgets.number_style import digits_menu

if TYPE_CHECKING:
    from playground.ui.main_window import MainWindow


class WindowMenus:
    """File, Edit, Arrange, View, Train and Help. Each entry calls the session, the documents or the shown mode."""

    def __init__(self, window: MainWindow, modes: tuple[str, ...]) -> None:
        self._window, self._modes = window, modes
        self._recent = QMenu("Open recent", window)
        self.undo = self._action("Undo", lambda: window.session.document.undo(), "Ctrl+Z")
        self.redo = self._action("Redo", lambda: window.session.document.redo(), ["Ctrl+Shift+Z", "Ctrl+Y"])
        self.take_back = self._action("Take back all changes by hand", lambda: window.session.by_hand.take_back_all())
        self._of_build: list[QAction] = []
        self.all = (self._file(), self._edit(), self._arrange(), self._view(), self._train(), self._help())
        self.fill_recent()

    def update(self) -> None:
        """Name what would be undone and redone, and allow what the shown mode can do."""
        document = self._window.session.document
        for action, verb, label in (
            (self.undo, "Undo", document.undo_label),
            (self.redo, "Redo", document.redo_label),
        ):
            action.setText(f"{verb} {label[0].lower()}{label[1:]}" if label else verb)
            action.setEnabled(label is not None)
        self.take_back.setEnabled(bool(self._window.session.by_hand.marks()))
        for action in self._of_build:
            action.setEnabled(self._window.mode == "Build")

    def fill_recent(self) -> None:
        """Bring the list of recent files up to date."""
        self._recent.clear()
        for path in self._window.documents.recent:
            action = self._recent.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _checked=False, file=path: self._window.open_file(file))
        self._recent.setEnabled(bool(self._recent.actions()))
        if self._recent.actions():
            self._recent.addSeparator()
            self._recent.addAction("Forget these", self._window.documents.forget_recent)

    def _action(self, text: str, slot: Callable[[], object], keys: str | list[str] = "") -> QAction:
        action = QAction(text, self._window)
        action.setShortcuts([QKeySequence(key) for key in ([keys] if isinstance(keys, str) else keys) if key])
        action.triggered.connect(lambda _checked=False: slot())
        self._window.addAction(action)
        return action

    def _file(self) -> QMenu:
        window, menu = self._window, QMenu("File", self._window)
        menu.addAction(self._action("New", window.new_document, "Ctrl+N"))
        menu.addAction(self._action("New from an expression…", window.new_from_expression, "Ctrl+Shift+N"))
        menu.addAction(self._action("Use a trained network as base…", window.use_as_base, "Ctrl+Shift+B"))
        menu.addAction(self._action("Open…", lambda: window.documents.choose_and_open(window.show_opened), "Ctrl+O"))
        menu.addMenu(self._recent)
        menu.addAction(self._action("Start page", window.show_start_page))
        menu.addSeparator()
        menu.addAction(self._action("Save", window.documents.save, "Ctrl+S"))
        menu.addAction(self._action("Save as…", window.documents.save_as, "Ctrl+Shift+S"))
        menu.addSeparator()
        menu.addAction(self._action("Quit", window.close, "Ctrl+Q"))
        return menu

    def _edit(self) -> QMenu:
        build, menu = self._window.build, QMenu("Edit", self._window)
        editing = build.view.editing
        self._of_build += [
            self._action("Cut", self._for_canvas(editing.cut, QLineEdit.cut), "Ctrl+X"),
            self._action("Copy", self._for_canvas(editing.copy, QLineEdit.copy), "Ctrl+C"),
            self._action("Paste", self._for_canvas(editing.paste, QLineEdit.paste), "Ctrl+V"),
            self._action("Duplicate", editing.duplicate, "Ctrl+D"),
            self._action("Rename", editing.rename, "F2"),
            self._action("Delete", editing.delete),
            self._action("Select all", self._for_canvas(editing.select_all, QLineEdit.selectAll), "Ctrl+A"),
            self._action("Add a layer…", editing.quick_add, "Ctrl+K"),
            self._action("Add a note", editing.add_note, "Ctrl+M"),
            self._action("Find a layer type", build.palette_panel.focus_search, "Ctrl+Shift+F"),
            self._action("Find in the network…", build.find_bar.open, "Ctrl+F"),
            self._action("Wire to… (C)", editing.connect),
            self._action("Take a wire away… (Shift+C)", editing.disconnect),
            self._action("Freeze or unfreeze", editing.learning.freeze, "Ctrl+Shift+L"),
            self._action("Freeze everything before", editing.learning.freeze_before),
        ]
        menu.addActions([self.undo, self.redo, self.take_back])
        menu.addSeparator()
        menu.addActions(self._of_build)
        return menu

    def _arrange(self) -> QMenu:
        menu, editing = QMenu("Arrange", self._window), self._window.build.view.editing
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
            self._of_build += actions
            menu.addActions(actions)
            menu.addSeparator()
        return menu

    def _view(self) -> QMenu:
        window, menu = self._window, QMenu("View", self._window)
        build, view = window.build, window.build.view
        for number, name in enumerate(self._modes, start=1):
            menu.addAction(self._action(name, lambda mode=name: window.show_mode(mode), f"Ctrl+{number}"))
        menu.addSeparator()
        menu.addAction(self._action("Data…", lambda: browse_data(window.session, window), "Ctrl+Shift+D"))
        menu.addSeparator()
        zoom = [
            self._action("Fit to window", view.fit, "Ctrl+0"),
            self._action("Zoom in", lambda: view.set_zoom(view.zoom * 1.25), ["Ctrl++", "Ctrl+="]),
            self._action("Zoom out", lambda: view.set_zoom(view.zoom / 1.25), "Ctrl+-"),
        ]
        zoom += [
            self._action("Next panel", build.next_panel, "F6"),
            self._action("Previous panel", lambda: build.next_panel(-1), "Shift+F6"),
        ]
        self._of_build += zoom
        menu.addActions(zoom)
        menu.addSeparator()
        menu.addMenu(self._choices("Theme", ("system", "dark", "light"), appearance.choice, _set_theme))
        signs = ("blue-orange", "green-purple")
        menu.addMenu(self._choices("Colours of numbers", signs, appearance.sign_palette, _set_signs))
        menu.addMenu(digits_menu("Digits of numbers", window))
        menu.addAction(self._action("Full screen", self._toggle_full_screen, "F11"))
        return menu

    def _train(self) -> QMenu:
        window, menu = self._window, QMenu("Train", self._window)
        menu.addAction(self._action("Experiments of the lectures…", window.open_experiments, "Ctrl+Shift+X"))
        menu.addSeparator()
        for text, show, keys in (("Runs…", show_runs, "Ctrl+Shift+R"), ("Sweep…", show_sweep, "Ctrl+Shift+W")):
            menu.addAction(self._action(text, lambda show=show: show(window.session, window.training, window), keys))
        menu.addSeparator()
        for text, show in (("Loss landscape…", show_landscape), ("Optimizer race…", show_race)):
            menu.addAction(self._action(text, lambda show=show: show(window.session, window.training, window)))
        return menu

    def _help(self) -> QMenu:
        menu = QMenu("Help", self._window)
        menu.addAction(self._action("Keyboard and mouse", lambda: ShortcutsDialog(self._window).open(), "F1"))
        return menu

    def _choices(self, title: str, names: tuple[str, ...], chosen: str, choose: Callable[[str], None]) -> QMenu:
        menu, group = QMenu(title, self._window), QActionGroup(self._window)
        for name in names:
            action = menu.addAction(name.replace("-", " and ").capitalize())
            action.setCheckable(True)
            action.setChecked(name == chosen)
            group.addAction(action)
            action.triggered.connect(lambda _checked=False, wanted=name: choose(wanted))
        return menu

    def _for_canvas(self, act: Callable[[], None], in_field: Callable[[QLineEdit], None]) -> Callable[[], None]:
        """A key that belongs to the text field while one has the keyboard, and to the canvas otherwise."""

        def choose() -> None:
            field = self._window.focusWidget()
            if isinstance(field, QLineEdit):
                in_field(field)
            else:
                act()

        return choose

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)


def _set_theme(name: str) -> None:
    appearance.set_choice(name)  # pyright: ignore[reportArgumentType]
    QSettings().setValue("theme", name)


def _set_signs(name: str) -> None:
    appearance.set_sign_palette(name)  # pyright: ignore[reportArgumentType]
    QSettings().setValue("signs", name)
