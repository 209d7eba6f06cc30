"""Layers that rearrange: where the numbers go, and what is said of sizes that cannot be."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest
import torch

from playground.engine.shapes import Problem, analyse
from playground.graph.model import ParamValue
from playground.layers import Shape, layer_type
from playground.layers._factors import divisors, nearest_divisor, nearest_factors
from tests.engine.networks import chain, node


def result(key: str, x: np.ndarray, **params: ParamValue) -> np.ndarray:
    """What the layer makes of one example."""
    kind = layer_type(key)
    module = kind.build(kind.complete(params), (x.shape,))
    return module(torch.from_numpy(x[None]))[0].numpy()


def trouble(key: str, given: Shape, /, **params: ParamValue) -> Problem | None:
    graph = chain(node("x", "input", shape=given), node("layer", key, **params))
    problem = next((problem for problem in analyse(graph).problems if problem.node == "layer"), None)
    if problem is not None:
        for repair in problem.repairs:
            mended = analyse(repair.apply(graph))
            assert not mended.errors, repair.label
            assert "layer" in mended.layers or "layer" not in mended.graph, repair.label
    return problem


NUMBERS = np.arange(2.0 * 3 * 4).reshape(2, 3, 4)


def test_where_the_numbers_go() -> None:
    np.testing.assert_array_equal(result("reshape", NUMBERS, shape=(4, -1)), NUMBERS.reshape(4, 6))
    np.testing.assert_array_equal(result("permute", NUMBERS, order=(2, 0, 1)), NUMBERS.transpose(2, 0, 1))
    np.testing.assert_array_equal(result("slice", NUMBERS, start=1, length=1), NUMBERS[1:])
    np.testing.assert_array_equal(result("flatten", NUMBERS), NUMBERS.reshape(-1))
    dealt = result("channel_shuffle", np.arange(6.0), groups=2)
    assert dealt.tolist() == [0, 3, 1, 4, 2, 5]


def test_the_channel_shuffle_is_torchs() -> None:
    x = np.random.default_rng(0).normal(size=(12, 3, 3))
    expected = torch.nn.ChannelShuffle(4)(torch.from_numpy(x[None]))[0].numpy()
    np.testing.assert_array_equal(result("channel_shuffle", x, groups=4), expected)


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 5, 4), (2, 9), (2, 2, 3, 4), (30,)])
def test_a_pixel_permutation_is_one_order_for_all_channels_and_always_the_same(shape: Shape) -> None:
    positions = np.broadcast_to(np.arange(float(prod(shape[1:]))).reshape(shape[1:]), shape)
    if len(shape) == 1:
        positions = np.arange(float(shape[0]))
    found = result("pixel_permutation", positions.copy(), seed=5)
    assert sorted(found.reshape(-1)) == sorted(positions.reshape(-1))
    assert not np.array_equal(found, positions)
    if len(shape) > 1:
        assert (found == found[0]).all()
    np.testing.assert_array_equal(found, result("pixel_permutation", positions.copy(), seed=5))
    assert not np.array_equal(found, result("pixel_permutation", positions.copy(), seed=6))


@pytest.mark.parametrize(
    ("shape", "wanted", "says", "repair"),
    [
        ((784,), (1, 28, 27), "1×28×27 holds 756 numbers, but x gives a list of 784 numbers.", "Set shape to 1×28×28"),
        ((3, 4, 4), (50,), "x gives a picture 3×4×4, that is 48 numbers", "Set shape to 48"),
        ((30,), (-1, -1, 5), "Only one size may be left open (−1), but −1×−1×5 leaves 2", "Set shape to 6×1×5"),
        ((30,), (0, 5), "A size of 0 in 0×5 leaves room for nothing", "Set shape to 6×5"),
        ((30,), (-1, 7), "−1×7 holds a multiple of 7 numbers, which 30 is not", "Set shape to 5×6"),
    ],
)
def test_a_reshape_that_does_not_multiply_up_says_both_counts(
    shape: Shape, wanted: Shape, says: str, repair: str
) -> None:
    problem = trouble("reshape", shape, shape=wanted)
    assert problem is not None
    assert says in problem.message
    assert [offered.label for offered in problem.repairs] == [repair]


@pytest.mark.parametrize("wanted", [(30,), (-1,), (5, -1), (1, 2, 3, 5), (-1, 30, 1)])
def test_a_reshape_that_multiplies_up_is_right(wanted: Shape) -> None:
    assert trouble("reshape", (30,), shape=wanted) is None


@pytest.mark.parametrize(
    ("key", "shape", "params", "says", "repairs"),
    [
        ("slice", (6, 3, 3), {"start": 4, "length": 4}, "keeps channels 5 to 8, but x has only 6.", 2),
        ("slice", (6,), {"start": 9, "length": 2}, "keeps numbers 10 to 11, but x has only 6.", 1),
        ("slice", (6,), {"start": 9, "length": 9}, "keeps numbers 10 to 18, but x has only 6.", 1),
        ("slice", (6,), {"start": 2, "length": 9}, "keeps numbers 3 to 11, but x has only 6.", 1),
        ("channel_shuffle", (6, 3, 3), {"groups": 4}, "4 groups do not divide the 6 channels that x gives.", 1),
        ("permute", (6, 3), {"order": (0, 2, 1)}, "0, 2, 1 must name each of 0, 1 once, since x gives a sequence", 1),
        ("permute", (6, 3, 3), {"order": (2, 2, 1)}, "2, 2, 1 must name each of 0, 1, 2 once", 1),
        ("permute", (6,), {"order": (1, 0)}, "A list has only one dimension", 1),
        ("pixel_permutation", (1, 9000, 9000), {}, "At most 16,777,216 pixels can be permuted", 1),
    ],
)
def test_settings_that_cannot_be_are_explained_and_mended(
    key: str, shape: Shape, params: dict[str, ParamValue], says: str, repairs: int
) -> None:
    problem = trouble(key, shape, **params)
    assert problem is not None
    assert says in problem.message
    assert len(problem.repairs) == repairs


def test_numbers_for_a_constant_that_are_too_few_are_explained_and_mended() -> None:
    graph = chain(node("c", "constant", value=(1.0, 2.0), shape=(3,)), node("relu", "relu"))
    problem = next(problem for problem in analyse(graph).problems if problem.node == "c")
    assert problem.message.startswith("c has 3 places (3), but 2 numbers are given")
    outputs = [analyse(repair.apply(graph)).layers["relu"].output for repair in problem.repairs]
    assert outputs == [(2,), (3,)]
    for repair in problem.repairs:
        assert not any(p.node == "c" and not p.is_warning for p in analyse(repair.apply(graph)).problems)


@pytest.mark.parametrize("key", ["constant", "parameter"])
def test_numbers_that_no_machine_can_hold_are_refused_in_plain_words(key: str) -> None:
    graph = chain(node("c", key, shape=(1_000_000,) * 4), node("relu", "relu"))
    problem = next(problem for problem in analyse(graph).problems if problem.node == "c")
    assert problem.message.startswith("c of size 1000000×1000000×1000000×1000000 would hold 1e+24 numbers")
    (size,) = analyse(problem.repairs[0].apply(graph)).layers["relu"].output
    assert size == (1 if key == "constant" else 1_000_000)


@pytest.mark.parametrize("count", [1, 7, 12, 784, 1024, 9973])
def test_divisors(count: int) -> None:
    assert divisors(count) == [d for d in range(1, count + 1) if count % d == 0]


def test_the_nearest_sizes() -> None:
    assert nearest_divisor(30, 7) == 6
    assert nearest_divisor(12, 100) == 12
    rng = np.random.default_rng(1)
    for _ in range(200):
        wanted = tuple(int(extent) for extent in rng.integers(-1, 40, rng.integers(1, 5)))
        count = int(rng.integers(1, 3000))
        found = nearest_factors(wanted, count)
        assert prod(found) == count
        assert len(found) == len(wanted)


# Inputs with the wrong number of dimensions.


@pytest.mark.parametrize(
    ("key", "shape", "label", "output"),
    [
        ("conv2d", (784,), "Put a Reshape to 1×28×28 in between", (1, 28, 28)),
        ("conv2d", (30,), "Put a Reshape to 1×1×30 in between", (1, 1, 30)),
        ("conv2d", (4, 30), "Put a Reshape to 4×1×30 in between", (4, 1, 30)),
        ("conv2d", (2, 3, 9, 9), "Put a Reshape to 6×9×9 in between", (6, 9, 9)),
        ("conv1d", (187,), "Put a Reshape to 1×187 in between", (1, 187)),
        ("conv1d", (3, 8, 8), "Put a Reshape to 3×64 in between", (3, 64)),
        ("conv3d", (3, 8, 8), "Put a Reshape to 3×1×8×8 in between", (3, 1, 8, 8)),
        ("dense", (4, 30), "Put a Flatten in between", (120,)),
        ("dense", (4, 2, 3, 5), "Put a Flatten in between", (120,)),
    ],
)
def test_the_wrong_number_of_dimensions_can_be_mended(key: str, shape: Shape, label: str, output: Shape) -> None:
    kind = layer_type(key)
    params: dict[str, ParamValue] = {}
    if any(param.key == "kernel_size" for param in kind.params):
        params = {"kernel_size": kind.param("kernel_size").check(1)}
    graph = chain(node("x", "input", shape=shape), node("layer", key, **params))
    problem = next(problem for problem in analyse(graph).problems if problem.node == "layer")
    repair = next(repair for repair in problem.repairs if repair.label == label)
    mended = analyse(repair.apply(graph))
    assert mended.layers["layer"].inputs == (output,)
