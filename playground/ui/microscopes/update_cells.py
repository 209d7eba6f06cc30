"""How a parameter of any shape is laid out in cells: a filter's plane, a neuron's row, or all of it. No widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.ui.microscopes.number_map import as_grid, cell_of, place_of

Index = tuple[int, ...]
Cell = tuple[int, int]

MOST = 400
"""The matrix of a whole parameter has at most so many rows and columns: of larger ones cells are left out."""


@dataclass(frozen=True)
class ParameterCells:
    """A parameter of that `shape`, of which one unit (and one channel, of kernels) is shown.

    `is_kernel`: it has a kernel for each unit and channel.
    """

    shape: Index
    is_kernel: bool
    unit: int = 0
    channel: int = 0

    @property
    def units(self) -> int:
        """How many there are to choose from."""
        return self.shape[0] if self.is_kernel or self._has_rows or self.is_list else 1

    @property
    def is_list(self) -> bool:
        """Whether it is a number for each unit: they are all shown, and the unit's is in focus."""
        return len(self.shape) == 1

    @property
    def _has_rows(self) -> bool:
        """Whether it is a row or a map for each unit."""
        return len(self.shape) in (2, 3)

    def shown(self, tensor: np.ndarray) -> np.ndarray[Any, Any]:
        """The part of the parameter, or of an array like it, that belongs to the unit."""
        if self.is_kernel:
            return tensor[self.unit, self.channel]
        return tensor[self.unit] if self._has_rows else tensor

    def index(self, cell: Cell) -> Index:
        """Where in the parameter the number in a cell stands."""
        if self.is_kernel:
            return self.unit, self.channel, *place_of(cell, self.shape[2:])
        if self._has_rows:
            return self.unit, *place_of(cell, self.shape[1:])
        if len(self.shape) <= 1:
            return place_of(cell, self.shape)
        (place,) = place_of(cell, (int(np.prod(self.shape)),))
        return tuple(int(position) for position in np.unravel_index(place, self.shape))

    def cell(self, index: Index) -> Cell:
        """The cell in which an element of the parameter lies when its unit is shown."""
        if self.is_kernel:
            return cell_of(index[2:], self.shape[2:])
        if self._has_rows:
            return cell_of(index[1:], self.shape[1:])
        if len(self.shape) <= 1:
            return cell_of(index, self.shape)
        return cell_of((int(np.ravel_multi_index(index, self.shape)),), (int(np.prod(self.shape)),))

    def shows(self, index: Index) -> bool:
        """Whether the element belongs to the unit that is shown."""
        if self.is_kernel:
            return index[:2] == (self.unit, self.channel)
        return not self._has_rows or index[0] == self.unit

    # ---- the whole parameter as a matrix

    @property
    def strides(self) -> Cell:
        """Of the matrix every so-manieth row and column is drawn."""
        rows, columns = self._extents
        return max(1, -(-rows // MOST)), max(1, -(-columns // MOST))

    @property
    def _extents(self) -> Cell:
        if len(self.shape) > 1:
            return self.shape[0], int(np.prod(self.shape[1:]))
        laid = as_grid(np.empty(self.shape))[0].shape
        return int(laid[0]), int(laid[1])

    def matrix(self, tensor: np.ndarray) -> np.ndarray[Any, Any]:
        """The parameter, or an array like it, with a row for each filter or neuron, thinned where it is large."""
        rows, columns = self.strides
        laid = tensor.reshape(len(tensor), -1) if len(self.shape) > 1 else as_grid(tensor)[0]
        return laid[::rows, ::columns]

    def in_matrix(self, index: Index) -> Cell:
        """The cell of the matrix in which an element lies, or its nearest neighbour that is drawn."""
        rows, columns = self.strides
        if len(self.shape) < 2:
            row, column = cell_of(index, self.shape) if self.shape else (0, 0)
        else:
            row, column = index[0], int(np.ravel_multi_index(index[1:], self.shape[1:]))
        return row // rows, column // columns

    def from_matrix(self, cell: Cell) -> Index:
        """The element in a cell of the matrix."""
        row, column = (place * stride for place, stride in zip(cell, self.strides, strict=True))
        if len(self.shape) < 2:
            return place_of((row, column), self.shape)
        return row, *(int(part) for part in np.unravel_index(column, self.shape[1:]))


# ---- in words

_NAMES = {"weight": "weights", "bias": "biases"}


def called(name: str) -> str:
    """A parameter as the user knows it."""
    return _NAMES.get(name, name)
