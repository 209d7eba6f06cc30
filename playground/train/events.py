"""What a training yields: frozen events of plain numbers and numpy arrays."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.train.checkpoints import Checkpoint

Reason = Literal["completed", "stopped", "early", "diverged"]
"""early: the loss did not fall any more (see `TrainingSettings.patience`)."""


@dataclass(frozen=True)
class Knobs:
    """What of the settings can be turned while a run goes on and changes what is learnt: where they stand."""

    learning_rate: float
    weight_decay: float = 0.0
    l1: float = 0.0
    augmentation: float = 0.0
    """A number from 0 to 1 that is another one for each way to change the examples; 0: they stay as they are."""
    layers: float = 0.0
    """Likewise for which layers are frozen, and how fast the others learn; 0: all learn alike."""


@dataclass(frozen=True)
class Started:
    """The run begins, or goes on, after `epoch` complete epochs and `step` batches in all.

    `device` is in words ("CPU · 1 thread"); `batches` are those of one epoch; `classes` says whether accuracy exists.
    """

    device: str
    epoch: int
    step: int
    epochs: int
    batches: int
    batch_size: int
    examples: int
    validation_examples: int
    classes: bool


@dataclass(frozen=True)
class BatchDone:
    """One update of the weights.

    `step` counts batches from 1 over the whole run; `epoch` counts the complete epochs before this batch; `position`
    is the place on the epoch axis after it: 2.5 is the middle of the third epoch. `loss` is the mean over the batch
    before the update, `accuracy` (0 to 1) likewise, None where the targets are values; then there is `error`, by how
    much the answers are off on average, in the target's unit. `learning_rate` is the one used;
    `knobs` are the settings from which a schedule made it, None where they are not known.
    """

    step: int
    epoch: int
    position: float
    loss: float
    accuracy: float | None
    learning_rate: float
    knobs: Knobs | None = None
    error: float | None = None


@dataclass(frozen=True, eq=False)
class BatchesDone:
    """Several updates of one epoch in a row: what as many `BatchDone` would say.

    It is sent where telling of batches one by one would take longer than learning from them, and only to those who
    ask for it (see `Steering.together`).

    `step` and `position` are those of the last one. The arrays (batches,) hold float64 numbers, one for each batch in
    order; `accuracies` or `errors` are None where there is no such number. `knobs` stood so for all of them.
    """

    step: int
    epoch: int
    position: float
    positions: NDArray[np.float64]
    losses: NDArray[np.float64]
    accuracies: NDArray[np.float64] | None
    learning_rates: NDArray[np.float64]
    knobs: Knobs | None = None
    errors: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        """How many batches."""
        return len(self.losses)

    def each(self) -> Iterator[BatchDone]:
        """The same, one after the other."""
        accuracies = [None] * len(self) if self.accuracies is None else self.accuracies.tolist()
        errors = [None] * len(self) if self.errors is None else self.errors.tolist()
        rows = (self.positions.tolist(), self.losses.tolist(), accuracies, self.learning_rates.tolist(), errors)
        first = self.step - len(self) + 1
        for step, (position, loss, accuracy, rate, error) in enumerate(zip(*rows, strict=True), start=first):
            yield BatchDone(step, self.epoch, position, loss, accuracy, rate, self.knobs, error)


@dataclass(frozen=True)
class EpochDone:
    """Every training example was seen once more; `epoch` counts from 1.

    Training loss and accuracy are means over the epoch's batches, while the weights changed and dropout was on. The
    validation numbers are those of the weights at the end, None without validation examples. `seconds` includes the
    validation, `examples_per_second` is the training alone. `is_best`: no epoch before had a lower validation loss.
    The errors are mean absolute errors in the target's unit, None where classes are named.
    """

    epoch: int
    train_loss: float
    train_accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    learning_rate: float
    seconds: float
    examples_per_second: float
    is_best: bool
    train_error: float | None = None
    validation_error: float | None = None


@dataclass(frozen=True, eq=False)
class Mistakes:
    """What the network confuses, on the validation set.

    `confusion[true, predicted]` counts examples. `worst` are the wrong answers given with the greatest confidence,
    surest first, at most eight: the examples, their true classes, the classes that the network named, and its
    confidence (0 to 1). `epoch` is the one after which this was seen.

    `true` and `named` (examples,) are the classes of all validation examples, in their order. `roc[class]` is the part
    of its examples that are found (true positives) where 0 %, 1 % … 100 % of the others are taken for it (false
    positives), as the score that is asked for falls; `auc` the area under that curve. Both are empty for more than
    `evaluation.MOST_CURVES` classes, and NaN for a class without examples.
    """

    epoch: int
    confusion: NDArray[np.int64]
    worst_examples: NDArray[np.float32]
    worst_true: NDArray[np.int64]
    worst_named: NDArray[np.int64]
    worst_confidence: NDArray[np.float64]
    true: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    named: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    roc: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 101)))
    auc: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Predictions:
    """What the network says of the validation examples where values are to be predicted, beside what is true.

    `true` and `predicted` (examples, values) are in the target's unit; of many examples a part, evenly chosen.
    `error` is the mean absolute error over all of them, `blind_error` that of always saying the same: the mean of the
    training targets. `epoch` is the one after which this was seen.
    """

    epoch: int
    examples: int
    true: NDArray[np.float32]
    predicted: NDArray[np.float32]
    error: float
    blind_error: float


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often values occur: `counts[i]` of them lie in the i-th of equal steps from `low` to `high`."""

    counts: NDArray[np.int64]
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class LayerPicture:
    """The weights of one layer and their gradients of the last batch.

    `update_ratio` is ‖Δw‖ ÷ ‖w‖, the size of the last update relative to the weights: about 10⁻³ is healthy
    (cs231n, neural networks part 3). None where weights or updates are all 0.
    """

    node: str
    weights: Histogram
    gradients: Histogram
    update_ratio: float | None
    weight_size: float = math.nan
    gradient_size: float = math.nan
    """Root mean squares of the weights and of their gradients; NaN where there are no gradients."""


@dataclass(frozen=True, eq=False)
class ActivationPicture:
    """What a layer answers to a few training examples, as the network is used (dropout off).

    `values` are its answers, `mean` and `spread` (standard deviation) theirs. Of its `units` (of pictures: its maps)
    `dead` answer 0 to all of the `examples`, where an activation can fall silent; `saturated` lie at the flat ends of
    their curve nearly always, where it has such ends.
    """

    node: str
    values: Histogram
    mean: float
    spread: float
    units: int
    dead: int
    saturated: int
    examples: int


@dataclass(frozen=True, eq=False)
class Pictures:
    """What can be seen of the network after `step`.

    `activations` are left out where taking them again so soon would cost the training speed.

    `filters` are those of the first layer with weights: (count, height, width), or (count, 3, height, width) in
    colour; None if they are no pictures. `filters_of` is that layer's id.
    """

    step: int
    position: float
    layers: tuple[LayerPicture, ...]
    filters: NDArray[np.float32] | None = None
    filters_of: str = ""
    activations: tuple[ActivationPicture, ...] = ()


@dataclass(frozen=True, eq=False)
class Marked:
    """A place to come back to, after an epoch (see `TrainingSettings.checkpoint_every`); its EpochDone came before."""

    checkpoint: Checkpoint = field(repr=False)


@dataclass(frozen=True, eq=False)
class Finished:
    """The last event of a run.

    `message` says in plain words how it ended. Loss and accuracy on the test set are None if the run diverged, or
    if there are no test examples; `test_error` is as in EpochDone. `checkpoint` holds all that is needed to go on.
    `holds_best`: the weights are those of the best epoch, not of the last.
    """

    reason: Reason
    message: str
    test_loss: float | None
    test_accuracy: float | None
    checkpoint: Checkpoint = field(repr=False)
    holds_best: bool = False
    test_error: float | None = None
    lower_rate: float | None = None
    """After a run that diverged because of its learning rate: the setting to try instead."""


Event = Started | BatchDone | BatchesDone | EpochDone | Pictures | Mistakes | Predictions | Marked | Finished
