"""Shipped weights: they fit their networks to the last tensor, and the networks name the shipped photographs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from playground import assets
from playground.assets import MissingAsset
from playground.data.photographs import imagenet_labels, photograph
from playground.engine.compile import Network, compile_network
from playground.engine.pretrained import PretrainedError, pretrained_state
from playground.engine.shapes import analyse
from playground.zoo import all_zoo_networks, zoo_network

WITH_WEIGHTS = tuple(network.key for network in all_zoo_networks() if network.weights)


@dataclass(frozen=True)
class Named:
    """What a network says of a photograph: the true class is among its five best, or even is its best."""

    photograph: str
    classes: tuple[str, ...]
    is_first: bool = True


CAT = Named("cat", ("tabby", "tiger cat", "Egyptian cat"))
COFFEE = Named("coffee", ("espresso", "cup", "coffee mug"))
ROCKET = Named("rocket", ("missile", "projectile", "space shuttle"), is_first=False)
TEMPLE = Named("temple", ("palace", "stupa", "monastery", "bell cote", "boathouse"), is_first=False)

NAMED = {
    "efficientnet-lite0": (CAT, COFFEE, ROCKET, TEMPLE),
    "squeezenet-1-0": (CAT, COFFEE, ROCKET, TEMPLE),
    "squeezenet-1-1": (CAT, COFFEE, ROCKET, TEMPLE),
}
"""Every network with shipped weights, and what it must recognise. Of SqueezeNet's five best one is right in 80 %."""


@cache
def ready(key: str) -> Network:
    """The network of the zoo with its shipped weights, in use."""
    entry = zoo_network(key)
    network = compile_network(analyse(entry.build()), seed=0, state=pretrained_state(entry.weights))
    network.train(False)
    return network


def best_classes(key: str, name: str) -> list[str]:
    """The five most likely classes of a photograph, the likeliest first."""
    network = ready(key)
    shape = network.analysis.input_shape
    assert shape is not None
    with torch.no_grad():
        scores = network.predictor(torch.tensor(photograph(name, shape[1]))[None])[0]
    return [imagenet_labels()[index] for index in scores.topk(5).indices.tolist()]


def test_every_network_with_weights_is_tested_here() -> None:
    assert set(WITH_WEIGHTS) == set(NAMED)


@pytest.mark.parametrize(
    ("key", "named"),
    [(key, named) for key, all_named in NAMED.items() for named in all_named],
    ids=lambda value: value if isinstance(value, str) else value.photograph,
)
def test_it_names_the_photograph(key: str, named: Named) -> None:
    found = best_classes(key, named.photograph)
    considered = found[:1] if named.is_first else found
    assert any(label.startswith(named.classes) for label in considered), found


@pytest.mark.parametrize("key", WITH_WEIGHTS)
def test_the_weights_fill_every_tensor_and_no_other(key: str) -> None:
    entry = zoo_network(key)
    state = pretrained_state(entry.weights)
    wanted = {
        name: tensor.shape
        for name, tensor in compile_network(analyse(entry.build()), seed=0).state().items()
        if not name.endswith("num_batches_tracked")
    }
    assert {name: tensor.shape for name, tensor in state.items()} == wanted
    assert all(tensor.dtype == np.float32 for tensor in state.values())
    assert all(bool(np.isfinite(tensor).all()) for tensor in state.values())


def test_the_pruned_version_is_mostly_zero() -> None:
    """Deep Compression leaves about a third of SqueezeNet's weights (Han et al. 2016; Iandola et al. 2016, table 2)."""
    state = pretrained_state("squeezenet-1-0.safetensors")
    weights = np.concatenate([tensor.ravel() for name, tensor in state.items() if name.endswith(".weight")])
    assert 0.6 < np.mean(weights == 0) < 0.7


@pytest.mark.parametrize("key", ["squeezenet-1-0", "squeezenet-1-1"])
def test_the_preparation_takes_the_mean_colour_off(key: str) -> None:
    """What reaches the first convolution is 0 … 255 minus the mean that the network was trained with."""
    network = ready(key)
    reached: list[torch.Tensor] = []
    handle = network.children["stem_conv1"].register_forward_pre_hook(lambda _, inputs: reached.append(inputs[0]))
    network.predictor(torch.ones(1, 3, 227, 227))
    handle.remove()
    torch.testing.assert_close(reached[0][0, :, 5, 7], torch.tensor([255 - 123.0, 255 - 117.0, 255 - 104.0]))


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(MissingAsset, match=r"weights/resnet-9000\.safetensors"):
        pretrained_state("resnet-9000.safetensors")


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b"\x08\0\0\0\0\0\0\0notjson!"])
def test_a_damaged_file_is_named_with_what_to_do(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "broken.safetensors").write_bytes(content)
    monkeypatch.setattr(assets, "_ROOTS", (tmp_path,))
    with pytest.raises(PretrainedError, match=r"broken\.safetensors cannot be read.*Install the program again"):
        pretrained_state("broken.safetensors")


def test_opening_reads_no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Building and analysing a network with shipped weights does not look for its file."""

    def refuse(relative: str) -> Path:
        raise AssertionError(relative)

    monkeypatch.setattr("playground.engine.pretrained.asset", refuse)
    for key in WITH_WEIGHTS:
        assert analyse(zoo_network(key).build()).can_compute
