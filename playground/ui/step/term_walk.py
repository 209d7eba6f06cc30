"""Builds the number in focus term by term: each term is added to the sum and lit up on the microscope."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import Microscope
from playground.ui.session import Session
from playground.ui.step.sum_parts import Part, parts_of
from playground.ui.step.term_band import TermBand

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.trace import Trace


class TermWalk(QObject):
    """Shows itself in `band`. Where a number comes from is worked out on the worker thread: `is_pending` until then."""

    moved = Signal()
    """Another term is on screen."""
    failed = Signal()
    """The number in focus has no terms: a pixel, or what cannot be explained."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.band = TermBand()
        self.band.clicked.connect(self.go_to)
        self._microscope: Microscope | None = None
        self._key: tuple[Trace, Place] | None = None
        self._parts: tuple[Part, ...] = ()
        self._title = ""
        self._at = 0
        self.is_pending = False

    @property
    def is_building(self) -> bool:
        """Whether a number is being built, or about to be."""
        return self._key is not None

    @property
    def at(self) -> int:
        """The term added last."""
        return self._at

    @property
    def count(self) -> int:
        """How many terms the number in focus has; 0 while that is not known."""
        return len(self._parts)

    def follows(self, microscope: Microscope, trace: Trace) -> bool:
        """Whether what is being built is the number that the microscope has in focus."""
        if self._key is None or self._microscope is not microscope:
            return False
        return self._key[0] is trace and self._key[1] == microscope.focus_place()

    def begin(self, microscope: Microscope, trace: Trace, *, at_end: bool = False) -> bool:
        """Begin with the number in focus; False if there is none."""
        place = microscope.focus_place()
        if place is None:
            self.end()
            return False
        self._unlight()
        self._microscope, self._key, self._parts = microscope, (trace, place), ()
        self.is_pending = True
        key = self._key
        self._session.background.run(
            "terms",
            lambda: microscope.origin(place),
            while_alive(self, lambda found: self._on_found(key, found, at_end)),
            while_alive(self, lambda error: self._on_failed(key, error)),
        )
        return True

    def next(self) -> bool:
        """One term more; False when all are in."""
        return self.go_to(self._at + 1)

    def back(self) -> bool:
        """One term less; False at the first."""
        return self.go_to(self._at - 1)

    def go_to(self, index: int) -> bool:
        """Build the number up to a term."""
        if not 0 <= index < len(self._parts):
            return False
        self._at = index
        self._show()
        return True

    def end(self) -> None:
        """Stop building; the band goes."""
        self._unlight()
        self._key, self._microscope, self._parts = None, None, ()
        self.is_pending = False
        self.band.hide()

    def light_again(self) -> None:
        """Something else had lit up other numbers meanwhile."""
        if self._microscope is not None and self._parts:
            self._microscope.light(self._parts[self._at].lights)

    def _on_found(self, key: tuple[Trace, Place], explanation: Explanation, at_end: bool) -> None:
        if key is not self._key:
            return
        self.is_pending = False
        self._parts = parts_of(explanation)
        if not self._parts:
            self.end()
            self.failed.emit()
            return
        self._title = explanation.title
        self._at = len(self._parts) - 1 if at_end else 0
        self._show()

    def _on_failed(self, key: tuple[Trace, Place], error: Exception) -> None:
        from playground.engine.arithmetic import ExplanationError

        if key is self._key:
            self.end()
            self.failed.emit()
        if not isinstance(error, ExplanationError):
            raise error

    def _show(self) -> None:
        self.band.show_parts(self._title, self._parts, self._at)
        self.band.show()
        self.light_again()
        self.moved.emit()

    def _unlight(self) -> None:
        if self._microscope is not None:
            self._microscope.light({})
