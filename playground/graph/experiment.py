"""The experiment: one network, the data it sees, how it is trained, and the seed. All plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from playground.graph.model import Graph, ParamValue


@dataclass(frozen=True)
class DataSettings:
    """Which data set, and how it is divided.

    `train_size` limits the training examples (0 = all of them). `validation_fraction` of the training examples is
    held back to watch for overfitting; with `folds` (2 or more) one part in so many is, and `fold`, from 1, says which.
    Of the training examples the part `label_noise` bears a wrong class. `noise` (0 to 0.5) and `samples` shape the 2-D
    toy sets only. `permuted` is 0, or the seed of one order in which the pixels of every example, of training and test
    alike, are put (`data.permutation`).
    """

    name: str = "mnist"
    train_size: int = 0
    validation_fraction: float = 0.1
    noise: float = 0.1
    samples: int = 500
    label_noise: float = 0.0
    folds: int = 0
    fold: int = 1
    permuted: int = 0


@dataclass(frozen=True)
class TrainingSettings:
    """How the network learns, in PyTorch's names. `device` is "auto", "cpu", "cuda" or "mps".

    `momentum` is that of SGD. What else a method, a schedule or an initialiser can be set to stands in
    `optimizer_params`, `schedule_params` and `initialiser_params` by PyTorch's names (`betas`, `gamma`, `std`); a name
    that is left out has the default of its kind (see `train.methods`, `train.schedule_kinds`, `engine.initialisers`).

    Attributes:
        schedule: how the learning rate changes by itself: "constant", "step", "cosine", "one_cycle" or "plateau".
        warmup_epochs: for so many epochs at the beginning the learning rate grows to its value.
        l1: the strength of the L1 penalty, l1 · Σ|w|, as `weight_decay` is that of L2.
        clip_grad_norm: the longest that the gradient of all weights together may be, 0 for no limit.
        clip_grad_value: the largest that the gradient of any one weight may be, 0 for no limit.
        patience: after so many epochs without a lower validation loss training stops; 0: it never does.
        min_delta: what counts as lower: by more than this.
        restore_best: whether training that stopped early goes back to its best weights.
        initialiser: how starting weights are drawn; "torch" leaves it to each layer type.
        class_weights: "none", or "balanced": rare classes count for more.
        batch_mode: "mini-batch", or "whole set": each step is computed from all training examples.
        augmentation: how training examples are changed each time they are seen (see `train.augmentation_kinds`).
        checkpoint_every: after so many epochs each a checkpoint is kept; 0: only the best epoch's weights are.
        precision: "full" (float32), or "mixed": products of matrices and convolutions in bfloat16.
    """

    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.9
    weight_decay: float = 0.0
    batch_size: int = 64
    epochs: int = 10
    device: str = "auto"
    optimizer_params: Mapping[str, ParamValue] = field(default_factory=dict[str, ParamValue])
    schedule: str = "constant"
    schedule_params: Mapping[str, ParamValue] = field(default_factory=dict[str, ParamValue])
    warmup_epochs: int = 0
    l1: float = 0.0
    clip_grad_norm: float = 0.0
    clip_grad_value: float = 0.0
    patience: int = 0
    min_delta: float = 0.0
    restore_best: bool = True
    initialiser: str = "torch"
    initialiser_params: Mapping[str, ParamValue] = field(default_factory=dict[str, ParamValue])
    class_weights: str = "none"
    batch_mode: str = "mini-batch"
    augmentation: Mapping[str, ParamValue] = field(default_factory=dict[str, ParamValue])
    precision: str = "full"
    checkpoint_every: int = 0

    @property
    def starting_values(self) -> tuple[str, Mapping[str, ParamValue]]:
        """The initialiser and its parameters, as `compile_network` takes them."""
        return self.initialiser, self.initialiser_params


@dataclass(frozen=True)
class WeightByHand:
    """One number of a layer's parameter `name`, changed by hand.

    It counts where the number, rounded to float32, is `was` when the network begins to compute: on the starting point
    on which it was changed, and again when Reset leads back there. Training goes on from it.
    """

    node: str
    name: str
    index: tuple[int, ...]
    value: float
    was: float


@dataclass(frozen=True)
class ExampleByHand:
    """Numbers of one test example changed by hand: of what goes in (`part` "x") or of what should come out ("target").

    `data` names the set of examples (`engine.by_hand.set_of`), `example` is the index in it. `places` are those of the
    flattened array, which has `shape`; where it has another shape now (pictures scaled to another network) the changes
    rest. A class is changed as a single number of shape ().
    """

    data: str
    example: int
    part: Literal["x", "target"]
    shape: tuple[int, ...]
    places: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Base:
    """The weights with which a network starts in place of drawn ones: what another network has learnt.

    `title` says whose they were ("SqueezeNet 1.1"). The tensors themselves stand beside the experiment, in the session
    and in its file; `digest` is theirs, so that two experiments with the same one start alike.
    """

    title: str
    digest: str


_APART = 104_729
"""Masks that are drawn again are those of a round so far away that nobody comes to it."""


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a run: the same experiment on the same device gives the same numbers.

    `example` is the key of the published worked example that this began as, so that its printed numbers can be shown
    beside the live ones; empty for all others. `step_batch` is how many examples Step sends through together, the shown
    one first; `step_training` whether dropout and batch norm behave there as in training, or as in use.
    `step_draw` counts how often its dropout masks were drawn again; `step_held` is the round whose masks all rounds
    use, 0 for masks of their own. `weights_by_hand` and `examples_by_hand` are single numbers that were changed by hand
    (see `graph.by_hand`). With a `base` the layers that it knows start from its weights; None: all are drawn.
    """

    graph: Graph = field(default_factory=Graph)
    data: DataSettings = field(default_factory=DataSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    seed: int = 0
    example: str = ""
    weights_by_hand: tuple[WeightByHand, ...] = ()
    examples_by_hand: tuple[ExampleByHand, ...] = ()
    step_batch: int = 1
    step_training: bool = True
    step_draw: int = 0
    step_held: int = 0
    base: Base | None = None

    def mask_seed(self, training_round: int) -> int:
        """What the masks of a round in Step are drawn from.

        `step_draw` counts how often they were drawn again; where `step_held` is not 0, all rounds use the masks of
        that one.
        """
        return self.seed + (self.step_held or training_round) + _APART * self.step_draw
