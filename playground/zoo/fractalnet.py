"""FractalNet: very deep without skips that pass anything through unchanged."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._cifar import CIFAR
from playground.zoo._imagenet import IMAGENET, IMAGENET_TRAINING
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register
from playground.zoo.templates.fractal import SOURCE, fractal

FILTERS = (64, 128, 256, 512, 512)
DROPOUT = (0.0, 0.1, 0.2, 0.3, 0.4)
"""Of the five blocks of the networks for 32×32 pixels."""


def build_cifar(columns: int = 3) -> Graph:
    """32×32 in colour: five blocks, each of which ends by halving the picture, down to a single pixel."""
    net = Sketch((3, 32, 32))
    for number, (filters, dropout) in enumerate(zip(FILTERS, DROPOUT, strict=True), start=1):
        with net.block(f"block{number}", f"Fractal block {number}", kind="fractal"):
            fractal(net, columns, filters, dropout, is_pooled=True)
    _head(net, 10)
    return net.graph()


def build_imagenet() -> Graph:
    """224×224: ResNet-34's first and last layers, and four blocks of four columns between them: 34 layers deep."""
    net = Sketch((3, 224, 224))
    with net.block("stem", "Stem"):
        net.add("conv2d", "conv", out_channels=64, kernel_size=7, stride=2, padding=3, bias=False)
        net.add("batch_norm2d", "norm")
        net.add("relu", "relu")
        net.add("max_pool2d", "pool", kernel_size=3, stride=2, padding=1)
    for number, filters in enumerate((128, 256, 512, 1024), start=1):
        with net.block(f"block{number}", f"Fractal block {number}", kind="fractal"):
            fractal(net, 4, filters, is_pooled=number < 4)
    with net.block("head", "Head"):
        net.add("global_avg_pool2d", "gap")
        net.add("dense", "fc", out_features=1000)
    net.add("cross_entropy", "loss")
    return net.graph()


def build_small() -> Graph:
    """28×28 in grey: three blocks of three columns with few filters."""
    net = Sketch((1, 28, 28))
    for number, filters in enumerate((8, 16, 32), start=1):
        with net.block(f"block{number}", f"Fractal block {number}", kind="fractal"):
            fractal(net, 3, filters, is_pooled=True)
    _head(net, 10)
    return net.graph()


def _head(net: Sketch, classes: int) -> None:
    with net.block("head", "Head"):
        net.add("flatten", "flatten")
        net.add("dense", "fc", out_features=classes)
    net.add("cross_entropy", "loss")


_DEFINITION = (
    "Counted here with two numbers per filter for each batch norm and no biases before them; the authors' code has the "
    "biases and a batch norm that learns nothing."
)

FRACTALNET_20 = register(
    ZooNetwork(
        key="fractalnet-20",
        title="FractalNet-20",
        year=2016,
        idea="One rule, applied to its own result, makes columns of one, two and four convolutions that are joined by "
        "their mean. Ways are left out by chance while training, and every depth learns to work by itself.",
        source=SOURCE,
        published="4.60 % errors on CIFAR-10 with drop-path, dropout, mirroring and shifts; 7.33 % without the "
        "last two.",
        build=build_cifar,
        data_settings=CIFAR,
        training=TrainingSettings(optimizer="sgd", learning_rate=0.02, batch_size=100, epochs=400),
        family="FractalNet",
        record=Record(
            parameters=38.6e6,
            top1_error=4.6,
            measured_on="CIFAR-10 with mirroring and shifts",
            definition=f"{_DEFINITION} Drop-path here is the local kind; the paper mixes it half and half with a "
            "global kind that keeps a single column.",
            correction="The paper prints 38.6 M for 20 layers; the network that it describes, and that its authors' "
            "code builds, has 33.7 M. A 1×1 convolution that changes the channels before each block would make it "
            "38.6 M.",
        ),
        counted_parameters=33_724_618,
        counted_multiply_adds=845_222_912,
    )
)

FRACTALNET_34 = register(
    ZooNetwork(
        key="fractalnet-34",
        title="FractalNet-34",
        year=2016,
        idea="The first and last layer of ResNet-34 with four fractal blocks between them. As deep and as accurate as "
        "that network, it shows that residuals are not the only way to be deep.",
        source=SOURCE,
        published="24.12 % top-1 and 7.39 % top-5 error with ten crops, where ResNet-34 C has 24.19 and 7.40.",
        build=build_imagenet,
        data_settings=IMAGENET,
        training=IMAGENET_TRAINING,
        family="FractalNet",
        record=Record(
            top1_error=24.12,
            top5_error=7.39,
            measured_on="ImageNet validation, one network, ten crops",
            definition=f"{_DEFINITION} The paper gives no count for this network.",
        ),
        counted_parameters=164_031_016,
        counted_multiply_adds=24_164_982_784,
    )
)

FRACTALNET_SMALL = register(
    ZooNetwork(
        key="fractalnet-small",
        title="Mini FractalNet",
        year=2016,
        idea="Three fractal blocks for clothing in 28×28 pixels: four convolutions deep each, and one, and two. Open a "
        "block and see the same figure within itself.",
        source=SOURCE,
        published="The paper's figure 1 with three columns; nothing was published for this size.",
        build=build_small,
        data_settings=DataSettings("fashion_mnist"),
        training=TrainingSettings(epochs=5),
        family="FractalNet",
        counted_parameters=69_554,
        counted_multiply_adds=6_945_984,
        is_small=True,
    )
)
