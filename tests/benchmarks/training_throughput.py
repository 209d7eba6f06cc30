"""How fast LeNet-5 trains inside the window that draws everything live, over a bare hand-written loop.

Same network, data, batch and number of threads; the two take turns, an epoch each, so that whatever else the machine
does hits both alike.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys

from tests.benchmarks.window_in_training import WindowInTraining

ROUNDS = 7
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
    ratios = [medians["plain"] / medians["window"], medians["channels_last"] / medians["window"]]
    print("Training throughput, LeNet-5 on MNIST, batch 64, window at 1440 × 900 drawing live:")
    print(f"  seconds an epoch: window {medians['window']:.2f}, bare loop {medians['plain']:.2f}, ", end="")
    print(f"bare loop in channels_last {medians['channels_last']:.2f}")
    print(f"  over the bare loop:                  {ratios[0]:.2f}  (at least {LIMIT})")
    print(f"  over the bare loop in channels_last: {ratios[1]:.2f}")
    return 0 if ratios[0] >= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
