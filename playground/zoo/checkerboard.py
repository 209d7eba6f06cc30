"""Two ways back from half the size, side by side: the kernel that leaves a checkerboard, and the one that does not."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph, Nested
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

_CHANNELS = 4


def build() -> Graph:
    """8 × 8 pixels, a convolution with stride 2, and from its 4 × 4 maps two transposed ones back to 8 × 8."""
    net = Sketch((1, 8, 8))
    pixels = net.last
    net.add("conv2d", "conv", out_channels=_CHANNELS, kernel_size=4, stride=2, padding=1)
    code = net.add("relu", "relu")
    back3 = _back(net, code, kernel=3, extra=1)
    net.add("squared_error", "loss3", (back3, pixels), reduction="mean", auxiliary=True, weight=1.0)
    back4 = _back(net, code, kernel=4, extra=0)
    net.add("squared_error", "loss", (back4, pixels), reduction="mean")
    return net.graph()


def _back(net: Sketch, code: str, kernel: int, extra: int) -> str:
    """From 4 to (4 − 1)·2 − 2·1 + k + o = 8: kernel 3 needs a row of output padding for it, kernel 4 none."""
    return net.add(
        "conv_transpose2d",
        f"kernel{kernel}",
        code,
        initial=_even(kernel),
        out_channels=1,
        kernel_size=kernel,
        stride=2,
        padding=1,
        output_padding=extra,
    )


def _even(kernel: int) -> dict[str, Nested]:
    """The same weight everywhere, so that only the overlaps show: a cell painted twice as often is twice as bright.

    Both kernels add as much in all.
    """
    weight = 4.0 / (_CHANNELS * kernel**2)
    return {"weight": ((((weight,) * kernel,) * kernel,),) * _CHANNELS, "bias": (0.0,)}


CHECKERBOARD = register(
    ZooNetwork(
        key="checkerboard",
        title="Checkerboard",
        year=2016,
        idea="Half the size and back again, twice: a kernel of 3 at stride 2 paints some cells four times as often as "
        "others, a kernel of 4 paints all alike. Step into kernel3 and kernel4 and compare their overlap counts.",
        source="Odena et al. 2016, Deconvolution and checkerboard artifacts",
        published="The article shows the pattern in pictures that generators drew, and does away with it by resizing "
        "before an ordinary convolution. Here all kernels begin even, so that it shows before any training; train "
        "it as an autoencoder and see how much of it the weights learn to make up for.",
        build=build,
        data_settings=DataSettings("digits8x8"),
        training=TrainingSettings(learning_rate=0.01, batch_size=32, epochs=10),
        family="Generators",
        counted_parameters=170,
        counted_multiply_adds=2_624,
        is_small=True,
    )
)
