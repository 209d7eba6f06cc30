"""ResNets with other attention in their blocks: CBAM and ECA."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.resnet import resnet
from playground.zoo.templates.attention import REDUCTION, cbam_block, eca_block, eca_kernel

_STRIDE = (
    "The stride is in the first 1×1, as in the paper's ResNet-50 of {} G; the authors' code has it in the 3×3, which "
    "takes 4.09 G."
)


def cbam_resnet() -> Graph:
    """ResNet-50 with channel and spatial attention at the end of every branch, before the sum."""
    return resnet(50, lambda sketch, channels: cbam_block(sketch, channels, channels // REDUCTION), "CBAM bottleneck")


def eca_resnet() -> Graph:
    """ResNet-50 with efficient channel attention at the end of every branch, before the sum."""

    def attention(sketch: Sketch, channels: int) -> str:
        return eca_block(sketch, eca_kernel(channels))

    return resnet(50, attention, "ECA bottleneck")


CBAM_RESNET_50 = register(
    ZooNetwork(
        key="cbam-resnet-50",
        title="CBAM-ResNet-50",
        year=2018,
        idea="Each block first asks which feature maps matter, then which places of the picture do. Open a block's "
        "CBAM card to see both questions.",
        source="Woo, Park, Lee and Kweon 2018, CBAM: convolutional block attention module",
        published="22.66 % top-1 and 6.31 % top-5 error on the ImageNet validation set; ResNet-50 trained alike: "
        "24.56 % and 7.50 %, with squeeze and excite 23.14 % and 6.70 %.",
        build=cbam_resnet,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Attention",
        record=Record(
            28.09e6,
            3.864e9,
            22.66,
            6.31,
            "ImageNet validation, single crop",
            "As in the authors' code: biases in the dense layers, a batch norm behind the 7×7 convolution. The dense "
            "layers run twice, for means and for maxima, and are counted twice in the multiply-adds. "
            + _STRIDE.format("3.858"),
        ),
        counted_parameters=28_089_624,
        counted_multiply_adds=3_864_362_102,
    )
)

ECA_RESNET_50 = register(
    ZooNetwork(
        key="eca-resnet-50",
        title="ECA-ResNet-50",
        year=2020,
        idea="Gates for all feature maps from 86 weights in the whole network, where squeeze and excite takes 2.5 "
        "million. Each gate looks at its neighbours' means only.",
        source="Wang, Wu, Zhu, Li, Zuo and Hu 2020, ECA-Net: efficient channel attention for deep convolutional neural "
        "networks",
        published="77.48 % top-1 and 93.68 % top-5 accuracy on the ImageNet validation set; ResNet-50: 75.20 % and "
        "92.52 %, with squeeze and excite 76.71 % and 93.38 %.",
        build=eca_resnet,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Attention",
        record=Record(
            24.37e6,
            3.86e9,
            22.52,
            6.32,
            "ImageNet validation, single crop",
            "The paper's 24.37 M are millions of 2²⁰: 25.56 million. Kernels follow the paper's formula from each "
            "block's channels: 5, 5, 5, 7, and so 86 weights; the paper speaks of 80. " + _STRIDE.format("3.86"),
        ),
        counted_parameters=25_557_118,
        counted_multiply_adds=3_858_061_056,
    )
)
