"""The small panel that answers "Where does this number come from?"."""

from __future__ import annotations

import html
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.session import Session
from playground.ui.theme import appearance
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.formula_typesetting import typesetter
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.icons import icon
from playground.ui.widgets.numbers import exact, short
from playground.ui.widgets.popup_panel import FormulaWell, PopupPanel

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Factor, Place
    from playground.ui.microscopes.base import Explain

_WIDTH = 470
_LISTED = 8

Follow = Callable[["Place"], "Explain"]
"""Gives the function that explains the number at a place, so that a factor can be followed to its own origin."""


class OriginPopup(PopupPanel):
    """Opened at a number: symbols, numbers put in, value, words, and the largest terms, whose factors can be asked."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent, _WIDTH)
        self._session = session
        self._follow: Follow | None = None
        self._trail: list[Explain] = []
        self._links: dict[str, Explain] = {}
        self.explanation: Explanation | None = None
        self._back = QToolButton()
        self._back.setIcon(icon("arrow-left", "muted"))
        self._back.setIconSize(QSize(14, 14))
        self._back.setToolTip("Back to the number before")
        self._back.clicked.connect(self.go_back)
        self._title = TextLabel("", "small", "muted")
        self._value = TextLabel("", "title", "highlight", selectable=True)
        self._symbols, self._numbers = Formula("", 16), Formula("", 13)
        self._words = TextLabel("", wrap=True)
        self._terms_heading = SectionHeading("")
        self._terms = TextLabel("", "mono", wrap=True)
        self._terms.setTextFormat(Qt.TextFormat.RichText)
        self._terms.linkActivated.connect(self.open_link)
        self._build()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 14)
        column.setSpacing(8)
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self._back)
        top.addWidget(SectionHeading("Where does this come from?"), 1)
        column.addLayout(top)
        line = QHBoxLayout()
        line.addWidget(self._title, 1)
        line.addWidget(self._value)
        column.addLayout(line)
        self._well = FormulaWell(self._symbols, self._numbers)
        typesetter().ready.connect(self._on_typeset)
        column.addWidget(self._well)
        column.addWidget(self._words)
        column.addWidget(self._terms_heading)
        column.addWidget(self._terms)

    # ---- opening

    def open_at(self, position: QPoint, explain: Explain, follow: Follow | None = None) -> None:
        """Work the origin out on the worker thread, then show it beside a point of the screen."""
        self._follow = follow
        self._trail = []
        self._position = position
        self._ask(explain)

    def _ask(self, explain: Explain) -> None:
        self._pending = explain
        done = while_alive(self, partial(self._show, explain))
        self._session.background.run("origin", explain, done, while_alive(self, self._failed))

    def _failed(self, error: Exception) -> None:
        from playground.engine.arithmetic import ExplanationError

        if not isinstance(error, ExplanationError):
            raise error
        self._title.setText("")
        self._value.setText("")
        self._well.hide()
        self._words.setText(str(error))
        self._terms_heading.hide()
        self._terms.hide()
        self._appear()

    def _show(self, explain: Explain, explanation: Explanation) -> None:
        if explain is not self._pending:
            return
        self._trail.append(explain)
        self.explanation = explanation
        self._back.setVisible(len(self._trail) > 1)
        self._title.setText(explanation.title)
        self._value.setText(short(explanation.value, 9))
        self._value.setToolTip(exact(explanation.value))
        is_computed = bool(explanation.numbers)
        self._well.setVisible(is_computed)
        self._symbols.set_latex(explanation.symbols)
        self._numbers.set_latex(explanation.numbers)
        self._words.setText(html.escape(explanation.words))
        self._list_terms(explanation)
        self._appear()

    def _on_typeset(self, latex: str) -> None:
        """A formula has got its size."""
        if self.isVisible() and self._well.holds(latex):
            self._appear()

    def _appear(self) -> None:
        self._well.fit()
        self.appear()

    # ---- terms

    def _list_terms(self, explanation: Explanation) -> None:
        self._links = {}
        terms = sorted(explanation.terms, key=lambda term: -abs(term.value))[:_LISTED]
        lines = [self._line(term.factors, term.value, term.negative, term.function) for term in terms]
        total = len(explanation.terms)
        shown = total > 1 or any(self._link_to(factor) for term in terms for factor in term.factors)
        heading = "The numbers in it" if total <= _LISTED else f"The {_LISTED} largest of {total:,} terms"
        self._terms_heading.setText(heading)
        self._terms_heading.setVisible(shown)
        self._terms.setVisible(shown)
        self._terms.setText("<br>".join(lines))

    def _line(self, factors: tuple[Factor, ...], value: float, negative: bool, function: str) -> str:
        theme = appearance.theme
        if len(factors) > 4:
            factors = factors[:3]
        texts: list[str] = []
        for factor in factors:
            text = html.escape(short(factor.value, 5))
            explain = self._link_to(factor)
            if explain is not None:
                key = str(len(self._links))
                self._links[key] = explain
                text = f'<a href="{key}" style="color:{theme.link}; text-decoration:none">{text}</a>'
            texts.append(text)
        body = " × ".join(texts) if not function else f"{function.replace('_', ' ')}({', '.join(texts)})"
        sign = "−" if negative else ""
        outcome = "" if len(factors) == 1 and not function else f" = <b>{short(value, 5)}</b>"
        return f'{sign}{body}<span style="color:{theme.muted}">{outcome}</span>'

    def _link_to(self, factor: Factor) -> Explain | None:
        """How a factor can be followed: it says so itself, or it stands at a recorded place."""
        if factor.because is not None:
            return factor.because
        if factor.place is not None and self._follow is not None:
            return self._follow(factor.place)
        return None

    def open_link(self, key: str) -> None:
        """Follow one of the numbers to its own origin."""
        self._ask(self._links[key])

    def go_back(self) -> None:
        """Return to the number before."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._ask(self._trail.pop())
