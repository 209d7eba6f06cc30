from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import explain_grad_input, explain_output, probability
from playground.engine.trace import Frame, record
from tests.engine.networks import chain, compiled, node


def loss_frame(scores: list[list[float]], target: np.ndarray, key: str = "cross_entropy") -> Frame:
    graph = chain(node("x", "input", shape=(len(scores[0]),)), node("loss", key))
    return record(compiled(graph), np.array(scores), target).frames["loss"]


def softmax_frame(scores: list[list[float]]) -> Frame:
    graph = chain(node("x", "input", shape=(len(scores[0]),)), node("soft", "softmax"), node("loss", "squared_error"))
    target = np.eye(len(scores[0]))[: len(scores)]
    return record(compiled(graph), np.array(scores), target).frames["soft"]


def adds_up(frame: Frame) -> None:
    explanation = explain_output(frame, ())
    assert explanation.total() == pytest.approx(float(frame.output), rel=1e-9, abs=1e-12)
    for index in np.ndindex(frame.inputs[0].shape):
        explanation = explain_grad_input(frame, 0, index)
        assert explanation.total() == pytest.approx(frame.grad_inputs[0][index], rel=1e-9, abs=1e-12)


def test_cross_entropy_by_hand() -> None:
    frame = loss_frame([[0.0, np.log(3.0)]], np.array([1]))
    explanation = explain_output(frame, ())
    assert explanation.total() == pytest.approx(-np.log(0.75))
    assert "a probability of 75 %" in explanation.words
    assert explanation.symbols == r"E = {-}\log p_{2} = -z_{2} + \log \sum_{k} e^{z_{k}}"
    wrong, right = explain_grad_input(frame, 0, (0, 0)), explain_grad_input(frame, 0, (0, 1))
    assert (wrong.total(), right.total()) == pytest.approx((0.25, -0.25))
    assert "it got 25 % and should have got none, so its score should sink" in wrong.words
    assert "it got 75 % and should have got 100 %, so its score should rise" in right.words


@pytest.mark.parametrize("scale", [1.0, 30.0, 1000.0, 1e6])
def test_scores_of_any_size(scale: float) -> None:
    scores = [[scale, -scale, 0.5 * scale], [0.0, -3 * scale, 1.0]]
    for target in ([0, 2], [1, 1]):
        adds_up(loss_frame(scores, np.array(target)))
    frame = softmax_frame(scores)
    for index in np.ndindex(frame.output.shape):
        assert explain_output(frame, index).total() == pytest.approx(frame.output[index], rel=1e-9, abs=1e-300)


def test_scores_that_are_all_very_negative() -> None:
    frame = softmax_frame([[-2000.0, -2001.0], [-5000.0, -5000.0]])
    assert explain_output(frame, (0, 0)).total() == pytest.approx(1 / (1 + np.exp(-1)))
    assert "subtracted" in explain_output(frame, (0, 0)).words


def test_cross_entropy_with_probabilities_as_targets() -> None:
    target = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0]])
    frame = loss_frame([[0.3, -1.0, 2.0], [0.1, 0.2, 0.3]], target)
    expected = torch.nn.functional.cross_entropy(torch.tensor(frame.inputs[0]), torch.tensor(target))
    assert explain_output(frame, ()).total() == pytest.approx(expected.item(), rel=1e-12)
    adds_up(frame)


def test_the_probability_that_cross_entropy_sees_is_softmax() -> None:
    scores = [[0.3, -1.0, 2.0], [900.0, 0.2, 899.0]]
    frame, soft = loss_frame(scores, np.array([0, 1])), softmax_frame(scores)
    for index in np.ndindex(soft.output.shape):
        assert probability(frame, index) == pytest.approx(soft.output[index], rel=1e-12, abs=1e-300)


def test_the_share_behind_a_blame_can_be_asked() -> None:
    frame = loss_frame([[0.3, -1.0, 2.0]], np.array([0]))
    share = explain_grad_input(frame, 0, (0, 2)).terms[0].factors[0]
    assert share.because is not None
    assert share.because().total() == pytest.approx(probability(frame, (0, 2)), rel=1e-12)


def test_squared_error_names_the_worst_output() -> None:
    frame = loss_frame([[1.0, 0.0, 0.0], [0.0, 0.0, 3.0]], np.zeros((2, 3)), "squared_error")
    explanation = explain_output(frame, ())
    assert explanation.total() == pytest.approx(0.5 * (1 + 9) / 2)
    assert "Output 3 of example 2 of 2 is furthest off and makes up 90 % of the error" in explanation.words


def test_no_error_is_said_to_be_none() -> None:
    frame = loss_frame([[1.0, 2.0]], np.array([[1.0, 2.0]]), "squared_error")
    assert explain_output(frame, ()).words == "Every output is exactly what it should be."
    assert "no blame" in explain_grad_input(frame, 0, (0, 0)).words


def test_a_class_is_compared_as_a_list_with_a_single_one() -> None:
    frame = loss_frame([[0.25, 0.5]], np.array([1]), "squared_error")
    assert explain_output(frame, ()).total() == pytest.approx(0.5 * (0.25**2 + 0.5**2))
    adds_up(frame)
