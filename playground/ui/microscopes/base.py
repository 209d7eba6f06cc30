"""What every microscope is: the picture of one layer's arithmetic in one phase of a recorded step."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.ui.microscopes.alive import while_alive
from playground.ui.microscopes.meant_number import meant, meant_or_why_not
from playground.ui.microscopes.opened_button import GatesButton
from playground.ui.session import Session
from playground.ui.widgets.headings import ElidedLabel, TitleLabel
from playground.ui.widgets.legend import SignLegend
from playground.ui.widgets.number_style import number_style

if TYPE_CHECKING:
    from playground.engine.arithmetic import Explanation, Place
    from playground.engine.shapes import Analysis
    from playground.engine.trace import Frame, Phase, Trace
    from playground.graph.experiment import Experiment
    from playground.ui.microscopes.meant_number import Origin, Written
    from playground.ui.microscopes.worded_numbers import Pointing

T = TypeVar("T")

UNHURRIED = 0.06
"""Seconds for which somebody has to look at a station before what its microscope has to say on top is worked out."""

SHOWN = 0
"""The example of the recorded batch that is on screen; others may stand behind it for batch norm."""


def no_rounds() -> tuple[tuple[int, Trace], ...]:
    """No rounds are kept."""
    return ()


@dataclass(frozen=True)
class Scene:
    """What a microscope is to show: a moment of a recorded training step.

    `moment` is the index in `trace.moments`; `node` the layer (in the update: the one chosen). `classes` are the data
    set's names, `label` what the example is; `training_round` counts from 1. `rounds` gives the rounds that are kept,
    with their numbers, the earliest first (it is asked, so that nothing is kept here that was let go elsewhere).
    """

    trace: Trace
    analysis: Analysis
    experiment: Experiment
    moment: int
    node: str
    training_round: int = 1
    classes: tuple[str, ...] = ()
    label: str = ""
    rounds: Callable[[], tuple[tuple[int, Trace], ...]] = no_rounds

    @property
    def phase(self) -> Phase:
        return self.trace.moments[self.moment].phase

    def is_same(self, other: Scene) -> bool:
        """Whether both look at the same recorded moment, under the same names."""
        mine, its = ((s.trace, s.analysis, s.experiment, s.rounds) for s in (self, other))
        if any(one is not another for one, another in zip(mine, its, strict=True)):
            return False
        places = ((s.moment, s.node, s.training_round, s.classes, s.label) for s in (self, other))
        return next(places) == next(places)

    @property
    def frame(self) -> Frame:
        return self.trace.frames[self.node]

    @property
    def batch(self) -> int:
        """How many examples were sent through together."""
        return len(self.trace.x)

    def title(self, node: str = "") -> str:
        """What the user calls a layer (by default the one shown)."""
        return self.analysis.graph.node(node or self.node).title

    def source(self, port: int = 0) -> str:
        """The id of the layer that feeds an input of this one."""
        return self.analysis.graph.sources(self.node)[port]

    @property
    def reads_picture(self) -> bool:
        """Whether the layer looks at the data set's picture, which is grey, not signed."""
        x = self.frame.inputs[0]
        return self.analysis.graph.node(self.source()).type == "input" and x.ndim == 4 and float(x.min()) >= 0

    def reached(self, phase: Phase, node: str | None) -> bool:
        """Whether the step has come as far as this layer in this phase."""
        moments = self.trace.moments[: self.moment + 1]
        return any(moment.phase == phase and moment.node == node for moment in moments)


Explain = Callable[[], "Explanation"]
"""Works the origin of one number out, when it is asked for."""


class Microscope(QWidget):
    """Base of all microscopes.

    A microscope has *units* (filters, neurons, channels …) of which one is in focus, and *steps*, an inner animation of
    that unit (windows, terms …); either may be a single one. `filled` says whether the animation has come to its end.
    Subclasses override `_present`, called with a new scene, `_present_unit`, and what they have of the rest.
    """

    unit_changed = Signal(int)
    """The user chose another unit inside the microscope."""
    step_changed = Signal(int)
    """The inner animation was moved inside the microscope."""
    explain_requested = Signal(object, QPoint)
    """(function that gives the Explanation, global position): a number was asked where it comes from."""
    status_changed = Signal()

    unit_noun = "unit"
    step_noun = ""
    updates_at_once = False
    """Whether the numbers of all layers that learn are units of one update here; else it is made layer by layer."""
    has_legend = True
    width_is_magnitude = False

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._scene: Scene | None = None
        self._unit = 0
        self.title = TitleLabel()
        self.subtitle = ElidedLabel(tone="muted", vanishes=True)
        self.legend = SignLegend(self.width_is_magnitude, self)
        self.legend.setVisible(self.has_legend)
        self.gates_button = GatesButton()
        self.setProperty("ground", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        number_style.changed.connect(self._write_again)

    def _write_again(self) -> None:
        """Numbers are to have more or fewer digits; a microscope that is not on screen is told its scene anyway."""
        if self._scene is not None and self.isVisible():
            self._present(self._scene)

    def header(self) -> QHBoxLayout:
        """The row on top: which layer and unit this is, where, and the legend of the colours."""
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.title)
        row.addWidget(self.subtitle, 1)
        row.addWidget(self.gates_button)
        if self.has_legend:
            row.addWidget(self.legend)
        return row

    # ---- what is shown

    def show_scene(self, scene: Scene) -> None:
        """Show a moment; unit and step are kept where they still exist."""
        self._scene = scene
        self._unit = min(self._unit, max(0, self.unit_count - 1))
        self._present(scene)

    @property
    def scene(self) -> Scene:
        """What is shown now. Only to be asked once something is."""
        assert self._scene is not None
        return self._scene

    @property
    def has_scene(self) -> bool:
        return self._scene is not None

    @abstractmethod
    def _present(self, scene: Scene) -> None:
        """Show another moment."""

    # ---- taking turns

    takes_turns = False
    """Whether two of its kind take turns where stations that follow each other want it, so that one of them can be
    made ready behind the other. What the user chose in one then holds in both: see `user_choices` and `take_over`."""

    @property
    def user_choices(self) -> tuple[object, ...]:
        """What the user chose here, as far as it holds for other stations too."""
        return (self._unit,)

    def take_over(self, other: Microscope) -> None:
        """Make the choices that were made in `other`, which is of the same kind; the next scene is shown by them."""
        self._unit = other.unit

    def remember_apart(self) -> None:
        """What is chosen here from now on, the one taken over from need not remember; until the next `take_over`."""

    # ---- units

    @property
    def unit_count(self) -> int:
        return 1

    @property
    def unit(self) -> int:
        return self._unit

    def select_unit(self, unit: int) -> None:
        """Bring another unit into focus; out of range does nothing."""
        if 0 <= unit < self.unit_count and unit != self._unit:
            self._unit = unit
            self._present_unit()
            self.unit_changed.emit(unit)

    def _present_unit(self) -> None:
        self._present(self.scene)

    # ---- the inner animation

    @property
    def step_count(self) -> int:
        return 1

    @property
    def step(self) -> int:
        return self.step_count - 1

    @property
    def filled(self) -> int:
        """How many steps of the inner animation have been shown; `step_count` when it has come to its end."""
        return self.step + 1

    def go_to_step(self, step: int) -> None:
        """Move the inner animation."""
        del step

    @property
    def row_length(self) -> int:
        """How many steps make a row, for the speed that goes by rows."""
        return max(1, round(self.step_count / 24))

    def begin(self) -> None:
        """Put the inner animation to its beginning."""
        self.go_to_step(0)

    def finish(self) -> None:
        """Show the inner animation as it is at its end."""
        self.go_to_step(self.step_count - 1)

    def status(self) -> str:
        """What is being shown, for the transport: "conv1: 175 / 784 windows"."""
        return self.scene.title()

    # ---- the number in focus

    def focus_place(self) -> Place | None:
        """Where the number stands that unit and step in focus make now; None where there is no single one."""
        return None

    def light(self, places: Mapping[Place, str]) -> None:
        """Mark the numbers at these places in these roles of the theme; none of them ends it."""
        del places

    keeps_secrets = False
    """Whether the user is guessing, so that nothing may be shown that only later stations work out."""

    def keep_secrets(self, on: bool) -> None:
        """Show nothing ahead of the moment on screen, or everything again."""
        if on != self.keeps_secrets:
            self.keeps_secrets = on
            if self._scene is not None:
                self._present(self._scene)

    def names(self, place: Place) -> str:
        """What this microscope calls the number at a place, in LaTeX; empty for the usual symbol."""
        del place
        return ""

    def origin(self, place: Place) -> Explanation:
        """Where a recorded number comes from, told in the names of this microscope. Runs on the worker thread.

        Raises:
            ExplanationError: there is no such number, or its origin was not recorded.
        """
        from playground.ui.microscopes.origin import origin_of

        return origin_of(self.scene.trace, place, self.names)

    # ---- numbers within words

    def ask_written(self, written: Written, position: QPoint) -> None:
        """A number was clicked that stands in a sentence or a caption: where does it come from?"""
        self.ask(partial(meant_or_why_not, *self._looked_for(written)), position)

    def point_at_written(self, written: Written, found: Pointing) -> None:
        """The pointer rests on such a number: say which it is, once that is known."""

        def done(explanation: Explanation | None) -> None:
            found(None if explanation is None else explanation.value)

        self.work_out("written number", partial(meant, *self._looked_for(written)), done)

    def _looked_for(self, written: Written) -> tuple[Scene, Written, Place | None, Origin, tuple[Explain, ...]]:
        """What a written number is looked for in."""
        beside = tuple(partial(self.origin, place) for place in self.places_beside())
        return self.scene, written, self.focus_place(), self.origin, beside

    def places_beside(self) -> tuple[Place, ...]:
        """Where numbers stand that are told of beside the one in focus."""
        return ()

    # ---- for subclasses

    def ask(self, explain: Explain, position: QPoint) -> None:
        """The user clicked a number at a global position: where does it come from?"""
        self.explain_requested.emit(explain, position)

    def work_out(self, kind: str, work: Callable[[], T], done: Callable[[T], None], *, only_once: bool = False) -> None:
        """Run `work` on the worker thread, hand its result to `done`; what cannot be explained is left out.

        It begins a moment later, so that it is not in the way of whoever steps or jumps on, and does not begin any more
        when they have left: `only_once` it does, for what is not asked again when they return.
        """

        def failed(error: Exception) -> None:
            from playground.engine.arithmetic import ExplanationError

            if not isinstance(error, ExplanationError):
                raise error

        name = f"lasting {self._work_kind} {kind}" if only_once else f"{self._work_kind} {kind}"
        self.session.background.run(name, work, while_alive(self, done), failed, delay=UNHURRIED)

    @property
    def _work_kind(self) -> str:
        return f"microscope {id(self)}"

    def leave(self) -> None:
        """Another microscope is on screen now: what this one wanted to know need not be worked out any more."""
        self.session.background.drop(self._work_kind)


def example(array: np.ndarray) -> np.ndarray:
    """The shown example of an array that leads with the batch."""
    return array[SHOWN]
