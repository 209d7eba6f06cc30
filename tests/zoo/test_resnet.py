"""What the papers and other libraries count, and how the deep networks are divided into blocks."""

from __future__ import annotations

import pytest

from playground.engine.shapes import analyse
from playground.graph.outline import outline
from playground.zoo import zoo_network

KNOWN = {
    "resnet-18": 11_689_512,
    "resnet-34": 21_797_672,
    "resnet-50": 25_557_032,
    "resnet-101": 44_549_160,
    "resnet-152": 60_192_808,
    "resnet-20": 269_722,
    "preresnet-164": 1_703_258,
    "preresnet-1001": 10_327_706,
    "stochastic-depth-110": 1_727_962,
    "wrn-28-10": 36_479_194,
    "resnext-50": 25_028_904,
    "resnext-101": 44_177_704,
    "bit-resnet-50x1": 25_549_352,
    "densenet-121": 7_978_856,
    "densenet-169": 14_149_480,
    "densenet-201": 20_013_928,
    "densenet-264": 33_337_704,
    "se-resnet-50": 28_088_024,
    "mobilenet-v1": 4_231_976,
    "mobilenet-v2": 3_504_872,
    "efficientnet-b0": 5_288_548,
    "efficientnet-b1": 7_794_184,
    "efficientnet-b2": 9_109_994,
    "efficientnet-b3": 12_233_232,
    "efficientnet-b4": 19_341_616,
    "efficientnet-b5": 30_389_784,
    "efficientnet-b6": 43_040_704,
    "efficientnet-b7": 66_347_960,
    "efficientnet-lite0": 4_652_008,
}
"""Parameters as torchvision, timm and published re-implementations have them."""

PRINTED_WORK = {
    "resnet-18": (1.8e9, 0.05e9),
    "resnet-50": (3.8e9, 0.1e9),
    "resnet-101": (7.6e9, 0.05e9),
    "resnet-152": (11.3e9, 0.05e9),
    "resnext-50": (4.2e9, 0.05e9),
    "se-resnet-50": (3.86e9, 0.01e9),
    "cbam-resnet-50": (3.864e9, 0.0005e9),
    "mobilenet-v1": (569e6, 0.5e6),
    "mobilenet-v2": (300e6, 1e6),
    "efficientnet-b0": (0.39e9, 0.005e9),
    "efficientnet-b1": (0.70e9, 0.015e9),
    "efficientnet-b7": (37e9, 1e9),
}
"""Multiply-adds as printed in the papers, and how far the rounding reaches."""


@pytest.mark.parametrize("key", KNOWN)
def test_it_has_as_many_parameters_as_elsewhere(key: str) -> None:
    assert analyse(zoo_network(key).build()).parameters == KNOWN[key]


@pytest.mark.parametrize("key", PRINTED_WORK)
def test_it_takes_the_printed_multiply_adds(key: str) -> None:
    printed, rounding = PRINTED_WORK[key]
    assert analyse(zoo_network(key).build()).multiply_adds == pytest.approx(printed, abs=rounding)


def layers_with_weights(key: str) -> int:
    """Convolutions and dense layers, those of shortcuts and gates aside: what the name of a ResNet counts."""
    graph = zoo_network(key).build()
    counted = [node for node in graph if node.type in ("conv2d", "dense", "ws_conv2d") and "skip" not in node.id]
    return len([node for node in counted if "_se_" not in node.id])


@pytest.mark.parametrize(
    ("key", "depth"),
    [
        *((f"resnet-{depth}", depth) for depth in (18, 34, 50, 101, 152, 20)),
        *(("preresnet-164", 164), ("preresnet-1001", 1001), ("preresnet-200", 200), ("stochastic-depth-110", 110)),
        *(("resnext-50", 50), ("resnext-101", 101), ("bit-resnet-50x1", 50), ("se-resnet-50", 50)),
        *((f"densenet-{depth}", depth) for depth in (121, 169, 201)),
        ("densenet-264", 265),  # by the paper's own table: 2 · (6 + 12 + 64 + 48) + 5
    ],
)
def test_it_is_as_deep_as_its_name_says(key: str, depth: int) -> None:
    assert layers_with_weights(key) == depth


def test_wide_resnet_counts_the_shortcuts_convolutions_too() -> None:
    """28 = 1 + 3 · 4 · 2 + 3 projections; the dense layer is left out (Zagoruyko and Komodakis 2016, table 1)."""
    graph = zoo_network("wrn-28-10").build()
    assert len([node for node in graph if node.type == "conv2d"]) == 28


def test_the_size_halves_from_stage_to_stage() -> None:
    analysis = analyse(zoo_network("resnet-152").build())
    ends = [members[-1] for stage in ("conv2", "conv3", "conv4", "conv5") if (members := analysis.graph.members[stage])]
    shapes = {analysis.layers[end].output for end in ends}
    assert shapes >= {(2048, 7, 7)}
    last_sums = [f"conv{stage}_block{number}_relu_sum" for stage, number in ((2, 3), (3, 8), (4, 36), (5, 3))]
    assert [analysis.layers[end].output for end in last_sums] == [
        *((256, 56, 56), (512, 28, 28), (1024, 14, 14), (2048, 7, 7)),
    ]


def test_blocks_lie_within_stages_and_say_what_they_are() -> None:
    graph = zoo_network("resnet-152").build()
    assert graph.block("conv4").title == "conv4_x · 36 blocks"
    assert graph.block("conv4_block2").title == "Bottleneck 2"
    assert graph.block("conv4_block2").kind == "bottleneck"
    assert graph.enclosing("conv4_block2_conv1") == ("conv4_block2", "conv4")
    assert outline(graph).cards == (
        *("input", "conv1", "norm1", "relu1", "pool1", "conv2", "conv3", "conv4", "conv5", "gap", "fc", "loss"),
    )


def test_later_blocks_are_dropped_more_often() -> None:
    """Linear decay: block ℓ of 54 survives with probability 1 − ℓ/54 · ½ (Huang et al. 2016, equation 4)."""
    graph = zoo_network("stochastic-depth-110").build()
    drops = [node.params["p"] for node in graph if node.type == "stochastic_depth"]
    assert drops == pytest.approx([0.5 * number / 54 for number in range(1, 55)])
