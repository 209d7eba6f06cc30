"""The table of moves says the same as torch: what stands at a place of the output came from where the table says."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic import ExplanationError
from playground.engine.arithmetic.moves import MOVERS, NOWHERE, moves_of
from playground.layers import layer_type
from tests.layers.cases import every_case, frame_of

CASES = [(kind, seed) for kind, seed in every_case() if kind.key in MOVERS]


@pytest.mark.parametrize(("kind", "seed"), CASES, ids=lambda value: getattr(value, "key", value))
def test_numbers_are_found_where_the_table_says(kind, seed) -> None:  # type: ignore[no-untyped-def]
    frame = frame_of(kind, seed, True)
    moves = moves_of(frame)
    assert moves.origin.shape == frame.output.shape[1:]
    for given, made in zip(frame.inputs[0], frame.output, strict=True):
        found = np.where(moves.origin == NOWHERE, 0.0, given.reshape(-1)[moves.origin])
        np.testing.assert_array_equal(found, made)
    place = tuple(extent // 2 for extent in moves.after)
    source = moves.came_from(place)
    if source is not None:
        assert place in moves.went_to(source)
        assert frame.inputs[0][(0, *source)] == frame.output[(0, *place)]


def test_every_mover_is_tried_and_others_are_refused() -> None:
    assert {kind.key for kind, _ in CASES} == set(MOVERS)
    with pytest.raises(ExplanationError, match="more than move"):
        moves_of(frame_of(layer_type("relu"), 0, True))
