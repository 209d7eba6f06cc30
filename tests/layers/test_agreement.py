"""Inputs that do not fit together: each repair that is offered leaves a network without that problem."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from playground.engine.shapes import Problem, analyse
from playground.graph.edits import add, append, connect
from playground.graph.model import Block, Edge, Graph
from playground.layers import Shape
from playground.layers._broadcast import joint_shape
from tests.engine.networks import node

JOINS = ("add", "multiply", "maximum", "average", "concat")


def meeting(join: str, *shapes: Shape) -> Graph:
    """Constants of these shapes, joined."""
    graph = add(Graph(), node("x", "input", shape=(1,)))
    graph = add(graph, node("join", join))
    for port, shape in enumerate(shapes):
        graph = add(graph, node(f"part{port}", "parameter", shape=shape))
        graph = connect(graph, Edge(f"part{port}", "join", 0, port))
    return graph


def residual(stride: int = 1, filters: int = 4) -> Graph:
    """A picture that a convolution changes, and a wire past it."""
    graph = add(Graph(), node("x", "input", shape=(3, 8, 8)))
    graph = append(graph, node("stem", "conv2d", out_channels=4, kernel_size=(3, 3), padding=(1, 1)), "x")
    body = node("body", "conv2d", out_channels=filters, kernel_size=(3, 3), padding=(1, 1), stride=(stride, stride))
    graph = append(append(graph, body, "stem"), node("join", "add"), "body")
    return connect(graph, Edge("stem", "join", 0, 1))


def trouble(graph: Graph) -> Problem | None:
    """What is wrong with the join."""
    return next((problem for problem in analyse(graph).problems if problem.node == "join"), None)


def labels(graph: Graph) -> list[str]:
    problem = trouble(graph)
    assert problem is not None
    return [repair.label for repair in problem.repairs]


def assert_every_repair_mends(graph: Graph) -> None:
    problem = trouble(graph)
    assert problem is not None
    assert problem.repairs, problem.message
    for repair in problem.repairs:
        mended = analyse(repair.apply(graph))
        assert "join" in mended.layers, (repair.label, problem.message, [p.message for p in mended.problems])
        assert not mended.errors, repair.label


@pytest.mark.parametrize(
    ("graph", "offered"),
    [
        (
            residual(filters=6),
            [
                "Set filters of stem to 6",
                "Set filters of body to 4",
                "Put a 1×1 convolution (projection) into the wire from stem",
                "Put a 1×1 convolution (projection) into the wire from body",
            ],
        ),
        (
            residual(stride=2, filters=6),
            ["Put a 1×1 convolution with stride 2 (projection) into the wire from stem"],
        ),
        (
            residual(stride=2),
            [
                "Put a 1×1 convolution with stride 2 (projection) into the wire from stem",
                "Crop stem to 4×4",
            ],
        ),
        (
            residual(stride=3, filters=6),
            ["Put a 1×1 convolution with stride 3 (projection) into the wire from stem"],
        ),
    ],
)
def test_a_residual_connection_that_does_not_fit(graph: Graph, offered: list[str]) -> None:
    assert sorted(labels(graph)) == sorted(offered)
    kinds = [("Set", "Put", "Crop").index(label.split()[0]) for label in labels(graph)]
    assert kinds == sorted(kinds), "widths first, then projections, then crops"
    assert_every_repair_mends(graph)


def test_the_projection_is_offered_in_the_wire_past_the_layers_first() -> None:
    projections = [label for label in labels(residual(filters=6)) if label.startswith("Put")]
    assert projections[0].endswith("the wire from stem")


@pytest.mark.parametrize(
    ("join", "shapes", "offered"),
    [
        ("add", ((3, 9, 7), (3, 5, 7)), ["Crop part0 to 5×7"]),
        ("add", ((3, 9, 5), (3, 5, 9)), ["Crop part0 and part1 to 5×5"]),
        ("multiply", ((2, 3, 3), (18,)), ["dense layer of 2 units", "Reshape to 2×3×3 into the wire from part1"]),
        ("add", ((4,), (6,)), ["Set size of part1 to 4", "dense layer of 4 units", "dense layer of 6 units"]),
        ("add", ((3, 5, 5), (4, 8, 9)), ["by a 1×1 convolution and a crop"]),
        ("maximum", ((2, 9), (3, 9), (3, 9)), ["Put a convolution of width 1 (projection) into the wire from part0"]),
        ("add", ((2, 9), (3, 8)), ["a convolution that gives 2×9"]),
        ("add", ((2, 9), (3, 8, 8)), ["a Flatten and a dense layer of 3 units into the wire from part0"]),
        ("concat", ((2, 9, 7), (3, 8, 8)), ["Crop part0 and part1 to 8×7", "Pad part0 and part1 with zeros to 9×8"]),
        ("concat", ((2, 9), (3, 8)), ["Average part0 down to length 8"]),
        ("concat", ((2, 9), (3, 8, 8), (5,)), ["Put a Flatten into the wires from part0 and part1"]),
        ("concat", ((2, 3, 4, 5), (2, 3, 4, 6)), ["Put a Flatten into the wires from part0 and part1"]),
    ],
)
def test_what_is_offered_and_that_it_helps(join: str, shapes: tuple[Shape, ...], offered: Sequence[str]) -> None:
    graph = meeting(join, *shapes)
    found = labels(graph)
    for text in offered:
        assert any(text in label for label in found), found
    assert_every_repair_mends(graph)


@pytest.mark.parametrize("join", JOINS)
@pytest.mark.parametrize("seed", range(40))
def test_of_any_shapes_that_do_not_fit_every_repair_mends(join: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    same = rng.integers(1, 5) if rng.random() < 0.5 else 0
    shapes = tuple(
        tuple(int(extent) for extent in rng.integers(1, 9, same or rng.integers(1, 5)))
        for _ in range(rng.integers(2, 5))
    )
    graph = meeting(join, *shapes)
    if "join" in analyse(graph).layers:
        fits = len({shape[1:] for shape in shapes}) == 1 if join == "concat" else joint_shape(shapes) is not None
        assert fits
    else:
        assert_every_repair_mends(graph)


def test_a_layer_that_feeds_both_wires_is_not_the_one_to_change() -> None:
    """Twice the stem beside the stem itself: another width of the stem changes both."""
    graph = add(Graph(), node("x", "input", shape=(3, 8, 8)))
    graph = append(graph, node("stem", "conv2d", out_channels=4), "x")
    graph = append(graph, node("twice", "concat"), "stem")
    graph = connect(graph, Edge("stem", "twice", 0, 1))
    graph = connect(append(graph, node("join", "add"), "twice"), Edge("stem", "join", 0, 1))
    assert not any(label.startswith("Set") for label in labels(graph))
    assert_every_repair_mends(graph)


def test_a_layer_put_in_between_lies_in_the_block_of_the_join() -> None:
    graph = residual(filters=6)
    nodes = tuple(replace(n, block="unit") if n.id in ("body", "join") else n for n in graph.nodes)
    graph = replace(graph, nodes=nodes, blocks=(Block("unit"),))
    problem = trouble(graph)
    assert problem is not None
    repair = next(repair for repair in problem.repairs if "projection" in repair.label)
    (new,) = [n for n in repair.apply(graph) if n.id not in graph]
    assert new.block == "unit"


# What fits.


@pytest.mark.parametrize(
    ("shapes", "joint"),
    [
        (((4, 8, 8), (4,)), (4, 8, 8)),
        (((4,), (4, 8, 8)), (4, 8, 8)),
        (((4, 8, 8), (1, 8, 8)), (4, 8, 8)),
        (((4, 8, 8), (4, 1, 1)), (4, 8, 8)),
        (((5,), (1,)), (5,)),
        (((4, 8, 8), (1,)), (4, 8, 8)),
        (((4, 9), (4,)), (4, 9)),
        (((4, 2, 3, 5), (4,)), (4, 2, 3, 5)),
    ],
)
@pytest.mark.parametrize("join", ["add", "multiply", "maximum", "average"])
def test_smaller_inputs_are_used_again_and_again(join: str, shapes: tuple[Shape, ...], joint: Shape) -> None:
    assert joint_shape(shapes) == joint
    assert analyse(meeting(join, *shapes)).layers["join"].output == joint


@pytest.mark.parametrize("shapes", [((4, 8, 8), (3,)), ((4, 8, 8), (8, 8)), ((4,), (5,)), ((4, 8, 8), (4, 4, 8))])
def test_other_shapes_do_not_fit(shapes: tuple[Shape, ...]) -> None:
    assert joint_shape(shapes) is None
