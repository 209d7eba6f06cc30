"""Normalisations, spatial dropout and stochastic depth: what they take together, refusals and ways out of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from playground.engine.arithmetic import dropout_mask, explain_output, statistics
from playground.engine.shapes import Problem, analyse
from playground.engine.trace import Frame, record
from playground.graph.edits import add, append
from playground.graph.model import Graph, ParamValue
from playground.layers import Shape, layer_type
from tests.engine.networks import chain, compiled, node


def alone(key: str, shape: Shape, **params: ParamValue) -> Graph:
    """input → the layer."""
    return append(add(Graph(), node("x", "input", shape=shape)), node("norm", key, **params), "x")


def trouble(graph: Graph) -> Problem | None:
    return next((problem for problem in analyse(graph).problems if problem.node == "norm"), None)


def frame(key: str, x: np.ndarray, *, training: bool = True, seed: int = 0, **params: ParamValue) -> Frame:
    graph = alone(key, x.shape[1:], **params)
    return record(compiled(graph), x, training=training, seed=seed).frames["norm"]


REFUSALS = [
    ("batch_norm1d", (3, 4, 4), {}, "Use Batch norm 2D instead"),
    ("batch_norm2d", (7,), {}, "Use Batch norm 1D instead"),
    ("batch_norm2d", (4, 9), {"eps": 1e-3}, "Use Batch norm 1D instead"),
    ("batch_norm2d", (2, 3, 4, 4), {}, "Use Layer norm instead"),
    ("instance_norm2d", (7,), {"affine": True}, "Use Layer norm instead"),
    ("instance_norm2d", (5, 1, 1), {}, "Use Layer norm instead"),
    ("local_response_norm", (9,), {"size": 3}, "Use Layer norm instead"),
    ("dropout2d", (12,), {"p": 0.3}, "Use Dropout instead"),
    ("group_norm", (10, 4, 4), {"num_groups": 4}, "Set groups to 2"),
    ("group_norm", (7, 4, 4), {"num_groups": 32}, "Set groups to 7"),
    ("group_norm", (12,), {"num_groups": 12}, "Set groups to 6"),
    ("group_norm", (12, 3), {"num_groups": 5}, "Set groups to 4"),
    ("group_norm", (1,), {"num_groups": 1}, "Take norm out"),
    ("layer_norm", (1,), {}, "Take norm out"),
]


@pytest.mark.parametrize(("key", "shape", "params", "label"), REFUSALS)
def test_what_cannot_be_normalised_is_refused_and_every_repair_helps(
    key: str, shape: Shape, params: dict[str, ParamValue], label: str
) -> None:
    graph = alone(key, shape, **params)
    problem = trouble(graph)
    assert problem is not None
    assert label in [repair.label for repair in problem.repairs]
    for repair in problem.repairs:
        assert trouble(repair.apply(graph)) is None, repair.label


def test_replacing_a_layer_keeps_the_settings_that_both_have() -> None:
    graph = alone("batch_norm2d", (7,), eps=1e-3, momentum=0.01)
    problem = trouble(graph)
    assert problem is not None
    assert problem.repairs[0].apply(graph).node("norm").params == {"eps": 1e-3, "momentum": 0.01}


@pytest.mark.parametrize("shape", [(1,), (6,), (1, 1), (6, 1), (4, 5), (1, 1, 1), (6, 1, 1), (4, 3, 3), (4, 2, 3, 3)])
@pytest.mark.parametrize("groups", [1, 2, 3, 4, 6, 7, 1_000_000])
def test_any_number_of_groups_works_or_is_refused_in_words(groups: int, shape: Shape) -> None:
    graph = alone("group_norm", shape, num_groups=groups)
    if trouble(graph) is None:
        record(compiled(graph), np.random.default_rng(0).normal(size=(1, *shape)))


def test_what_each_takes_together() -> None:
    x = np.random.default_rng(1).normal(size=(3, 4, 5, 5))
    at = (1, 2, 0, 0)
    together = {
        "batch_norm2d": x[:, 2],
        "layer_norm": x[1],
        "group_norm": x[1, 2:4],
        "instance_norm2d": x[1, 2],
    }
    for key, numbers in together.items():
        assert statistics(frame(key, x), at) == pytest.approx((numbers.mean(), numbers.var()))


@pytest.mark.parametrize(
    ("key", "start"),
    [
        ("batch_norm2d", "In this batch channel 3 has mean"),
        ("layer_norm", "This example has mean"),
        ("group_norm", "In this example the group of channels 3 to 4 has mean"),
        ("instance_norm2d", "In this example map 3 has mean"),
        ("local_response_norm", "How strongly channels 1 to 4 respond here leaves"),
        ("channel_affine", "0 times the scale 1 plus the shift 0."),
    ],
)
def test_in_words(key: str, start: str) -> None:
    x = np.zeros((2, 4, 3, 3)) if key == "channel_affine" else np.random.default_rng(1).normal(size=(2, 4, 3, 3))
    assert explain_output(frame(key, x), (0, 2, 1, 1)).words.startswith(start)


def test_batch_norm_of_a_list_speaks_of_features() -> None:
    words = explain_output(frame("batch_norm1d", np.array([[1.0, 2.0], [3.0, 5.0]])), (0, 1)).words
    assert words.startswith("In this batch feature 2 has mean 3.5 and standard deviation 1.5.")


def test_local_response_norm_divides_by_the_neighbours() -> None:
    """AlexNet's own numbers: n = 5, α = 1e-4 for each of the five, β = 0.75, k = 2."""
    x = np.abs(np.random.default_rng(2).normal(scale=40, size=(1, 8, 1, 1)))
    found = frame("local_response_norm", x, size=5, alpha=5e-4, beta=0.75, k=2.0).output
    for channel in range(8):
        neighbours = x[0, max(0, channel - 2) : channel + 3, 0, 0]
        wanted = x[0, channel, 0, 0] / (2 + 1e-4 * (neighbours**2).sum()) ** 0.75
        assert found[0, channel, 0, 0] == pytest.approx(wanted)


def test_spatial_dropout_drops_whole_channels_and_stochastic_depth_whole_examples() -> None:
    x = np.ones((40, 6, 3, 3))
    channels = dropout_mask(frame("dropout2d", x, p=0.5)).reshape(40, 6, 9)
    assert (channels.min(axis=2) == channels.max(axis=2)).all()
    assert 0.35 < channels.mean() < 0.65
    examples = dropout_mask(frame("stochastic_depth", x, p=0.5)).reshape(40, -1)
    assert (examples.min(axis=1) == examples.max(axis=1)).all()
    assert 0.2 < examples.mean() < 0.8
    kept = frame("stochastic_depth", x, p=0.2).output
    assert set(np.unique(kept)) == {0.0, 1.25}


def test_what_the_dice_decided_is_said_in_words() -> None:
    for key, noun in (("dropout2d", "this whole channel"), ("stochastic_depth", "the whole branch of this example")):
        found = frame(key, np.ones((30, 4, 2, 2)), p=0.5)
        dropped = tuple(int(i) for i in np.argwhere(dropout_mask(found) == 0)[0])
        assert f"dropped {noun}" in explain_output(found, dropped).words
        resting = frame(key, np.ones((3, 4, 2, 2)), training=False)
        assert "does nothing" in explain_output(resting, (0, 0, 0, 0)).words


@pytest.mark.parametrize("shape", [(4, 9), (4, 5, 5), (4, 2, 3, 3)])
def test_spatial_dropout_takes_sequences_pictures_and_volumes(shape: Shape) -> None:
    kind = layer_type("dropout2d")
    module = kind.build(kind.complete({}), (shape,))
    assert module(torch.ones(2, *shape)).shape == (2, *shape)


def test_batch_norm_can_follow_slowly() -> None:
    """With TensorFlow's settings for Inception and EfficientNet: eps 0.001, momentum 0.01."""
    module = layer_type("batch_norm2d").build({"eps": 1e-3, "momentum": 0.01, "affine": True}, ((3, 4, 4),))
    module(torch.full((2, 3, 4, 4), 5.0))
    state = module.state_dict()
    torch.testing.assert_close(state["running_mean"], torch.full((3,), 0.05))


def test_a_list_of_one_example_needs_company() -> None:
    graph = chain(node("x", "input", shape=(3,)), node("norm", "batch_norm1d"), node("loss", "squared_error"))
    assert layer_type("batch_norm1d").looks_at_the_batch
    record(compiled(graph), np.ones((1, 3)), np.ones((1, 3)), training=False)
