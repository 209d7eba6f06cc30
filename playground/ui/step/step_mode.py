"""Step mode: the network's strip on top, the microscope of the current layer, the transport below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.ui.microscopes.base import Explain, Microscope, Scene
from playground.ui.microscopes.gallery import Gallery
from playground.ui.microscopes.origin import origin_of
from playground.ui.microscopes.origin_popup import OriginPopup
from playground.ui.mode import Mode
from playground.ui.session import Session
from playground.ui.step.empty_state import EmptyState
from playground.ui.step.keys import bind_keys, has_field_focus
from playground.ui.step.pace import Pace
from playground.ui.step.phases import phase_name
from playground.ui.step.player import Player
from playground.ui.step.recorder import KEPT_ROUNDS, Recorder
from playground.ui.step.recording import COMPANIONS, Round
from playground.ui.step.strip import LayerStrip, cards_of
from playground.ui.step.transport import Transport
from playground.ui.step.walk import Standpoint, find, learning_layers, reached, same_phase_moment, stations_of
from playground.ui.widgets.headings import Separator


class StepMode(Mode):
    """Walks through recorded training steps; `build_requested` asks for Build mode when the network cannot run."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._index = 0
        self._standpoint = Standpoint()
        self._shown: Round | None = None
        self._enter_at: str = ""
        self.pace = Pace(self)
        self.recorder = Recorder(session, self)
        self.player = Player(self.pace, self)
        self.gallery = Gallery(session, self.pace)
        self.strip = LayerStrip()
        self.transport = Transport(self.pace)
        self.popup = OriginPopup(session, self)
        self.microscopes = QStackedWidget()
        self.empty = EmptyState()
        self._microscope: Microscope | None = None
        self._preparing = QTimer(self)
        self._preparing.setSingleShot(True)
        self._preparing.setInterval(0)
        self._preparing.timeout.connect(self._prepare)
        self._lay_out()
        self._connect()
        bind_keys(
            self,
            {
                Qt.Key.Key_Space: self.play_pause,
                Qt.Key.Key_Left: self.back,
                Qt.Key.Key_Right: self.forward,
                Qt.Key.Key_Home: self.to_start,
                Qt.Key.Key_End: self.to_end,
                Qt.Key.Key_Up: lambda: self._move_unit(-1),
                Qt.Key.Key_Down: lambda: self._move_unit(1),
            },
        )

    def _lay_out(self) -> None:
        work = QWidget()
        column = QVBoxLayout(work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        band = QWidget()
        band.setProperty("ground", "window")
        band.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = QVBoxLayout(band)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.strip)
        inside.addWidget(Separator())
        column.addWidget(band)
        column.addWidget(self.microscopes, 1)
        column.addWidget(self.transport)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(work)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.pages)

    def _connect(self) -> None:
        transport = self.transport
        transport.to_start.connect(self.to_start)
        transport.back.connect(self.back)
        transport.play_pause.connect(self.play_pause)
        transport.forward.connect(self.forward)
        transport.to_end.connect(self.to_end)
        transport.station_clicked.connect(self.go_to)
        transport.example_moved.connect(self._move_example)
        self.strip.clicked.connect(self._on_card)
        self._session.example_changed.connect(self._write_example)
        self._session.document_opened.connect(self._on_opened)
        self.recorder.changed.connect(self._on_recorded)
        self.recorder.blocked.connect(self._on_blocked)
        self.player.next_station.connect(self._play_on)
        self.player.stepped.connect(self._show_status)
        self.player.changed.connect(transport.set_playing)
        self.empty.build_requested.connect(self.build_requested)
        self.empty.undo_requested.connect(lambda: self._session.document.undo())

    def event(self, event: QEvent) -> bool:
        """Fields and lists keep their keys."""
        if event.type() == QEvent.Type.ShortcutOverride and has_field_focus():
            event.accept()
            return True
        return super().event(event)

    # ---- coming and going

    def activate(self) -> None:
        """The mode is on screen now."""
        if self._shown is None:
            self.empty.show_waiting()
        self.recorder.set_active(True)
        self._write_example()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def deactivate(self) -> None:
        """Another mode is on screen now."""
        self.player.stop()
        self.popup.hide()
        self.recorder.set_active(False)

    # ---- what is there

    @property
    def microscope(self) -> Microscope | None:
        """The microscope on screen."""
        return self._microscope

    @property
    def index(self) -> int:
        """The station on screen, an index of the recorded moments."""
        return self._index

    @property
    def round(self) -> Round | None:
        """The recorded round of training on screen."""
        return self._shown

    # ---- moving

    def to_start(self) -> None:
        self.player.stop()
        self._show_moment(0)

    def to_end(self) -> None:
        self.player.stop()
        if self._shown is not None:
            self._show_moment(len(self._shown.trace.moments) - 1)

    def go_to(self, index: int) -> None:
        """Show a station; the inner animation of its microscope is at its end, unless Play is on."""
        if self._shown is not None and 0 <= index < len(self._shown.trace.moments):
            self._show_moment(index)

    def forward(self) -> None:
        """One layer, unit or term forward, as chosen; behind the update the next round begins."""
        self.player.stop()
        microscope = self._microscope
        if microscope is None:
            return
        granularity = self.transport.granularity
        if granularity == "step" and microscope.step_count > 1:
            begun = microscope.filled < microscope.step_count
            if not begun or microscope.step < microscope.step_count - 1:
                microscope.go_to_step(microscope.step + 1 if begun else 0)
                self._show_status()
                return
        if granularity != "layer" and microscope.unit < microscope.unit_count - 1:
            microscope.select_unit(microscope.unit + 1)
            if granularity == "step" and microscope.step_count > 1:
                microscope.go_to_step(0)
            return
        self._next_station()
        if granularity != "layer" and self._microscope is not None:
            self._microscope.select_unit(0)

    def back(self) -> None:
        """One layer, unit or term back; before the input lies the update of the round before."""
        self.player.stop()
        microscope = self._microscope
        if microscope is None:
            return
        granularity = self.transport.granularity
        if granularity == "step" and microscope.step_count > 1 and microscope.step > 0:
            microscope.go_to_step(microscope.step - 1)
            self._show_status()
            return
        if granularity != "layer" and microscope.unit > 0:
            microscope.select_unit(microscope.unit - 1)
            return
        if self._index > 0:
            self._show_moment(self._index - 1)
        elif self._shown is not None and self._shown.number > 1:
            self._enter_at = "end"
            if not self.recorder.go_to(self._shown.number - 1):
                self._enter_at = ""
        if granularity != "layer" and self._microscope is not None:
            self._microscope.select_unit(self._microscope.unit_count - 1)

    def play_pause(self) -> None:
        if self.player.is_playing:
            self.player.stop()
        elif self._microscope is not None:
            self.player.start(self._microscope)

    def _next_station(self) -> bool:
        if self._shown is None:
            return False
        if self._index < len(self._shown.trace.moments) - 1:
            self._show_moment(self._index + 1)
            return True
        if self._shown.trace.loss is None:
            return False
        if self.recorder.is_busy:
            return True
        self._enter_at = "start"
        if not self.recorder.go_to(self._shown.number + 1):
            self._enter_at = ""
            return False
        return True

    def _play_on(self) -> None:
        if not self._next_station():
            self.player.stop()

    def _move_unit(self, by: int) -> None:
        microscope = self._microscope
        if microscope is not None:
            microscope.select_unit(microscope.unit + by)

    def _move_example(self, by: int) -> None:
        self.player.stop()
        self._session.show_example(self._session.example_index + by)
        self._write_example()

    def _on_card(self, node: str) -> None:
        if self._shown is None:
            return
        place = same_phase_moment(self._shown.trace, self._index, node)
        if place is None:
            self._standpoint = Standpoint("update", None, node)
            place = self._index
        self._show_moment(place)

    # ---- showing

    def _on_recorded(self) -> None:
        recorded = self.recorder.round
        if recorded is None:
            return
        fresh = self._shown is None or self._shown.trace.graph is not recorded.trace.graph
        self._shown = recorded
        if fresh:
            self.strip.set_cards(cards_of(recorded.trace))
            self.transport.timeline.set_stations(stations_of(recorded.trace))
        moments = recorded.trace.moments
        entry = {"start": 0, "end": len(moments) - 1}.get(self._enter_at, find(recorded.trace, self._standpoint))
        self._enter_at = ""
        self.pages.setCurrentIndex(1)
        self._show_moment(entry)
        self._preparing.start()

    def _on_opened(self) -> None:
        """Another document: begin at its beginning."""
        self.player.stop()
        self._standpoint = Standpoint()
        self._shown = None
        self._microscope = None
        self.empty.show_waiting()
        self.pages.setCurrentIndex(0)

    def _on_blocked(self, reason: str) -> None:
        self.player.stop()
        self._shown = None
        self._microscope = None
        self.empty.show_blocked(reason, self._session.document.undo_label)
        self.pages.setCurrentIndex(0)

    def _show_moment(self, index: int) -> None:
        recorded = self._shown
        if recorded is None:
            return
        self.popup.hide()
        trace = recorded.trace
        moment = trace.moments[index]
        node = moment.node or self._layer_of_update(recorded)
        self._index = index
        self._standpoint = Standpoint(moment.phase, moment.node, node)
        scene = self._scene(recorded, index, node)
        microscope = self._open(self.gallery.key_for(scene))
        self._microscope = microscope
        microscope.show_scene(scene)
        self.microscopes.setCurrentWidget(microscope)
        self.strip.set_progress(node, reached(trace, index))
        self.transport.timeline.set_current(index)
        self.transport.set_nouns(
            microscope.unit_noun if microscope.unit_count > 1 else "",
            microscope.step_noun if microscope.step_count > 1 else "",
        )
        at_end = index == len(trace.moments) - 1
        hint = f"Next round of training, {recorded.number + 1} (→)" if at_end else "One step forward (→)"
        at_start = index == 0 and recorded.number - 1 not in self.recorder.kept
        self.transport.set_reach(at_start, at_end, hint)
        if self.player.is_playing:
            self.player.take(microscope, begin=True)
        self._show_status()

    def _scene(self, recorded: Round, index: int, node: str) -> Scene:
        session = self._session
        example = session.example
        return Scene(
            trace=recorded.trace,
            analysis=recorded.request.analysis,
            experiment=recorded.request.experiment,
            moment=index,
            node=node,
            training_round=recorded.number,
            classes=session.data_set.classes,
            label=example.label if example is not None else "",
        )

    def _layer_of_update(self, recorded: Round) -> str:
        """The layer whose weights the update shows: the one chosen, if it has any, else the first that learns."""
        learning = learning_layers(recorded.trace)
        chosen = self._standpoint.chosen
        if chosen in learning or not learning:
            return chosen if chosen in recorded.trace.frames else next(iter(recorded.trace.frames))
        return learning[0]

    def _open(self, key: str) -> Microscope:
        microscope, is_new = self.gallery.get(key)
        if is_new:
            self.microscopes.addWidget(microscope)
            microscope.explain_requested.connect(self._explain)
            microscope.unit_changed.connect(self._show_status)
            microscope.step_changed.connect(self._show_status)
            microscope.status_changed.connect(self._show_status)
        return microscope

    def _prepare(self) -> None:
        """Make the microscopes that this network will need, one at a time, while nobody waits for them."""
        if self._shown is None:
            return
        for index, moment in enumerate(self._shown.trace.moments):
            scene = self._scene(self._shown, index, moment.node or self._layer_of_update(self._shown))
            key = self.gallery.key_for(scene)
            if not self.gallery.has(key):
                self._open(key)
                self._preparing.start()
                return

    def _show_status(self) -> None:
        if self._shown is None or self._microscope is None or not self._microscope.has_scene:
            return
        trace = self._shown.trace
        parts = [self._microscope.status()]
        if trace.loss is not None:
            kept = f" (the last {KEPT_ROUNDS} are kept)" if self._shown.number > 1 else ""
            parts.append(f"round {self._shown.number} of training{kept}")
        if len(trace.x) > 1:
            parts.append(f"this example and {COMPANIONS} others, for batch norm")
        self.transport.set_status(phase_name(trace, trace.moments[self._index]), "  ·  ".join(parts))

    def _write_example(self) -> None:
        session = self._session
        example, count = session.example, session.example_count
        if example is None:
            self.transport.set_example("no example yet", "", movable=False)
            return
        name = f"“{example.label}”" if session.data_set.classes else example.label
        tip = f"{session.data_set.title}: test example {example.index + 1:,} of {count:,}, which is {name}"
        text = (
            f"example {example.index + 1:,}: {name}" if session.data_set.classes else f"example {example.index + 1:,}"
        )
        self.transport.set_example(text, tip, movable=count > 1)

    def _explain(self, explain: Explain, position: QPoint) -> None:
        recorded = self._shown
        if recorded is not None:
            trace = recorded.trace
            self.popup.open_at(position, explain, lambda place: lambda: origin_of(trace, place))
