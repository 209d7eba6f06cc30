"""Which colour stands for which part of the examples, and how many each has."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from playground.ui.data.looked import HELP, ROLES
from playground.ui.widgets.flow_layout import FlowLayout
from playground.ui.widgets.numbers import count
from playground.ui.widgets.pill import Pill


class PartLegend(QWidget):
    """A pill for each part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pills = {name: Pill(name, dot=role) for name, role in ROLES.items()}
        self.wrong = Pill("wrong labels", dot="danger")
        self.wrong.setToolTip("These training examples bear the label of another class, on purpose.")
        row = FlowLayout(self, gap=8)
        for name, pill in self.pills.items():
            pill.setToolTip(HELP[name])
            row.addWidget(pill)
        row.addWidget(self.wrong)

    def show_parts(self, counts: Mapping[str, int], wrong: int = 0, words: str = "wrong labels") -> None:
        """So many examples each; parts that are missing are not shown. `words` says what is drawn in red."""
        for name, pill in self.pills.items():
            pill.setVisible(name in counts)
            if name in counts:
                pill.set_look(f"{name} {count(counts[name])}", dot=ROLES[name])
        self.wrong.setVisible(bool(wrong))
        self.wrong.set_look(f"{words} {count(wrong)}", dot="danger")
