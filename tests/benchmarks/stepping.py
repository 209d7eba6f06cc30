"""Step mode: how soon a step, and a jump, is on screen; on LeNet-5, and on ResNet-50 with pictures of 224 × 224.

Each network has a process of its own, as in life: what one leaves behind would be in the way of the next.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from playground.ui.app import make_application
from tests.benchmarks.step_window import StepWindow, look, report, until_painted

STEP_MS = 16.0
JUMP_MS = {"lenet-5": 50.0, "resnet-50": 200.0}
LOOKS_S = (0.3, 0.1, 0.033, 0.0)
"""How long a station is looked at before the step to the next; a key that is held down repeats every 33 ms."""
POINTED_S = (0.1, 0.0)
"""How long the pointer rests on a place of the timeline before the click."""
UNIT_LOOK_S = 0.1
_JUMPS, _UNITS = 60, 5


def main() -> None:
    """Print each kind of step and jump against its limit."""
    if len(sys.argv) < 2:
        for key in JUMP_MS:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.stepping", key], check=True)
        return
    make_application(sys.argv)
    with StepWindow(sys.argv[1]) as window:
        _look_around(window)
        if sys.argv[1] == "lenet-5":
            _measure_steps(window)
            _measure_units(window)
        _measure_jumps(window, sys.argv[1])


def _look_around(window: StepWindow) -> None:
    """Each kind of microscope is made once, as it is in the pauses of the first minute."""
    for place in range(0, window.stations, max(1, window.stations // 40)):
        until_painted(partial(window.mode.go_to, place))


def _measure_steps(window: StepWindow) -> None:
    mode = window.mode
    for looks in LOOKS_S:
        times: list[tuple[float, float]] = []
        for walk in (mode.forward, mode.back, mode.forward, mode.back):
            for _ in range(window.stations - 1):
                look(looks)
                times.append(until_painted(walk))
        how = f"each looked at for {looks:g} s" if looks else "as fast as they come"
        report(f"lenet-5: a step to the next layer, {how}", times, STEP_MS)


def _measure_units(window: StepWindow) -> None:
    """Some steps by filter, neuron, number and class at every station."""
    mode, times = window.mode, list[tuple[float, float]]()
    mode.transport.set_granularity("unit")
    for place in range(window.stations):
        mode.go_to(place)
        look(UNIT_LOOK_S)
        for _ in range(_UNITS):
            look(UNIT_LOOK_S)
            taken = until_painted(mode.forward)
            if mode.index != place:
                break
            times.append(taken)
    mode.transport.set_granularity("layer")
    report(f"lenet-5: a step to the next unit, each looked at for {UNIT_LOOK_S:g} s", times, STEP_MS)


def _measure_jumps(window: StepWindow, key: str) -> None:
    mode = window.mode
    for pointed in POINTED_S:
        times: list[tuple[float, float]] = []
        for place in [(number * 37) % window.stations for number in range(_JUMPS)]:
            if pointed:
                mode.transport.timeline.pointed_at.emit(place)
                look(pointed)
            times.append(until_painted(partial(mode.go_to, place)))
        how = f"pointed at for {pointed:g} s" if pointed else "unannounced, as fast as they come"
        report(f"{key}: a jump anywhere, {how}", times, JUMP_MS[key])


if __name__ == "__main__":
    main()
