"""The learning rate over time: torch's schedulers, made from the settings, saved as plain numbers and resumed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, LRScheduler, OneCycleLR, ReduceLROnPlateau, StepLR

from playground.graph.experiment import TrainingSettings
from playground.train.schedule_kinds import HAS_OWN_WARMUP, SCHEDULES

WARMUP_START = 0.01
"""The part of its value with which the learning rate begins a warm-up."""

_KEPT = ("last_epoch", "num_bad_epochs", "cooldown_counter", "best")
"""What a scheduler carries from one step to the next; all but the last are whole numbers."""


class Schedule:
    """Sets the optimizer's learning rate; `batches` are those of one epoch.

    Steps, cosine and plateau go by epochs; one cycle and the warm-up by batches. The warm-up multiplies whatever the
    schedule gives. Where settings change on the way, the learning rate goes on on the new curve, at the place where
    the run stands; what a plateau reduced it by so far is kept.
    """

    def __init__(self, optimizer: Optimizer, settings: TrainingSettings, batches: int) -> None:
        self._optimizer = optimizer
        self._begin(settings, batches)

    @property
    def rate(self) -> float:
        """The learning rate of the next batch."""
        return float(self._optimizer.param_groups[0]["lr"])

    @property
    def goes_by_batch(self) -> bool:
        """Whether the learning rate may be another one for every batch."""
        return self._warmup is not None or isinstance(self._main, OneCycleLR)

    def after_batch(self) -> None:
        """The optimizer made a step."""
        if self._warmup is not None:
            self._warmup.step()
        if isinstance(self._main, OneCycleLR) and self._main.last_epoch + 1 < self._main.total_steps:
            self._main.step()

    def after_epoch(self, loss: float) -> None:
        """An epoch is done; `loss` is what a plateau is seen in."""
        if isinstance(self._main, ReduceLROnPlateau):
            self._main.step(loss)
        elif self._main is not None and not isinstance(self._main, OneCycleLR):
            self._main.step()

    def change(self, settings: TrainingSettings, batches: int, epoch: int, batch: int) -> None:
        """Go on with other settings after `epoch` epochs and `batch` batches."""
        numbers = self.numbers()
        self._begin(settings, batches)
        self.restore(numbers, epoch, batch)

    def numbers(self) -> dict[str, float]:
        """Everything needed to go on, by name; `restore` takes it."""
        found = {"rate": self.rate, "shape": float(self._shape), "reduction": self._reduction}
        for name, scheduler in self._schedulers:
            found |= {f"{name}.{key}": float(getattr(scheduler, key)) for key in _KEPT if hasattr(scheduler, key)}
        return found

    def restore(self, numbers: Mapping[str, float], epoch: int, batch: int) -> None:
        """Go on where `numbers` was asked for, with the settings of then or others."""
        mine = self.numbers()
        fits = numbers.keys() == mine.keys() and numbers["shape"] == mine["shape"]
        if not fits:
            self._go_to(epoch, batch)
        for name, scheduler in self._schedulers:
            if fits or (isinstance(scheduler, ReduceLROnPlateau) and f"{name}.best" in numbers):
                _load(scheduler, {key: numbers[f"{name}.{key}"] for key in _KEPT if f"{name}.{key}" in mine})
        if fits:
            self._set_rate(numbers["rate"])
        elif isinstance(self._main, ReduceLROnPlateau) and "main.best" in numbers:
            self._set_rate(self.rate * numbers["reduction"])

    # ---- making it

    def _begin(self, settings: TrainingSettings, batches: int) -> None:
        self._settings, self._batches = settings, max(1, batches)
        self._set_rate(settings.learning_rate)
        for group in self._optimizer.param_groups:
            for name in ("initial_lr", "max_lr", "min_lr"):
                group.pop(name, None)
        self._warmup: LinearLR | None = None
        if settings.warmup_epochs and settings.schedule not in HAS_OWN_WARMUP:
            total = settings.warmup_epochs * self._batches
            self._warmup = LinearLR(self._optimizer, start_factor=WARMUP_START, total_iters=total)
        self._main = self._make()

    def _make(self) -> LRScheduler | None:
        settings, optimizer = self._settings, self._optimizer
        params: dict[str, Any] = SCHEDULES[settings.schedule].complete(settings.schedule_params)
        match settings.schedule:
            case "step":
                return StepLR(optimizer, **params)
            case "cosine":
                return CosineAnnealingLR(optimizer, params["T_max"] or settings.epochs, params["eta_min"])
            case "one_cycle":
                total = settings.epochs * self._batches
                return OneCycleLR(optimizer, settings.learning_rate, total_steps=total, cycle_momentum=False, **params)
            case "plateau":
                return ReduceLROnPlateau(optimizer, **params)
            case _:
                return None

    @property
    def _schedulers(self) -> list[tuple[str, LRScheduler]]:
        found = (("warmup", self._warmup), ("main", self._main))
        return [(name, scheduler) for name, scheduler in found if scheduler is not None]

    @property
    def _shape(self) -> int:
        """A number that stands for the curve: two schedules with the same go through the same rates."""
        settings = self._settings
        params = SCHEDULES[settings.schedule].complete(settings.schedule_params)
        by_run = settings.schedule == "one_cycle" or params.get("T_max") == 0
        by_batch = self._warmup is not None or settings.schedule == "one_cycle"
        curve = (settings.schedule, sorted(params.items()), settings.learning_rate, settings.warmup_epochs)
        ends = (settings.epochs if by_run else 0, self._batches if by_batch else 0)
        return zlib.crc32(repr((curve, ends)).encode())

    @property
    def _reduction(self) -> float:
        """What a plateau has multiplied the learning rate by so far."""
        if not isinstance(self._main, ReduceLROnPlateau) or not self._settings.learning_rate:
            return 1.0
        full = self._settings.learning_rate
        if self._warmup is not None:
            done = min(1.0, self._warmup.last_epoch / self._warmup.total_iters)
            full *= WARMUP_START + (1 - WARMUP_START) * done
        return self.rate / full

    def _go_to(self, epoch: int, batch: int) -> None:
        """From the beginning to this place, as if the settings had always been these."""
        for _, scheduler in self._schedulers:
            _load(scheduler, {})
        main, steps = self._main, epoch * self._batches + batch
        if isinstance(main, OneCycleLR):
            if steps:
                main.load_state_dict({"last_epoch": min(steps, main.total_steps - 1) - 1})
                main.step()
            return
        waiting = 0 if self._warmup is None else min(steps, self._warmup.total_iters)
        for _ in range(epoch):
            waiting -= self._warm(min(waiting, self._batches))
            if main is not None and not isinstance(main, ReduceLROnPlateau):
                main.step()
        self._warm(waiting)

    def _warm(self, batches: int) -> int:
        """So many batches of the warm-up."""
        for _ in range(batches):
            assert self._warmup is not None
            self._warmup.step()
        return batches

    def _set_rate(self, rate: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = rate


def _load(scheduler: LRScheduler, numbers: Mapping[str, float]) -> None:
    """Let the scheduler stand where these numbers say.

    It is told that it made a step already, since it warns where its first one comes before the optimizer's.
    """
    whole = {key: int(value) for key, value in numbers.items() if key != "best"}
    best = {"best": numbers["best"]} if "best" in numbers else {}
    scheduler.load_state_dict({**whole, **best, "_step_count": 2})
