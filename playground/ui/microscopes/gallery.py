"""Which microscope shows which layer: one for each capability, the whole-network view, the update, and a fallback."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.engine.arithmetic.moves import MOVERS
from playground.layers import layer_type
from playground.ui.microscopes.area import AreaMicroscope
from playground.ui.microscopes.base import Microscope, Scene
from playground.ui.microscopes.chain import ChainMicroscope
from playground.ui.microscopes.chain_model import chain_of
from playground.ui.microscopes.circuit import CircuitMicroscope
from playground.ui.microscopes.circuit_model import circuit_of
from playground.ui.microscopes.curve import CurveMicroscope
from playground.ui.microscopes.distribution import MOST_ROWS, DistributionMicroscope
from playground.ui.microscopes.gate import GateMicroscope
from playground.ui.microscopes.input import InputMicroscope
from playground.ui.microscopes.loss import LossMicroscope
from playground.ui.microscopes.mask import MaskMicroscope
from playground.ui.microscopes.merge import MergeMicroscope
from playground.ui.microscopes.neurons import DenseMicroscope
from playground.ui.microscopes.normalisation import NormalisationMicroscope
from playground.ui.microscopes.recurrent import RecurrentMicroscope
from playground.ui.microscopes.reshape import ReshapeMicroscope
from playground.ui.microscopes.response import ResponseMicroscope
from playground.ui.microscopes.scatter import ScatterMicroscope
from playground.ui.microscopes.tensor import TensorMicroscope
from playground.ui.microscopes.update import UpdateMicroscope
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.microscopes.window_geometry import KINDS as SLIDING
from playground.ui.session import Session
from playground.ui.step.pace import Pace

if TYPE_CHECKING:
    from playground.engine.trace import Frame, Trace

Make = Callable[[Session, Pace], Microscope]

MAKERS: dict[str, Make] = {
    "chain": lambda session, _pace: ChainMicroscope(session),
    "circuit": lambda session, _pace: CircuitMicroscope(session),
    "window": WindowMicroscope,
    "area": AreaMicroscope,
    "transposed": ScatterMicroscope,
    "neurons": lambda session, _pace: DenseMicroscope(session),
    "input": lambda session, _pace: InputMicroscope(session),
    "curve": lambda session, _pace: CurveMicroscope(session),
    "loss": lambda session, _pace: LossMicroscope(session),
    "distribution": lambda session, _pace: DistributionMicroscope(session),
    "normalisation": lambda session, _pace: NormalisationMicroscope(session),
    "response": lambda session, _pace: ResponseMicroscope(session),
    "mask": lambda session, _pace: MaskMicroscope(session),
    "gate": lambda session, _pace: GateMicroscope(session),
    "merge": lambda session, _pace: MergeMicroscope(session),
    "reshape": lambda session, _pace: ReshapeMicroscope(session),
    "recurrent": lambda session, _pace: RecurrentMicroscope(session),
    "update": lambda session, _pace: UpdateMicroscope(session),
    "tensor": lambda session, _pace: TensorMicroscope(session),
}
"""By `LayerType.capability`, what is missing is shown by "tensor"; and "chain" for small dense networks,
"circuit" for graphs of gates, "update"."""


_ALSO = {"threshold": "neurons"}
"""Capabilities that another's microscope shows too: a perceptron is a neuron with a threshold behind its sum."""


class Gallery:
    """Makes each microscope when it is first needed, and keeps it."""

    def __init__(self, session: Session, pace: Pace) -> None:
        self._session, self._pace = session, pace
        self._made: dict[str, Microscope] = {}
        self._twins: dict[str, Microscope] = {}
        self._examined: tuple[Trace, str] | None = None

    def key_for(self, scene: Scene) -> str:
        """Which microscope a scene wants."""
        if whole := self._whole(scene.trace):
            return whole
        if scene.phase == "update":
            return "update"
        capability = layer_type(scene.frame.type).capability
        if scene.frame.type in MOVERS:
            return "reshape"
        if scene.frame.type in SLIDING:
            return "window"
        if scene.frame.type == "max_unpool2d":
            return "transposed"
        if scene.frame.target is not None and capability in ("distribution", "loss"):
            return "distribution" if _is_bar_chart(scene.frame) else "loss"
        capability = _ALSO.get(capability, capability)
        return capability if capability in MAKERS else "tensor"

    def _whole(self, trace: Trace) -> str:
        """The microscope that draws the network whole, or ""; worked out once for each recording."""
        if self._examined is None or self._examined[0] is not trace:
            key = "chain" if chain_of(trace) is not None else "circuit" if circuit_of(trace) is not None else ""
            self._examined = (trace, key)
        return self._examined[1]

    def get(self, key: str) -> tuple[Microscope, bool]:
        """The microscope of a key, and whether it was made just now."""
        new = key not in self._made
        if new:
            self._made[key] = MAKERS[key](self._session, self._pace)
        return self._made[key], new

    def twin(self, key: str) -> tuple[Microscope, bool]:
        """The other one of the two that take turns for a key, and whether it was made just now."""
        new = key not in self._twins
        if new:
            self._twins[key] = MAKERS[key](self._session, self._pace)
        return self._twins[key], new

    def take_turns(self, key: str) -> None:
        """What was the twin is from now on the microscope of the key, and the other way round."""
        self._made[key], self._twins[key] = self._twins[key], self._made[key]

    @property
    def made(self) -> tuple[tuple[str, Microscope], ...]:
        """All of them that exist, with their keys."""
        return (*self._made.items(), *self._twins.items())

    def take_away(self, key: str, microscope: Microscope) -> None:
        """It is no longer to be used; its twin, if there is one, takes its place."""
        pair = (self._made.pop(key), self._twins.pop(key, None))
        for other in pair:
            if other is not None and other is not microscope:
                self._made[key] = other

    def has(self, key: str) -> bool:
        """Whether the microscope of a key exists already."""
        return key in self._made

    def lacks(self, key: str, *, twin: bool = False) -> bool:
        """Whether there is something to be made yet for a key; `twin`: the second of two that take turns as well."""
        if key not in self._made:
            return True
        return twin and self._made[key].takes_turns and key not in self._twins


def _is_bar_chart(frame: Frame) -> bool:
    """Whether what a loss compares is two lists, so that bars can show them; long lists of values are shown as maps."""
    if frame.inputs[0].ndim != 2 or frame.type == "output_loss":
        return False
    return frame.type == "cross_entropy" or frame.inputs[0].shape[1] <= MOST_ROWS
