"""Two processes that train one network together come to what one does by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from playground.__main__ import main
from playground.graph.files import Saved, load, save
from playground.train.class_weights import part_of_mean
from playground.train.company import Company
from playground.zoo import zoo_experiment

REPOSITORY = Path(__file__).resolve().parents[2]


def test_the_parts_of_a_batch_are_all_of_it() -> None:
    for count in (1, 2, 7, 64):
        for size in (1, 2, 3, 5):
            parts = [Company(size, rank).part(count) for rank in range(size)]
            assert [index for part in parts for index in range(count)[part]] == list(range(count))


@pytest.mark.parametrize("class_weights", [None, torch.tensor([0.2, 3.0, 1.0])])
def test_the_parts_of_the_mean_loss_add_up_to_it(class_weights: torch.Tensor | None) -> None:
    scores, target = torch.randn(7, 3, generator=torch.Generator().manual_seed(1)), torch.tensor([0, 1, 2, 2, 0, 1, 1])
    whole = torch.nn.functional.cross_entropy(scores, target, class_weights)
    total = torch.zeros(())
    for rank in range(3):
        part = Company(3, rank).part(7)
        share = part_of_mean(target, part, class_weights)
        total += share * torch.nn.functional.cross_entropy(scores[part], target[part], class_weights)
    torch.testing.assert_close(total, whole)


def test_two_processes_of_the_launcher_learn_what_one_does(tmp_path: Path) -> None:
    """Odd batches with a single example at the end, class weights, copies and mix-up: all is shared out."""
    experiment = zoo_experiment("lenet-5")
    settings = replace(experiment.training, batch_size=11, class_weights="balanced", epochs=2)
    settings = replace(settings, augmentation={"mixup": 0.3, "rotate": 10.0})
    data = replace(experiment.data, train_size=100)
    document = tmp_path / "small.playground"
    save(document, Saved(replace(experiment, training=settings, data=data)))
    alone, together = tmp_path / "alone.playground", tmp_path / "together.playground"
    assert main(["train", str(document), "--device", "cpu", "--save", str(alone)]) == 0
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    order = ["-m", "playground", "train", str(document), "--device", "cpu", "--json", "--save", str(together)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*launcher, *order], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2, "one process speaks for both"
    one, two = load(alone), load(together)
    for name, tensor in one.weights.items():
        np.testing.assert_allclose(two.weights[name], tensor, atol=2e-4, err_msg=name)
    np.testing.assert_allclose(two.history["epochs"][:, 1:5], one.history["epochs"][:, 1:5], atol=1e-3)
