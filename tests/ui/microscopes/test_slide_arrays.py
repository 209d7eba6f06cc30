"""What the sliding window has worked out is kept, but never without end, and nobody can spoil it."""

from __future__ import annotations

import numpy as np
import pytest

from playground.ui.microscopes.slide_arrays import KeptArrays


def test_an_array_is_worked_out_once() -> None:
    kept, asked = KeptArrays(), []

    def work_out() -> np.ndarray:
        asked.append(1)
        return np.arange(3.0)

    assert kept.get("a", work_out) is kept.get("a", work_out)
    assert len(asked) == 1
    assert kept.get("b", lambda: np.ones(2)).tolist() == [1.0, 1.0]


def test_what_is_kept_cannot_be_written_into() -> None:
    found = KeptArrays().get("a", lambda: np.zeros(2))
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 1.0


def test_many_arrays_are_not_kept_without_end() -> None:
    kept, asked = KeptArrays(), []

    def work_out() -> np.ndarray:
        asked.append(1)
        return np.zeros(1)

    kept.get(-1, work_out)
    for key in range(1000):
        assert kept.get(key, lambda value=key: np.full(1, value))[0] == key
    kept.get(-1, work_out)
    assert len(asked) == 2
