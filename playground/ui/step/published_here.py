"""Which of the printed numbers belong to the station on screen, and which to the number in focus there. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playground.engine.arithmetic import Place
    from playground.engine.trace import Trace
    from playground.ui.microscopes.base import Scene
    from playground.zoo import Published


def of_station(numbers: Sequence[Published], scene: Scene, shown: int) -> tuple[Published, ...]:
    """Those of the round on screen that are worked out or used at a station; the update is one station of all.

    `shown` is the example on screen, where numbers of several are printed.
    """
    from playground.engine.published import places_of, station_of

    several = any(number.example for number in numbers)

    def belongs(number: Published) -> bool:
        if (several and number.example != shown) or number.steps != scene.training_round - 1:
            return False
        if scene.phase == "backward" and number.factor_at == scene.node:
            return True
        phase, node = station_of(number)
        if phase != scene.phase:
            return False
        if phase == "update" or node == scene.node:
            return True
        if node != number.node:
            return False
        return any(_at_home(place, scene.trace).node == scene.node for place in places_of(number, scene.trace))

    return tuple(number for number in numbers if belongs(number))


class Station:
    """The printed numbers of a station, found by where they stand."""

    def __init__(self, numbers: Sequence[Published], scene: Scene, shown: int) -> None:
        self.scene, self.shown = scene, shown
        self.numbers = of_station(numbers, scene, shown)
        self._at: dict[Place, list[Published]] = {}
        for number in self.numbers:
            for place in _own(number, scene.trace):
                self._at.setdefault(_at_home(place, scene.trace), []).append(number)

    def in_focus(self, focus: Place | None) -> tuple[Published, ...]:
        """Those that stand where the number in focus stands."""
        return () if focus is None else tuple(self._at.get(_at_home(focus, self.scene.trace), ()))


def _own(number: Published, trace: Trace) -> tuple[Place, ...]:
    """The places where a printed number itself stands: not those of what it is only a part of."""
    from playground.engine.published import places_of

    return () if number.kind in ("grad_term", "slope", "loss_term") else places_of(number, trace)


def _at_home(place: Place, trace: Trace) -> Place:
    """The gradient of an output is what the layer behind it hands back, where there is one such layer."""
    edges = trace.graph.outgoing(place.node) if place.kind == "grad_output" and place.node in trace.graph else ()
    if len(edges) != 1 or edges[0].target not in trace.frames:
        return place
    return replace(place, node=edges[0].target, kind="grad_input", port=edges[0].target_port)
