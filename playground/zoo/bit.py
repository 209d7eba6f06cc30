"""Big Transfer: a ResNet without batch norm, for learning on very much data once and on little data afterwards."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, classifier, draw_stages, imagenet_stages
from playground.zoo.resnet import BLOCKS
from playground.zoo.templates._style import Style
from playground.zoo.templates.residual import EXPANSION, preactivation_bottleneck

STYLE = Style(
    conv="ws_conv2d", norm="group_norm", conv_settings={"eps": 1e-10}, norm_settings={"num_groups": 32, "eps": 1e-5}
)
"""Weight-standardised convolutions and group norm with 32 groups, as in the authors' code."""


def build() -> Graph:
    """Pre-activation ResNet-50. The stem has no norm; before its max pooling a border of zeros is put around."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        out = spot.width * EXPANSION
        preactivation_bottleneck(sketch, spot.channels, out, spot.stride, stride_in=2, style=STYLE)
        return out

    sketch = Sketch((3, 224, 224))
    STYLE.convolve(sketch, "1", 64, 7, 2)
    sketch.add("pad", "pad", padding=(1, 1, 1, 1))
    sketch.add("max_pool2d", "pool1", kernel_size=3, stride=2)
    draw_stages(sketch, imagenet_stages(BLOCKS[50]), 64, "Pre-activation block", "", draw)
    STYLE.prepare(sketch, "_last")
    classifier(sketch, 1000)
    return sketch.graph()


BIT_50X1 = register(
    ZooNetwork(
        key="bit-resnet-50x1",
        title="BiT ResNet-50x1",
        year=2020,
        idea="Trained once on millions of pictures, then fine-tuned on a handful. Group norm and standardised weights "
        "take the place of batch norm, which does badly when batches differ between the two.",
        source="Kolesnikov, Beyer, Zhai, Puigcerver, Yung, Gelly and Houlsby 2020, Big Transfer (BiT): general visual "
        "representation learning",
        published="The largest of the family, ResNet-152x4 trained on 300 million pictures, reached 87.54 % top-1 "
        "accuracy on ImageNet with 928 M parameters. This is the smallest, as wide as ResNet-50.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="ResNet",
        record=Record(
            definition="Counted with 1,000 classes. The authors end with a 1×1 convolution of the 2,048 means: the "
            "same as a dense layer.",
        ),
        counted_parameters=25_549_352,
        counted_multiply_adds=4_089_184_256,
    )
)
