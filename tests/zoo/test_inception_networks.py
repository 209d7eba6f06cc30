"""GoogLeNet and what came of it: counts as published, and outputs equal to the same networks written in PyTorch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from playground.engine.compile import compile_network
from playground.engine.shapes import Analysis, analyse
from playground.graph.edits import remove, set_params
from playground.graph.model import Graph
from playground.zoo import template, zoo_network
from playground.zoo._sketch import Sketch
from playground.zoo.templates.inception import Widths, inception
from tests.zoo import inception_by_hand, inception_v4_by_hand
from tests.zoo.by_hand import assert_same


def without_auxiliary(graph: Graph) -> Graph:
    """The network as it is used: the auxiliary classifiers are only there while training."""
    blocks = [block for block in graph.blocks if block.id.startswith("auxiliary")]
    return remove(graph, [node for block in blocks for node in graph.members[block.id]])


def counts(graph: Graph) -> tuple[int, int]:
    """Parameters and multiply-adds."""
    analysis = analyse(graph)
    assert analysis.problems == ()
    return analysis.parameters, analysis.multiply_adds


IN_TRAINING = {
    "googlenet": 13_378_280,  # BVLC's Caffe model, with both auxiliary classifiers
    "inception-v3": 27_161_264,  # torchvision, with the auxiliary classifier
}
IN_USE = {
    "googlenet": 6_998_552,  # BVLC's Caffe model
    "inception-v3": 23_834_568,  # torchvision without, and timm
    "inception-v4": 42_679_816,  # timm
    "inception-resnet-v2": 55_843_464,  # timm
    "xception": 22_855_952,  # table 3 of the paper
}
"""Counts published elsewhere, of the authors' definition."""


@pytest.mark.parametrize(("key", "parameters"), IN_TRAINING.items())
def test_parameters_in_training_are_those_known(key: str, parameters: int) -> None:
    assert counts(zoo_network(key).build())[0] == parameters


@pytest.mark.parametrize(("key", "parameters"), IN_USE.items())
def test_parameters_in_use_are_those_known(key: str, parameters: int) -> None:
    assert counts(without_auxiliary(zoo_network(key).build()))[0] == parameters


def test_multiply_adds_of_inception_v3_are_those_of_torchvision() -> None:
    """Its table of models gives 5.71 billion, as does the paper's “5 billion” when rounded down."""
    assert round(counts(without_auxiliary(zoo_network("inception-v3").build()))[1] / 1e9, 2) == 5.71


# ---- the same by hand

BY_HAND: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "googlenet": (inception_by_hand.googlenet, 96),
    "bn-inception": (inception_by_hand.bn_inception, 100),
    "inception-v3": (inception_by_hand.inception_v3, 107),
    "inception-v4": (inception_v4_by_hand.inception_v4, 107),
    "inception-resnet-v1": (inception_v4_by_hand.inception_resnet_v1, 107),
    "inception-resnet-v2": (inception_v4_by_hand.inception_resnet_v2, 107),
    "inception-resnet-v2-paper": (inception_v4_by_hand.inception_resnet_v2_as_drawn, 107),
    "xception": (inception_v4_by_hand.xception, 75),
}
"""And the pixels a side at which the two are compared: few, but odd and even in the same places as at full size."""


@pytest.mark.parametrize("key", BY_HAND)
def test_it_computes_what_the_same_network_in_pytorch_does(key: str) -> None:
    build, side = BY_HAND[key]
    graph = set_params(without_auxiliary(zoo_network(key).build()), "input", {"shape": (3, side, side)})
    with torch.device("meta"):
        by_hand = build()
    assert_same(graph, by_hand.to_empty(device="cpu"), batch=1)


def test_the_small_one_computes_what_the_same_network_in_pytorch_does() -> None:
    module = inception_by_hand.module_v1(16, (16, 16, 16, 16, 16, 16))
    stem = (nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
    head = (nn.MaxPool2d(2), nn.Flatten(), nn.Linear(64 * 7 * 7, 10))
    assert_same(zoo_network("inception-mini").build(), nn.Sequential(*stem, module, *head))


def test_the_small_one_with_batch_norm_does_too() -> None:
    unit, module, halving = inception_by_hand.unit, inception_by_hand.module_v2, inception_by_hand.halving_v2
    by_hand = nn.Sequential(
        *(unit(3, 24, 3, padding=1), nn.MaxPool2d(3, 2, ceil_mode=True), unit(24, 32, 3, padding=1)),
        *(module(32, (16, 12, 16, 8, 12, 8), False), module(52, (16, 16, 24, 8, 16, 8), False)),
        *(halving(64, (16, 24, 16, 24)), module(112, (32, 24, 32, 16, 24, 16), False)),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(104, 10)),
    )
    assert_same(without_auxiliary(zoo_network("bn-inception-small").build()), by_hand)


def test_the_lectures_count_of_the_3_by_3_branch() -> None:
    """3·3·256·192 = 442,368 weights without the 1×1 convolution; 1·1·256·64 + 3·3·64·192 = 126,976 with it."""
    naive = analyse(template("inception_naive").graph((256, 28, 28))).layers["inception_naive_conv3x3"]
    assert naive.tensors["weight"] == (192, 256, 3, 3)
    assert naive.parameters - 192 == 442_368
    sketch = Sketch((256, 28, 28))
    inception(sketch, Widths(64, 64, 192, 16, 32, 32))
    layers = analyse(sketch.graph()).layers
    assert layers["reduce3x3"].parameters - 64 + layers["conv3x3"].parameters - 192 == 126_976


# ---- GoogLeNet's table 1

TABLE_1 = {
    "3a": (28, 256, 159, 128),
    "3b": (28, 480, 380, 304),
    "4a": (14, 512, 364, 73),
    "4b": (14, 512, 437, 88),
    "4c": (14, 512, 463, 100),
    "4d": (14, 528, 580, 119),
    "4e": (14, 832, 840, 170),
    "5a": (7, 832, 1072, 54),
    "5b": (7, 1024, 1388, 71),
}
"""Of each module: output side, channels, thousands of parameters, millions of multiply-adds."""

WEIGHTS_DIFFER = {"4c", "4d", "5a"}
"""The paper prints 463 K, 580 K and 1,072 K where its own widths give 498 K, 591 K and 1,018 K (K = 1,024)."""


@pytest.fixture(scope="module")
def googlenet() -> Analysis:
    return analyse(zoo_network("googlenet").build())


@pytest.mark.parametrize("name", TABLE_1)
def test_modules_are_as_table_1_prints_them(name: str, googlenet: Analysis) -> None:
    side, channels, thousands, millions = TABLE_1[name]
    reports = [googlenet.layers[node] for node in googlenet.graph.members[f"inception{name}"]]
    assert reports[-1].output == (channels, side, side)
    weights = sum(report.parameters for report in reports) - sum(r.tensors["bias"][0] for r in reports if r.tensors)
    operations = sum(report.multiply_adds for report in reports)
    if name in WEIGHTS_DIFFER:
        assert weights / 1024 != pytest.approx(thousands, rel=0.015)
    else:
        assert weights / 1024 == pytest.approx(thousands, rel=0.016)
    assert operations / 1e6 == pytest.approx(millions, rel=0.06 if name == "5a" else 0.01)


def test_the_first_row_of_table_1_is_that_of_a_separable_convolution(googlenet: Analysis) -> None:
    """2.7 K and 34 M: eight 7×7 filters for each colour, then 1×1. BN-Inception has it; GoogLeNet's figure does not."""
    separable = analyse(zoo_network("bn-inception").build())
    weights = sum(separable.layers[f"stem_conv1_{part}"].parameters for part in ("depthwise", "pointwise"))
    operations = sum(separable.layers[f"stem_conv1_{part}"].multiply_adds for part in ("depthwise", "pointwise"))
    assert (weights, round(operations / 1e6)) == (2_712, 34)
    plain = googlenet.layers["stem_conv1"]
    assert (plain.parameters, round(plain.multiply_adds / 1e6)) == (9_408 + 64, 118)


def test_the_auxiliary_classifiers_see_4_by_4_maps(googlenet: Analysis) -> None:
    """“4×4×512 for the (4a), and 4×4×528 for the (4d) stage”."""
    assert googlenet.layers["auxiliary1_pool"].output == (512, 4, 4)
    assert googlenet.layers["auxiliary2_pool"].output == (528, 4, 4)
    for number in (1, 2):
        loss = googlenet.graph.node(f"auxiliary{number}_loss")
        assert (loss.params["weight"], loss.params["auxiliary"]) == (0.3, True)
    assert googlenet.output_shape == (1000,)


def test_the_auxiliary_loss_counts_three_tenths() -> None:
    """What is minimised is the classifier's cross-entropy and 0.3 times that of the one half-way."""
    network = compile_network(analyse(zoo_network("bn-inception-small").build()), seed=0)
    network.train(False)
    half_way: list[torch.Tensor] = []

    def keep(_module: nn.Module, _inputs: tuple[torch.Tensor, ...], output: torch.Tensor) -> None:
        half_way.append(output)

    network.children["auxiliary_fc"].register_forward_hook(keep)
    assert network.module is not None
    target = torch.tensor([3, 7])
    scores, loss = network.module(torch.rand(2, 3, 32, 32), target)
    cross_entropy = nn.functional.cross_entropy
    torch.testing.assert_close(loss, cross_entropy(scores, target) + 0.3 * cross_entropy(half_way[0], target))


# ---- reading them


@pytest.mark.parametrize("key", BY_HAND)
def test_closed_it_is_a_page_of_cards_with_readable_names(key: str) -> None:
    graph = zoo_network(key).build()
    outermost = [block for block in graph.blocks if not block.parent]
    loose = [node for node in graph if not node.block]
    assert len(outermost) + len(loose) <= 22
    assert all(block.name and not block.is_open for block in graph.blocks)
    assert {node.type for node in loose} <= {"input", "max_pool2d", "cross_entropy"}
