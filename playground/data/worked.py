"""Worked examples from the literature: so small that every number can be checked by hand."""

from __future__ import annotations

import numpy as np

from playground.data._spec import DataSet, Samples, register


def _load_mazur(*, noise: float, samples: int, seed: int) -> Samples:
    """A Loader. The one sample serves for training and for testing; noise, samples and seed play no part."""
    x = np.array([[0.05, 0.10]], dtype=np.float32)
    y = np.array([[0.01, 0.99]], dtype=np.float32)
    return Samples(x, y, x, y)


MAZUR = register(
    DataSet(
        key="mazur",
        title="Mazur's example",
        summary="One sample of two numbers, 0.05 and 0.10, and the two numbers to give for it, 0.01 and 0.99.",
        sample_shape=(2,),
        classes=(),
        target_shape=(2,),
        options=(),
        source="M. Mazur, “A Step by Step Backpropagation Example” (2015).",
        loader=_load_mazur,
    )
)
