"""Step mode: the kernel sliding over LeNet's first picture: a window further, and in Play at every speed."""

from __future__ import annotations

import statistics
import sys
import time
from functools import partial
from math import inf

from PySide6.QtCore import QEvent, QObject

from playground.ui.app import make_application
from playground.ui.microscopes.window import WindowMicroscope
from playground.ui.step.pace import SPEEDS
from tests.benchmarks.step_window import StepWindow, look, report, until_painted

FRAME_MS = 1000 / 60
_PLAY_S = 2.0
_STANDS_MS = 60.0  # no frame for so long: the window has arrived and waits for the next move


def main() -> None:
    """Print the time of a frame against the 16.7 ms of 60 a second, and the frames that Play comes to."""
    make_application(sys.argv)
    with StepWindow("lenet-5") as window:
        scope = _first_convolution(window)
        times = [until_painted(partial(scope.go_to_step, place)) for place in range(1, 784)]
        report("kernel slide, a window further", times, FRAME_MS)
        for index, speed in enumerate(SPEEDS):
            if speed.rate != inf:  # at once: nothing slides
                _first_convolution(window)
                _play(window, scope, index)


def _first_convolution(window: StepWindow) -> WindowMicroscope:
    """Its microscope, with the window where it begins."""
    moments = window.round.trace.moments
    window.mode.go_to(next(i for i, moment in enumerate(moments) if moment.node == "conv1"))
    scope = window.mode.microscope
    assert isinstance(scope, WindowMicroscope)
    scope.begin()
    look(0.5)
    return scope


def _play(window: StepWindow, scope: WindowMicroscope, index: int) -> None:
    """Play at that speed, and print how the frames follow each other while the window moves."""
    window.mode.pace.choose(index)
    frames = _Frames()
    scope.view.installEventFilter(frames)
    window.mode.play_pause()
    look(_PLAY_S)
    window.mode.play_pause()
    scope.view.removeEventFilter(frames)
    gaps = sorted(gap for gap in frames.gaps if gap < _STANDS_MS)
    name = f"kernel slide in Play, {SPEEDS[index].label('window')}"
    print(
        f"{name:58} {1000 / statistics.mean(gaps):5.1f} frames/s while it moves   "
        f"median gap {statistics.median(gaps):4.1f} ms   p99 {gaps[int(len(gaps) * 0.99)]:4.1f} ms"
    )


class _Frames(QObject):
    """Notes when the widget it watches is painted."""

    def __init__(self) -> None:
        super().__init__()
        self._at: list[float] = []

    @property
    def gaps(self) -> list[float]:
        """Milliseconds from each frame to the next."""
        return [(after - before) * 1000 for before, after in zip(self._at, self._at[1:], strict=False)]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._at.append(time.perf_counter())
        return False


if __name__ == "__main__":
    main()
