"""The blocks of the palette, one file per family: functions that add layers to a `Sketch`, used by the zoo too."""

from playground.zoo.templates import residual, densely, attention, mobile  # isort: skip  (the order of the palette)
from playground.zoo.templates import inception, bn_inception, inception_v3, inception_v4, inception_resnet  # isort: skip
from playground.zoo.templates import separable, fire, fractal, convolution  # isort: skip

__all__ = [
    "attention",
    "bn_inception",
    "convolution",
    "densely",
    "fire",
    "fractal",
    "inception",
    "inception_resnet",
    "inception_v3",
    "inception_v4",
    "mobile",
    "residual",
    "separable",
]
