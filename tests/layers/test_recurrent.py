"""RNN, LSTM and GRU against torch's own, and against their formulas step by step."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from playground.engine.shapes import analyse
from playground.layers import LayerType, layer_type
from tests.engine.networks import chain, node

CHANNELS, LENGTH, UNITS = 3, 6, 4
KEYS = ("rnn", "lstm", "gru")
TORCH = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
EVERY = pytest.mark.parametrize(("key", "layers", "ways"), list(product(KEYS, (1, 2), (1, 2))))


def built(kind: LayerType, layers: int, ways: int, sequence: bool) -> nn.Module:
    params = kind.complete(
        {"hidden_size": UNITS, "num_layers": layers, "bidirectional": ways == 2, "return_sequence": sequence}
    )
    return kind.build(params, ((CHANNELS, LENGTH),)).double()


@EVERY
def test_it_gives_the_states_of_torchs_own(key: str, layers: int, ways: int) -> None:
    torch.manual_seed(0)
    oracle = TORCH[key](CHANNELS, UNITS, layers, batch_first=True, bidirectional=ways == 2).double()
    x = torch.randn(5, CHANNELS, LENGTH, dtype=torch.float64)
    states, last = oracle(x.transpose(1, 2))
    h: Tensor = last[0] if key == "lstm" else last
    whole, end = built(layer_type(key), layers, ways, True), built(layer_type(key), layers, ways, False)
    for module in (whole, end):
        module.load_state_dict(oracle.state_dict())
    torch.testing.assert_close(whole(x), states.transpose(1, 2))
    torch.testing.assert_close(end(x), torch.cat(list(h[-ways:]), 1))
    assert whole(x).shape == (5, ways * UNITS, LENGTH)
    assert end(x).shape == (5, ways * UNITS)


@EVERY
def test_it_has_the_weights_that_it_says(key: str, layers: int, ways: int) -> None:
    kind = layer_type(key)
    params = kind.complete({"hidden_size": UNITS, "num_layers": layers, "bidirectional": ways == 2})
    module = built(kind, layers, ways, False)
    total = sum(parameter.numel() for parameter in module.parameters())
    assert kind.parameter_arithmetic(params, ((CHANNELS, LENGTH),)).endswith(f"= {total:,}")
    products = sum(parameter.numel() for name, parameter in module.named_parameters() if name.startswith("weight"))
    assert kind.multiply_adds(params, ((CHANNELS, LENGTH),), (ways * UNITS,)) == products * LENGTH


def test_an_lstm_by_hand() -> None:
    module = built(layer_type("lstm"), 1, 1, False)
    weights = {name: value.detach().numpy() for name, value in module.named_parameters()}
    x = np.random.default_rng(0).normal(size=(CHANNELS, LENGTH))
    h = c = np.zeros(UNITS)
    for place in range(LENGTH):
        sums = weights["weight_ih_l0"] @ x[:, place] + weights["bias_ih_l0"]
        i, f, g, o = np.split(sums + weights["weight_hh_l0"] @ h + weights["bias_hh_l0"], 4)
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
    np.testing.assert_allclose(module(torch.tensor(x)[None])[0].detach().numpy(), h, rtol=1e-12)


def test_the_last_state_of_the_way_back_is_that_at_the_first_place() -> None:
    whole, end = (built(layer_type("gru"), 1, 2, sequence) for sequence in (True, False))
    end.load_state_dict(whole.state_dict())
    x = torch.randn(1, CHANNELS, LENGTH, dtype=torch.float64)
    states = whole(x)
    assert torch.equal(end(x), torch.cat((states[:, :UNITS, -1], states[:, UNITS:, 0]), 1))


@EVERY
@pytest.mark.parametrize("sequence", [True, False])
def test_on_the_meta_device_the_shape_is_the_true_one(key: str, layers: int, ways: int, sequence: bool) -> None:
    module = built(layer_type(key), layers, ways, sequence)
    true = module(torch.zeros(2, CHANNELS, LENGTH, dtype=torch.float64)).shape
    assert module.to("meta")(torch.zeros(2, CHANNELS, LENGTH, dtype=torch.float64, device="meta")).shape == true


@pytest.mark.parametrize(("shape", "says"), [((10,), "a list of 10 numbers"), ((1, 8, 8), "a picture 1×8×8")])
def test_what_is_no_sequence_is_refused_with_a_way_out(shape: tuple[int, ...], says: str) -> None:
    graph = chain(node("x", "input", shape=shape), node("r", "lstm", hidden_size=3), node("loss", "cross_entropy"))
    (problem,) = analyse(graph).problems
    assert "LSTM works on a sequence (channels × length)" in problem.message
    assert says in problem.message
    assert analyse(problem.repairs[0].apply(graph)).can_train


def test_a_sequence_can_be_read_by_one_layer_after_another() -> None:
    graph = chain(
        node("x", "input", shape=(13, 60)),
        node("first", "lstm", hidden_size=8, return_sequence=True),
        node("second", "gru", hidden_size=5),
        node("loss", "cross_entropy"),
    )
    analysis = analyse(graph)
    assert analysis.problems == ()
    assert analysis.layers["first"].output == (8, 60)
    assert analysis.output_shape == (5,)


def test_a_large_one_is_measured_without_being_run() -> None:
    graph = chain(node("x", "input", shape=(512, 4000)), node("r", "lstm", hidden_size=1024, num_layers=2))
    assert analyse(graph).layers["r"].output == (1024,)


def test_it_says_what_it_does() -> None:
    kind = layer_type("gru")
    params = kind.complete({"hidden_size": 1, "num_layers": 2, "bidirectional": True, "return_sequence": True})
    assert kind.caption(params) == "1 · 2 layers · both ways · sequence"
    assert kind.describe(params) == (
        "Reads the sequence place by place and remembers 1 number, in 2 layers on each other, once forwards and once "
        "backwards; gives what is remembered at every place."
    )
