"""The engine's side: obeys commands from a connection, runs the training generator, and sends what happens.

Commands are looked at between batches, every 30 ms at the latest if the batches are short. Events go out in the same
rhythm, all of them and in order.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import torch
from torch import nn

from playground.data import DataError
from playground.train.checkpoints import Checkpoint
from playground.train.device import available_devices, choose_device, describe_device
from playground.train.errors import TrainError
from playground.train.events import BatchDone, BatchesDone, EpochDone, Event, Finished, Pictures, Started
from playground.train.loop import Training
from playground.train.messages import (
    Ask,
    Change,
    Command,
    Drop,
    Failed,
    Go,
    Happened,
    Message,
    Passed,
    Pause,
    Paused,
    Quit,
    Ready,
    Refused,
    Start,
    Stop,
    Until,
    Weights,
)
from playground.train.preparation import split_for
from playground.train.showing.passing import Passing
from playground.train.steering import Steering

RHYTHM = 0.03
"""Seconds between two looks at the commands, and between two parcels of events."""

_SPARING = 50
"""Weights are sent no more often than that it takes a fiftieth of the time."""


def serve(connection: Connection) -> None:
    """Warm up, then obey until told to quit or until the other side is gone."""
    try:
        warm_up()
        device = choose_device("auto")
        connection.send(Ready(available_devices(), describe_device(device)))
        _Engine(connection).run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the window is gone, and nobody is left to tell


def warm_up() -> None:
    """Do once what is slow the first time: import torch._dynamo, build an optimizer, run a convolution and back."""
    layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 6 * 6, 2))
    optimizer = torch.optim.Adam(layers.parameters(), fused=True)
    loss = nn.functional.cross_entropy(layers(torch.zeros(2, 1, 8, 8)), torch.tensor([0, 1]))
    loss.backward()
    optimizer.step()


@dataclass
class _Run:
    """A run and what is known of it here."""

    number: int
    training: Training
    steering: Steering
    events: Iterator[Event]
    until: Until = "end"
    playing: bool = True
    batches: int = 0
    """Learnt since the last command to go on."""
    waiting: list[Event] = field(default_factory=list[Event])
    wants_weights: bool = False
    rests_until: float = 0.0
    """When weights may be sent again, by the monotonic clock."""
    passing: Passing = field(default_factory=Passing)


class _Engine:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._run: _Run | None = None
        self._quitting = False

    def run(self) -> None:
        while not self._quitting:
            is_busy = self._run is not None and self._run.playing
            while not self._quitting and self._connection.poll(0 if is_busy else None):
                self._obey(self._connection.recv())
                is_busy = self._run is not None and self._run.playing
            if self._run is not None and self._run.playing and not self._quitting:
                self._advance(self._run)

    def _send(self, message: Message) -> None:
        self._connection.send(message)

    # ---- commands

    def _obey(self, command: Command) -> None:
        match command:
            case Start():
                self._start(command)
            case Quit():
                self._quitting = True
            case Go(until) if self._run is not None:
                self._run.until, self._run.playing, self._run.batches = until, True, 0
                self._run.steering.together = until != "batch"
            case Pause() if self._run is not None:
                self._pause(self._run)
            case Stop() if self._run is not None:
                self._run.steering.stop()
                self._run.until, self._run.playing = "end", True
            case Change(settings) if self._run is not None:
                self._run.steering.change(settings)
            case Ask() if self._run is not None:
                self._run.steering.wants_pictures |= command.pictures
                self._run.steering.wants_mistakes |= command.mistakes
                self._run.wants_weights |= command.weights
            case Drop():
                self._run = None
            case _:
                pass  # meant for a run that has ended in the meantime

    def _start(self, command: Start) -> None:
        if self._run is not None:
            self._send(Refused(command.run, "Training is already running. Stop it before you start another run."))
            return
        steering = Steering()
        steering.together = command.until != "batch"
        try:
            training = Training(
                command.experiment,
                split_for(command.experiment),
                state=command.state,
                resume=command.resume,
                steering=steering,
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must hear of it
            self._send(_failure(command.run, error, None))
            return
        self._run = _Run(command.run, training, steering, training.events(), command.until)

    def _pause(self, run: _Run) -> None:
        run.playing = False
        self._flush(run)
        self._send(Paused(run.number, run.training.checkpoint()))

    # ---- batches

    def _advance(self, run: _Run) -> None:
        """Run batches until it is time to look up, or the run pauses or ends."""
        look_up, has_pictures = time.monotonic() + RHYTHM, False
        try:
            while has_pictures or time.monotonic() < look_up:  # pictures come before the batch that they show
                event = next(run.events)
                run.waiting.append(event)
                if isinstance(event, Finished):
                    self._end(run)
                    return
                if isinstance(event, Started) and run.wants_weights:  # those that the run begins with
                    self._send_weights(run)
                elif isinstance(event, BatchDone | BatchesDone):
                    run.passing.see(event.position, run.training.state)
                    if has_pictures:  # so that weights that are sent are of the same moment
                        look_up, has_pictures = 0.0, False
                elif isinstance(event, Pictures):
                    has_pictures = True
                if self._pauses_after(run, event):
                    self._pause(run)
                    return
        except Exception as error:  # noqa: BLE001 - whatever it is, the window must hear of it
            self._fail(run, error)
            return
        self._flush(run)
        if run.wants_weights and time.monotonic() >= run.rests_until:
            self._send_weights(run)

    def _send_weights(self, run: _Run) -> None:
        self._flush(run)
        began = time.thread_time()
        run.wants_weights = False
        self._send(Weights(run.number, run.training.checkpoint()))
        run.rests_until = time.monotonic() + _SPARING * (time.thread_time() - began)

    def _pauses_after(self, run: _Run, event: Event) -> bool:
        """Whether the batch or epoch that was asked for is done; what ends with it is let through first.

        An epoch that ends before a batch was learnt had its batches before the pause, and does not count.
        """
        if isinstance(event, BatchDone):
            run.batches += 1
            return run.until == "batch" and not event.position.is_integer()
        if isinstance(event, BatchesDone):
            run.batches += len(event)
        if isinstance(event, EpochDone):
            return run.until != "end" and run.batches > 0 and not run.training.is_complete
        return False

    def _flush(self, run: _Run) -> None:
        passed = run.passing.collect()
        if passed:  # before the events, since nothing counts after the last of them
            self._send(Passed(run.number, passed))
        if run.waiting:
            self._send(Happened(run.number, tuple(run.waiting)))
            run.waiting.clear()

    def _end(self, run: _Run) -> None:
        self._flush(run)
        self._run = None

    def _fail(self, run: _Run, error: Exception) -> None:
        self._run = None
        self._flush(run)
        try:
            checkpoint = run.training.checkpoint()
        except (RuntimeError, MemoryError):  # a device that failed may not give its tensors back
            checkpoint = None
        self._send(_failure(run.number, error, checkpoint))


def _failure(run: int, error: Exception, checkpoint: Checkpoint | None) -> Failed:
    if isinstance(error, TrainError | DataError):
        return Failed(run, str(error), checkpoint=checkpoint)
    first_line = (str(error).strip().splitlines() or ["no description"])[0]
    message = f"Training stopped because of an error in the program ({type(error).__name__}: {first_line})."
    return Failed(run, message, "".join(traceback.format_exception(error)), checkpoint)
