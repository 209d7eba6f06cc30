from __future__ import annotations

import gc
from dataclasses import replace

import pytest

from playground.engine import acquaintance as module
from playground.engine.acquaintance import acquaintance
from playground.engine.shapes import analyse
from playground.graph.edits import set_params, update
from playground.layers import ParamError, UnknownLayerType
from tests.engine.networks import DIGITS, lenet, node


def test_an_edit_leaves_the_acquaintance_with_all_other_layers() -> None:
    graph = lenet()
    before = {layer.id: acquaintance(layer) for layer in graph}
    edited = set_params(graph, "fc2", {"out_features": 50})
    assert all((acquaintance(layer) is before[layer.id]) == (layer.id != "fc2") for layer in edited)


def test_layers_behind_an_edit_are_looked_at_anew() -> None:
    graph = lenet()
    first = analyse(graph, DIGITS)
    second = analyse(set_params(graph, "conv1", {"padding": (0, 0)}), DIGITS)
    assert (first.layers["fc1"].inputs, second.layers["fc1"].inputs) == (((400,),), ((256,),))
    assert second.layers["fc1"].parameters == 256 * 120 + 120
    assert analyse(graph, DIGITS).layers == first.layers


def test_a_problem_is_found_again() -> None:
    graph = update(lenet(), replace(lenet().node("fc1"), initial={"weight": (1.0,)}))
    messages = [[problem.message for problem in analyse(graph).problems] for _ in range(2)]
    assert messages[0] == messages[1] != []


def test_layers_that_are_gone_are_forgotten() -> None:
    graph = lenet()
    analyse(graph)
    addresses = [id(layer) for layer in graph]
    assert all(address in module._met for address in addresses)
    del graph
    gc.collect()
    assert not any(address in module._met and module._met[address][0]() is None for address in addresses)


def test_many_different_inputs_are_not_all_kept() -> None:
    layer = node("relu", "relu")
    known = acquaintance(layer)
    for width in range(1, 40):
        known.keep(((width,),), (None, ()))
    assert len(known.findings) <= 8


def test_what_is_unknown_is_refused() -> None:
    with pytest.raises(UnknownLayerType):
        acquaintance(node("a", "quantum"))
    with pytest.raises(ParamError):
        acquaintance(node("a", "dense", out_features=0))
