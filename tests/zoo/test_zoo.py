"""The networks that ship: each is what it says, fits its data, and learns."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
import torch
from torch import nn

from playground.data import data_set
from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, analyse
from playground.graph.model import Graph, Node
from playground.train import BatchDone, Finished, split_for, train
from playground.zoo import UnknownNetwork, ZooNetwork, all_zoo_networks, zoo_experiment, zoo_network
from playground.zoo._spec import register

CARD = (150.0, 130.0)
"""Width of a card, and the height of one that carries thumbnails."""

each_network = pytest.mark.parametrize("network", all_zoo_networks(), ids=lambda network: network.key)


def analysis_of(network: ZooNetwork) -> Analysis:
    return analyse(network.build(), data_set(network.data))


# ---- finding them


@pytest.mark.parametrize("name", ["lenet-5", "LeNet-5", "lenet5", "LENET_5", " lenet 5 ", "le.net.5"])
def test_names_are_found_however_they_are_spelt(name: str) -> None:
    assert zoo_network(name).key == "lenet-5"


def test_titles_are_names_too() -> None:
    assert zoo_network("mazur 2-2-2") is zoo_network("mazur")
    assert zoo_network("Multilayer Perceptron").key == "mlp"


@pytest.mark.parametrize(("name", "meant"), [("lenet", "lenet-5"), ("residual", "residual-mini"), ("sprial", "spiral")])
def test_a_misspelt_name_gets_a_suggestion(name: str, meant: str) -> None:
    with pytest.raises(UnknownNetwork, match=f"no network “{name}”. Did you mean “{meant}”"):
        zoo_network(name)


def test_a_name_like_no_other_gets_the_list() -> None:
    with pytest.raises(UnknownNetwork) as error:
        zoo_network("???")
    assert str(error.value).startswith("The zoo has no network “???”. It has: lenet-5, mlp,")


def test_a_key_cannot_be_used_twice() -> None:
    with pytest.raises(ValueError, match="Two networks of the zoo are called “LeNet 5”"):
        register(replace(zoo_network("mlp"), key="LeNet 5"))


@each_network
def test_it_can_be_found_by_key_and_title(network: ZooNetwork) -> None:
    assert zoo_network(network.key) is network
    assert zoo_network(network.title) is network


# ---- what they are


@each_network
def test_it_fits_its_data_without_any_problem(network: ZooNetwork) -> None:
    analysis = analysis_of(network)
    assert analysis.problems == ()
    assert analysis.can_train
    assert set(analysis.layers) == {node.id for node in network.build()}


@each_network
def test_it_says_what_it_is(network: ZooNetwork) -> None:
    assert 1943 <= network.year <= 2026
    assert str(network.year) in network.source
    assert network.published
    sentences = re.findall(r"[.?](?= |$)", network.idea)
    assert 1 <= len(sentences) <= 2
    assert network.idea.endswith(".")


@each_network
def test_building_it_twice_gives_the_same(network: ZooNetwork) -> None:
    experiment = zoo_experiment(network.key)
    assert experiment.graph == network.build()
    assert experiment.data.name == network.data
    assert experiment.example == network.example


INDEPENDENT = {
    "lenet-5": 61_706,
    "mlp": 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10,
    "fashion-cnn": 16 * 9 + 2 * 16 + 32 * 16 * 9 + 2 * 32 + (32 * 7 * 7) * 64 + 64 + 64 * 10 + 10,
    "mazur": 8 + 4,
    "line": 2 * 2 + 2,
    "xor": (2 * 8 + 8) + (8 * 2 + 2),
    "circle": (2 * 4 + 4) + (4 * 2 + 2) + (2 * 2 + 2),
    "spiral": (2 * 12 + 12) + (12 * 12 + 12) + (12 * 2 + 2),
}
"""Parameters as in the literature, or worked out from the sizes of the layers."""


def conv_norm(channels: int, out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    convolution = nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(out))


class HandWrittenResidual(nn.Module):
    """The same network as one would write it in PyTorch."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = conv_norm(1, 16, 3, 2)
        self.first = nn.Sequential(conv_norm(16, 16, 3), nn.ReLU(), conv_norm(16, 16, 3))
        self.between = conv_norm(16, 32, 3, 2)
        self.second = nn.Sequential(conv_norm(32, 32, 3), nn.ReLU(), conv_norm(32, 32, 3))
        self.head = nn.Linear(32, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x).relu()
        x = (x + self.first(x)).relu()
        x = self.between(x).relu()
        x = (x + self.second(x)).relu()
        return self.head(x.mean(dim=(2, 3)))


class LectureInception(nn.Module):
    """The lecture's InceptionModule with a stem and a head."""

    def __init__(self) -> None:
        super().__init__()
        relu = nn.ReLU()
        self.stem = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), relu, nn.MaxPool2d(2))
        self.branch1 = nn.Sequential(nn.Conv2d(16, 16, 1), relu)
        self.branch2 = nn.Sequential(nn.Conv2d(16, 16, 1), nn.Conv2d(16, 16, 3, padding=1), relu)
        self.branch3 = nn.Sequential(nn.Conv2d(16, 16, 1), nn.Conv2d(16, 16, 5, padding=2), relu)
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(16, 16, 1), relu)
        self.head = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 7 * 7, 10))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        x = torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], dim=1)
        return self.head(x)


LENET = nn.Sequential(
    *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
    *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
    *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
)

BY_HAND = {"residual-mini": HandWrittenResidual(), "inception-mini": LectureInception(), "lenet-5": LENET}


@each_network
def test_it_has_as_many_parameters_as_it_should(network: ZooNetwork) -> None:
    expected = INDEPENDENT.get(network.key)
    if expected is None:
        expected = sum(parameter.numel() for parameter in BY_HAND[network.key].parameters())
    assert analysis_of(network).parameters == expected


@pytest.mark.parametrize("key", BY_HAND)
def test_it_computes_what_the_same_network_written_by_hand_does(key: str) -> None:
    """With the weights of the one copied into the other, layer by layer in the order of the forward pass."""
    network = compile_network(analysis_of(zoo_network(key)), seed=1)
    network.train(False)
    by_hand = BY_HAND[key].eval()
    ours = {name: parameter.detach() for name, parameter in network.named_parameters()}
    theirs = dict(by_hand.named_parameters())
    with torch.no_grad():
        for name, target in zip(declared_order(key, list(ours)), theirs.values(), strict=True):
            target.copy_(ours[name])
        x = torch.rand(3, 1, 28, 28)
        torch.testing.assert_close(network.predictor(x), by_hand(x))


def declared_order(key: str, names: list[str]) -> list[str]:
    """Our names of parameters in the order in which the network written by hand declares them."""
    if key == "lenet-5":
        return names
    declared = {
        "residual-mini": "conv1 norm1 conv2 norm2 conv3 norm3 conv4 norm4 conv5 norm5 conv6 norm6 fc1",
        "inception-mini": "conv1 conv2 conv3 conv4 conv5 conv6 conv7 fc1",
    }[key].split()
    by_node = {node: [name for name in names if name.startswith(f"{node}.")] for node in declared}
    return [name for node in declared for name in sorted(by_node[node], reverse=True)]


@each_network
def test_it_trains(network: ZooNetwork) -> None:
    experiment = zoo_experiment(network.key)
    experiment = replace(
        experiment, data=replace(experiment.data, train_size=32), training=replace(experiment.training, epochs=1)
    )
    events = list(train(experiment, split_for(experiment)))
    losses = [event.loss for event in events if isinstance(event, BatchDone)]
    assert losses
    assert 0 < losses[0] < 5
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "completed"


@pytest.mark.parametrize(("key", "at_least"), [("line", 0.97), ("xor", 0.95), ("circle", 0.93), ("spiral", 0.9)])
def test_the_toys_solve_their_problems_as_they_ship(key: str, at_least: float) -> None:
    experiment = zoo_experiment(key)
    *_, last = train(experiment, split_for(experiment))
    assert isinstance(last, Finished)
    assert last.test_accuracy is not None
    assert last.test_accuracy > at_least


def test_a_straight_line_does_not_solve_xor() -> None:
    """What the network `line` is there to show."""
    experiment = zoo_experiment("line")
    experiment = replace(experiment, data=zoo_experiment("xor").data)
    *_, last = train(experiment, split_for(experiment))
    assert isinstance(last, Finished)
    assert last.test_accuracy is not None
    assert last.test_accuracy < 0.75


# ---- how they lie on the canvas


def boxes_overlap(one: Node, other: Node) -> bool:
    return all(abs(a - b) < size for a, b, size in zip(one.position, other.position, CARD, strict=True))


@each_network
def test_no_card_lies_on_another(network: ZooNetwork) -> None:
    pairs = itertools.combinations(network.build(), 2)
    assert [(a.id, b.id) for a, b in pairs if boxes_overlap(a, b)] == []


def passes_behind(graph: Graph) -> list[tuple[str, str, str]]:
    """Wires that run straight through a card, and the card: they could not be told from a chain."""
    hidden: list[tuple[str, str, str]] = []
    for edge in graph.edges:
        (x1, y1), (x2, y2) = graph.node(edge.source).position, graph.node(edge.target).position
        for node in graph:
            x, y = node.position
            if y1 == y2 == y and x1 < x < x2:
                hidden.append((edge.source, node.id, edge.target))
    return hidden


@each_network
def test_no_wire_hides_behind_a_card(network: ZooNetwork) -> None:
    assert passes_behind(network.build()) == []
