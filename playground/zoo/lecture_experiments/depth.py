"""How deep a network can be: degradation, residual shortcuts, stochastic depth."""

from __future__ import annotations

from functools import partial
from typing import Literal

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._stages import Spot, cifar_stages, classifier, draw_stages
from playground.zoo.lecture_experiments._spec import Contender, LectureExperiment, register
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.residual import basic_block

_WIDTH = 8
"""Channels of the first stage: narrow, so that 56 layers train in seconds."""

_DIGITS = DataSettings("digits8x8", train_size=1000, validation_fraction=0.2)


def deep_network(blocks: int, kind: Literal["plain", "residual"], drop: float = 0.0) -> Graph:
    """6 · blocks + 2 layers in three stages for 8×8 pictures, as in He et al. 2015, section 4.2, but 8 channels wide.

    Layers of the same place have the same id in plain and residual networks, and so the same starting weights. `drop`
    is how often the last residual branch is left out while training; the others in proportion to their depth.
    """

    def draw(sketch: Sketch, spot: Spot) -> int:
        if kind == "plain":
            PLAIN.conv_norm(sketch, "1", spot.width, 3, spot.stride)
            PLAIN.conv_norm(sketch, "2", spot.width, 3)
        else:
            part = drop * spot.number / (3 * blocks)
            basic_block(sketch, spot.channels, spot.width, spot.stride, drop=part, pooled_skip=1)
        return spot.width

    sketch = Sketch((1, 8, 8))
    PLAIN.conv_norm(sketch, "1", _WIDTH)
    draw_stages(sketch, cifar_stages(blocks, _WIDTH), _WIDTH, "Block", "", draw)
    classifier(sketch, 10)
    return sketch.graph()


_FALLING = TrainingSettings(
    optimizer="sgd", learning_rate=0.02, momentum=0.9, batch_size=32, epochs=12, schedule="cosine"
)

DEGRADATION = register(
    LectureExperiment(
        key="degradation",
        title="Deeper is worse, until it is residual",
        question="A network of 56 layers can do all that one of 20 can: 36 layers need only pass on what they get. "
        "Does it learn that?",
        look_at="the training curves, dashed for the runs beside: the plain network of 56 layers is worse even on the "
        "examples it learns from, so this is not overfitting. The same 56 layers with shortcuts learn at once.",
        measured="training loss after 12 epochs is 0.041 with 20 plain layers, 1.64 with 56, and 0.004 with 56 "
        "residual ones; 97.5 %, 34.4 % and 98.9 % of the test digits are right.",
        source="He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition, figures 1 and 6",
        contenders=(
            Contender("plain, 20 layers", partial(deep_network, 3, "plain"), _FALLING),
            Contender("plain, 56 layers", partial(deep_network, 9, "plain"), _FALLING),
            Contender("residual, 56 layers", partial(deep_network, 9, "residual"), _FALLING),
        ),
        data=_DIGITS,
        seconds=35,
        words=("resnet", "plain", "shortcut"),
    )
)

_NOISY = DataSettings("digits8x8", train_size=600, validation_fraction=0.2, label_noise=0.3)
_SETTLING = TrainingSettings(
    optimizer="sgd", learning_rate=0.05, momentum=0.9, batch_size=64, epochs=40, schedule="cosine"
)

STOCHASTIC_DEPTH = register(
    LectureExperiment(
        key="stochastic-depth",
        title="Layers left out at random",
        question="While training, each residual block is skipped now and then, the last one half of the time. Does a "
        "network that never trains as a whole do better? To make it hard, 30 % of the training labels are wrong.",
        look_at="the training loss falls to nothing where all blocks always take part: the wrong labels are learnt by "
        "heart, and validation pays for it. With stochastic depth every step is made with another, shallower network, "
        "and the training loss stays high.",
        measured="training and validation loss after 40 epochs are 0.012 and 1.36 with all blocks always, 1.05 and "
        "0.703 with stochastic depth; 71.4 % and 81.1 % of the test digits are right (with seed 1: 63.6 % and 85.3 %).",
        source="Huang, Sun, Liu, Sedra and Weinberger 2016, Deep networks with stochastic depth (without wrong "
        "labels, on CIFAR-10: 6.41 % errors became 5.25 %)",
        contenders=(
            Contender("all blocks always", partial(deep_network, 9, "residual"), _SETTLING),
            Contender("stochastic depth", partial(deep_network, 9, "residual", 0.5), _SETTLING),
        ),
        data=_NOISY,
        seconds=35,
        words=("resnet", "regularisation", "label noise"),
    )
)
