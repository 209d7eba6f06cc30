"""How fast LeNet-5 trains inside the window that draws everything live, over a bare hand-written loop.

Same network, data, batch and number of threads; the two take turns, an epoch each, and each epoch in the window is
compared with those of the bare loop just before and after it, so that whatever else the machine does hits both alike.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
from itertools import pairwise

from tests.benchmarks.window_in_training import WindowInTraining

ROUNDS = 12
LIMIT = 0.95


class BareLoop:
    """The hand-written loop, in a process of its own."""

    def __init__(self, threads: int) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.bare_loop", str(threads)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def epoch_seconds(self, layout: str) -> float:
        """Train for one epoch; the caller waits."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{layout}\n")
        self._process.stdin.flush()
        return float(self._process.stdout.readline())

    def end(self) -> None:
        self._process.communicate()


def main() -> int:
    """Print the ratios; the exit code is 1 if the application is too slow."""
    with WindowInTraining() as application:
        found = re.search(r"(\d+) thread", application.training.device)
        bare = BareLoop(int(found[1]) if found else 1)
        times: dict[str, list[float]] = {"window": [], "plain": [], "channels_last": []}
        for _ in range(ROUNDS + 1):
            times["window"].append(application.epoch_seconds())
            for layout in ("plain", "channels_last"):
                times[layout].append(bare.epoch_seconds(layout))
        bare.end()
    medians = {name: statistics.median(seconds[1:]) for name, seconds in times.items()}  # the first warms up
    print("Training throughput, LeNet-5 on MNIST, batch 64, window at 1440 × 900 drawing live:")
    print(f"  seconds an epoch: window {medians['window']:.2f}, bare loop {medians['plain']:.2f}, ", end="")
    print(f"bare loop in channels_last {medians['channels_last']:.2f}")
    plain, last = (_ratios(times["window"], times[layout]) for layout in ("plain", "channels_last"))
    middle = statistics.median(plain)
    quarter, _, three_quarters = statistics.quantiles(plain)
    print(f"  over the bare loop:                  {middle:.2f}  (at least {LIMIT}; ", end="")
    print(f"half of {len(plain)} rounds {quarter:.2f} to {three_quarters:.2f})")
    print(f"  over the bare loop in channels_last: {statistics.median(last):.2f}")
    return 0 if middle >= LIMIT else 1


def _ratios(window: list[float], bare: list[float]) -> list[float]:
    """Of each epoch in the window: how long the bare loop took just before and just after it, over its own time."""
    around = [(before + after) / 2 for before, after in pairwise(bare)]
    return [seconds / own for seconds, own in zip(around, window[1:], strict=True)]


if __name__ == "__main__":
    sys.exit(main())
