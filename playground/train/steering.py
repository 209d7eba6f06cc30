"""What may be changed while a training runs. The loop looks at it between two batches."""

from __future__ import annotations

from dataclasses import replace

from playground.graph.experiment import TrainingSettings
from playground.train.augmentation_kinds import copies

SET_AT_START = (
    "optimizer",
    "optimizer_params",
    "batch_size",
    "batch_mode",
    "device",
    "precision",
    "class_weights",
    "initialiser",
    "initialiser_params",
)
"""The settings that belong to the start of a run; one that changes them has to be begun again, where it stands."""


def needs_new_start(before: TrainingSettings, after: TrainingSettings) -> bool:
    """Whether a run cannot take the change over while it goes on."""
    if copies(before.augmentation) != copies(after.augmentation):
        return True
    return any(getattr(before, name) != getattr(after, name) for name in SET_AT_START)


class Steering:
    """The reins of one run; whoever consumes its events holds them.

    Of the `settings`, all but those in `SET_AT_START` take effect at the next batch. None leaves the experiment's
    settings in force.
    """

    def __init__(self) -> None:
        self.settings: TrainingSettings | None = None
        self.stopping = False
        self.wants_pictures = False
        self.wants_mistakes = False
        self.together = False
        """Whether batches of a small network, which last less than telling of them, may come as `BatchesDone`."""

    def change(self, settings: TrainingSettings) -> None:
        """Go on with these settings."""
        self.settings = settings

    def set_learning_rate(self, learning_rate: float, settings: TrainingSettings) -> None:
        """Go on with `settings`, but for the learning rate."""
        self.settings = replace(settings, learning_rate=learning_rate)

    def stop(self) -> None:
        """End the run at the next batch; `Finished` follows, with the result on the test set."""
        self.stopping = True

    def ask_for_pictures(self) -> None:
        """One `Pictures` event with the next batch, just before its `BatchDone`."""
        self.wants_pictures = True

    def ask_for_mistakes(self) -> None:
        """One `Mistakes` event with the next end of an epoch, if there are classes and validation examples.

        The last epoch of a run brings one unasked.
        """
        self.wants_mistakes = True
