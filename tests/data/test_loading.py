"""`load`: the same arguments give the same arrays, kept and protected; wrong arguments are explained."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

import playground
from playground.data import NOISE_RANGE, SAMPLES_RANGE, DataError, Inputs, Samples, Targets, load, register
from playground.data.loading import _Kept  # pyright: ignore[reportPrivateUsage]
from playground.data.worked import MAZUR

ROOT = Path(playground.__file__).parents[1]


def arrays(samples: Samples) -> list[Inputs | Targets]:
    return [samples.x_train, samples.y_train, samples.x_test, samples.y_test]


def test_the_same_arguments_give_what_was_kept() -> None:
    assert load("circle", noise=0.2, samples=100, seed=3) is load("circle", noise=0.2, samples=100, seed=3)
    assert load("mnist") is load("mnist", noise=0.4, samples=77, seed=9), "options that it does not have play no part"


def test_arrays_cannot_be_changed_by_accident() -> None:
    for key in ("mnist", "spiral", "mazur"):
        for array in arrays(load(key)):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_a_new_process_gives_the_same_points() -> None:
    script = (
        "import hashlib; from playground.data import load; s = load('xor', noise=0.3, samples=321, seed=5); "
        "print(hashlib.sha256(b''.join(a.tobytes() for a in (s.x_train, s.y_train, s.x_test, s.y_test))).hexdigest())"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
        for _ in range(2)
    ]
    assert len(runs[0].stdout.strip()) == 64
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize("noise", [-0.01, 0.51, float("nan"), float("inf")])
def test_noise_out_of_range(noise: float) -> None:
    with pytest.raises(DataError, match=r"noise of “Spiral” is .* from 0 to 0\.5"):
        load("spiral", noise=noise)


@pytest.mark.parametrize("samples", [0, 3, -500, 20_001, 10**15, 100.5, float("nan"), float("inf")])
def test_number_of_samples_out_of_range(samples: float) -> None:
    with pytest.raises(DataError, match=r"number of samples of “XOR” is .* from 4 to 20,000"):
        load("xor", samples=samples)  # pyright: ignore[reportArgumentType]


def test_the_ends_of_both_ranges_work() -> None:
    for noise in NOISE_RANGE:
        for samples in SAMPLES_RANGE:
            loaded = load("gauss", noise=noise, samples=samples)
            assert len(loaded.x_train) + len(loaded.x_test) == samples


def test_negative_seed() -> None:
    with pytest.raises(DataError, match="seed is -1"):
        load("circle", seed=-1)


def test_a_set_without_options_does_not_complain_about_them() -> None:
    assert len(load("mazur", noise=9, samples=-1, seed=-1).x_train) == 1


def test_a_failure_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the file is back, the next try reads it."""
    outcomes: list[Samples | None] = [None, load("mazur")]

    def loader(*, noise: float, samples: int, seed: int) -> Samples:
        found = outcomes.pop(0)
        if found is None:
            raise DataError("The data file is missing.")
        return found

    monkeypatch.setattr("playground.data._spec._registry", {})
    register(dataclasses.replace(MAZUR, key="comes_back", loader=loader))
    with pytest.raises(DataError, match="is missing"):
        load("comes_back")
    assert len(load("comes_back").x_train) == 1


def test_what_is_kept_is_bounded_in_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking through all sets one after the other does not fill the memory."""
    monkeypatch.setattr("playground.data.loading._kept", _Kept())
    monkeypatch.setattr("playground.data.loading.MOST_KEPT", 3000)
    first, second = (load("circle", samples=100, seed=seed) for seed in (1, 2))
    assert sum(array.nbytes for array in arrays(first)) == 1600
    assert load("circle", samples=100, seed=2) is second
    assert load("circle", samples=100, seed=1) is not first, "two of them are more than 3,000 bytes"
    assert len(load("circle", samples=1000).x_train) == 500, "the last one is there whatever its size"
