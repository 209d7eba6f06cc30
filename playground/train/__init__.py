"""Training: from an experiment to learnt weights, as a generator of events. No window needed.

>>> from playground.train import History, split_for, train
>>> history = History()
>>> for event in train(experiment, split_for(experiment)):
...     history.add(event)

torch is imported with the first use of `train` or `Training`; events, history and messages need only numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.train.checkpoints import Best, Checkpoint
from playground.train.errors import TrainError
from playground.train.events import (
    BatchDone,
    BatchesDone,
    EpochDone,
    Event,
    Finished,
    Marked,
    Mistakes,
    Pictures,
    Predictions,
    Started,
)
from playground.train.history import History
from playground.train.preparation import fingerprint, same_run, split_for
from playground.train.steering import Steering

if TYPE_CHECKING:
    from playground.train.loop import Training, train

__all__ = [
    "BatchDone",
    "BatchesDone",
    "Best",
    "Checkpoint",
    "EpochDone",
    "Event",
    "Finished",
    "History",
    "Marked",
    "Mistakes",
    "Pictures",
    "Predictions",
    "Started",
    "Steering",
    "TrainError",
    "Training",
    "fingerprint",
    "same_run",
    "split_for",
    "train",
]


def __getattr__(name: str) -> Any:
    """`train` and `Training` bring torch with them, so they are fetched when they are first asked for."""
    if name in ("train", "Training"):
        from playground.train import loop

        return getattr(loop, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
