"""DenseNet: every layer reads what all layers before it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import classifier, imagenet_stem
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.densely import dense_block, transition

GROWTH = 32
"""Maps that each dense layer adds."""

LAYERS = {
    121: (6, 12, 24, 16),
    169: (6, 12, 32, 32),
    201: (6, 12, 48, 32),
    264: (6, 12, 64, 48),
}
"""Dense layers of the four blocks (Huang et al. 2016, table 1)."""


def densenet(depth: int) -> Graph:
    """The DenseNet of so many layers for ImageNet, with bottlenecks and transitions that halve (DenseNet-BC)."""
    sketch = Sketch((3, 224, 224))
    channels = imagenet_stem(sketch, 2 * GROWTH)
    _dense_blocks(sketch, channels, LAYERS[depth], GROWTH)
    classifier(sketch, 1000)
    return sketch.graph()


def _dense_blocks(sketch: Sketch, channels: int, layers: Sequence[int], growth: int) -> None:
    """Dense blocks with transitions between them, batch norm and ReLU at the end."""
    for number, count in enumerate(layers, start=1):
        with sketch.block(f"dense{number}", f"Dense block {number} · {count} layers", kind="dense_block"):
            dense_block(sketch, count, growth)
        channels += count * growth
        if number < len(layers):
            channels //= 2
            with sketch.block(f"transition{number}", f"Transition {number}", kind="transition"):
                transition(sketch, channels)
    PLAIN.prepare(sketch, "_last")


def mini() -> Graph:
    """Three blocks of three layers that each add 8 maps, for 28×28 pixels."""
    sketch = Sketch((1, 28, 28))
    PLAIN.convolve(sketch, "1", 16, stride=2)
    _dense_blocks(sketch, 16, (3, 3, 3), 8)
    classifier(sketch, 10)
    return sketch.graph()


_SOURCE = "Huang, Liu, van der Maaten and Weinberger 2016, Densely connected convolutional networks"
_DEFINITION = (
    "With all batch-norm scales and shifts, no biases before a batch norm. Each layer's Concat adds its maps to the "
    "pile that arrived, which is the paper's [x₀, x₁, …] written step by step."
)
_MEASURED = "ImageNet validation, single crop"
_CORRECTION = (
    "A lecture's table gives DenseNet-264 22 million parameters. It has 33.3 million; 22.15 % is its top-1 error. By "
    "the paper's own table it has 265 layers with weights, not 264."
)

_RECORDS = {
    121: Record(None, None, 25.02, 7.71, _MEASURED, _DEFINITION),
    169: Record(None, None, 23.80, 6.85, _MEASURED, _DEFINITION),
    201: Record(None, None, 22.58, 6.34, _MEASURED, _DEFINITION),
    264: Record(None, None, 22.15, 6.12, _MEASURED, _DEFINITION, _CORRECTION),
}

_TEN_CROPS = {121: (23.61, 6.66), 169: (22.08, 5.92), 201: (21.46, 5.54), 264: (20.80, 5.29)}

_COUNTED = {
    121: (7_978_856, 2_834_161_664),
    169: (14_149_480, 3_359_843_328),
    201: (20_013_928, 4_291_365_888),
    264: (33_337_704, 5_751_653_376),
}

_IDEAS = {
    121: "Each layer adds 32 feature maps to a pile that every later layer reads, so nothing has to be found twice. "
    "Eight million parameters do what takes a ResNet more than twenty.",
    169: "DenseNet-121 with longer third and fourth blocks: 32 layers each. Each layer sees all maps before it and "
    "adds 32 of its own.",
    201: "The third block has 48 layers and ends with 1,792 maps, of which each layer made only 32. As good as "
    "ResNet-101 with less than half of its parameters.",
    264: "The deepest DenseNet of the paper: 130 dense layers in four blocks. Its last block begins with 1,152 maps "
    "and ends with 2,688.",
}

DENSENETS = tuple(
    register(
        ZooNetwork(
            key=f"densenet-{depth}",
            title=f"DenseNet-{depth}",
            year=2016,
            idea=_IDEAS[depth],
            source=_SOURCE,
            published=f"{_RECORDS[depth].top1_error:.2f} % top-1 and {_RECORDS[depth].top5_error:.2f} % top-5 error on "
            f"the ImageNet validation set from one crop, {_TEN_CROPS[depth][0]:.2f} % and "
            f"{_TEN_CROPS[depth][1]:.2f} % from ten.",
            build=partial(densenet, depth),
            data_settings=IMAGENET,
            training=IMAGENET_TRAINING,
            family="DenseNet",
            record=_RECORDS[depth],
            counted_parameters=_COUNTED[depth][0],
            counted_multiply_adds=_COUNTED[depth][1],
        )
    )
    for depth in LAYERS
)

DENSENET_MINI = register(
    ZooNetwork(
        key="densenet-mini",
        title="Mini DenseNet",
        year=2016,
        idea="Nine dense layers that each add 8 feature maps to the pile. It is slim, because no layer has to make a "
        "map that another one has made already.",
        source=_SOURCE,
        published="The paper's DenseNet-BC of 100 layers with 12 new maps each has 4.51 % errors on CIFAR-10. This one "
        "has 22 layers and 8 new maps each, and is for pictures of 28×28 pixels.",
        build=mini,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="DenseNet",
        counted_parameters=32_318,
        counted_multiply_adds=2_597_780,
        is_small=True,
    )
)
