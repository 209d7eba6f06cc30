"""The network of Mazur's "A Step by Step Backpropagation Example", with every number that he prints."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph, Nested
from playground.zoo._published import Publication, Published
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register

STARTING_VALUES: dict[str, dict[str, Nested]] = {
    "dense1": {"weight": ((0.15, 0.20), (0.25, 0.30)), "bias": (0.35, 0.35)},
    "dense2": {"weight": ((0.40, 0.45), (0.50, 0.55)), "bias": (0.60, 0.60)},
}
"""weight[j][i] leads from input i to neuron j: w1 … w4 row by row in dense1, w5 … w8 in dense2."""


def build() -> Graph:
    """Two inputs, two hidden and two output neurons, all sigmoid. Mazur leaves the biases as they are."""
    net = Sketch((2,))
    for number in (1, 2):
        name = f"dense{number}"
        net.add("dense", name, initial=STARTING_VALUES[name], frozen=("bias",), out_features=2)
        net.add("sigmoid", f"sigmoid{number}")
    net.add("squared_error", "loss", reduction="half_sum")
    return net.graph()


INPUT, TARGET = (0.05, 0.10), (0.01, 0.99)
"""The one example, in full precision: rounded to float32 its numbers agree with the printed ones in fewer digits."""

_EARLY = (
    "The program behind this number used w5 … w8 as they were already updated when it worked out the hidden layer. "
    "The text, and every framework, uses them as they were."
)

_W3 = (
    "Just above this the text once writes net h1 with w3 · i2. Its figure, and its first formula, have w2 · i2, and so "
    "does the network: the slip changes no number, since only i1 is taken here."
)

_NINE_PLACES = (
    "This is the error in round 10,000, before its update; after 10,000 updates it is 0.0000351019. The two outputs "
    "printed with it give 0.000035085: no other number here has more than nine places, this one has ten, and it may be "
    "that one with a 1 too many."
)

PUBLISHED = (
    Published("i1", "0.05", "input", "output", (0,)),
    Published("i2", "0.10", "input", "output", (1,)),
    Published("target o1", "0.01", "loss", "target", (0,)),
    Published("target o2", "0.99", "loss", "target", (1,)),
    Published("w1", "0.15", "dense1", "weight", (0, 0), "weight"),
    Published("w2", "0.2", "dense1", "weight", (0, 1), "weight"),
    Published("b1", "0.35", "dense1", "weight", (0,), "bias"),
    Published("net h1", "0.3775", "dense1", "output", (0,)),
    Published("out h1", "0.593269992", "sigmoid1", "output", (0,)),
    Published("out h2", "0.596884378", "sigmoid1", "output", (1,)),
    Published("w5", "0.4", "dense2", "weight", (0, 0), "weight"),
    Published("w6", "0.45", "dense2", "weight", (0, 1), "weight"),
    Published("b2", "0.6", "dense2", "weight", (0,), "bias"),
    Published("net o1", "1.105905967", "dense2", "output", (0,)),
    Published("out o1", "0.75136507", "sigmoid2", "output", (0,)),
    Published("out o2", "0.772928465", "sigmoid2", "output", (1,)),
    Published("E o1", "0.274811083", "loss", "loss_term", (0,)),
    Published("E o2", "0.023560026", "loss", "loss_term", (1,)),
    Published("E total", "0.298371109", "loss", "loss"),
    Published("∂E/∂out o1", "0.74136507", "sigmoid2", "grad_output", (0,), factor_at="dense2"),
    Published("∂out o1/∂net o1", "0.186815602", "sigmoid2", "slope", (0,), factor_at="dense2"),
    Published("∂E/∂net o1", "0.138498562", "dense2", "grad_output", (0,)),
    Published("∂net o1/∂w5", "0.593269992", "sigmoid1", "output", (0,), factor_at="dense2"),
    Published("∂E/∂w5", "0.082167041", "dense2", "grad_weight", (0, 0), "weight"),
    Published("∂E o1/∂out h1", "0.055399425", "dense2", "grad_term", (0, 0)),
    Published(
        "∂E o2/∂out h1",
        "-0.019049119",
        "dense2",
        "grad_term",
        (0, 1),
        note="Worked out from a rounded number: −0.217071535 · 0.175510053 = −0.038098237 when cut to nine places, and "
        "half of that, −0.0190491185, was rounded up once more. Unrounded it is −0.0190491183.",
    ),
    Published("∂net o1/∂out h1", "0.40", "dense2", "weight", (0, 0), "weight", factor_at="dense2"),
    Published("∂E/∂out h1", "0.036350306", "sigmoid1", "grad_output", (0,), factor_at="dense1"),
    Published("∂out h1/∂net h1", "0.241300709", "sigmoid1", "slope", (0,), factor_at="dense1"),
    Published("∂net h1/∂w1", "0.05", "input", "output", (0,), remark=_W3, factor_at="dense1"),
    Published("∂E/∂w1", "0.000438568", "dense1", "grad_weight", (0, 0), "weight"),
    Published("learning rate η", "0.5", "dense2", "rate"),
    Published("w5 after", "0.35891648", "dense2", "updated", (0, 0), "weight"),
    Published("w6 after", "0.408666186", "dense2", "updated", (0, 1), "weight"),
    Published("w7 after", "0.511301270", "dense2", "updated", (1, 0), "weight"),
    Published("w8 after", "0.561370121", "dense2", "updated", (1, 1), "weight"),
    Published("w1 after", "0.149780716", "dense1", "updated", (0, 0), "weight"),
    Published("w2 after", "0.19956143", "dense1", "updated", (0, 1), "weight"),
    Published("w3 after", "0.24975114", "dense1", "updated", (1, 0), "weight"),
    Published("w4 after", "0.29950229", "dense1", "updated", (1, 1), "weight"),
    Published("E after 1 step", "0.291027924", "loss", "loss_after", steps=1, note=_EARLY),
    Published("E in round 10,000", "0.0000351085", "loss", "loss_after", steps=9_999, remark=_NINE_PLACES),
    Published("out o1 after 10,000 steps", "0.015912196", "sigmoid2", "output_after", (0,), steps=10_000, note=_EARLY),
    Published("out o2 after 10,000 steps", "0.984065734", "sigmoid2", "output_after", (1,), steps=10_000, note=_EARLY),
)
"""Every number of the worked example, in the order of the text."""

PUBLICATION = Publication(
    "M. Mazur, 2015; lecture “Neural network” (chapter 5)",
    PUBLISHED,
    "The biases are shared by the neurons of a layer, and are not trained.",
)

MAZUR = register(
    ZooNetwork(
        key="mazur",
        title="Mazur 2-2-2",
        year=2015,
        idea="Two inputs, two hidden and two output neurons, with all numbers small enough to check on paper. "
        "Step through it once and every value of the backward pass has been seen.",
        source="M. Mazur, A Step by Step Backpropagation Example, 2015; printed in the lecture on neural networks",
        published="Error 0.298371109 at first, 0.291027924 after one step, 0.0000351085 after 10,000.",
        build=build,
        data_settings=DataSettings("mazur", validation_fraction=0.0),
        training=TrainingSettings(
            optimizer="sgd", learning_rate=0.5, momentum=0.0, weight_decay=0.0, batch_size=1, epochs=10_000
        ),
        example="mazur",
        counted_parameters=12,
        counted_multiply_adds=8,
        is_small=True,
        publication=PUBLICATION,
    )
)
