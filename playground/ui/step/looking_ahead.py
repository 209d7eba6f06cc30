"""While the user looks at one station or unit, the next one is made ready behind it, so that stepping is quick."""

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

_PAUSE_MS = 10
"""Whoever steps on sooner than this is not made to wait for what may not come."""
_CORNER = QRect(0, 0, 1, 1)


class Showing:
    """A scene and the microscope that shows it; `twin` is the one of its kind on screen, whose choices it makes too.

    With a `unit` the scene is the one on screen, and that other unit of it in focus.
    """

    def __init__(
        self, microscope: Microscope, scene: Scene, twin: Microscope | None = None, unit: int | None = None
    ) -> None:
        self.microscope, self.scene, self.twin, self.unit = microscope, scene, twin, unit
        self._choices = self._choices_now

    @property
    def _choices_now(self) -> tuple[object, ...]:
        if self.twin is None:
            return ()
        return self.twin.user_choices if self.unit is None else (*self.twin.user_choices, self.twin.step)

    @property
    def is_up_to_date(self) -> bool:
        """Whether the user has not chosen otherwise meanwhile."""
        return self._choices == self._choices_now

    def show(self) -> None:
        """Let the microscope show the scene."""
        if self.twin is not None:
            self.microscope.take_over(self.twin)
        if self.unit is not None:
            self.microscope.remember_apart()
        self.microscope.show_scene(self.scene)
        if self.unit is not None:
            self.microscope.select_unit(self.unit)

    def shows(self, scene: Scene, unit: int | None) -> bool:
        """Whether it looks at that recorded moment, and at that unit of it."""
        return self.scene.is_same(scene) and self.unit == unit

    def is_same(self, other: Showing) -> bool:
        """Whether both look at the same, in the same microscope."""
        return self.microscope is other.microscope and self.shows(other.scene, other.unit)


class LookingAhead(QObject):
    """Shows the next scene in its microscope while that is hidden, and remembers that it did.

    It is done bit by bit, and whatever the user does comes between. Nothing is done ahead where it would be seen. While
    the worker thread still works for this station, the next one has to wait.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._ready: Showing | None = None
        self._work: Iterator[int] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)
        for changed in (appearance.changed, number_style.changed):
            changed.connect(self.forget)

    def forget(self) -> None:
        """What was made ready looks otherwise now."""
        self._ready = self._work = None

    def wait_for(self, following: Callable[[], Showing | None]) -> None:
        """Make ready what `following` gives, once this station is on screen and nothing else is to be done."""
        self._work = self._make_ready(following)
        self._timer.start(0)

    def take(self, scene: Scene, unit: int | None = None) -> Showing | None:
        """What shows this scene (and this unit) already, if there is such; what is ready is used now, or no longer."""
        ready, self._ready, self._work = self._ready, None, None
        self._timer.stop()
        if ready is None or not ready.shows(scene, unit) or not ready.is_up_to_date:
            return None
        return ready

    def _go_on(self) -> None:
        """The next bit of work."""
        pause = None if self._work is None else next(self._work, None)
        if pause is not None:
            self._timer.start(pause)

    def _make_ready(self, following: Callable[[], Showing | None]) -> Iterator[int]:
        """Show what nobody sees yet, lay it out and paint it, so that its texts and pictures are there by then.

        Each bit of the work yields the milliseconds until the next.
        """
        yield _PAUSE_MS  # from when this station was painted on
        while not self._session.background.is_idle:
            yield _PAUSE_MS
        found = following()
        if found is None or (self._ready is not None and self._ready.is_same(found) and self._ready.is_up_to_date):
            return
        microscope = found.microscope
        if (stage := microscope.parentWidget()) is not None:
            microscope.resize(stage.size())
        self._ready = found
        found.show()
        yield 0
        for _ in range(2):  # lays everything out; what wraps has its height only then, so that the rest moves once more
            microscope.grab(_CORNER)
            yield 0
        for slow in microscope.findChildren(PaintedAhead):
            slow.paint_ahead()
            yield 0
        microscope.grab()
