"""Entries for numbers changed by hand: made, replaced, dropped, and brought to a file and back."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from playground.graph.by_hand import (
    change_example,
    change_weights,
    drop_weights,
    entry_at_work,
    entry_of,
    is_only_by_hand,
    put_example,
    to_float32,
)
from playground.graph.edits import remove
from playground.graph.experiment import ExampleByHand, Experiment, WeightByHand
from playground.graph.model import Graph, Node
from playground.graph.schema import DocumentError, from_text, to_text

KEY = ("fc1", "weight", (0, 2))
PLAIN = Experiment(Graph((Node("input", "input", {"shape": (2,)}), Node("fc1", "dense"))))


def test_a_weight_knows_what_it_was_and_is_no_change_when_it_is_that_again() -> None:
    changed = change_weights(PLAIN, {KEY: (0.1, 0.5)})
    (entry,) = changed.weights_by_hand
    assert entry == WeightByHand("fc1", "weight", (0, 2), 0.5, float(np.float32(0.1)))
    assert change_weights(changed, {KEY: (entry.was, 0.7)}).weights_by_hand[0].value == 0.7
    assert change_weights(changed, {KEY: (0.1, 0.1)}).weights_by_hand == ()


def test_one_weight_can_have_an_entry_for_each_starting_point() -> None:
    twice = change_weights(change_weights(PLAIN, {KEY: (0.1, 0.5)}), {KEY: (0.3, 0.9)})
    assert [entry.value for entry in twice.weights_by_hand] == [0.5, 0.9]
    first, second = twice.weights_by_hand
    assert entry_at_work(twice.weights_by_hand, KEY, 0.9) == second
    assert entry_at_work(twice.weights_by_hand, KEY, 0.8) is None
    assert drop_weights(twice, [first]).weights_by_hand == (second,)


def test_numbers_of_an_example_are_kept_by_place_until_they_are_what_they_were() -> None:
    changed = change_example(PLAIN, "mnist", 3, "x", (2, 2), {1: 0.5, 2: 1.0}, {1: 0.0, 2: 0.25})
    entry = entry_of(changed, "mnist", 3, "x")
    assert entry == ExampleByHand("mnist", 3, "x", (2, 2), (1, 2), (0.5, 1.0))
    assert entry_of(changed, "mnist", 4, "x") is None
    assert entry_of(changed, "mnist", 3, "target") is None
    back = change_example(changed, "mnist", 3, "x", (2, 2), {1: 0.0}, {1: 0.0})
    assert entry_of(back, "mnist", 3, "x") == ExampleByHand("mnist", 3, "x", (2, 2), (2,), (1.0,))
    assert change_example(back, "mnist", 3, "x", (2, 2), {2: 0.25}, {2: 0.25}) == PLAIN
    other = change_example(changed, "mnist", 3, "x", (1,), {0: 9.0}, {0: 0.0})
    assert entry_of(other, "mnist", 3, "x") == ExampleByHand("mnist", 3, "x", (1,), (0,), (9.0,)), "another shape"
    assert put_example(changed, "mnist", 3, "x", (2, 2), (), ()) == PLAIN


def test_what_counts_as_a_change_by_hand_only() -> None:
    changed = change_weights(PLAIN, {KEY: (0.1, 0.5)})
    assert is_only_by_hand(PLAIN, changed)
    assert not is_only_by_hand(PLAIN, replace(changed, seed=3))
    assert not is_only_by_hand(PLAIN, replace(changed, graph=remove(PLAIN.graph, ["fc1"])))


def test_numbers_beyond_float32_are_infinite_in_it() -> None:
    assert to_float32(1e300) == float("inf")
    assert to_float32(-1e300) == -float("inf")
    assert to_float32(0.1) == float(np.float32(0.1))


CHANGED = replace(
    PLAIN,
    weights_by_hand=(WeightByHand("fc1", "weight", (0, 1), 0.5, 0.25), WeightByHand("gone", "bias", (), 1.0, 0.0)),
    examples_by_hand=(ExampleByHand("mnist", 7, "x", (1, 2, 2), (0, 3), (0.5, 1.0)),),
)


def test_a_file_holds_them_and_older_files_have_none() -> None:
    text = to_text(CHANGED, 7)
    assert from_text(text) == (CHANGED, 7)
    assert repr(from_text(text)[0]) == repr(CHANGED)
    old = json.loads(text)
    del old["weights_by_hand"], old["examples_by_hand"]
    assert from_text(json.dumps(old).encode()) == (PLAIN, 7)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"places": [0, 4]}, "$.examples_by_hand[0]"),
        ({"places": [0]}, "$.examples_by_hand[0]"),
        ({"part": "y"}, "$.examples_by_hand[0].part"),
        ({"values": [0.5, None]}, "$.examples_by_hand[0].values"),
        ({"places": [0, -1]}, "$.examples_by_hand[0].places"),
    ],
)
def test_a_damaged_entry_is_refused_with_its_place(changes: dict[str, object], where: str) -> None:
    content = json.loads(to_text(CHANGED, 0))
    content["examples_by_hand"][0] |= changes
    with pytest.raises(DocumentError) as error:
        from_text(json.dumps(content).encode())
    assert where in str(error.value)


def test_a_weight_that_is_no_number_is_not_written() -> None:
    broken = replace(PLAIN, weights_by_hand=(WeightByHand("fc1", "weight", (0,), float("nan"), 0.0),))
    with pytest.raises(DocumentError, match="weights_by_hand"):
        to_text(broken, 0)
