"""Step mode: recording ResNet-50 over its plain pass, jumps in it, steps through LeNet, 10,000 rounds of Mazur's.

Each network has a process of its own, as in life: what one leaves behind would be in the way of the next.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication

from playground.ui.app import make_application
from playground.ui.garbage import GuiThreadCollector
from playground.ui.microscopes.chain_model import chain_of
from playground.ui.microscopes.dense_rounds import rounds_of
from playground.ui.session import Session
from playground.ui.step.recording import Round, record_round
from playground.ui.step.step_mode import StepMode
from playground.ui.widgets.numbers import bytes_
from playground.zoo import zoo_experiment

RECORDING_RATIO = 2.0
JUMP_MS = 200.0
STEP_MS, LENET_JUMP_MS = 16.0, 50.0
LOOKS_S = (0.3, 0.1, 0.033, 0.0)
"""How long a station is looked at before the step to the next; a key that is held down repeats every 33 ms."""
ROUNDS, ROUNDS_S = 10_000, 3.0
_REPEATS = 3


def main() -> None:
    """Print each figure with its limit: a ratio within one run, 200 ms a jump, 3 s for 10,000 rounds."""
    for name in _PARTS if len(sys.argv) < 2 else ():
        subprocess.run([sys.executable, "-m", "tests.benchmarks.recording", name], check=True)
    if len(sys.argv) > 1:
        make_application(sys.argv)
        _PARTS[sys.argv[1]](GuiThreadCollector())


def _measure_large(collector: GuiThreadCollector) -> None:
    mode, session = _open("resnet-50", collector)
    assert mode.round is not None
    _measure_recording(mode.round)
    _measure_jumps(mode, len(mode.round.trace.moments))
    session.close()


def _open(key: str, collector: GuiThreadCollector) -> tuple[StepMode, Session]:
    """Step mode with a network of the zoo, as soon as its step is recorded."""
    session = Session(zoo_experiment(key))
    session.warmed_up.connect(collector.settle)
    mode = StepMode(session)
    mode.resize(1440, 854)
    mode.show()
    mode.activate()
    _wait(lambda: mode.round is not None)
    return mode, session


def _measure_recording(recorded: Round) -> None:
    import torch

    from playground.engine.compile import compile_network, to_tensor
    from playground.ui.step.recording import is_exact

    request = recorded.request
    analysis, seed = request.analysis, request.experiment.seed
    dtype = torch.float64 if is_exact(analysis, len(request.x)) else torch.float32
    network = compile_network(analysis, seed, recorded.after, dtype)
    network.train(True)
    x, target = to_tensor(request.x, dtype), to_tensor(request.target, dtype)
    assert network.module is not None
    plain: list[float] = []
    whole: list[float] = []
    for _ in range(_REPEATS):  # in turn, so that a noisy moment meets both
        start = time.perf_counter()
        network.module(x, target)[1].backward()
        plain.append(time.perf_counter() - start)
        for _, parameter in network.named_parameters():
            parameter.grad = None
        start = time.perf_counter()
        record_round(request)
        whole.append(time.perf_counter() - start)
    ratio = min(whole) / min(plain)
    print(
        f"recording ResNet-50, batch of {len(x)}   {min(whole):5.2f} s, plain pass {min(plain):5.2f} s   "
        f"ratio {ratio:4.2f}   ratio/limit {ratio / RECORDING_RATIO:4.2f}   it holds {bytes_(recorded.bytes)}"
    )


def _measure_jumps(mode: StepMode, stations: int) -> None:
    places = [(number * 37) % stations for number in range(60)]
    for place in places[:20]:  # each kind of microscope is made once
        _timed(partial(mode.go_to, place))
    times = sorted(_timed(partial(mode.go_to, place)) for place in places)
    high = times[int(len(times) * 0.99)]
    print(
        f"a jump anywhere in ResNet-50   median {statistics.median(times):5.1f} ms   p99 {high:5.1f} ms   "
        f"p99/limit {high / JUMP_MS:4.2f}"
    )


def _measure_steps(collector: GuiThreadCollector) -> None:
    mode, session = _open("lenet-5", collector)
    assert mode.round is not None
    stations = len(mode.round.trace.moments)
    for place in range(stations):
        _timed(partial(mode.go_to, place))
    for looks in LOOKS_S:
        what = f"each looked at for {looks:g} s" if looks else "as fast as they come"
        times: list[float] = []
        for _ in range(2):
            mode.go_to(0)
            for _ in range(stations - 1):
                end = time.monotonic() + looks
                _wait(lambda end=end: time.monotonic() >= end)
                times.append(_timed(mode.forward))
        times.sort()
        high = times[int(len(times) * 0.99)]
        print(
            f"a step in LeNet-5, {what}   median {statistics.median(times):5.1f} ms   p99 {high:5.1f} ms   "
            f"median/limit {statistics.median(times) / STEP_MS:4.2f}"
        )
    for pointed in (0.1, 0.0):
        times = []
        for place in [(number * 11) % stations for number in range(60)]:
            if pointed:
                mode.transport.timeline.pointed_at.emit(place)
                end = time.monotonic() + pointed
                _wait(lambda end=end: time.monotonic() >= end)
            times.append(_timed(partial(mode.go_to, place)))
        times.sort()
        high = times[int(len(times) * 0.99)]
        print(
            f"a jump anywhere in LeNet-5, pointed at for {pointed:g} s   median {statistics.median(times):5.1f} ms   "
            f"p99 {high:5.1f} ms   p99/limit {high / LENET_JUMP_MS:4.2f}"
        )
    session.close()


def _measure_rounds(collector: GuiThreadCollector) -> None:
    mode, session = _open("mazur", collector)
    assert mode.round is not None
    chain = chain_of(mode.round.trace)
    assert chain is not None
    run = rounds_of(mode.round.trace, chain)
    assert run is not None
    start = time.perf_counter()
    run.run(ROUNDS - 1)
    took = time.perf_counter() - start
    print(f"{len(run.losses):,} rounds of Mazur's network   {took:5.2f} s   of the limit {took / ROUNDS_S:4.2f}")
    session.close()


_PARTS = {"resnet-50": _measure_large, "lenet-5": _measure_steps, "mazur": _measure_rounds}


def _timed(change: Callable[[], None]) -> float:
    """Milliseconds until it is painted."""
    start = time.perf_counter()
    change()
    _flush()
    return (time.perf_counter() - start) * 1000


def _flush() -> None:
    QCoreApplication.sendPostedEvents()
    QCoreApplication.processEvents()


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("The step was not recorded within five minutes.")
        _flush()
        time.sleep(0.002)


if __name__ == "__main__":
    main()
