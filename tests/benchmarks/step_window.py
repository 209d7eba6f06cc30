"""Step mode on a network of the zoo, and how long it takes until something new is on screen, for the benchmarks."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication

from playground.ui.garbage import GuiThreadCollector
from playground.ui.session import Session
from playground.ui.step.recording import Round
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment

SIZE = (1440, 854)  # what the window of 1440 × 900 leaves to the mode
_LONGEST_S = 300.0


class StepWindow:
    """Step mode with a network of the zoo, as soon as its step is recorded; closes on exit."""

    def __init__(self, key: str) -> None:
        self._collector = GuiThreadCollector()
        self._session = Session(zoo_experiment(key))
        self._session.warmed_up.connect(self._collector.settle)
        self.mode = StepMode(self._session)
        self.mode.resize(*SIZE)
        self.mode.show()
        self.mode.activate()
        wait_until(lambda: self.mode.round is not None)

    def __enter__(self) -> StepWindow:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()
        self._collector.stop()

    @property
    def round(self) -> Round:
        """What was recorded."""
        assert self.mode.round is not None
        return self.mode.round

    @property
    def stations(self) -> int:
        """Of the walk through the round: layers forward, backward, and the update."""
        return len(self.round.trace.moments)


def until_painted(change: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds until a change is on screen: on the clock, and of the GUI thread's own time."""
    clock, own = time.perf_counter(), time.thread_time()
    change()
    let_live()
    return (time.perf_counter() - clock) * 1000, (time.thread_time() - own) * 1000


def look(seconds: float) -> None:
    """Let the window live for so long, as while somebody looks at it."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end)


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the window live until something has happened.

    Raises:
        TimeoutError: it does not happen.
    """
    deadline = time.monotonic() + _LONGEST_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"This did not happen within {_LONGEST_S:g} s.")
        let_live()
        time.sleep(0.002)


def let_live() -> None:
    """Do what is due now, painting included."""
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def report(name: str, times: list[tuple[float, float]], limit: float) -> None:
    """Print the median and the 99th percentile on the clock, over their limit too, and the median of the own time."""
    clock, own = (sorted(column) for column in zip(*times, strict=True))
    median, high = statistics.median(clock), clock[int(len(clock) * 0.99)]
    print(
        f"{name:58} median {median:5.1f} ms   p99 {high:5.1f} ms   "
        f"of the limit {median / limit:4.2f} and {high / limit:4.2f}   (own time {statistics.median(own):5.1f} ms)"
    )
