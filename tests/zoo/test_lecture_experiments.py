"""The experiments of the lectures: comparable, small, and showing what they say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.data import Split, data_set
from playground.engine.compile import compile_network
from playground.engine.shapes import analyse
from playground.graph.experiment import Experiment
from playground.train import EpochDone, Pictures, Steering, split_for, train
from playground.train.events import Histogram
from playground.zoo.lecture_experiments import (
    UnknownLectureExperiment,
    all_lecture_experiments,
    lecture_experiment,
)

KEYS = [each.key for each in all_lecture_experiments()]
WANTED = {
    *("overfit", "underfit", "degradation", "batch-norm", "vanishing-gradient", "shuffled-pixels", "bottleneck"),
    *("stacked-3x3", "scaling", "stochastic-depth", "initialisation"),
}


def shortened(key: str, epochs: int) -> dict[str, Experiment]:
    """Its networks, to be trained for so few epochs on the CPU."""
    return {
        title: replace(wanted, training=replace(wanted.training, epochs=epochs, device="cpu"))
        for title, wanted in lecture_experiment(key).experiments()
    }


def learnable(experiment: Experiment) -> Split:
    """Its training examples alone: what is not asked for need not be computed."""
    parts = split_for(experiment)
    return replace(
        parts,
        x_validation=parts.x_validation[:0],
        y_validation=parts.y_validation[:0],
        x_test=parts.x_test[:0],
        y_test=parts.y_test[:0],
    )


def last_loss(experiment: Experiment) -> float:
    return [event for event in train(experiment, learnable(experiment)) if isinstance(event, EpochDone)][-1].train_loss


def spread(histogram: Histogram) -> float:
    """The root mean square, from the middles of the bins."""
    edges = np.linspace(histogram.low, histogram.high, len(histogram.counts) + 1)
    middles = (edges[1:] + edges[:-1]) / 2
    return float(np.sqrt((histogram.counts * middles**2).sum() / histogram.counts.sum()))


def gradients(experiment: Experiment) -> dict[str, float]:
    """How large the gradients of each layer are in the first batch."""
    steering = Steering()
    steering.ask_for_pictures()
    for event in train(experiment, learnable(experiment), steering=steering):
        if isinstance(event, Pictures):
            return {layer.node: spread(layer.gradients) for layer in event.layers}
    raise AssertionError("no pictures came")


def test_every_experiment_that_the_lectures_make_is_there() -> None:
    assert set(KEYS) >= WANTED
    assert len(set(KEYS)) == len(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_the_networks_can_be_trained_and_compared(key: str) -> None:
    experiment = lecture_experiment(key)
    networks = experiment.experiments()
    assert len(networks) == 1 if experiment.kind == "preset" else 2 <= len(networks) <= 4
    assert len({title for title, _ in networks}) == len(networks)
    assert len({(str(wanted.data), wanted.seed, wanted.training.epochs) for _, wanted in networks}) == 1
    for title, wanted in networks:
        analysis = analyse(wanted.graph, data_set(wanted.data.name))
        assert analysis.can_train, title
        assert not analysis.problems, title
        assert analysis.multiply_adds < 20e6, "small enough for two processor cores"


@pytest.mark.parametrize("key", KEYS)
def test_the_texts_say_what_was_measured(key: str) -> None:
    experiment = lecture_experiment(key)
    assert sum(letter.isdigit() for letter in experiment.measured) > 3
    assert "?" in experiment.question
    assert experiment.look_at
    assert experiment.source
    assert 0 < experiment.seconds <= 180


def test_layers_that_agree_begin_with_the_same_weights() -> None:
    plain, residual = (wanted for title, wanted in lecture_experiment("degradation").experiments() if "56" in title)
    states = [compile_network(analyse(each.graph), each.seed).state() for each in (plain, residual)]
    assert states[0].keys() == states[1].keys()
    assert all(np.array_equal(states[0][name], states[1][name]) for name in states[0])


def test_a_key_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(UnknownLectureExperiment, match="Did you mean “degradation”"):
        lecture_experiment("degradaton")


def test_the_gradient_vanishes_behind_eight_sigmoids() -> None:
    found = {title: gradients(each) for title, each in shortened("vanishing-gradient", 1).items()}
    ratio = {title: layers["fc1"] / list(layers.values())[-1] for title, layers in found.items()}
    assert ratio["8 layers, sigmoid"] < 1e-4
    assert ratio["8 layers, ReLU"] > 1e-2
    assert ratio["2 layers, sigmoid"] > 1e-2


def test_weights_that_begin_at_nothing_learn_nothing() -> None:
    losses = {title: last_loss(each) for title, each in shortened("initialisation", 3).items() if title != "Xavier"}
    assert losses["all zero"] == pytest.approx(np.log(10), abs=0.01)
    assert losses["normal, width 0.01"] == pytest.approx(np.log(10), abs=0.01)
    assert losses["He"] < 2.0


def test_shuffled_pixels_trouble_convolutions_only() -> None:
    losses = {title: last_loss(each) for title, each in shortened("shuffled-pixels", 3).items()}
    assert losses["dense, shuffled"] == pytest.approx(losses["dense"], rel=0.05)
    assert losses["convolutions, shuffled"] > 1.2 * losses["convolutions"]
