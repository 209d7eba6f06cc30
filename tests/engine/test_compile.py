from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import nn

from playground.engine.compile import CompileError, Network, compile_network, to_tensor
from playground.engine.shapes import analyse
from playground.graph.edits import append, connect, disconnect, insert_on_edge, set_params
from playground.graph.model import Edge, Graph, Node
from tests.engine.networks import chain, compiled, given, lenet, mazur, node


class HandWritten(nn.Module):
    """LeNet, with the names that the graph gives its layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.max_pool2d(self.conv1(x).relu(), 2)
        x = nn.functional.max_pool2d(self.conv2(x).relu(), 2).flatten(1)
        return self.fc3(self.fc2(self.fc1(x).relu()).relu())


def digits(count: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(count, 1, 28, 28, generator=generator), torch.randint(10, (count,), generator=generator)


def run(network: Network, x: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    assert network.module is not None
    return network.module(x, target)


def same(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[key], second[key]) for key in first)


# What it computes.


def test_it_computes_what_a_hand_written_module_with_the_same_weights_computes() -> None:
    network = compiled(lenet(), dtype=torch.float32)
    module = HandWritten()
    module.load_state_dict({key: torch.tensor(value) for key, value in network.state().items()})
    x, target = digits()
    prediction, loss = run(network, x, target)
    assert torch.equal(prediction, module(x))
    assert torch.equal(network.predictor(x), prediction)
    assert torch.equal(loss, nn.functional.cross_entropy(module(x), target))


def test_its_modules_bear_the_ids_of_the_nodes() -> None:
    network = compiled(lenet())
    assert network.module is not None
    assert list(network.children) == [n.id for n in lenet() if n.id != "input"]
    for node_id, layer in network.children.items():
        assert network.module.get_submodule(network.names[node_id]) is layer
    names = [name for name, _ in network.named_parameters()]
    assert names == [name for name, _ in network.module.named_parameters()]


def test_it_trains_as_any_module_does() -> None:
    network = compiled(lenet(), dtype=torch.float32)
    assert network.module is not None
    x, target = digits(16)
    optimizer = torch.optim.Adam(network.module.parameters(), lr=0.003)
    losses: list[float] = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = network.module(x, target)[1]
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]


def test_one_training_step_is_that_of_the_hand_written_module() -> None:
    network, module = compiled(lenet(), dtype=torch.float32), HandWritten()
    module.load_state_dict({key: torch.tensor(value) for key, value in network.state().items()})
    x, target = digits()
    assert network.module is not None
    for parameters, loss in (
        (network.module.parameters(), run(network, x, target)[1]),
        (module.parameters(), nn.functional.cross_entropy(module(x), target)),
    ):
        optimizer = torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
        loss.backward()
        optimizer.step()
    expected = {key: value.numpy() for key, value in module.state_dict().items()}
    assert same(network.state(), expected)


def test_a_value_that_feeds_several_layers() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("a", "dense", out_features=3), node("sum", "add"))
    graph = connect(graph, Edge("x", "sum", 0, 1))
    graph = connect(append(graph, node("t", "tanh"), "a"), Edge("t", "sum", 0, 2))
    network = compiled(append(graph, node("loss", "squared_error"), "sum"))
    x = torch.randn(5, 3, dtype=torch.float64)
    a = network.children["a"](x)
    assert torch.equal(network.predictor(x), a + x + torch.tanh(a))


def test_the_order_of_ports_is_the_order_of_the_inputs() -> None:
    graph = chain(node("x", "input", shape=(2, 4, 4)), node("pool", "max_pool2d"))
    graph = append(graph, node("mean", "avg_pool2d"), "x")
    graph = append(graph, node("both", "concat"), "mean", target_port=1)
    network = compiled(connect(graph, Edge("pool", "both", 0, 0)))
    x = torch.randn(1, 2, 4, 4, dtype=torch.float64)
    expected = torch.cat([nn.functional.max_pool2d(x, 2), nn.functional.avg_pool2d(x, 2)], dim=1)
    assert torch.equal(network.predictor(x), expected)


def test_classes_and_values_are_both_targets_of_squared_error() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("loss", "squared_error"))
    module = compiled(graph).module
    assert module is not None
    x = torch.tensor([[0.5, 0.2, 0.1]], dtype=torch.float64)
    by_class = module(x, torch.tensor([1]))[1]
    by_values = module(x, torch.tensor([[0.0, 1.0, 0.0]], dtype=torch.float64))[1]
    assert by_class.item() == by_values.item() == pytest.approx(0.5 * (0.25 + 0.64 + 0.01))


def test_squared_error_by_mean_is_torchs() -> None:
    module = compiled(chain(node("x", "input", shape=(3,)), node("loss", "squared_error", reduction="mean"))).module
    assert module is not None
    x, target = torch.randn(4, 3, dtype=torch.float64), torch.randn(4, 3, dtype=torch.float64)
    assert module(x, target)[1].item() == pytest.approx(nn.functional.mse_loss(x, target).item(), rel=1e-12)


# Starting values.


def test_the_same_seed_gives_the_same_weights_and_another_seed_others() -> None:
    first, again, other = compiled(lenet(), 3), compiled(lenet(), 3), compiled(lenet(), 4)
    assert same(first.state(), again.state())
    assert not any(np.array_equal(value, other.state()[key]) for key, value in first.state().items())


def test_layers_alike_begin_with_different_weights() -> None:
    state = compiled(
        chain(node("x", "input", shape=(9,)), *(node(f"fc{i}", "dense", out_features=9) for i in "12"))
    ).state()
    assert not np.array_equal(state["fc1.weight"], state["fc2.weight"])


def test_the_state_of_torchs_random_numbers_is_left_alone() -> None:
    before = torch.get_rng_state()
    compiled(lenet())
    assert torch.equal(torch.get_rng_state(), before)


def test_adding_or_renaming_a_layer_leaves_the_weights_of_the_others() -> None:
    plain = compiled(lenet()).state()
    graph = insert_on_edge(lenet(), node("norm1", "batch_norm2d"), Edge("conv1", "relu1"))
    with_norm = compiled(graph).state()
    assert all(np.array_equal(plain[key], with_norm[key]) for key in plain)


def test_float64_begins_where_float32_does() -> None:
    single, double = compiled(lenet(), dtype=torch.float32).state(), compiled(lenet(), dtype=torch.float64).state()
    assert all(np.array_equal(single[key].astype(np.float64), double[key]) for key in single)


def test_values_given_by_hand_are_taken_exactly() -> None:
    state = compiled(mazur()).state()
    assert state["hidden.weight"].tolist() == [[0.15, 0.20], [0.25, 0.30]]
    assert state["output.bias"].tolist() == [0.60, 0.60]


def test_given_values_that_do_not_fit_are_passed_over() -> None:
    """The analysis complains; what can be computed is computed all the same."""
    graph = chain(node("x", "input", shape=(2,)), given("fc", "dense", {"weight": (1.0,), "none": (1.0,)}))
    network = compile_network(analyse(graph), 0)
    assert network.predictor(torch.zeros(1, 2)).shape == (1, 10)


def test_a_carried_state_comes_over_the_values_given_by_hand() -> None:
    carried = {"hidden.weight": np.full((2, 2), 7.0), "gone.weight": np.zeros(3), "output.bias": np.zeros(5)}
    network = compile_network(analyse(mazur()), 0, carried, torch.float64)
    state = network.state()
    assert (state["hidden.weight"] == 7).all()
    assert state["hidden.bias"].tolist() == [0.35, 0.35]
    assert state["output.bias"].tolist() == [0.60, 0.60], "a tensor of another shape is passed over"


def test_a_state_goes_out_and_in_buffers_and_counters_too() -> None:
    graph = insert_on_edge(lenet(), node("norm1", "batch_norm2d"), Edge("conv1", "relu1"))
    network = compiled(graph, dtype=torch.float32)
    run(network, *digits())
    state = network.state()
    assert state["norm1.num_batches_tracked"] == 1
    for array in state.values():
        array.setflags(write=False)
    other = compile_network(analyse(graph), 5, state)
    assert same(other.state(), state)


def test_the_state_is_a_copy() -> None:
    network = compiled(mazur())
    network.state()["hidden.weight"][:] = 9
    assert network.state()["hidden.weight"][0, 0] == 0.15


def test_frozen_parameters_can_be_left_out() -> None:
    names = [name for name, _ in compiled(mazur()).named_parameters(frozen=False)]
    assert names == ["hidden.weight", "output.weight"]
    assert len(list(compiled(mazur()).named_parameters())) == 4


# Names that mean something else.


@pytest.mark.parametrize(
    "name",
    (
        "forward class lambda training graph code meta recompile self x target torch _modules T_destination to "
        "Network None print device input_1 UPPER " + "a" * 60
    ).split(),
)
def test_odd_ids_work(name: str) -> None:
    graph = chain(node("in1", "input", shape=(4,)), node(name, "dense"), node("loss", "cross_entropy"))
    network = compiled(graph, dtype=torch.float32)
    x = torch.rand(2, 4)
    prediction, loss = run(network, x, torch.tensor([1, 2]))
    assert torch.equal(prediction, network.children[name](x))
    assert loss.item() > 0
    assert set(network.state()) == {f"{name}.weight", f"{name}.bias"}


def test_ids_that_differ_by_an_underscore() -> None:
    graph = chain(
        node("in1", "input", shape=(4,)),
        node("forward", "dense", out_features=3),
        node("forward_", "dense", out_features=2),
    )
    network = compiled(graph)
    assert len(set(network.names.values())) == 2
    assert network.predictor(torch.zeros(1, 4, dtype=torch.float64)).shape == (1, 2)


def test_an_input_of_any_name() -> None:
    for name in ("input", "x", "class", "forward"):
        assert compiled(chain(node(name, "input", shape=(4,)), node("fc", "dense"))).predictor(
            torch.zeros(1, 4, dtype=torch.float64)
        ).shape == (1, 10)


# Networks that are not whole.


def test_without_a_loss_there_is_a_predictor_and_nothing_to_train() -> None:
    network = compiled(chain(node("x", "input", shape=(4,)), node("fc", "dense")))
    assert network.module is None
    assert network.predictor(torch.zeros(2, 4, dtype=torch.float64)).shape == (2, 10)


def test_layers_behind_a_missing_wire_are_left_out() -> None:
    graph = disconnect(lenet(), Edge("relu2", "pool2"))
    network = compiled(graph)
    assert network.module is None
    assert list(network.children) == ["conv1", "relu1", "pool1", "conv2", "relu2"]
    assert network.predictor(torch.zeros(1, 1, 28, 28, dtype=torch.float64)).shape == (1, 16, 10, 10)


def test_the_input_alone_answers_with_itself() -> None:
    x = torch.randn(2, 4, dtype=torch.float64)
    assert torch.equal(compiled(chain(node("x", "input", shape=(4,)))).predictor(x), x)


def test_nothing_to_compute_is_said() -> None:
    for graph in (Graph(), chain(node("fc", "dense")), Graph((node("a", "input"), node("b", "input")))):
        with pytest.raises(CompileError, match=r".+\."):
            compile_network(analyse(graph), 0)


def test_a_wrong_number_of_units_cannot_be_trained() -> None:
    graph = set_params(lenet(), "conv2", {"kernel_size": (99, 99)})
    assert compiled(graph).module is None


def test_train_and_eval_reach_every_layer() -> None:
    graph = chain(node("x", "input", shape=(50,)), node("drop", "dropout"), node("loss", "squared_error"))
    network = compiled(graph)
    x = torch.ones(1, 50, dtype=torch.float64)
    network.train()
    assert (network.predictor(x) == 0).any()
    network.train(False)
    assert torch.equal(network.predictor(x), x)


# Tensors of examples.


def test_examples_become_floats_and_classes_integers() -> None:
    assert to_tensor(np.ones((2, 3), np.float32), torch.float64).dtype == torch.float64
    assert to_tensor(np.array([1, 2], np.uint8), torch.float32).dtype == torch.int64


def test_read_only_arrays_are_copied() -> None:
    array = np.ones(3, np.float32)
    array.setflags(write=False)
    tensor = to_tensor(array, torch.float32)
    tensor += 1
    assert array.tolist() == [1, 1, 1]


def test_a_node_with_a_name_keeps_its_id() -> None:
    graph = chain(node("x", "input", shape=(4,)), Node("fc1", "dense", name="First layer!"))
    assert set(compiled(graph).children) == {"fc1"}
