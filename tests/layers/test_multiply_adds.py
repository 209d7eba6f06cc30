"""Multiply-adds against torch's own counter, which counts a multiplication and an addition as two operations."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from playground.layers import LayerType, Params, Shape, all_layer_types, layer_type
from tests.layers.cases import SEEDS, case

CONV_AND_DENSE = [
    (kind, seed) for kind in all_layer_types() if "conv" in kind.key or kind.key == "dense" for seed in SEEDS
]


@pytest.mark.parametrize(("kind", "seed"), CONV_AND_DENSE, ids=[f"{kind.key}-{seed}" for kind, seed in CONV_AND_DENSE])
def test_generated_layers(kind: LayerType, seed: int) -> None:
    report = case(kind, seed).report
    assert report.multiply_adds == counted(kind, report.params, report.inputs[0])


@pytest.mark.parametrize(
    ("key", "params", "shape", "known"),
    [
        # The layers of AlexNet and MobileNet with known counts: dense, strided, grouped, depthwise, pointwise.
        ("conv2d", {"out_channels": 96, "kernel_size": (11, 11), "stride": (4, 4)}, (3, 227, 227), 105_415_200),
        (
            "conv2d",
            {"out_channels": 256, "kernel_size": (5, 5), "padding": (2, 2), "groups": 2},
            (96, 27, 27),
            223_948_800,
        ),
        (
            "conv2d",
            {"out_channels": 32, "kernel_size": (3, 3), "padding": (1, 1), "groups": 32},
            (32, 112, 112),
            3_612_672,
        ),
        ("conv2d", {"out_channels": 64, "kernel_size": (1, 1)}, (32, 112, 112), 25_690_112),
        ("depthwise_conv2d", {"padding": (1, 1)}, (32, 112, 112), 3_612_672),
        ("conv_transpose2d", {"out_channels": 3}, (64, 32, 32), 3_145_728),
        ("dense", {"out_features": 4096}, (9216,), 37_748_736),
    ],
)
def test_published_layers(key: str, params: Params, shape: Shape, known: int) -> None:
    kind = layer_type(key)
    complete = kind.complete(params)
    assert counted(kind, complete, shape) == known
    output = tuple(kind.build(complete, (shape,)).to("meta")(torch.empty(1, *shape, device="meta")).shape[1:])
    assert kind.multiply_adds(complete, (shape,), output) == known


def counted(kind: LayerType, params: Params, shape: Shape) -> int:
    with torch.device("meta"), torch.no_grad(), FlopCounterMode(display=False) as counter:
        kind.build(params, (shape,))(torch.empty(1, *shape))
    return counter.get_total_flops() // 2
