"""Leads from a printed number to the station where it comes about, lights it up there, and opens its origin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint

from playground.ui.session import Session
from playground.ui.step.published_frame import PublishedFrame
from playground.ui.step.recorder import Recorder
from playground.ui.step.walker import Walker

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Trace
    from playground.ui.microscopes.base import Microscope
    from playground.zoo import Published

_MOST_UNITS = 48
"""So many units are looked through for the one that makes a number."""


class PublishedGuide(QObject):
    """Joins the drawer of printed numbers to Step mode. `is_explaining` says whether an origin is open just now."""

    def __init__(
        self,
        session: Session,
        walker: Walker,
        recorder: Recorder,
        frame: PublishedFrame,
        is_explaining: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._walker, self._recorder, self._frame = session, walker, recorder, frame
        self._is_explaining = is_explaining
        self._waiting: tuple[Published, QPoint] | None = None
        walker.station_shown.connect(self._on_station)
        frame.chosen.connect(self.lead_to)
        frame.pointed.connect(self._point_at)

    def _on_station(self) -> None:
        microscope = self._walker.microscope
        recorded = self._walker.round
        if microscope is None or recorded is None or not microscope.has_scene:
            return
        self._frame.follow(microscope.scene, recorded)
        self.follow_focus()
        if self._waiting is not None and not self._recorder.is_busy:
            (number, position), self._waiting = self._waiting, None
            self._arrive(number, position)

    def follow_focus(self) -> None:
        """Another number is in focus at the station."""
        microscope = self._walker.microscope
        if microscope is not None and microscope.has_scene and self._frame.has_example:
            self._frame.look_at(microscope.scene, microscope.focus_place())

    # ---- the way there

    def lead_to(self, number: Published, position: QPoint) -> None:
        """Show the example, the round and the station that a printed number belongs to; then the number."""
        recorded = self._walker.round
        if recorded is None:
            return
        if self._has_examples and number.example != self._session.example_index:
            self._waiting = (number, position)
            self._session.show_example(number.example)
            return
        wanted = number.steps + 1 if number.steps < 2 else recorded.number
        if recorded.number != wanted and not self._recorder.is_busy:
            self._waiting = (number, position)
            if self._recorder.go_to(wanted):
                return
            self._waiting = None
        self._arrive(number, position)

    @property
    def _has_examples(self) -> bool:
        """Whether the printed numbers are of several examples."""
        comparison = self._frame.comparison
        return comparison is not None and any(number.example for number in comparison.publication.numbers)

    def _arrive(self, number: Published, position: QPoint) -> None:
        from playground.engine.published import places_of, station_of
        from playground.engine.published_origin import explain_published, is_worked_out
        from playground.ui.microscopes.factor_roles import role_of_place

        recorded = self._walker.round
        if recorded is None or number.node not in recorded.trace.frames:
            self._frame.panel.say("The network on screen no longer has the layer that this number belongs to.")
            return
        (phase, node), trace = station_of(number), recorded.trace
        index = _moment(trace, phase, node)
        if index is not None:
            self._walker.show(index, node)
        if number.steps > 1:
            self._frame.panel.say(_LATER.format(number.steps))
            return
        microscope, places = self._walker.microscope, places_of(number, trace)
        if microscope is None:
            return
        if places:
            _bring_into_focus(microscope, places[0])
            microscope.light({place: role_of_place(place) for place in places})
        if is_worked_out(number):
            microscope.ask(partial(explain_published, number, trace, microscope.names), position)
        elif places:
            microscope.ask(partial(microscope.origin, places[0]), position)

    # ---- pointing

    def _point_at(self, number: Published | None) -> None:
        """Light up the places of the row under the pointer, where the microscope on screen shows them."""
        from playground.engine.published import places_of
        from playground.ui.microscopes.factor_roles import role_of_place

        recorded, microscope = self._walker.round, self._walker.microscope
        if recorded is None or microscope is None or self._is_explaining():
            return
        places = () if number is None or number.steps else places_of(number, recorded.trace)
        microscope.light({place: role_of_place(place) for place in places})


_LATER = (
    "This number was worked out here in {:,} rounds of training, without recording them. The curve of the total error "
    "shows the way there."
)


def _moment(trace: Trace, phase: str, node: str) -> int | None:
    """The station of a layer in a phase; the update's is that of all. None if this recording has no such phase."""
    for index, moment in enumerate(trace.moments):
        if moment.phase == phase and (moment.node == node or phase == "update"):
            return index
    return next((index for index, moment in enumerate(trace.moments) if moment.node == node), None)


def _bring_into_focus(microscope: Microscope, place: Place) -> None:
    """Choose the unit, and the step of the inner animation, that make the number at a place."""
    found, before = microscope.focus_place(), microscope.unit
    if found == place:
        return
    likely = [position for position in (*place.index[1:2], *place.index[:1]) if position < microscope.unit_count]
    for unit in dict.fromkeys((before, *likely, *range(min(microscope.unit_count, _MOST_UNITS)))):
        microscope.select_unit(unit)
        if _makes(microscope, place):
            return
    microscope.select_unit(_owner(microscope, place, before))


def _owner(microscope: Microscope, place: Place, before: int) -> int:
    """The unit of a number that none makes by itself: its filter, or its map; else the one as it was."""
    shape = microscope.scene.trace.frames[place.node].output.shape
    if place.kind in ("weight", "updated") and place.index:
        owner, count = place.index[0], microscope.unit_count
    elif len(place.index) > 1 and len(shape) > 1:
        owner, count = place.index[1], shape[1]
    else:
        return before
    return owner if owner < count == microscope.unit_count else before


def _makes(microscope: Microscope, place: Place) -> bool:
    """Whether the unit in focus makes the number; its animation is moved to where it does."""
    found = microscope.focus_place()
    if found is None or found == place:
        return found is not None
    frame = microscope.scene.trace.frames[place.node]
    if (found.node, found.kind, found.index[:2]) != (place.node, place.kind, place.index[:2]) or place.kind != "output":
        return False
    step = 0
    for position, extent in zip(place.index[2:], frame.output.shape[2:], strict=True):
        step = step * extent + position
    if not 0 < microscope.step_count > step:
        return False
    microscope.go_to_step(step)
    return microscope.focus_place() == place
