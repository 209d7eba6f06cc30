"""The small panel that answers "Why this number?" for sizes and counts."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.formula_typesetting import typesetter
from playground.ui.widgets.headings import ElidedLabel, SectionHeading, TextLabel
from playground.ui.widgets.popup_panel import FormulaWell, PopupPanel

if TYPE_CHECKING:
    from playground.engine.thrift import Saving
    from playground.engine.why import Why

_WIDTH = 480
_MARGIN = 16
_LEAST = 90
_LINES = 3
"""One line of numbers for each dimension at most."""


class WhyPopup(PopupPanel):
    """Opened at a size or a count: the formula, numbers put in, the value, words, and what it is compared with."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH)
        self._session = session
        self._asked: tuple[str, str] = ("", "")
        self.answer: Why | None = None
        self._title = ElidedLabel("", "small", "muted")
        self._value = TextLabel("", "title", "highlight", selectable=True)
        self._symbols = Formula("", 16)
        self._numbers = [Formula("", 14) for _ in range(_LINES)]
        self._well = FormulaWell(self._symbols, *self._numbers)
        self._words = TextLabel("", wrap=True)
        self._comparison_heading = SectionHeading("Compare")
        self._comparison = TextLabel("", wrap=True)
        self._comparison.setTextFormat(Qt.TextFormat.RichText)
        self._scroll = QScrollArea()
        self._build()
        typesetter().ready.connect(self._on_typeset)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 13, _MARGIN, 14)
        column.setSpacing(8)
        column.addWidget(SectionHeading("Why this number?"))
        line = QHBoxLayout()
        line.addWidget(self._title, 1)
        line.addWidget(self._value)
        column.addLayout(line)
        self._scroll.setWidget(self._comparison)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._comparison.setAutoFillBackground(False)
        self._comparison.setAlignment(Qt.AlignmentFlag.AlignTop)
        for widget in (self._well, self._words, self._comparison_heading, self._scroll):
            column.addWidget(widget)

    def ask(self, item: str, question: str, position: QPoint) -> None:
        """Work the answer out and show it beside a point of the screen.

        Args:
            item: the id of a layer or block.
            question: one of `engine.why.Question`'s values.
            position: where the number stands on the screen.
        """
        analysis = self._session.analysis
        if analysis is None:
            return
        self._asked = (item, question)
        self._position = position

        def work() -> tuple[tuple[str, str], Why | None]:
            from playground.engine.why import Question, why

            return (item, question), why(analysis, item, Question(question))

        if question == "receptive field":  # depends on all layers before, of which there may be thousands
            self._session.background.run("why", work, while_alive(self, self._show))
        else:
            self._show(work())

    def _show(self, found: tuple[tuple[str, str], Why | None]) -> None:
        asked, answer = found
        if asked != self._asked or answer is None:
            return
        from playground.engine.why import latex

        self.answer = answer
        self._title.setText(answer.title)
        self._value.setText(answer.value)
        lines = [latex(line) for line in answer.numbers[:_LINES]]
        self._symbols.set_latex(answer.symbols)
        for formula, line in zip(self._numbers, lines + [""] * (_LINES - len(lines)), strict=True):
            formula.set_latex(line)
        self._well.setVisible(bool(answer.symbols or lines))
        self._words.setText(html.escape(answer.words))
        self._comparison_heading.setVisible(bool(answer.savings))
        self._scroll.setVisible(bool(answer.savings))
        self._comparison.setText("".join(map(_saving, answer.savings)))
        self._fit()

    def _on_typeset(self, latex: str) -> None:
        if self.isVisible() and self._well.holds(latex):
            self._fit()

    def _fit(self) -> None:
        self._well.fit()
        if self.answer is not None and self.answer.savings:
            self._scroll.setFixedHeight(self._room_for_comparison())
        self.appear()

    def _room_for_comparison(self) -> int:
        """As high as it needs to be, unless the panel would then be higher than the window; then it is scrolled."""
        wanted = self._comparison.heightForWidth(_WIDTH - 2 * _MARGIN - 4) + 2
        host = self.parentWidget()
        assert host is not None
        self._scroll.setFixedHeight(wanted)
        return max(_LEAST, wanted - max(0, self.sizeHint().height() - (host.height() - 2 * _MARGIN)))


def _saving(saving: Saving) -> str:
    """Both ways under each other, the cheaper one lit; then what is to be learnt from them."""
    theme = appearance.theme
    least = min(side.value for side in saving.sides)
    rows: list[str] = []
    for side in saving.sides:
        calculation, value = side.calculation.rsplit(" = ", 1)
        colour = theme.success if side.value == least else theme.text
        rows.append(
            f'<tr><td style="color:{theme.muted}; padding-right:10px">{html.escape(side.name)}</td>'
            f"<td>{html.escape(calculation)} = "
            f'<span style="color:{colour}; font-weight:600">{html.escape(value)}</span></td></tr>'
        )
    source = f'<span style="color:{theme.muted}">{html.escape(saving.source)}</span>'
    words = html.escape(saving.words)
    return (
        f'<p style="margin:6px 0 2px 0"><b>{html.escape(saving.title)}</b></p><table>{"".join(rows)}</table>'
        f'<p style="margin:2px 0 6px 0">{words} {source}</p>'
    )
