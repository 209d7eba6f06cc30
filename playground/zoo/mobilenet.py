"""MobileNet: networks for telephones, made of depthwise convolutions."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import classifier
from playground.zoo.templates._style import PLAIN, Style
from playground.zoo.templates.mobile import RELU6, inverted_residual, separable

SAME = Style(is_same=True, norm_settings={"eps": 1e-3})
"""TensorFlow's padding and the eps of its batch norm: what MobileNet v1 was trained with."""

V1_BLOCKS = (
    *((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)),
    *((512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)),
)
"""Channels and stride of each separable convolution (Howard et al. 2017, table 1)."""

V2_STAGES = (
    *((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2)),
    *((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)),
)
"""Expansion, channels, blocks and stride of each stage (Sandler et al. 2018, table 2)."""


def mobilenet_v1() -> Graph:
    """One 3×3 convolution, thirteen depthwise separable ones, a classifier."""
    sketch = Sketch((3, 224, 224))
    SAME.conv_norm(sketch, "1", 32, 3, 2)
    for number, (out, stride) in enumerate(V1_BLOCKS, start=1):
        with sketch.block(f"separable{number}", f"Separable {number} · {out} maps", kind="depthwise_separable"):
            separable(sketch, out, stride, SAME)
    classifier(sketch, 1000)
    return sketch.graph()


def mobilenet_v2() -> Graph:
    """A 3×3 convolution, seventeen inverted residuals in seven stages, a 1×1 to 1,280 maps, a classifier."""
    sketch = Sketch((3, 224, 224))
    RELU6.conv_norm(sketch, "1", 32, 3, 2)
    channels = 32
    for number, (expansion, out, blocks, stride) in enumerate(V2_STAGES, start=1):
        plural = "" if blocks == 1 else "s"
        with sketch.block(f"stage{number}", f"Stage {number} · {blocks} block{plural}"):
            for index in range(blocks):
                with sketch.block(f"block{index + 1}", f"Inverted residual {index + 1}", kind="inverted_residual"):
                    inverted_residual(sketch, channels, out, 3, 1 if index else stride, expansion)
                channels = out
    RELU6.conv_norm(sketch, "2", 1280, 1)
    classifier(sketch, 1000, dropout=0.2)
    return sketch.graph()


def mini() -> Graph:
    """Four depthwise separable convolutions for 28×28 pixels."""
    sketch = Sketch((1, 28, 28))
    PLAIN.conv_norm(sketch, "1", 16, 3, 2)
    for number, (out, stride) in enumerate(((32, 1), (64, 2), (64, 1), (128, 2)), start=1):
        with sketch.block(f"separable{number}", f"Separable {number} · {out} maps", kind="depthwise_separable"):
            separable(sketch, out, stride)
    classifier(sketch, 10)
    return sketch.graph()


_V1_SOURCE = "Howard et al. 2017, MobileNets: efficient convolutional neural networks for mobile vision applications"

MOBILENET_V1 = register(
    ZooNetwork(
        key="mobilenet-v1",
        title="MobileNet v1",
        year=2017,
        idea="Every 3×3 convolution is taken apart: one filter for each channel looks around, 1×1 filters mix the "
        "channels. As good as VGG-16, 32 times smaller and 27 times cheaper.",
        source=_V1_SOURCE,
        published="70.6 % top-1 accuracy on ImageNet; GoogLeNet 69.8 %, VGG-16 71.5 %.",
        build=mobilenet_v1,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="MobileNet",
        record=Record(
            4.2e6,
            569e6,
            29.4,
            None,
            "ImageNet validation, single crop",
            "ReLU as in the paper (the authors' released code cuts it off at 6); TensorFlow's padding “same”.",
        ),
        counted_parameters=4_231_976,
        counted_multiply_adds=568_740_352,
    )
)

MOBILENET_V2 = register(
    ZooNetwork(
        key="mobilenet-v2",
        title="MobileNet v2",
        year=2018,
        idea="Inverted residuals: the shortcut joins the narrow ends of a block, and in the wide middle each channel "
        "is filtered by itself. Half the price of version 1, and better.",
        source="Sandler, Howard, Zhu, Zhmoginov and Chen 2018, MobileNetV2: inverted residuals and linear bottlenecks",
        published="72.0 % top-1 accuracy on ImageNet with 300 M multiply-adds; MobileNet v1: 70.6 % with 575 M.",
        build=mobilenet_v2,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="MobileNet",
        record=Record(
            3.4e6,
            300e6,
            28.0,
            None,
            "ImageNet validation, single crop",
            "Counted with all batch-norm scales and shifts; without them there are 3,470,760, for which the paper "
            "prints 3.4 M.",
        ),
        counted_parameters=3_504_872,
        counted_multiply_adds=300_774_272,
    )
)

MOBILENET_MINI = register(
    ZooNetwork(
        key="mobilenet-mini",
        title="Mini MobileNet",
        year=2017,
        idea="Four depthwise separable convolutions. Compare the parameters of a depthwise layer with those of the 1×1 "
        "behind it: mixing channels is what costs.",
        source=_V1_SOURCE,
        published="The paper's MobileNet has 13 such blocks and 70.6 % accuracy on ImageNet. This one is for pictures "
        "of 28×28 pixels.",
        build=mini,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="MobileNet",
        counted_parameters=18_826,
        counted_multiply_adds=641_760,
        is_small=True,
    )
)
