"""Architectures that ship, one file per family, each imported when a network of it is first asked for.

>>> from playground.zoo import zoo_experiment
>>> zoo_experiment("lenet-5").graph.node("conv1").params["kernel_size"]
(5, 5)

A new one is a function that returns a Graph and one `register(ZooNetwork(...))`; add the file's name to `FILES`
in `_spec.py`. They stand on `graph` alone: layers are named by the keys of their types.
"""

from playground.zoo._published import (
    Piece,
    Publication,
    Published,
    agreeing_digits,
    agrees,
    compared,
    digits,
    printed_numbers,
    written_like,
)
from playground.zoo._spec import (
    Record,
    UnknownNetwork,
    ZooNetwork,
    all_zoo_networks,
    publication,
    zoo_experiment,
    zoo_network,
)
from playground.zoo._template import Template, UnknownTemplate, all_templates, template

__all__ = [
    "Piece",
    "Publication",
    "Published",
    "Record",
    "Template",
    "UnknownNetwork",
    "UnknownTemplate",
    "ZooNetwork",
    "agreeing_digits",
    "agrees",
    "all_templates",
    "all_zoo_networks",
    "compared",
    "digits",
    "printed_numbers",
    "publication",
    "template",
    "written_like",
    "zoo_experiment",
    "zoo_network",
]
