"""Problems: each is found, says what is wrong with both sizes and where it stands, and its repairs mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from playground.engine import shapes, whole_network
from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, Problem, analyse
from playground.graph.edits import append, connect
from playground.graph.model import Edge, Graph, Node
from playground.layers import DataSpec
from tests.engine.ills import CURABLE, Ill, behind_the_loss, picture, unequal_add, wired_twice, without
from tests.engine.networks import DIGITS, Data, chain, lenet, node


def only(analysis: Analysis) -> Problem:
    """The one problem that there is."""
    assert len(analysis.problems) == 1, [problem.message for problem in analysis.problems]
    return analysis.problems[0]


# Problems that have repairs.

EVERY_CURABLE = pytest.mark.parametrize("ill", CURABLE.values(), ids=CURABLE.keys())


@EVERY_CURABLE
def test_a_problem_is_found_and_says_what_is_wrong_and_where(ill: Ill) -> None:
    analysis = analyse(ill.graph, ill.data)
    problem = only(analysis)
    for words in ill.says:
        assert words in problem.message
    assert problem.message.endswith(".")
    assert problem.node == ill.node
    assert (problem.edge and (problem.edge.source, problem.edge.target)) == ill.edge
    assert tuple(repair.label for repair in problem.repairs) == ill.repairs
    assert problem.is_warning == ill.warning
    assert analysis.can_compute == ill.warning


@EVERY_CURABLE
def test_every_repair_mends_it(ill: Ill) -> None:
    for repair in only(analyse(ill.graph, ill.data)).repairs:
        mended = analyse(repair.apply(ill.graph), ill.data)
        assert mended.problems == (), repair.label
        assert mended.can_train


# Problems without a repair, or with several at once.


def test_a_wire_behind_the_loss_is_refused_and_can_be_removed() -> None:
    analysis = analyse(behind_the_loss())
    problem = only(analysis)
    assert problem.message == "loss is a loss, the end of the network, so after cannot be wired behind it."
    assert problem.edge == Edge("loss", "after")
    mended = analyse(problem.repairs[0].apply(analysis.graph))
    assert [p.message for p in mended.problems] == ["after has nothing to work on yet: draw a wire into it."]
    assert mended.can_train


@pytest.mark.parametrize("key", ["flatten", "dense", "concat", "softmax", "conv2d", "cross_entropy"])
def test_whatever_stands_behind_a_loss_is_judged_not_crashed(key: str) -> None:
    graph = append(picture(), node("after", key), "loss")
    assert any(problem.node == "after" for problem in analyse(graph).problems)


def test_a_layer_without_a_wire_says_so_and_those_behind_it_wait() -> None:
    analysis = analyse(without(lenet(), "input", "conv1"), DIGITS)
    problem = only(analysis)
    assert problem.message == "conv1 has nothing to work on yet: draw a wire into it."
    assert (problem.node, problem.is_unfinished) == ("conv1", True)
    assert list(analysis.layers) == ["input"]
    assert not analysis.can_compute


def test_a_join_with_one_wire_asks_for_another() -> None:
    problem = analyse(without(unequal_add(), "conv2", "sum")).problems[0]
    assert problem.message == "sum joins at least 2 inputs, but has 1: draw another wire into it."


def test_unequal_pictures_cannot_be_joined() -> None:
    graph = chain(node("x", "input", shape=(3, 8, 8)), node("pool", "max_pool2d"), node("both", "concat"))
    analysis = analyse(connect(graph, Edge("x", "both", 0, 1)))
    problem = next(problem for problem in analysis.problems if problem.node == "both")
    assert "pool gives a picture 3×4×4, x gives a picture 3×8×8" in problem.message
    assert problem.edge == Edge("x", "both", 0, 1)


def test_a_picture_and_a_list_cannot_be_added() -> None:
    graph = chain(node("x", "input", shape=(2, 3, 3)), node("flat", "flatten"), node("sum", "add"))
    graph = connect(graph, Edge("x", "sum", 0, 1))
    problem = next(problem for problem in analyse(graph).problems if problem.node == "sum")
    assert "flat gives a list of 18 numbers, x gives a picture 2×3×3" in problem.message
    assert [repair.label for repair in problem.repairs] == [
        "Put a dense layer of 2 units (projection) into the wire from flat",
        "Put a Reshape to 2×3×3 into the wire from flat",
    ]
    for repair in problem.repairs:
        assert analyse(repair.apply(graph)).layers["sum"].output == (2, 3, 3)


def test_a_circle_is_named_and_nothing_is_computed() -> None:
    graph = chain(node("x", "input", shape=(4,)), node("a", "relu"), node("b", "relu"), node("c", "tanh"))
    graph = replace(graph, edges=(*graph.edges, Edge("c", "a", 0, 1)))
    analysis = analyse(graph)
    problem = only(analysis)
    assert "circle" in problem.message
    assert all(name in problem.message for name in ("a", "b", "c"))
    assert problem.edge is not None
    assert {problem.edge.source, problem.edge.target} <= {"a", "b", "c"}
    assert not analysis.layers


def test_no_input() -> None:
    analysis = analyse(chain(node("fc", "dense"), node("loss", "cross_entropy")))
    messages = [problem.message for problem in analysis.problems]
    assert "There is no Input layer yet: put one at the beginning." in messages
    assert not analysis.can_compute


def test_a_layer_that_leads_nowhere_is_a_warning() -> None:
    analysis = analyse(append(lenet(), node("aside", "tanh"), "pool1"), DIGITS)
    problem = only(analysis)
    assert problem.message == "aside leads nowhere: the loss does not depend on it."
    assert problem.is_warning
    assert analysis.can_train


def test_an_unknown_layer_type_suggests_a_known_one() -> None:
    analysis = analyse(chain(node("x", "input"), Node("c", "conv2", name="My conv")))
    assert only_error(analysis) == "My conv: There is no layer type “conv2” in this version. Did you mean “conv2d”?"


def test_a_bad_setting_names_the_layer() -> None:
    analysis = analyse(chain(node("x", "input", shape=(4,)), node("fc", "dense", out_features=0)))
    assert only_error(analysis) == "fc: Units lies between 1 and 1,000,000; 0 does not."


def test_an_unknown_setting_names_the_layer() -> None:
    analysis = analyse(chain(node("x", "input", shape=(4,)), node("fc", "dense", colour=1)))
    assert only_error(analysis) == "fc: Dense has no setting “colour”."


def only_error(analysis: Analysis) -> str:
    (error,) = [problem for problem in analysis.problems if not problem.is_warning]
    return error.message


@pytest.mark.parametrize(
    ("graph", "what"),
    [
        (chain(node("x", "input", shape=(100_000, 100_000, 1000))), "x would need 40 TB of memory for its output"),
        (
            chain(
                node("x", "input", shape=(1_000_000 // 10,)),
                node("a", "dense", out_features=1_000_000),
                node("b", "dense", out_features=1_000_000),
            ),
            "b would need 4 TB of memory for its weights",
        ),
        (
            chain(
                node("x", "input", shape=(1000, 1000, 1000)),
                node("c", "conv2d", out_channels=1_000_000, kernel_size=(1024, 1024), padding=(1024, 1024)),
            ),
            "memory",
        ),
    ],
)
def test_a_layer_larger_than_the_machine_is_refused_without_being_built(
    graph: Graph, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "physical_memory", lambda: 2**40)
    message = analyse(graph).errors[0].message
    assert what in message
    assert "this machine has 1.1 TB" in message


def test_layers_that_fit_one_by_one_but_not_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_network, "physical_memory", lambda: 60_000)
    layers = [node(f"fc{i}", "dense", out_features=100) for i in range(3)]
    analysis = analyse(chain(node("x", "input", shape=(100,)), *layers))
    assert "The weights together would need 121 kB of memory; this machine has 60 kB" in analysis.errors[0].message


def test_a_title_that_speaks_of_memory_is_no_memory_problem() -> None:
    memory_cell = Node("m", "dense", {"out_features": 2}, name="memory cell", initial={"weight": (1.0,)})
    analysis = analyse(chain(node("x", "input", shape=(2,)), memory_cell))
    assert "m" in analysis.layers


def test_problems_of_several_layers_are_all_found() -> None:
    graph = picture(
        node("pool", "max_pool2d", padding=(2, 2)), node("conv", "conv2d", out_channels=3, groups=2), shape=(2, 9, 9)
    )
    found = {problem.node for problem in analyse(graph).problems}
    assert "pool" in found


def test_after_any_repair_the_network_runs() -> None:
    """The repaired networks are not only free of problems: they give a loss."""
    builders: list[Callable[[], Graph]] = [unequal_add, wired_twice]
    for build in builders:
        graph = build()
        repaired = only(analyse(graph)).repairs[0].apply(graph)
        analysis = analyse(repaired)
        network = compile_network(analysis, 0)
        assert network.module is not None
        assert analysis.input_shape is not None
        _, loss = network.module(torch.zeros(2, *analysis.input_shape), torch.tensor([1, 2]))
        assert loss.item() > 0


def test_a_data_set_is_any_object_with_these_fields() -> None:
    data: DataSpec = Data("Faces", (1, 28, 28), ("yes", "no"))
    assert only(analyse(lenet(), data)).message == "10 outputs, but Faces has 2 classes."
