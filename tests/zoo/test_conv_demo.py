"""The convolution demo: the network gives what the sums by hand give."""

from __future__ import annotations

import numpy as np

from playground.data import data_set, load
from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.engine.trace import record
from playground.zoo import zoo_experiment
from playground.zoo.conv_demo import BIASES, FILTERS, VOLUME


def test_the_results_are_those_of_the_sums_by_hand() -> None:
    experiment = zoo_experiment("cs231n-convolution")
    network = compile_network(analyse(experiment.graph, data_set(experiment.data.name)), 0)
    live = record(network, load(experiment.data.name).x_test).frames["conv1"].output[0]
    padded = np.zeros((3, 7, 7))
    padded[:, 1:6, 1:6] = [[[int(number) for number in row] for row in rows] for rows in VOLUME]
    for k, (filter_, bias) in enumerate(zip(FILTERS, BIASES, strict=True)):
        weight = np.array([[["-0+".index(sign) - 1 for sign in row] for row in rows] for rows in filter_])
        for r in range(3):
            for c in range(3):
                window = padded[:, 2 * r : 2 * r + 3, 2 * c : 2 * c + 3]
                assert live[k, r, c] == (window * weight).sum() + bias
