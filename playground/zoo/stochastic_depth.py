"""Stochastic depth: residual blocks that are left out at random while training."""

from __future__ import annotations

from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR, CIFAR_TRAINING, CLASSES, SHAPE
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, cifar_stages, classifier, draw_stages
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.residual import basic_block

BLOCKS = 18
"""In each of the three stages: 6 · 18 + 2 = 110 layers."""

LAST_DROP = 0.5
"""How often the last block is left out; the first hardly ever, and those between in proportion (linear decay)."""


def build() -> Graph:
    """ResNet-110 for CIFAR-10 whose block ℓ of 54 is left out with probability ℓ/54 · ½ while training."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        drop = LAST_DROP * spot.number / (3 * BLOCKS)
        basic_block(sketch, spot.channels, spot.width, spot.stride, drop=drop, pooled_skip=2)
        return spot.width

    sketch = Sketch(SHAPE)
    PLAIN.conv_norm(sketch, "1", 16)
    draw_stages(sketch, cifar_stages(BLOCKS), 16, "Basic block", "", draw)
    classifier(sketch, CLASSES)
    return sketch.graph()


STOCHASTIC_DEPTH = register(
    ZooNetwork(
        key="stochastic-depth-110",
        title="ResNet-110 with stochastic depth",
        year=2016,
        idea="While training, every block is skipped now and then, the later ones more often; in use all 54 take part. "
        "The shorter way lets the gradient through, and the network cannot lean on any single block.",
        source="Huang, Sun, Liu, Sedra and Weinberger 2016, Deep networks with stochastic depth",
        published="5.25 % errors on CIFAR-10; the same network without stochastic depth: 6.41 %. The paper leaves a "
        "block out for a whole batch and scales it in use; here each example has its own luck and the scaling is done "
        "while training, on average the same.",
        build=build,
        data_settings=CIFAR,
        training=CIFAR_TRAINING,
        family="ResNet",
        record=Record(
            1.7e6,
            None,
            5.25,
            None,
            "CIFAR-10 test",
            "Shortcuts without weights: where the size halves, means of 2×2 pixels, and zeros for the new channels.",
        ),
        counted_parameters=1_727_962,
        counted_multiply_adds=252_887_680,
    )
)
