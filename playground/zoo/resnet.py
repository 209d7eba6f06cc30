"""ResNet: the residual networks of 2015, from 18 to 152 layers."""

from __future__ import annotations

from functools import partial

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, classifier, draw_stages, imagenet_stages, imagenet_stem
from playground.zoo.templates.residual import EXPANSION, Attention, basic_block, bottleneck

BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
"""Blocks of conv2_x to conv5_x by the number of layers (He et al. 2015, table 1); from 50 on they are bottlenecks."""

FIRST_WITH_BOTTLENECKS = 50


def resnet(depth: int, attention: Attention | None = None, title: str = "") -> Graph:
    """The ResNet of so many layers for ImageNet, with projections where the shape changes.

    Args:
        depth: 18, 34, 50, 101 or 152.
        attention: drawn at the end of each branch, as in SE-ResNet.
        title: what the blocks are called instead of their usual name.
    """
    has_bottlenecks = depth >= FIRST_WITH_BOTTLENECKS

    def draw(sketch: Sketch, spot: Spot) -> int:
        if has_bottlenecks:
            out = spot.width * EXPANSION
            bottleneck(sketch, spot.channels, spot.width, out, spot.stride, attention=attention)
            return out
        basic_block(sketch, spot.channels, spot.width, spot.stride, attention)
        return spot.width

    sketch = Sketch((3, 224, 224))
    channels = imagenet_stem(sketch)
    usual, kind = ("Bottleneck", "bottleneck") if has_bottlenecks else ("Basic block", "basic_block")
    draw_stages(sketch, imagenet_stages(BLOCKS[depth]), channels, title or usual, "" if attention else kind, draw)
    classifier(sketch, 1000)
    return sketch.graph()


_IDEAS = {
    18: "The smallest ResNet: eight blocks of two convolutions, each of which only learns what to add to its input. "
    "As deep plain networks are hard to train, it is the shortcuts that count.",
    34: "As deep as the plain network that the paper compares it with: that one has a higher error than the same with "
    "18 layers, even on its training data, while this one gets better with depth.",
    50: "Blocks of three convolutions, 1×1, 3×3 and 1×1, make room for 50 layers at the price of 34. For years the "
    "measure that every new network was held against.",
    101: "ResNet-50 with seventeen more bottlenecks in its fourth stage. Nothing else had to change for it to train.",
    152: "Eight times as deep as VGG-19, with fewer multiply-adds. Networks like this one won the ImageNet challenge "
    "of 2015.",
}

_DEFINITION = (
    "Parameters: with projection shortcuts (option B of the paper), all batch-norm scales and shifts, no biases before "
    "a batch norm. The paper prints no counts; those shown are from Zagoruyko and Komodakis 2016, table 8. "
    "Multiply-adds: the paper calls them FLOPs. "
)
_FIRST_STRIDE = (
    "As in the paper, the stride is in a block's first 1×1 convolution; PyTorch's own version has it in the 3×3 "
    "(“v1.5”), which takes {other} G."
)
_ENSEMBLE = (
    "The lectures give 3.57 % or 3.6 % (top-5) to the network of 152 layers. That was an ensemble of six residual "
    "networks on the test set; alone it has 4.49 % on the validation set, from many crops, and 6.7 % from a single one."
)
_SHORTCUTS = "The paper's 1.8 and 3.6 G are for shortcuts without weights (option A)."
_RETRAINED = "ImageNet validation, single crop (the retraining fb.resnet.torch)"
_RELEASED = "ImageNet validation, single crop (the authors' released weights)"

_RECORDS = {
    18: Record(11.7e6, 1.8e9, 30.43, 10.76, _RETRAINED, _DEFINITION + _SHORTCUTS),
    34: Record(21.8e6, 3.6e9, 26.73, 8.74, _RETRAINED, _DEFINITION + _SHORTCUTS),
    50: Record(25.6e6, 3.8e9, 24.7, 7.8, _RELEASED, _DEFINITION + _FIRST_STRIDE.format(other="4.09")),
    101: Record(44.5e6, 7.6e9, 23.6, 7.1, _RELEASED, _DEFINITION + _FIRST_STRIDE.format(other="7.80")),
    152: Record(60.2e6, 11.3e9, 23.0, 6.7, _RELEASED, _DEFINITION + _FIRST_STRIDE.format(other="11.51"), _ENSEMBLE),
}

_PUBLISHED = {
    18: "27.88 % top-1 error on the ImageNet validation set (ten crops); the plain network of 18 layers: 27.94 %.",
    34: "25.03 % top-1 error on the ImageNet validation set (ten crops); the plain network of 34 layers: 28.54 %.",
    50: "22.85 % top-1 and 6.71 % top-5 error on the ImageNet validation set (ten crops).",
    101: "21.75 % top-1 and 6.05 % top-5 error on the ImageNet validation set (ten crops).",
    152: "21.43 % top-1 and 5.71 % top-5 error on the ImageNet validation set (ten crops); six networks together "
    "reached 3.57 % top-5 on the test set.",
}

_COUNTED = {
    18: (11_689_512, 1_814_073_344),
    34: (21_797_672, 3_663_761_408),
    50: (25_557_032, 3_857_973_248),
    101: (44_549_160, 7_570_194_432),
    152: (60_192_808, 11_282_415_616),
}

RESNETS = tuple(
    register(
        ZooNetwork(
            key=f"resnet-{depth}",
            title=f"ResNet-{depth}",
            year=2015,
            idea=_IDEAS[depth],
            source="He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition",
            published=_PUBLISHED[depth],
            build=partial(resnet, depth),
            data_settings=IMAGENET,
            training=IMAGENET_TRAINING,
            family="ResNet",
            record=_RECORDS[depth],
            counted_parameters=_COUNTED[depth][0],
            counted_multiply_adds=_COUNTED[depth][1],
        )
    )
    for depth in BLOCKS
)
