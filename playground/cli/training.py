"""`train`: train without a window; a line per epoch on standard output, progress on standard error."""

from __future__ import annotations

import json
import math
import os
import signal
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from playground.cli.failure import Failure, one_line
from playground.cli.sources import open_source, title_of
from playground.data import DataError
from playground.graph.files import FileError, Saved, save
from playground.train import (
    BatchDone,
    Checkpoint,
    EpochDone,
    Event,
    Finished,
    History,
    Started,
    Steering,
    TrainError,
    fingerprint,
    split_for,
)

if TYPE_CHECKING:
    from playground.train import Training
    from playground.train.company import Company

_REFRESH = 0.1
"""Seconds between two updates of the progress line."""


@dataclass(frozen=True)
class Order:
    """What the command line asked for; None keeps what the file says. `epochs` are those to be trained now."""

    source: str
    epochs: int | None = None
    device: str | None = None
    seed: int | None = None
    save: Path | None = None
    as_json: bool = False


def run_training(order: Order) -> int:
    """Train, and save what was learnt, however the run ends.

    A file that was trained before goes on where it stopped, unless `seed` asks for another beginning.

    Raises:
        Failure: the network cannot be trained, or not saved.
    """
    _check_folder(order.save)
    saved = open_source(order.source)
    saved, checkpoint, history = _beginning(saved, order)
    from playground.train.company import company_of_launcher

    steering = Steering()
    try:
        with _stopped_by_signals(steering), company_of_launcher(_device(saved, order)) as company:
            training = _prepare(saved, order, checkpoint, steering, company)
            _run(saved, order, training, history, speaks=company.rank == 0)
    except (TrainError, DataError) as error:
        raise Failure(str(error)) from error
    return 0


def _run(saved: Saved, order: Order, training: Training, history: History, *, speaks: bool) -> None:
    """Train to the end. Of several processes one `speaks` for all: it prints and saves."""
    printer = _Printer(title_of(order.source), order.as_json)
    try:
        for event in training.events():
            history.add(event)
            if speaks:
                printer.show(event)
            if isinstance(event, Finished) and event.reason == "diverged":
                raise Failure(event.message)
    finally:
        try:
            printer.end()
        finally:
            _keep(order.save if speaks else None, saved, training, history)


def _device(saved: Saved, order: Order) -> str:
    return order.device or saved.experiment.training.device


def _check_folder(path: Path | None) -> None:
    """Before minutes of work: can the result be saved there at all?"""
    if path is None:
        return
    folder = path.parent
    if not folder.is_dir():
        raise Failure(f"“{path.name}” could not be saved: the folder {folder} does not exist.")
    if path.is_dir():
        raise Failure(f"“{path.name}” could not be saved: there is a folder of that name.")
    if not os.access(folder, os.W_OK):
        raise Failure(f"“{path.name}” could not be saved: you may not write in the folder {folder.resolve()}.")


def _beginning(saved: Saved, order: Order) -> tuple[Saved, Checkpoint | None, History]:
    """The experiment as asked for, and how far its training had got."""
    experiment = saved.experiment
    if order.seed is not None and order.seed != experiment.seed:
        saved = Saved(replace(experiment, seed=order.seed), saved.base, sample=saved.sample, base=saved.base)
    try:
        checkpoint = Checkpoint.from_arrays(saved.weights, saved.optimizer)
        history = History.from_arrays(saved.history)
    except TrainError as error:
        _note(error)
        checkpoint, history = None, History()
    if checkpoint is not None and checkpoint.fingerprint != fingerprint(saved.experiment):
        checkpoint, history = None, History()
    done = 0 if checkpoint is None else checkpoint.epoch
    settings = saved.experiment.training
    epochs = settings.epochs if order.epochs is None else done + order.epochs
    if checkpoint is not None and done >= epochs:
        raise Failure(f"The network was already trained for {done:,} epochs. To go on, say for how many: --epochs N")
    experiment = replace(saved.experiment, training=replace(settings, epochs=epochs))
    return replace(saved, experiment=experiment), checkpoint, history


def _prepare(
    saved: Saved, order: Order, checkpoint: Checkpoint | None, steering: Steering, company: Company
) -> Training:
    from playground.train import Training

    settings = replace(saved.experiment.training, device=_device(saved, order))
    experiment, start = replace(saved.experiment, training=settings), saved.weights
    split = split_for(experiment)
    return Training(experiment, split, state=start, resume=checkpoint, steering=steering, company=company)


def _keep(path: Path | None, saved: Saved, training: Training, history: History) -> None:
    """Save what was learnt, if that was asked for."""
    if path is None:
        return
    checkpoint = training.checkpoint()
    learnt = replace(saved, weights=checkpoint.state, optimizer=checkpoint.to_arrays(), history=history.to_arrays())
    try:
        save(path, learnt)
    except FileError as error:
        raise Failure(str(error)) from error
    _note(f"saved {path}")


@contextmanager
def _stopped_by_signals(steering: Steering) -> Generator[None]:
    """Ctrl+C (or SIGTERM) ends the run after the present batch; a second one ends the program at once."""

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        steering.stop()
        signal.signal(number, before[number])

    before: dict[int, Any] = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Printer:
    """Turns events into lines. An epoch's line waits for the next event, so that the last one can bear the result."""

    def __init__(self, title: str, as_json: bool) -> None:
        self._title, self._as_json = title, as_json
        self._live = sys.stderr.isatty()
        self._waiting: dict[str, Any] | None = None
        self._started: Started | None = None
        self._shown = 0.0

    def show(self, event: Event) -> None:
        """Print what is to be said of an event."""
        if isinstance(event, Started):
            self._started = event
            examples = "1 example" if event.examples == 1 else f"{event.examples:,} examples"
            _note(f"{self._title}: {examples}, batches of {event.batch_size}, {event.device}")
            self._print_heading()
        elif isinstance(event, EpochDone):
            self._flush()
            self._waiting = {key: _plain(value) for key, value in vars(event).items()}
        elif isinstance(event, BatchDone):
            self._flush()
            self._show_progress(event)
        elif isinstance(event, Finished):
            self._finish(event)

    def end(self) -> None:
        """Nothing more comes, whatever the reason."""
        self._flush()
        self._clear_progress()

    def _finish(self, event: Finished) -> None:
        result = {"test_loss": _plain(event.test_loss), "test_accuracy": _plain(event.test_accuracy)}
        if self._waiting is not None:
            self._waiting |= result
        elif event.reason == "stopped" and self._as_json:
            self._waiting = {"reason": event.reason, **result}
        self.end()
        accuracy = "" if event.test_accuracy is None else f" Test accuracy {event.test_accuracy:.2%}."
        loss = "" if event.test_loss is None else f" Test loss {event.test_loss:.4g}."
        if event.reason != "diverged":
            _note(event.message + loss + accuracy)

    def _flush(self) -> None:
        if self._waiting is None:
            return
        line, self._waiting = self._waiting, None
        self._clear_progress()
        print(json.dumps(line) if self._as_json else _row(line), flush=True)

    def _print_heading(self) -> None:
        if not self._as_json:
            columns = ("epoch", "train loss", "accuracy", "val. loss", "accuracy", "seconds")
            print("  ".join(f"{column:>10}" for column in columns), flush=True)

    def _show_progress(self, event: BatchDone) -> None:
        now = time.monotonic()
        if self._live and self._started is not None and now - self._shown >= _REFRESH:
            self._shown = now
            share = event.position - event.epoch
            text = f"epoch {event.epoch + 1} of {self._started.epochs}  {share:4.0%}  loss {event.loss:.4f}"
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()

    def _clear_progress(self) -> None:
        if self._live and self._shown:
            self._shown = 0.0
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _row(line: dict[str, Any]) -> str:
    loss = ("train_loss", "validation_loss")
    cells = [f"{line['epoch']:>10}"]
    for name in ("train_loss", "train_accuracy", "validation_loss", "validation_accuracy"):
        value = line[name]
        text = "–" if value is None else f"{value:.4f}" if name in loss else f"{value:.2%}"
        cells.append(f"{text:>10}")
    return "  ".join([*cells, f"{line['seconds']:>10.1f}"])


def _plain(value: Any) -> Any:
    """A value that JSON has: infinities and "not a number" become null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _note(message: object) -> None:
    print(one_line(message), file=sys.stderr, flush=True)
