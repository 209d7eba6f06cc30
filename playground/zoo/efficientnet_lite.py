"""EfficientNet-Lite: EfficientNet without what telephones find hard."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._preparation import per_pixel
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import classifier
from playground.zoo.efficientnet import HEAD, STAGES, STEM, draw_mobile_stages
from playground.zoo.templates._style import Style

STYLE = Style(activation="relu6", is_same=True, norm_settings={"eps": 1e-3, "momentum": 0.01})


def build() -> Graph:
    """EfficientNet-B0 with ReLU6 for swish and without squeeze and excite; pixels come from 0 to 1."""
    sketch = Sketch((3, 224, 224))
    per_pixel(sketch, 255 / 128, -127 / 128)
    STYLE.conv_norm(sketch, "1", STEM, 3, 2)
    draw_mobile_stages(sketch, STAGES, STEM, STYLE, "inverted_residual", squeezes=False)
    STYLE.conv_norm(sketch, "2", HEAD, 1)
    classifier(sketch, 1000, 0.2)
    return sketch.graph()


EFFICIENTNET_LITE0 = register(
    ZooNetwork(
        key="efficientnet-lite0",
        title="EfficientNet-Lite0",
        year=2020,
        idea="EfficientNet-B0 without squeeze and excite and with ReLU6 for swish, so that it runs well in whole "
        "numbers on a telephone. It comes with the weights that Google trained on ImageNet.",
        source="Liu 2020, Higher accuracy on vision models with EfficientNet-Lite (TensorFlow blog); network: Tan and "
        "Le 2019",
        published="75.1 % top-1 accuracy on the ImageNet validation set with 4.7 M parameters and 407 M multiply-adds.",
        build=build,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="EfficientNet",
        record=Record(
            4.7e6,
            407e6,
            24.9,
            None,
            "ImageNet validation, single crop",
            "Multiply-adds of the convolutions and the dense layer; what else is in the authors' 407 M they do not "
            "say.",
        ),
        counted_parameters=4_652_008,
        counted_multiply_adds=385_187_552,
        weights="efficientnet-lite0.safetensors",
    )
)
