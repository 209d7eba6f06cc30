"""What is said between the program and its engine: commands there, messages back. Plain values that can be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from playground.graph.experiment import Experiment, TrainingSettings
from playground.train.checkpoints import Checkpoint
from playground.train.events import Event

Until = Literal["end", "epoch", "batch"]
"""Where to pause by itself: not before the end, after one more epoch, after one more batch."""


@dataclass(frozen=True, eq=False)
class Start:
    """Begin a run called `run`, or go on with one that `resume` describes; `state` are tensors to begin with."""

    run: int
    experiment: Experiment
    state: Mapping[str, np.ndarray] = field(default_factory=dict[str, np.ndarray], repr=False)
    resume: Checkpoint | None = None
    until: Until = "end"


@dataclass(frozen=True)
class Go:
    """Go on after a pause."""

    until: Until = "end"


@dataclass(frozen=True)
class Pause:
    """Wait after the batch that is being computed; a `Paused` follows."""


@dataclass(frozen=True)
class Stop:
    """End the run after the batch that is being computed; the event `Finished` follows, with the test result."""


@dataclass(frozen=True)
class Drop:
    """Forget the run, without another word."""


@dataclass(frozen=True)
class Change:
    """Go on with other settings, as far as they can change during a run (see Steering)."""

    settings: TrainingSettings


@dataclass(frozen=True)
class Ask:
    """The window has drawn what it had: send the newest pictures, mistakes or weights once."""

    pictures: bool = False
    mistakes: bool = False
    weights: bool = False


@dataclass(frozen=True)
class Quit:
    """End the engine."""


Command = Start | Go | Pause | Stop | Drop | Change | Ask | Quit


@dataclass(frozen=True)
class Ready:
    """The engine is warm. `devices` are the keys that this machine has, `description` the automatic choice in words."""

    devices: tuple[str, ...]
    description: str


@dataclass(frozen=True, eq=False)
class Happened:
    """Events of a run, in order, none left out."""

    run: int
    events: tuple[Event, ...]


@dataclass(frozen=True, eq=False)
class Passed:
    """Where the run of a small network has been lately: places on the epoch axis, and the tensors there, in order."""

    run: int
    moments: tuple[tuple[float, Mapping[str, np.ndarray]], ...] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Weights:
    """Where the run stands now, because it was asked for."""

    run: int
    checkpoint: Checkpoint


@dataclass(frozen=True, eq=False)
class Paused:
    """The run waits; `checkpoint` is where it stands."""

    run: int
    checkpoint: Checkpoint


@dataclass(frozen=True)
class Refused:
    """A command that cannot be obeyed now, and why."""

    run: int
    message: str


@dataclass(frozen=True, eq=False)
class Failed:
    """The run ended by an error. `details` are for a report, empty where the user can mend it by the message alone.

    `checkpoint` is where it stood, if that could still be said.
    """

    run: int
    message: str
    details: str = ""
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True)
class Died:
    """The engine is gone, and why as far as it is known. Said by the side that waits for it."""

    message: str


@dataclass(frozen=True)
class Makeshift:
    """No engine process could be had; a thread takes its place. Said by the side that wanted one."""

    message: str


Message = Ready | Happened | Passed | Weights | Paused | Refused | Failed | Died | Makeshift
