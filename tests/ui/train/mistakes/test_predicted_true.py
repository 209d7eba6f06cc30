"""Predicted against true: where points lie, and what is said of the one under the pointer."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from playground.ui.train.mistakes.predicted_true import PredictedAgainstTrue


@pytest.fixture
def chart(qtbot: QtBot) -> PredictedAgainstTrue:
    widget = PredictedAgainstTrue()
    qtbot.addWidget(widget)
    widget.resize(380, widget.heightForWidth(380))
    true = np.array([[10.0], [20.0], [30.0]], np.float32)
    widget.set_values(true, np.array([[12.5], [20.0], [26.0]], np.float32), "mpg", 10, 30)
    return widget


def test_what_is_right_lies_on_the_diagonal_and_too_much_above_it(chart: PredictedAgainstTrue) -> None:
    corner, far = chart.place_of(10, 10), chart.place_of(30, 30)
    assert far.x() - corner.x() == pytest.approx(corner.y() - far.y())
    assert chart.place_of(10, 12.5).y() < corner.y()


def test_every_point_is_inside_and_a_guess_far_off_widens_the_axes(chart: PredictedAgainstTrue) -> None:
    low, high = chart.limits
    assert low < 10 < 30 < high
    chart.set_values(np.array([10.0, 30.0]), np.array([-100.0, 30.0]), "mpg", 10, 30)
    assert chart.limits[0] < -100
    chart.set_values(np.array([10.0, 30.0]), np.array([np.nan, np.inf]), "mpg", 10, 30)
    assert (low, high) == chart.limits
    assert not chart.grab().isNull()


def test_the_point_under_the_pointer_says_its_values(chart: PredictedAgainstTrue) -> None:
    over = chart.place_of(10, 12.5).toPoint()
    assert chart.words_at(over) == "predicted 12.5 mpg, true 10: 2.5 too much"
    assert chart.words_at(chart.place_of(30, 26).toPoint()) == "predicted 26 mpg, true 30: 4 too little"
    assert chart.words_at(over + QPoint(0, -40)) == ""


def test_all_values_alike_can_be_drawn(chart: PredictedAgainstTrue) -> None:
    chart.set_values(np.zeros(3), np.zeros(3), "", 0, 0)
    assert chart.limits[0] < 0 < chart.limits[1]
    assert not chart.grab().isNull()
