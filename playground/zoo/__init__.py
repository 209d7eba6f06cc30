"""Architectures that ship, one file per family. Importing this package registers them all.

>>> from playground.zoo import zoo_experiment
>>> zoo_experiment("lenet-5").graph.node("conv1").params["kernel_size"]
(5, 5)

A new one is a function that returns a Graph and one `register(ZooNetwork(...))`; add the file's name below. They stand
on `graph` alone: layers are named by the keys of their types.
"""

from playground.zoo import lenet, dense, fashion, inception, mazur, toys  # isort: skip  (the order of the list)
from playground.zoo import neurons, alexnet, zfnet, vgg, network_in_network  # isort: skip
from playground.zoo import resnet, residual, preresnet, stochastic_depth, wide_resnet, resnext, bit  # isort: skip
from playground.zoo import densenet, senet, attention, mobilenet, efficientnet, efficientnet_lite  # isort: skip
from playground.zoo import googlenet, bn_inception, inception_v3, inception_v4, inception_resnet  # isort: skip
from playground.zoo import xception, squeezenet, fractalnet  # isort: skip
from playground.zoo import autoencoder, dcgan, unet, signals  # isort: skip
from playground.zoo import templates
from playground.zoo._published import Published, agreeing_digits, digits
from playground.zoo._spec import Record, UnknownNetwork, ZooNetwork, all_zoo_networks, zoo_experiment, zoo_network
from playground.zoo._template import Template, UnknownTemplate, all_templates, template

__all__ = [
    "Published",
    "Record",
    "Template",
    "UnknownNetwork",
    "UnknownTemplate",
    "ZooNetwork",
    "agreeing_digits",
    "alexnet",
    "all_templates",
    "all_zoo_networks",
    "attention",
    "autoencoder",
    "bit",
    "bn_inception",
    "dcgan",
    "dense",
    "densenet",
    "digits",
    "efficientnet",
    "efficientnet_lite",
    "fashion",
    "fractalnet",
    "googlenet",
    "inception",
    "inception_resnet",
    "inception_v3",
    "inception_v4",
    "lenet",
    "mazur",
    "mobilenet",
    "network_in_network",
    "neurons",
    "preresnet",
    "residual",
    "resnet",
    "resnext",
    "senet",
    "signals",
    "squeezenet",
    "stochastic_depth",
    "template",
    "templates",
    "toys",
    "unet",
    "vgg",
    "wide_resnet",
    "xception",
    "zfnet",
    "zoo_experiment",
    "zoo_network",
]
