"""Step mode: recording ResNet-50 over its plain pass, and 10,000 rounds of Mazur's network.

Each network has a process of its own, as in life: what one leaves behind would be in the way of the next.
"""

from __future__ import annotations

import subprocess
import sys
import time

from playground.ui.app import make_application
from playground.ui.microscopes.chain_model import chain_of
from playground.ui.microscopes.dense_rounds import rounds_of
from playground.ui.step.recording import Round, record_round
from playground.ui.widgets.numbers import bytes_
from tests.benchmarks.step_window import StepWindow

RECORDING_RATIO = 2.0
ROUNDS, ROUNDS_S = 10_000, 3.0
_REPEATS = 3


def main() -> None:
    """Print each figure with its limit: a ratio within one run, and 3 s for 10,000 rounds."""
    if len(sys.argv) < 2:
        for key in _MEASURES:
            subprocess.run([sys.executable, "-m", "tests.benchmarks.recording", key], check=True)
        return
    make_application(sys.argv)
    with StepWindow(sys.argv[1]) as window:
        _MEASURES[sys.argv[1]](window.round)


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


def _measure_rounds(recorded: Round) -> None:
    chain = chain_of(recorded.trace)
    assert chain is not None
    run = rounds_of(recorded.trace, chain)
    assert run is not None
    start = time.perf_counter()
    run.run(ROUNDS - 1)
    took = time.perf_counter() - start
    print(f"{len(run.losses):,} rounds of Mazur's network   {took:5.2f} s   of the limit {took / ROUNDS_S:4.2f}")


_MEASURES = {"resnet-50": _measure_recording, "mazur": _measure_rounds}


if __name__ == "__main__":
    main()
