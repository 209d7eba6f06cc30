"""The error of a small dense worked example over all the rounds that its publication speaks of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.chain_model import Chain
from playground.ui.microscopes.dense_rounds import rounds_of
from playground.ui.microscopes.error_curve import ErrorCurve
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import count
from playground.zoo import publication

if TYPE_CHECKING:
    from playground.engine.dense_rounds import DenseRounds
    from playground.engine.trace import Trace
    from playground.zoo import Published

_CHUNK = 500


class WorkedExample(QObject):
    """Mazur's 2-2-2 network. The rounds are computed in pieces on the worker thread, so that nothing waits for them.

    They begin with the weights on screen in round 1: a weight changed by hand gives another curve.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._trace: Trace | None = None
        self._later: tuple[Published, ...] = ()
        self.curve = ErrorCurve()
        self.curve_box = QWidget()
        column = QVBoxLayout(self.curve_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(SectionHeading("Total error, round by round"))
        column.addWidget(self.curve)
        self.curve_box.hide()

    def show_scene(self, scene: Scene, chain: Chain) -> None:
        """Follow the step that is shown."""
        published = publication(scene.experiment.example)
        self._later = () if published is None else tuple(number for number in published.numbers if number.steps)
        self.curve_box.setVisible(bool(self._later) and bool(self.curve.losses))
        if not self._later:
            return
        self.curve.show_round(scene.training_round)
        if scene.training_round == 1 and scene.trace is not self._trace:
            self._begin(scene.trace, chain)

    def _begin(self, trace: Trace, chain: Chain) -> None:
        self._trace = trace
        run = rounds_of(trace, chain)
        self.curve_box.setVisible(run is not None)
        if run is not None:
            self._go_on(run)

    @property
    def _rounds(self) -> int:
        """The farthest round that the publication speaks of."""
        return max(number.steps for number in self._later)

    def _go_on(self, run: DenseRounds) -> None:
        """One more piece of the way, unless another network has taken this one's place."""
        trace, left = self._trace, self._rounds - len(run.losses) + 1
        ending = f"computing round {count(len(run.losses) - 1)} of {count(self._rounds)} …"
        if left <= 0:
            ending = f"round {count(self._rounds)}: {run.losses[self._rounds - 1]:.10f}{self._printed()}"
        self.curve.show_losses(run.losses, self._rounds, ending)
        if left > 0:
            self._session.background.run(
                "rounds",
                lambda: run.run(min(_CHUNK, left)),
                while_alive(self.curve, lambda _: self._go_on(run) if trace is self._trace else None),
            )

    def _printed(self) -> str:
        """What the publication has for the last round."""
        last = [number for number in self._later if number.kind == "loss_after" and number.steps == self._rounds - 1]
        return f"  ·  published {last[0].printed}" if last else ""
