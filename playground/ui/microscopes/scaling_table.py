"""Two ways to make up for what dropout drops, side by side, in training and in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QToolTip, QWidget

from playground.ui.theme import appearance
from playground.ui.widgets.headings import TextLabel
from playground.ui.widgets.numbers import exact, short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation
    from playground.engine.arithmetic.scaling import Scaling


class ScalingTable(TextLabel):
    """Rows are training, use, and the average over all masks, which is what use gives; columns the two ways.

    Each number can be asked.
    """

    explain_requested = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "mono_small", wrap=True, parent=parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        links = Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        self.setTextInteractionFlags(links)
        self._ways: tuple[Scaling, ...] = ()
        self._told: dict[str, Explanation] = {}
        self._training = True
        self.linkActivated.connect(self._on_link)
        self.linkHovered.connect(self._on_hovered)
        appearance.changed.connect(self._write)

    def show_ways(self, ways: Sequence[Scaling], training: bool) -> None:
        """Of the number in focus; `training` says in which mode the layer is shown."""
        self._ways, self._training = tuple(ways), training
        self._write()

    @property
    def numbers(self) -> tuple[tuple[float, float], ...]:
        """(training, use) of each way."""
        return tuple((way.training.value, way.use.value) for way in self._ways)

    def _write(self) -> None:
        if not self._ways:
            return
        theme = appearance.theme
        self._told = {}
        cell = "padding:2px 9px 2px 0"
        heads = "".join(f'<td style="{cell}; color:{theme.muted}">{way.title}</td>' for way in self._ways)
        rows = [f'<tr><td style="{cell}"></td>{heads}</tr>']
        for mode, current in (("training", self._training), ("in use", not self._training)):
            row = [f'<td style="{cell}; color:{theme.text if current else theme.muted}">{mode}</td>']
            for number, way in enumerate(self._ways):
                told = way.training if mode == "training" else way.use
                key = f"{mode}{number}"
                self._told[key] = told
                colour = theme.highlight_text if current and number == 0 else theme.link
                text = f'<a href="{key}" style="color:{colour}; text-decoration:none"><b>{short(told.value)}</b></a>'
                row.append(f'<td style="{cell}">{text}</td>')
            rows.append(f"<tr>{''.join(row)}</tr>")
        averages = ""
        for number, way in enumerate(self._ways):
            self._told[f"average{number}"] = way.use
            link = f'<a href="average{number}" style="color:{theme.muted}; text-decoration:none">'
            averages += f'<td style="{cell}">{link}{short(way.use.value)}</a></td>'
        rows.append(f'<tr><td style="{cell}; color:{theme.muted}">training, average</td>{averages}</tr>')
        self.setText(f'<table cellspacing="0" cellpadding="0">{"".join(rows)}</table>')

    def _on_link(self, key: str) -> None:
        told = self._told[key]
        where = QCursor.pos() if self.underMouse() else self.mapToGlobal(self.rect().center())
        self.explain_requested.emit(lambda: told, where)

    def _on_hovered(self, key: str) -> None:
        if key in self._told:
            QToolTip.showText(QCursor.pos(), exact(self._told[key].value), self)
