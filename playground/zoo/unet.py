"""U-Net: down to what is in the picture, up again to where it is."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._imagenet import IMAGENET
from playground.zoo._sketch import Sketch
from playground.zoo._spec import Record, ZooNetwork, register

SOURCE = "Ronneberger, Fischer and Brox 2015, U-Net: convolutional networks for biomedical image segmentation"

SIZES = (392, 200, 104, 56)
"""To these sizes the maps of the way down are cropped, from the top of the U on: without padding the borders go."""


def build() -> Graph:
    """The paper's figure 1: 572×572 pixels in, 388×388 out, one score for cell and one for background at each."""
    net = Sketch((1, 572, 572))
    skips = [_downwards(net, level, 64 * 2**level, dropout=level == 3) for level in range(4)]
    _downwards(net, 4, 1024, dropout=True)
    for level in reversed(range(4)):
        _upwards(net, level, 64 * 2**level, skips[level], crop=SIZES[level])
    net.add("conv2d", "scores", out_channels=2, kernel_size=1)
    return net.graph()


def mini() -> Graph:
    """Two steps down and up for digits of which dropout has taken every second pixel away."""
    net = Sketch((1, 28, 28))
    net.add("dropout", "holes", p=0.5)
    skips = [_downwards(net, level, 8 * 2**level, padding=1) for level in range(2)]
    _downwards(net, 2, 32, padding=1)
    for level in reversed(range(2)):
        _upwards(net, level, 8 * 2**level, skips[level], padding=1)
    net.add("conv2d", "restored", out_channels=1, kernel_size=1)
    net.add("squared_error", "loss", (net.last, "input"), reduction="mean")
    return net.graph()


def _downwards(net: Sketch, level: int, filters: int, padding: int = 0, dropout: bool = False) -> str:
    """One step of the way down as a block: half the size, then two convolutions with twice the maps."""
    with net.block(f"down{level + 1}", f"Down {level + 1}: {filters} maps"):
        if level:
            net.add("max_pool2d", "pool", kernel_size=2, stride=2)
        _double(net, filters, padding)
        return net.add("dropout", "dropout", p=0.5) if dropout else net.last


def _upwards(net: Sketch, level: int, filters: int, skip: str, padding: int = 0, crop: int = 0) -> None:
    """One step of the way up as a block: twice the size, beside it the maps of the way down, then two convolutions."""
    with net.block(f"up{level + 1}", f"Up {level + 1}: {filters} maps"):
        below = net.last
        if crop:
            skip = net.add("center_crop2d", "crop", skip, size=(crop, crop))
        up = net.add("conv_transpose2d", "deconv", below, out_channels=filters, kernel_size=2, stride=2, padding=0)
        net.add("concat", "concat", (skip, up))
        _double(net, filters, padding)


def _double(net: Sketch, filters: int, padding: int) -> None:
    """Two 3×3 convolutions with ReLU."""
    for number in (1, 2):
        net.add("conv2d", f"conv{number}", out_channels=filters, kernel_size=3, padding=padding)
        net.add("relu", f"relu{number}")


U_NET = register(
    ZooNetwork(
        key="u-net",
        title="U-Net",
        year=2015,
        idea="Down on the left the maps get smaller and say what is there, up on the right larger again and say where; "
        "the wires across bring back the detail that pooling lost. Every pixel gets an answer of its own.",
        source=SOURCE,
        published="Winner of the ISBI cell tracking challenge 2015: 92 % overlap on PhC-U373, 77.5 % on DIC-HeLa, "
        "learnt from 35 and 20 pictures. Such pictures do not ship, so it has no loss here and cannot be trained.",
        build=build,
        data_settings=IMAGENET,
        family="Generators",
        record=Record(definition="The paper gives no count."),
        counted_parameters=31_030_658,
        counted_multiply_adds=150_428_424_448,
    )
)

U_NET_MINI = register(
    ZooNetwork(
        key="u-net-mini",
        title="Mini U-Net",
        year=2015,
        idea="Dropout pokes holes into a digit, and a small U-Net fills them in: its target is the digit before that. "
        "Take the wires across out and see the strokes blur.",
        source=SOURCE,
        published="The paper's is for cells in pictures of 572×572 pixels. This one has padding, so that nothing need "
        "be cropped.",
        build=mini,
        data_settings=DataSettings("mnist"),
        training=TrainingSettings(epochs=2),
        family="Generators",
        counted_parameters=29_321,
        counted_multiply_adds=4_779_264,
        is_small=True,
    )
)
