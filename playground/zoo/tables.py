"""Networks for tables: a row of measurements goes in, a class or a value comes out."""

from __future__ import annotations

from functools import partial

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register


def build(features: int, hidden: tuple[int, ...], outputs: int, loss: str) -> Graph:
    """Dense layers with ReLU between them."""
    net = Sketch((features,))
    for number, units in enumerate(hidden, start=1):
        net.add("dense", f"fc{number}", out_features=units)
        net.add("relu", f"relu{number}")
    net.add("dense", f"fc{len(hidden) + 1}", out_features=outputs)
    net.add(loss, "loss")
    return net.graph()


IRIS_MLP = register(
    ZooNetwork(
        key="iris-mlp",
        title="Iris MLP",
        year=1986,
        idea="Four lengths of a flower go in, and which of three kinds it is comes out: the oldest data set that is "
        "still in every book. Setosa is found at once; the other two overlap, and a few flowers stay in doubt.",
        source="Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors; data: "
        "Fisher 1936, The use of multiple measurements in taxonomic problems",
        published="Fisher parted the kinds by straight lines through the measurements, and so would this network "
        "without its hidden layer.",
        build=partial(build, 4, (8,), 3, "cross_entropy"),
        data_settings=DataSettings("iris", validation_fraction=0.2),
        training=TrainingSettings(learning_rate=0.01, batch_size=16, epochs=60),
        family="Tables",
        counted_parameters=67,
        counted_multiply_adds=56,
        is_small=True,
    )
)

CAR_MPG = register(
    ZooNetwork(
        key="car-mpg",
        title="Miles per gallon",
        year=1993,
        idea="Regression: not a class comes out but a number, how far a car goes on a gallon, and squared error tells "
        "the network how far it is off. Always guessing the mean would be off by more than 6 miles.",
        source="Data: Quinlan 1993, Combining instance-based and model-based learning",
        published="Quinlan combined what rules and regressions say with the nearest cars that are known.",
        build=partial(build, 9, (32, 16), 1, "squared_error"),
        data_settings=DataSettings("auto_mpg", validation_fraction=0.15),
        training=TrainingSettings(learning_rate=0.003, batch_size=16, epochs=60),
        family="Tables",
        counted_parameters=865,
        counted_multiply_adds=816,
        is_small=True,
    )
)
