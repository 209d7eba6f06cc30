"""While the user looks at one station, the next one is made ready behind it, so that stepping there is quick."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.theme import appearance
from playground.ui.widgets.number_style import number_style
from playground.ui.widgets.painted_ahead import PaintedAhead

if TYPE_CHECKING:
    from playground.ui.session import Session

_PAUSE_MS = 150
"""Whoever steps on sooner than this is not made to wait for what may not come."""


class LookingAhead(QObject):
    """Shows the next scene in its microscope while that is hidden, and remembers that it did.

    Nothing is done ahead where both stations share a microscope. While the worker thread still works for this one, the
    next one has to wait.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._next: Callable[[], tuple[Microscope, Scene] | None] | None = None
        self._ready: tuple[Microscope, Scene] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._make_ready)
        for changed in (appearance.changed, number_style.changed):
            changed.connect(self.forget)

    def forget(self) -> None:
        """What was made ready looks otherwise now."""
        self._ready = None

    def wait_for(self, following: Callable[[], tuple[Microscope, Scene] | None]) -> None:
        """Make ready what `following` gives, once the user has looked at this station for a moment."""
        self._ready, self._next = None, following
        self._timer.start()

    def has_ready(self, microscope: Microscope, scene: Scene) -> bool:
        """Whether the microscope shows this scene already; whatever it shows, it is shown now and no longer ahead."""
        ready, self._ready = self._ready, None
        self._timer.stop()
        return ready is not None and ready[0] is microscope and ready[1].is_same(scene)

    def _make_ready(self) -> None:
        if self._next is None:
            return
        if not self._session.background.is_idle:
            self._timer.start()
            return
        found = self._next()
        if found is not None:
            microscope, scene = found
            if (stage := microscope.parentWidget()) is not None:
                microscope.resize(stage.size())
            microscope.show_scene(scene)
            self._ready = found
            QTimer.singleShot(0, self, self._paint)

    def _paint(self) -> None:
        """Lay out and paint what nobody sees yet, so that its texts and pictures are kept for when it is seen."""
        if self._ready is not None:
            self._ready[0].grab()
            for slow in self._ready[0].findChildren(PaintedAhead):
                slow.paint_ahead()
