"""What is known of a layer from the last time it was looked at: an edit hands all layers but one on as they were."""

from __future__ import annotations

import atexit
import weakref
from dataclasses import dataclass, field

from playground.engine.analysis import LayerReport, Problem
from playground.graph.model import Node, ParamValue
from playground.layers import LayerType, Shape, layer_type

Finding = tuple[LayerReport | None, tuple[Problem, ...]]

_MOST_INPUTS = 8
"""So many input shapes are remembered for one layer."""


@dataclass(eq=False)
class Acquaintance:
    """A layer's type, its complete settings, and what was found for the input shapes that it had so far."""

    kind: LayerType
    params: dict[str, ParamValue]
    findings: dict[tuple[Shape, ...], Finding] = field(default_factory=dict[tuple[Shape, ...], Finding])

    def keep(self, inputs: tuple[Shape, ...], finding: Finding) -> Finding:
        """Remember what was found for these inputs, and give it back."""
        if len(self.findings) >= _MOST_INPUTS:
            self.findings.clear()
        self.findings[inputs] = finding
        return finding


_met: dict[int, tuple[weakref.ref[Node], Acquaintance]] = {}
"""By the identity of the node, while it lives."""
atexit.register(_met.clear)  # else nodes that die with the program would look for what is gone already


def acquaintance(node: Node) -> Acquaintance:
    """What is known of this very node; nodes never change, an edited layer is another node.

    Raises:
        UnknownLayerType: its type is not known.
        ParamError: it has a setting that it cannot have.
    """
    address = id(node)
    met = _met.get(address)
    if met is not None and met[0]() is node:
        return met[1]
    kind = layer_type(node.type)
    found = Acquaintance(kind, kind.complete(node.params))
    _met[address] = (weakref.ref(node, lambda _: _forget(address)), found)
    return found


def _forget(address: int) -> None:
    """The node is gone; another may live at its address already."""
    met = _met.get(address)
    if met is not None and met[0]() is None:
        _met.pop(address, None)
