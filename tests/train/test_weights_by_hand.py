"""Training begins with the weights that were changed by hand, and goes on from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.__main__ import main
from playground.graph.experiment import Experiment, WeightByHand
from playground.graph.files import Saved, load, save
from playground.train import BatchDone, Training, same_run, split_for
from playground.zoo import zoo_experiment

W5 = WeightByHand("dense2", "weight", (0, 0), 0.5, float(np.float32(0.4)))


def mazur(rounds: int = 1, changed: bool = True) -> Experiment:
    experiment = zoo_experiment("mazur")
    training = replace(experiment.training, epochs=rounds, device="cpu")
    return replace(experiment, training=training, weights_by_hand=(W5,) if changed else ())


def first_loss(training: Training) -> float:
    return next(event.loss for event in training.events() if isinstance(event, BatchDone))


def by_hand(w5: float) -> float:
    """Mazur's total error, written out."""

    def squash(net: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-net)))

    hidden = squash(np.array([[0.15, 0.20], [0.25, 0.30]]) @ [0.05, 0.10] + 0.35)
    out = squash(np.array([[w5, 0.45], [0.50, 0.55]]) @ hidden + 0.60)
    return float(0.5 * ((out - [0.01, 0.99]) ** 2).sum())


def test_the_first_batch_sees_the_changed_weight() -> None:
    experiment = mazur()
    assert first_loss(Training(experiment, split_for(experiment))) == pytest.approx(by_hand(0.5), rel=1e-6)
    plain = mazur(changed=False)
    assert first_loss(Training(plain, split_for(plain))) == pytest.approx(by_hand(0.4), rel=1e-6)


def test_a_run_that_goes_on_keeps_what_it_learnt() -> None:
    whole, half = mazur(4), mazur(2)
    straight = Training(whole, split_for(whole))
    list(straight.events())
    first = Training(half, split_for(half))
    list(first.events())
    checkpoint = first.checkpoint()
    assert checkpoint.state["dense2.weight"][0, 0] not in (np.float32(0.5), np.float32(0.4))
    second = Training(whole, split_for(whole), resume=checkpoint)
    list(second.events())
    for key, array in straight.checkpoint().state.items():
        np.testing.assert_array_equal(second.checkpoint().state[key], array)


def test_a_changed_weight_ends_the_run_that_is_under_way() -> None:
    assert not same_run(mazur(changed=False), mazur())
    assert same_run(mazur(), mazur())


def test_the_command_line_trains_with_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "changed.playground", tmp_path / "out.playground"
    save(file, Saved(mazur()))
    assert main(["train", str(file), "--epochs", "1", "--save", str(out)]) == 0
    assert f"{by_hand(0.5):.4f}" in capsys.readouterr().out
    assert load(out).experiment.weights_by_hand == (W5,)
