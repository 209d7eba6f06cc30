"""Squeeze-and-excitation networks: a ResNet whose blocks weigh their feature maps."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo import residual
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.resnet import resnet
from playground.zoo.templates.attention import REDUCTION, squeeze_excite_block


def build() -> Graph:
    """ResNet-50 with squeeze and excite at the end of every branch, before the sum."""
    return resnet(
        50, lambda sketch, channels: squeeze_excite_block(sketch, channels, channels // REDUCTION), "SE bottleneck"
    )


def mini() -> Graph:
    """The mini ResNet with squeeze and excite in its blocks."""

    def attention(sketch: Sketch, channels: int) -> str:
        return squeeze_excite_block(sketch, channels, channels // 4)

    return residual.mini(attention, "SE block")


_SOURCE = "Hu, Shen and Sun 2017, Squeeze-and-excitation networks"

SE_RESNET_50 = register(
    ZooNetwork(
        key="se-resnet-50",
        title="SE-ResNet-50",
        year=2017,
        idea="Every block looks at the mean of each of its feature maps and decides which of them matter for this "
        "picture. It costs a tenth more parameters and hardly any time.",
        source=_SOURCE,
        published="23.29 % top-1 and 6.62 % top-5 error on the ImageNet validation set, ResNet-50 trained alike: "
        "24.80 % and 7.48 %. Such networks won the ImageNet challenge of 2017.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="Attention",
        record=Record(
            28.1e6,
            3.87e9,
            23.29,
            6.62,
            "ImageNet validation, single crop",
            "Both dense layers of a gate have biases, as in the authors' code; without them, as in the paper's "
            "formula (2.51 M for all gates), there are 16,048 fewer. The stride is in the first 1×1, as in the "
            "paper's ResNet-50 of 3.86 G.",
            "A lecture writes squeeze and excite with a single dense layer, 512 → 512: 262,144 weights. The paper has "
            "two, 512 → 32 → 512, with 32,768.",
        ),
        counted_parameters=28_088_024,
        counted_multiply_adds=3_860_488_192,
    )
)

SE_MINI = register(
    ZooNetwork(
        key="se-mini",
        title="Mini SE-ResNet",
        year=2017,
        idea="The Mini ResNet with squeeze and excite in its two blocks. Bypass the two “Squeeze and excite” cards, "
        "train again, and compare.",
        source=_SOURCE,
        published="The paper's SE-ResNet-110 has 5.21 % errors on CIFAR-10, ResNet-110 6.37 %. This one has two "
        "blocks, and reduces to a quarter of the channels instead of a sixteenth, as there are so few.",
        build=mini,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="Attention",
        counted_parameters=29_110,
        counted_multiply_adds=2_061_312,
        is_small=True,
    )
)
