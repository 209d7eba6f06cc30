"""The experiment: one network, the data it sees, how it is trained, and the seed. All plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from playground.graph.model import Graph, ParamValue


@dataclass(frozen=True)
class DataSettings:
    """Which data set, and how it is divided.

    `train_size` limits the training examples (0 = all of them). `validation_fraction` of the training examples is
    held back to watch for overfitting. `noise` (0 to 0.5) and `samples` shape the 2-D toy sets only.
    """

    name: str = "mnist"
    train_size: int = 0
    validation_fraction: float = 0.1
    noise: float = 0.1
    samples: int = 500


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

    @property
    def starting_values(self) -> tuple[str, Mapping[str, ParamValue]]:
        """The initialiser and its parameters, as `compile_network` takes them."""
        return self.initialiser, self.initialiser_params


@dataclass(frozen=True)
class Experiment:
    """Everything that decides a run: the same experiment on the same device gives the same numbers.

    `example` is the key of the published worked example that this began as, so that its printed numbers can be shown
    beside the live ones; empty for all others.
    """

    graph: Graph = field(default_factory=Graph)
    data: DataSettings = field(default_factory=DataSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    seed: int = 0
    example: str = ""
