"""From the command to the window: when it is first painted, and when LeNet-5 stands on the canvas with its shapes."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUNS = 5
VISIBLE_S, USABLE_S = 1.0, 3.0

_CHILD = """
import sys, time
from PySide6.QtCore import QTimer
from playground.ui.app import make_application, open_window
app = make_application(sys.argv)
from playground.ui.garbage import GuiThreadCollector
collector = GuiThreadCollector()
window = open_window(collector)
window.repaint()
print("visible", time.time(), flush=True)
window.open_network("lenet-5")
def known(analysis):
    if analysis.parameters:
        print("usable", time.time(), flush=True)
        QTimer.singleShot(0, window.close)
window.session.analysis_changed.connect(known)
app.exec()
"""


def main() -> None:
    """Print the median of several cold processes with warm caches, against the limits."""
    moments: dict[str, list[float]] = {"visible": [], "usable": []}
    for _ in range(RUNS):
        begin = time.time()
        child = [sys.executable, "-c", _CHILD]
        output = subprocess.run(child, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout
        for line in output.splitlines():
            name, moment = line.split()
            moments[name].append(float(moment) - begin)
    for name, limit in (("visible", VISIBLE_S), ("usable", USABLE_S)):
        seconds = statistics.median(moments[name])
        print(f"window {name:40} median {seconds:6.2f} s   median/limit {seconds / limit:5.2f}")


if __name__ == "__main__":
    main()
