"""Architectures that ship, one file per family. Importing this package registers them all.

>>> from playground.zoo import zoo_experiment
>>> zoo_experiment("lenet-5").graph.node("conv1").params["kernel_size"]
(5, 5)

A new one is a function that returns a Graph and one `register(ZooNetwork(...))`; add the file's name below. They stand
on `graph` alone: layers are named by the keys of their types.
"""

from playground.zoo import lenet, dense, fashion, residual, inception, mazur, toys  # isort: skip  (the order of the list)
from playground.zoo._published import Published, agreeing_digits, digits
from playground.zoo._spec import UnknownNetwork, ZooNetwork, all_zoo_networks, zoo_experiment, zoo_network

__all__ = [
    "Published",
    "UnknownNetwork",
    "ZooNetwork",
    "agreeing_digits",
    "all_zoo_networks",
    "dense",
    "digits",
    "fashion",
    "inception",
    "lenet",
    "mazur",
    "residual",
    "toys",
    "zoo_experiment",
    "zoo_network",
]
