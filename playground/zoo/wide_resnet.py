"""Wide ResNet: fewer blocks, more feature maps in each."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import TrainingSettings
from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR, CLASSES, SHAPE
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, cifar_stages, classifier, draw_stages
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.residual import preactivation_block


def wide_resnet(depth: int, widening: int, dropout: float = 0.0) -> Graph:
    """WRN-depth-widening: 6n + 4 layers, n blocks in each of three stages, `widening` times as wide as ResNet's."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        preactivation_block(sketch, spot.channels, spot.width, spot.stride, dropout)
        return spot.width

    sketch = Sketch(SHAPE)
    PLAIN.convolve(sketch, "1", 16)
    draw_stages(sketch, cifar_stages((depth - 4) // 6, 16 * widening), 16, "Wide block", "", draw)
    PLAIN.prepare(sketch, "_last")
    classifier(sketch, CLASSES)
    return sketch.graph()


WRN_28_10 = register(
    ZooNetwork(
        key="wrn-28-10",
        title="Wide ResNet-28-10",
        year=2016,
        idea="Twelve blocks ten times as wide as usual do better than hundreds of narrow ones. They also train faster, "
        "because one large convolution keeps a graphics card busier than many small ones.",
        source="Zagoruyko and Komodakis 2016, Wide residual networks",
        published="4.00 % errors on CIFAR-10, 19.25 % on CIFAR-100; pre-activation ResNet-1001: 4.92 % and 22.71 %.",
        build=partial(wide_resnet, 28, 10),
        data_settings=CIFAR,
        training=TrainingSettings("sgd", 0.1, weight_decay=5e-4, batch_size=128, epochs=200),
        family="ResNet",
        record=Record(
            36.5e6,
            None,
            4.0,
            None,
            "CIFAR-10 test",
            "Counted with ten classes; a hundred take 57,690 parameters more. Without dropout, as in the result shown.",
        ),
        counted_parameters=36_479_194,
        counted_multiply_adds=5_243_328_768,
    )
)
