"""Threshold units as gates of logic: one is enough for AND and OR, none for XOR, two layers for anything."""

from __future__ import annotations

from functools import partial

from playground.graph.circuit import given_examples
from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register_worked

CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))
TRUTH = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "XOR": (0, 1, 1, 0)}

_RULE = "lecture on deep learning and tools, p. 8"
_SOURCE = "McCulloch and Pitts 1943; Rosenblatt 1958; rule printed in the lecture on deep learning and tools"
_ONE_BY_ONE = TrainingSettings(optimizer="sgd", learning_rate=0.1, momentum=0.0, batch_size=1, epochs=20)


def unit(weights: tuple[float, float], bias: float) -> Graph:
    """One threshold unit of two inputs: its weighted sum, and the step that fires above 0."""
    net = Sketch((2,))
    net.add("dense", "sum", initial={"weight": (weights,), "bias": (bias,)}, out_features=1)
    net.add("step", "unit")
    net.add("squared_error", "loss")
    return net.graph()


def two_layers() -> Graph:
    """OR and AND side by side, and a unit that fires for “OR but not AND”."""
    net = Sketch((2,))
    hidden = {"weight": ((1.0, 1.0), (1.0, 1.0)), "bias": (-0.5, -1.5)}
    net.add("dense", "sums", initial=hidden, out_features=2)
    net.add("step", "hidden")
    net.add("dense", "sum", initial={"weight": ((1.0, -1.0),), "bias": (-0.5,)}, out_features=1)
    net.add("step", "unit")
    net.add("squared_error", "loss")
    return net.graph()


def _data(gate: str) -> DataSettings:
    return given_examples(CORNERS, [(float(answer),) for answer in TRUTH[gate]])


def _table(gate: str, wrong: int = -1, note: str = "") -> tuple[Published, ...]:
    """The four lines of the truth table; one may be beyond the network."""
    return tuple(
        Published(
            f"{x[0]:g} {gate} {x[1]:g}", str(answer), "unit", "output", (0,), example=k, note=note if k == wrong else ""
        )
        for k, (x, answer) in enumerate(zip(CORNERS, TRUTH[gate], strict=True))
    )


def _publication(numbers: tuple[Published, ...], remark: str) -> Publication:
    return Publication(_RULE, numbers, remark, heading="Truth table beside live", theirs="truth")


def _hidden() -> tuple[Published, ...]:
    """What the two hidden units have to say to each corner."""
    return tuple(
        Published(f"OR and AND of {x[0]:g}, {x[1]:g}", f"{either} {both}", "hidden", "output", example=k)
        for k, (x, either, both) in enumerate(zip(CORNERS, TRUTH["OR"], TRUTH["AND"], strict=True))
    )


_RULE_OF_ALL = "The lecture prints the rule, 1 if Σ w·x + b > 0 and else 0; weights and bias are our own."

_NEVER = (
    "No weights help: 0 for (0, 0) needs b ≤ 0; 1 for (1, 0) and for (0, 1) needs w₁ + b > 0 and w₂ + b > 0, together "
    "w₁ + w₂ + 2b > 0. Then w₁ + w₂ + b > −b ≥ 0, and (1, 1) gets 1 as well."
)

AND = register_worked(
    ZooNetwork(
        key="perceptron-and",
        title="Perceptron as AND",
        year=1943,
        idea="One threshold unit that fires only if both inputs are 1: it takes 1.5 to get over the threshold. Look at "
        "all four examples, and move the bias to see where it stops being AND.",
        source=_SOURCE,
        published="0, 0, 0, 1 for the four corners.",
        build=partial(unit, (1.0, 1.0), -1.5),
        data_settings=_data("AND"),
        training=_ONE_BY_ONE,
        counted_parameters=3,
        counted_multiply_adds=2,
        publication=_publication(_table("AND"), _RULE_OF_ALL),
    )
)
OR = register_worked(
    ZooNetwork(
        key="perceptron-or",
        title="Perceptron as OR",
        year=1943,
        idea="The same unit with a lower threshold: one input is enough to get over 0.5. AND and OR differ in the bias "
        "alone.",
        source=_SOURCE,
        published="0, 1, 1, 1 for the four corners.",
        build=partial(unit, (1.0, 1.0), -0.5),
        data_settings=_data("OR"),
        training=_ONE_BY_ONE,
        counted_parameters=3,
        counted_multiply_adds=2,
        publication=_publication(_table("OR"), _RULE_OF_ALL),
    )
)
XOR_ONE = register_worked(
    ZooNetwork(
        key="perceptron-xor",
        title="Perceptron fails at XOR",
        year=1969,
        idea="One unit draws one line, and no line parts the corners of XOR: three of four is the best it can do. "
        "Train it as long as you like, and some corner stays wrong.",
        source="Minsky and Papert 1969, Perceptrons",
        published="0, 1, 1, 0 for the four corners, which no single unit gives.",
        build=partial(unit, (1.0, 1.0), -0.5),
        data_settings=_data("XOR"),
        training=_ONE_BY_ONE,
        counted_parameters=3,
        counted_multiply_adds=2,
        publication=_publication(_table("XOR", wrong=3, note=_NEVER), _RULE_OF_ALL),
    )
)
XOR_TWO = register_worked(
    ZooNetwork(
        key="xor-two-layers",
        title="XOR by two layers",
        year=1962,
        idea="Two hidden units answer OR and AND; a third fires if the first did and the second did not. Two lines and "
        "one vote part what no line can: the idea of MADALINE.",
        source="Widrow 1962, Generalization and information storage in networks of Adaline neurons",
        published="0, 1, 1, 0 for the four corners.",
        build=two_layers,
        data_settings=_data("XOR"),
        training=_ONE_BY_ONE,
        counted_parameters=9,
        counted_multiply_adds=6,
        publication=_publication((*_hidden(), *_table("XOR")), _RULE_OF_ALL),
    )
)
