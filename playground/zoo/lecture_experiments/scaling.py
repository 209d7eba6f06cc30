"""Ways to make a network larger: deeper, wider, or pictures with more pixels."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo.lecture_experiments._spec import Contender, LectureExperiment, register
from playground.zoo.templates._style import PLAIN


def scaled(layers: int, channels: int, pixels: int) -> Graph:
    """`layers` convolutions at full and as many at half the size, on clothes shrunk to so many pixels a side."""
    net = Sketch((1, 28, 28))
    if pixels != 28:
        net.add("adaptive_avg_pool2d", "shrink", output_size=pixels)
    for number in range(1, layers + 1):
        PLAIN.conv_norm(net, f"a{number}", channels)
    for number in range(1, layers + 1):
        PLAIN.conv_norm(net, f"b{number}", 2 * channels, stride=2 if number == 1 else 1)
    net.add("global_avg_pool2d", "gap")
    net.add("dense", "fc", out_features=10)
    net.add("cross_entropy", "loss")
    return net.graph()


_ADAM = TrainingSettings(learning_rate=0.005, batch_size=32, epochs=15, schedule="cosine")

SCALING = register(
    LectureExperiment(
        key="scaling",
        title="Deeper, wider, or sharper",
        question="A small network may cost four times as much. Where is that spent best: on more layers, on more "
        "channels, or on pictures with more pixels?",
        look_at="the validation curves of networks that cost the same.",
        measured="after 15 epochs 74.5 % of the test pictures are right with more layers, 78.2 % with more channels, "
        "71.4 % with more pixels and 79.4 % with some of each. With seeds 1 and 2 the best two change places: 79.4 % "
        "and 79.7 % with more channels, 77.4 % and 77.2 % with some of each. So small a network wants width first; "
        "the paper's balance pays where networks are hundreds of times larger.",
        source="Tan and Le 2019, EfficientNet: rethinking model scaling for convolutional neural networks",
        contenders=(
            Contender("deeper", partial(scaled, 6, 8, 14), _ADAM),
            Contender("wider", partial(scaled, 2, 16, 14), _ADAM),
            Contender("sharper", partial(scaled, 2, 8, 28), _ADAM),
            Contender("some of each", partial(scaled, 3, 9, 18), _ADAM),
        ),
        data=DataSettings("fashion_mnist", train_size=1000, validation_fraction=0.2),
        seconds=45,
        words=("efficientnet", "compound", "width", "depth", "resolution"),
    )
)
