"""A page of the palette: a search field over a column of things, of which those that match stay."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from playground.ui.widgets.headings import TextLabel


class SearchPage(QWidget):
    """`column` takes the things; `chosen` sends the key of one. Subclasses say in `filter` what matches."""

    chosen = Signal(str)

    def __init__(self, noun: str, spacing: int) -> None:
        super().__init__()
        self.search = QLineEdit()
        self.search.setProperty("prose", True)
        self.search.setPlaceholderText(f"Find a {noun}…")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_text)
        self._nothing = TextLabel(f"No {noun} matches.", tone="muted", wrap=True)
        self._nothing.hide()
        self.column = QVBoxLayout()
        self.column.setSpacing(spacing)
        inside = QWidget()
        around = QVBoxLayout(inside)
        around.setContentsMargins(12, 0, 12, 12)
        around.addLayout(self.column)
        around.addWidget(self._nothing)
        around.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        field = QVBoxLayout()
        field.setContentsMargins(12, 0, 12, 0)
        field.addWidget(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(field)
        layout.addWidget(scroll)

    def _on_text(self, text: str) -> None:
        self._nothing.setVisible(not self.filter(text.casefold().strip()))

    @abstractmethod
    def filter(self, wanted: str) -> bool:
        """Show what matches and hide the rest; whether anything is left."""
