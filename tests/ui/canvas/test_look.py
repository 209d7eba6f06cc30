"""What stands on the cards: shorter words where the room is short, every fact once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF

from playground.graph.experiment import DataSettings, Experiment
from playground.graph.lanes import lanes
from playground.graph.model import Block, Edge, Graph, Node
from playground.ui.canvas.dress import contents
from playground.ui.canvas.routing import wire_corners, wire_path
from playground.ui.canvas.scene import GraphScene
from playground.ui.session import Session


def test_a_caption_has_shorter_forms(open_session: Callable[[Experiment], Session]) -> None:
    nodes = (
        Node("input", "input", {"shape": (3, 32, 32)}),
        Node("conv", "ws_conv2d", {"out_channels": 64, "kernel_size": (7, 7), "stride": (2, 2), "padding": (3, 3)}),
    )
    graph = Graph(nodes, (Edge("input", "conv"),))
    look = GraphScene(open_session(Experiment(graph, DataSettings("clothing")))).cards["conv"].look
    settings = "7×7 · 64 · stride 2 · pad 3"
    assert (look.caption, *look.shorter) == (f"Standardised conv · {settings}", f"Std. conv · {settings}", settings)


def test_counts_of_a_million_and_more_are_written_short(open_session: Callable[[Experiment], Session]) -> None:
    nodes = (Node("input", "input", {"shape": (784,)}), Node("fc", "dense", {"out_features": 2000}))
    graph = Graph(nodes, (Edge("input", "fc"),))
    assert GraphScene(open_session(Experiment(graph))).cards["fc"].look.right == "1.57 M"


def test_what_a_title_says_the_caption_does_not_say_again() -> None:
    nodes = tuple(Node(f"relu{number}", "relu", block=f"b{number}") for number in (1, 2))
    inner = tuple(Block(f"b{number}", "", "stage") for number in (1, 2))
    plain, telling = Block("stage", "Stage 2"), Block("stage", "Stage 2 · 2 blocks")
    assert contents(Graph(nodes, (), (plain, *inner)), "stage") == "2 blocks · 2 layers"
    assert contents(Graph(nodes, (), (telling, *inner)), "stage") == "2 layers"


def test_from_afar_a_wire_goes_the_same_way() -> None:
    cards = [(200.0 * number, 0.0, 150.0, 130.0) for number in range(4)]
    for start, end in (((150.0, 38.0), (600.0, 38.0)), ((750.0, 38.0), (0.0, 338.0)), ((150.0, 38.0), (200.0, 60.0))):
        (height,) = lanes([(start, end)], cards)
        path, corners = (
            wire_path(QPointF(*start), QPointF(*end), height),
            wire_corners(QPointF(*start), QPointF(*end), height),
        )
        assert corners[0] == QPointF(*start)
        assert corners[-1] == QPointF(*end)
        around = path.boundingRect().adjusted(-12, -2, 12, 2)
        assert all(around.contains(corner) for corner in corners)
        if height is not None:
            assert height in {corner.y() for corner in corners}
