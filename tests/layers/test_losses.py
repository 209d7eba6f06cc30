"""The losses against torch's own, and against calculations by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from playground.engine.shapes import analyse
from playground.graph.model import ParamValue
from playground.layers import layer_type
from tests.engine.networks import DIGITS, chain, node

SCORES = torch.tensor([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]], dtype=torch.float64)
VALUES = torch.tensor([[1.0, -0.5, 0.0], [2.5, 0.25, 3.0]], dtype=torch.float64)
CLASSES = torch.tensor([2, 1])
ONE_HOT = torch.tensor([[0.0, 0.0, 1.0], [0.0, 1.0, 0.0]], dtype=torch.float64)


def loss(key: str, prediction: Tensor, target: Tensor, **params: ParamValue) -> float:
    kind = layer_type(key)
    found: Tensor = kind.build(kind.complete(params), (tuple(prediction.shape[1:]),))(prediction, target)
    return found.item()


@pytest.mark.parametrize("weight", [1.0, 0.3])
@pytest.mark.parametrize(
    ("key", "params", "oracle"),
    [
        ("cross_entropy", {}, nn.CrossEntropyLoss()),
        ("cross_entropy", {"label_smoothing": 0.1}, nn.CrossEntropyLoss(label_smoothing=0.1)),
        ("binary_cross_entropy", {}, nn.BCEWithLogitsLoss()),
        ("squared_error", {"reduction": "mean"}, nn.MSELoss()),
        ("mean_absolute_error", {}, nn.L1Loss()),
        ("huber", {"delta": 0.7}, nn.HuberLoss(delta=0.7)),
    ],
)
def test_as_in_torch(key: str, params: dict[str, ParamValue], oracle: nn.Module, weight: float) -> None:
    for prediction, target in ((SCORES, VALUES), (SCORES.repeat(3, 1), VALUES.repeat(3, 1))):
        assert loss(key, prediction, target, **params, weight=weight) == pytest.approx(
            weight * oracle(prediction, target).item()
        )
    if key != "cross_entropy":
        pictures, wanted = torch.randn(2, 3, 4, 5), torch.rand(2, 3, 4, 5)
        assert loss(key, pictures, wanted, **params) == pytest.approx(oracle(pictures, wanted).item())


@pytest.mark.parametrize("key", ["binary_cross_entropy", "squared_error", "mean_absolute_error", "huber"])
def test_a_class_is_a_list_with_a_single_one(key: str) -> None:
    assert loss(key, SCORES, CLASSES) == loss(key, SCORES, ONE_HOT)


@pytest.mark.parametrize("key", ["binary_cross_entropy", "squared_error", "mean_absolute_error", "huber"])
def test_of_two_classes_a_single_output_is_compared_with_the_number(key: str) -> None:
    one = SCORES[:, :1]
    assert loss(key, one, torch.tensor([0, 1])) == loss(key, one, torch.tensor([[0.0], [1.0]], dtype=torch.float64))


def test_hinge_by_hand() -> None:
    # cs231n: 3.2 cat, 5.1 car, −1.7 frog, a cat: max(0, 5.1 − 3.2 + 1) + max(0, −1.7 − 3.2 + 1) = 2.9.
    scores = torch.tensor([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]], dtype=torch.float64)
    truth = torch.tensor([0, 1, 2])
    each = [loss("hinge", scores[i : i + 1], truth[i : i + 1]) for i in range(3)]
    assert each == pytest.approx([2.9, 0.0, 12.9])
    assert loss("hinge", scores, truth) == pytest.approx(15.8 / 3)


def test_hinge_of_one_output_asks_for_its_side_of_zero() -> None:
    scores = torch.tensor([[0.5], [2.0], [-3.0], [-0.5]], dtype=torch.float64)
    assert loss("hinge", scores, torch.tensor([1, 1, 0, 1])) == pytest.approx((0.5 + 0 + 0 + 1.5) / 4)
    assert loss("hinge", scores, torch.tensor([1, 1, 0, 1]), margin=0.0) == pytest.approx(0.5 / 4)


def test_the_output_as_loss_needs_no_target() -> None:
    assert loss("output_loss", SCORES, CLASSES) == pytest.approx(SCORES.sum().item() / 2)
    assert loss("output_loss", SCORES, VALUES, weight=2.0) == pytest.approx(SCORES.sum().item())


@pytest.mark.parametrize(
    ("key", "params", "caption"),
    [
        ("cross_entropy", {}, ""),
        ("cross_entropy", {"label_smoothing": 0.1}, "smoothing 0.1"),
        ("squared_error", {"auxiliary": True, "weight": 0.3}, "Σ ½(t−o)² · auxiliary ×0.3"),
        ("huber", {"weight": 2.0}, "delta 1 · ×2"),
        ("hinge", {"auxiliary": True}, "margin 1 · auxiliary"),
    ],
)
def test_captions(key: str, params: dict[str, ParamValue], caption: str) -> None:
    kind = layer_type(key)
    assert kind.caption(kind.complete(params)) == caption


@pytest.mark.parametrize(("key", "twin"), [("cross_entropy", "softmax"), ("binary_cross_entropy", "sigmoid")])
def test_what_a_loss_does_itself_need_not_be_done_before(key: str, twin: str) -> None:
    graph = chain(
        node("x", "input", shape=(4,)), node("fc", "dense", out_features=10), node("act", twin), node("loss", key)
    )
    (problem,) = analyse(graph).problems
    assert problem.is_warning
    assert twin in problem.message
    assert analyse(problem.repairs[0].apply(graph)).problems == ()


def test_hinge_over_classes_takes_a_list() -> None:
    graph = chain(node("x", "input", shape=(1, 28, 28)), node("loss", "hinge"))
    (problem,) = analyse(graph, DIGITS).problems
    assert "Hinge takes a plain list of numbers" in problem.message
    mended = problem.repairs[0].apply(graph)
    assert [p.message for p in analyse(mended, DIGITS).problems] == ["784 outputs, but MNIST digits has 10 classes."]
