"""What stands at the foot of the origin popup: digits, copying, and ways to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from playground.ui.microscopes.factor_roles import MEANING
from playground.ui.theme import appearance
from playground.ui.widgets.copying import copy_text, exact_for_copying
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.icons import icon
from playground.ui.widgets.number_style import DigitsButton
from playground.ui.widgets.numbers import exact
from playground.ui.widgets.symbol_text import symbol_text

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation


def as_text(explanation: Explanation) -> str:
    """An explanation for a page of notes: title, formula, numbers, words."""
    lines = [
        explanation.title,
        symbol_text(explanation.symbols),
        symbol_text(explanation.numbers),
        f"exactly {exact(explanation.value)}",
        explanation.words,
    ]
    return "\n".join(line for line in lines if line)


def as_latex(explanation: Explanation) -> str:
    """The formula in symbols and in numbers, for a LaTeX document."""
    return "\n".join(line for line in (explanation.symbols, explanation.numbers) if line)


class OriginFoot(QWidget):
    """Digits · Copy · further offers. `layer_wanted`: show the layer of this number in its microscope."""

    layer_wanted = Signal()
    check_wanted = Signal()
    disagreements_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation: Explanation | None = None
        self.copy = QToolButton()
        self.copy.setText("Copy")
        self.copy.setIcon(icon("copy", "muted"))
        self.copy.setIconSize(QSize(13, 13))
        self.copy.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.copy.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.copy.setToolTip("Ctrl+C copies the exact number")
        menu = QMenu(self.copy)
        menu.addAction("Copy the exact number", self.copy_value)
        menu.addAction("Copy as text", lambda: self._copy(as_text))
        menu.addAction("Copy as LaTeX", lambda: self._copy(as_latex))
        self.copy.setMenu(menu)
        self.layer = self._offer("", "Show the layer that this number belongs to", self.layer_wanted)
        self.check = self._offer("Check it", "Nudge the weight and measure how far the error moves", self.check_wanted)
        self.worst = self._offer(
            "Check all…",
            "Check the gradients of the whole network, and list those that differ most from what is measured",
            self.disagreements_wanted,
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(DigitsButton())
        row.addWidget(self.copy)
        row.addStretch(1)
        for button in (self.layer, self.check, self.worst):
            row.addWidget(button)

    def _offer(self, text: str, tip: str, wanted: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda: wanted.emit())
        return button

    def show_offers(self, explanation: Explanation, layer: str, *, can_check: bool) -> None:
        """For this number; `layer` is the title of its layer, if that is not on screen."""
        self._explanation = explanation
        self.layer.setText(f"Go to {layer}")
        self.layer.setVisible(bool(layer))
        self.check.setVisible(can_check)
        self.worst.setVisible(can_check)

    def copy_value(self) -> None:
        """The exact number onto the clipboard."""
        if self._explanation is not None:
            copy_text(exact_for_copying(self._explanation.value), self.copy.mapToGlobal(self.copy.rect().bottomLeft()))

    def _copy(self, write: object) -> None:
        if self._explanation is not None and callable(write):
            copy_text(str(write(self._explanation)), self.copy.mapToGlobal(self.copy.rect().bottomLeft()))


class RoleLegend(TextLabel):
    """What the colours of the factors mean; only those that occur."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "small", "muted", wrap=True, parent=parent)
        self._shown: tuple[str, ...] = ()
        self.setTextFormat(Qt.TextFormat.RichText)
        appearance.changed.connect(self._write)

    def show_roles(self, roles: tuple[str, ...]) -> None:
        """These only."""
        self._shown = roles
        self._write()

    def _write(self) -> None:
        theme = appearance.theme
        parts = (f'<span style="color:{getattr(theme, role)}">●</span>&nbsp;{MEANING[role]}' for role in self._shown)
        self.setText(" &nbsp; ".join(parts))
