"""Joins predict-then-reveal to Step mode: a step or a moment of Play asks first, and goes on when it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from playground.ui.session import Session
from playground.ui.step.player import Player
from playground.ui.step.predictor import Predictor
from playground.ui.step.question_finder import Found
from playground.ui.step.question_panel import QuestionPanel
from playground.ui.step.rounds_panel import RoundsPanel
from playground.ui.step.transport import Transport
from playground.ui.step.walk import loss_is_known
from playground.ui.step.walker import Walker

if TYPE_CHECKING:
    from playground.ui.step.published_frame import PublishedFrame
    from playground.ui.step.stage import Stage


class Guessing(QObject):
    """`forward` and `play_on` say whether they took the step over: they do while Predict is on."""

    def __init__(
        self,
        session: Session,
        walker: Walker,
        player: Player,
        transport: Transport,
        rounds: RoundsPanel,
        stage: Stage,
        published: PublishedFrame,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._walker, self._player, self._transport, self._rounds = walker, player, transport, rounds
        self._stage, self._published = stage, published
        self.panel = QuestionPanel(stage)
        self.predictor = Predictor(session, walker, self.panel, parent)
        self._plays = False
        transport.predict_toggled.connect(self.predictor.set_on)
        self.predictor.asking.connect(self._stand_before)
        self.predictor.passed.connect(self._pass)
        self.predictor.changed.connect(self._show)
        walker.station_shown.connect(self._show_loss)

    # ---- steps

    def forward(self) -> bool:
        """One step forward: ask for what comes, or reveal what is asked for."""
        if not self.predictor.is_on:
            return False
        self._plays = False
        if self.predictor.is_open:
            self.predictor.advance()
        else:
            self.predictor.ask()
        return True

    def play_on(self) -> bool:
        """Play has come to the end of what is shown: it rests until the answer."""
        if not self.predictor.is_on:
            return False
        self._player.stop()
        self._plays = True
        self.predictor.ask()
        return True

    def leave(self) -> None:
        """The user goes elsewhere: the question is taken back."""
        self._plays = False
        self.predictor.cancel()

    def toggle(self) -> None:
        """Switch Predict on or off."""
        self._transport.predict_button.toggle()

    @property
    def words(self) -> str:
        """What the status says of it; nothing while Predict is off."""
        if not self.predictor.is_on:
            return ""
        return f"predict: {self.predictor.tally}" if self.predictor.asked else "→ asks for the next number"

    # ---- what follows

    def _stand_before(self, station: int) -> None:
        """Numbers that nobody can work out are shown without asking."""
        if station - 1 > self._walker.index:
            self._walker.show(station - 1)

    def _pass(self, found: Found, step: int) -> None:
        walker, microscope = self._walker, self._walker.microscope
        if step >= 0 and microscope is not None:
            microscope.go_to_step(step)
        elif not found.questions:
            walker.show(found.station, found.node) if found.station > walker.index else walker.next_station()
        else:
            walker.show(found.station, found.node)
            self._look_at(found)
        if self._plays and walker.microscope is not None:
            self._player.start(walker.microscope)

    def _look_at(self, found: Found) -> None:
        """Bring the unit of the number into focus, and mark the numbers that were asked for."""
        microscope = self._walker.microscope
        assert microscope is not None
        first = found.questions[0].place
        if first.kind == "output" and len(first.index) > 1:
            microscope.select_unit(first.index[1])
        if self._walker.wanted == "step" and microscope.step_count > 1:
            microscope.begin()
        microscope.light({question.place: "highlight" for question in found.questions})

    def _show(self) -> None:
        predictor, button = self.predictor, self._transport.predict_button
        button.blockSignals(True)
        button.setChecked(predictor.is_on)
        button.blockSignals(False)
        button.setToolTip(f"{_TIP} {predictor.tally}".strip())
        self._stage.keep_secrets(predictor.is_on)
        self._published.withhold(predictor.is_on)
        self._show_loss()

    def _show_loss(self) -> None:
        recorded = self._walker.round
        known = recorded is None or loss_is_known(recorded.trace, self._walker.index)
        self._rounds.hide_present_loss(self.predictor.is_on and not known)


_TIP = "Guess each next number before it is shown (Q)."
