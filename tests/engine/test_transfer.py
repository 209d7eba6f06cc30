"""Bases: what is taken over from them, what is replaced, and what is frozen."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from playground.engine.compile import compile_network
from playground.engine.pretrained import pretrained_state
from playground.engine.shapes import analyse
from playground.engine.transfer import Source, Transfer, TransferError, Wish, cuts, default_cut, take_over, use_as_base
from playground.graph import edits
from playground.graph.experiment import Experiment
from playground.zoo import zoo_experiment, zoo_network


@cache
def squeezenet() -> Source:
    network = zoo_network("squeezenet-1-1")
    return Source(network.title, zoo_experiment(network.key), pretrained_state(network.weights))


def drawn(key: str, seed: int = 5) -> Source:
    """A network of the zoo with weights that were drawn, in place of learnt ones."""
    experiment = zoo_experiment(key)
    return Source(key, experiment, compile_network(analyse(experiment.graph), seed).state())


def begun(transfer: Transfer) -> dict[str, np.ndarray]:
    """The weights with which it begins."""
    return compile_network(transfer.analysis, transfer.experiment.seed, transfer.tensors).state()


def test_a_base_gives_up_its_head_and_keeps_everything_before_it() -> None:
    source = squeezenet()
    transfer = use_as_base(source, Wish("clothing"))
    assert transfer.analysis.can_train
    assert not transfer.analysis.problems
    assert transfer.analysis.input_shape == (3, 32, 32)
    assert transfer.analysis.output_shape == (10,)
    assert "head_conv10" not in transfer.experiment.graph
    state = begun(transfer)
    base = [key for key in source.state if not key.startswith("head_conv10")]
    for key in base:
        np.testing.assert_array_equal(state[key], source.state[key], err_msg=key)
    assert transfer.fresh == (("Head", "new"),)
    assert transfer.learning == 512 * 10 + 10
    assert transfer.frozen == sum(source.state[key].size for key in base if "prepare" not in key)
    assert transfer.experiment.base is not None
    assert transfer.experiment.base.title == "SqueezeNet 1.1"


def test_the_base_computes_in_it_what_it_computed_before() -> None:
    """On a picture of the size that it was made for, up to the cut."""
    import torch

    source = squeezenet()
    graph = edits.set_params(source.experiment.graph, "input", {"shape": (3, 96, 96)})
    picture = np.random.default_rng(0).random((1, 3, 32, 32), dtype=np.float32)
    transfer = use_as_base(source, Wish("clothing"))
    ours = compile_network(transfer.analysis, 0, transfer.tensors)
    theirs = compile_network(analyse(graph), 0, source.state)
    seen: dict[str, torch.Tensor] = {}
    for name, network in (("ours", ours), ("theirs", theirs)):
        network.train(False)
        network.children["fire9_concat"].register_forward_hook(lambda *given, name=name: seen.update({name: given[2]}))
    with torch.no_grad():
        small = torch.tensor(picture)
        ours.predictor(small)
        large = torch.nn.functional.interpolate(small, scale_factor=3, mode="bilinear", align_corners=False)
        theirs.predictor(large)
    torch.testing.assert_close(seen["ours"], seen["theirs"])


def test_what_learns_of_the_base_learns_at_its_own_rate() -> None:
    transfer = use_as_base(squeezenet(), Wish("clothing", frozen="fire4_concat", rate=0.25))
    graph = transfer.experiment.graph
    assert graph.node("fire4_squeeze").frozen == ("weight", "bias")
    assert graph.node("fire5_squeeze").frozen == ()
    assert graph.node("fire5_squeeze").rate == 0.25
    assert graph.node("head").rate == 1.0


def test_a_frozen_batch_norm_keeps_its_averages() -> None:
    network = zoo_network("efficientnet-lite0")
    source = Source(network.title, zoo_experiment(network.key), pretrained_state(network.weights))
    transfer = use_as_base(source, Wish("clothing"))
    norm = next(node for node in transfer.experiment.graph if node.type == "batch_norm2d")
    assert set(norm.frozen) == {"weight", "bias", "running_mean", "running_var"}
    assert compile_network(transfer.analysis, 0, transfer.tensors).at_rest > {norm.id}


@pytest.mark.parametrize(
    ("key", "data", "first"),
    [("lenet-5", "clothing", "grey1"), ("squeezenet-1-1", "doodles", "colour1"), ("lenet-5", "doodles", "conv1")],
)
def test_pictures_become_grey_or_coloured_as_the_base_wants_them(key: str, data: str, first: str) -> None:
    transfer = use_as_base(drawn(key), Wish(data))
    assert transfer.analysis.can_train
    assert transfer.experiment.graph.outgoing("input")[0].target == first
    assert "conv1" in transfer.taken or "stem_conv1" in transfer.taken


def test_a_layer_whose_weights_have_another_size_begins_anew_and_says_so() -> None:
    transfer = use_as_base(drawn("lenet-5"), Wish("clothing"))
    assert dict(transfer.fresh)["fc1"] == "120×576 weights, the base has 120×400"
    assert not transfer.experiment.graph.node("fc1").frozen, "what is drawn anew has to learn"
    assert transfer.experiment.graph.node("fc2").frozen


def test_the_new_head_never_takes_the_old_ones_weights() -> None:
    """Another head for as many classes, of a base that had a transfer's own names already."""
    first = use_as_base(drawn("lenet-5"), Wish("doodles"))
    again = use_as_base(Source("again", first.experiment, begun(first)), Wish("doodles"))
    assert "head2" in again.experiment.graph
    assert again.fresh == (("Head", "new"),)


def test_the_open_network_takes_over_what_fits() -> None:
    source = drawn("lenet-5")
    wanted = zoo_experiment("lenet-5")
    wanted = replace(wanted, graph=edits.set_params(wanted.graph, "fc2", {"out_features": 50}), seed=9)
    transfer = take_over(wanted, source)
    assert transfer.taken == ("conv1", "conv2", "fc1")
    assert [name for name, _ in transfer.fresh] == ["fc2", "fc3"]
    assert replace(transfer.experiment, base=None) == wanted
    np.testing.assert_array_equal(begun(transfer)["conv2.weight"], source.state["conv2.weight"])


@pytest.mark.parametrize(
    ("key", "wish", "reason"),
    [
        ("lenet-5", Wish("iris"), "looks at examples of 1×28×28 numbers, and “Iris flowers” has 4"),
        ("circle", Wish("iris"), "of 2 numbers"),
        ("lenet-5", Wish("clothing", cut="conv9"), "cannot be cut behind “conv9”"),
        ("lenet-5", Wish("clothing", frozen="conv9"), "no layer “conv9”"),
        ("lenet-5", Wish("clothing", rate=-1.0, frozen="none"), "0 to 1,000 times"),
    ],
)
def test_what_cannot_be_is_refused_in_words(key: str, wish: Wish, reason: str) -> None:
    with pytest.raises(TransferError, match=reason):
        use_as_base(drawn(key), wish)


def test_a_network_that_is_not_finished_is_no_base() -> None:
    with pytest.raises(TransferError, match="not finished"):
        use_as_base(Source("empty", Experiment(), {"a.weight": np.zeros(2)}), Wish("clothing"))


def test_a_network_of_which_nothing_fits_is_no_base() -> None:
    with pytest.raises(TransferError, match="No layer of circle fits"):
        take_over(zoo_experiment("lenet-5"), drawn("circle"))


def test_the_suggested_cut_is_before_the_last_layer_with_weights() -> None:
    assert default_cut(zoo_network("squeezenet-1-1").build()) == "fire9_concat", "not behind the dropout"
    assert default_cut(zoo_network("efficientnet-lite0").build()) == "gap"
    assert default_cut(zoo_network("lenet-5").build()) == "relu4"
    graph = zoo_network("resnet-18").build()
    assert default_cut(graph) in cuts(graph)
    assert cuts(Experiment().graph) == ()
