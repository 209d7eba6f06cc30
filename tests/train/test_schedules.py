"""Learning rates over time against torch's schedulers run by hand; taken up again; changed on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from playground.graph.experiment import TrainingSettings
from playground.train.schedules import WARMUP_START, Schedule

BATCHES, EPOCHS = 4, 5
LOSSES = [1.0, 0.9, 0.95, 0.96, 0.97]
BASE = TrainingSettings("sgd", 0.1, momentum=0.0, epochs=EPOCHS)

Theirs = Callable[[torch.optim.Optimizer], tuple[list[Any], list[Any]]]
"""The schedulers that step with every batch, and with every epoch."""


def optimizer() -> torch.optim.Optimizer:
    weight = torch.nn.Parameter(torch.ones(1))
    weight.grad = torch.ones(1)
    return torch.optim.SGD([weight], lr=0.1)


def warm(stepped: torch.optim.Optimizer) -> Any:
    return lr_scheduler.LinearLR(stepped, start_factor=WARMUP_START, total_iters=2 * BATCHES)


CASES: list[tuple[TrainingSettings, Theirs]] = [
    (BASE, lambda stepped: ([], [])),
    (
        replace(BASE, schedule="step", schedule_params={"step_size": 2, "gamma": 0.5}),
        lambda stepped: ([], [lr_scheduler.StepLR(stepped, 2, 0.5)]),
    ),
    (
        replace(BASE, schedule="cosine", schedule_params={"eta_min": 0.001}),
        lambda stepped: ([], [lr_scheduler.CosineAnnealingLR(stepped, EPOCHS, 0.001)]),
    ),
    (
        replace(BASE, schedule="cosine", schedule_params={"T_max": 3}),
        lambda stepped: ([], [lr_scheduler.CosineAnnealingLR(stepped, 3)]),
    ),
    (
        replace(BASE, schedule="one_cycle", schedule_params={"pct_start": 0.4, "div_factor": 10.0}),
        lambda stepped: (
            [
                lr_scheduler.OneCycleLR(
                    stepped, 0.1, total_steps=EPOCHS * BATCHES, pct_start=0.4, div_factor=10, cycle_momentum=False
                )
            ],
            [],
        ),
    ),
    (
        replace(BASE, schedule="plateau", schedule_params={"patience": 1, "factor": 0.5}),
        lambda stepped: ([], [lr_scheduler.ReduceLROnPlateau(stepped, factor=0.5, patience=1)]),
    ),
    (replace(BASE, warmup_epochs=2), lambda stepped: ([warm(stepped)], [])),
    (
        replace(BASE, warmup_epochs=2, schedule="cosine"),
        lambda stepped: ([warm(stepped)], [lr_scheduler.CosineAnnealingLR(stepped, EPOCHS)]),
    ),
    (
        replace(BASE, warmup_epochs=2, schedule="plateau", schedule_params={"patience": 0}),
        lambda stepped: ([warm(stepped)], [lr_scheduler.ReduceLROnPlateau(stepped, patience=0)]),
    ),
]
NAMES = ["constant", "step", "cosine", "short cosine", "one cycle", "plateau", "warm", "warm cosine", "warm plateau"]


def by_hand(theirs: Theirs) -> list[float]:
    """The learning rate of every batch."""
    stepped = optimizer()
    each_batch, each_epoch = theirs(stepped)
    rates: list[float] = []
    for loss in LOSSES:
        for _ in range(BATCHES):
            rates.append(stepped.param_groups[0]["lr"])
            stepped.step()
            for scheduler in each_batch:
                if len(rates) < EPOCHS * BATCHES or isinstance(scheduler, lr_scheduler.LinearLR):
                    scheduler.step()
        for scheduler in each_epoch:
            scheduler.step(*([loss] if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau) else []))
    return rates


def run(settings: TrainingSettings, stops: tuple[int, ...] = ()) -> list[float]:
    """The same of ours; after so many batches in all it is saved, and another one takes over."""
    stepped = optimizer()
    schedule = Schedule(stepped, settings, BATCHES)
    rates: list[float] = []
    for epoch, loss in enumerate(LOSSES):
        for batch in range(BATCHES):
            if len(rates) in stops:
                numbers = schedule.numbers()
                stepped = optimizer()
                schedule = Schedule(stepped, settings, BATCHES)
                schedule.restore(numbers, epoch, batch)
            rates.append(schedule.rate)
            stepped.step()
            schedule.after_batch()
        schedule.after_epoch(loss)
    return rates


@pytest.mark.parametrize(("settings", "theirs"), CASES, ids=NAMES)
def test_every_rate_is_torchs_bit_for_bit(settings: TrainingSettings, theirs: Theirs) -> None:
    expected = by_hand(theirs)
    assert run(settings) == expected
    assert len(set(expected)) > 1 or settings is BASE


@pytest.mark.parametrize("settings", [settings for settings, _ in CASES], ids=NAMES)
def test_taken_up_again_it_goes_on_exactly(settings: TrainingSettings) -> None:
    assert run(settings, stops=(3, 4, 10, 16)) == run(settings)


@pytest.mark.parametrize("settings", [settings for settings, _ in CASES], ids=NAMES)
def test_another_learning_rate_goes_on_on_the_curve_of_that_rate(settings: TrainingSettings) -> None:
    """Changed after two epochs and a batch, the rates are those of a run that had the new one from the beginning."""
    doubled = replace(settings, learning_rate=0.2)
    stepped = optimizer()
    schedule = Schedule(stepped, settings, BATCHES)
    found: list[float] = []
    for epoch, loss in enumerate(LOSSES):
        for batch in range(BATCHES):
            if (epoch, batch) == (2, 1):
                schedule.change(doubled, BATCHES, epoch, batch)
            found.append(schedule.rate)
            stepped.step()
            schedule.after_batch()
        schedule.after_epoch(loss)
    changed = 2 * BATCHES + 1
    assert found[:changed] == run(settings)[:changed]
    assert found[changed:] == pytest.approx(run(doubled)[changed:], rel=1e-9)


def test_a_change_of_something_else_leaves_the_rate_alone() -> None:
    stepped = optimizer()
    schedule = Schedule(stepped, replace(BASE, schedule="cosine"), BATCHES)
    stepped.step()
    schedule.after_epoch(1.0)
    before = schedule.numbers()
    schedule.change(replace(BASE, schedule="cosine", l1=0.5), BATCHES, 1, 0)
    assert schedule.numbers() == before


def test_more_epochs_stretch_a_cosine_that_ends_with_the_run() -> None:
    stepped = optimizer()
    schedule = Schedule(stepped, replace(BASE, schedule="cosine"), BATCHES)
    for _ in range(EPOCHS):
        stepped.step()
        schedule.after_epoch(1.0)
    assert schedule.rate == pytest.approx(0.0, abs=1e-12)
    schedule.change(replace(BASE, schedule="cosine", epochs=2 * EPOCHS), BATCHES, EPOCHS, 0)
    assert schedule.rate == pytest.approx(0.05)


def test_a_rate_of_zero_can_be_raised_again() -> None:
    stepped = optimizer()
    schedule = Schedule(stepped, replace(BASE, learning_rate=0.0, schedule="plateau", warmup_epochs=1), BATCHES)
    schedule.change(replace(BASE, schedule="plateau", warmup_epochs=1), BATCHES, 3, 0)
    assert schedule.rate == pytest.approx(0.1)
