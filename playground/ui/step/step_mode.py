"""Step mode: the network's strip on top, the microscope of the current layer, the transport below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from playground.ui.microscopes.base import Microscope
from playground.ui.microscopes.origin_popup import OriginPopup
from playground.ui.mode import Mode
from playground.ui.session import Session
from playground.ui.step.by_hand_marks import ByHandMenu, status_words
from playground.ui.step.empty_state import EmptyState
from playground.ui.step.explaining import Explaining
from playground.ui.step.grains import GRANULARITIES, Granularity
from playground.ui.step.guessing import Guessing
from playground.ui.step.keys import bind_keys, has_field_focus
from playground.ui.step.letting_go import LettingGo
from playground.ui.step.opened_door import OpenedDoor
from playground.ui.step.pace import Pace
from playground.ui.step.player import Player
from playground.ui.step.published_frame import PublishedFrame
from playground.ui.step.published_guide import PublishedGuide
from playground.ui.step.recorder import Recorder
from playground.ui.step.recording import Round
from playground.ui.step.round_settings import RoundSettings
from playground.ui.step.rounds_ahead import RoundsAhead
from playground.ui.step.rounds_panel import RoundsPanel
from playground.ui.step.stage import Stage
from playground.ui.step.status import example_line, status_line
from playground.ui.step.strip import LayerStrip, cards_of
from playground.ui.step.term_walk import TermWalk
from playground.ui.step.transport import Transport
from playground.ui.step.walk import reached, stations_of
from playground.ui.step.walker import Walker
from playground.ui.widgets.headings import Separator
from playground.ui.widgets.held_key import HeldKey

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place


class StepMode(Mode):
    """Walks through recorded training steps; `build_requested` asks for Build mode when the network cannot run."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._held_key = HeldKey()
        self.pace = Pace(self)
        self.recorder = Recorder(session, self)
        self.player = Player(self.pace, self)
        self.microscopes = Stage(session, self.pace)
        self.microscopes.rounds = self.recorder.traces
        self.gallery = self.microscopes.gallery
        self.gates = OpenedDoor(session, self.microscopes, self)
        self.strip = LayerStrip()
        self.transport = Transport(self.pace)
        self.terms = TermWalk(session, self)
        self.walker = Walker(self.microscopes, self.recorder, self.terms, lambda: self.transport.granularity, self)
        self.ahead = RoundsAhead(session, self.recorder, self)
        self.letting_go = LettingGo(session, self.microscopes, self.recorder, self)
        self.rounds = RoundsPanel(self, self.transport.rounds_button, self.recorder, self.ahead)
        self.settings = RoundSettings(session, self, self.transport.settings_button)
        self.popup = OriginPopup(session, self)
        self.by_hand_menu = ByHandMenu(session, self)
        self.explaining = Explaining(self.popup, self.microscopes, self.walker, self.go_to, self)
        self.published = PublishedFrame(session, self.microscopes)
        self.guide = PublishedGuide(session, self.walker, self.recorder, self.published, self.popup.isVisible, self)
        self.guessing = Guessing(
            session, self.walker, self.player, self.transport, self.rounds, self.microscopes, self.published, self
        )
        self.empty = EmptyState()
        self._lay_out()
        self._connect()
        self._bind_keys()

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
        column.addWidget(self.published, 1)
        column.addWidget(self.terms.band)
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
        transport.timeline.pointed_at.connect(self.microscopes.expect)
        transport.example_moved.connect(self._move_example)
        transport.granularity_changed.connect(self._on_granularity)
        transport.next_round.connect(self.next_round)
        self.rounds.next_wanted.connect(self.next_round)
        self.rounds.previous_wanted.connect(self.previous_round)
        self.rounds.round_wanted.connect(self.go_to_round)
        self.rounds.explain_requested.connect(self.explaining.explain)
        self.ahead.changed.connect(self._show_reach)
        self.strip.clicked.connect(self._show_layer)
        self.strip.pointed_at.connect(self._expect_layer)
        self.strip.menu_wanted.connect(self.by_hand_menu.open)
        self._session.experiment_changed.connect(self._show_marks)
        self.walker.station_shown.connect(self._on_station)
        self.walker.station_shown.connect(self.gates.follow)
        self.gates.explain_requested.connect(self.explaining.explain)
        self.explaining.lit.connect(self.gates.light)
        self.explaining.lit.connect(self._on_lit)
        self.gates.closed.connect(self.popup.hide)
        self.terms.moved.connect(self._show_status)
        self.guessing.predictor.changed.connect(self._show_status)
        self.microscopes.focus_changed.connect(self._show_status)
        self.microscopes.focus_changed.connect(self.guide.follow_focus)
        self.letting_go.done.connect(self.explaining.forget)
        self.letting_go.done.connect(self.gates.gates.forget)
        self._session.example_changed.connect(self._write_example)
        self._session.document_opened.connect(self._on_opened)
        self.recorder.changed.connect(self._on_recorded)
        self.recorder.blocked.connect(self._on_blocked)
        self.player.next_station.connect(self._play_on)
        self.player.stepped.connect(self._show_status)
        self.player.changed.connect(transport.set_playing)
        self.empty.build_requested.connect(self.build_requested)
        self.empty.undo_requested.connect(lambda: self._session.document.undo())

    def _bind_keys(self) -> None:
        bind_keys(
            self,
            {
                Qt.Key.Key_Space: self.play_pause,
                Qt.Key.Key_Left: self.back,
                Qt.Key.Key_Right: self.forward,
                Qt.Key.Key_Home: self.to_start,
                Qt.Key.Key_End: self.to_end,
                Qt.Key.Key_Up: lambda: self.walker.move_unit(-1),
                Qt.Key.Key_Down: lambda: self.walker.move_unit(1),
                Qt.Key.Key_B: self.published.toggle,
                Qt.Key.Key_G: self.gates.toggle,
                Qt.Key.Key_W: self.explaining.explain_focus,
                Qt.Key.Key_D: self.explaining.show_disagreements,
                Qt.Key.Key_PageUp: lambda: self._jump_phase(-1),
                Qt.Key.Key_PageDown: lambda: self._jump_phase(1),
                Qt.Key.Key_1: lambda: self._choose_grain(0),
                Qt.Key.Key_2: lambda: self._choose_grain(1),
                Qt.Key.Key_3: lambda: self._choose_grain(2),
                Qt.Key.Key_4: lambda: self._choose_grain(3),
                Qt.Key.Key_N: self.next_round,
                QKeySequence("Shift+N"): self.previous_round,
                Qt.Key.Key_L: self.rounds.toggle,
                Qt.Key.Key_S: self.settings.toggle,
                Qt.Key.Key_Q: self.guessing.toggle,
                Qt.Key.Key_R: self.guessing.predictor.reveal,
                Qt.Key.Key_Plus: lambda: self.transport.change_speed(1),
                Qt.Key.Key_Minus: lambda: self.transport.change_speed(-1),
            },
        )

    def event(self, event: QEvent) -> bool:
        """Fields and lists keep their keys; repeats of a held key that are late are dropped."""
        is_override = event.type() == QEvent.Type.ShortcutOverride
        if is_override and isinstance(event, QKeyEvent) and (self._held_key.is_late(event) or has_field_focus()):
            event.accept()
            return True
        return super().event(event)

    # ---- coming and going

    def activate(self) -> None:
        """The mode is on screen now."""
        if self.round is None:
            self.empty.show_waiting()
        self.recorder.set_active(True)
        self._write_example()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def deactivate(self) -> None:
        """Another mode is on screen now."""
        self._stand_still()
        self.ahead.cancel()
        self.popup.hide()
        self.recorder.set_active(False)

    # ---- what is there

    @property
    def microscope(self) -> Microscope | None:
        """The microscope on screen."""
        return self.microscopes.microscope

    @property
    def index(self) -> int:
        """The station on screen, an index of the recorded moments."""
        return self.walker.index

    @property
    def round(self) -> Round | None:
        """The recorded round of training on screen."""
        return self.walker.round

    # ---- moving

    def _stand_still(self) -> None:
        """The user goes somewhere: what plays or asks ends."""
        self.player.stop()
        self.guessing.leave()

    def to_start(self) -> None:
        self._stand_still()
        self.walker.show(0)

    def to_end(self) -> None:
        self._stand_still()
        self.walker.show_end()

    def go_to(self, index: int) -> None:
        """Show a station; the inner animation of its microscope is at its end, unless Play is on."""
        self.guessing.leave()
        self.walker.show(index)

    def next_round(self) -> None:
        """The next round of training, at the station on screen."""
        self._stand_still()
        self.walker.next_round()

    def previous_round(self) -> None:
        """The round before, at the station on screen, if it is kept."""
        self._stand_still()
        if not self.walker.previous_round() and self.round is not None and self.round.number > 1:
            first = self.recorder.kept[0]
            self._session.message.emit("info", f"Earlier rounds are no longer kept: the first is round {first}.")

    def go_to_round(self, number: int) -> None:
        """A kept round, at the station on screen."""
        self._stand_still()
        self.recorder.go_to(number)

    def _show_layer(self, node: str) -> None:
        self.guessing.leave()
        self.walker.show_layer(node)

    def _expect_layer(self, node: str) -> None:
        """The pointer is on a card, which may be clicked: it is made ready meanwhile."""
        self.microscopes.expect(self.walker.station_of(node) if node else -1, node)

    def forward(self) -> None:
        """One layer, unit or term forward, as chosen; behind the update the next round begins."""
        self.player.stop()
        if not self.guessing.forward():
            self.walker.forward()
        self._show_status()

    def back(self) -> None:
        """One layer, unit or term back; before the input lies the update of the round before."""
        self._stand_still()
        self.walker.back()
        self._show_status()

    def play_pause(self) -> None:
        if self.player.is_playing:
            self.player.stop()
        elif self.microscope is not None:
            self.player.by_term = self.walker.grain == "term"
            self.player.start(self.microscope)

    def _play_on(self) -> None:
        if self.guessing.play_on():
            return
        grain = self.walker.grain
        if grain == "term":
            gone = self.walker.forward()
        elif grain != "layer" and self.walker.next_unit():
            gone = True
            if self.microscope is not None:
                self.player.take(self.microscope, begin=True)
        else:
            gone = self.walker.next_station()
        if not gone:
            self.player.stop()

    def _jump_phase(self, by: int) -> None:
        self._stand_still()
        self.walker.jump_phase(by)

    def _choose_grain(self, place: int) -> None:
        """The first, second … grain that there is on screen; the finest where there are fewer."""
        offered: list[Granularity] = [grain for grain in GRANULARITIES if self.walker.nouns[grain]]
        if place < len(offered) or len(offered) > 1:
            self.transport.set_granularity(offered[min(place, len(offered) - 1)])

    def _on_granularity(self) -> None:
        self._stand_still()
        if self.walker.grain != "term":
            self.terms.end()
        self._show_status()

    def _move_example(self, by: int) -> None:
        self._stand_still()
        self._session.show_example(self._session.example_index + by)
        self._write_example()

    # ---- showing

    def _on_recorded(self) -> None:
        if (recorded := self.recorder.round) is None:
            return
        self.guessing.leave()
        fresh = self.round is None or self.round.trace.graph is not recorded.trace.graph
        if fresh:
            self.strip.set_cards(cards_of(recorded.trace))
            self.transport.timeline.set_stations(stations_of(recorded.trace))
        self.pages.setCurrentIndex(1)
        self._show_marks()
        self._write_example()
        self.walker.enter(recorded)
        self.microscopes.prepare()

    def _on_opened(self) -> None:
        """Another document: begin at its beginning."""
        self._stand_still()
        self.walker.forget()
        self.empty.show_waiting()
        self.pages.setCurrentIndex(0)

    def _on_blocked(self, reason: str) -> None:
        self._stand_still()
        self.walker.clear()
        self.empty.show_blocked(reason, self._session.document.undo_label)
        self.pages.setCurrentIndex(0)

    def _on_station(self) -> None:
        recorded, microscope = self.round, self.microscope
        if recorded is None or microscope is None:
            return
        self.explaining.follow_step(microscope)
        self.strip.set_progress(self.walker.node, reached(recorded.trace, self.index))
        self.transport.timeline.set_current(self.index)
        self._show_reach()
        if self.player.is_playing:
            self.player.by_term = self.walker.grain == "term"
            self.player.take(microscope, begin=True)
        self._show_status()

    def _show_reach(self) -> None:
        """Which way it can go on from here."""
        recorded = self.round
        if recorded is None:
            return
        at_end, number = self.walker.at_end, recorded.number
        layer = self.walker.next_in_update
        hint = f"The update of {recorded.trace.graph.node(layer).title} (→)" if layer else "One step forward (→)"
        hint = f"Next round of training, {number + 1} (→)" if at_end else hint
        at_start = self.walker.at_start and number - 1 not in self.recorder.kept
        self.transport.set_reach(at_start, at_end, hint)
        can_go_on = recorded.trace.loss is not None and not self.ahead.is_running
        self.transport.set_round(number, can_go_on=can_go_on)

    def _show_status(self) -> None:
        recorded, microscope = self.round, self.microscope
        if recorded is None or microscope is None or not microscope.has_scene:
            return
        self.transport.set_nouns(self.walker.nouns)
        phase, words = status_line(recorded, self.index, microscope)
        said = (self.guessing.words, words, status_words(self._session))
        self.transport.set_status(phase, "  ·  ".join(part for part in said if part))

    def _on_lit(self, places: Mapping[Place, str]) -> None:
        """When an explanation closes, the term that is being added is marked again."""
        if not places:
            self.terms.light_again()

    def _show_marks(self) -> None:
        """Which layers' numbers were changed by hand."""
        self.strip.set_marks(self._session.by_hand.marks())

    def _write_example(self) -> None:
        self.transport.set_example(*example_line(self._session))
