"""Receiver curves against what can be counted by hand, and the area against its meaning: pairs in the right order."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.train.evaluation import MOST_CURVES, Answers, find_mistakes
from playground.train.events import Mistakes


def _mistakes(scores: np.ndarray, target: np.ndarray) -> Mistakes:
    x = torch.zeros(len(target), 1)
    return find_mistakes(1, torch.tensor(scores), x, torch.tensor(target), Answers(are_scores=False, threshold=0.5))


def test_the_area_is_the_part_of_pairs_in_the_right_order() -> None:
    rng = np.random.default_rng(0)
    target = rng.integers(0, 3, 200)
    scores = np.round(rng.random((200, 3)) + 0.4 * np.eye(3)[target], 1)  # rounded: many are equal
    found = _mistakes(scores, target)
    for number in range(3):
        its, others = scores[target == number, number], scores[target != number, number]
        above = (its[:, None] > others).mean() + 0.5 * (its[:, None] == others).mean()
        assert found.auc[number] == pytest.approx(above, abs=1e-12)
        assert np.trapezoid(found.roc[number], dx=0.01) == pytest.approx(above, abs=0.01)
        assert (np.diff(found.roc[number]) >= -1e-12).all()
        assert found.roc[number, -1] == 1.0


def test_a_perfect_score_and_a_useless_one() -> None:
    target = np.array([0, 0, 1, 1])
    perfect = _mistakes(np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.1, 0.9]]), target)
    assert perfect.auc.tolist() == [1.0, 1.0]
    assert perfect.roc[0, 0] == 1.0
    useless = _mistakes(np.full((4, 2), 0.5), target)
    assert useless.auc.tolist() == [0.5, 0.5]
    np.testing.assert_allclose(useless.roc[0], np.linspace(0, 1, 101))


def test_a_class_without_examples_has_no_curve_and_many_classes_have_none() -> None:
    scores = np.array([[0.5, 0.3, 0.2], [0.2, 0.6, 0.2]])
    found = _mistakes(scores, np.array([0, 1]))
    assert np.isnan(found.auc[2])
    assert np.isnan(found.roc[2]).all()
    many = np.random.default_rng(0).random((5, MOST_CURVES + 1))
    assert _mistakes(many, np.arange(5)).roc.shape == (0, 101)


def test_every_examples_class_and_answer_are_kept() -> None:
    scores = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    found = _mistakes(scores, np.array([0, 0, 1]))
    assert found.true.tolist() == [0, 0, 1]
    assert found.named.tolist() == [0, 1, 1]
