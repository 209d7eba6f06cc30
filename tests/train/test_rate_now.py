"""The learning rate after so many epochs and batches is the one that training itself has there."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from playground.graph.experiment import TrainingSettings
from playground.train.rate_now import is_scheduled, rate_now
from playground.train.schedules import Schedule

BATCHES, EPOCHS = 4, 5
BASE = TrainingSettings("sgd", 0.1, momentum=0.0, epochs=EPOCHS)


@pytest.mark.parametrize("schedule", ["constant", "step", "cosine", "one_cycle", "plateau"])
@pytest.mark.parametrize("warmup", [0, 2])
def test_it_is_the_rate_that_training_has_there(schedule: str, warmup: int) -> None:
    settings = replace(BASE, schedule=schedule, warmup_epochs=warmup)
    weight = torch.nn.Parameter(torch.ones(1))
    weight.grad = torch.ones(1)
    optimizer = torch.optim.SGD([weight], lr=settings.learning_rate)
    trained = Schedule(optimizer, settings, BATCHES)
    for epoch in range(EPOCHS):
        for batch in range(BATCHES):
            there = epoch + batch / BATCHES
            assert rate_now(settings, there, BATCHES) == pytest.approx(trained.rate)
            assert rate_now(settings, epoch, BATCHES, batch) == pytest.approx(trained.rate)
            optimizer.step()
            trained.after_batch()
        trained.after_epoch(1.0 / (epoch + 1))


def test_a_constant_rate_is_what_was_set() -> None:
    assert not is_scheduled(BASE)
    assert is_scheduled(replace(BASE, warmup_epochs=1))
    assert rate_now(BASE, 3.5, 10) == 0.1
