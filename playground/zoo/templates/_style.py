"""The string of layers that most blocks are made of: a convolution, its normalisation, an activation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.zoo._sketch import Sketch


@dataclass(frozen=True)
class Style:
    """Which layers a family of networks uses for the three jobs, and how they are set.

    No convolution has a bias: the normalisation after (or before) it shifts each channel anyway.

    Attributes:
        conv, conv_settings: the layer type of convolutions, and what differs from its defaults.
        norm, norm_settings: the same for normalisation.
        activation: the layer type after the normalisation.
        is_same: TensorFlow's padding "same", which at stride 2 puts the odd row below and on the right; else half the
            kernel on every side.
    """

    conv: str = "conv2d"
    norm: str = "batch_norm2d"
    activation: str = "relu"
    conv_settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    norm_settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    is_same: bool = False

    def convolve(
        self,
        sketch: Sketch,
        number: str,
        channels: int,
        kernel: int = 3,
        stride: int = 1,
        groups: int = 1,
        after: str | None = None,
    ) -> str:
        """A convolution without bias that keeps the size but for the stride; returns its id."""
        settings: dict[str, Any] = {"out_channels": channels, "kernel_size": kernel}
        if groups > 1:
            settings["groups"] = groups
        settings |= {**self._window(kernel, stride), **self.conv_settings}
        return sketch.add(self.conv, f"conv{number}", after, **settings)

    def depthwise(self, sketch: Sketch, number: str, kernel: int = 3, stride: int = 1) -> str:
        """A convolution of each channel by itself, without bias; returns its id."""
        settings: dict[str, Any] = {"kernel_size": kernel, **self._window(kernel, stride)}
        return sketch.add("depthwise_conv2d", f"depthwise{number}", **settings)

    def normalise(self, sketch: Sketch, number: str) -> str:
        """The family's normalisation; returns its id."""
        return sketch.add(self.norm, f"norm{number}", **self.norm_settings)

    def activate(self, sketch: Sketch, number: str) -> str:
        """The family's activation; returns its id."""
        return sketch.add(self.activation, f"{self.activation.rstrip('6')}{number}")

    def prepare(self, sketch: Sketch, number: str) -> str:
        """Normalisation and activation, as they stand before the convolution in pre-activation networks."""
        self.normalise(sketch, number)
        return self.activate(sketch, number)

    def conv_norm(
        self,
        sketch: Sketch,
        number: str,
        channels: int,
        kernel: int = 3,
        stride: int = 1,
        groups: int = 1,
        after: str | None = None,
        has_activation: bool = True,
    ) -> str:
        """Convolution, normalisation and, if wanted, activation; returns the id of the last."""
        self.convolve(sketch, number, channels, kernel, stride, groups, after)
        self.normalise(sketch, number)
        return self.activate(sketch, number) if has_activation else sketch.last

    def _window(self, kernel: int, stride: int) -> dict[str, Any]:
        settings: dict[str, Any] = {"bias": False}
        if stride > 1:
            settings["stride"] = stride
        if kernel > 1 or (self.is_same and stride > 1):
            settings["padding"] = "same" if self.is_same else kernel // 2
        return settings


PLAIN = Style()
"""Batch norm and ReLU, as in ResNet."""
