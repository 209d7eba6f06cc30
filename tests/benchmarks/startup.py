"""From the command to the window: when it is first painted, and when LeNet-5 stands on the canvas with its shapes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 5
VISIBLE_S, USABLE_S = 1.0, 3.0

_CHILD = """
import runpy, sys, time
from playground.ui import app
from PySide6.QtCore import QTimer

open_window = app.open_window

def watched(collector):
    window = open_window(collector)
    window.repaint()
    print("visible", time.time(), flush=True)
    window.open_network("lenet-5")
    def known(analysis):
        if analysis.parameters:
            print("usable", time.time(), flush=True)
            QTimer.singleShot(0, window.close)
    window.session.analysis_changed.connect(known)
    return window

app.open_window = watched
sys.argv = ["main.py"]
runpy.run_path("main.py", run_name="__main__")
"""


def main() -> None:
    """Print the median of several cold processes with warm caches, against the limits."""
    _moments()  # warms the caches: of the disk, and of Python's compiled modules
    moments = [_moments() for _ in range(RUNS)]
    for name, limit in (("visible", VISIBLE_S), ("usable", USABLE_S)):
        seconds = statistics.median(moment[name] for moment in moments)
        print(f"window {name:40} median {seconds:6.2f} s   median/limit {seconds / limit:5.2f}")


def _moments() -> dict[str, float]:
    """Seconds from the command to each moment, of one process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.time()
    child = [sys.executable, "-c", _CHILD]
    output = subprocess.run(
        child, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout
    return {name: float(moment) - begin for name, moment in (line.split() for line in output.splitlines())}


if __name__ == "__main__":
    main()
