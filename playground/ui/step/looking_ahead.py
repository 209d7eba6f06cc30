"""While the user looks at one station, the next one is made ready behind it, so that stepping there is quick."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer

from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.theme import appearance
from playground.ui.widgets.number_style import number_style
from playground.ui.widgets.painted_ahead import PaintedAhead

if TYPE_CHECKING:
    from playground.ui.session import Session

_PAUSE_MS = 40
"""Whoever steps on sooner than this is not made to wait for what may not come."""
_CORNER = QRect(0, 0, 1, 1)


class LookingAhead(QObject):
    """Shows the next scene in its microscope while that is hidden, and remembers that it did.

    It is done bit by bit, and whatever the user does comes between. Nothing is done ahead where both stations share a
    microscope. While the worker thread still works for this one, the next one has to wait.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._next: Callable[[], tuple[Microscope, Scene] | None] | None = None
        self._ready: tuple[Microscope, Scene] | None = None
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        for changed in (appearance.changed, number_style.changed):
            changed.connect(self.forget)

    def forget(self) -> None:
        """What was made ready looks otherwise now."""
        self._ready = self._work = None

    def wait_for(self, following: Callable[[], tuple[Microscope, Scene] | None]) -> None:
        """Make ready what `following` gives, once the user has looked at this station for a moment."""
        self._ready, self._next, self._work = None, following, None
        self._timer.start(_PAUSE_MS)

    def has_ready(self, microscope: Microscope, scene: Scene) -> bool:
        """Whether the microscope shows this scene already; whatever it shows, it is shown now and no longer ahead."""
        ready, self._ready, self._work = self._ready, None, None
        self._timer.stop()
        return ready is not None and ready[0] is microscope and ready[1].is_same(scene)

    def _go_on(self) -> None:
        """The next bit of work."""
        if self._work is None and self._next is not None:
            if not self._session.background.is_idle:
                self._timer.start(_PAUSE_MS)
                return
            following, self._next = self._next, None
            self._work = self._make_ready(following)
        if self._work is None:
            return
        try:
            next(self._work)
        except StopIteration:
            self._work = None
        else:
            self._timer.start(0)

    def _make_ready(self, following: Callable[[], tuple[Microscope, Scene] | None]) -> Iterator[None]:
        """Show what nobody sees yet, lay it out and paint it, so that its texts and pictures are there by then."""
        found = following()
        if found is None:
            return
        microscope, scene = found
        if (stage := microscope.parentWidget()) is not None:
            microscope.resize(stage.size())
        microscope.show_scene(scene)
        self._ready = found
        yield
        microscope.grab(_CORNER)  # lays everything out
        for slow in microscope.findChildren(PaintedAhead):
            yield
            slow.paint_ahead()
        yield
        microscope.grab()
