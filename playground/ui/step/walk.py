"""Where Step mode stands in the recorded round, and where a step leads: by layer, by unit, or by window or term."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from playground.ui.step.phases import phase_name
from playground.ui.step.timeline import Station

if TYPE_CHECKING:
    from playground.engine.trace import Moment, Trace


@dataclass(frozen=True)
class Standpoint:
    """A station that can be found again in another recording: phase and layer, and the layer chosen in the update."""

    phase: str = "forward"
    node: str | None = None
    chosen: str = ""


def stations_of(trace: Trace) -> tuple[Station, ...]:
    """The timeline's stations, by the names that the user gave the layers."""
    return tuple(Station(_label(trace, moment), phase_name(trace, moment)) for moment in trace.moments)


def _label(trace: Trace, moment: Moment) -> str:
    return "update" if moment.node is None else trace.graph.node(moment.node).title


def find(trace: Trace, standpoint: Standpoint) -> int:
    """The index of the moment that comes closest: the same layer in the same phase, else in another, else the first."""
    moments = trace.moments
    if standpoint.node is None:
        return len(moments) - 1 if standpoint.phase == moments[-1].phase == "update" else 0
    for wanted_phase in (standpoint.phase, None):
        for index, moment in enumerate(moments):
            if moment.node == standpoint.node and wanted_phase in (moment.phase, None):
                return index
    return 0


def reached(trace: Trace, index: int) -> frozenset[str]:
    """The layers that the phase has come to: what has been computed, or what its blame has reached."""
    moments = trace.moments
    phase = moments[index].phase
    if phase == "update":
        return frozenset(trace.frames)
    return frozenset(moment.node for moment in moments[: index + 1] if moment.phase == phase and moment.node)


def learning_layers(trace: Trace) -> tuple[str, ...]:
    """The layers that the update may change, in the order of computation."""
    return tuple(key for key, frame in trace.frames.items() if frame.weights)


def same_phase_moment(trace: Trace, index: int, node: str) -> int | None:
    """Where a click on a layer leads: to the layer in the present phase, else forward; None stays in the update."""
    moments = trace.moments
    phase = moments[index].phase
    if phase == "update":
        if trace.frames[node].weights:
            return None
        phase = "backward"
    for wanted in (phase, "forward"):
        for place, moment in enumerate(moments):
            if moment.phase == wanted and moment.node == node:
                return place
    return index


def layer_of_update(trace: Trace, chosen: str) -> str:
    """The layer whose weights the update shows: the one chosen, if it has any, else the first that learns."""
    learning = learning_layers(trace)
    if chosen in learning or not learning:
        return chosen if chosen in trace.frames else next(iter(trace.frames))
    return learning[0]


def beside_in_update(trace: Trace, node: str, by: int) -> str:
    """The layer whose weights come behind (1) or before (−1) those of another in the update; "" where there is none."""
    learning = learning_layers(trace)
    place = learning.index(node) + by if node in learning else -1
    return learning[place] if 0 <= place < len(learning) else ""


def loss_is_known(trace: Trace, index: int) -> bool:
    """Whether the step has come as far as the loss."""
    return any(phase_name(trace, moment) != "forward" for moment in trace.moments[: index + 1])


def phase_starts(trace: Trace) -> tuple[int, ...]:
    """The stations at which forward, loss, backward and update begin."""
    names = [phase_name(trace, moment) for moment in trace.moments]
    return tuple(index for index, name in enumerate(names) if index == 0 or name != names[index - 1])


def phase_jump(trace: Trace, index: int, by: int) -> int:
    """Where a jump by phases leads: to the beginning of the next one, or of this one, or of the one before."""
    starts = phase_starts(trace)
    if by > 0:
        return next((start for start in starts if start > index), len(trace.moments) - 1)
    return next((start for start in reversed(starts) if start < index), 0)
