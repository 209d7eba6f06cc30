"""Networks with one problem each, that some repair mends."""

from __future__ import annotations

from dataclasses import dataclass, replace

from playground.graph.edits import add, append, connect, insert_on_edge, set_params
from playground.graph.model import Edge, Graph, Node
from playground.layers import DataSpec
from tests.engine.networks import DIGITS, TWO_VALUES, chain, given, lenet, node


@dataclass(frozen=True)
class Ill:
    """A network with one problem: what the message must say, which repairs are offered, and where it stands."""

    graph: Graph
    says: tuple[str, ...]
    repairs: tuple[str, ...]
    node: str | None
    edge: tuple[str, str] | None = None
    data: DataSpec | None = None
    warning: bool = False


def picture(*layers: Node, shape: tuple[int, ...] = (1, 28, 28)) -> Graph:
    """Layers between an input and what a classifier ends with."""
    end = (node("flat", "flatten"), node("fc", "dense"), node("loss", "cross_entropy"))
    return chain(node("input", "input", shape=shape), *layers, *end)


def unequal_add() -> Graph:
    graph = chain(
        node("input", "input", shape=(3, 8, 8)),
        node("conv1", "conv2d", out_channels=4, padding=(1, 1)),
        node("relu1", "relu"),
        node("sum", "add"),
        node("flat", "flatten"),
        node("fc", "dense"),
        node("loss", "cross_entropy"),
    )
    graph = append(graph, node("conv2", "conv2d", out_channels=6, padding=(1, 1)), "input")
    return connect(graph, Edge("conv2", "sum", 0, 1))


def two_inputs() -> Graph:
    return add(picture(), node("second", "input", shape=(5,)))


def two_losses() -> Graph:
    return append(picture(), node("second", "squared_error"), "fc")


def without(graph: Graph, source: str, target: str) -> Graph:
    return replace(graph, edges=tuple(edge for edge in graph.edges if (edge.source, edge.target) != (source, target)))


def wired_twice() -> Graph:
    graph = picture(node("relu", "relu"))
    return replace(graph, edges=(*graph.edges, Edge("input", "relu", 0, 1)))


def behind_the_loss() -> Graph:
    return append(picture(), node("after", "relu"), "loss")


CURABLE = {
    "units of the last dense layer": Ill(
        set_params(lenet(), "fc3", {"out_features": 12}),
        ("12 outputs", "MNIST digits has 10 classes"),
        ("Set units of fc3 to 10",),
        "loss",
        ("fc3", "loss"),
        DIGITS,
    ),
    "units behind an activation": Ill(
        insert_on_edge(set_params(lenet(), "fc3", {"out_features": 1}), node("act", "tanh"), Edge("fc3", "loss")),
        ("1 output,", "10 classes"),
        ("Set units of fc3 to 10",),
        "loss",
        ("act", "loss"),
        DIGITS,
    ),
    "number of target values": Ill(
        chain(node("x", "input", shape=(2,)), node("fc", "dense", out_features=3), node("loss", "squared_error")),
        ("3 outputs", "Two values has 2 target values"),
        ("Set units of fc to 2",),
        "loss",
        ("fc", "loss"),
        TWO_VALUES,
    ),
    "missing flatten before dense": Ill(
        chain(node("x", "input"), node("fc", "dense"), node("loss", "cross_entropy")),
        ("Dense takes a plain list", "x gives a picture 1×28×28"),
        ("Put a Flatten in between",),
        "fc",
        ("x", "fc"),
    ),
    "missing flatten before loss": Ill(
        chain(node("x", "input", shape=(1, 1, 10)), node("loss", "cross_entropy")),
        ("Cross-entropy takes a plain list", "x gives a picture 1×1×10"),
        ("Put a Flatten in between",),
        "loss",
        ("x", "loss"),
    ),
    "convolution after flatten": Ill(
        chain(
            node("x", "input"),
            node("flat", "flatten"),
            node("conv", "conv2d"),
            node("gap", "global_avg_pool2d"),
            node("loss", "cross_entropy"),
        ),
        ("Conv 2D works on a picture", "flat gives a list of 784 numbers"),
        ("Take flat out", "Put a Reshape to 1×28×28 in between"),
        "conv",
        ("flat", "conv"),
    ),
    "kernel too large": Ill(
        picture(node("conv", "conv2d", kernel_size=(9, 3)), shape=(1, 5, 5)),
        ("The 9×3 window is larger", "input gives 5×5 pixels"),
        ("Set kernel to 5×3",),
        "conv",
        ("input", "conv"),
    ),
    "kernel too large for the padded picture": Ill(
        picture(node("conv", "conv2d", kernel_size=(9, 9), padding=(1, 1)), shape=(1, 5, 5)),
        ("The 9×9 window", "input gives 5×5 with its padding 7×7"),
        ("Set kernel to 7×7",),
        "conv",
        ("input", "conv"),
    ),
    "kernel too large by dilation": Ill(
        picture(node("conv", "conv2d", kernel_size=(3, 3), dilation=(4, 4)), shape=(1, 6, 6)),
        ("The 3×3 window (spread by dilation to 9×9)", "input gives 6×6 pixels"),
        ("Set kernel to 2×2",),
        "conv",
        ("input", "conv"),
    ),
    "pooling window too large": Ill(
        picture(node("pool", "avg_pool2d", kernel_size=(8, 8)), shape=(1, 5, 5)),
        ("The 8×8 window", "input gives 5×5 pixels"),
        ("Set kernel to 5×5",),
        "pool",
        ("input", "pool"),
    ),
    "padding too large": Ill(
        picture(node("pool", "max_pool2d", kernel_size=(2, 3), padding=(2, 1))),
        ("at most half the window: 1×1 for a 2×3 window", "not 2×1"),
        ("Set padding to 1×1",),
        "pool",
    ),
    "unequal channels into add": Ill(
        unequal_add(),
        ("relu1 gives a picture 4×8×8", "conv2 gives a picture 6×8×8"),
        (
            "Set filters of conv2 to 4",
            "Set filters of conv1 to 6",
            "Put a 1×1 convolution (projection) into the wire from conv2",
            "Put a 1×1 convolution (projection) into the wire from relu1",
        ),
        "sum",
        ("conv2", "sum"),
    ),
    "groups that do not divide": Ill(
        picture(node("conv", "conv2d", out_channels=8, groups=5), shape=(6, 9, 9)),
        ("5 groups do not divide 6 input channels and 8 filters",),
        ("Set groups to 2",),
        "conv",
    ),
    "input unlike the data": Ill(
        set_params(lenet(), "input", {"shape": (3, 28, 28)}),
        ("input expects 3×28×28", "one example of MNIST digits is 1×28×28"),
        ("Set the input to 1×28×28",),
        "input",
        None,
        DIGITS,
    ),
    "two inputs": Ill(two_inputs(), ("one input", "input and second"), ("Remove second",), "second"),
    "two losses": Ill(
        two_losses(),
        ("one main loss", "loss and second"),
        ("Make second auxiliary (weight 0.3)", "Remove second"),
        "second",
    ),
    "no loss": Ill(
        chain(node("x", "input", shape=(4,)), node("fc", "dense")),
        ("no loss yet",),
        ("Add Cross-entropy after fc",),
        None,
        warning=True,
    ),
    "no loss where values are to be predicted": Ill(
        chain(node("x", "input", shape=(2,)), node("fc", "dense", out_features=2)),
        ("no loss yet",),
        ("Add Squared error after fc",),
        None,
        None,
        TWO_VALUES,
        warning=True,
    ),
    "softmax before cross-entropy": Ill(
        insert_on_edge(lenet(), node("soft", "softmax"), Edge("fc3", "loss")),
        ("applies softmax itself",),
        ("Take soft out",),
        "loss",
        ("soft", "loss"),
        DIGITS,
        warning=True,
    ),
    "values compared by cross-entropy": Ill(
        chain(node("x", "input", shape=(2,)), node("fc", "dense", out_features=2), node("loss", "cross_entropy")),
        ("compares with a class", "Two values has values to predict"),
        ("Use Squared error instead",),
        "loss",
        None,
        TWO_VALUES,
    ),
    "given weights of the wrong shape": Ill(
        chain(
            node("x", "input", shape=(2,)),
            given("fc", "dense", {"weight": ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0))}, out_features=2),
            node("loss", "cross_entropy"),
        ),
        ("weight of fc have shape (2, 3)", "needs shape (2, 2)"),
        ("Draw them at random instead",),
        "fc",
    ),
    "given weights in rows of different lengths": Ill(
        chain(
            node("x", "input", shape=(2,)),
            given("fc", "dense", {"weight": ((1.0, 2.0), (3.0,))}, out_features=2),
            node("loss", "cross_entropy"),
        ),
        ("rows of different lengths", "needs shape (2, 2)"),
        ("Draw them at random instead",),
        "fc",
    ),
    "given values for a parameter that does not exist": Ill(
        chain(
            node("x", "input", shape=(2,)),
            given("fc", "dense", {"bias": (1.0, 2.0)}, out_features=2, bias=False),
            node("loss", "cross_entropy"),
        ),
        ("bias of fc have shape (2,)", "has nothing called bias"),
        ("Draw them at random instead",),
        "fc",
    ),
    "one wire too many": Ill(
        wired_twice(),
        ("relu takes one input, but 2 wires end there",),
        ("Remove the wire from input",),
        "relu",
        ("input", "relu"),
    ),
}
