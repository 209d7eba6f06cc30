"""The user's choice of how many significant digits numbers have: remembered, and followed by everything on screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from playground.ui.theme import appearance
from playground.ui.widgets.numbers import FEWEST_DIGITS, MOST_DIGITS, choose_digits, chosen_digits

_KEY = "digits"


class NumberStyle(QObject):
    """`changed` is sent after another number of digits was chosen; what paints numbers then paints itself again."""

    changed = Signal()

    @property
    def digits(self) -> int:
        """Significant digits; 0 where each place has what suits it."""
        return chosen_digits()

    def set_digits(self, digits: int, *, remember: bool = True) -> None:
        """Choose, and remember it for the next time. Raises ValueError for what cannot be chosen."""
        if digits == chosen_digits():
            return
        choose_digits(digits)
        _choose_in_sentences(digits)
        if remember:
            QSettings().setValue(_KEY, digits)
        self.changed.emit()
        appearance.changed.emit()  # pictures with numbers in them are kept, and made anew when the look changes

    def recall(self) -> None:
        """Take what was chosen the last time; nonsense in the settings is passed over."""
        try:
            self.set_digits(int(str(QSettings().value(_KEY, 0))), remember=False)
        except ValueError:
            return


def _choose_in_sentences(digits: int) -> None:
    """The explanations' own sentences follow too."""
    from playground.engine.arithmetic import choose_digits_of_words

    choose_digits_of_words(digits)


number_style = NumberStyle()


def said(digits: int) -> str:
    """A choice as the menu writes it."""
    return f"{digits} digits" if digits else "Digits as fits"


def digits_menu(title: str, parent: QWidget, choose: Callable[[int], None] = number_style.set_digits) -> QMenu:
    """The choices, the one in force ticked whenever the menu opens."""
    menu, group = QMenu(title, parent), QActionGroup(parent)
    for digits in (0, *range(FEWEST_DIGITS, MOST_DIGITS + 1)):
        action = menu.addAction(said(digits))
        action.setData(digits)
        action.setCheckable(True)
        group.addAction(action)
        action.triggered.connect(lambda _checked=False, wanted=digits: choose(wanted))

    def tick() -> None:
        for action in group.actions():
            action.setChecked(action.data() == number_style.digits)

    menu.aboutToShow.connect(tick)
    tick()
    return menu


class DigitsButton(QToolButton):
    """Says how many digits numbers have; pressed, it offers the choices."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setMenu(digits_menu("Digits of numbers", self))
        self.setToolTip("How many significant digits all numbers are written with")
        number_style.changed.connect(self._write)
        self._write()

    def _write(self) -> None:
        self.setText(said(number_style.digits))
