"""The frame of residual networks: a stem, stages of equal blocks, a classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from playground.zoo._sketch import Sketch
from playground.zoo.templates._style import PLAIN


@dataclass(frozen=True)
class Stage:
    """Blocks that work at one size: its id and name, how many there are, their width, the stride of the first."""

    id: str
    name: str
    blocks: int
    width: int
    stride: int


@dataclass(frozen=True)
class Spot:
    """Where a block stands: the channels that arrive, its stage's width, its stride, and its number among all (from 1).

    `is_first` tells the first block of the network, `is_entry` the first of a stage.
    """

    channels: int
    width: int
    stride: int
    number: int
    is_entry: bool

    @property
    def is_first(self) -> bool:
        """Whether it is the network's first block."""
        return self.number == 1


DrawBlock = Callable[[Sketch, Spot], int]
"""Draws one block behind the sketch's last layer, and returns how many channels it gives."""


def imagenet_stages(blocks: Sequence[int], width: int = 64) -> tuple[Stage, ...]:
    """conv2_x to conv5_x of He et al. 2015, table 1: the width doubles from stage to stage, and the size halves."""
    return tuple(
        Stage(f"conv{index + 2}", f"conv{index + 2}_x", count, width * 2**index, 1 if index == 0 else 2)
        for index, count in enumerate(blocks)
    )


def cifar_stages(blocks: int, width: int = 16) -> tuple[Stage, ...]:
    """Three stages at 32×32, 16×16 and 8×8 pixels of He et al. 2015, section 4.2."""
    return tuple(
        Stage(f"stage{index + 1}", f"Stage {index + 1}", blocks, width * 2**index, 1 if index == 0 else 2)
        for index in range(3)
    )


def draw_stages(sketch: Sketch, stages: Sequence[Stage], channels: int, title: str, kind: str, draw: DrawBlock) -> int:
    """Every stage as a closed block around its closed blocks, called "Bottleneck 1" and so on.

    Args:
        sketch: its last layer gives `channels` channels.
        stages: in order.
        channels: those that arrive at the first.
        title: the blocks' name.
        kind: the template that they are made from.
        draw: draws one block.

    Returns:
        How many channels the last block gives.
    """
    before = accumulate((stage.blocks for stage in stages), initial=0)
    for stage, done in zip(stages, before, strict=False):
        plural = "" if stage.blocks == 1 else "s"
        with sketch.block(stage.id, f"{stage.name} · {stage.blocks} block{plural}"):
            for index in range(stage.blocks):
                spot = Spot(channels, stage.width, 1 if index else stage.stride, done + index + 1, index == 0)
                with sketch.block(f"block{index + 1}", f"{title} {index + 1}", kind):
                    channels = draw(sketch, spot)
    return channels


def imagenet_stem(sketch: Sketch, width: int = 64) -> int:
    """7×7 with stride 2, batch norm, ReLU, 3×3 max pooling with stride 2: 224 pixels become 56. Returns the width."""
    PLAIN.conv_norm(sketch, "1", width, 7, 2)
    sketch.add("max_pool2d", "pool1", kernel_size=3, stride=2, padding=1)
    return width


def classifier(sketch: Sketch, classes: int, dropout: float = 0.0) -> None:
    """The mean of each map, a dense layer with one score for each class, and cross-entropy."""
    sketch.add("global_avg_pool2d", "gap")
    if dropout:
        sketch.add("dropout", "dropout", p=dropout)
    sketch.add("dense", "fc", out_features=classes)
    sketch.add("cross_entropy", "loss")
