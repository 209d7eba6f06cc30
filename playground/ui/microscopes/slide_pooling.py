"""What pooling does with the numbers under its window: which is kept, and how the result hangs on each. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from playground.ui.microscopes.slide_model import SlideModel

Array = np.ndarray[Any, Any]


def slopes(model: SlideModel, place: int) -> Array:
    """∂y/∂x of each pixel under the window; of a norm ± (|x| / y)^(p−1)."""
    geometry = model.geometry
    if geometry.kind == "norm":
        patch, norm = model.patch(place), model.value(place)
        return np.sign(patch) * (np.abs(patch) / norm) ** (model.power - 1) if norm else patch * 0.0
    weights = model.filter_at(place)
    if weights is not None:
        return weights
    found = np.zeros(geometry.kernel)
    found[geometry.under_window(place, *model.winner(place))] = 1.0
    return found


def steepest(model: SlideModel, place: int) -> tuple[int, int]:
    """Row and column, within the window, of the pixel on which the result hangs most; never padding."""
    outside = model.geometry.patch(model.outside(), place)
    found = np.where(outside, -1.0, np.abs(slopes(model, place)))
    row, column = np.unravel_index(int(found.argmax()), found.shape)
    return int(row), int(column)


def switches(model: SlideModel) -> Array:
    """Row and column, on the padded picture, of the pixel that max pooling kept at each place: (places, 2)."""
    geometry = model.geometry
    (height, width), (down, across) = geometry.kernel, geometry.dilation
    inside = np.where(model.outside(), -np.inf, model.plane)
    under = np.stack([inside[geometry.met(i, j)] for i in range(height) for j in range(width)])
    row, column = np.divmod(under.argmax(axis=0), width)
    top, left = np.indices(geometry.output) * np.reshape(geometry.stride, (2, 1, 1))
    return np.stack([top + row * down, left + column * across], axis=-1).reshape(-1, 2)
