"""What is recorded can be large: microscopes that are not on screen must not hold what is no longer kept."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from playground.ui.microscopes.base import Scene
from playground.ui.session import Session
from playground.ui.step.recorder import Recorder
from playground.ui.step.recording import Round
from playground.ui.step.stage import Stage
from playground.ui.step.walk import layer_of_update

_PAUSE_MS = 300


class LettingGo(QObject):
    """After each recording, once nothing else is to be done, one hidden microscope after the other gets up to date.

    It shows the same station of what was recorded now, or any that it can show; if there is none, it is taken away, and
    made anew when it is needed.
    """

    done = Signal(object)
    """The microscopes are up to date. Sent with the traces that are kept, for what else is closed and may hold one."""

    def __init__(self, session: Session, stage: Stage, recorder: Recorder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._stage, self._recorder = session, stage, recorder
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._let_go)
        recorder.changed.connect(lambda: self._timer.start(_PAUSE_MS))

    def _let_go(self) -> None:
        recorded = self._recorder.round
        if recorded is None:
            return
        if not self._session.background.is_idle:
            self._timer.start(_PAUSE_MS)
            return
        kept = [trace for _, trace in self._recorder.traces()]
        for key, microscope in self._stage.hidden():
            if microscope.has_scene and not any(microscope.scene.trace is trace for trace in kept):
                scene = self._scene_for(key, microscope.scene, recorded)
                if scene is None:
                    self._stage.take_away(key, microscope)
                else:
                    microscope.show_scene(scene)
                    microscope.leave()
                self._timer.start(0)
                return
        self.done.emit(kept)

    def _scene_for(self, key: str, shown: Scene, recorded: Round) -> Scene | None:
        """What the microscope of a key can show of this recording, if possible where it is."""
        moments = recorded.trace.moments
        here = [
            index for index, moment in enumerate(moments) if (moment.phase, moment.node) == (shown.phase, shown.node)
        ]
        for index in (*here, *range(len(moments))):
            node = moments[index].node or layer_of_update(recorded.trace, shown.node)
            scene = self._stage.scene(recorded, index, node)
            if self._stage.gallery.key_for(scene) == key:
                return scene
        return None
