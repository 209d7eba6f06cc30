"""Help: what the keys and the mouse do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from playground.ui.widgets.headings import SectionHeading, TextLabel

_KEYS = {
    "Everywhere": (
        ("Ctrl+1, Ctrl+2, Ctrl+3", "Build, Step, Train"),
        ("Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y", "undo, redo"),
        ("Ctrl+O, Ctrl+S, Ctrl+Shift+S", "open, save, save as"),
        ("Ctrl+Shift+N", "a new network from a typed formula"),
        ("Ctrl+Shift+B", "use a trained network as base"),
        ("Ctrl+Shift+D", "look through the data; place points by hand"),
        ("Ctrl+Shift+R, Ctrl+Shift+W", "all runs, a sweep over settings"),
        ("F11", "full screen"),
    ),
    "Build": (
        ("double click, Tab, Ctrl+K", "add a layer by name"),
        ("Ctrl+F, Ctrl+Shift+F", "find in the network, a layer type in the palette"),
        ("Left, Right, Up, Down", "go along the wires, to the card above or below"),
        ("Shift and an arrow", "select one card more"),
        ("C, Shift+C", "wire the selected card to another, take a wire away"),
        ("Enter, Escape", "to the selected card's settings, back to the canvas"),
        ("F6, Shift+F6", "to the next, previous panel"),
        ("Ctrl+G, Ctrl+Shift+G, Ctrl+Enter", "make a block, take it apart, open or close it"),
        ("F2, Ctrl+L", "rename, tidy up"),
        ("Ctrl+Shift+L", "freeze what is selected, or let it learn again"),
        ("Delete, Backspace", "remove"),
        ("Ctrl+C, Ctrl+V, Ctrl+D", "copy, paste, duplicate"),
        ("wheel, Ctrl++, Ctrl+-, Ctrl+0", "zoom, show everything"),
        ("middle button", "move the view"),
    ),
    "Step": (
        ("Space", "play, pause"),
        ("Left, Right", "one step back, forward"),
        ("+, −", "play faster, slower; windows slide faster, slower too"),
        ("1, 2, 3, 4", "how far a step goes: by layer, unit, window, term"),
        ("Up, Down", "previous, next filter or unit"),
        ("Home, End", "to the beginning, to the end"),
        ("Page Up, Page Down", "to the phase before, to the next phase"),
        ("N, Shift+N", "next, previous round of training"),
        ("L", "all rounds, and ten or a hundred more"),
        ("S", "settings of this round: example, target, learning rate"),
        ("Q, R", "predict each number before it is shown, reveal it"),
        ("P", "pen, to paint on the input, also under a sliding window"),
        ("arrows, Space, Delete on the input", "from cell to cell, paint or ask, erase (Tab leads there)"),
        ("Up, Down, Shift in a number's field", "nudge it, ten times as far; Enter takes what is typed"),
        ("right button on a card", "take back what was changed by hand, let learn what is frozen"),
        ("B", "printed numbers beside live ones, in worked examples"),
        ("W", "where does the number in focus come from?"),
        ("arrows, Enter, Alt+Left, Ctrl+C there", "from factor to factor, follow one, back, copy the exact number"),
        ("D", "check the gradients of the whole network: largest disagreement"),
        ("G", "open the number in focus into its gates, and close them again (Esc)"),
        ("arrows, Enter, Shift+Enter in the gates", "from gate to gate, ask for the value, for the gradient"),
    ),
    "Train": (
        ("Space", "play, pause"),
        ("Right, Shift+Right", "one batch, one epoch"),
        ("Home", "back to the starting weights"),
        ("Left, Right, End on the time slider", "a moment back, a moment on, back to now"),
        ("Ctrl+Shift+X", "experiments of the lectures"),
    ),
}


class ShortcutsDialog(QDialog):
    """Opened by F1; the keys of the mode on screen come first."""

    def __init__(self, parent: QWidget, mode: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(22, 18, 22, 10)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(24)
        grid.setColumnStretch(1, 1)
        for heading, rows in sorted(_KEYS.items(), key=lambda section: section[0] != mode):
            grid.addWidget(SectionHeading(heading), grid.rowCount(), 0, 1, 2)
            for keys, meaning in rows:
                row = grid.rowCount()
                grid.addWidget(TextLabel(keys, "mono"), row, 0)
                grid.addWidget(TextLabel(meaning, tone="muted"), row, 1)
            grid.setRowMinimumHeight(grid.rowCount(), 6)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 14)
        whole.addWidget(scroll)
        foot = QHBoxLayout()
        foot.setContentsMargins(22, 0, 22, 0)
        foot.addWidget(buttons)
        whole.addLayout(foot)
        wanted = page.sizeHint()
        self.resize(wanted.width() + 20, min(wanted.height() + 70, parent.window().height() - 40))
