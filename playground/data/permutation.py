"""Putting the pixels of all examples into one other order: what is in them stays, what lies beside what is lost.

A dense network learns from permuted pictures as well as from the others, since it never knew which pixels are
neighbours. A convolution looks at neighbours only, and loses what it had over the dense network.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from playground.data._spec import Inputs


def order_of(shape: tuple[int, ...], seed: int) -> NDArray[np.int64]:
    """Where the pixel in each place comes from: places of the flattened pixels, each of them once.

    In a picture (channels, rows, columns) or a curve (channels, steps) the channels of a pixel stay together, so that
    it keeps its colour; of a plain list each number moves by itself.
    """
    return np.random.default_rng(seed).permutation(math.prod(_places(shape)))


def put_in_order(examples: Inputs, seed: int) -> Inputs:
    """A copy of the examples (N, *shape), the pixels of each in the order that `seed` decides, the same for all."""
    shape = examples.shape[1:]
    flat = examples.reshape(len(examples), -1, math.prod(_places(shape)))
    return np.ascontiguousarray(flat[:, :, order_of(shape, seed)].reshape(examples.shape))


def _places(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[1:] if len(shape) > 1 else shape
