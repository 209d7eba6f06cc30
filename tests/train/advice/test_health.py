"""What is said of layers that are dead, saturated, vanish or explode; on constructed pictures and on real networks."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import playground.train.showing.activations as activations
from playground.graph.experiment import DataSettings, Experiment, TrainingSettings
from playground.train import BatchDone, Pictures, Steering, split_for, train
from playground.train.advice.health import Finding, examine
from playground.train.events import ActivationPicture, Histogram, LayerPicture
from tests.train.toy_runs import chain, node, points

NOTHING = Histogram(np.zeros(31, np.int64), 0.0, 0.0)


def layer(name: str, gradient: float, ratio: float | None = 1e-3, weight: float = 0.1) -> LayerPicture:
    return LayerPicture(name, NOTHING, NOTHING, ratio, weight, gradient)


def answers(name: str, units: int = 10, dead: int = 0, saturated: int = 0, examples: int = 32) -> ActivationPicture:
    return ActivationPicture(name, NOTHING, 0.0, 1.0, units, dead, saturated, examples)


def judged(*layers: LayerPicture, activations: tuple[ActivationPicture, ...] = ()) -> tuple[Finding, ...]:
    seen = [Pictures(step, step / 10, layers, activations=activations) for step in range(1, 6)]
    return examine(seen, {"a": "conv1", "c": "fc3"})


def test_a_healthy_network_gives_no_cause_for_words() -> None:
    assert judged(layer("a", 0.02), layer("b", 0.003), layer("c", 0.05), activations=(answers("a"),)) == ()
    assert examine([], {}) == ()


def test_a_vanishing_gradient_is_named_with_both_layers_and_by_how_much() -> None:
    [finding] = judged(layer("a", 2e-5), layer("b", 1e-3), layer("c", 0.06))
    assert (finding.kind, finding.node, finding.is_warning) == ("vanishing", "a", True)
    assert "that of conv1 is 3,000 times smaller than that of fc3" in finding.sentence


def test_an_exploding_gradient_too() -> None:
    [finding] = judged(layer("a", 50.0), layer("b", 1.0), layer("c", 0.01))
    assert (finding.kind, finding.node) == ("exploding", "a")
    assert "5,000 times larger" in finding.sentence


def test_no_gradient_at_all_is_not_called_vanishing() -> None:
    found = judged(layer("a", 0.0), layer("b", 0.0), layer("c", 0.01))
    assert [finding.kind for finding in found] == ["no gradient"]
    assert "No gradient reaches conv1, b: their weights" in found[0].sentence


def test_a_frozen_layer_has_no_gradient_to_judge() -> None:
    assert judged(layer("a", float("nan"), None), layer("c", 0.01)) == ()


@pytest.mark.parametrize(("ratio", "kind", "warns"), [(0.31, "restless", True), (1e-7, "still", False)])
def test_too_large_and_too_small_steps_are_said_with_their_size(ratio: float, kind: str, warns: bool) -> None:
    [finding] = judged(layer("a", 0.1, ratio), layer("c", 0.1))
    assert (finding.kind, finding.node, finding.is_warning) == (kind, "a", warns)
    assert ("31%" if warns else "1e-05 %") in finding.sentence


def test_one_restless_batch_among_quiet_ones_is_chance() -> None:
    seen = [Pictures(step, step / 10, (layer("a", 0.1, 0.5 if step == 3 else 1e-3),)) for step in range(1, 6)]
    assert examine(seen, {}) == ()


def test_dead_and_saturated_units_are_counted_and_the_worst_layer_comes_first() -> None:
    activations = (answers("a", 10, dead=1), answers("b", 20, dead=9), answers("t", 8, saturated=2), answers("out", 10))
    dead, saturated = judged(layer("a", 0.1), layer("c", 0.1), activations=activations)
    assert (dead.kind, dead.node, dead.is_warning) == ("dead", "b", True)
    assert "9 of 20 in b answer 0 to every one of 32 examples" in dead.sentence
    assert "also in conv1 (1 of 10)" in dead.sentence
    assert (saturated.kind, saturated.node, saturated.is_warning) == ("saturated", "t", False)


def test_too_few_examples_prove_nothing_and_the_last_layer_may_be_sure_of_itself() -> None:
    assert judged(activations=(answers("a", 10, dead=10, examples=4),)) == ()
    assert judged(activations=(answers("a"), answers("out", 1, saturated=1))) == ()


def seen_in(experiment: Experiment, batches: int) -> list[Pictures]:
    steering, found = Steering(), list[Pictures]()
    steering.ask_for_pictures()
    for event in train(experiment, split_for(experiment), steering=steering):
        if isinstance(event, Pictures):
            found.append(event)
        if isinstance(event, BatchDone):
            steering.ask_for_pictures()
            if event.step >= batches:
                break
    return found


def deep(kind: str, depth: int, **training: Any) -> Experiment:
    nodes = [node("input", "input", shape=(1, 8, 8)), node("flat", "flatten")]
    for number in range(1, depth + 1):
        nodes += [node(f"fc{number}", "dense", out_features=12), node(f"{kind}{number}", kind)]
    nodes += [node("out", "dense", out_features=10), node("loss", "cross_entropy")]
    settings = TrainingSettings(batch_size=32, epochs=1, device="cpu", **training)
    return Experiment(chain(*nodes), DataSettings("digits8x8", train_size=400), settings)


def test_eight_layers_of_sigmoid_let_the_gradient_vanish_and_eight_of_tanh_do_not() -> None:
    found = examine(seen_in(deep("sigmoid", 8), 6), {})
    assert found[0].kind == "vanishing"
    assert found[0].node in ("fc1", "fc2")
    assert not any(finding.kind == "vanishing" for finding in examine(seen_in(deep("tanh", 8), 6), {}))


def test_far_too_large_steps_kill_relus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activations, "_SHARE", 0)  # a picture of the activations with every batch
    found = examine(seen_in(deep("relu", 3, learning_rate=1.0), 12), {})
    assert {"dead", "no gradient"} <= {finding.kind for finding in found}


def test_the_sizes_are_those_of_the_tensors() -> None:
    experiment = points(learning_rate=0.0)
    seen = seen_in(experiment, 2)[0]
    first, last = seen.layers
    assert all(0 < size < 1 for size in (first.weight_size, last.weight_size, first.gradient_size, last.gradient_size))
    for picture in seen.layers:  # the histogram knows them roughly
        for size, histogram in ((picture.weight_size, picture.weights), (picture.gradient_size, picture.gradients)):
            edges = np.linspace(histogram.low, histogram.high, len(histogram.counts) + 1)
            middles = np.array([sum(pair) / 2 for pair in pairwise(edges)])
            rough = np.sqrt(np.average(middles**2, weights=histogram.counts))
            assert size == pytest.approx(rough, rel=0.05)
