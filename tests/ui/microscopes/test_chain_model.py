"""What counts as a small dense network, and what its parts are called."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSizeF

from playground.engine.arithmetic import Place
from playground.ui.microscopes.chain_layout import lay_out
from playground.ui.microscopes.chain_model import Target, chain_of
from tests.ui.microscopes.recordings import Layers, chain, mazur, scene_of, scope_names


def test_mazurs_weights_have_his_names() -> None:
    found = chain_of(mazur().trace)
    assert found is not None
    weights = [target for number in (1, 2) for target in found.weights_of(number)]
    assert [found.name(target) for target in weights] == [f"w{n}" for n in range(1, 9)]
    assert [found.name(Target("bias", number, 1)) for number in (1, 2)] == ["b1", "b2"], "held and equal: one for all"
    assert found.names(Place("dense2", "weight", (0, 0), name="weight")) == "w_{5}"
    assert found.names(Place("dense2", "input", (0, 1))) == "out_{h2}"
    assert found.names(Place("sigmoid2", "input", (0, 0))) == "net_{o1}"
    assert found.names(Place("loss", "input", (0, 1))) == "out_{o2}"
    assert found.names(Place("dense1", "input", (0, 0))) == "i_{1}"


def test_biases_that_learn_have_names_of_their_own() -> None:
    layers: Layers = [
        ("input", "input", {"shape": (3,)}),
        ("fc1", "dense", {"out_features": 4}),
        ("tanh1", "tanh", {}),
        ("fc2", "dense", {"out_features": 2, "bias": False}),
        ("loss", "cross_entropy", {}),
    ]
    found = chain_of(scene_of(chain(layers), "fc1").trace)
    assert found is not None
    assert scope_names(found, 1)[-4:] == ["b1", "b2", "b3", "b4"]
    assert scope_names(found, 2) == [f"w{n}" for n in range(13, 21)]


@pytest.mark.parametrize(
    "layers",
    [
        [("input", "input", {"shape": (30,)}), ("fc", "dense", {"out_features": 2}), ("loss", "cross_entropy", {})],
        [("input", "input", {"shape": (3,)}), ("fc", "dense", {"out_features": 25}), ("loss", "cross_entropy", {})],
        [
            ("input", "input", {"shape": (3,)}),
            ("fc", "dense", {"out_features": 4}),
            ("drop", "dropout", {}),
            ("loss", "cross_entropy", {}),
        ],
        [("input", "input", {"shape": (3,)}), ("relu", "relu", {}), ("loss", "cross_entropy", {})],
    ],
)
def test_larger_or_other_networks_are_not_drawn_whole(layers: Layers) -> None:
    assert chain_of(scene_of(chain(layers), layers[1][0]).trace) is None


@pytest.mark.parametrize("size", [QSizeF(960, 470), QSizeF(640, 280), QSizeF(1200, 700)])
def test_cards_lie_in_the_picture_and_on_no_neuron_and_no_other_card(size: QSizeF) -> None:
    found = chain_of(mazur().trace)
    assert found is not None
    layout = lay_out(found, size, Target("weight", 2, 0, 0))
    circles = [layout.circle(*key) for key in layout.centers]
    cards = list(layout.cards.values())
    assert len(cards) == 8
    for place, card in enumerate(cards):
        assert card.left() >= 0
        assert card.top() >= 0
        assert card.bottom() <= size.height()
        assert not any(card.intersects(circle) for circle in circles)
        assert not any(card.intersects(other) for other in cards[:place])
