"""The numbers behind a sliding window: patch, filter, products, partial sums and result at every place. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.ui.microscopes.base import SHOWN
from playground.ui.microscopes.window_geometry import WindowGeometry

if TYPE_CHECKING:
    from playground.engine.trace import Frame

Array = np.ndarray[Any, Any]


class SlideModel:
    """One unit (filter, or channel of a pooling layer) of one recorded window layer, for the shown example."""

    def __init__(self, frame: Frame, unit: int, channel: int = 0) -> None:
        self.frame = frame
        self.geometry = geometry = WindowGeometry.of(frame)
        self.unit = unit
        self.channels = geometry.channels_of(unit)
        self.channel = min(max(channel, self.channels.start), self.channels.stop - 1)
        self.padded: Array = geometry.pad(frame.inputs[0][SHOWN])
        self.output: Array = self._unit_map(frame.output[SHOWN])

    def _unit_map(self, maps: Array) -> Array:
        """The unit's map among those of the layer, (rows, columns); a single number for global pooling."""
        return maps[self.unit].reshape(self.geometry.output)

    @property
    def gradient(self) -> Array | None:
        """∂E / ∂(output map), or None without a loss."""
        return None if self.frame.grad_output is None else self._unit_map(self.frame.grad_output[SHOWN])

    @property
    def input_gradient(self) -> Array | None:
        """∂E / ∂(input) of the shown channel: what all units together hand back."""
        return self.frame.grad_inputs[0][SHOWN][self.channel] if self.frame.grad_inputs else None

    @property
    def plane(self) -> Array:
        """The padded input channel that is shown."""
        return self.padded[self.channel]

    @property
    def weights(self) -> Array | None:
        """The unit's filter, (channels, kernel height, kernel width), learnt or fixed; None in pooling."""
        from playground.engine.arithmetic.filters import kernels

        return kernels(self.frame)[self.unit] if self.geometry.kind in ("conv", "fixed") else None

    def filter_at(self, place: int) -> Array | None:
        """The filter's plane for the shown channel; in average pooling the equal shares; None in max pooling."""
        weights = self.weights
        if weights is not None:
            return weights[self.channel - self.channels.start]
        if self.geometry.kind == "max":
            return None
        return self.geometry.counted_under(place) * self.share(place)

    @property
    def bias(self) -> float | None:
        bias = self.frame.weights.get("bias") if self.geometry.kind == "conv" else None
        return None if bias is None else float(bias[self.unit])

    def patch(self, place: int) -> Array:
        """What lies under the window on the shown channel."""
        return self.geometry.patch(self.plane, place)

    def products(self, place: int) -> Array | None:
        """Patch × filter on the shown channel."""
        weights = self.filter_at(place)
        return None if weights is None else self.patch(place) * weights

    def partial_sums(self, place: int) -> Array:
        """The sum of the products on each channel that the unit looks at."""
        if self.geometry.kind != "conv":
            products = self.products(place)
            return np.array([0.0 if products is None else products.sum()])
        patches = self.geometry.patch(self.padded[self.channels.start : self.channels.stop], place)
        sums: Array = np.einsum("kij,kij->k", patches, self.frame.weights["weight"][self.unit])
        return sums

    def value(self, place: int) -> float:
        """What torch computed there."""
        return float(self.output[self.geometry.cell(place)])

    def winner(self, place: int) -> tuple[int, int]:
        """Max pooling: row and column, on the padded picture, of the pixel that was kept."""
        from playground.engine.arithmetic.pooling import winner

        row, column = winner(self.frame, (SHOWN, self.unit, *self.geometry.cell(place)))
        return row + self.geometry.padding[0], column + self.geometry.padding[1]

    def strongest(self, *, backward: bool = False) -> int:
        """The place with the largest result (backward: the most blame): something to look at first."""
        gradient = self.gradient
        shown = gradient if backward and gradient is not None else self.output
        return int(np.abs(np.nan_to_num(shown)).argmax())

    def strongest_weight(self) -> tuple[int, int]:
        """The weight of the shown plane with the largest gradient."""
        total = np.abs(self.accumulated(self.geometry.places))
        row, column = np.unravel_index(int(total.argmax()), total.shape)
        return int(row), int(column)

    def correlation(self, place: int) -> float | None:
        """How alike patch and filter are, −1 to 1, over all channels; None where either does not vary."""
        from playground.engine.arithmetic.window import window_patch

        return window_patch(self.frame, (SHOWN, self.unit, *self.geometry.cell(place))).correlation

    def share(self, place: int) -> float:
        """The part of a mean that each pixel of the window has."""
        return 1.0 / self.geometry.counted(place)

    def handed_back(self, place: int) -> Array:
        """What the window at this place does with the gradient that arrives there.

        Convolution: what it adds to the gradient of the filter's shown plane, patch × ∂E/∂z. Pooling: what it hands to
        the pixels under it.
        """
        gradient = self.gradient
        assert gradient is not None
        arriving = float(gradient[self.geometry.cell(place)])
        if self.geometry.kind == "conv":
            return self.patch(place) * arriving
        weights = self.filter_at(place)
        if weights is not None:
            return weights * arriving
        handed = np.zeros(self.geometry.kernel)
        row, column = self.winner(place)
        top, left = self.geometry.corner(place)
        handed[(row - top) // self.geometry.dilation[0], (column - left) // self.geometry.dilation[1]] = arriving
        return handed

    def accumulated(self, places: int) -> Array:
        """The filter's gradient (shown plane) after the first so many windows, of the shown example alone."""
        gradient = self.gradient
        assert gradient is not None
        total = np.zeros(self.geometry.kernel)
        row, column = self.geometry.cell(places)
        for i in range(self.geometry.kernel[0]):
            for j in range(self.geometry.kernel[1]):
                met = self.met(i, j)
                total[i, j] = (met[:row] * gradient[:row]).sum()
                if column:
                    total[i, j] += (met[row, :column] * gradient[row, :column]).sum()
        return total

    def met(self, i: int, j: int) -> Array:
        """The pixels that one weight of the filter met, laid out as the output map."""
        geometry = self.geometry
        top, left = i * geometry.dilation[0], j * geometry.dilation[1]
        height = (geometry.output[0] - 1) * geometry.stride[0] + 1
        width = (geometry.output[1] - 1) * geometry.stride[1] + 1
        return self.plane[top : top + height : geometry.stride[0], left : left + width : geometry.stride[1]]
