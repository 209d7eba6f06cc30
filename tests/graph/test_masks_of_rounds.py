"""Which masks a round in Step draws: its own, others after drawing again, or those of the round that is held."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.graph.experiment import Experiment
from playground.graph.schema import DocumentError, from_text, to_text

BASE = Experiment(seed=7)


def test_each_round_has_masks_of_its_own_until_one_is_held() -> None:
    assert len({BASE.mask_seed(number) for number in range(1, 50)}) == 49
    held = replace(BASE, step_held=3)
    assert {held.mask_seed(number) for number in range(1, 50)} == {BASE.mask_seed(3)}


def test_masks_drawn_again_are_those_of_no_other_round() -> None:
    rounds = {BASE.mask_seed(number) for number in range(1, 10_001)}
    for draw in range(1, 5):
        again = replace(BASE, step_draw=draw)
        assert not rounds & {again.mask_seed(number) for number in range(1, 10_001)}


def test_the_choice_is_kept_in_the_file() -> None:
    chosen = replace(BASE, step_draw=4, step_held=2)
    assert from_text(to_text(chosen, 0))[0] == chosen


def test_an_absurd_count_is_refused() -> None:
    text = to_text(replace(BASE, step_draw=4), 0).replace(b'"step_draw": 4', b'"step_draw": 99999999999')
    with pytest.raises(DocumentError, match="step_draw"):
        from_text(text)
