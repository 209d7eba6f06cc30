"""Where Step mode stands in a recorded round, and how it gets on: by layer, by unit, by window, by term."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from playground.ui.microscopes.base import Microscope
from playground.ui.step.grains import Granularity, Nouns, grain_here, nouns_of
from playground.ui.step.recorder import Recorder
from playground.ui.step.recording import Round
from playground.ui.step.stage import Stage
from playground.ui.step.term_walk import TermWalk
from playground.ui.step.walk import (
    Standpoint,
    beside_in_update,
    find,
    layer_of_update,
    learning_layers,
    phase_jump,
    same_phase_moment,
)


class Walker(QObject):
    """Moves along the stations of the round on screen, and over its ends into the next and the previous round."""

    station_shown = Signal()
    """A station is on screen: another one, or the same one recorded anew."""

    def __init__(
        self,
        stage: Stage,
        recorder: Recorder,
        terms: TermWalk,
        wanted: Callable[[], Granularity],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._stage, self._recorder, self._terms, self._wanted = stage, recorder, terms, wanted
        self._standpoint = Standpoint()
        self._enter_at = ""
        self.index = 0
        self.round: Round | None = None
        self._barren: object = None
        terms.failed.connect(self._on_barren)

    # ---- what is there

    @property
    def microscope(self) -> Microscope | None:
        """The microscope on screen."""
        return self._stage.microscope

    @property
    def node(self) -> str:
        """The layer on screen; in the update the one whose weights are shown."""
        return self._standpoint.chosen

    @property
    def nouns(self) -> Nouns:
        """What the grains are called here."""
        microscope = self.microscope
        return {"layer": "layer", "unit": "", "step": "", "term": ""} if microscope is None else nouns_of(microscope)

    @property
    def grain(self) -> Granularity:
        """How far a step goes here."""
        return grain_here(self._wanted(), self.nouns)

    @property
    def wanted(self) -> Granularity:
        """How far the user wants a step to go, wherever there is such a grain."""
        return self._wanted()

    @property
    def is_whole(self) -> bool:
        """Whether one microscope draws the whole network."""
        return self._stage.draws_whole

    def title_of(self, station: int) -> str:
        """What the user calls the layer of a station."""
        assert self.round is not None
        trace = self.round.trace
        node = trace.moments[station].node
        return "the update" if node is None else trace.graph.node(node).title

    def output_shape(self, node: str) -> tuple[int, ...]:
        """The recorded output's shape, the batch first."""
        assert self.round is not None
        return self.round.trace.frames[node].output.shape

    @property
    def at_start(self) -> bool:
        return self.index == 0

    @property
    def at_end(self) -> bool:
        """Whether the round ends here: at the update of the last layer that learns."""
        return self.round is None or (self.index == len(self.round.trace.moments) - 1 and not self.next_in_update)

    @property
    def next_in_update(self) -> str:
        """In the update the layer whose weights come next; "" behind the last, and in other phases."""
        return self._beside(1)

    @property
    def updates_to_come(self) -> tuple[str, ...]:
        """The layers whose update has not been shown yet, in their order; ("",) where it is shown for all at once."""
        recorded, microscope = self.round, self.microscope
        if recorded is None or microscope is None:
            return ()
        is_update = recorded.trace.moments[self.index].phase == "update"
        if microscope.updates_at_once:
            return () if is_update else ("",)
        learning = learning_layers(recorded.trace)
        return learning[learning.index(self.node) + 1 :] if is_update and self.node in learning else learning

    def _beside(self, by: int) -> str:
        recorded, microscope = self.round, self.microscope
        if recorded is None or recorded.trace.moments[self.index].phase != "update":
            return ""
        if microscope is None or microscope.updates_at_once:
            return ""
        return beside_in_update(recorded.trace, self.node, by)

    # ---- coming and going

    def forget(self) -> None:
        """Another document: begin at its beginning."""
        self._standpoint = Standpoint()
        self.clear()

    def clear(self) -> None:
        """There is nothing to walk through for now; the standpoint is kept."""
        self._terms.end()
        self._stage.forget()
        self.round = None

    def enter(self, recorded: Round) -> None:
        """Another round, or the same one recorded anew: the station that is on screen is looked for in it."""
        self.round = recorded
        entered_at, self._enter_at = self._enter_at, ""
        building = self._terms.is_building and not entered_at
        if entered_at == "end":
            self.show_end()
        else:
            self.show(0 if entered_at else find(recorded.trace, self._standpoint))
        if entered_at and self._wanted() != "layer":
            self._to_edge(at_end=entered_at == "end")
        elif building:
            self._build()

    def show(self, index: int, node: str = "", by: int = 1) -> None:
        """Bring a station on screen; in the update with the weights of `node`. `by`: which way it may well go on."""
        recorded = self.round
        if recorded is None or not 0 <= index < len(recorded.trace.moments):
            return
        self._terms.end()
        moment = recorded.trace.moments[index]
        node = moment.node or layer_of_update(recorded.trace, node or self._standpoint.chosen)
        self.index = index
        self._standpoint = Standpoint(moment.phase, moment.node, node)
        self._stage.show_moment(recorded, index, node)
        self.station_shown.emit()
        self.look_ahead(by)

    def show_end(self) -> None:
        """The last station, in the update with the weights of the last layer that learns."""
        if self.round is not None:
            trace = self.round.trace
            self.show(len(trace.moments) - 1, next(reversed(learning_layers(trace)), ""))

    def show_layer(self, node: str) -> None:
        """The station of a layer in the phase on screen; in the update its weights."""
        self.show(self.station_of(node), node)

    def station_of(self, node: str) -> int:
        """Where `show_layer` leads."""
        place = None if self.round is None else same_phase_moment(self.round.trace, self.index, node)
        return self.index if place is None else place

    def jump_phase(self, by: int) -> None:
        """To the beginning of the next phase, or of the one before."""
        if self.round is not None:
            self.show(phase_jump(self.round.trace, self.index, by))

    def move_unit(self, by: int) -> bool:
        """The unit before or behind into focus; False where there is none."""
        microscope = self.microscope
        if microscope is None or not 0 <= microscope.unit + by < microscope.unit_count:
            return False
        self._terms.end()
        self._stage.show_unit(microscope.unit + by)
        if self.microscope is not microscope:
            self.station_shown.emit()
        self.look_ahead(by)
        return True

    def look_ahead(self, by: int) -> None:
        """Let be made ready what one more step that way brings."""
        microscope = self.microscope
        if microscope is not None and self.grain == "unit" and 0 <= microscope.unit + by < microscope.unit_count:
            self._stage.go_on_with(self.index, self.node, microscope.unit + by)
        elif layer := self._beside(by):
            self._stage.go_on_with(self.index, layer)
        else:
            self._stage.go_on_with(self.index + by)

    # ---- forward

    def forward(self) -> bool:
        """One step; False where there is nothing further."""
        microscope, grain = self.microscope, self.grain
        if microscope is None or self.round is None:
            return False
        if grain == "term":
            return self._next_term(microscope)
        self._terms.end()
        if grain == "step" and self._next_place(microscope):
            return True
        if grain != "layer" and self.next_unit():
            if grain == "step":
                self._begin()
            return True
        return self.next_station()

    def _next_term(self, microscope: Microscope) -> bool:
        assert self.round is not None
        if self._terms.is_pending:
            return True
        if self._barren == self._spot(microscope):
            return self._step_over(microscope)
        if not self._terms.follows(microscope, self.round.trace):
            if microscope.step_count > 1 and microscope.filled >= microscope.step_count:
                microscope.begin()
            return self._build() or self.next_station()
        return self._terms.next() or self._step_over(microscope)

    def _spot(self, microscope: Microscope) -> object:
        return self.index, microscope.focus_place()

    def _on_barren(self) -> None:
        """The number in focus is not a sum of anything, such as a pixel: the next step passes over it."""
        if self.microscope is not None:
            self._barren = self._spot(self.microscope)

    def _step_over(self, microscope: Microscope) -> bool:
        """On to the number behind the one that is built."""
        if microscope.step_count > 1 and microscope.filled < microscope.step_count and self._next_place(microscope):
            return self._build()
        if self.next_unit():
            if microscope.step_count > 1:
                self._begin()
            return self._build()
        return self.next_station()

    def _begin(self) -> None:
        """The animation of the unit that came into focus, from nothing."""
        if self.microscope is not None:
            self.microscope.begin()

    def _build(self, *, at_end: bool = False) -> bool:
        assert self.round is not None
        return self.microscope is not None and self._terms.begin(self.microscope, self.round.trace, at_end=at_end)

    @staticmethod
    def _next_place(microscope: Microscope) -> bool:
        """The next place of the inner animation; one that is finished, but not at its last place, begins anew."""
        if microscope.step >= microscope.step_count - 1:
            return False
        begun = microscope.filled < microscope.step_count
        microscope.go_to_step(microscope.step + 1 if begun else 0)
        return True

    def next_unit(self) -> bool:
        """The next unit of this station; False behind the last."""
        return self.move_unit(1)

    def next_station(self) -> bool:
        """The next station, in the update the next layer, behind it the next round; False where there is none."""
        if self.round is None:
            return False
        if not self.at_end:
            layer = self.next_in_update
            self.show(self.index if layer else self.index + 1, layer)
            if self._wanted() != "layer":
                self._to_edge(at_end=False)
            return True
        return self.next_round("start")

    def next_round(self, enter_at: str = "") -> bool:
        """The round behind this one; `enter_at`: "start", "end", or "" for the same station of it."""
        recorded = self.round
        if recorded is None or recorded.trace.loss is None:
            return False
        if self._recorder.is_busy:
            return True
        return self._go_to_round(recorded.number + 1, enter_at)

    def _go_to_round(self, number: int, enter_at: str) -> bool:
        self._enter_at = enter_at
        if self._recorder.go_to(number):
            return True
        self._enter_at = ""
        return False

    # ---- back

    def back(self) -> bool:
        """One step back; before the input lies the update of the round before. False where there is nothing."""
        microscope, grain = self.microscope, self.grain
        if microscope is None or self.round is None:
            return False
        if grain == "term":
            return self._term_before(microscope)
        self._terms.end()
        if grain == "step" and microscope.step > 0:
            microscope.go_to_step(microscope.step - 1)
            return True
        if grain != "layer" and self.move_unit(-1):
            if grain == "step":
                self._to_last()
            return True
        return self._previous_station()

    def _term_before(self, microscope: Microscope) -> bool:
        if self._terms.is_pending or (self._terms.is_building and self._terms.back()):
            return True
        if microscope.step_count > 1 and microscope.step > 0:
            microscope.go_to_step(microscope.step - 1)
        elif microscope.unit > 0:
            microscope.select_unit(microscope.unit - 1)
            self._to_last()
        else:
            self._terms.end()
            return self._previous_station()
        return self._build(at_end=True)

    def _to_last(self) -> None:
        """The last place of the animation of the unit that came into focus."""
        if self.microscope is not None:
            self.microscope.go_to_step(self.microscope.step_count - 1)

    def _previous_station(self) -> bool:
        if self.index > 0:
            layer = self._beside(-1)
            self.show(self.index if layer else self.index - 1, layer, by=-1)
            if self._wanted() != "layer":
                self._to_edge(at_end=True)
            return True
        return self.round is not None and self.previous_round("end")

    def previous_round(self, enter_at: str = "") -> bool:
        """The round before this one, if it is kept."""
        recorded = self.round
        return recorded is not None and recorded.number > 1 and self._go_to_round(recorded.number - 1, enter_at)

    def _to_edge(self, *, at_end: bool) -> None:
        """Begin a station at its first unit, window and term, or at its last ones."""
        microscope = self.microscope
        if microscope is None:
            return
        microscope.select_unit(microscope.unit_count - 1 if at_end else 0)
        grain = self.grain
        if grain in ("step", "term") and microscope.step_count > 1:
            if at_end:
                microscope.go_to_step(microscope.step_count - 1)
            else:
                microscope.begin()
        if grain == "term":
            self._build(at_end=at_end)
        self.look_ahead(-1 if at_end else 1)
