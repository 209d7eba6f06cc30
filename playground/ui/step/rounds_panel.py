"""The panel of the rounds of training: on by one, ten or a hundred, the loss of each, and which are kept."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from playground.ui.microscopes.origin import origin_of
from playground.ui.step.loss_curve import LossCurve
from playground.ui.step.panel_above import PanelAbove
from playground.ui.step.recorder import KEPT_BYTES, KEPT_ROUNDS, Recorder
from playground.ui.step.rounds_ahead import RoundsAhead
from playground.ui.theme import appearance
from playground.ui.widgets.headings import SectionHeading, TextLabel
from playground.ui.widgets.numbers import bytes_, count, exact, short

_WIDTH = 440


class RoundsPanel(PanelAbove):
    """Asks for other rounds by `next_wanted`, `previous_wanted` and `round_wanted`, and runs many by itself."""

    next_wanted = Signal()
    previous_wanted = Signal()
    round_wanted = Signal(int)
    explain_requested = Signal(object, QPoint)
    """(function that gives the Explanation, global position): the loss was asked where it comes from."""

    def __init__(self, host: QWidget, anchor: QAbstractButton, recorder: Recorder, ahead: RoundsAhead) -> None:
        super().__init__(host, anchor, _WIDTH)
        self._recorder, self._ahead = recorder, ahead
        self._hides_present = False
        self.summary = TextLabel("", "body")
        self.summary.setTextFormat(Qt.TextFormat.RichText)
        self.summary.linkActivated.connect(self._ask_loss)
        self.previous = QPushButton("Previous")
        self.previous.setToolTip("The round before this one, where it is kept (Shift+N)")
        self.next = QPushButton("Next")
        self.next.setToolTip("One round of training more (N)")
        self.ten = QPushButton("+10")
        self.ten.setToolTip("Ten rounds more, one after the other")
        self.hundred = QPushButton("+100")
        self.hundred.setToolTip("A hundred rounds more, one after the other; they can be cancelled")
        self.restart = QPushButton("Round 1 again")
        self.restart.setToolTip("Begin again with the weights that the document has now")
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop behind the round that is being worked out; the rounds so far stay")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Rounds worked out so far")
        self.progress = TextLabel("", "small", "muted")
        self.curve = LossCurve()
        self.kept = TextLabel("", "small", "muted", wrap=True)
        self._running = QWidget()
        self._lay_out()
        self.previous.clicked.connect(self.previous_wanted)
        self.next.clicked.connect(self.next_wanted)
        self.ten.clicked.connect(lambda: ahead.run(10))
        self.hundred.clicked.connect(lambda: ahead.run(100))
        self.restart.clicked.connect(recorder.restart)
        self.cancel.clicked.connect(ahead.cancel)
        self.curve.chosen.connect(self.round_wanted)
        recorder.changed.connect(self._on_changed)
        ahead.changed.connect(self._on_changed)
        ahead.progressed.connect(self._on_changed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 14)
        column.setSpacing(9)
        column.addWidget(SectionHeading("Rounds of training"))
        column.addWidget(self.summary)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.previous, self.next, self.ten, self.hundred):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.restart)
        self.restart.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        column.addLayout(buttons)
        running = QHBoxLayout(self._running)
        running.setContentsMargins(0, 0, 0, 0)
        running.setSpacing(10)
        running.addWidget(self.progress)
        running.addWidget(self.bar, 1)
        running.addWidget(self.cancel)
        column.addWidget(self._running)
        column.addWidget(self.curve)
        column.addWidget(self.kept)

    def _write_summary(self, number: int, loss: float | None) -> None:
        """The round and its loss, which can be clicked where it is that of one layer, not a sum of several losses."""
        text, tip = f"Round {count(number)}", ""
        if loss is not None:
            shown = self._recorder.round
            is_one = shown is not None and len(shown.request.analysis.losses) == 1
            text += f"&nbsp;&nbsp;·&nbsp;&nbsp;loss {_link(short(loss, 6)) if is_one else short(loss, 6)}"
            tip = f"{exact(loss)}\nClick: where does it come from?" if is_one else exact(loss)
        self.summary.setText(text)
        self.summary.setToolTip(tip)

    def _ask_loss(self) -> None:
        """Where the loss of the round on screen comes from."""
        from playground.engine.arithmetic import Place

        shown = self._recorder.round
        loss = None if shown is None else shown.request.analysis.loss
        if shown is not None and loss is not None:
            place, position = Place(loss, "output", ()), self.summary.mapToGlobal(self.summary.rect().bottomLeft())
            self.explain_requested.emit(lambda: origin_of(shown.trace, place), position)

    def hide_present_loss(self, hidden: bool) -> None:
        """While the loss of the round on screen is to be guessed, the curve does not give it away."""
        if hidden != self._hides_present:
            self._hides_present = hidden
            self._on_changed()

    def focus_first(self) -> None:
        (self.cancel if self._ahead.is_running else self.next).setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_changed(self) -> None:
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        recorder, shown = self._recorder, self._recorder.round
        running = self._ahead.is_running
        can_learn = shown is not None and shown.trace.loss is not None
        kept = recorder.kept
        number = shown.number if shown is not None else 1
        self.previous.setEnabled(not running and number - 1 in kept)
        for button in (self.next, self.ten, self.hundred):
            button.setEnabled(can_learn and not running)
        self.restart.setEnabled(not running and number > 1)
        self._running.setVisible(running)
        self.bar.setRange(0, max(1, self._ahead.wanted))
        self.bar.setValue(self._ahead.done)
        self.progress.setText(f"{self._ahead.done} of {self._ahead.wanted} rounds")
        losses = dict(recorder.losses)
        if self._hides_present:
            losses = {one: loss for one, loss in losses.items() if one < number}
        self.curve.show_losses(losses, kept, number)
        self._write_summary(number, losses.get(number))
        self.kept.setText(_kept_line(kept, recorder.kept_bytes) if can_learn else _NO_LOSS)
        if self.isVisible():
            self.appear()


def _link(number: str) -> str:
    """A number that can be clicked."""
    return f'<a href="loss" style="text-decoration:none; color:{appearance.theme.link}">{number}</a>'


_NO_LOSS = "Without a loss at its end the network cannot learn, so there is one round only. Add a loss in Build."


def _kept_line(kept: tuple[int, ...], size: int) -> str:
    """Which rounds can be gone back to, what they take, and where it ends."""
    if not kept:
        return ""
    which = f"Round {count(kept[0])} is" if len(kept) == 1 else f"Rounds {count(kept[0])} to {count(kept[-1])} are"
    limit = f"The last {KEPT_ROUNDS} are kept, fewer if they take more than {bytes_(KEPT_BYTES)}, but always two."
    return f"{which} kept: {bytes_(size)}. {limit} A click on the curve goes to one of them."
