"""Networks that forecast: a stretch of the past goes in, the next values come out."""

from __future__ import annotations

from playground.graph.experiment import DataSettings, TrainingSettings
from playground.graph.model import Graph
from playground.zoo._sketch import Sketch
from playground.zoo._spec import ZooNetwork, register


def co2() -> Graph:
    """Two one-dimensional convolutions that halve the length, and one output for each of the 13 weeks."""
    net = Sketch((1, 52))
    for number, filters in enumerate((8, 16), start=1):
        net.add("conv1d", f"conv{number}", out_channels=filters, kernel_size=5, stride=2, padding=2)
        net.add("relu", f"relu{number}")
    net.add("flatten", "flatten")
    net.add("dense", "fc", out_features=13)
    net.add("squared_error", "loss")
    return net.graph()


def sunspots() -> Graph:
    """A GRU reads the 33 years one by one; its last memory gives the next three."""
    net = Sketch((1, 33))
    net.add("gru", "gru", hidden_size=24)
    net.add("dense", "fc", out_features=3)
    net.add("squared_error", "loss")
    return net.graph()


CO2_CNN = register(
    ZooNetwork(
        key="co2-cnn",
        title="CO₂ forecast CNN",
        year=2004,
        idea="Convolutions over one year of weekly CO₂ find where in its yearly swing the air is, and thirteen outputs "
        "say how it moves in the next thirteen weeks. The test is the last years, which it never saw.",
        source="Data: Keeling and Whorf 2004, Atmospheric CO₂ records from sites in the SIO air sampling network",
        published="The swing of about 6 ppm each year is the breath of the northern forests.",
        build=co2,
        data_settings=DataSettings("co2"),
        training=TrainingSettings(learning_rate=0.003, batch_size=32, epochs=30),
        family="Series",
        counted_parameters=3421,
        counted_multiply_adds=12_064,
        is_small=True,
    )
)

SUNSPOT_GRU = register(
    ZooNetwork(
        key="sunspot-gru",
        title="Sunspot GRU",
        year=2014,
        idea="A recurrent layer reads 33 years of sunspots one after the other and carries a memory along; from what "
        "it holds at the end, the next three years are guessed. The cycle of eleven years is there to be found.",
        source="Cho et al. 2014, Learning phrase representations using RNN encoder-decoder (the GRU); data: US "
        "National Geophysical Data Center",
        published="Cho's GRU has 1,000 units and reads words; this one has 24.",
        build=sunspots,
        data_settings=DataSettings("sunspots", validation_fraction=0.15),
        training=TrainingSettings(learning_rate=0.005, batch_size=16, epochs=25),
        family="Series",
        counted_parameters=2019,
        counted_multiply_adds=59_472,
        is_small=True,
    )
)
