"""Graphs of single gates from Stanford's cs231n notes, with every number that their figures print."""

from __future__ import annotations

from collections.abc import Mapping

from playground.graph.circuit import DESCENT, circuit, given_data
from playground.graph.expression import read
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._spec import ZooNetwork, register_worked

SOURCE = "Stanford cs231n, Backpropagation, Intuitions (notes on optimization 2), 2016"

NEURON = "dot = w0*x0 + w1*x1 + w2; f = 1 / (1 + exp(-dot))"
NEURON_VALUES = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
SIMPLE = "q = x + y; f = q * z"
SIMPLE_VALUES = {"x": -2.0, "y": 5.0, "z": -4.0}
PATTERNS = "f = 2 * (x*y + max(z, w))"
PATTERN_VALUES = {"x": 3.0, "y": -4.0, "z": 2.0, "w": -1.0}


def neuron() -> Graph:
    """A neuron of two inputs, its sigmoid taken apart: one gate for each operation."""
    return circuit(read(NEURON), NEURON_VALUES, ("w0", "w1", "w2"))


def simple() -> Graph:
    """One sum and one product."""
    return circuit(read(SIMPLE), SIMPLE_VALUES, ())


def patterns() -> Graph:
    """An add, a multiply and a max gate beside each other."""
    return circuit(read(PATTERNS), PATTERN_VALUES, ())


_REMARKS = {
    "negate1": "exp(−1) times the printed −0.53 is −0.19. The −0.20 comes from unrounded numbers: 0.3679 · −0.5344.",
    "x1": "−3 times the printed 0.20 is −0.60. The −0.59 comes from the unrounded 0.1966.",
}
"""Where a printed number follows from unrounded ones only."""


def _wires(printed: Mapping[str, tuple[str, str, str]]) -> tuple[Published, ...]:
    """Name, value and gradient of each wire, by the layer it comes from; first all values, then all gradients back."""
    values = [Published(name, value, node, "output", (0,)) for node, (name, value, _) in printed.items()]
    back = [
        Published(
            f"∂f/∂{name}" if len(name) < 5 and "·" not in name else f"∂f/∂({name})",
            gradient,
            node,
            "grad_output",
            (0,),
            remark=_REMARKS.get(node, ""),
        )
        for node, (name, _, gradient) in reversed(list(printed.items()))
    ]
    return (*values, *back)


NEURON_PUBLISHED = _wires(
    {
        "w0": ("w0", "2.00", "-0.20"),
        "x0": ("x0", "-1.00", "0.39"),
        "w1": ("w1", "-3.00", "-0.39"),
        "x1": ("x1", "-2.00", "-0.59"),
        "w2": ("w2", "-3.00", "0.20"),
        "multiply1": ("w0·x0", "-2.00", "0.20"),
        "multiply2": ("w1·x1", "6.00", "0.20"),
        "add1": ("their sum", "4.00", "0.20"),
        "dot": ("dot", "1.00", "0.20"),
        "negate1": ("−dot", "-1.00", "-0.20"),
        "exp1": ("exp(−dot)", "0.37", "-0.53"),
        "shift1": ("1 + exp(−dot)", "1.37", "-0.53"),
        "f": ("f", "0.73", "1.00"),
    }
)
SIMPLE_PUBLISHED = _wires(
    {
        "x": ("x", "-2", "-4"),
        "y": ("y", "5", "-4"),
        "z": ("z", "-4", "3"),
        "q": ("q", "3", "-4"),
        "f": ("f", "-12", "1"),
    }
)
PATTERNS_PUBLISHED = _wires(
    {
        "x": ("x", "3.00", "-8.00"),
        "y": ("y", "-4.00", "6.00"),
        "z": ("z", "2.00", "2.00"),
        "w": ("w", "-1.00", "0.00"),
        "multiply1": ("x·y", "-12.00", "2.00"),
        "maximum1": ("max(z, w)", "2.00", "2.00"),
        "add1": ("their sum", "-10.00", "2.00"),
        "f": ("f", "-20.00", "1.00"),
    }
)
PUBLISHED = {
    "cs231n-neuron": NEURON_PUBLISHED,
    "cs231n-simple": SIMPLE_PUBLISHED,
    "cs231n-patterns": PATTERNS_PUBLISHED,
}
"""The numbers on the wires of the figures, by the key of the example: above the wire the value, below the gradient."""

_NOTES = "Stanford cs231n, notes on optimization 2"
_PUBLICATIONS = {
    "cs231n-neuron": Publication(
        f"{_NOTES}; lecture on deep learning and tools, p. 32–45",
        NEURON_PUBLISHED,
        "Above each wire of the figure stands its value, below it its gradient, both rounded to two places.",
    ),
    "cs231n-simple": Publication(_NOTES, SIMPLE_PUBLISHED),
    "cs231n-patterns": Publication(
        f"{_NOTES}; lecture on deep learning and tools, p. 46–49",
        PATTERNS_PUBLISHED,
        "The add gate hands its gradient to both inputs alike, the multiply gate swaps its inputs, the max gate sends "
        "all to the larger one.",
    ),
}

CS231N_SIMPLE = register_worked(
    ZooNetwork(
        key="cs231n-simple",
        title="cs231n (x + y) z",
        year=2016,
        idea="The smallest graph with a chain rule in it: one sum, one product. Every gate knows its own slope only, "
        "and yet the blame arrives at x, y and z.",
        source=SOURCE,
        published="f = −12 for x = −2, y = 5, z = −4; gradients −4, −4 and 3.",
        build=simple,
        data_settings=given_data((-2, 5, -4)),
        training=DESCENT,
        publication=_PUBLICATIONS["cs231n-simple"],
    )
)
CS231N_NEURON = register_worked(
    ZooNetwork(
        key="cs231n-neuron",
        title="cs231n sigmoid neuron",
        year=2016,
        idea="A neuron taken apart into its gates, with a value above each wire and a gradient below it. "
        "Step through it and each gate hands back its own slope times what arrives.",
        source=SOURCE,
        published="f = 0.73 for w = (2, −3, −3), x = (−1, −2); gradients −0.20, −0.39, 0.20 and 0.39, −0.59.",
        build=neuron,
        data_settings=given_data((-1, -2)),
        training=DESCENT,
        counted_parameters=3,
        publication=_PUBLICATIONS["cs231n-neuron"],
    )
)
CS231N_PATTERNS = register_worked(
    ZooNetwork(
        key="cs231n-patterns",
        title="cs231n backward patterns",
        year=2016,
        idea="An add, a multiply and a max gate side by side. Backwards the first distributes, the second switches and "
        "the third routes.",
        source=SOURCE,
        published="f = −20 for x = 3, y = −4, z = 2, w = −1; gradients −8, 6, 2 and 0.",
        build=patterns,
        data_settings=given_data((3, -4, 2, -1)),
        training=DESCENT,
        publication=_PUBLICATIONS["cs231n-patterns"],
    )
)
