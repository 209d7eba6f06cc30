"""A night of training in fast motion: 1,000,000 batches of a tiny network in the real window, everything drawn live.

What could grow in eight hours (at 35 batches a second that is as many) grows here in minutes: the memory of the window
and of its engine is looked at all along, and so is how late the window's events come.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from playground.train import split_for
from playground.zoo import zoo_experiment
from tests.benchmarks.gui_latency import Lateness
from tests.benchmarks.window_in_training import WindowInTraining

BATCHES = 1_000_000
PARTS = 10
MOST_GROWTH_MB = 60.0
"""From the first tenth, when everything is warm, to the end: the moments to look back at, 2,000 of them at most."""
P99_MS = 50.0
"""What still feels immediate, at some 16,000 batches a second with the plane, the curves and the slider drawn."""
WAIT = 3600.0


def resident_mb(process: str) -> float:
    """What a process holds in memory (Linux)."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def children() -> list[str]:
    """The processes that this one has started, its engine among them."""
    tasks = Path("/proc/self/task").iterdir()
    return [child for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]


def main() -> int:
    """Print the memory after each tenth; the exit code is 1 if it grows, or the window is slow."""
    toy = zoo_experiment("circle")
    settings = replace(toy.training, batch_size=10, epochs=BATCHES)
    experiment = replace(toy, training=settings)
    held: list[tuple[float, float]] = []
    with WindowInTraining(experiment) as application:
        training, began = application.training, time.monotonic()
        training.play()
        application.until(lambda: len(training.history) > 0)
        per_epoch = math.ceil(len(split_for(experiment).x_train) / settings.batch_size)
        lateness = Lateness()
        lateness.start()
        for part in range(1, PARTS + 1):
            wanted = part * BATCHES / PARTS / per_epoch
            application.until(lambda wanted=wanted: training.history.position >= wanted, WAIT)
            held.append((resident_mb("self"), sum(map(resident_mb, children()))))
        seconds = time.monotonic() - began
        lateness.timer.stop()
        points = len(training.history.batch_column("loss")), len(training.history.epoch_column("epoch"))
        drawn = len(training.history)
    late = 1000 * np.array(lateness.seconds)
    p99 = float(np.percentile(late, 99))
    print(f"{BATCHES:,} batches of 2-…-2 in {seconds:.0f} s ({BATCHES / seconds:,.0f} a second), drawn live:")
    for part, (window, there) in enumerate(held, start=1):
        print(f"  {part * 10:3} %: window {window:6.0f} MB, engine {there:6.0f} MB")
    growth = max(held[-1][0] - held[0][0], held[-1][1] - held[0][1])
    print(f"  grown since the first tenth: {growth:.0f} MB (at most {MOST_GROWTH_MB:g})")
    print(f"  points kept of the curves: {points[0]:,} of batches, {points[1]:,} of epochs ({drawn:,} in all)")
    print(f"  GUI latency: median {np.median(late):.2f} ms, 99th percentile {p99:.1f} ms (under {P99_MS:g}), ", end="")
    print(f"worst {late.max():.1f} ms")
    return 0 if growth <= MOST_GROWTH_MB and p99 < P99_MS else 1


if __name__ == "__main__":
    sys.exit(main())
