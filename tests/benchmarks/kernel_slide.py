"""Step mode: a frame of the sliding kernel, a step, and a jump, on LeNet; CPU time of the GUI thread and wall time."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication

from playground.ui.app import make_application
from playground.ui.garbage import GuiThreadCollector
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.session import Session
from playground.ui.step.step_mode import StepMode
from playground.zoo import zoo_experiment

FRAME_MS = 1000 / 60
STEP_MS = 16.0
JUMP_MS = 50.0


def main() -> None:
    """Print medians and 99th percentiles against the 16.7 ms of a frame at 60 Hz, 16 ms a step, 50 ms a jump."""
    make_application(sys.argv)
    collector = GuiThreadCollector()
    session = Session(zoo_experiment("lenet-5"))
    session.warmed_up.connect(collector.settle)
    mode = StepMode(session)
    mode.resize(1440, 854)
    mode.show()
    mode.activate()
    _wait(lambda: mode.round is not None)
    assert mode.round is not None
    moments = mode.round.trace.moments
    for index in range(len(moments)):
        mode.go_to(index)
        _flush()
    conv1 = next(i for i, moment in enumerate(moments) if moment.node == "conv1")
    mode.go_to(conv1)
    scope = mode.microscope
    assert isinstance(scope, WindowMicroscope)
    scope.begin()
    _flush()
    _report("kernel slide, a window further", [_timed(partial(scope.go_to_step, i)) for i in range(1, 784)], FRAME_MS)
    mode.to_start()
    _flush()
    steps: list[tuple[float, float]] = []
    for _ in range(4):
        mode.to_start()
        _flush()
        steps += [_timed(mode.forward) for _ in moments[1:]]
    _report("a step to the next layer", steps, STEP_MS)
    far = [(i * 11) % len(moments) for i in range(2 * len(moments))]
    _report("a jump anywhere", [_timed(partial(mode.go_to, i)) for i in far], JUMP_MS)
    session.close()


def _timed(change: Callable[[], None]) -> tuple[float, float]:
    """Milliseconds until it is painted: of the thread's CPU, and on the clock."""
    wall, cpu = time.perf_counter(), time.thread_time()
    change()
    _flush()
    return (time.thread_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


def _flush() -> None:
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def _report(name: str, times: list[tuple[float, float]], limit: float) -> None:
    cpu, wall = (sorted(column) for column in zip(*times, strict=True))
    high = cpu[int(len(cpu) * 0.99)]
    print(
        f"{name:32} median {statistics.median(cpu):5.1f} ms   p99 {high:5.1f} ms   median/limit "
        f"{statistics.median(cpu) / limit:5.2f}   (on the clock {statistics.median(wall):5.1f} ms)"
    )


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("The step was not recorded within a minute.")
        _flush()
        time.sleep(0.002)


if __name__ == "__main__":
    main()
