"""The formula of an explanation in a sunken box: in symbols, then with the numbers, on as many lines as they need."""

from __future__ import annotations

from PySide6.QtCore import Signal

from playground.ui.microscopes.coloured_formula import INKS, Coloured
from playground.ui.widgets.formula import Formula
from playground.ui.widgets.formula_lines import broken
from playground.ui.widgets.popup_panel import FormulaWell

_SIZE, _SMALLER = 16, 13
_WIDE, _SMALLER_WIDE = 54, 62
"""So many digits fit on a line of each size."""
_MOST_LINES = 6


class ColouredWell(FormulaWell):
    """Parts of both forms can be pointed at and clicked."""

    part_hovered = Signal(int)
    part_clicked = Signal(int)

    def __init__(self) -> None:
        self.symbols = tuple(Formula("", _SIZE) for _ in range(_MOST_LINES))
        self.numbers = tuple(Formula("", _SMALLER) for _ in range(_MOST_LINES))
        super().__init__(*self.symbols, *self.numbers)
        for formula in self.formulas:
            formula.part_hovered.connect(self.part_hovered)
            formula.part_clicked.connect(lambda part, _where: self.part_clicked.emit(part))

    def show_formulas(self, formulas: Coloured) -> None:
        """A number that was not computed has its symbol only, and no formula."""
        is_computed = bool(formulas.numbers)
        self.setVisible(is_computed)
        for labels, latex, wide in (
            (self.symbols, formulas.symbols, _WIDE),
            (self.numbers, formulas.numbers, _SMALLER_WIDE),
        ):
            lines = broken(latex, wide) if is_computed else ()
            if len(lines) > _MOST_LINES:
                lines = (latex,)  # it is scrolled then
            for number, label in enumerate(labels):
                label.set_latex(lines[number] if number < len(lines) else "", INKS)

    def mark(self, part: int, tip: str) -> None:
        """Show which part is being pointed at, here or elsewhere, −1 for none, and say what it is."""
        for formula in self.formulas:
            formula.mark(part)
            formula.setToolTip(tip)
