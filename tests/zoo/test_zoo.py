"""The networks that ship: each is what it says, fits its data, and learns."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import nn

from playground.data import all_data_sets, data_set
from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, analyse
from playground.graph.lanes import lanes
from playground.graph.model import Graph
from playground.graph.outline import Outline, outline
from playground.train import BatchDone, Finished, split_for, train
from playground.zoo import UnknownNetwork, ZooNetwork, all_zoo_networks, zoo_experiment, zoo_network
from playground.zoo._spec import register

CARD = (150.0, 130.0)
"""Width of a card, and the height of one that carries thumbnails."""

each_network = pytest.mark.parametrize("network", all_zoo_networks(), ids=lambda network: network.key)


PHOTOGRAPHS = ("photograph-kernels", "photograph-kernels-colour")
LEARNABLE = {each.key for each in all_data_sets() if not each.is_gallery}
NO_LOSS = ("dcgan-generator", "u-net", *("padding-32x32", "bottleneck-counts"), *PHOTOGRAPHS)
"""Networks whose published training needs what is not here: a second network, pictures with an answer at each pixel.
And those that are there to be looked at: sizes, counts, and given kernels."""

each_that_trains = pytest.mark.parametrize(
    "network",
    [net for net in all_zoo_networks() if net.data in LEARNABLE and net.counted_multiply_adds < 10e6],
    ids=lambda network: network.key,
)


@cache
def analysed(key: str) -> Analysis:
    network = zoo_network(key)
    return analyse(network.build(), data_set(network.data))


def analysis_of(network: ZooNetwork) -> Analysis:
    return analysed(network.key)


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
    assert str(error.value).startswith("The zoo has no network “???”. It has: lenet-5, lenet-5-1998,")


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
    missing = ["There is no loss yet: the network can compute, but it cannot learn."]
    assert [problem.message for problem in analysis.problems] == (missing if network.key in NO_LOSS else [])
    assert analysis.can_train == (network.key not in NO_LOSS)
    assert set(analysis.layers) == {node.id for node in analysis.graph}


@each_network
def test_it_says_what_it_is(network: ZooNetwork) -> None:
    assert 1936 <= network.year <= 2026
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


LENET = nn.Sequential(
    *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
    *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
    *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
)

BY_HAND = {"lenet-5": LENET}


@pytest.mark.parametrize("key", sorted({*INDEPENDENT, *BY_HAND}))
def test_it_has_as_many_parameters_as_it_should(key: str) -> None:
    expected = INDEPENDENT.get(key)
    if expected is None:
        expected = sum(parameter.numel() for parameter in BY_HAND[key].parameters())
    assert analysis_of(zoo_network(key)).parameters == expected


@each_network
def test_its_card_gives_the_counts_of_its_graph(network: ZooNetwork) -> None:
    analysis = analysis_of(network)
    assert (network.counted_parameters, network.counted_multiply_adds) == (analysis.parameters, analysis.multiply_adds)


@each_network
def test_what_was_counted_is_close_to_what_was_published(network: ZooNetwork) -> None:
    """Rounding and another definition explain a few percent; where they do not suffice, the card says why."""
    record = network.record
    for counted, printed in (
        (network.counted_parameters, record.parameters),
        (network.counted_multiply_adds, record.multiply_adds),
    ):
        if printed is not None and abs(counted / printed - 1) > 0.02:
            assert record.definition or record.correction


@pytest.mark.parametrize("key", BY_HAND)
def test_it_computes_what_the_same_network_written_by_hand_does(key: str) -> None:
    """With the weights of the one copied into the other, layer by layer in the order of the forward pass."""
    network = compile_network(analysis_of(zoo_network(key)), seed=1)
    network.train(False)
    by_hand = BY_HAND[key].eval()
    ours = {name: parameter.detach() for name, parameter in network.named_parameters()}
    theirs = dict(by_hand.named_parameters())
    with torch.no_grad():
        for source, target in zip(ours.values(), theirs.values(), strict=True):
            target.copy_(source)
        x = torch.rand(3, 1, 28, 28)
        torch.testing.assert_close(network.predictor(x), by_hand(x))


@each_that_trains
def test_it_trains(network: ZooNetwork) -> None:
    experiment = zoo_experiment(network.key)
    experiment = replace(
        experiment, data=replace(experiment.data, train_size=32), training=replace(experiment.training, epochs=1)
    )
    whole = split_for(experiment)
    few = {name: getattr(whole, name)[:64] for name in ("x_validation", "y_validation", "x_test", "y_test")}
    events = list(train(experiment, replace(whole, **few)))
    losses = [event.loss for event in events if isinstance(event, BatchDone)]
    assert losses
    assert 0 <= losses[0] < 5
    assert sum(losses) > 0
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


def positions(network: ZooNetwork) -> tuple[Outline, dict[str, tuple[float, float]]]:
    """What is seen of the network, and the place of every card on show."""
    graph: Graph = analysis_of(network).graph
    seen = outline(graph)
    return seen, {
        card: graph.block(card).position if card in graph.block_by_id else graph.node(card).position
        for card in seen.cards
    }


def test_even_the_deepest_opens_as_a_few_cards() -> None:
    for network in all_zoo_networks():
        seen, _ = positions(network)
        assert len(seen.cards) <= 40, network.key
    seen, _ = positions(zoo_network("resnet-152"))
    assert len(seen.cards) == 12


@each_network
def test_no_card_lies_on_another(network: ZooNetwork) -> None:
    _, at = positions(network)
    pairs = itertools.combinations(at, 2)
    assert [(a, b) for a, b in pairs if all(abs(u - v) < w for u, v, w in zip(at[a], at[b], CARD, strict=True))] == []


@each_network
def test_no_wire_hides_behind_a_card(network: ZooNetwork) -> None:
    """A wire that runs straight through a card could not be told from a chain."""
    seen, at = positions(network)
    width, height = CARD
    ends = [
        ((at[t.source][0] + width, at[t.source][1] + 38), (at[t.target][0], at[t.target][1] + 38)) for t in seen.threads
    ]
    cards = [(x, y, width, height) for x, y in at.values()]
    for ((x1, y1), (x2, y2)), lane in zip(ends, lanes(ends, cards), strict=True):
        if lane is None and y1 == y2:
            assert not [x for x, y, _, _ in cards if y <= y1 <= y + height and x1 <= x < x2 - 1]
