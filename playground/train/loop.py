"""The training loop: a generator of events that anyone can consume, pause by waiting, and end by closing."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor

from playground.data import Split
from playground.engine.compile import State
from playground.graph.experiment import Experiment
from playground.train.advice.divergence import why_no_number
from playground.train.augmentation_kinds import as_number
from playground.train.bench import Bench
from playground.train.checkpoints import Best, Checkpoint
from playground.train.company import Company
from playground.train.device import describe_device, is_out_of_memory
from playground.train.errors import TrainError
from playground.train.evaluation import compare_values, find_mistakes
from playground.train.events import BatchDone, BatchesDone, EpochDone, Event, Finished, Knobs, Marked, Reason, Started
from playground.train.optimizers import adjust, optimizer_arrays, restore_optimizer
from playground.train.preparation import as_number_of_layers, fingerprint
from playground.train.schedules import Schedule
from playground.train.showing.activations import ActivationWatch
from playground.train.showing.pictures import copy_weights, take_pictures
from playground.train.steering import SET_AT_START, Steering
from playground.train.stopping import Patience
from playground.train.validity import check_settings


def train(
    experiment: Experiment,
    split: Split,
    *,
    state: State | None = None,
    resume: Checkpoint | None = None,
    steering: Steering | None = None,
) -> Iterator[Event]:
    """Train the experiment's network; every batch and every epoch is an event, and `Finished` the last one.

    With auxiliary losses, every loss reported is the sum that training lowers, for the validation and test examples
    too, so that the curves can be compared. Accuracy is that of the main loss's answer.

    The same experiment, split, state and checkpoint give the same events and weights, bit for bit on the CPU (but for
    the seconds). Not calling `next` pauses; `close()` ends the run at once, `steering.stop()` ends it with a result.

    Args:
        experiment: network, data, settings and seed. It trains until `training.epochs` epochs are complete.
        split: the examples; validation and test may be empty.
        state: tensors to begin with where names and shapes agree; the others are drawn from the seed.
        resume: go on exactly here; its tensors go before `state`. If it is of another run (see `fingerprint`), only
            its tensors are taken.
        steering: changes while it runs.

    Raises:
        TrainError: the network cannot be trained, a setting is out of range, or the device is not there or its memory
            full.
    """
    yield from Training(experiment, split, state=state, resume=resume, steering=steering).events()


class Training:
    """One run, ready to go: `events()` is the generator, `checkpoint()` says between two events where it stands.

    Arguments and exceptions as in `train`. `company` are the processes that train the network together; all of them
    get the same events.
    """

    def __init__(
        self,
        experiment: Experiment,
        split: Split,
        *,
        state: State | None = None,
        resume: Checkpoint | None = None,
        steering: Steering | None = None,
        company: Company | None = None,
    ) -> None:
        self._settings = experiment.training
        self._steering = steering or Steering()
        self._company = company or Company()
        self._is_stopping = False
        self._fingerprint = fingerprint(experiment)
        try:
            start = {**(state or {}), **(resume.state if resume else {})}
            self._bench = Bench(experiment, split, start, self._company)
        except (RuntimeError, MemoryError) as error:
            _raise_in_plain_words(error, self._settings.batch_size)
            raise
        self._epoch = self._batch = self._step = self._seen = 0
        self._loss_sum = self._right = 0.0
        self._best: Best | None = None
        self._has_diverged = self._is_out_of_patience = False
        self._patience = Patience()
        self._layers = as_number_of_layers(experiment.graph)
        self._watch = ActivationWatch(self._bench.network, self._bench.training.x)
        self._schedule = Schedule(self._bench.optimizer, self._settings, len(self._batches))
        if resume is not None and resume.fingerprint == self._fingerprint:
            self._go_to(resume)

    # ---- where it stands

    def checkpoint(self) -> Checkpoint:
        """Everything needed to go on from here; call it between two events, or after the last."""
        return Checkpoint(
            fingerprint=self._fingerprint,
            state=self._bench.network.state(),
            method=self._settings.optimizer,
            optimizer=optimizer_arrays(self._bench.optimizer, self._bench.parameters),
            epoch=self._epoch,
            batch=self._batch,
            step=self._step,
            batch_size=self._batch_size,
            loss_sum=self._loss_sum,
            right=self._right,
            seen=self._seen,
            best=self._best,
            schedule=self._schedule.numbers(),
            lowest=self._patience.lowest,
            waited=self._patience.waited,
        )

    def state(self) -> State:
        """A copy of the network's tensors as they are now."""
        return self._bench.state()

    @property
    def _batch_size(self) -> int:
        """Examples from which a step is computed."""
        whole = self._settings.batch_mode == "whole set"
        return max(1, self._bench.examples_per_epoch) if whole else self._settings.batch_size

    @property
    def _batches(self) -> tuple[Tensor, ...]:
        """Those of the present epoch."""
        return self._bench.batches(self._epoch, self._batch_size)

    @property
    def is_complete(self) -> bool:
        """Whether all epochs that the settings ask for are done."""
        return self._epoch >= self._settings.epochs

    def _go_to(self, resume: Checkpoint) -> None:
        """Take over a checkpoint of this run. With another batch size the epoch begun then starts again."""
        self._epoch, self._step, self._best = resume.epoch, resume.step, resume.best
        if resume.batch_size == self._batch_size:
            self._batch, self._seen = resume.batch, resume.seen
            self._loss_sum, self._right = resume.loss_sum, resume.right
        if resume.method == self._settings.optimizer:
            restore_optimizer(self._bench.optimizer, resume.method, self._bench.parameters, resume.optimizer)
        self._patience = Patience(resume.lowest, resume.waited)
        self._is_out_of_patience = self._batch == 0 and self._patience.is_over(self._settings.patience)
        self._schedule.restore(resume.schedule, self._epoch, self._batch)

    # ---- the run

    def events(self) -> Iterator[Event]:
        """See `train`."""
        try:
            yield self._started()
            while not (self.is_complete or self._is_stopping or self._is_out_of_patience):
                yield from self._run_epoch()
                if self._has_diverged:
                    yield self._diverged()
                    return
            if self._is_out_of_patience and not self.is_complete:
                yield self._stopped_early()
            else:
                yield self._finished("completed" if self.is_complete else "stopped")
        except (RuntimeError, ValueError, MemoryError) as error:
            _raise_in_plain_words(error, self._settings.batch_size)
            raise

    def _run_epoch(self) -> Iterator[Event]:
        bench, began, learning, learnt = self._bench, time.perf_counter(), 0.0, 0
        batches = self._batches
        bench.begin_epoch()
        while self._batch < len(batches):
            self._obey()
            self._is_stopping = self._company.any(self._steering.stopping, bench.device)
            if self._is_stopping:
                return
            wants_pictures, self._steering.wants_pictures = self._steering.wants_pictures, False
            before = copy_weights(bench.network) if wants_pictures else {}
            part = batches[self._batch : self._batch + (1 if wants_pictures else self._at_once())]
            start = time.perf_counter()
            losses, tallies = bench.learn_in_a_row(part, self._step)
            learning += time.perf_counter() - start
            learnt += sum(index.numel() for index in part)
            told = self._count(part, losses, tallies, len(batches))
            if told is not None:
                if wants_pictures:
                    yield take_pictures(bench.network, before, self._step, told.position, self._watch.take())
                yield told
            if self._has_diverged:
                return
        yield from self._end_epoch(began, learnt / learning if learning else 0.0)

    def _at_once(self) -> int:
        """How many batches to learn before looking up: more than one only if they may be told together."""
        if not self._steering.together or self._schedule.goes_by_batch:
            return 1
        return self._bench.at_once(self._batch_size)

    def _count(
        self, part: Sequence[Tensor], losses: np.ndarray, tallies: np.ndarray, batches: int
    ) -> BatchDone | BatchesDone | None:
        """What has been learnt in a row, up to a loss that is no number any more; None if that is the first."""
        rate, good = self._schedule.rate, np.isfinite(losses)
        self._has_diverged = not good.all()
        count = int(good.argmin()) if self._has_diverged else len(part)
        sizes = [index.numel() for index in part[:count]]
        losses, tallies = losses[:count], tallies[:count]
        positions = self._epoch + np.arange(self._batch + 1, self._batch + count + 1) / batches
        for size, loss, tally in zip(sizes, losses.tolist(), tallies.tolist(), strict=True):
            self._loss_sum += loss * size
            self._right += tally
            self._seen += size
            self._batch += 1
            self._step += 1
            self._schedule.after_batch()
        if not count:
            return None
        means, bench = tallies / np.array(sizes), self._bench
        accuracies, errors = (means if bench.answers else None), (means if bench.estimates else None)
        told = BatchesDone(
            *(self._step, self._epoch, float(positions[-1]), positions, losses, accuracies),
            *(np.full(count, rate), self._knobs, errors),
        )
        return told if count > 1 else next(told.each())

    def _end_epoch(self, began: float, examples_per_second: float) -> Iterator[Event]:
        bench = self._bench
        wants_mistakes, self._steering.wants_mistakes = self._steering.wants_mistakes, False
        is_last = self._epoch + 1 >= self._settings.epochs
        keep = (bench.answers or bench.estimates) is not None and (wants_mistakes or is_last)
        validation, rate = bench.evaluate(bench.validation, self._batch_size, keep), self._schedule.rate
        loss, right, seen = self._loss_sum, self._right, max(1, self._seen)
        self._epoch += 1
        self._batch = self._seen = 0
        self._loss_sum = self._right = 0.0
        lowest = math.inf if self._best is None else self._best.loss
        is_best = validation is not None and validation.loss < lowest
        if validation is not None and is_best:
            self._best = Best(self._epoch, validation.loss, bench.state())
        watched = validation.loss if validation is not None else loss / seen
        self._schedule.after_epoch(watched)
        self._patience.see(watched, self._settings.min_delta)
        self._is_out_of_patience = self._patience.is_over(self._settings.patience)
        if validation is not None and validation.predictions is not None and bench.answers is not None:
            yield find_mistakes(
                self._epoch,
                validation.predictions,
                bench.validation.x,
                bench.validation.target,
                bench.answers,
            )
        elif validation is not None and validation.predictions is not None and bench.estimates is not None:
            yield compare_values(
                self._epoch,
                validation.predictions,
                bench.validation.target,
                bench.training.target,
                bench.estimates,
            )
        yield EpochDone(
            epoch=self._epoch,
            train_loss=loss / seen,
            train_accuracy=right / seen if bench.answers else None,
            validation_loss=validation.loss if validation else None,
            validation_accuracy=validation.accuracy if validation else None,
            learning_rate=rate,
            seconds=time.perf_counter() - began,
            examples_per_second=examples_per_second,
            is_best=is_best,
            train_error=right / seen if bench.estimates else None,
            validation_error=validation.error if validation else None,
        )
        every = self._settings.checkpoint_every
        if every and self._epoch % every == 0:
            yield Marked(self.checkpoint())

    def _obey(self) -> None:
        """Take over what was changed while the run goes on."""
        wanted, self._steering.settings = self._steering.settings, None
        if wanted is not None:
            check_settings(wanted)
            self._settings = replace(wanted, **{name: getattr(self._settings, name) for name in SET_AT_START})
            adjust(self._bench.optimizer, self._settings)
            self._bench.change_augmentation(self._settings.augmentation)
            self._schedule.change(self._settings, len(self._batches), self._epoch, self._batch)

    # ---- beginning and end

    def _started(self) -> Started:
        bench, batch_size = self._bench, self._batch_size
        return Started(
            device=describe_device(bench.device),
            epoch=self._epoch,
            step=self._step,
            epochs=self._settings.epochs,
            batches=len(self._batches),
            batch_size=batch_size,
            examples=len(bench.training),
            validation_examples=len(bench.validation),
            classes=bench.answers is not None,
        )

    def _finished(self, reason: Reason) -> Finished:
        done = "1 epoch" if self._epoch == 1 else f"{self._epoch:,} epochs"
        if reason == "completed":
            how = f"Finished after {done}."
        else:
            how = f"Stopped in epoch {self._epoch + 1:,}." if self._batch else f"Stopped after {done}."
        return self._tested(reason, how)

    def _tested(self, reason: Reason, how: str, holds_best: bool = False) -> Finished:
        test = self._bench.evaluate(self._bench.test, self._batch_size)
        loss, accuracy, error = (test.loss, test.accuracy, test.error) if test else (None, None, None)
        return Finished(reason, how, loss, accuracy, self.checkpoint(), holds_best, error)

    def _stopped_early(self) -> Finished:
        """No improvement for too long: back to the best weights, if that is wanted; Play waits as long again."""
        waited = "1 epoch" if self._patience.waited == 1 else f"{self._patience.waited:,} epochs"
        loss = "validation loss" if self._best is not None else "training loss"
        lower = f"fell by more than {self._settings.min_delta:g}" if self._settings.min_delta else "fell"
        how = f"Stopped early after {self._epoch:,} epochs: in the last {waited} the {loss} no longer {lower}."
        self._patience = Patience(self._patience.lowest)
        if self._best is None or not self._settings.restore_best:
            return self._tested("early", how)
        self._bench.back_to(self._best.state)
        return self._tested("early", f"{how} The weights are those of epoch {self._best.epoch:,}, the best.", True)

    @property
    def _knobs(self) -> Knobs:
        settings = self._settings
        augmentation = as_number(settings.augmentation)
        return Knobs(settings.learning_rate, settings.weight_decay, settings.l1, augmentation, self._layers)

    def _diverged(self) -> Finished:
        """The loss is infinite or no number: back to the best weights or those of the beginning, but not in time."""
        bench, settings = self._bench, self._settings
        why, lower = why_no_number(bench.training.x, bench.training.target, self._step, settings.learning_rate)
        back = "those of the beginning" if self._best is None else f"those of epoch {self._best.epoch}, the best so far"
        message = (
            f"Training stopped in batch {self._batch + 1} of epoch {self._epoch + 1}: {why} The weights are now {back}."
        )
        bench.back_to(self._best.state if self._best else None)
        return Finished("diverged", message, None, None, self.checkpoint(), lower_rate=lower)


def _raise_in_plain_words(error: Exception, batch_size: int) -> None:
    """Raises TrainError for errors of torch that a setting brings about; returns for all others."""
    if is_out_of_memory(error):
        raise TrainError(
            f"There is not enough memory for batches of {batch_size}. Choose a smaller batch size, "
            "or make the network smaller. What was learnt so far is kept."
        ) from error
    if "Expected more than 1 value per channel" in str(error):
        raise TrainError(
            "Batch norm cannot take the spread of a single number: on lists and on 1 × 1 maps it needs at least two "
            "examples in a batch: choose a larger batch size."
        ) from error
