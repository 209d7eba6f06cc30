"""Where a training stands, as plain arrays: enough to go on as if it had never stopped.

There is no state of a random generator in here, since none outlives a batch: the order of the examples is drawn from
(seed, epoch), dropout's masks from (seed, step).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from playground.train.errors import TrainError

Arrays = Mapping[str, np.ndarray]

_POSITION, _SUMS, _METHOD, _BEST = "position", "sums", "method", "best"
_OPTIMIZER, _BEST_STATE, _SCHEDULE, _PATIENCE = "optimizer/", "best_state/", "schedule/", "patience"


@dataclass(frozen=True, eq=False)
class Best:
    """The epoch with the lowest validation loss so far, and the network's tensors at its end."""

    epoch: int
    loss: float
    state: Arrays = field(repr=False)


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Everything about a run after `step` batches.

    `state` holds the network's tensors, `optimizer` those of the optimizer by "slot/node.name"
    ("exp_avg/conv1.weight"); `method` says which optimizer's. `epoch` epochs are complete and `batch` batches of
    `batch_size` of the next one; `loss_sum`, `right` and `seen` are that epoch's sums so far. `fingerprint` names
    the run (see `preparation.fingerprint`). `schedule` is where the learning rate stands (`Schedule.numbers`), empty
    if that follows from the settings. For early stopping, `lowest` is the lowest loss that counted, and `waited` the
    number of epochs since.
    """

    fingerprint: int
    state: Arrays = field(repr=False)
    method: str = ""
    optimizer: Arrays = field(default_factory=dict[str, np.ndarray], repr=False)
    epoch: int = 0
    batch: int = 0
    step: int = 0
    batch_size: int = 1
    loss_sum: float = 0.0
    right: float = 0.0
    seen: int = 0
    best: Best | None = None
    schedule: Mapping[str, float] = field(default_factory=dict[str, float])
    lowest: float = math.inf
    waited: int = 0

    def to_arrays(self) -> dict[str, np.ndarray]:
        """All but `state`, as a flat dict for a file."""
        arrays = {
            _POSITION: np.array([self.fingerprint, self.epoch, self.batch, self.step, self.batch_size, self.seen]),
            _SUMS: np.array([self.loss_sum, self.right]),
            _METHOD: np.frombuffer(self.method.encode(), dtype=np.uint8).copy(),
        }
        arrays |= {_OPTIMIZER + key: value for key, value in self.optimizer.items()}
        arrays |= {_SCHEDULE + key: np.array([value]) for key, value in self.schedule.items()}
        arrays[_PATIENCE] = np.array([self.lowest, self.waited])
        if self.best is not None:
            arrays[_BEST] = np.array([self.best.epoch, self.best.loss])
            arrays |= {_BEST_STATE + key: value for key, value in self.best.state.items()}
        return arrays

    @classmethod
    def from_arrays(cls, state: Arrays, arrays: Arrays) -> Checkpoint | None:
        """What `to_arrays` wrote, beside the network's tensors; None if `arrays` is empty.

        Raises:
            TrainError: the arrays are not those of a checkpoint.
        """
        if not arrays:
            return None
        try:
            print_, epoch, batch, step, batch_size, seen = (int(n) for n in _numbers(arrays[_POSITION], np.integer))
            loss_sum, right = (float(n) for n in _numbers(arrays[_SUMS], np.floating))
            method = arrays[_METHOD].astype(np.uint8).tobytes().decode()
            best = _read_best(arrays)
            schedule = {key: _numbers(value, np.floating)[0] for key, value in _under(_SCHEDULE, arrays).items()}
            lowest, waited = _numbers(arrays.get(_PATIENCE, np.array([math.inf, 0.0])), np.floating)
        except (KeyError, ValueError, IndexError, OverflowError) as error:
            raise TrainError(
                "The file does not say properly how far training had got. Its weights are good; "
                "training starts counting from 0 with them."
            ) from error
        if min(epoch, batch, step, seen) < 0 or batch_size < 1:
            raise TrainError("The file says that training stands at a place that cannot be. Training starts from 0.")
        optimizer = _under(_OPTIMIZER, arrays)
        sums = (loss_sum, right, seen)
        place = (epoch, batch, step, batch_size)
        return cls(print_, state, method, optimizer, *place, *sums, best, schedule, lowest, int(waited))


def fingerprint_in(arrays: Arrays) -> int | None:
    """The fingerprint of the run whose checkpoint these arrays are; None if they are none."""
    position = arrays.get(_POSITION)
    return int(position[0]) if position is not None and position.ndim == 1 and len(position) else None


def _read_best(arrays: Arrays) -> Best | None:
    if _BEST not in arrays:
        return None
    epoch, loss = (float(n) for n in _numbers(arrays[_BEST], np.floating))
    return Best(int(epoch), loss, _under(_BEST_STATE, arrays))


def _under(prefix: str, arrays: Arrays) -> dict[str, np.ndarray]:
    return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}


def _numbers(array: np.ndarray, kind: type[np.generic]) -> list[float]:
    if array.ndim != 1 or not np.issubdtype(array.dtype, kind):
        raise ValueError(f"numbers expected, not {array.dtype} of shape {array.shape}")
    return list(array.tolist())
