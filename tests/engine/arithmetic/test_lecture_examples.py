"""Worked examples of the lectures. Where a printed number is a slip, the test says so and asserts the true one."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic import explain_output, switches, window_patch, winner
from playground.engine.trace import Frame, record
from playground.graph.model import Node
from tests.engine.networks import chain, compiled, given, node

TABLE = np.array(
    [
        [1, 2, 6, 0, 0, 2],
        [2, 0, 3, 2, 1, 0],
        [0, 4, 3, 3, 5, 1],
        [1, 2, 3, 0, 1.2, 2],
        [5, 6, 4, 1, 0, 4.1],
        [9, 2, 0, 2, 7.8, 4],
    ]
)
"""The 6×6 table of the lecture on convolutional networks, pooled by 3×3 windows."""

CONVOLVED = np.array([[0.1, 0, 1.0, 0.4], [0, 0.5, 0.4, 1.6], [0.3, 0.2, 1.7, 1.1], [0.2, 0.4, 1.1, 1.7]])
"""The 4×4 "convolved matrix" of the lecture on neural networks, pooled by 2×2 windows with stride 2."""


def frame_of(layer: Node, picture: np.ndarray) -> Frame:
    graph = chain(node("x", "input", shape=(1, *picture.shape)), layer)
    return record(compiled(graph), picture[None, None]).frames[layer.id]


def explained(frame: Frame) -> np.ndarray:
    """Every output as its explanation gives it."""
    rows, columns = frame.output.shape[2:]
    return np.array(
        [[explain_output(frame, (0, 0, row, column)).total() for column in range(columns)] for row in range(rows)]
    )


def test_the_patch_under_a_3x3_filter() -> None:
    """z = ReLU(x · w + b) = 7.5. The text multiplies −1 by 4 on the way; the filter shown has −9 there, and with it the
    sum is right: 1·2 + (−1)·(−9) + (−2)·5 + 1·6 = 7, and the bias 0.5."""
    weights = ((((2.0, 3.0, -9.0), (0.0, 5.0, 0.0), (0.0, 6.0, 0.0)),),)
    conv = given("conv", "conv2d", {"weight": weights, "bias": (0.5,)}, out_channels=1)
    picture = np.zeros((6, 6))
    picture[:3, :3] = [[1, 0, -1], [1, -2, 0], [0, 1, 1]]
    graph = chain(node("x", "input", shape=(1, 6, 6)), conv, node("relu", "relu"))
    frames = record(compiled(graph), picture[None, None]).frames
    assert frames["conv"].output.shape == (1, 1, 4, 4)
    explanation = explain_output(frames["conv"], (0, 0, 0, 0))
    assert sorted(term.value for term in explanation.terms if term.value) == [-10, 2, 6, 9]
    assert explanation.offset is not None
    assert explanation.offset.value == 0.5
    assert explanation.total() == 7.5
    assert explain_output(frames["relu"], (0, 0, 0, 0)).total() == 7.5
    patch = window_patch(frames["conv"], (0, 0, 0, 0))
    assert patch.products is not None
    assert patch.products[0].tolist() == [[2, 0, 9], [0, -10, 0], [0, 6, 0]]


def test_max_pooling_3x3() -> None:
    frame = frame_of(node("pool", "max_pool2d", kernel_size=(3, 3), stride=(3, 3)), TABLE)
    assert explained(frame).tolist() == [[6, 5], [9, 7.8]]
    assert winner(frame, (0, 0, 0, 0)) == (0, 2)
    assert switches(frame, 0, 0).tolist() == [[[0, 2], [2, 4]], [[5, 0], [5, 4]]]


def test_mean_pooling_3x3() -> None:
    """Printed are 2.33, 1.3, 3.13 and 2.32; only the first is the mean of its nine numbers."""
    frame = frame_of(node("pool", "avg_pool2d", kernel_size=(3, 3), stride=(3, 3)), TABLE)
    means = explained(frame)
    assert means[0, 0] == pytest.approx(21 / 9)
    assert round(means[0, 0], 2) == 2.33
    assert means[0, 1] == pytest.approx(14 / 9)  # printed 1.3
    assert means[1, 0] == pytest.approx(32 / 9)  # printed 3.13
    assert means[1, 1] == pytest.approx(22.1 / 9)  # printed 2.32


def test_max_pooling_2x2() -> None:
    """Printed is (0.5, 1.6) over (0, 0.5); the lower row holds no maxima of its windows, which are 0.4 and 1.7."""
    frame = frame_of(node("pool", "max_pool2d"), CONVOLVED)
    assert explained(frame).tolist() == [[0.5, 1.6], [0.4, 1.7]]
    # 1.7 stands there twice; the first, row by row, wins.
    assert winner(frame, (0, 0, 1, 1)) == (2, 2)
