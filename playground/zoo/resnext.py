"""ResNeXt: bottlenecks whose middle is split into groups."""

from __future__ import annotations

from functools import partial

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, classifier, draw_stages, imagenet_stages, imagenet_stem
from playground.zoo.resnet import BLOCKS
from playground.zoo.templates.residual import EXPANSION, bottleneck

CARDINALITY = 32
GROUP_WIDTH = 4
"""Of the first stage's groups: 32 groups of 4 channels each, written 32×4d."""


def resnext(depth: int) -> Graph:
    """ResNeXt-50 or -101, 32×4d: the 3×3 convolution has 128 channels in 32 groups, doubling from stage to stage."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        width = spot.width * CARDINALITY * GROUP_WIDTH // 64
        out = spot.width * EXPANSION
        bottleneck(sketch, spot.channels, width, out, spot.stride, CARDINALITY, stride_in=2)
        return out

    sketch = Sketch((3, 224, 224))
    channels = imagenet_stem(sketch)
    draw_stages(sketch, imagenet_stages(BLOCKS[depth]), channels, "ResNeXt block", "resnext_block", draw)
    classifier(sketch, 1000)
    return sketch.graph()


_SOURCE = "Xie, Girshick, Dollár, Tu and He 2016, Aggregated residual transformations for deep neural networks"
_MEASURED = "ImageNet validation, single crop"
_STRIDE = "As in the authors' code, the stride is in the grouped 3×3 convolution."

RESNEXT_50 = register(
    ZooNetwork(
        key="resnext-50",
        title="ResNeXt-50 (32×4d)",
        year=2016,
        idea="Each bottleneck is split into 32 narrow ways side by side, written as one convolution with 32 groups. "
        "At the price of ResNet-50 that is worth more than making it deeper or wider.",
        source=_SOURCE,
        published="22.2 % top-1 error on the ImageNet validation set, ResNet-50 trained alike: 23.9 %.",
        build=partial(resnext, 50),
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="ResNet",
        record=Record(25.0e6, 4.2e9, 22.2, None, _MEASURED, _STRIDE),
        counted_parameters=25_028_904,
        counted_multiply_adds=4_230_479_872,
    )
)

RESNEXT_101 = register(
    ZooNetwork(
        key="resnext-101",
        title="ResNeXt-101 (32×4d)",
        year=2016,
        idea="ResNeXt-50 with seventeen more blocks in its fourth stage. Compare it with ResNet-101: as many "
        "parameters, fewer errors.",
        source=_SOURCE,
        published="21.2 % top-1 and 5.6 % top-5 error on the ImageNet validation set, ResNet-101 trained alike: 22.0 % "
        "and 6.0 %.",
        build=partial(resnext, 101),
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="ResNet",
        record=Record(44.2e6, 8.0e9, 21.2, 5.6, _MEASURED, _STRIDE),
        counted_parameters=44_177_704,
        counted_multiply_adds=7_969_996_800,
    )
)
