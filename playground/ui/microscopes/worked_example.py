"""What belongs to a published worked example: its numbers beside the live ones, and the error over all its rounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.base import Scene
from playground.ui.microscopes.chain_model import Chain
from playground.ui.microscopes.dense_rounds import DenseRounds, rounds_of
from playground.ui.microscopes.error_curve import ErrorCurve
from playground.ui.microscopes.published_list import NOTE_SIGNS, PublishedList
from playground.ui.microscopes.story import Block, Heading, Own, Prose
from playground.ui.session import Session
from playground.ui.widgets.headings import SectionHeading
from playground.ui.widgets.numbers import count

if TYPE_CHECKING:
    from playground.engine.trace import Trace
    from playground.zoo import Published

_CHUNK = 500


class WorkedExample(QObject):
    """Mazur's 2-2-2 network. The rounds are computed in pieces on the worker thread, so that nothing waits for them."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._trace: Trace | None = None
        self.live: dict[Published, float] = {}
        self._numbers: tuple[Published, ...] = ()
        self.curve = ErrorCurve()
        self.list = PublishedList()
        self.curve_box = QWidget()
        column = QVBoxLayout(self.curve_box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(SectionHeading("Total error, round by round"))
        column.addWidget(self.curve)
        self.curve_box.hide()

    def show_scene(self, scene: Scene, chain: Chain) -> None:
        """Follow the step that is shown; the first round is compared with the publication."""
        self._numbers = published_numbers(scene.experiment.example)
        self.curve_box.setVisible(bool(self._numbers))
        if not self._numbers:
            return
        self.curve.show_round(scene.training_round)
        if scene.training_round == 1 and scene.trace is not self._trace:
            self._begin(scene.trace, chain)

    def blocks(self) -> list[Block]:
        """The section of the panel; nothing for other networks."""
        if not self._numbers:
            return []
        same, known = self.list.agreement
        text = f"{same} of {known} printed numbers agree to the last digit. Digits that agree are green."
        notes = "<br>".join(f"{sign} {note}" for sign, note in zip(NOTE_SIGNS, self.list.notes, strict=False))
        blocks: list[Block] = [Heading("Published beside live"), Prose(text, quiet=True), Own(self.list)]
        return [*blocks, Prose(notes, quiet=True)] if notes else blocks

    def _begin(self, trace: Trace, chain: Chain) -> None:
        from playground.engine.published import live_value

        self._trace = trace
        found = {number: live_value(number, trace) for number in self._numbers}
        self.live = {number: value for number, value in found.items() if value is not None}
        self.list.show_numbers(self._numbers, self.live)
        run = rounds_of(trace, chain)
        self.curve_box.setVisible(run is not None)
        if run is not None:
            self._go_on(run)

    @property
    def _rounds(self) -> int:
        """The farthest round that the publication speaks of."""
        return max(number.steps for number in self._numbers)

    def _go_on(self, run: DenseRounds) -> None:
        """One more piece of the way, unless another network has taken this one's place."""
        trace, left = self._trace, self._rounds - len(run.losses) + 1
        ending = f"computing round {count(len(run.losses) - 1)} of {count(self._rounds)} …"
        if left <= 0:
            ending = f"round {count(self._rounds)}: {run.losses[self._rounds - 1]:.10f}{self._printed()}"
        self.curve.show_losses(run.losses, self._rounds, ending)
        self._take_later_numbers(run)
        if left > 0:
            self._session.background.run(
                "rounds",
                lambda: run.run(min(_CHUNK, left)),
                while_alive(self.curve, lambda _: self._go_on(run) if trace is self._trace else None),
            )

    def _printed(self) -> str:
        """What the publication has for the last round."""
        last = [number for number in self._numbers if number.kind == "loss_after" and number.steps == self._rounds - 1]
        return f"  ·  published {last[0].printed}" if last else ""

    def _take_later_numbers(self, run: DenseRounds) -> None:
        for number in self._numbers:
            if number.kind == "loss_after" and number.steps < len(run.losses):
                self.live[number] = run.losses[number.steps]
            elif number.kind == "output_after" and number.steps == len(run.losses) - 1:
                self.live[number] = float(run.output[number.index])
        self.list.show_numbers(self._numbers, self.live)


def published_numbers(example: str) -> tuple[Published, ...]:
    """The numbers printed in the publication of a worked example; none for other networks."""
    if example == "mazur":
        from playground.zoo.mazur import PUBLISHED

        return PUBLISHED
    if example.startswith("cs231n-"):
        from playground.zoo import gates

        return gates.PUBLISHED.get(example, ())
    return ()
