"""Predict, then reveal: asks for each next number before Step mode goes on to it, and keeps the tally."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import Microscope
from playground.ui.microscopes.origin import no_names, origin_of
from playground.ui.session import Session
from playground.ui.step.guess import GuessError, judge, read_guess
from playground.ui.step.question import Question
from playground.ui.step.question_finder import Found, about_place, next_questions
from playground.ui.step.question_panel import QuestionPanel
from playground.ui.widgets.headings import Tone
from playground.ui.widgets.numbers import short

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.trace import Trace
    from playground.ui.step.walker import Walker

_LOOKED_AT = 400
"""So many places of an inner animation are looked at for one that can be worked out."""


class Predictor(QObject):
    """While on, `ask` finds what comes next and asks for it; see the signals for what follows."""

    asking = Signal(int)
    """A station has questions; the one before it should be on screen."""
    passed = Signal(object, int)
    """(Found, the place of the inner animation or −1): what was asked for may be shown now."""
    changed = Signal()
    """It was switched on or off, or the tally changed."""

    def __init__(self, session: Session, walker: Walker, panel: QuestionPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._walker, self.panel = session, walker, panel
        self.is_on = False
        self.right = self.asked = 0
        self._waiting: list[Question] = []
        self._found: Found | None = None
        self._step = -1
        self._tried = False
        self._order = 0
        self.is_open = False
        panel.guessed.connect(self._on_guess)
        panel.reveal_wanted.connect(self.reveal)
        panel.skip_wanted.connect(self._skip)
        panel.go_on.connect(self._next)
        panel.stop_wanted.connect(lambda: self.set_on(False))

    @property
    def tally(self) -> str:
        """How many were right at the first try: "7 of 9"."""
        return f"{self.right} of {self.asked} right" if self.asked else ""

    @property
    def question(self) -> Question | None:
        """What is being asked."""
        return self._waiting[0] if self.is_open and self._waiting else None

    def set_on(self, on: bool) -> None:
        """Switch the guessing on, with a new tally, or off."""
        if on != self.is_on:
            self.is_on = on
            self.cancel()
            if on:
                self.right = self.asked = 0
            self.changed.emit()

    def cancel(self) -> None:
        """Take the question away; nothing is shown or counted."""
        self._order += 1
        self._waiting, self._found, self.is_open = [], None, False
        if self.panel.isVisible():
            self.panel.hide()
            self._give_back_keyboard()

    # ---- asking

    def ask(self) -> None:
        """Look for the next number that can be worked out, and ask for it."""
        recorded, microscope = self._walker.round, self._walker.microscope
        if recorded is None or microscope is None or self.is_open:
            return
        self._order += 1
        if self._walker.at_end:  # the next round begins with what is given
            self.passed.emit(Found(self._walker.index, ()), -1)
            return
        order, trace = self._order, recorded.trace
        names = microscope.names if self._walker.is_whole else no_names

        def explain(place: Place) -> Explanation:
            return origin_of(trace, place, names)

        index, grain, place = self._walker.index, self._walker.wanted, self._place_of_step(microscope)
        updates = self._walker.updates_to_come
        if place is not None:
            step, count = microscope.step, microscope.step_count
            work: Callable[[], tuple[Found, int]] = lambda: _next_step(trace, index, place, step, count, explain)  # noqa: E731
        else:
            work = lambda: (next_questions(trace, index, grain, explain, updates), -1)  # noqa: E731
        self._session.background.run("predict", work, while_alive(self, lambda got: self._on_found(order, *got)))

    def _place_of_step(self, microscope: Microscope) -> Place | None:
        """The number that the running inner animation has come to, if the numbers behind it follow in order."""
        if self._walker.grain != "step" or not microscope.filled < microscope.step_count:
            return None
        place = microscope.focus_place()
        if place is None or place.kind != "output" or len(place.index) < 3:
            return None
        shape = self._walker.output_shape(place.node)[2:]
        return place if int(np.ravel_multi_index(place.index[2:], shape)) == microscope.step else None

    def _on_found(self, order: int, found: Found, step: int) -> None:
        if order != self._order or not self.is_on:
            return
        if not found.questions and step >= 0:  # the rest of the map has nothing to ask
            self.passed.emit(found, step)
            return
        self._found, self._step, self.is_open = found, step, True
        self._waiting = list(found.questions)
        if not found.questions:
            title = self._walker.title_of(found.station)
            words = f"From here to {title} no number was found that is short enough to be worked out by hand."
            self.panel.show_note("Nothing to guess", words)
            return
        self.asking.emit(found.station)
        if self.is_open:
            self._ask_first()

    def _ask_first(self) -> None:
        self._tried = False
        self.panel.ask(self._waiting[0], self.tally)

    # ---- answering

    def _on_guess(self, text: str) -> None:
        question = self.question
        if question is None:
            return
        try:
            guess = read_guess(text)
        except GuessError as error:
            self.panel.say(str(error), "warning")
            return
        verdict = judge(guess, question.value)
        if not self._tried:
            self._tried = True
            self.asked += 1
            self.right += verdict.mark == "right"
            self.changed.emit()
        if verdict.mark == "right":
            self.panel.show_answer(question, f"Right: {short(question.value, 6)}.", "success", self.tally)
        else:
            tone: Tone = "warning" if verdict.mark == "close" else "danger"
            self.panel.say(f"{verdict.words} Try again, or reveal it with R.", tone)

    def reveal(self) -> None:
        """Show the number; a number that nobody guessed counts as asked."""
        question = self.question
        if question is None or self.panel.is_answered:
            return
        if not self._tried:
            self._tried = True
            self.asked += 1
            self.changed.emit()
        self.panel.show_answer(question, f"It is {short(question.value, 6)}.", "highlight", self.tally)

    def advance(self) -> None:
        """What a step forward does while a question is open: first it reveals, then it goes on."""
        if self.question is not None and not self.panel.is_answered:
            self.reveal()
        else:
            self._next()

    def _skip(self) -> None:
        """Without counting it."""
        self._next()

    def _next(self) -> None:
        if not self.is_open:
            return
        del self._waiting[:1]
        if self._waiting:
            self._ask_first()
            return
        found, step = self._found, self._step
        self.is_open, self._found = False, None
        self.panel.hide()
        self._give_back_keyboard()
        self.passed.emit(found, step)

    def _give_back_keyboard(self) -> None:
        parent = self.parent()
        if parent is not None and parent.isWidgetType():
            parent.setFocus()  # type: ignore[attr-defined]


def _next_step(
    trace: Trace, index: int, place: Place, step: int, count: int, explain: Callable[[Place], Explanation]
) -> tuple[Found, int]:
    """The next place of the inner animation whose number can be worked out; without one the station ends."""
    from dataclasses import replace

    shape = trace.frames[place.node].output.shape[2:]
    for later in range(step + 1, min(count, step + 1 + _LOOKED_AT)):
        cell = tuple(int(i) for i in np.unravel_index(later, shape))
        at = replace(place, index=(*place.index[:2], *cell))
        if questions := about_place(at, index, explain, by_term=False):
            return Found(index, questions), later
    return Found(index, ()), count - 1
