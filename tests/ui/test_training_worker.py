"""The worker thread between the window and the engine."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from playground.train import BatchDone, Event, Finished, Mistakes, Pictures, Predictions
from playground.train.messages import (
    Ask,
    Command,
    Died,
    Happened,
    Makeshift,
    Message,
    Quit,
    Ready,
    Refused,
    Start,
    Stop,
)
from playground.train.process import Engine, EngineProcess, EngineThread
from playground.ui.training_worker import TrainingWorker
from tests.train.toy_runs import one_by_one, points

ENDLESS = points(epochs=1_000_000)


class Listener:
    """Takes from a worker and keeps everything."""

    def __init__(self, worker: TrainingWorker) -> None:
        self.worker = worker
        self.messages: list[Message] = []
        self.pictures: list[tuple[int, Pictures]] = []
        self.mistakes: list[tuple[int, Mistakes | Predictions]] = []

    def take(self) -> None:
        taken = self.worker.take()
        self.messages += taken.messages
        self.pictures += [] if taken.pictures is None else [taken.pictures]
        self.mistakes += [] if taken.mistakes is None else [taken.mistakes]

    @property
    def events(self) -> list[Event]:
        heard = [message for message in self.messages if isinstance(message, Happened)]
        return one_by_one(event for message in heard for event in message.events)

    def has(self, kind: type[object]) -> bool:
        self.take()
        return any(isinstance(item, kind) for item in [*self.messages, *self.events])


@pytest.fixture
def make_worker(qtbot: QtBot) -> Iterator[Callable[..., Listener]]:
    made: list[TrainingWorker] = []

    def make(engine: Callable[[], Engine] = EngineThread, *commands: Command) -> Listener:
        made.append(TrainingWorker(engine))
        made[-1].send(*commands)
        return Listener(made[-1])

    yield make
    for worker in made:
        worker.end()


def wait_for(qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(done, timeout=30_000)


def test_points_arrive_in_order_and_none_is_lost_however_late_they_are_taken(
    make_worker: Callable[..., Listener], qtbot: QtBot
) -> None:
    listener = make_worker(EngineThread, Start(1, ENDLESS))
    wait_for(qtbot, lambda: listener.has(BatchDone))
    time.sleep(0.4)  # nobody takes anything meanwhile
    listener.worker.send(Stop())
    wait_for(qtbot, lambda: listener.has(Finished))
    steps = [event.step for event in listener.events if isinstance(event, BatchDone)]
    assert len(steps) > 50
    assert steps == list(range(1, len(steps) + 1))


def test_of_pictures_only_the_newest_are_kept(make_worker: Callable[..., Listener], qtbot: QtBot) -> None:
    listener = make_worker(EngineThread, Start(7, ENDLESS))
    wait_for(qtbot, lambda: listener.has(BatchDone))
    for _ in range(4):
        listener.worker.send(Ask(pictures=True, mistakes=True))
        time.sleep(0.15)
    listener.take()
    assert [run for run, _ in listener.pictures] == [7]
    assert [run for run, _ in listener.mistakes] == [7]
    last = max(event.step for event in listener.events if isinstance(event, BatchDone))
    assert last / 3 < listener.pictures[0][1].step <= last + 50
    assert not [event for event in listener.events if isinstance(event, Pictures | Mistakes)]


def test_arrivals_are_announced_once_until_they_are_taken(make_worker: Callable[..., Listener], qtbot: QtBot) -> None:
    listener = make_worker()
    with qtbot.waitSignal(listener.worker.arrived, timeout=30_000):
        pass
    assert listener.has(Ready)
    with qtbot.waitSignal(listener.worker.arrived, timeout=30_000):
        listener.worker.send(Start(1, ENDLESS))
    announced = 0

    def count() -> None:
        nonlocal announced
        announced += 1

    listener.worker.arrived.connect(count)
    qtbot.wait(300)
    assert announced == 0


def test_a_second_start_is_refused(make_worker: Callable[..., Listener], qtbot: QtBot) -> None:
    listener = make_worker(EngineThread, Start(1, ENDLESS))
    wait_for(qtbot, lambda: listener.has(BatchDone))
    listener.worker.send(Start(2, points()))
    wait_for(qtbot, lambda: listener.has(Refused))
    [refused] = [message for message in listener.messages if isinstance(message, Refused)]
    assert (refused.run, refused.message.startswith("Training is already running")) == (2, True)


def test_where_no_process_can_be_had_a_thread_takes_its_place(
    make_worker: Callable[..., Listener], qtbot: QtBot
) -> None:
    def none_left() -> Engine:
        raise OSError(11, "Resource temporarily unavailable")

    listener = make_worker(none_left, Start(1, points(epochs=1)))
    wait_for(qtbot, lambda: listener.has(Finished))
    [said] = [message for message in listener.messages if isinstance(message, Makeshift)]
    assert "more slowly" in said.message


def test_a_process_that_never_gets_warm_is_replaced_by_a_thread_which_does_its_work(
    make_worker: Callable[..., Listener], qtbot: QtBot
) -> None:
    def stillborn() -> Engine:
        engine = EngineThread()
        engine.receive()  # its Ready, so that nobody else hears it
        engine.send(Quit())
        return engine

    listener = make_worker(stillborn, Start(1, points(epochs=1)))
    wait_for(qtbot, lambda: listener.has(Finished))
    assert listener.has(Makeshift)


def test_a_killed_process_is_reported_and_the_next_start_gets_another(
    make_worker: Callable[..., Listener], qtbot: QtBot
) -> None:
    processes: list[EngineProcess] = []

    def process() -> Engine:
        processes.append(EngineProcess())
        return processes[-1]

    listener = make_worker(process, Start(1, ENDLESS))
    wait_for(qtbot, lambda: listener.has(BatchDone))
    os.kill(processes[0].pid, signal.SIGKILL)
    wait_for(qtbot, lambda: listener.has(Died))
    [died] = [message for message in listener.messages if isinstance(message, Died)]
    assert "memory runs out" in died.message
    listener.messages.clear()
    listener.worker.send(Start(2, points(epochs=1)))
    wait_for(qtbot, lambda: listener.has(Finished))
    listener.worker.send(Start(3, ENDLESS))
    wait_for(qtbot, lambda: any(getattr(message, "run", 0) == 3 for message in _taken(listener)))
    listener.worker.end()
    assert listener.worker.isFinished()
    with pytest.raises(ProcessLookupError):
        os.kill(processes[1].pid, 0)  # gone, and not even a zombie


def _taken(listener: Listener) -> list[Message]:
    listener.take()
    return listener.messages


def test_it_ends_while_the_engine_is_in_the_middle_of_something(
    make_worker: Callable[..., Listener], qtbot: QtBot
) -> None:
    listener = make_worker(EngineThread, Start(1, ENDLESS))
    wait_for(qtbot, lambda: listener.has(BatchDone))
    listener.worker.end()
    assert listener.worker.isFinished()
    listener.worker.send(Start(2, points()))  # too late, and harmless
    assert not listener.worker.isRunning()
    wait_for(qtbot, lambda: not any(thread.name == "playground-engine" for thread in threading.enumerate()))


def test_a_worker_that_was_never_used_ends_too(qtbot: QtBot) -> None:
    TrainingWorker(EngineThread).end()
