"""The average size of the numbers of a tensor, few and many, and sizes in per cent."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic.mean_sizes import MOST_LISTED, explain_mean_size, explain_per_cent


@pytest.mark.parametrize("shape", [(), (3,), (4, 5), (MOST_LISTED,), (MOST_LISTED + 1,), (30, 40)])
def test_the_terms_add_up_to_the_mean_of_all_sizes(shape: tuple[int, ...]) -> None:
    numbers = np.random.default_rng(0).normal(size=shape)
    found = explain_mean_size(numbers, "w", "weight")
    assert found.value == pytest.approx(np.abs(numbers).mean(), rel=1e-12)
    assert len(found.terms) <= MOST_LISTED + 1
    assert found.terms[0].value == np.abs(numbers).max()


def test_a_size_is_so_many_per_cent_of_another() -> None:
    found = explain_per_cent("The step in per cent of the weight", 0.002, 0.4)
    assert found.value == pytest.approx(0.5)
    assert found.total() == pytest.approx(0.5)
