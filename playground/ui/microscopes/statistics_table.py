"""Mean and variance side by side: of the batch, and the running averages before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QToolTip, QWidget

from playground.ui.microscopes.base import Explain
from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import exact, short


@dataclass(frozen=True)
class Statistics:
    """A row: whose they are, mean and variance, and where each comes from; those that are used are `used`."""

    label: str
    mean: float
    variance: float
    explain_mean: Explain
    explain_variance: Explain
    used: bool = False


class StatisticsTable(TextLabel):
    """`explain_requested` is sent for a number that was clicked."""

    explain_requested = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "mono_small", parent=parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(links)
        self._rows: tuple[Statistics, ...] = ()
        self.linkActivated.connect(self._on_link)
        self.linkHovered.connect(self._on_hovered)
        appearance.changed.connect(self._write)

    def show_rows(self, rows: Sequence[Statistics]) -> None:
        """From top to bottom; without any the table is hidden."""
        self._rows = tuple(rows)
        self.setVisible(bool(rows))
        self._write()

    @property
    def rows(self) -> tuple[Statistics, ...]:
        return self._rows

    def _write(self) -> None:
        theme, cell = appearance.theme, "padding:1px 9px 1px 0"
        heads = "".join(
            f'<td style="{cell}; color:{theme.muted}">{head}</td>' for head in ("", "mean μ", "variance σ²")
        )
        lines = [f"<tr>{heads}</tr>"]
        for number, row in enumerate(self._rows):
            colour = theme.text if row.used else theme.muted
            values = "".join(
                f'<td style="{cell}"><a href="{number} {name}" style="color:{theme.link}; text-decoration:none">'
                f"<b>{short(value, 4, letters=9)}</b></a></td>"
                for name, value in (("mean", row.mean), ("variance", row.variance))
            )
            lines.append(f'<tr><td style="{cell}; color:{colour}">{row.label}</td>{values}</tr>')
        self.setText(f'<table cellspacing="0" cellpadding="0">{"".join(lines)}</table>')

    def _found(self, key: str) -> tuple[float, Explain]:
        number, name = key.split()
        row = self._rows[int(number)]
        return (row.mean, row.explain_mean) if name == "mean" else (row.variance, row.explain_variance)

    def _on_link(self, key: str) -> None:
        where = QCursor.pos() if self.underMouse() else self.mapToGlobal(self.rect().center())
        self.explain_requested.emit(self._found(key)[1], where)

    def _on_hovered(self, key: str) -> None:
        if key:
            QToolTip.showText(QCursor.pos(), f"{exact(self._found(key)[0])}\nClick: where does it come from?", self)
