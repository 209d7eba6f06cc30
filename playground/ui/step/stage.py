"""The microscopes of Step mode, of which one is on screen: the one that the moment wants."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.ui.microscopes.base import Microscope, Scene, no_rounds
from playground.ui.microscopes.gallery import Gallery
from playground.ui.session import Session
from playground.ui.step.looking_ahead import LookingAhead, Showing
from playground.ui.step.walk import layer_of_update

if TYPE_CHECKING:
    from playground.engine.trace import Trace
    from playground.ui.step.pace import Pace
    from playground.ui.step.recording import Round


class Stage(QStackedWidget):
    """Makes each microscope when it is first needed, and shows moments of recorded rounds in them."""

    explain_requested = Signal(object, QPoint)
    """(function that gives the Explanation, global position): a number was asked where it comes from."""
    gates_requested = Signal()
    """The number in focus is to be opened into its gates."""
    focus_changed = Signal()
    """Another unit, another place of the inner animation, or another status of the microscope on screen."""

    def __init__(self, session: Session, pace: Pace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.gallery = Gallery(session, pace)
        self.microscope: Microscope | None = None
        self.rounds: Callable[[], tuple[tuple[int, Trace], ...]] = no_rounds
        """Gives the rounds that are kept; set by the one that keeps them."""
        self.draws_whole = False
        """Whether the microscope on screen draws the whole network."""
        self._keeps_secrets = False
        self._shown: tuple[Round, int, str] | None = None
        self._beyond: tuple[int, str, int | None] = (-1, "", None)
        self._ahead = LookingAhead(session, self)
        self._preparing = QTimer(self)
        self._preparing.setSingleShot(True)
        self._preparing.setInterval(0)
        self._preparing.timeout.connect(self._prepare)

    def minimumSizeHint(self) -> QSize:
        """What does not fit is for the microscope to arrange; the window does not grow for it."""
        return QSize(400, 200)

    def keep_secrets(self, on: bool) -> None:
        """While the user guesses, microscopes show nothing that only later stations work out."""
        self._keeps_secrets = on
        if self.microscope is not None:
            self.microscope.keep_secrets(on)

    def forget(self) -> None:
        """Nothing is on screen: another document, or a network that cannot run."""
        self.microscope = None
        self._shown = None
        self._ahead.forget()

    def scene(self, recorded: Round, index: int, node: str) -> Scene:
        """What a microscope needs to know to show a station."""
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
            rounds=self.rounds,
        )

    def show_moment(self, recorded: Round, index: int, node: str) -> Microscope:
        """Bring a station on screen."""
        scene = self.scene(recorded, index, node)
        key = self.gallery.key_for(scene)
        self.draws_whole = key in ("chain", "circuit")
        if self.microscope is not None and not _is_at_station(self.microscope, scene):
            self.microscope.light({})  # what was marked, was marked for the station that is left
            self.microscope.leave()
        ready = self._ahead.take(scene)
        if ready is not None and ready.twin is not None:
            self.gallery.take_turns(key)
        microscope = self.microscope = self._open(key)
        self._shown = (recorded, index, node)
        microscope.keep_secrets(self._keeps_secrets)
        if ready is None:
            microscope.show_scene(scene)
        self._bring_up(microscope)
        return microscope

    def show_unit(self, unit: int) -> None:
        """Bring another unit of the station on screen into focus."""
        left = self.microscope
        assert left is not None
        ready = self._ahead.take(left.scene, unit)
        if ready is None:
            left.select_unit(unit)
            return
        left.light({})
        left.leave()
        self.gallery.take_turns(self.gallery.key_for(left.scene))
        self.microscope = ready.microscope
        left.take_over(ready.microscope)  # they remember together again
        ready.microscope.keep_secrets(self._keeps_secrets)
        self._bring_up(ready.microscope)
        self.focus_changed.emit()

    def go_on_with(self, index: int, node: str = "", unit: int | None = None) -> None:
        """What a step further brings: another station (in the update with the weights of `node`), or another unit."""
        self._beyond = index, node, unit
        self.expect()

    def expect(self, index: int = -1, node: str = "") -> None:
        """The user may go to that station soon, in the update to the weights of `node`; by default a step further."""
        if self._shown is None:
            return
        recorded = self._shown[0]
        wanted, of_node, unit = self._beyond if index < 0 else (index, node, None)
        if unit is not None:
            self._ahead.wait_for(lambda: self._unit_beside(unit))
        else:
            self._ahead.wait_for(lambda: self._following(recorded, wanted, of_node))

    def _unit_beside(self, unit: int) -> Showing | None:
        """How another unit of the station on screen is shown, if that takes turns, and its animation has ended."""
        microscope = self.microscope
        if microscope is None or not microscope.takes_turns or self._keeps_secrets:
            return None
        if microscope.filled < microscope.step_count:
            return None
        scene = microscope.scene
        twin = self._open(self.gallery.key_for(scene), twin=True)
        twin.keep_secrets(False)
        return Showing(twin, scene, microscope, unit)

    def _beside(self, key: str, scene: Scene) -> Showing:
        """What can show a scene ahead: where that is on screen with another station, and takes turns, its twin."""
        microscope = self._open(key)
        if microscope is not self.microscope or not microscope.takes_turns or _is_at_station(microscope, scene):
            return Showing(microscope, scene)
        return Showing(self._open(key, twin=True), scene, microscope)

    def _following(self, recorded: Round, index: int, chosen: str) -> Showing | None:
        """How the station that may come next is shown, if that is in another microscope than the one on screen."""
        moments = recorded.trace.moments
        if self._shown is None or self._shown[0] is not recorded or self._keeps_secrets:
            return None
        if not 0 <= index < len(moments):
            return None
        node = moments[index].node or layer_of_update(recorded.trace, chosen or self._shown[2])
        scene = self.scene(recorded, index, node)
        showing = self._beside(self.gallery.key_for(scene), scene)
        if showing.microscope is self.microscope:
            return None
        showing.microscope.keep_secrets(False)
        return showing

    def _bring_up(self, microscope: Microscope) -> None:
        """Show it. A keyboard that was within the last one comes to the stage.

        Qt would hand it to the first button or picture of this one, which would then take the keys that step and play.
        """
        last, keyboard = self.currentWidget(), self.window().focusWidget()
        if last is not None and last is not microscope and (last is keyboard or last.isAncestorOf(keyboard)):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setCurrentWidget(microscope)

    def hidden(self) -> tuple[tuple[str, Microscope], ...]:
        """The microscopes that are not on screen, with their keys."""
        return tuple((key, made) for key, made in self.gallery.made if made is not self.microscope)

    def take_away(self, key: str, microscope: Microscope) -> None:
        """A microscope that has nothing to show; it is made anew when it is needed."""
        self.gallery.take_away(key, microscope)
        self.removeWidget(microscope)
        microscope.deleteLater()

    def prepare(self) -> None:
        """Make the microscopes that the network will need, one at a time, while nobody waits for them."""
        self._preparing.start()

    def _prepare(self) -> None:
        if self._shown is None:
            return
        recorded, _, chosen = self._shown
        before = ""
        for index, moment in enumerate(recorded.trace.moments):
            node = moment.node or layer_of_update(recorded.trace, chosen)
            key = self.gallery.key_for(self.scene(recorded, index, node))
            if self.gallery.lacks(key, twin=key == before):
                self._open(key, twin=self.gallery.has(key))
                self._preparing.start()
                return
            before = key

    def _open(self, key: str, *, twin: bool = False) -> Microscope:
        microscope, is_new = self.gallery.twin(key) if twin else self.gallery.get(key)
        if is_new:
            self.addWidget(microscope)
            microscope.explain_requested.connect(self.explain_requested)
            microscope.gates_button.clicked.connect(self.gates_requested)
            for changed in (microscope.unit_changed, microscope.step_changed, microscope.status_changed):
                changed.connect(partial(self._on_focus, microscope))
        return microscope

    def _on_focus(self, microscope: Microscope, *_: object) -> None:
        if microscope is self.microscope:
            self.focus_changed.emit()


def _is_at_station(microscope: Microscope, scene: Scene) -> bool:
    """Whether it shows this layer in this phase, be it as it was recorded before."""
    shown = microscope.scene
    return (shown.node, shown.phase) == (scene.node, scene.phase)
