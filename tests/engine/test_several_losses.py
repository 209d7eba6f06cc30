"""Auxiliary losses, targets that come over a wire, and answers that are pictures."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import explain_grad_input, explain_grad_output, explain_output
from playground.engine.compile import Network
from playground.engine.gradient_check import check_gradient
from playground.engine.shapes import Analysis, Problem, analyse
from playground.engine.trace import record
from playground.graph.edits import append, connect, remove, set_params
from playground.graph.model import Edge, Graph
from tests.engine.networks import DIGITS, TWO_VALUES, chain, compiled, node

WEIGHT = 0.3
X = np.random.default_rng(1).normal(size=(4, 3))
TARGET = np.array([0, 2, 1, 1])


def two_heads() -> Graph:
    """A shared layer, the main answer behind it, and a side branch with a loss of its own."""
    graph = chain(
        node("x", "input", shape=(3,)),
        node("shared", "dense", out_features=4),
        node("tanh", "tanh"),
        node("main", "dense", out_features=3),
        node("loss", "cross_entropy"),
    )
    graph = append(graph, node("side", "dense", out_features=3), "tanh")
    return append(graph, node("extra", "squared_error", auxiliary=True, weight=WEIGHT), "side")


def autoencoder(key: str = "squared_error") -> Graph:
    """Pictures through a narrow place and back; compared with what came in."""
    graph = chain(
        node("x", "input", shape=(1, 28, 28)),
        node("down", "conv2d", out_channels=2, kernel_size=(4, 4), stride=(4, 4)),
        node("up", "conv_transpose2d", out_channels=1, kernel_size=(4, 4), stride=(4, 4), padding=(0, 0)),
        node("loss", key),
    )
    return connect(graph, Edge("x", "loss", 0, 1))


def total(network: Network, x: np.ndarray, target: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    assert network.module is not None
    return network.module(torch.tensor(x), torch.tensor(target))


def only(analysis: Analysis) -> Problem:
    assert len(analysis.problems) == 1, [problem.message for problem in analysis.problems]
    return analysis.problems[0]


# Auxiliary losses.


def test_the_main_loss_decides_what_the_answer_is() -> None:
    analysis = analyse(two_heads())
    assert analysis.problems == ()
    assert (analysis.loss, analysis.prediction) == ("loss", "main")
    assert set(analysis.losses) == {"loss", "extra"}
    assert analysis.names_classes


def test_the_total_is_the_sum_of_the_losses_each_times_its_weight() -> None:
    network = compiled(two_heads())
    prediction, loss = total(network, X, TARGET)
    alone = compiled(remove(two_heads(), ["extra", "side"]))
    alone.load(network.state())
    same, main = total(alone, X, TARGET)
    side = network.children["side"](network.children["tanh"](network.children["shared"](torch.tensor(X))))
    squares = 0.5 * (side - torch.eye(3, dtype=torch.float64)[TARGET]).square().sum() / len(X)
    assert torch.equal(prediction, same)
    assert loss.item() == pytest.approx(main.item() + WEIGHT * squares.item(), rel=1e-12)


def test_the_answer_alone_needs_no_target_and_still_goes_through_the_side_branch() -> None:
    network = compiled(two_heads())
    assert torch.equal(network.predictor(torch.tensor(X)), total(network, X, TARGET)[0])
    frames = record(network, X).frames
    assert "side" in frames
    assert not {"loss", "extra"} & frames.keys()


def test_a_number_before_both_losses_gets_blame_from_both() -> None:
    network = compiled(two_heads())
    trace = record(network, X, TARGET)
    frame = trace.frames["tanh"]
    assert trace.loss == pytest.approx(float(trace.frames["loss"].output + trace.frames["extra"].output))
    for index in np.ndindex(frame.output.shape):
        found = explain_grad_output(trace, "tanh", index)
        assert len(found.terms) == 2
        assert found.total() == pytest.approx(found.value, rel=1e-12)
    for loss in ("loss", "extra"):
        assert explain_grad_output(trace, loss, ()).value == 1
        for index in np.ndindex(trace.frames[loss].inputs[0].shape):
            found = explain_grad_input(trace.frames[loss], 0, index)
            assert found.total() == pytest.approx(found.value, rel=1e-9, abs=1e-15)
    backward = [moment.node for moment in trace.moments if moment.phase == "backward"]
    assert backward.index("tanh") > max(backward.index("loss"), backward.index("extra"))


def test_the_measured_gradient_is_that_of_the_total() -> None:
    network = compiled(two_heads())
    for layer in ("shared", "main", "side"):
        check = check_gradient(network, X, TARGET, layer, "weight", (1, 2), epsilon=1e-4)
        assert check.backprop != 0
        assert check.relative_error < 1e-6


def test_a_weight_of_zero_counts_for_nothing() -> None:
    network = compiled(set_params(two_heads(), "extra", {"weight": 0.0}))
    trace = record(network, X, TARGET)
    assert trace.loss == float(trace.frames["loss"].output)
    assert not trace.frames["side"].grad_weights["weight"].any()


def test_only_auxiliary_losses_ask_for_a_main_one() -> None:
    graph = set_params(two_heads(), "loss", {"auxiliary": True})
    problem = only(analyse(graph))
    assert problem.message == "There is no main loss yet: loss and extra only help one."
    assert problem.is_warning
    assert [repair.label for repair in problem.repairs] == ["Make loss the main loss", "Make extra the main loss"]
    for repair in problem.repairs:
        assert analyse(repair.apply(graph)).can_train


def test_a_second_main_loss_becomes_auxiliary_with_the_weight_of_googlenet() -> None:
    graph = set_params(two_heads(), "extra", {"auxiliary": False, "weight": 1.0})
    mended = only(analyse(graph)).repairs[0].apply(graph)
    assert mended.node("extra").params == {"auxiliary": True, "weight": 0.3}
    assert analyse(mended).loss == "loss"


def test_a_side_branch_without_its_wire_does_not_keep_the_main_one_from_training() -> None:
    graph = two_heads()
    graph = Graph(graph.nodes, tuple(edge for edge in graph.edges if edge.target != "side"))
    analysis = analyse(graph)
    assert [problem.node for problem in analysis.problems] == ["side"]
    assert analysis.can_train
    assert analysis.losses == ("loss",)
    assert record(compiled(graph), X, TARGET).loss is not None


# Targets that come over a wire.


@pytest.mark.parametrize("key", ["squared_error", "mean_absolute_error", "huber", "binary_cross_entropy"])
def test_pictures_are_compared_with_what_came_in_whatever_the_data_set_asks(key: str) -> None:
    analysis = analyse(autoencoder(key), DIGITS)
    assert analysis.problems == ()
    assert analysis.can_train
    assert not analysis.names_classes
    x = np.random.default_rng(0).random((2, 1, 28, 28))
    network = compiled(autoencoder(key))
    trace = record(network, x, np.array([3, 8]))
    frame = trace.frames["loss"]
    assert frame.target is not None
    np.testing.assert_array_equal(frame.target, x)
    prediction = network.predictor(torch.tensor(x))
    assert prediction.shape == x.shape
    assert record(network, x, np.array([0, 0])).loss == trace.loss, "the classes play no part"
    assert explain_output(frame, ()).total() == pytest.approx(trace.loss, rel=1e-9)
    for port in (0, 1):
        found = explain_grad_input(frame, port, (1, 0, 5, 7))
        assert found.total() == pytest.approx(found.value, rel=1e-9, abs=1e-15)
    assert check_gradient(network, x, np.array([3, 8]), "down", "bias", (0,), epsilon=1e-5).agrees


def test_both_sizes_are_named_where_the_target_is_of_another() -> None:
    graph = set_params(autoencoder(), "up", {"out_channels": 3})
    problem = only(analyse(graph, DIGITS))
    assert "up gives a picture 3×28×28" in problem.message
    assert "comes from x is a picture 1×28×28" in problem.message
    assert problem.edge == Edge("x", "loss", 0, 1)
    assert [repair.label for repair in problem.repairs] == ["Set filters of up to 1", "Remove the wire from x"]
    assert analyse(problem.repairs[0].apply(graph), DIGITS).problems == ()


def test_a_list_and_a_picture_of_as_many_numbers_need_a_flatten() -> None:
    graph = chain(
        node("x", "input", shape=(1, 4, 4)),
        node("flat", "flatten"),
        node("fc", "dense", out_features=16),
        node("loss", "squared_error"),
    )
    graph = connect(graph, Edge("x", "loss", 0, 1))
    repair = only(analyse(graph)).repairs[0]
    assert repair.label == "Put a Flatten in between"
    mended = repair.apply(graph)
    assert analyse(mended).problems == ()
    assert record(compiled(mended), np.ones((2, 1, 4, 4)), np.zeros((2,), dtype=int)).loss is not None


def test_a_picture_before_a_loss_of_classes_can_be_compared_with_the_input_instead() -> None:
    graph = autoencoder()
    graph = Graph(graph.nodes, tuple(edge for edge in graph.edges if edge.target_port == 0))
    problem = only(analyse(graph, DIGITS))
    assert problem.message == (
        "Squared error compares with one number for each of the 10 classes of MNIST digits, "
        "but up gives a picture 1×28×28."
    )
    assert [r.label for r in problem.repairs] == ["Compare with what x gives instead", "Put a Flatten in between"]
    assert analyse(problem.repairs[0].apply(graph), DIGITS).can_train


def test_one_output_can_tell_two_classes_apart_except_for_cross_entropy() -> None:
    faces = type(DIGITS)("Faces", (3,), ("no", "yes"))
    for key, fits in (
        ("squared_error", True),
        ("hinge", True),
        ("binary_cross_entropy", True),
        ("cross_entropy", False),
    ):
        graph = chain(node("x", "input", shape=(3,)), node("fc", "dense", out_features=1), node("loss", key))
        assert analyse(graph, faces).can_train == fits


def test_a_target_without_an_answer_asks_for_the_first_wire() -> None:
    graph = chain(node("x", "input", shape=(2,)), node("fc", "dense", out_features=2), node("loss", "squared_error"))
    graph = Graph(graph.nodes, (graph.edges[0], Edge("fc", "loss", 0, 1)))
    assert "loss has nothing to work on yet: draw a wire into its first input." in [
        problem.message for problem in analyse(graph, TWO_VALUES).problems
    ]


# Layers without inputs.


def test_constants_and_parameters_stand_beside_the_input() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("sum", "add"), node("loss", "squared_error"))
    graph = append(graph, node("loss2", "output_loss", auxiliary=True), "sum")
    for port, (key, settings) in enumerate((("constant", {"value": (1.0, 2.0, 3.0)}), ("parameter", {})), start=1):
        graph = connect(
            Graph((*graph.nodes, node(key, key, shape=(3,), **settings)), graph.edges), Edge(key, "sum", 0, port)
        )
    analysis = analyse(graph)
    assert analysis.problems == ()
    assert (analysis.input, analysis.prediction) == ("x", "sum")
    assert analysis.parameters == 3
    trace = record(compiled(graph), X, np.zeros((4, 3)))
    np.testing.assert_array_equal(trace.frames["constant"].output, np.tile([1.0, 2.0, 3.0], (4, 1)))
    for key in ("constant", "parameter"):
        gradient = trace.frames[key].grad_output
        assert gradient is not None
        np.testing.assert_array_equal(gradient, trace.frames["sum"].grad_output)
        np.testing.assert_allclose(trace.frames["parameter"].grad_weights["weight"], gradient.sum(0))


def test_a_constant_that_lies_aside_is_not_the_answer() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("fc", "dense"))
    graph = Graph((*graph.nodes, node("c", "constant", shape=(2,), value=(1.0, 2.0))), graph.edges)
    analysis = analyse(graph)
    assert analysis.prediction == "fc"
    assert [repair.label for repair in only(analysis).repairs] == ["Add Cross-entropy after fc"]
