"""Pre-activation ResNet: nothing but additions on the way through."""

from __future__ import annotations

from functools import partial

from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR, CIFAR_TRAINING, CLASSES, SHAPE
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, cifar_stages, classifier, draw_stages, imagenet_stages, imagenet_stem
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.residual import EXPANSION, preactivation_bottleneck

TITLE = "Pre-activation block"
KIND = "preactivation"


def cifar(depth: int) -> Graph:
    """The network of 9n + 2 layers for CIFAR-10: three stages of n bottlenecks with 64, 128 and 256 channels."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        out = spot.width * EXPANSION
        preactivation_bottleneck(sketch, spot.channels, out, spot.stride)
        return out

    sketch = Sketch(SHAPE)
    PLAIN.convolve(sketch, "1", 16)
    draw_stages(sketch, cifar_stages((depth - 2) // 9), 16, TITLE, KIND, draw)
    PLAIN.prepare(sketch, "_last")
    classifier(sketch, CLASSES)
    return sketch.graph()


def imagenet_200() -> Graph:
    """Bottlenecks 3, 24, 36 and 3 for ImageNet; the stem's activation serves the first block, too."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        out = spot.width * EXPANSION
        preactivation_bottleneck(sketch, spot.channels, out, spot.stride, stride_in=2, is_prepared=spot.is_first)
        return out

    sketch = Sketch((3, 224, 224))
    channels = imagenet_stem(sketch)
    draw_stages(sketch, imagenet_stages((3, 24, 36, 3)), channels, TITLE, KIND, draw)
    PLAIN.prepare(sketch, "_last")
    classifier(sketch, 1000)
    return sketch.graph()


_SOURCE = "He, Zhang, Ren and Sun 2016, Identity mappings in deep residual networks"
_DEFINITION = (
    "As in the authors' code: convolutions without biases; where the shape changes, the shortcut is a 1×1 convolution "
    "of the first activation, and the stride is in the first 1×1. "
)

PRERESNET_164 = register(
    ZooNetwork(
        key="preresnet-164",
        title="Pre-activation ResNet-164",
        year=2016,
        idea="Batch norm and ReLU move in front of the convolutions, so from input to output there is a way on which "
        "nothing is done but adding. Step backward: the gradient arrives at the first block as it left the last.",
        source=_SOURCE,
        published="5.46 % errors on CIFAR-10; with the original order of layers 5.93 %.",
        build=partial(cifar, 164),
        data_settings=CIFAR,
        training=CIFAR_TRAINING,
        family="ResNet",
        record=Record(1.7e6, None, 5.46, None, "CIFAR-10 test", _DEFINITION),
        counted_parameters=1_703_258,
        counted_multiply_adds=244_500_992,
    )
)

PRERESNET_1001 = register(
    ZooNetwork(
        key="preresnet-1001",
        title="Pre-activation ResNet-1001",
        year=2016,
        idea="A thousand layers: 333 blocks that train as easily as fifty. With the original order of layers the same "
        "depth does worse than 164.",
        source=_SOURCE,
        published="4.92 % errors on CIFAR-10 (4.62 % with batches of 64); with the original order of layers 7.61 %.",
        build=partial(cifar, 1001),
        data_settings=CIFAR,
        training=CIFAR_TRAINING,
        family="ResNet",
        record=Record(10.2e6, None, 4.92, None, "CIFAR-10 test", _DEFINITION),
        counted_parameters=10_327_706,
        counted_multiply_adds=1_487_849_984,
    )
)

PRERESNET_200 = register(
    ZooNetwork(
        key="preresnet-200",
        title="Pre-activation ResNet-200",
        year=2016,
        idea="Deeper than ResNet-152 and better, which the original order of layers does not manage: with that, 200 "
        "layers overfit.",
        source=_SOURCE,
        published="20.7 % top-1 and 5.3 % top-5 error on the ImageNet validation set, one crop of 320×320; ResNet-200 "
        "with the original order of layers: 21.8 % and 6.0 %.",
        build=imagenet_200,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="ResNet",
        record=Record(
            None,
            None,
            20.7,
            5.3,
            "ImageNet validation, single crop of 320×320",
            "Counted for the 224×224 pixels of training. As in the authors' code, the stride is in the 3×3, and the "
            "first block takes over the stem's activation.",
        ),
        counted_parameters=64_666_152,
        counted_multiply_adds=15_007_481_856,
    )
)
