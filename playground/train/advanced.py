"""What a learner can leave as it is: the settings beside method, rate and size of batches, for forms. No torch in here.

Every parameter's key is a field of `TrainingSettings`, but for those of `SPLIT`.
"""

from __future__ import annotations

from playground.layers import Param
from playground.train.validity import BATCH_MODES, CLASS_WEIGHTS, PRECISIONS


def _strength(key: str, title: str, help_text: str) -> Param:
    return Param(key, title, "float", 0.0, help_text, minimum=0.0, maximum=1e6)


def _epochs(key: str, title: str, help_text: str) -> Param:
    return Param(key, title, "int", 0, help_text, minimum=0, maximum=1_000_000)


SPLIT = (
    Param(
        "label_noise",
        "Wrong labels",
        "float",
        0.0,
        "This part of the training examples gets another class, drawn at random: 0.2 is every fifth. A network that is "
        "large enough learns even these by heart; validation and test keep the truth.",
        minimum=0.0,
        maximum=1.0,
    ),
    Param(
        "folds",
        "Folds",
        "int",
        0,
        "Cross-validation: the training examples are divided into so many parts, and one of them is for validation in "
        "place of the part above. 5 or 10 are usual, 0 is off.",
        minimum=0,
        maximum=100,
    ),
    Param("fold", "Fold", "int", 1, "Which of the parts is for validation.", minimum=1, maximum=100),
    Param(
        "permuted",
        "Shuffled pixels",
        "int",
        0,
        "The pixels of every example stand in one other order, the same for all. Each number is another order; 0 "
        "leaves them where they are. A dense network does not mind, a convolution does: it looks at neighbours.",
        minimum=0,
        maximum=2**31 - 1,
    ),
)
"""These are fields of `DataSettings`."""

WARMUP = (
    _epochs(
        "warmup_epochs",
        "Warm-up epochs",
        "In the first epochs the learning rate grows evenly, from a hundredth to its full value, so that the first "
        "steps do no harm; 0 is off.",
    ),
)
LIMITS = (
    _strength(
        "l1",
        "L1 penalty",
        "Pushes every weight towards 0 with the same force, so that many become almost 0: 0.0001 is usual, 0 is off. "
        "The curves show the loss without it.",
    ),
    _strength(
        "clip_grad_norm",
        "Longest gradient",
        "A gradient of all weights together that is longer than this is shortened to it, so that one bad batch does "
        "not throw the network off: 1 is usual, 0 is off.",
    ),
    _strength(
        "clip_grad_value",
        "Largest gradient",
        "No weight’s gradient may be larger than this; 0 is off.",
    ),
)
STOPPING = (
    _epochs(
        "patience",
        "Patience",
        "Training stops when the validation loss has not fallen for so many epochs: 5 is usual, 0 never stops. Without "
        "validation examples the training loss is watched.",
    ),
    _strength("min_delta", "Least gain", "Only a loss that is lower by more than this counts as fallen."),
    Param(
        "restore_best",
        "Back to the best",
        "bool",
        True,
        "When training has stopped early, take the weights of the epoch with the lowest validation loss.",
    ),
)
CHECKPOINTS = (
    _epochs(
        "checkpoint_every",
        "Checkpoints",
        "After so many epochs each the run is kept on disk as it is then, so that it can go on from there: with Back "
        "to…, even after a power cut. The newest five are kept. 0: none, but the weights of the best epoch always are.",
    ),
)
PRECISION = (
    Param(
        "precision",
        "Precision",
        "choice",
        "full",
        "full: numbers of 32 bits. mixed: products of matrices and convolutions in bfloat16 (16 bits), weights in 32. "
        "On newer CUDA GPUs that is up to twice as fast and takes less memory; on a CPU it is there to be tried.",
        choices=PRECISIONS,
    ),
)
BATCH_MODE = (
    Param(
        "batch_mode",
        "Each step from",
        "choice",
        "mini-batch",
        "A mini-batch of “Batch size” examples, or the whole training set: one step an epoch, exact but slow. A batch "
        "size of 1 learns from single examples.",
        choices=BATCH_MODES,
    ),
)
CLASS_WEIGHT = (
    Param(
        "class_weights",
        "Class weights",
        "choice",
        "none",
        "balanced: an example of a rare class counts for more, so that every class has the same say in the loss.",
        choices=CLASS_WEIGHTS,
    ),
)
"""For networks with the loss Cross-entropy only."""
