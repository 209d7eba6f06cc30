"""The engine, spoken with over its connection: in a thread here, but for what only a process can show."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.train import BatchDone, EpochDone, Event, Finished, Mistakes, Pictures, Started, Training, split_for
from playground.train.bench import Bench
from playground.train.messages import (
    Ask,
    Change,
    Drop,
    Failed,
    Go,
    Happened,
    Message,
    Pause,
    Paused,
    Quit,
    Ready,
    Refused,
    Start,
    Stop,
    Weights,
)
from playground.train.process import Engine, EngineDied, EngineProcess, EngineThread
from tests.train.toy_runs import finished, one_by_one, points, run

ENDLESS = points(epochs=1_000_000)


def events_of(message: Message) -> list[Event]:
    return one_by_one(message.events) if isinstance(message, Happened) else []


class Talk:
    """An engine and everything that it has said so far."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.heard: list[Message] = []
        self.hear(Ready)

    def hear(self, kind: type[Message], that: Callable[[Message], bool] = lambda _: True) -> Message:
        """The next message of a kind, for which the others before it are kept."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            if self.engine.connection.poll(0.1):
                message = self.engine.receive()
                self.heard.append(message)
                if isinstance(message, kind) and that(message):
                    return message
        raise AssertionError(f"no {kind.__name__}; the last messages: {self.heard[-3:]}")

    def hear_event(self, kind: type[Event]) -> None:
        self.hear(Happened, lambda message: any(isinstance(event, kind) for event in events_of(message)))

    @property
    def events(self) -> list[Event]:
        return [event for message in self.heard for event in events_of(message)]

    @property
    def steps(self) -> list[int]:
        return [event.step for event in self.events if isinstance(event, BatchDone)]


@pytest.fixture
def talk() -> Iterator[Talk]:
    engine = EngineThread()
    yield Talk(engine)
    engine.send(Quit())
    assert _last_words(engine)
    engine.close()


def _last_words(engine: Engine) -> str:
    """Why the engine is gone; waits until it is."""
    while True:
        try:
            engine.receive()
        except EngineDied as error:
            return str(error)


def test_it_runs_the_same_generator_to_the_end(talk: Talk) -> None:
    talk.engine.send(Start(1, points()))
    talk.hear_event(Finished)
    expected = run(points(), split_for(points()))

    def numbers(events: list[Event]) -> list[float]:
        return [event.loss for event in events if isinstance(event, BatchDone)]

    assert numbers(talk.events) == numbers(expected)
    assert isinstance(talk.events[0], Started)
    one, two = finished(talk.events).checkpoint, finished(expected).checkpoint
    assert all(np.array_equal(one.state[key], two.state[key]) for key in two.state)


def test_pause_go_and_stop(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS))
    talk.hear_event(BatchDone)
    talk.engine.send(Pause())
    paused = talk.hear(Paused)
    assert isinstance(paused, Paused)
    assert paused.checkpoint.step == talk.steps[-1]
    time.sleep(0.1)
    assert not talk.engine.connection.poll(0)  # it really waits
    talk.engine.send(Go())
    talk.hear_event(BatchDone)
    talk.engine.send(Stop())
    talk.hear_event(Finished)
    assert talk.steps == list(range(1, len(talk.steps) + 1))
    assert finished(talk.events).reason == "stopped"


def test_a_stopped_pause_gives_its_result_too(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS, until="batch"))
    talk.hear(Paused)
    talk.engine.send(Stop())
    talk.hear_event(Finished)
    assert finished(talk.events).test_accuracy is not None
    assert talk.steps == [1]


def test_one_batch_and_one_epoch(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS, until="batch"))
    talk.hear(Paused)
    assert talk.steps == [1]
    talk.engine.send(Go("batch"))
    talk.hear(Paused)
    assert talk.steps == [1, 2]
    talk.engine.send(Go("epoch"))
    talk.hear(Paused)
    assert talk.steps == list(range(1, 9))  # 225 examples in batches of 32
    assert isinstance(talk.events[-1], EpochDone)
    for _ in range(8):
        talk.engine.send(Go("batch"))
        talk.hear(Paused)
    assert talk.steps == list(range(1, 17))
    assert isinstance(talk.events[-1], EpochDone)  # the batch that ends an epoch brings its validation


def test_a_run_that_was_stopped_with_the_last_batch_of_an_epoch_still_learns_one_more(talk: Talk) -> None:
    training = Training(ENDLESS, split_for(ENDLESS))
    for event in training.events():
        if isinstance(event, BatchDone) and event.position == 1.0:
            break
    at_the_end = training.checkpoint()
    assert (at_the_end.epoch, at_the_end.batch) == (0, 8)
    talk.engine.send(Start(1, ENDLESS, resume=at_the_end, until="batch"))
    talk.hear(Paused)
    assert talk.steps == [9]


def test_the_last_epoch_alone_ends_the_run(talk: Talk) -> None:
    talk.engine.send(Start(1, points(epochs=1), until="epoch"))
    talk.hear_event(Finished)
    assert finished(talk.events).reason == "completed"


def test_a_second_start_is_refused_and_the_first_goes_on(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS))
    talk.hear_event(BatchDone)
    talk.engine.send(Start(2, points()))
    refused = talk.hear(Refused)
    assert isinstance(refused, Refused)
    assert refused.run == 2
    assert "already running" in refused.message
    talk.hear_event(BatchDone)
    assert all(message.run == 1 for message in talk.heard if isinstance(message, Happened))


def test_after_a_drop_another_run_can_start(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS))
    talk.hear_event(BatchDone)
    talk.engine.send(Drop())
    talk.engine.send(Start(2, points(epochs=1)))
    talk.hear_event(Finished)
    assert isinstance(talk.heard[-1], Happened)
    assert talk.heard[-1].run == 2


def test_pictures_mistakes_and_weights_come_when_they_are_asked_for(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS))
    talk.hear_event(EpochDone)
    assert not [event for event in talk.events if isinstance(event, Pictures | Mistakes)]
    talk.engine.send(Ask(pictures=True, mistakes=True, weights=True))
    weights = talk.hear(Weights)
    assert isinstance(weights, Weights)
    assert weights.checkpoint.step == talk.steps[-1]  # exactly where the points that came before it end
    while not any(isinstance(event, Mistakes) for event in talk.events):
        talk.hear(Happened)
    talk.hear_event(EpochDone)
    assert [sum(isinstance(event, kind) for event in talk.events) for kind in (Pictures, Mistakes)] == [1, 1]


def test_the_learning_rate_can_be_changed_while_it_runs(talk: Talk) -> None:
    talk.engine.send(Start(1, ENDLESS))
    talk.hear_event(BatchDone)
    talk.engine.send(Change(replace(ENDLESS.training, learning_rate=0.5)))
    talk.hear(Happened, lambda message: any(getattr(event, "learning_rate", 0) == 0.5 for event in events_of(message)))


@pytest.mark.parametrize("command", [Go(), Pause(), Stop(), Drop(), Change(ENDLESS.training), Ask(True, True, True)])
def test_commands_for_a_run_that_has_ended_do_no_harm(talk: Talk, command: object) -> None:
    talk.engine.send(command)  # type: ignore[arg-type]
    talk.engine.send(Start(1, points(epochs=1)))
    talk.hear_event(Finished)


def test_what_cannot_begin_is_said_in_plain_words(talk: Talk) -> None:
    talk.engine.send(Start(1, points(device="tpu")))
    failed = talk.hear(Failed)
    assert isinstance(failed, Failed)
    assert "no device “tpu”" in failed.message
    assert failed.details == ""


def test_an_exception_inside_training_is_reported_and_what_was_learnt_kept(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn = Bench.learn

    def break_at_step_5(bench: Bench, index: object, step: int) -> tuple[float, float]:
        if step == 5:
            raise ZeroDivisionError("float division by zero\nsecond line")
        return learn(bench, index, step)  # type: ignore[arg-type]

    monkeypatch.setattr(Bench, "learn", break_at_step_5)
    monkeypatch.setattr("playground.train.fused.dense_chain.MOST_NUMBERS", -1)  # this network would go the fast path
    talk.engine.send(Start(1, ENDLESS))
    failed = talk.hear(Failed)
    assert isinstance(failed, Failed)
    assert "ZeroDivisionError: float division by zero)" in failed.message
    assert "break_at_step_5" in failed.details
    assert talk.steps == [1, 2, 3, 4, 5]
    assert failed.checkpoint is not None
    assert failed.checkpoint.step == 5
    talk.engine.send(Start(2, points(epochs=1)))
    monkeypatch.undo()
    talk.hear_event(Finished)


# ---- a process of its own


def test_a_killed_process_is_noticed_and_its_end_explained() -> None:
    engine = EngineProcess()
    talk = Talk(engine)
    engine.send(Start(1, ENDLESS))
    talk.hear_event(BatchDone)
    os.kill(engine.pid, signal.SIGKILL)
    assert "as it does when memory runs out" in _last_words(engine)
    with pytest.raises(EngineDied):
        engine.send(Stop())
    engine.close()
    with pytest.raises(ProcessLookupError):
        os.kill(engine.pid, 0)  # not even a zombie


_PARENT = """
import os, signal, sys
from playground.train.messages import Happened, Start
from playground.train.process import EngineProcess
from tests.train.test_engine import ENDLESS
if __name__ == "__main__":
    engine = EngineProcess()
    engine.send(Start(1, ENDLESS))
    while not isinstance(engine.receive(), Happened):
        pass
    print(engine.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_process_ends_when_its_parent_is_killed() -> None:
    done = subprocess.run([sys.executable, "-c", _PARENT], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid = int(done.stdout)
    end = time.monotonic() + 10
    while _lives(pid):
        assert time.monotonic() < end, "the engine outlived its parent"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    return state != "Z"  # an orphan that nobody buries is dead all the same
