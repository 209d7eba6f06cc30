"""Residuals of regression: where the points lie and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from playground.ui.train.mistakes.residuals import Residuals


@pytest.fixture
def plot(qtbot: QtBot) -> Residuals:
    result = Residuals()
    qtbot.addWidget(result)
    result.resize(390, 210)
    result.set_values(np.array([10.0, 20.0, 30.0, 25.0]), np.array([12.5, 20.0, 26.0, 25.0]), "mpg")
    return result


def test_what_is_right_lies_on_the_middle_line_and_too_much_above_it(plot: Residuals) -> None:
    np.testing.assert_allclose(plot.off, [2.5, 0, -4, 0])
    assert plot.place_of(12.5, 2.5).y() < plot.place_of(20, 0).y() < plot.place_of(26, -4).y()
    assert plot.place_of(12.5, 0).x() < plot.place_of(26, 0).x()
    assert plot.words_at(plot.place_of(12.5, 2.5).toPoint()) == "predicted 12.5 mpg, true 10: 2.5 too much"
    assert plot.words_at(plot.place_of(26, -4).toPoint()) == "predicted 26 mpg, true 30: 4 too little"
    assert plot.words_at(QPoint(1, 1)) == ""


def test_bias_and_spread_are_said(plot: Residuals) -> None:
    rng = np.random.default_rng(0)
    true = rng.uniform(10, 40, 400)
    plot.set_values(true, true + 3 + rng.normal(0, 2, 400), "mpg")
    assert "mpg too high on average" in plot.words
    assert "half of the errors lie between +1" in plot.words
    plot.set_values(true, true + rng.normal(0, 2, 400), "")
    assert "neither too high nor too low on average" in plot.words


def test_all_right_none_at_all_and_no_numbers_can_be_drawn(plot: Residuals) -> None:
    for true, predicted in (
        (np.ones(3), np.ones(3)),
        (np.zeros(0), np.zeros(0)),
        (np.ones((2, 1)), np.array([[np.nan], [np.inf]])),
    ):
        plot.set_values(true, predicted, "")
        assert not plot.grab().isNull()
        assert plot.words_at(QPoint(100, 100)) == "" or len(plot.off)
