"""How late events come in the window while LeNet-5 trains at full speed and everything is drawn live.

A timer in the GUI thread asks to be called every 2 ms; what it is called later than that is the latency that a click
or a key press would meet.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from PySide6.QtCore import Qt, QTimer

from tests.benchmarks.window_in_training import WindowInTraining

SECONDS = 20
INTERVAL = 0.002
P99_MS, WORST_MS = 16.0, 100.0


class Lateness:
    """Collects by how much each call of a timer came late."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._last = time.perf_counter()
        self.timer = QTimer()
        self.timer.setTimerType(Qt.TimerType.PreciseTimer)
        self.timer.setInterval(round(INTERVAL * 1000))
        self.timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self.timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.seconds.append(max(0.0, now - self._last - INTERVAL))
        self._last = now


def main() -> int:
    """Print the percentiles; the exit code is 1 if the window is too slow."""
    with WindowInTraining() as application:
        application.training.play()
        application.until(lambda: application.training.history.position > 0.5)
        lateness = Lateness()
        lateness.start()
        end = time.monotonic() + SECONDS
        application.until(lambda: time.monotonic() > end)
        lateness.timer.stop()
    late = 1000 * np.array(lateness.seconds)
    p50, p99 = np.percentile(late, (50, 99))
    print(f"GUI latency over {SECONDS} s of training LeNet-5 at full speed ({len(late):,} events):")
    print(f"  median {p50:.2f} ms, 99th percentile {p99:.1f} ms (under {P99_MS:g}), ", end="")
    print(f"worst {late.max():.1f} ms (under {WORST_MS:g})")
    return 0 if p99 < P99_MS and late.max() < WORST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
