"""The experiment: one network, the data it sees, how it is trained, and the seed. All plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from playground.graph.model import Graph


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
    """How the network learns, in PyTorch's names. `device` is "auto", "cpu", "cuda" or "mps"."""

    optimizer: str = "adam"
    learning_rate: float = 0.001
    momentum: float = 0.9
    weight_decay: float = 0.0
    batch_size: int = 64
    epochs: int = 10
    device: str = "auto"


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
