"""The learning rate that a schedule has come to: after so many epochs and batches, without training up to there."""

from __future__ import annotations

import torch

from playground.graph.experiment import TrainingSettings
from playground.train.schedules import Schedule


def is_scheduled(settings: TrainingSettings) -> bool:
    """Whether the learning rate changes by itself."""
    return settings.schedule != "constant" or settings.warmup_epochs > 0


def rate_now(settings: TrainingSettings, epochs: float, batches: int, more: int = 0) -> float:
    """The learning rate of the next step.

    Args:
        settings: with the schedule.
        epochs: how far training has come; parts of an epoch count.
        batches: those of one epoch.
        more: steps made since then, one batch each.

    What a plateau has lowered the rate by depends on the losses seen, so it is not known here: then it is the full one.
    """
    if not is_scheduled(settings):
        return settings.learning_rate
    done = max(0, round(epochs * max(1, batches)) + more)
    nothing = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=settings.learning_rate)
    schedule = Schedule(nothing, settings, batches)
    schedule.restore({}, *divmod(done, max(1, batches)))
    return schedule.rate
