"""Small residual networks that train on a laptop: layers that only have to learn what to add."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR, CIFAR_TRAINING, CLASSES, SHAPE
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo._stages import Spot, cifar_stages, classifier, draw_stages
from playground.zoo.templates._style import PLAIN
from playground.zoo.templates.residual import Attention, basic_block


def mini(attention: Attention | None = None, title: str = "Basic block") -> Graph:
    """A stem that halves the picture, a block of 16 maps, a convolution that halves again, a block of 32, a head."""
    kind = "" if attention else "basic_block"
    sketch = Sketch((1, 28, 28))
    PLAIN.conv_norm(sketch, "1", 16, stride=2)
    with sketch.block("block1", f"{title} 1", kind):
        basic_block(sketch, 16, 16, attention=attention)
    PLAIN.conv_norm(sketch, "2", 32, stride=2)
    with sketch.block("block2", f"{title} 2", kind):
        basic_block(sketch, 32, 32, attention=attention)
    classifier(sketch, 10)
    return sketch.graph()


def resnet_20(shape: tuple[int, int, int] = SHAPE) -> Graph:
    """The smallest ResNet of the paper's section 4.2: three stages of three blocks, shortcuts without weights."""

    def draw(sketch: Sketch, spot: Spot) -> int:
        basic_block(sketch, spot.channels, spot.width, spot.stride, pooled_skip=1)
        return spot.width

    sketch = Sketch(shape)
    PLAIN.conv_norm(sketch, "1", 16)
    draw_stages(sketch, cifar_stages(3), 16, "Basic block", "basic_block", draw)
    classifier(sketch, CLASSES)
    return sketch.graph()


def resnet_20_grey() -> Graph:
    """The same for pictures of one channel and 28×28 pixels."""
    return resnet_20((1, 28, 28))


_SOURCE = "He, Zhang, Ren and Sun 2015, Deep residual learning for image recognition"

RESIDUAL_MINI = register(
    ZooNetwork(
        key="residual-mini",
        title="Mini ResNet",
        year=2015,
        idea="Each block adds something to what it was given, instead of replacing it. Step backward and see the "
        "gradient pass each Add undiminished: that is why such networks can be hundreds of layers deep.",
        source=_SOURCE,
        published="The paper's ResNet-152 reached 4.49 % top-5 validation error on ImageNet. This one has two "
        "blocks of the same kind, with identity skips, and six 3×3 convolutions in all.",
        build=mini,
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(epochs=5),
        family="ResNet",
        counted_parameters=28_410,
        counted_multiply_adds=2_060_672,
        is_small=True,
    )
)

RESNET_20 = register(
    ZooNetwork(
        key="resnet-20",
        title="ResNet-20",
        year=2015,
        idea="The paper's smallest network, for pictures of 32×32 pixels: nine basic blocks in three stages. Its "
        "shortcuts have no weights at all; where the maps double, the new ones start as zeros.",
        source=_SOURCE,
        published="8.75 % errors on CIFAR-10; ResNet-110 of the same kind: 6.43 %.",
        build=resnet_20,
        data_settings=CIFAR,
        training=CIFAR_TRAINING,
        family="ResNet",
        record=Record(
            0.27e6,
            None,
            8.75,
            None,
            "CIFAR-10 test",
            "With shortcuts without weights (option A), as in the paper: 269,722. With projections (option B) there "
            "would be 272,474.",
        ),
        counted_parameters=269_722,
        counted_multiply_adds=40_551_040,
    )
)

RESNET_20_GREY = register(
    ZooNetwork(
        key="resnet-20-grey",
        title="ResNet-20 for clothing",
        year=2015,
        idea="ResNet-20 for grey pictures of 28×28 pixels, so that it can learn from Fashion-MNIST. Look at the "
        "gradients in Train: the first layer gets as much as the last.",
        source=_SOURCE,
        published="8.75 % errors on CIFAR-10. Only the first convolution differs here: it reads one channel instead of "
        "three.",
        build=resnet_20_grey,
        data_settings=DataSettings("fashion_mnist", train_size=6000),
        training=TrainingSettings(epochs=5),
        family="ResNet",
        counted_parameters=269_434,
        counted_multiply_adds=30_821_248,
        is_small=True,
    )
)
