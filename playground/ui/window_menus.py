"""The window's menus and the keys that belong to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMenu

from playground.ui.data.door import browse_data
from playground.ui.shortcuts import ShortcutsDialog
from playground.ui.start_page import worked_examples
from playground.ui.theme import appearance
from playground.ui.train.relief.door import show_landscape, show_race
from playground.ui.train.runs.door import show_runs, show_sweep
from playground.ui.widgets.number_style import digits_menu

if TYPE_CHECKING:
    from playground.ui.build.build_mode import BuildMode
    from playground.ui.canvas.actions import CanvasActions
    from playground.ui.main_window import MainWindow


_CanvasEntry = tuple[str, "Callable[[CanvasActions], object]", str]
"""(text, what it does, keys)"""


class WindowMenus:
    """File, Edit, Arrange, View, Train and Help. Each entry calls the session, the documents or the shown mode."""

    def __init__(self, window: MainWindow, modes: tuple[str, ...]) -> None:
        self._window, self._modes = window, modes
        self._recent = QMenu("Open recent", window)
        self.undo = self._action("Undo", lambda: window.session.document.undo(), "Ctrl+Z")
        self.redo = self._action("Redo", lambda: window.session.document.redo(), ["Ctrl+Shift+Z", "Ctrl+Y"])
        self.take_back = self._action("Take back all changes by hand", lambda: window.session.by_hand.take_back_all())
        self._only_in_build: list[QAction] = []
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
        for action in self._only_in_build:
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

    def _of_build(self, text: str, act: Callable[[BuildMode], object], keys: str | list[str] = "") -> QAction:
        """An action of Build mode, which is there only while Build is shown."""
        action = self._action(text, lambda: act(self._window.build), keys)
        self._only_in_build.append(action)
        return action

    def _add_of_canvas(self, menu: QMenu, *entries: _CanvasEntry) -> None:
        """Add entries that act on the canvas, or on what is selected there."""
        for text, act, keys in entries:
            menu.addAction(self._of_build(text, lambda build, act=act: act(build.view.editing), keys))

    def _file(self) -> QMenu:
        window, menu = self._window, QMenu("File", self._window)
        menu.addAction(self._action("New", window.new_document, "Ctrl+N"))
        menu.addAction(self._action("New from an expression…", window.new_from_expression, "Ctrl+Shift+N"))
        menu.addAction(self._action("Use a trained network as base…", window.use_as_base, "Ctrl+Shift+B"))
        menu.addAction(self._action("Open…", lambda: window.documents.choose_and_open(window.show_opened), "Ctrl+O"))
        menu.addMenu(self._recent)
        menu.addAction(self._action("Start page", window.show_start_page))
        menu.addMenu(self._worked())
        menu.addSeparator()
        menu.addAction(self._action("Save", window.documents.save, "Ctrl+S"))
        menu.addAction(self._action("Save as…", window.documents.save_as, "Ctrl+Shift+S"))
        menu.addSeparator()
        menu.addAction(self._action("Quit", window.close, "Ctrl+Q"))
        return menu

    def _worked(self) -> QMenu:
        """The worked examples, which open in Step."""
        window, menu = self._window, QMenu("Worked examples", self._window)
        menu.setToolTipsVisible(True)
        for network in worked_examples():
            action = menu.addAction(network.title)
            action.setToolTip(network.idea)
            action.triggered.connect(lambda _checked=False, key=network.key: window.open_network(key, "Step"))
        return menu

    def _edit(self) -> QMenu:
        menu = QMenu("Edit", self._window)
        menu.addActions([self.undo, self.redo, self.take_back])
        menu.addSeparator()
        self._add_of_canvas(
            menu,
            ("Cut", self._unless_typing(lambda canvas: canvas.cut(), QLineEdit.cut), "Ctrl+X"),
            ("Copy", self._unless_typing(lambda canvas: canvas.copy(), QLineEdit.copy), "Ctrl+C"),
            ("Paste", self._unless_typing(lambda canvas: canvas.paste(), QLineEdit.paste), "Ctrl+V"),
            ("Duplicate", lambda canvas: canvas.duplicate(), "Ctrl+D"),
            ("Rename", lambda canvas: canvas.rename(), "F2"),
            ("Delete", lambda canvas: canvas.delete(), ""),
            ("Select all", self._unless_typing(lambda canvas: canvas.select_all(), QLineEdit.selectAll), "Ctrl+A"),
            ("Add a layer…", lambda canvas: canvas.quick_add(), "Ctrl+K"),
            ("Add a note", lambda canvas: canvas.add_note(), "Ctrl+M"),
        )
        palette = self._of_build("Find a layer type", lambda build: build.palette_panel.focus_search(), "Ctrl+Shift+F")
        menu.addActions(
            [palette, self._of_build("Find in the network…", lambda build: build.find_bar.open(), "Ctrl+F")]
        )
        self._add_of_canvas(
            menu,
            ("Wire to… (C)", lambda canvas: canvas.connect(), ""),
            ("Take a wire away… (Shift+C)", lambda canvas: canvas.disconnect(), ""),
            ("Freeze or unfreeze", lambda canvas: canvas.learning.freeze(), "Ctrl+Shift+L"),
            ("Freeze everything before", lambda canvas: canvas.learning.freeze_before(), ""),
        )
        return menu

    def _arrange(self) -> QMenu:
        menu = QMenu("Arrange", self._window)
        groups: tuple[tuple[_CanvasEntry, ...], ...] = (
            (
                ("Group into a block", lambda canvas: canvas.group(), "Ctrl+G"),
                ("Ungroup", lambda canvas: canvas.ungroup(), "Ctrl+Shift+G"),
            ),
            (
                ("Open or close block", lambda canvas: canvas.toggle_blocks(), "Ctrl+Return"),
                ("Repeat block…", lambda canvas: canvas.repeat(), "Ctrl+R"),
                ("Save block as a template…", lambda canvas: canvas.save_template(), ""),
                ("Open all blocks", lambda canvas: canvas.set_all_open(is_open=True), ""),
                ("Close all blocks", lambda canvas: canvas.set_all_open(is_open=False), ""),
            ),
            (
                ("Bypass", lambda canvas: canvas.bypass(), "Ctrl+B"),
                ("Replace by…", lambda canvas: canvas.replace(), "Ctrl+H"),
            ),
            (
                ("Tidy up", lambda canvas: canvas.tidy(), "Ctrl+L"),
                ("Align left", lambda canvas: canvas.align("left"), ""),
                ("Align right", lambda canvas: canvas.align("right"), ""),
                ("Align top", lambda canvas: canvas.align("top"), ""),
                ("Align bottom", lambda canvas: canvas.align("bottom"), ""),
                ("Space evenly across", lambda canvas: canvas.spread(0), ""),
                ("Space evenly down", lambda canvas: canvas.spread(1), ""),
            ),
        )
        for entries in groups:
            self._add_of_canvas(menu, *entries)
            menu.addSeparator()
        return menu

    def _view(self) -> QMenu:
        window, menu = self._window, QMenu("View", self._window)
        for number, name in enumerate(self._modes, start=1):
            menu.addAction(self._action(name, lambda mode=name: window.show_mode(mode), f"Ctrl+{number}"))
        menu.addSeparator()
        menu.addAction(self._action("Data…", lambda: browse_data(window.session, window), "Ctrl+Shift+D"))
        menu.addSeparator()
        entries: tuple[tuple[str, Callable[[BuildMode], object], str | list[str]], ...] = (
            ("Fit to window", lambda build: build.view.fit(), "Ctrl+0"),
            ("Zoom in", lambda build: build.view.set_zoom(build.view.zoom * 1.25), ["Ctrl++", "Ctrl+="]),
            ("Zoom out", lambda build: build.view.set_zoom(build.view.zoom / 1.25), "Ctrl+-"),
            ("Next panel", lambda build: build.next_panel(), "F6"),
            ("Previous panel", lambda build: build.next_panel(-1), "Shift+F6"),
        )
        menu.addActions([self._of_build(*entry) for entry in entries])
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
        window = self._window
        menu.addAction(self._action("Keyboard and mouse", lambda: ShortcutsDialog(window, window.mode).open(), "F1"))
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

    def _unless_typing(
        self, act: Callable[[CanvasActions], object], in_field: Callable[[QLineEdit], None]
    ) -> Callable[[CanvasActions], object]:
        """A key that belongs to the text field while one has the keyboard, and to the canvas otherwise."""

        def choose(canvas: CanvasActions) -> None:
            field = self._window.focusWidget()
            if isinstance(field, QLineEdit):
                in_field(field)
            else:
                act(canvas)

        return choose

    def _toggle_full_screen(self) -> None:
        self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)


def _set_theme(name: str) -> None:
    appearance.set_choice(name)  # pyright: ignore[reportArgumentType]
    QSettings().setValue("theme", name)


def _set_signs(name: str) -> None:
    appearance.set_sign_palette(name)  # pyright: ignore[reportArgumentType]
    QSettings().setValue("signs", name)
