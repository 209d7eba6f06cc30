"""EfficientNet: one small network, made deeper, wider and sharper-eyed in step."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import ceil

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import classifier
from playground.zoo.templates._style import Style
from playground.zoo.templates.mobile import SWISH, inverted_residual

DIVISOR = 8
"""Widths are multiples of eight, which suits processors."""

BASE_RESOLUTION = 224
LAST_DROP = 0.2
"""How often the last block's branch is left out while training; those before it less, in proportion."""


@dataclass(frozen=True)
class MobileStage:
    """One row of Tan and Le 2019, table 1, for the baseline B0."""

    expansion: int
    kernel: int
    stride: int
    channels: int
    blocks: int


STAGES = (
    MobileStage(1, 3, 1, 16, 1),
    MobileStage(6, 3, 2, 24, 2),
    MobileStage(6, 5, 2, 40, 2),
    MobileStage(6, 3, 2, 80, 3),
    MobileStage(6, 5, 1, 112, 3),
    MobileStage(6, 5, 2, 192, 4),
    MobileStage(6, 3, 1, 320, 1),
)
STEM, HEAD = 32, 1280
"""Maps of the first and of the last convolution of B0."""


@dataclass(frozen=True)
class Scaling:
    """How an EfficientNet differs from B0: factors for width and depth, the picture's side, dropout before the end."""

    width: float
    depth: float
    resolution: int
    dropout: float = 0.2

    def channels(self, base: int) -> int:
        """The scaled number of maps, rounded to a multiple of eight but never by more than a tenth downwards."""
        wanted = base * self.width
        rounded = max(DIVISOR, int(wanted + DIVISOR / 2) // DIVISOR * DIVISOR)
        return rounded if rounded >= 0.9 * wanted else rounded + DIVISOR

    def blocks(self, base: int) -> int:
        """The scaled number of blocks, rounded up."""
        return ceil(base * self.depth)


PUBLISHED = (
    Scaling(1.0, 1.0, 224, 0.2),
    Scaling(1.0, 1.1, 240, 0.2),
    Scaling(1.1, 1.2, 260, 0.3),
    Scaling(1.2, 1.4, 300, 0.3),
    Scaling(1.4, 1.8, 380, 0.4),
    Scaling(1.6, 2.2, 456, 0.4),
    Scaling(1.8, 2.6, 528, 0.5),
    Scaling(2.0, 3.1, 600, 0.5),
)
"""B0 to B7 as the authors released them: near the powers of α = 1.2, β = 1.1 and γ = 1.15, rounded by hand."""


def compound_scaling(alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15, phi: float = 1.0) -> Scaling:
    """Depth α^φ, width β^φ and resolution 224·γ^φ (Tan and Le 2019, equation 3); the cost grows as (α·β²·γ²)^φ.

    The resolution is rounded to a multiple of eight.

    >>> compound_scaling(phi=0)
    Scaling(width=1.0, depth=1.0, resolution=224, dropout=0.2)
    """
    resolution = max(1, round(BASE_RESOLUTION * gamma**phi / DIVISOR)) * DIVISOR
    return Scaling(beta**phi, alpha**phi, resolution)


def efficientnet(alpha: float = 1.2, beta: float = 1.1, gamma: float = 1.15, phi: float = 0.0) -> Graph:
    """The network that these four numbers give; with φ = 0 it is B0 whatever the others are."""
    return scaled(compound_scaling(alpha, beta, gamma, phi))


def scaled(scaling: Scaling) -> Graph:
    """B0 scaled so: a stem, seven stages of MBConv blocks with squeeze and excite, a 1×1 head, a classifier."""
    stages = tuple(
        MobileStage(
            stage.expansion, stage.kernel, stage.stride, scaling.channels(stage.channels), scaling.blocks(stage.blocks)
        )
        for stage in STAGES
    )
    sketch = Sketch((3, scaling.resolution, scaling.resolution))
    channels = scaling.channels(STEM)
    SWISH.conv_norm(sketch, "1", channels, 3, 2)
    draw_mobile_stages(sketch, stages, channels, SWISH, "mbconv", squeezes=True)
    SWISH.conv_norm(sketch, "2", scaling.channels(HEAD), 1)
    classifier(sketch, 1000, scaling.dropout)
    return sketch.graph()


def draw_mobile_stages(
    sketch: Sketch, stages: tuple[MobileStage, ...], channels: int, style: Style, kind: str, *, squeezes: bool
) -> None:
    """Stages of MBConv blocks, each a closed block around its closed blocks.

    With `squeezes`, squeeze and excite has a quarter as many units in its middle as channels arrive at the block.
    """
    total = sum(stage.blocks for stage in stages)
    done = 0
    for number, stage in enumerate(stages, start=1):
        plural = "" if stage.blocks == 1 else "s"
        with sketch.block(f"stage{number}", f"Stage {number} · {stage.blocks} block{plural}"):
            for index in range(stage.blocks):
                with sketch.block(f"block{index + 1}", f"MBConv {index + 1}", kind):
                    inverted_residual(
                        sketch,
                        channels,
                        stage.channels,
                        stage.kernel,
                        1 if index else stage.stride,
                        stage.expansion,
                        max(1, channels // 4) if squeezes else 0,
                        style,
                        drop=LAST_DROP * done / total,
                    )
                channels = stage.channels
                done += 1


_SOURCE = "Tan and Le 2019, EfficientNet: rethinking model scaling for convolutional neural networks"
_DEFINITION = (
    "Parameters with all batch-norm scales and shifts; multiply-adds of convolutions and dense layers, squeeze and "
    "excite included. The paper calls them FLOPs"
)
_MORE = ", and its rounded number is lower than what its own network takes."
_PRINTED = (
    (5.3e6, 0.39e9, 77.1, 93.3),
    (7.8e6, 0.70e9, 79.1, 94.4),
    (9.2e6, 1.0e9, 80.1, 94.9),
    (12e6, 1.8e9, 81.6, 95.7),
    (19e6, 4.2e9, 82.9, 96.4),
    (30e6, 9.9e9, 83.6, 96.7),
    (43e6, 19e9, 84.0, 96.8),
    (66e6, 37e9, 84.3, 97.0),
)
"""Parameters, multiply-adds and accuracies of Tan and Le 2019, table 2."""

_CORRECTION = "A lecture dates EfficientNet 2020. It appeared in May 2019 and was presented in June 2019."

_COUNTED = (
    (5_288_548, 385_814_752),
    (7_794_184, 686_802_832),
    (9_109_994, 993_561_872),
    (12_233_232, 1_827_141_392),
    (19_341_616, 4_393_771_024),
    (30_389_784, 10_266_384_752),
    (43_040_704, 19_067_593_536),
    (66_347_960, 37_745_884_192),
)


def _idea(number: int) -> str:
    if number == 0:
        return (
            "A small network found by search, of inverted residuals with squeeze and excite. It is the seed of the "
            "family: B1 to B7 are the same network, scaled."
        )
    scaling, base = PUBLISHED[number], PUBLISHED[0]
    blocks = [sum(each.blocks(stage.blocks) for stage in STAGES) for each in (base, scaling)]
    wider = "just as wide" if scaling.width == 1 else f"{scaling.width:g} times as wide"
    return (
        f"B0 scaled in step: {blocks[1]} blocks instead of {blocks[0]}, {wider}, for pictures of {scaling.resolution} "
        f"pixels instead of {base.resolution}. Growing in all ways at once is worth more than growing in one."
    )


def _record(number: int) -> Record:
    parameters, multiply_adds, top1, top5 = _PRINTED[number]
    definition = _DEFINITION + (_MORE if number in (4, 5) else ".")
    return Record(
        parameters,
        multiply_adds,
        round(100 - top1, 1),
        round(100 - top5, 1),
        "ImageNet validation, single crop",
        definition,
        _CORRECTION if number == 0 else "",
    )


EFFICIENTNETS = tuple(
    register(
        ZooNetwork(
            key=f"efficientnet-b{number}",
            title=f"EfficientNet-B{number}",
            year=2019,
            idea=_idea(number),
            source=_SOURCE,
            published=f"{_PRINTED[number][2]:.1f} % top-1 and {_PRINTED[number][3]:.1f} % top-5 accuracy on the "
            "ImageNet validation set.",
            build=partial(scaled, scaling),
            data_settings=IMAGENET,
            training=IMAGENET_TRAINING,
            family="EfficientNet",
            record=_record(number),
            counted_parameters=_COUNTED[number][0],
            counted_multiply_adds=_COUNTED[number][1],
        )
    )
    for number, scaling in enumerate(PUBLISHED)
)
