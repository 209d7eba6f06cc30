"""The bar across the top: name and menus, the open file, the mode switch, and where the network runs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from playground.ui.fonts import font
from playground.ui.widgets.headings import ElidedLabel, TextLabel
from playground.ui.widgets.icons import application_icon
from playground.ui.widgets.pill import Pill
from playground.ui.widgets.segmented import SegmentedSwitch

HEIGHT = 46
_WIDE_ENOUGH = 1200
"""On a narrower window the program's name gives way to that of the file; its sign stays."""


class TopBar(QWidget):
    """`mode_chosen` sends the index of the mode that was clicked."""

    mode_chosen = Signal(int)

    def __init__(self, modes: tuple[str, ...]) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._menus = QHBoxLayout()
        self._menus.setSpacing(0)
        self._file = ElidedLabel("", tone="muted")
        self._file.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.switch = SegmentedSwitch(modes)
        self.switch.currentChanged.connect(self.mode_chosen)
        self._device = Pill("starting…", dot="muted")
        left, right = QWidget(), QWidget()
        left_row, right_row = QHBoxLayout(left), QHBoxLayout(right)
        for row in (left_row, right_row):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
        self._name = _name()
        for widget in (_logo(), self._name):
            left_row.addWidget(widget)
        left_row.addLayout(self._menus)
        left_row.addWidget(self._file, 1)
        right_row.addStretch()
        right_row.addWidget(self._device)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        layout.setSpacing(12)
        layout.addWidget(left, 1)
        layout.addWidget(self.switch)
        layout.addWidget(right, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name.setVisible(self.width() >= _WIDE_ENOUGH)

    def add_menu(self, menu: QMenu) -> None:
        """One more menu at the left."""
        button = QPushButton(menu.title())
        button.setProperty("quiet", True)
        button.setMenu(menu)
        button.setStyleSheet("QPushButton::menu-indicator { image: none; width: 0; } QPushButton { padding: 0 7px; }")
        self._menus.addWidget(button)

    def show_file(self, name: str, is_modified: bool) -> None:
        """The open document's name, with a dot when it has unsaved changes."""
        self._file.setText(f"• {name}" if is_modified else name)
        self._file.setToolTip("There are unsaved changes." if is_modified else "")

    def show_device(self, text: str) -> None:
        """Where the network runs: "CPU · 2 threads"."""
        self._device.set_look(text, role="success", dot="success")


def _logo() -> QLabel:
    label = QLabel()
    label.setPixmap(application_icon().pixmap(QSize(20, 20), label.devicePixelRatioF()))
    return label


def _name() -> TextLabel:
    label = TextLabel("Playground")
    label.setFont(font("control", label.font().Weight.DemiBold))
    return label
