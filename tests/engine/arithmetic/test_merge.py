"""Layers with several inputs: who is to blame when inputs tie, are used again and again, or are left out."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.arithmetic import explain_grad_input, explain_output, source_index, used_at
from playground.engine.arithmetic.branch_slopes import explain_handed_back, slope_for
from playground.engine.trace import Frame, record
from playground.graph.edits import add, append, connect
from playground.graph.model import Edge, Graph, ParamValue
from playground.layers import Shape
from tests.engine.networks import compiled, node


def frame_of(join: str, *parts: np.ndarray, batch: int = 1, training: bool = True, **params: ParamValue) -> Frame:
    """Constants joined, and the sum of the result's squares as the error."""
    graph = add(add(Graph(), node("x", "input", shape=(1,))), node("join", join, **params))
    for port, part in enumerate(parts):
        values = tuple(float(value) for value in part.reshape(-1))
        graph = add(graph, node(f"part{port}", "constant", value=values, shape=part.shape))
        graph = connect(graph, Edge(f"part{port}", "join", 0, port))
    graph = append(append(graph, node("flat", "flatten"), "join"), node("loss", "squared_error"), "flat")
    network = compiled(graph)
    size = int(np.prod(network.analysis.output_shape or ()))
    return record(network, np.zeros((batch, 1)), np.zeros((batch, size)), training=training).frames["join"]


def explained_gradients(frame: Frame, port: int) -> np.ndarray:
    """What the explanations of a gradient give, which is what torch gave."""
    found = np.zeros_like(frame.inputs[port])
    for index in np.ndindex(found.shape):
        found[index] = explain_grad_input(frame, port, index).total()
    np.testing.assert_allclose(found, frame.grad_inputs[port], atol=1e-12)
    return found


def test_the_maximum_routes_the_blame_to_the_winner_and_ties_share_it() -> None:
    frame = frame_of("maximum", np.array([1.0, 5.0, 2.0]), np.array([3.0, 5.0, 0.0]))
    assert frame.output[0].tolist() == [3, 5, 2]
    assert explained_gradients(frame, 0)[0].tolist() == [0, 2.5, 2]
    assert explained_gradients(frame, 1)[0].tolist() == [3, 2.5, 0]
    assert explain_output(frame, (0, 0)).chosen == 1
    assert "was not the largest" in explain_grad_input(frame, 0, (0, 0)).words
    assert "share" in explain_grad_input(frame, 0, (0, 1)).words


def test_three_that_tie_share_the_blame_in_equal_parts() -> None:
    frame = frame_of("maximum", *(np.array([6.0]) for _ in range(3)))
    assert [explained_gradients(frame, port)[0, 0] for port in range(3)] == pytest.approx([2, 2, 2])


MAPS = np.arange(12.0).reshape(3, 2, 2) - 5


@pytest.mark.parametrize(
    "gates",
    [
        np.array([2.0, -1.0, 0.5]),
        np.array([2.0, -1.0, 0.5]).reshape(3, 1, 1),
        np.array([[[1.0, 0.0], [-2.0, 3.0]]]),
        np.array([4.0]),
    ],
    ids=["list", "pixel", "map", "number"],
)
@pytest.mark.parametrize("join", ["add", "multiply", "maximum", "average"])
def test_a_smaller_input_collects_the_blame_of_every_place_it_served(join: str, gates: np.ndarray) -> None:
    """Against numpy's broadcasting."""
    frame = frame_of(join, MAPS, gates)
    wide = np.broadcast_to(gates.reshape(*gates.shape, *(1,) * (3 - gates.ndim)), MAPS.shape)
    result = {
        "add": MAPS + wide,
        "multiply": MAPS * wide,
        "maximum": np.maximum(MAPS, wide),
        "average": (MAPS + wide) / 2,
    }[join]
    np.testing.assert_allclose(frame.output[0], result)
    # With E = ½ Σ y², the blame of y is y itself.
    slope = {
        "add": np.ones_like(MAPS),
        "multiply": MAPS,
        "maximum": (wide > MAPS) + 0.5 * (wide == MAPS),
        "average": np.full_like(MAPS, 0.5),
    }[join]
    spread = tuple(axis for axis in range(3) if (gates.shape + (1,) * (3 - gates.ndim))[axis] == 1)
    expected = (slope * result).sum(axis=spread).reshape(gates.shape)
    np.testing.assert_allclose(explained_gradients(frame, 1)[0], expected, atol=1e-12)


def test_every_place_that_uses_a_number_leads_back_to_it() -> None:
    for gates in (np.ones(3), np.ones((1, 2, 2)), np.ones((3, 1, 1)), np.ones(1)):
        frame = frame_of("multiply", MAPS, gates)
        for index in np.ndindex(frame.inputs[1].shape):
            places = used_at(frame, 1, index)
            assert [source_index(frame, 1, place) for place in places] == [index] * len(places)
        counts = sum(len(used_at(frame, 1, index)) for index in np.ndindex(frame.inputs[1].shape))
        assert counts == MAPS.size


def test_drop_path_averages_the_inputs_that_are_left() -> None:
    parts = [np.array([float(10**port)]) for port in range(4)]
    frame = frame_of("average", *parts, batch=400, drop_path=0.4)
    assert frame.mask is not None
    assert frame.mask.shape == (400, 4)
    kept = frame.mask.sum(axis=1)
    assert kept.min() == 1, "one is always left"
    np.testing.assert_allclose(frame.output[:, 0], frame.mask @ np.array([1, 10, 100, 1000]) / kept)
    # 0.6 of all, and the one that is kept where chance would drop all four (0.4⁴).
    assert kept.mean() == pytest.approx(4 * 0.6 + 0.4**4, abs=0.15)
    example = int(np.argmax(kept < 4))
    dropped = int(np.argmin(frame.mask[example]))
    assert explain_grad_input(frame, dropped, (example, 0)).total() == 0
    assert "left this input out" in explain_grad_input(frame, dropped, (example, 0)).words


def test_in_use_drop_path_leaves_nothing_out() -> None:
    frame = frame_of("average", np.array([1.0]), np.array([3.0]), batch=50, training=False, drop_path=0.9)
    assert frame.mask is None
    assert (frame.output == 2).all()


@pytest.mark.parametrize(("shape", "count"), [((3, 20, 20), 1), ((1,), 1200)])
def test_a_long_sum_is_written_with_a_sum_sign(shape: Shape, count: int) -> None:
    frame = frame_of("add", np.ones((3, 20, 20)), np.ones(shape))
    explanation = explain_grad_input(frame, 1, (0,) * (1 + len(shape)))
    assert len(explanation.terms) == count
    assert (r"\sum" in explanation.symbols) == (count > 1)
    assert len(explanation.symbols) < 200


@pytest.mark.parametrize("join", ["add", "multiply", "maximum", "average"])
def test_what_an_input_is_handed_back_from_each_place_adds_up_to_its_gradient(join: str) -> None:
    frame = frame_of(join, MAPS, np.array([2.0, -1.0, 6.0]).reshape(3, 1, 1))
    for port, gradient in enumerate(frame.grad_inputs):
        for index in np.ndindex(gradient.shape):
            parts = [explain_handed_back(frame, port, place).value for place in used_at(frame, port, index)]
            assert sum(parts) == pytest.approx(gradient[index], abs=1e-12)


def test_a_number_that_was_joined_moves_with_its_own_input_alone() -> None:
    frame = frame_of("concat", MAPS[:2], MAPS[2:])
    assert [slope_for(frame, port, (0, 1, 0, 0)) for port in (0, 1)] == [1, 0]
    assert [slope_for(frame, port, (0, 2, 0, 0)) for port in (0, 1)] == [0, 1]
